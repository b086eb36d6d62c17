//! Starts by hand and by the clock.

use super::at_every_depth;
use crate::forge::{Forge, github, judged};
use crate::payloads::event as payload;

#[test]
fn a_start_by_hand_judges_what_a_branch_has_and_of_the_default_branch_everything() {
    let forge = Forge::new();
    for event in [
        "workflow_dispatch",
        "schedule",
        "repository_dispatch",
        "release",
        "create",
    ] {
        let head = forge.id("feature");
        let job = github(event, &head, "refs/heads/feature", payload(event));
        let report = at_every_depth(&forge, "feature", &job);
        assert_eq!(
            (judged(&report).0, judged(&report).2),
            (forge.id("main"), 2),
            "{event}"
        );
        let job = github(event, &forge.id("main"), "refs/heads/main", payload(event));
        let report = at_every_depth(&forge, "main", &job);
        assert_eq!(
            (judged(&report).0.as_str(), judged(&report).2),
            ("-", 61),
            "{event}"
        );
        // Nobody else speaks for its policy.
        assert_eq!(report.json["policy"]["trusted"], false);
    }
}
