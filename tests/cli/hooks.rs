//! Real commits through installed hooks.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::{CLAUDE, CORDON, Sandbox};

const ZONE: &str = "\
cordon: 1
extends: []
trailers: {stamp: true}
zones:
  crypto: {class: export, paths: [\"src/crypto/**\"], agents: denied}
";

fn installed(policy: &str) -> Sandbox {
    let sandbox = Sandbox::with_policy(policy);
    let said = sandbox.cordon(["install"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    sandbox
}

#[test]
fn pre_commit_blocks_an_agent_at_work_in_a_zone() {
    let mut sandbox = installed(ZONE);
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.write("src/crypto/aes.c", "int aes;\n");
    sandbox.stage();
    let said = sandbox.try_git(["commit", "-m", "Change"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("zone-agent"), "{}", said.stderr);
    assert!(said.stderr.contains(".cordon.yml:5"), "{}", said.stderr);
    assert!(
        said.stderr.contains("CLAUDE_CODE_CHILD_SESSION"),
        "{}",
        said.stderr
    );
    assert_eq!(
        sandbox.git(["log", "--format=%s"]).stdout,
        "Begin with a policy\n"
    );
}

#[test]
fn commit_msg_judges_the_zone_by_what_the_message_says() {
    let sandbox = installed(ZONE);
    sandbox.write("src/crypto/aes.c", "int aes;\n");
    sandbox.stage();
    let said = sandbox.try_git(["commit", "-m", "Change", "-m", CLAUDE]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("zone-agent"), "{}", said.stderr);
    // A person may: silently.
    let said = sandbox.git(["commit", "-q", "-m", "Change"]);
    assert_eq!(said.stderr, "");
}

#[test]
fn the_index_that_will_be_committed_is_judged() {
    let mut sandbox = installed(ZONE);
    sandbox.set("GEMINI_CLI", "1");
    sandbox.write("src/crypto/aes.c", "int aes;\n");
    sandbox.git(["add", "-N", "src/crypto/aes.c"]);
    // `commit -a` and `commit -- path` make an index of their own.
    let all = sandbox.try_git(["commit", "-a", "-m", "Change"]);
    assert_eq!(all.code, 1, "{}", all.stderr);
    let path = sandbox.try_git(["commit", "-m", "Change", "--", "src/crypto/aes.c"]);
    assert_eq!(path.code, 1, "{}", path.stderr);
    let sub = crate::support::said(
        sandbox
            .command("git", &sandbox.path().join("src"))
            .args(["commit", "-a", "-m", "Change"]),
    );
    assert_eq!(sub.code, 1, "{}", sub.stderr);
    sandbox.write("README", "other\n");
    sandbox.git(["add", "README"]);
    let other = sandbox.try_git(["commit", "-m", "Change", "--", "README"]);
    assert_eq!(other.code, 0, "{}", other.stderr);
}

#[test]
fn the_message_is_stamped_once() {
    let mut sandbox = installed(ZONE);
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.write("a", "a\n");
    sandbox.stage();
    sandbox.git(["commit", "-q", "-m", "Change"]);
    assert_eq!(
        sandbox.git(["log", "-1", "--format=%B"]).stdout.trim_end(),
        "Change\n\nAssisted-by: claude-code"
    );
    sandbox.git(["commit", "-q", "--amend", "--no-edit"]);
    assert_eq!(
        sandbox
            .git(["log", "-1", "--format=%(trailers)"])
            .stdout
            .trim(),
        "Assisted-by: claude-code"
    );
    // The agent's own trailer is enough.
    sandbox.write("a", "b\n");
    sandbox.git(["commit", "-q", "-a", "-m", &format!("Change\n\n{CLAUDE}")]);
    assert_eq!(
        sandbox
            .git(["log", "-1", "--format=%(trailers)"])
            .stdout
            .trim(),
        CLAUDE
    );
}

#[test]
fn what_repeats_a_commit_is_not_stamped() {
    let mut sandbox = installed(ZONE);
    sandbox.write("a", "a\n");
    sandbox.commit("By a person");
    sandbox.git(["checkout", "-q", "-b", "side", "HEAD~1"]);
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.git(["cherry-pick", "main"]);
    assert_eq!(
        sandbox
            .git(["log", "-1", "--format=%(trailers)"])
            .stdout
            .trim(),
        ""
    );
    sandbox.git(["revert", "--no-edit", "HEAD"]);
    assert_eq!(
        sandbox
            .git(["log", "-1", "--format=%(trailers)"])
            .stdout
            .trim(),
        ""
    );
    sandbox.git(["rebase", "-q", "--force-rebase", "HEAD~2"]);
    assert_eq!(
        sandbox
            .git(["log", "-2", "--format=%(trailers)"])
            .stdout
            .trim(),
        ""
    );
}

#[test]
fn a_policy_that_does_not_stamp_leaves_messages_alone() {
    let mut sandbox = installed("cordon: 1\nextends: []\n");
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.write("a", "a\n");
    sandbox.stage();
    let said = sandbox.git(["commit", "-q", "-m", "Change"]);
    assert!(said.stderr.contains("agent-undisclosed"), "{}", said.stderr);
    assert_eq!(
        sandbox
            .git(["log", "-1", "--format=%(trailers)"])
            .stdout
            .trim(),
        ""
    );
}

#[test]
fn comments_of_the_editor_are_no_message() {
    let mut sandbox =
        installed("cordon: 1\nextends: []\ntrailers: {forbid: [{text: secret-word}]}\n");
    sandbox.set("GIT_EDITOR", "printf 'Change\\n# secret-word\\n' >");
    sandbox.write("a", "a\n");
    sandbox.stage();
    let said = sandbox.try_git(["commit", "-q"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    sandbox.set("GIT_EDITOR", "printf 'Change secret-word\\n' >");
    sandbox.write("a", "b\n");
    let said = sandbox.try_git(["commit", "-q", "-a"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
}

#[test]
fn a_hook_that_was_there_runs_first_and_comes_back() {
    let sandbox = Sandbox::with_commit();
    let hook = sandbox.path().join(".git/hooks/commit-msg");
    std::fs::write(
        &hook,
        "#!/bin/sh\necho \"before: $(head -1 \"$1\")\" >&2\ngrep -q good \"$1\"\n",
    )
    .unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o754)).unwrap();
    std::os::unix::fs::symlink("commit-msg", sandbox.path().join(".git/hooks/pre-push")).unwrap();
    let before = std::fs::read(&hook).unwrap();
    sandbox.cordon(["install"]);
    sandbox.cordon(["install"]);
    let bad = sandbox.try_git(["commit", "--allow-empty", "-m", "bad"]);
    assert_eq!(bad.code, 1);
    assert!(bad.stderr.contains("before: bad"), "{}", bad.stderr);
    assert_eq!(
        sandbox
            .try_git(["commit", "--allow-empty", "-m", "good"])
            .code,
        0
    );

    let said = sandbox.cordon(["uninstall"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(std::fs::read(&hook).unwrap(), before);
    assert_eq!(
        std::fs::metadata(&hook).unwrap().permissions().mode() & 0o777,
        0o754
    );
    let link = sandbox.path().join(".git/hooks/pre-push");
    assert_eq!(
        std::fs::read_link(link).unwrap().to_str(),
        Some("commit-msg")
    );
    assert!(!sandbox.path().join(".git/hooks/pre-commit").exists());
}

#[test]
fn linked_worktrees_share_the_hooks() {
    let mut sandbox = installed(ZONE);
    sandbox.git(["worktree", "add", "-q", "../linked", "-b", "linked"]);
    sandbox.set("GEMINI_CLI", "1");
    let linked = sandbox.outside("linked");
    std::fs::create_dir_all(linked.join("src/crypto")).unwrap();
    std::fs::write(linked.join("src/crypto/aes.c"), "int aes;\n").unwrap();
    crate::support::said(sandbox.command("git", &linked).args(["add", "-A"]));
    let said = crate::support::said(
        sandbox
            .command("git", &linked)
            .args(["commit", "-m", "Change"]),
    );
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("zone-agent"), "{}", said.stderr);
}

#[test]
fn with_the_program_gone_a_commit_fails_and_says_why() {
    let sandbox = Sandbox::with_commit();
    let program = sandbox.outside("cordon-copy");
    // By a program of its own: a file that this process has open for writing cannot be started.
    sandbox.shell(&format!("cp {CORDON} {}", program.display()));
    let said = crate::support::said(
        sandbox
            .command(program.to_str().unwrap(), &sandbox.path())
            .args(["install"]),
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    std::fs::remove_file(&program).unwrap();
    let mut command = sandbox.command("git", &sandbox.path());
    command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
    let said = crate::support::said(command.args(["commit", "--allow-empty", "-m", "Change"]));
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains("cordon-copy"), "{}", said.stderr);
    assert_eq!(sandbox.git(["log", "--format=%s"]).stdout, "Begin\n");
}

#[test]
fn a_bad_policy_stops_a_commit() {
    let sandbox = installed(ZONE);
    sandbox.write(".cordon.yml", "cordon: 1\nzonse: {}\n");
    sandbox.stage();
    let said = sandbox.try_git(["commit", "-m", "Change"]);
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains(".cordon.yml:2:1"), "{}", said.stderr);
}

#[test]
fn a_staged_secret_is_blocked_for_people_too() {
    let sandbox = installed(ZONE);
    let secret = format!("AKIA{}", "Q3X7Z5T2M4P6R2W3");
    sandbox.write("config.ini", format!("[aws]\nkey = {secret}\n"));
    sandbox.stage();
    let said = sandbox.try_git(["commit", "-m", "Change"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("config.ini:2:7"), "{}", said.stderr);
    assert!(!said.stderr.contains(&secret));
    let said = sandbox.try_git([
        "commit",
        "--allow-empty",
        "-m",
        &format!("Use {secret}"),
        "--",
        "README",
    ]);
    assert_ne!(said.code, 0);
}

#[test]
fn a_global_hooks_folder_is_not_written_to() {
    let sandbox = Sandbox::with_commit();
    let global = sandbox.outside("global-hooks");
    std::fs::create_dir(&global).unwrap();
    sandbox.git([
        "config",
        "--global",
        "core.hooksPath",
        global.to_str().unwrap(),
    ]);
    let said = sandbox.cordon(["install"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(said.stderr.contains("global-hooks"), "{}", said.stderr);
    assert_eq!(std::fs::read_dir(&global).unwrap().count(), 0);
}

#[test]
fn a_merge_by_an_agent_is_judged_by_its_own_changes() {
    let mut sandbox = installed(ZONE);
    sandbox.write("src/crypto/aes.c", "int aes;\n");
    sandbox.write("other", "a\n");
    sandbox.commit("Files");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("src/crypto/aes.c", "int by_a_person;\n");
    sandbox.write("other", "side\n");
    sandbox.commit("A person's change in the zone");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("other", "main\n");
    sandbox.commit("Elsewhere");

    // The person's change comes in by the merge: it is not the agent's.
    sandbox.set("GEMINI_CLI", "1");
    assert_ne!(sandbox.try_git(["merge", "side"]).code, 0, "a conflict");
    sandbox.write("other", "both\n");
    sandbox.git(["add", "other"]);
    let said = sandbox.try_git(["commit", "-m", "Merge"]);
    assert_eq!(said.code, 0, "{}", said.stderr);

    // One that changes the zone itself is.
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    assert_ne!(sandbox.try_git(["merge", "side"]).code, 0, "a conflict");
    sandbox.write("other", "both\n");
    sandbox.write("src/crypto/aes.c", "int evil;\n");
    sandbox.stage();
    let said = sandbox.try_git(["commit", "-m", "Merge"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("zone-agent"), "{}", said.stderr);
}

#[test]
fn without_an_editor_comment_lines_are_part_of_the_message() {
    let sandbox = installed("cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n");
    let scissors = "# ------------------------ >8 ------------------------";
    let message = format!("Change\n\n{scissors}\n\n{CLAUDE}\n");
    let said = sandbox.try_git(["commit", "--allow-empty", "-m", &message]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let secret = format!("AKIA{}", "Q3X7Z5T2M4P6R2W3");
    let said = sandbox.try_git([
        "commit",
        "--allow-empty",
        "-m",
        &format!("Change\n\n# {secret}\n"),
    ]);
    assert_eq!(said.code, 1, "{}", said.stderr);
}
