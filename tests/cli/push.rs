//! Real pushes through the installed pre-push hook.

use crate::support::{CLAUDE, Sandbox};

const DENIED: &str = "cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n";

/// A repository with hooks and a bare remote that has its first commit.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.git(["init", "-q", "--bare", "-b", "main", "../remote.git"]);
    sandbox.git(["remote", "add", "origin", "../remote.git"]);
    sandbox.git(["push", "-q", "-u", "origin", "main"]);
    assert_eq!(sandbox.cordon(["install"]).code, 0);
    sandbox
}

fn remote_refs(sandbox: &Sandbox) -> String {
    sandbox.git(["ls-remote", "origin"]).stdout
}

#[test]
fn a_push_with_an_agents_commit_is_refused() {
    let sandbox = sandbox();
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    sandbox.commit("On top");
    let before = remote_refs(&sandbox);
    let said = sandbox.try_git(["push", "origin", "main"]);
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains("agent-denied"), "{}", said.stderr);
    assert_eq!(remote_refs(&sandbox), before);
}

#[test]
fn what_the_remote_has_is_not_judged_again() {
    let sandbox = sandbox();
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    sandbox.git(["push", "-q", "--no-verify", "origin", "main"]);
    sandbox.commit("By a person");
    assert_eq!(sandbox.try_git(["push", "origin", "main"]).code, 0);
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.commit("By a person too");
    assert_eq!(sandbox.try_git(["push", "origin", "side"]).code, 0);
}

#[test]
fn every_reference_of_a_push_is_judged() {
    let sandbox = sandbox();
    for branch in ["a", "b", "c"] {
        sandbox.git(["checkout", "-q", "-b", branch, "main"]);
        sandbox.write(branch, "x\n");
        sandbox.commit(&if branch == "b" {
            format!("Change\n\n{CLAUDE}")
        } else {
            "Change".to_owned()
        });
    }
    let said = sandbox.try_git(["push", "origin", "a", "b", "c"]);
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains("agent-denied"), "{}", said.stderr);
    assert_eq!(sandbox.try_git(["push", "origin", "a", "c"]).code, 0);
}

#[test]
fn tags_new_branches_head_and_deletions() {
    let sandbox = sandbox();
    sandbox.git(["checkout", "-q", "--detach"]);
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    sandbox.git(["tag", "-a", "v1", "-m", "One"]);
    assert_ne!(sandbox.try_git(["push", "origin", "v1"]).code, 0);
    assert_ne!(
        sandbox
            .try_git(["push", "origin", "HEAD:refs/heads/new"])
            .code,
        0
    );
    sandbox.git(["push", "-q", "--no-verify", "origin", "HEAD:refs/heads/old"]);
    assert_eq!(
        sandbox.try_git(["push", "origin", "--delete", "old"]).code,
        0
    );
}

#[test]
fn a_pushed_policy_does_not_judge_its_own_push() {
    let sandbox = sandbox();
    sandbox.write(".cordon.yml", "cordon: 1\nextends: []\n");
    sandbox.commit(&format!("Weaken\n\n{CLAUDE}"));
    let said = sandbox.try_git(["push", "origin", "main"]);
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains("agent-denied"), "{}", said.stderr);
}

#[test]
fn a_forced_push_is_judged_from_where_it_leaves_the_remote() {
    let sandbox = sandbox();
    sandbox.commit("By a person");
    sandbox.git(["push", "-q", "origin", "main"]);
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    sandbox.commit(&format!("Other\n\n{CLAUDE}"));
    let said = sandbox.try_git(["push", "--force", "origin", "main"]);
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains("agent-denied"), "{}", said.stderr);
}

#[test]
fn a_remote_that_moved_on_is_incomplete_until_it_is_fetched() {
    let sandbox = sandbox();
    sandbox.git(["clone", "-q", "../remote.git", "../other"]);
    let other = sandbox.outside("other");
    crate::support::said(sandbox.command("git", &other).args([
        "-c",
        "user.name=O",
        "-c",
        "user.email=o@acme.example",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "Elsewhere",
    ]));
    crate::support::said(sandbox.command("git", &other).args([
        "push",
        "-q",
        "origin",
        "HEAD:main",
    ]));
    sandbox.commit("Here");
    let said = sandbox.try_git(["push", "--force", "origin", "main"]);
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains("missing-object"), "{}", said.stderr);
    assert!(said.stderr.contains("git fetch"), "{}", said.stderr);
    sandbox.git(["fetch", "-q", "origin"]);
    assert_eq!(
        sandbox.try_git(["push", "--force", "origin", "main"]).code,
        0
    );
}

