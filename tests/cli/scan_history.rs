//! `cordon scan` of the index and of histories: every place where a secret may lie is looked at.

use crate::support::{CLAUDE, Sandbox};

fn key() -> String {
    format!("AKIA{}", "Q3X7Z5T2M4P6R2W3")
}

fn line() -> String {
    format!("aws = {}\n", key())
}

#[test]
fn the_index_is_read_and_not_the_work_tree() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("a é.txt", line());
    sandbox.stage();
    sandbox.write("a é.txt", "clean\n");
    assert_eq!(
        sandbox.scan(&["--staged"]).places("secret-added"),
        ["a é.txt:1"]
    );
    assert_eq!(sandbox.scan(&[]).code, 0);

    sandbox.stage();
    sandbox.write("a é.txt", line());
    sandbox.write("untracked", line());
    assert_eq!(sandbox.scan(&["--staged"]).code, 0);
    assert_eq!(sandbox.scan(&[]).of("secret-added").len(), 2);
}

#[test]
fn the_first_commit_is_scanned_before_it_is_made() {
    let sandbox = Sandbox::new();
    sandbox.write("a", line());
    sandbox.stage();
    assert_eq!(sandbox.scan(&["--staged"]).places("secret-added"), ["a:1"]);
}

#[test]
fn an_old_secret_of_an_edited_or_renamed_file_is_not_told_as_staged() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("a", line());
    sandbox.commit("Secret");
    sandbox.write("a", format!("{}more\n", line()));
    sandbox.stage();
    assert_eq!(sandbox.scan(&["--staged"]).code, 0);
    sandbox.git(["reset", "-q", "--hard"]);
    sandbox.git(["mv", "a", "b"]);
    assert_eq!(sandbox.scan(&["--staged"]).code, 0);
}

#[test]
fn a_linked_worktree_has_its_own_index() {
    let sandbox = Sandbox::with_commit();
    let said = sandbox.shell(&format!(
        "git worktree add -q ../linked && cd ../linked && printf %s '{}' > a && git add a",
        line().trim()
    ));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(sandbox.scan(&["--staged"]).code, 0);
    let report = sandbox.scan(&["--staged", "--repo", "../linked"]);
    assert_eq!(report.places("secret-added"), ["a:1"]);
}

#[test]
fn a_secret_that_was_taken_out_again_is_in_history() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("a", line());
    let id = sandbox.commit("Put it in");
    sandbox.write("a", "clean\n");
    sandbox.commit("Take it out");
    let report = sandbox.scan(&["--history"]);
    assert_eq!(report.places("secret-added"), ["a:1"]);
    assert_eq!(report.of("secret-added")[0]["commit"], id);
    assert_eq!(sandbox.scan(&["--range", "HEAD~1..HEAD"]).code, 0);
    assert_eq!(sandbox.scan(&["--range", "HEAD~2..HEAD"]).code, 1);
    assert_eq!(sandbox.scan(&[]).code, 0);
}

#[test]
fn a_secret_that_only_a_merge_brought_is_in_history() {
    let sandbox = Sandbox::with_commit();
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("side", "side\n");
    sandbox.commit("Side");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("main", "main\n");
    sandbox.commit("Main");
    sandbox.git(["merge", "-q", "--no-commit", "--no-ff", "side"]);
    sandbox.write("a", line());
    let merge = sandbox.commit("Merge");
    sandbox.git(["rm", "-q", "a"]);
    sandbox.commit("Take it out");
    let report = sandbox.scan(&["--history"]);
    assert_eq!(report.places("secret-added"), ["a:1"]);
    assert_eq!(report.of("secret-added")[0]["commit"], merge);
}

#[test]
fn every_reference_is_history() {
    let sandbox = Sandbox::with_commit();
    sandbox.git(["checkout", "-q", "-b", "other"]);
    sandbox.write("a", line());
    sandbox.commit("On a branch");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("b", line());
    sandbox.git(["add", "b"]);
    sandbox.git(["stash", "-q"]);
    sandbox.write("c", line());
    sandbox.git(["add", "c"]);
    sandbox.git(["stash", "-q"]);
    let said = sandbox.shell(&format!(
        "git worktree add -q --detach ../linked && cd ../linked && printf %s '{}' > d \
         && git add d && git commit -qm detached",
        line().trim()
    ));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let mut paths = sandbox.scan(&["--history"]).places("secret-added");
    paths.sort();
    paths.dedup();
    assert_eq!(paths, ["a:1", "b:1", "c:1", "d:1"]);
}

#[test]
fn the_references_of_every_worktree_are_history() {
    let sandbox = Sandbox::with_commit();
    let linked = |line: &str| {
        let said = sandbox.shell(&format!("cd ../linked && {line}"));
        assert_eq!(said.code, 0, "{}", said.stderr);
    };
    let hidden = |name: &str| {
        format!(
            "printf %s '{}' > {name} && git add {name} && git commit -qm {name} \
             && git update-ref refs/worktree/{name} HEAD && git reset -q --hard HEAD~1",
            line().trim()
        )
    };
    assert_eq!(sandbox.shell("git worktree add -q ../linked").code, 0);
    linked(&hidden("a"));
    assert_eq!(sandbox.shell(&hidden("b")).code, 0);
    for place in [".", "../linked"] {
        let mut paths = sandbox
            .scan(&["--history", "--repo", place])
            .places("secret-added");
        paths.sort();
        assert_eq!(paths, ["a:1", "b:1"], "{place}");
    }
}

