//! The `update` hook: each reference alone, for servers that run nothing else.

use crate::server::{Server, ZONE, blocks};
use crate::support::Sandbox;

/// A server with an `update` hook in place of `pre-receive`.
fn server() -> Server {
    let server = Server::with(ZONE);
    let told = server.cordon(["uninstall", "--repo", "../server.git"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    let hook =
        "printf '#!/bin/sh\\nexec cordon hook update \"$@\"\\n' > ../server.git/hooks/update";
    server.shell(&format!("{hook} && chmod +x ../server.git/hooks/update"));
    server
}

fn branches(server: &Server) -> [bool; 2] {
    ["good", "bad"].map(|name| server.refs().contains(&format!("refs/heads/{name} ")))
}

fn good_and_bad(server: &Sandbox) {
    server.git(["checkout", "-q", "-b", "good"]);
    server.write("src/crypto/aes.c", "int by_a_person;\n");
    server.commit("By a person");
    server.git(["checkout", "-q", "-b", "bad", "main"]);
}

#[test]
fn each_reference_is_judged_alone() {
    let server = server();
    good_and_bad(&server);
    server.by_an_agent();
    let told = server.try_git(["push", "origin", "good", "bad"]);
    assert_ne!(told.code, 0);
    blocks(&told.stderr, "zone-agent");
    assert!(told.stderr.contains("(hook declined)"), "{}", told.stderr);
    assert_eq!(branches(&server), [true, false]);
    server.taken([":good"]);
}

#[test]
fn an_atomic_push_stands_or_falls_as_a_whole() {
    let server = server();
    good_and_bad(&server);
    server.by_an_agent();
    let told = server.try_git(["push", "--atomic", "origin", "good", "bad"]);
    assert_ne!(told.code, 0);
    assert_eq!(branches(&server), [false, false]);
}

#[test]
fn objects_of_a_refused_reference_stay_until_git_collects_them() {
    let server = server();
    let commit = server.by_an_agent();
    let told = server.try_git(["push", "origin", "main"]);
    assert_ne!(told.code, 0);
    // Git ends the quarantine after pre-receive. docs/server.md tells this.
    server.at(["cat-file", "-e", &commit]);
    let server = Server::with(ZONE);
    let commit = server.by_an_agent();
    server.refused(["main"]);
    let told = crate::support::said(
        server
            .command("git", &server.dir())
            .args(["cat-file", "-e", &commit]),
    );
    assert_ne!(told.code, 0);
}

#[test]
fn arguments_that_git_would_not_give_refuse() {
    let server = server();
    for args in [
        &["hook", "update", "refs/heads/x"][..],
        &["hook", "update", "refs/heads/x", "x", "y"],
    ] {
        let told = server.cordon(args);
        assert_eq!(told.code, 2, "{}", told.stderr);
        assert!(
            told.stderr.contains("incomplete: hook-input"),
            "{}",
            told.stderr
        );
    }
}
