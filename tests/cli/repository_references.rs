//! Kinds of repositories: how references are stored, and which extensions there are.

use crate::repositories::{is_found, plant, planted, secret};
use crate::support::{CLAUDE, CORDON, Sandbox, incomplete, said};

/// A repository with reftables; `None` where this machine's Git makes none.
fn reftable() -> Option<Sandbox> {
    let sandbox = Sandbox::new();
    let begin = "rm -rf .git && git init -q -b main --ref-format=reftable && git config user.name A && git config user.email a@acme.example";
    (sandbox.shell(begin).code == 0).then_some(sandbox)
}

/// What a check says with this PATH.
fn with_path(sandbox: &Sandbox, path: &str) -> crate::support::Report {
    let mut command = sandbox.command(CORDON, &sandbox.path());
    command.args(["check", "--all", "--format", "json"]);
    crate::support::Report::read(&said(command.env("PATH", path)))
}

// kind: reftable
#[test]
fn reftables_are_read_by_git() {
    let Some(sandbox) = reftable() else { return };
    sandbox.write("README", "hello\n");
    sandbox.commit("Begin");
    plant(&sandbox);
    let range = ["--range", "HEAD~1..HEAD"];
    for options in [&[][..], &["--reader", "git"]] {
        let report = sandbox.report(&[&range[..], options].concat());
        assert_eq!(report.places("secret-added"), ["config.ini:1"]);
    }
    sandbox.write("staged.ini", secret());
    sandbox.git(["add", "staged.ini"]);
    assert_eq!(
        sandbox.report(&["--staged"]).places("secret-added"),
        ["staged.ini:1"]
    );
    let alone = sandbox.report(&["--all", "--reader", "library"]);
    incomplete(&alone, "unsupported-repository");
    let none = with_path(&sandbox, "relative:/nowhere");
    incomplete(&none, "unsupported-repository");
    let why = none.json["incomplete"][0]["message"].as_str().unwrap();
    assert!(why.contains("PATH"), "{why}");
    let old = said(
        sandbox
            .command("/usr/bin/git", &sandbox.path())
            .arg("status"),
    );
    if old.code == 128 {
        let old = with_path(&sandbox, "/usr/bin");
        incomplete(&old, "unsupported-repository");
        let why = old.json["incomplete"][0]["message"].as_str().unwrap();
        assert!(why.contains("is too old"), "{why}");
    }
}

#[test]
fn every_stash_and_head_of_reftables_is_scanned() {
    let Some(sandbox) = reftable() else { return };
    sandbox.write("a", "a\n");
    sandbox.commit("Begin");
    sandbox.write("a", secret());
    sandbox.git(["stash", "-q"]);
    for number in 0..70 {
        sandbox.write("a", format!("{number}\n"));
        sandbox.git(["stash", "-q"]);
    }
    assert_eq!(sandbox.scan(&["--history"]).places("secret-added"), ["a:1"]);
    sandbox.git(["stash", "clear"]);
    assert_eq!(sandbox.scan(&["--history"]).code, 0);
    sandbox.git(["worktree", "add", "-q", "--detach", "../linked"]);
    std::fs::write(sandbox.outside("linked/b"), secret()).unwrap();
    sandbox.git(["-C", "../linked", "add", "b"]);
    sandbox.git(["-C", "../linked", "commit", "-q", "-m", "Detached"]);
    assert_eq!(sandbox.scan(&["--history"]).places("secret-added"), ["b:1"]);
}

#[test]
fn a_commit_that_is_picked_is_not_stamped_in_reftables_either() {
    let Some(mut sandbox) = reftable() else {
        return;
    };
    sandbox.write(
        ".cordon.yml",
        "cordon: 1\nextends: []\ntrailers: {stamp: true}\n",
    );
    sandbox.commit("Begin");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("b", "b\n");
    sandbox.commit("Picked");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("c", "c\n");
    sandbox.commit("Another");
    assert_eq!(sandbox.cordon(["install"]).code, 0);
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.git(["cherry-pick", "side"]);
    let picked = sandbox.git(["log", "-1", "--format=%B"]).stdout;
    assert_eq!(picked.trim(), "Picked");
    sandbox.write("d", "d\n");
    sandbox.stage();
    sandbox.git(["commit", "-q", "-m", "Made"]);
    let made = sandbox.git(["log", "-1", "--format=%B"]).stdout;
    assert_ne!(made.trim(), "Made", "it is stamped");
}

// kind: unknown extension
#[test]
fn an_extension_that_nobody_knows_is_refused() {
    let sandbox = planted();
    sandbox.git(["config", "core.repositoryFormatVersion", "1"]);
    for name in ["extensions.futureThing", "extensions.compatObjectFormat"] {
        let config = sandbox.path().join(".git/config");
        let before = std::fs::read(&config).unwrap();
        let said = sandbox.shell(&format!("git config {name} sha256"));
        assert_eq!(said.code, 0, "{}", said.stderr);
        for reader in ["auto", "library", "git"] {
            let report = sandbox.report(&["--all", "--reader", reader]);
            incomplete(&report, "unsupported-repository");
        }
        std::fs::write(&config, before).unwrap();
    }
}

// kind: SHA-256
#[test]
fn sha_256() {
    let sandbox = Sandbox::new();
    sandbox.shell("rm -rf .git && git init -q -b main --object-format=sha256 && git config user.name A && git config user.email a@acme.example");
    sandbox.write("README", "hello\n");
    sandbox.commit("Begin");
    plant(&sandbox);
    is_found(&sandbox, &[]);
    sandbox.git(["gc", "-q"]);
    is_found(&sandbox, &["--verify-objects"]);
}

// kind: 10,000 references
#[test]
fn ten_thousand_references() {
    let sandbox = planted();
    let head = sandbox.id("HEAD");
    let lines = (0..10_000).map(|number| format!("create refs/heads/b{number} {head}\n"));
    std::fs::write(sandbox.outside("refs"), lines.collect::<String>()).unwrap();
    let said = sandbox.shell("git -c core.fsync=none update-ref --stdin < ../refs");
    assert_eq!(said.code, 0, "{}", said.stderr);
    for packed in [false, true] {
        if packed {
            sandbox.git(["pack-refs", "--all"]);
        }
        let report = sandbox.both(&["--all-refs"]);
        assert_eq!(report.places("secret-added"), ["config.ini:1"]);
    }
}

// kind: replace references
#[test]
fn replace_references_hide_nothing() {
    let sandbox =
        Sandbox::with_policy("cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n");
    sandbox.write("a", "a\n");
    let by_agent = sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    sandbox.git(["commit", "-q", "--amend", "-m", "By a person"]);
    let by_person = sandbox.id("HEAD");
    sandbox.git(["reset", "-q", "--hard", &by_agent]);
    sandbox.git(["replace", &by_agent, &by_person]);
    let report = sandbox.both(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.rules(), ["agent-denied"]);
}