#[test]
fn a_reference_that_cannot_be_read_is_incomplete() {
    let sandbox = Sandbox::with_commit();
    sandbox.git(["worktree", "add", "-q", "--detach", "../linked"]);
    for name in [
        "refs/heads/x",
        "refs/stash",
        "worktrees/linked/HEAD",
        "worktrees/linked/refs/bisect/bad",
        "logs/refs/stash",
    ] {
        let name = format!(".git/{name}");
        let before = std::fs::read(sandbox.path().join(&name)).ok();
        sandbox.write(&name, "garbage\n");
        let report = sandbox.scan(&["--history"]);
        assert_eq!(
            (report.code, report.codes()),
            (2, vec!["unreadable-file"]),
            "{name}"
        );
        match before {
            Some(before) => sandbox.write(&name, before),
            None => std::fs::remove_file(sandbox.path().join(&name)).unwrap(),
        }
    }
    assert_eq!(sandbox.scan(&["--history"]).code, 0);
    sandbox.write(".git/refs/heads/x", "garbage\n");
    assert_eq!(sandbox.report(&["--all-refs"]).codes(), ["unreadable-file"]);
    assert_eq!(sandbox.report(&["--range", "HEAD..main"]).code, 0);
}

#[test]
fn messages_tags_and_notes_are_history() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("a", "a\n");
    sandbox.commit(&format!("Use {}", key()));
    sandbox.git(["tag", "-a", "v1", "-m", &format!("release\n\n{}", key())]);
    sandbox.git(["tag", "-a", "v1-of-v1", "-m", "outer", "v1"]);
    sandbox.git(["notes", "add", "-m", &key()]);
    let report = sandbox.scan(&["--history"]);
    let findings = report.of("secret-added");
    let places: Vec<&str> = findings
        .iter()
        .map(|row| row["in"].as_str().unwrap())
        .collect();
    // The inner tag is reached by both names.
    assert_eq!(
        places,
        ["message", "file", "ref", "ref"],
        "{:#}",
        report.json
    );
}

#[test]
fn what_a_reference_names_without_a_commit_is_read_or_incomplete() {
    let sandbox = Sandbox::with_commit();
    let said = sandbox.shell(&format!(
        "echo '{}' | git hash-object -w --stdin",
        line().trim()
    ));
    sandbox.git(["update-ref", "refs/tags/blob", said.stdout.trim()]);
    assert_eq!(
        sandbox.scan(&["--history"]).of("secret-added")[0]["in"],
        "ref"
    );
    sandbox.git(["update-ref", "-d", "refs/tags/blob"]);
    sandbox.git(["update-ref", "refs/tags/tree", "HEAD^{tree}"]);
    assert_eq!(sandbox.scan(&["--history"]).codes(), ["not-a-commit"]);
}

#[test]
fn an_agents_secret_is_judged_as_an_agents() {
    let policy = "cordon: 1\nextends: []\nrules: {secret-added: {agents: block, humans: warn}}\n";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.write("a", line());
    sandbox.commit("By a person");
    assert_eq!(sandbox.scan(&["--history"]).code, 0);
    sandbox.write("b", line());
    sandbox.commit(&format!("By an agent\n\n{CLAUDE}"));
    let report = sandbox.scan(&["--history"]);
    assert_eq!((report.code, report.of("secret-added").len()), (1, 2));
    assert_eq!(report.of("secret-added")[1]["agent"], "claude-code");
}

#[test]
fn what_cannot_be_scanned_is_never_a_pass() {
    let sandbox = Sandbox::with_commit();
    let report = sandbox.scan(&["--range", "nope..HEAD"]);
    assert_eq!(
        (report.code, report.codes()),
        (2, vec!["missing-reference"])
    );
    let plain = sandbox.outside("plain");
    std::fs::create_dir(&plain).unwrap();
    let plain = plain.to_str().unwrap().to_owned();
    for what in ["--history", "--staged"] {
        let report = sandbox.scan(&[what, "--repo", &plain]);
        assert_eq!((report.code, report.codes()), (2, vec!["not-a-repository"]));
    }
    sandbox.write("a", "a\n");
    sandbox.commit("Two");
    let url = format!("file://{}", sandbox.path().display());
    let said = sandbox.shell(&format!("git clone -q --depth 1 {url} ../shallow"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let report = sandbox.scan(&["--history", "--repo", "../shallow"]);
    assert_eq!((report.code, report.codes()), (2, vec!["shallow"]));
}

#[test]
fn a_repository_without_a_commit_has_an_empty_history() {
    let said = Sandbox::new().cordon(["scan", "--history"]);
    assert_eq!(said.code, 0);
    assert!(said.stdout.contains("empty"), "{}", said.stdout);
}
