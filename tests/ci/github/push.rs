//! Pushes: to a branch, of a new one, by force, of a tag, of nothing.

use super::at_every_depth;
use crate::forge::{Depth, Forge, Job, POLICY, ZEROS, github, judged, pushed};

#[test]
fn a_push_is_judged_from_what_was_there_before() {
    let forge = Forge::new();
    let before = forge.id("main");
    forge.agent("docs/guide.md");
    let after = forge.agent("src/core/key.c");
    forge.push("main");
    let job = github(
        "push",
        &after,
        "refs/heads/main",
        pushed("refs/heads/main", &before, &after),
    );
    let report = at_every_depth(&forge, "main", &job);
    assert_eq!(judged(&report), (before, after, 2, vec!["main".to_owned()]));
    assert_eq!(report.rules(), ["zone-agent"]);
}

#[test]
fn a_new_branch_is_judged_by_what_the_default_branch_lacks_and_by_its_policy() {
    let forge = Forge::new();
    let (main, head) = (forge.id("main"), forge.id("feature"));
    let job = github(
        "push",
        &head,
        "refs/heads/feature",
        pushed("refs/heads/feature", ZEROS, &head),
    );
    let report = at_every_depth(&forge, "feature", &job);
    assert_eq!(judged(&report), (main, head, 2, vec!["main".to_owned()]));
    assert_eq!(report.rules(), ["zone-agent"]);
}

#[test]
fn a_branch_at_a_commit_that_the_default_branch_has_brings_none_and_passes() {
    let forge = Forge::new();
    forge.dev.git(["branch", "copy", "main~3"]);
    forge.push("copy");
    let head = forge.id("copy");
    let job = github(
        "push",
        &head,
        "refs/heads/copy",
        pushed("refs/heads/copy", ZEROS, &head),
    );
    let report = at_every_depth(&forge, "copy", &job);
    assert_eq!(
        (report.verdict(), report.json["range"]["commits"].as_u64()),
        ("pass", Some(0))
    );
}

#[test]
fn a_push_by_force_is_judged_from_where_it_leaves_the_default_branch() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let before = forge.id("feature");
    dev.git(["checkout", "-q", "feature"]);
    dev.git([
        "commit",
        "-q",
        "--amend",
        "--allow-empty",
        "-m",
        "Explain it again",
    ]);
    forge.push("feature");
    let head = forge.id("feature");
    let job = github(
        "push",
        &head,
        "refs/heads/feature",
        pushed("refs/heads/feature", &before, &head),
    );
    // The old commit is at the remote no more than in the checkout.
    forge.checkout("feature", Depth::Full);
    let report = forge.report(&job, &["--fetch"]);
    assert_eq!(
        (judged(&report).0, judged(&report).2),
        (forge.id("main"), 2)
    );
    assert_eq!(report.rules(), ["zone-agent"]);
    let gone = github(
        "push",
        &head,
        "refs/heads/feature",
        pushed("refs/heads/feature", &"5".repeat(40), &head),
    );
    let report = forge.report(&gone, &["--fetch"]);
    assert_eq!(
        (judged(&report).0, judged(&report).2),
        (forge.id("main"), 2)
    );
    let said = forge.say(&gone, &["--fetch"]).stdout;
    let note = format!(
        "the commit before the push, {}, is gone from origin",
        "5".repeat(40)
    );
    assert!(said.contains(&note), "{said}");
    // Without leave to fetch nobody knows whether it is gone.
    assert_eq!(forge.report(&gone, &[]).codes(), ["missing-commit"]);
}

#[test]
fn a_default_branch_that_was_moved_by_force_is_judged_by_what_it_was() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let before = forge.id("main");
    dev.git(["reset", "-q", "--hard", "main~1"]);
    forge.push("main");
    let back = forge.id("main");
    let job = |before: &str, after: &str| {
        github(
            "push",
            after,
            "refs/heads/main",
            pushed("refs/heads/main", before, after),
        )
    };
    forge.checkout("main", Depth::Full);
    let report = forge.report(&job(&before, &back), &["--fetch"]);
    assert!(
        report.rules().contains(&"policy-weakened"),
        "{:#}",
        report.json
    );
    forge.agent("src/core/key.c");
    forge.push("main");
    let beside = forge.id("main");
    forge.checkout("main", Depth::Full);
    let report = forge.report(&job(&before, &beside), &["--fetch"]);
    assert!(report.rules().contains(&"zone-agent"), "{:#}", report.json);
    // Nobody else can judge it: what cannot be had is no pass.
    let report = forge.report(&job(&"5".repeat(40), &beside), &["--fetch"]);
    assert_eq!(report.codes(), ["missing-commit"]);
}

#[test]
fn a_head_that_is_named_is_judged_in_the_place_of_what_was_pushed() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let (main, head) = (forge.id("main"), forge.id("feature"));
    let before = forge.id("feature~1");
    let jobs = [
        pushed("refs/heads/copy", &before, &main),
        pushed("refs/heads/copy", &main, ZEROS),
    ];
    for payload in jobs {
        let job = github("push", &main, "refs/heads/copy", payload);
        let report = forge.report(&job, &["--head", &head]);
        assert_eq!(judged(&report).1, head);
    }
}

