//! `cordon install` on a server.

use std::path::Path;

use crate::server::{Server, ZONE, blocks};
use crate::support::Sandbox;

fn hooks(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir.join("hooks")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| !name.ends_with(".sample")).collect();
    names.sort();
    names
}

#[test]
fn a_bare_repository_gets_the_hook_of_a_server_and_loses_it_again() {
    let sandbox = Sandbox::with_commit();
    sandbox.git(["init", "-q", "--bare", "../server.git"]);
    let dir = sandbox.outside("server.git");
    let told = sandbox.cordon(["install", "--repo", "../server.git"]);
    assert!(
        told.stdout.starts_with("pre-receive          installed\n"),
        "{}",
        told.stdout
    );
    assert!(told.stdout.contains("not configured"), "{}", told.stdout);
    assert_eq!(hooks(&dir), ["pre-receive"]);
    let told = sandbox.cordon(["install", "--repo", "../server.git"]);
    assert!(told.stdout.contains("in place already"), "{}", told.stdout);
    let told = sandbox.cordon(["uninstall", "--repo", "../server.git"]);
    assert!(
        told.stdout.starts_with("pre-receive          removed\nin "),
        "{}",
        told.stdout
    );
    assert!(hooks(&dir).is_empty());
}

#[test]
fn where_commits_are_made_the_hook_of_a_server_is_asked_for() {
    let sandbox = Sandbox::with_commit();
    let git = sandbox.path().join(".git");
    sandbox.cordon(["install"]);
    assert_eq!(hooks(&git).len(), 9);
    let told = sandbox.cordon(["install", "--server"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    assert_eq!(hooks(&git).len(), 10);
    sandbox.cordon(["uninstall"]);
    assert!(hooks(&git).is_empty());
    // A bare repository that people work in by worktrees.
    sandbox.git(["clone", "-q", "--bare", ".", "../bare.git"]);
    let bare = sandbox.outside("bare.git");
    let add = "git -C ../bare.git worktree add -q ../tree main";
    assert_eq!(sandbox.shell(add).code, 0);
    sandbox.cordon(["install", "--repo", "../bare.git"]);
    assert_eq!(hooks(&bare).len(), 9);
}

#[test]
fn a_policy_that_cannot_judge_is_told_when_the_hook_is_installed() {
    let sandbox = Sandbox::with_commit();
    sandbox.git(["init", "-q", "--bare", "../server.git"]);
    let configure = |value: &str| {
        sandbox.shell(&format!(
            "git -C ../server.git config cordon.policy {value}"
        ));
        sandbox.cordon(["install", "--repo", "../server.git"])
    };
    assert_eq!(configure("/nonexistent").code, 2);
    std::fs::write(sandbox.outside("policy.yml"), "cordon: 1\nzonse: {}\n").unwrap();
    let told = configure("$HOME/policy.yml");
    assert_eq!(told.code, 2);
    assert!(told.stderr.contains("policy.yml:2:1"), "{}", told.stderr);
    assert!(hooks(&sandbox.outside("server.git")).is_empty());
    std::fs::write(sandbox.outside("policy.yml"), ZONE).unwrap();
    let told = configure("$HOME/policy.yml");
    assert!(told.stdout.contains("/policy.yml\n"), "{}", told.stdout);
}

#[test]
fn a_hook_that_was_there_runs_first_with_the_same_lines() {
    let server = Server::with(ZONE);
    server.cordon(["uninstall", "--repo", "../server.git"]);
    let hook = server.dir().join("hooks/pre-receive");
    let hook = hook.display();
    server.shell(&format!(
        "printf '#!/bin/sh\\ncat > ../seen\\ntest ! -e ../no || exit 3\\n' > {hook} && chmod +x {hook}"
    ));
    server.cordon(["install", "--repo", "../server.git"]);
    server.by_an_agent();
    blocks(&server.refused(["main"]), "zone-agent");
    let seen = std::fs::read_to_string(server.outside("seen")).unwrap();
    assert!(seen.ends_with(" refs/heads/main\n"), "{seen}");
    server.reset();
    server.by_a_person();
    std::fs::write(server.outside("no"), "").unwrap();
    let told = server.refused(["main"]);
    assert!(!told.contains("cordon:"), "{told}");
    std::fs::remove_file(server.outside("no")).unwrap();
    server.taken(["main"]);
}

#[test]
fn a_hook_whose_program_is_gone_refuses() {
    let server = Server::with(ZONE);
    let hook = server.dir().join("hooks/pre-receive");
    let text = std::fs::read_to_string(&hook).unwrap();
    let gone = text.replace(crate::support::CORDON, "/nonexistent/cordon");
    std::fs::write(
        &hook,
        gone.replace("command -v cordon", "command -v no-cordon"),
    )
    .unwrap();
    server.by_a_person();
    assert!(server.refused(["main"]).contains("its program is gone"));
}
