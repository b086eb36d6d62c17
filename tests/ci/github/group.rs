//! Merge groups.

use super::at_every_depth;
use crate::forge::{Forge, github, judged};
use crate::payloads::merge_group;

#[test]
fn a_merge_group_is_judged_from_what_it_is_built_on() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let base = forge.id("main");
    dev.git(["checkout", "-q", "--detach", "main"]);
    dev.git(["merge", "-q", "--no-ff", "--no-edit", "feature"]);
    let head = forge.id("HEAD");
    let queue = format!("refs/heads/gh-readonly-queue/main/pr-7-{base}");
    forge.keep("HEAD", &queue);
    let group = merge_group(&base, (&queue, &head));
    let report = at_every_depth(&forge, "main", &github("merge_group", &head, &queue, group));
    assert_eq!(judged(&report), (base, head, 3, vec!["main".to_owned()]));
    assert!(report.rules().contains(&"zone-agent"));
}