#[test]
fn a_hook_from_before_gets_the_same_lines() {
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.git(["init", "-q", "--bare", "-b", "main", "../remote.git"]);
    sandbox.git(["remote", "add", "origin", "../remote.git"]);
    sandbox.write(".git/hooks/pre-push", "#!/bin/sh\ncat > ../seen\n");
    sandbox.shell("chmod +x .git/hooks/pre-push");
    assert_eq!(sandbox.cordon(["install"]).code, 0);
    sandbox.git(["push", "-q", "origin", "main"]);
    let seen = std::fs::read_to_string(sandbox.outside("seen")).unwrap();
    assert!(seen.starts_with("refs/heads/main "), "{seen}");
}

#[test]
fn what_leads_to_no_commit_is_not_judged_and_not_passed() {
    let sandbox = sandbox();
    sandbox.write("blob", "a secret may be in here\n");
    let blob = sandbox
        .git(["hash-object", "-w", "blob"])
        .stdout
        .trim()
        .to_owned();
    sandbox.git(["tag", "blob", &blob]);
    let said = sandbox.try_git(["push", "origin", "blob"]);
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains("not-a-commit"), "{}", said.stderr);
}

#[test]
fn a_secret_in_a_tags_message_is_found() {
    let sandbox = sandbox();
    let secret = format!("AKIA{}", "Q3X7Z5T2M4P6R2W3");
    sandbox.git(["tag", "-a", "v1", "-m", &format!("Release with {secret}")]);
    let said = sandbox.try_git(["push", "origin", "v1"]);
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains("secret-added"), "{}", said.stderr);
    assert!(!said.stderr.contains(&secret));
}

#[test]
fn another_remote_is_no_way_round_the_policy() {
    let sandbox = sandbox();
    sandbox.git(["remote", "add", "other", "../remote.git"]);
    sandbox.git(["checkout", "-q", "-b", "evil"]);
    sandbox.git(["rm", "-q", ".cordon.yml"]);
    sandbox.commit(&format!("Remove\n\n{CLAUDE}"));
    let url = format!("file://{}", sandbox.outside("remote.git").display());
    for remote in ["origin", "other", &url] {
        let said = sandbox.try_git(["push", remote, "evil:evil"]);
        assert_ne!(said.code, 0, "{remote}");
        assert!(
            said.stderr.contains("agent-denied"),
            "{remote}: {}",
            said.stderr
        );
    }
}

#[test]
fn an_old_secret_that_the_remote_has_does_not_block_a_new_branch() {
    let sandbox = sandbox();
    sandbox.write("old.ini", format!("aws = AKIA{}\n", "Q3X7Z5T2M4P6R2W3"));
    sandbox.commit("An old secret");
    sandbox.git(["push", "-q", "--no-verify", "origin", "main"]);
    sandbox.git(["checkout", "-q", "--orphan", "pages"]);
    sandbox.git(["rm", "-rqf", "."]);
    sandbox.commit("Pages");
    sandbox.git(["push", "-q", "--no-verify", "origin", "pages"]);
    sandbox.git(["checkout", "-q", "-b", "clean", "main"]);
    for number in 0..2 {
        sandbox.write("a", format!("{number}\n"));
        sandbox.commit("Clean");
    }
    let said = sandbox.try_git(["push", "origin", "clean"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn a_push_that_deletes_the_default_branch_is_told() {
    let sandbox = sandbox();
    sandbox.git(["push", "-q", "origin", "main:other"]);
    sandbox.shell("git -C ../remote.git config receive.denyDeleteCurrent ignore");
    let said = sandbox.try_git(["push", "origin", ":other"]);
    assert!(!said.stderr.contains("policy-weakened"), "{}", said.stderr);
    let said = sandbox.try_git(["push", "origin", ":main"]);
    assert!(said.stderr.contains("policy-weakened"), "{}", said.stderr);
    assert!(said.stderr.contains("refs/heads/main"), "{}", said.stderr);
}
