//! A merge is judged by what it changes itself: octopus, `-s ours`, and what a resolution smuggles in.

use crate::support::{CLAUDE, Report, Sandbox};

const POLICY: &str = "cordon: 1\nextends: []\nzones: {z: {paths: [src], agents: denied}}\n";

/// A repository whose branches `one` and `two` hold a person's work in a zone, and `main` other work.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_policy(POLICY);
    for path in ["src/a", "src/b", "src/c"] {
        sandbox.write(path, "1\n");
    }
    sandbox.commit("Files");
    sandbox.git(["tag", "base"]);
    for (branch, path) in [("one", "src/a"), ("two", "src/b")] {
        sandbox.git(["checkout", "-q", "-b", branch, "base"]);
        sandbox.write(path, "fixed\n");
        sandbox.commit("A person's fix");
    }
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("m", "m\n");
    sandbox.commit("Elsewhere");
    sandbox
}

/// What is found in an agent's merge, by path: in the range and in the merge alone.
fn found(sandbox: &Sandbox) -> Vec<String> {
    let message = format!("Merge\n\n{CLAUDE}");
    sandbox.git(["commit", "-q", "--amend", "-m", &message]);
    let head = sandbox.id("HEAD");
    let paths = |report: &Report| -> Vec<String> {
        let zone = report.of("zone-agent");
        assert!(
            zone.iter().all(|row| row["commit"] == head.as_str()),
            "{zone:?}"
        );
        zone.iter()
            .map(|row| row["path"].as_str().unwrap().to_owned())
            .collect()
    };
    let alone = paths(&sandbox.report(&["--commit", "HEAD"]));
    assert_eq!(paths(&sandbox.report(&["--range", "base..HEAD"])), alone);
    alone
}

fn change_the_merge(sandbox: &Sandbox, path: &str, text: &str) {
    sandbox.write(path, text);
    sandbox.stage();
    sandbox.git(["commit", "-q", "--amend", "--no-edit"]);
}

#[test]
fn a_clean_octopus_is_nobodys_change_of_a_zone() {
    let sandbox = sandbox();
    sandbox.git(["merge", "-q", "-m", "M", "one", "two"]);
    assert_eq!(
        sandbox
            .git(["rev-list", "--parents", "-1", "HEAD"])
            .stdout
            .split(' ')
            .count(),
        4
    );
    assert_eq!(found(&sandbox), [""; 0]);
}

#[test]
fn what_an_octopus_smuggles_in_is_found() {
    let sandbox = sandbox();
    sandbox.git(["merge", "-q", "-m", "M", "one", "two"]);
    change_the_merge(&sandbox, "src/c", "evil\n");
    assert_eq!(found(&sandbox), ["src/c"]);
    change_the_merge(&sandbox, "src/new", "evil\n");
    assert_eq!(found(&sandbox), ["src/c", "src/new"]);
    change_the_merge(&sandbox, "src/a", "fixed otherwise\n");
    assert_eq!(found(&sandbox), ["src/a", "src/c", "src/new"]);
}

#[test]
fn a_merge_with_ours_that_drops_a_persons_fix_is_found() {
    let sandbox = sandbox();
    sandbox.git(["merge", "-q", "-s", "ours", "-m", "M", "one"]);
    assert_eq!(found(&sandbox), ["src/a"]);
    sandbox.git(["reset", "-q", "--hard", "HEAD~"]);
    sandbox.git(["merge", "-q", "-s", "ours", "-m", "M", "one", "two"]);
    assert_eq!(found(&sandbox), ["src/a", "src/b"]);
}

#[test]
fn an_octopus_that_drops_one_of_several_fixes_is_found() {
    let sandbox = sandbox();
    sandbox.git(["merge", "-q", "-m", "M", "one", "two"]);
    change_the_merge(&sandbox, "src/b", "1\n");
    assert_eq!(found(&sandbox), ["src/b"]);
    sandbox.git(["rm", "-q", "src/a"]);
    sandbox.git(["commit", "-q", "--amend", "--no-edit"]);
    assert_eq!(found(&sandbox), ["src/a", "src/b"]);
}

#[test]
fn a_merge_in_progress_is_judged_as_it_will_be() {
    let mut sandbox = sandbox();
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.git(["merge", "-q", "--no-commit", "--no-ff", "one"]);
    assert_eq!(sandbox.report(&["--staged"]).rules(), [""; 0]);
    sandbox.write("src/c", "evil\n");
    sandbox.stage();
    assert_eq!(
        sandbox.report(&["--staged"]).places("zone-agent"),
        ["src/c:1"]
    );
    sandbox.git(["reset", "-q", "--hard"]);
    sandbox.git(["merge", "-q", "--no-commit", "-s", "ours", "one"]);
    assert_eq!(
        sandbox.report(&["--staged"]).of("zone-agent")[0]["path"],
        "src/a"
    );
}

#[test]
fn a_secret_that_only_a_merge_adds_is_found() {
    let sandbox = sandbox();
    sandbox.git(["merge", "-q", "-m", "M", "one", "two"]);
    let key = format!("AKIA{}", "Z7VRSQ5TJN2XMPLK");
    change_the_merge(&sandbox, "notes", &format!("aws_access_key_id = {key}\n"));
    let report = sandbox.report(&["--range", "base..HEAD"]);
    assert_eq!(report.of("secret-added")[0]["commit"], sandbox.id("HEAD"));
    // Taken out by the next commit, it is still in the merge.
    sandbox.git(["rm", "-q", "notes"]);
    sandbox.commit("Out");
    let report = sandbox.report(&["--range", "base..HEAD"]);
    assert_eq!(report.of("secret-added")[0]["commit"], sandbox.id("HEAD~1"));
}

#[test]
fn a_merge_across_a_cross_is_judged_too() {
    let sandbox = sandbox();
    // Both sides merge each other: there are two bases.
    sandbox.git(["checkout", "-q", "one"]);
    let two = sandbox.id("two");
    sandbox.git(["merge", "-q", "--no-ff", "-m", "M", &two]);
    sandbox.git(["checkout", "-q", "two"]);
    sandbox.git(["merge", "-q", "--no-ff", "-m", "M", "one~1"]);
    sandbox.write("src/c", "by a person\n");
    sandbox.commit("A person's");
    sandbox.git(["merge", "-q", "--no-ff", "-m", "M", "one"]);
    assert_eq!(found(&sandbox), [""; 0]);
    sandbox.git(["reset", "-q", "--hard", "HEAD~"]);
    sandbox.git(["checkout", "-q", "one"]);
    sandbox.git(["merge", "-q", "-s", "ours", "-m", "M", "two"]);
    assert_eq!(found(&sandbox), ["src/c"]);
}
