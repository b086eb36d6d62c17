//! GitLab CI.

use crate::forge::{Depth, Forge, Job, POLICY, ZEROS, judged};

fn pipeline(source: &str, sha: &str) -> Job {
    Job::of(&[
        ("GITLAB_CI", "true"),
        ("CI_PIPELINE_SOURCE", source),
        ("CI_DEFAULT_BRANCH", "main"),
        ("CI_COMMIT_SHA", sha),
    ])
}

fn merge_request(sha: &str, target: &str) -> Job {
    pipeline("merge_request_event", sha)
        .with("CI_PROJECT_ID", "42")
        .with("CI_MERGE_REQUEST_PROJECT_ID", "42")
        .with("CI_MERGE_REQUEST_IID", "7")
        .with("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", target)
        .with("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "feature")
        .with("CI_MERGE_REQUEST_TITLE", "Explain the key")
        .with("CI_MERGE_REQUEST_EVENT_TYPE", "detached")
}

#[test]
fn a_merge_request_is_judged_by_the_tip_of_its_target_not_by_where_it_was_cut() {
    let forge = Forge::new();
    let cut = forge.id("main~1");
    let job =
        merge_request(&forge.id("feature"), "main").with("CI_MERGE_REQUEST_DIFF_BASE_SHA", &cut);
    for (depth, args) in [
        (Depth::Full, &[][..]),
        (Depth::One, &["--fetch"]),
        (Depth::Fifty, &["--fetch"]),
    ] {
        forge.checkout("feature", depth);
        let report = forge.report(&job, args);
        let wanted = (
            forge.id("main"),
            forge.id("feature"),
            2,
            vec!["main".to_owned()],
        );
        assert_eq!(judged(&report), wanted);
        assert_eq!(report.rules(), ["zone-agent"]);
    }
    forge.checkout("feature", Depth::One);
    let report = forge.report(&job, &[]);
    assert_eq!(report.verdict(), "incomplete");
    assert!(
        report.json["incomplete"][0]["mend"]
            .as_str()
            .unwrap()
            .contains("GIT_DEPTH")
    );
}

#[test]
fn in_a_pipeline_for_merged_results_the_source_is_judged_not_the_merge() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "--detach", "main"]);
    dev.git(["merge", "-q", "--no-ff", "--no-edit", "feature"]);
    forge.keep("HEAD", "refs/merge-requests/7/merge");
    let job = merge_request(&forge.id("HEAD"), "main")
        .with("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", &forge.id("feature"))
        .with("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", &forge.id("main"));
    forge.checkout("main", Depth::One);
    let report = forge.report(&job, &["--fetch"]);
    assert_eq!(judged(&report).1, forge.id("feature"));
    assert_eq!(judged(&report).2, 2);
}

#[test]
fn a_retargeted_merge_request_is_judged_by_its_new_target() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "-b", "release", "main"]);
    dev.write(".cordon.yml", POLICY.replace("src/core/**", "docs/**"));
    dev.commit("Close the documentation");
    forge.push("release");
    dev.git(["checkout", "-q", "-b", "change", "main"]);
    forge.agent("docs/guide.md");
    forge.push("change");
    forge.checkout("change", Depth::Full);
    let report = |target| {
        // What GitLab leaves as it was.
        let job = merge_request(&forge.id("change"), target)
            .with("CI_MERGE_REQUEST_DIFF_BASE_SHA", &forge.id("main"));
        forge.report(&job, &[])
    };
    assert_eq!(report("main").verdict(), "pass");
    assert_eq!(report("release").rules(), ["zone-agent"]);
}

#[test]
fn a_branch_pipeline_is_judged_from_the_push_before_or_from_the_default_branch() {
    let forge = Forge::new();
    let (main, head) = (forge.id("main"), forge.id("feature"));
    forge.checkout("feature", Depth::Full);
    let of = |source: &str, before: &str| {
        let job = pipeline(source, &head)
            .with("CI_COMMIT_BRANCH", "feature")
            .with("CI_COMMIT_BEFORE_SHA", before);
        judged(&forge.report(&job, &[]))
    };
    assert_eq!(of("push", &forge.id("feature~1")).2, 1);
    assert_eq!(
        of("push", ZEROS),
        (main.clone(), head.clone(), 2, vec!["main".to_owned()])
    );
    for source in ["web", "schedule", "api", "trigger", "parent_pipeline"] {
        assert_eq!(
            of(source, ZEROS),
            (main.clone(), head.clone(), 2, vec!["main".to_owned()]),
            "{source}"
        );
    }
}

#[test]
fn a_tag_pipeline_is_judged_by_what_the_default_branch_lacks() {
    let forge = Forge::new();
    forge
        .dev
        .git(["tag", "-a", "-m", "Rel\u{202e}ease", "v1", "feature"]);
    forge.push("v1");
    let job = pipeline("push", &forge.id("feature"))
        .with("CI_COMMIT_TAG", "v1")
        .with("CI_COMMIT_BEFORE_SHA", ZEROS);
    forge.checkout("v1", Depth::One);
    let report = forge.report(&job, &["--fetch"]);
    assert_eq!(judged(&report).2, 2);
    // The system tells the commit; the tag's message is judged too.
    assert_eq!(report.rules(), ["zone-agent", "hidden-text"]);
}

#[test]
fn a_merge_request_from_a_fork_is_judged_in_the_parent_alone() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let parent = forge.id("main");
    // Of the fork, `main` is its author's own: no policy, and the agent's commit is there already.
    dev.git(["checkout", "-q", "feature"]);
    dev.git(["branch", "-f", "main", "feature"]);
    forge.push("main");
    dev.commit("Explain the key better");
    forge.push("feature");
    let head = forge.id("feature");
    let job = merge_request(&head, "main").with("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "43");
    forge.checkout("feature", Depth::Full);
    let by_hand = ["--fetch", "--base", "HEAD~1", "--head", "HEAD"];
    for args in [&["--fetch"][..], &[], &by_hand] {
        let report = forge.report(&job.clone().with("CI_PROJECT_ID", "43"), args);
        assert_eq!(report.verdict(), "incomplete", "{args:?}");
        let row = &report.json["incomplete"][0];
        assert_eq!(row["code"], "fork");
        let mend = row["mend"].as_str().unwrap();
        assert!(mend.contains("a member of the parent project"), "{mend}");
    }
    // Nor is one that does not say where it runs.
    let mut silent = job.clone();
    silent.env.retain(|(name, _)| name != "CI_PROJECT_ID");
    for args in [&["--fetch"][..], &by_hand] {
        let report = forge.report(&silent, args);
        assert_eq!(report.json["incomplete"][0]["code"], "fork", "{args:?}");
    }
    // What a member of the parent runs there has the parent's branches.
    dev.git(["push", "-q", "--force", "origin", &format!("{parent}:main")]);
    forge.keep(&head, "refs/merge-requests/7/head");
    forge.checkout("main", Depth::One);
    let report = forge.report(&job, &["--fetch"]);
    assert_eq!(judged(&report).0, parent);
    assert_eq!(report.rules(), ["zone-agent"]);
}
