//! Requests: from where they are judged, and by whose policy.

use super::at_every_depth;
use crate::forge::{DEPTHS, Depth, Forge, POLICY, ZEROS, github, judged, pull_request};
use crate::payloads::{of_request, retargeted};

#[test]
fn a_pull_request_is_judged_by_the_target_although_its_branch_is_older_than_the_policy() {
    let forge = Forge::new();
    let (base, head) = (forge.id("main"), forge.id("feature"));
    forge.keep("feature", "refs/pull/7/head");
    let events = [
        "pull_request",
        "pull_request_target",
        "pull_request_review",
        "pull_request_review_comment",
    ];
    for event in events {
        let payload = of_request(event, ("main", &base), ("feature", &head));
        let job = github(event, &base, "refs/pull/7/merge", payload);
        let report = at_every_depth(&forge, "main", &job);
        assert_eq!(
            judged(&report),
            (base.clone(), head.clone(), 2, vec!["main".to_owned()])
        );
        assert_eq!(report.rules(), ["zone-agent"], "{event}");
        assert_eq!(report.json["policy"]["trusted"], true);
        assert_eq!(report.json["stage"], "ci");
    }
}

#[test]
fn a_pull_request_without_anything_wrong_passes() {
    let forge = Forge::new();
    forge.dev.git(["checkout", "-q", "-b", "docs"]);
    forge.agent("docs/guide.md");
    forge.push("docs");
    forge.keep("docs", "refs/pull/7/head");
    let payload = pull_request(("main", &forge.id("main")), ("docs", &forge.id("docs")));
    let report = at_every_depth(
        &forge,
        "main",
        &github("pull_request", ZEROS, "refs/pull/7/merge", payload),
    );
    assert_eq!(
        (report.verdict(), report.json["range"]["commits"].as_u64()),
        ("pass", Some(1))
    );
}

#[test]
fn of_a_fork_the_head_comes_from_where_the_forge_keeps_it() {
    let forge = Forge::new();
    forge.keep("feature", "refs/pull/7/head");
    forge.dev.git(["push", "-q", "origin", ":feature"]);
    // Some servers give nothing by its id.
    let remote = forge.dev.outside("remote.git");
    let remote = remote.to_str().unwrap();
    forge.dev.git([
        "-C",
        remote,
        "config",
        "uploadpack.allowAnySHA1InWant",
        "false",
    ]);
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    let job = github("pull_request_target", ZEROS, "refs/heads/main", payload);
    for depth in DEPTHS {
        forge.checkout("main", depth);
        assert_eq!(forge.report(&job, &["--fetch"]).rules(), ["zone-agent"]);
        forge.checkout("main", depth);
        assert_eq!(forge.report(&job, &[]).codes(), ["missing-commit"]);
    }
}

#[test]
fn a_pull_request_into_the_authors_own_branch_is_judged_by_the_default_branch_too() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "-b", "mine"]);
    dev.write(".cordon.yml", "cordon: 1\n");
    dev.commit("Take the zone out");
    forge.push("mine");
    dev.git(["checkout", "-q", "-b", "change"]);
    forge.agent("src/core/key.c");
    forge.push("change");
    forge.keep("change", "refs/pull/7/head");
    let payload = pull_request(("mine", &forge.id("mine")), ("change", &forge.id("change")));
    let report = at_every_depth(
        &forge,
        "main",
        &github("pull_request", ZEROS, "refs/pull/7/merge", payload),
    );
    assert_eq!(judged(&report).3, ["mine", "main"]);
    assert!(report.rules().contains(&"zone-agent"), "{:#}", report.json);
}

#[test]
fn a_retargeted_pull_request_is_judged_by_its_new_target() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "-b", "release", "main"]);
    let strict = POLICY.replace("src/core/**", "src/core/**, docs/**");
    dev.write(".cordon.yml", strict);
    dev.commit("Close the documentation too");
    forge.push("release");
    dev.git(["checkout", "-q", "-b", "change", "main"]);
    forge.agent("docs/guide.md");
    forge.push("change");
    forge.keep("change", "refs/pull/7/head");
    let verdict = |target: &str| {
        let (main, head) = (forge.id("main"), forge.id("change"));
        let base = (target, &*forge.id(target));
        let payload = retargeted(("main", &main), base, ("change", &head));
        let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
        at_every_depth(&forge, "main", &job).verdict().to_owned()
    };
    assert_eq!(verdict("main"), "pass");
    assert_eq!(verdict("release"), "fail");
}

#[test]
fn a_target_that_has_gone_on_judges_by_its_tip_and_what_it_has_is_not_judged_again() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let seen = forge.id("main");
    dev.git(["checkout", "-q", "-b", "docs"]);
    dev.git(["checkout", "-q", "main"]);
    dev.write("src/core/old.c", "by a person\n");
    dev.commit("Add a file");
    dev.write(
        ".cordon.yml",
        POLICY.replace("src/core/**", "src/core/**, docs/**"),
    );
    let now = dev.commit("Close the documentation too");
    forge.push("main");
    dev.git(["checkout", "-q", "docs"]);
    dev.git(["merge", "-q", "--no-edit", "main"]);
    forge.agent("docs/guide.md");
    forge.push("docs");
    forge.keep("docs", "refs/pull/7/head");
    let payload = pull_request(("main", &seen), ("docs", &forge.id("docs")));
    let report = at_every_depth(
        &forge,
        "main",
        &github("pull_request", ZEROS, "refs/pull/7/merge", payload),
    );
    let (base, _, commits, _) = judged(&report);
    assert_eq!((base, commits), (now, 1));
    assert_eq!(report.rules()[0], "zone-agent");
}

#[test]
fn what_the_target_lost_since_is_judged_again() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let good = forge.id("main");
    let seen = forge.agent("src/core/key.c");
    dev.git(["checkout", "-q", "-b", "change"]);
    dev.commit("Explain the key");
    forge.push("change");
    forge.keep("change", "refs/pull/7/head");
    // The agent's commit was taken out again.
    dev.git(["checkout", "-q", "main"]);
    dev.git(["reset", "-q", "--hard", &good]);
    forge.push("main");
    let payload = pull_request(("main", &seen), ("change", &forge.id("change")));
    let report = at_every_depth(
        &forge,
        "main",
        &github("pull_request", ZEROS, "refs/pull/7/merge", payload),
    );
    assert_eq!((judged(&report).0, judged(&report).2), (good, 2));
    assert!(report.rules().contains(&"zone-agent"));
}

#[test]
fn a_base_that_is_named_takes_nothing_else_of_a_request_away() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let mut payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    payload["pull_request"]["title"] = "Explain \u{202e}the key".into();
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
    let report = forge.report(&job, &["--base", "main~1"]);
    assert_eq!(judged(&report).3, ["main"]);
    assert!(report.rules().contains(&"hidden-text") && report.rules().contains(&"zone-agent"));
}