/// A feature branch that was moved by force, in a checkout that lacks what it was.
fn moved_by_force() -> (Forge, Job) {
    let forge = Forge::new();
    let before = forge.id("feature");
    forge.dev.git(["checkout", "-q", "feature"]);
    forge.dev.git(["reset", "-q", "--hard", "feature~1"]);
    forge.dev.commit("Explain it again");
    forge.push("feature");
    forge.checkout("feature", Depth::Full);
    let head = forge.id("feature");
    let payload = pushed("refs/heads/feature", &before, &head);
    let job = github("push", &head, "refs/heads/feature", payload);
    (forge, job)
}

#[test]
fn where_the_remote_does_not_say_why_it_gives_no_commit_a_note_says_so() {
    let (forge, job) = moved_by_force();
    let dir = forge.dev.outside("checkout");
    // By the older protocol a server gives only what its references name.
    let dir = dir.to_str().unwrap();
    forge
        .dev
        .git(["-C", dir, "config", "protocol.version", "0"]);
    let said = forge.say(&job, &["--fetch"]).stdout;
    assert!(said.contains("and may be gone from origin"), "{said}");
    let report = forge.report(&job, &["--fetch"]);
    let (base, _, commits, _) = judged(&report);
    assert_eq!((base, commits), (forge.id("main"), 2));
    assert_eq!(report.rules(), ["zone-agent"]);
}

/// The codes of what is incomplete, with a `git` before all others that begins with these lines.
fn with_git(forge: &Forge, job: &Job, lines: &str) -> Vec<String> {
    let bin = forge.dev.outside("bin");
    std::fs::create_dir(&bin).unwrap();
    let git = bin.join("git");
    let real = forge.dev.shell("command -v git").stdout;
    let script = format!("#!/bin/sh\n{lines}\nexec {} \"$@\"\n", real.trim());
    std::fs::write(&git, script).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&git, mode).unwrap();
    let path = forge.dev.shell("echo \"$PATH\"").stdout;
    let path = format!("{}:{}", bin.display(), path.trim());
    let report = forge.report(&job.clone().with("PATH", &path), &["--fetch"]);
    report.codes().into_iter().map(str::to_owned).collect()
}

#[test]
fn a_fetch_that_fails_takes_no_commit_for_gone() {
    let (forge, job) = moved_by_force();
    // From its first fetch on the remote cannot be reached.
    let down = forge.dev.outside("down");
    let lines = format!(
        "case \" $* \" in *' fetch '*) : >{down};; esac\n\
         case \" $* \" in *' fetch '*|*' ls-remote '*) [ ! -e {down} ] || {{ echo 'fatal: unable to access' >&2; exit 128; }};; esac",
        down = down.display(),
    );
    assert_eq!(with_git(&forge, &job, &lines), ["unfetched"]);
    assert!(down.exists());
    // The remote answers, and the disk is full.
    let (forge, job) = moved_by_force();
    let full = "case \" $* \" in *' fetch '*) echo 'fatal: write error: No space left on device' >&2; exit 128;; esac";
    assert_eq!(with_git(&forge, &job, full), ["unfetched"]);
}

#[test]
fn the_first_push_of_all_is_judged_whole_and_trusts_nobody() {
    let forge = Forge::empty();
    forge.dev.write(".cordon.yml", POLICY);
    forge.dev.commit("Begin");
    let head = forge.agent("src/core/key.c");
    forge.push("main");
    let job = github(
        "push",
        &head,
        "refs/heads/main",
        pushed("refs/heads/main", ZEROS, &head),
    );
    let report = at_every_depth(&forge, "main", &job);
    assert_eq!(judged(&report).2, 2);
    assert_eq!(report.json["policy"]["trusted"], false);
    assert_eq!(report.rules(), ["zone-agent"]);
}

#[test]
fn a_tag_is_judged_by_what_the_default_branch_lacks_and_its_message_with_it() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git([
        "tag",
        "-a",
        "-m",
        "Release\n\nskip-checks: true",
        "v1",
        "feature",
    ]);
    forge.push("v1");
    let tag = forge.id("v1");
    let job = github(
        "push",
        &tag,
        "refs/tags/v1",
        pushed("refs/tags/v1", ZEROS, &tag),
    );
    let report = at_every_depth(&forge, "main", &job);
    assert_eq!(judged(&report).1, forge.id("feature"));
    assert!(report.rules().contains(&"zone-agent"));
    dev.git(["tag", "-f", "-a", "-m", "Only a release", "v1", "main"]);
    forge.push("v1");
    let tag = forge.id("v1");
    let job = github(
        "push",
        &tag,
        "refs/tags/v1",
        pushed("refs/tags/v1", ZEROS, &tag),
    );
    assert_eq!(at_every_depth(&forge, "main", &job).verdict(), "pass");
}

#[test]
fn a_deletion_has_nothing_to_judge() {
    let forge = Forge::new();
    forge.checkout("main", Depth::One);
    let job = github(
        "push",
        &forge.id("main"),
        "refs/heads/main",
        pushed("refs/heads/old", &forge.id("main"), ZEROS),
    );
    let report = forge.report(&job, &[]);
    assert_eq!(
        (report.verdict(), report.json["range"]["commits"].as_u64()),
        ("pass", Some(0))
    );
    let said = forge.say(&job, &[]);
    assert!(said.stdout.contains("old was deleted"), "{}", said.stdout);
}
