//! `--after-merge`: what became of requests.

use crate::forge::{Depth, Forge, github, pushed};

#[test]
fn after_a_merge_what_the_squash_dropped_is_found() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "-b", "change", "main"]);
    forge.agent("src/core/one.c");
    forge.agent("src/core/two.c");
    forge.keep("change", "refs/pull/12/head");
    let before = forge.id("main");
    dev.git(["checkout", "-q", "main"]);
    dev.git(["merge", "-q", "--squash", "change"]);
    // Whoever merged it wrote nothing of the agent.
    dev.commit("Change the key (#12)\n\nBy hand.");
    dev.write("README", "Nothing to see.\n");
    dev.commit("Say something (#99)");
    forge.push("main");
    let after = forge.id("main");
    let job = github(
        "push",
        &after,
        "refs/heads/main",
        pushed("refs/heads/main", &before, &after),
    );
    forge.checkout("main", Depth::One);
    let report = forge.report(&job, &["--fetch"]);
    assert_eq!(report.rules(), [""; 0], "{:#}", report.json);
    let report = forge.report(&job, &["--fetch", "--after-merge"]);
    assert!(report.rules().contains(&"zone-agent"), "{:#}", report.json);
    assert!(
        report.rules().contains(&"agent-undisclosed"),
        "{:#}",
        report.json
    );
    let said = forge.say(&job, &["--fetch", "--after-merge"]);
    assert!(said.stdout.contains("names #99"), "{}", said.stdout);
    // Without the remote nothing can be compared.
    assert_eq!(forge.say(&job, &["--after-merge"]).code, 2);
}
