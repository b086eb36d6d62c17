//! A namespace with a `HEAD` of its own: its default branch is its own, whatever that `HEAD` says.

use std::os::unix::ffi::OsStrExt as _;

use crate::approval::with_side;
use crate::server::{Server, blocks};
use crate::support::CLAUDE;

const INSIDE: &str = "refs/namespaces/a/";

/// A server with a namespace, in which `dev` is what `main` is; its client pushes into it.
fn with_namespace(head: &[&str]) -> Server {
    let mut server = with_side();
    server.at([
        "update-ref",
        &format!("{INSIDE}refs/heads/dev"),
        "refs/heads/main",
    ]);
    let name = format!("{INSIDE}HEAD");
    let head: Vec<&str> = head
        .iter()
        .map(|word| if *word == "HEAD" { name.as_str() } else { word })
        .collect();
    let said = crate::support::said(server.command("git", &server.dir()).args(head));
    assert_eq!(said.code, 0, "{}", said.stderr);
    server.sandbox.set("GIT_NAMESPACE", "a");
    server
}

#[test]
fn where_it_is_detached_every_branch_is_judged() {
    let server = with_namespace(&["update-ref", "--no-deref", "HEAD", "refs/heads/main"]);
    server.git(["commit", "-q", "--amend", "-m", &format!("New\n\n{CLAUDE}")]);
    for name in ["dev", "main", "other"] {
        let target = format!("side:refs/heads/{name}");
        blocks(&server.refused([target.as_str()]), "zone-approval");
    }
}

#[test]
fn its_default_branch_is_not_deleted_from_outside() {
    let dev = format!("{INSIDE}refs/heads/dev");
    let mut server = with_namespace(&["symbolic-ref", "HEAD", &dev]);
    blocks(&server.refused([":refs/heads/dev"]), "policy-weakened");
    server.sandbox.set("GIT_NAMESPACE", "");
    let told = server.refused([format!(":{dev}").as_str()]);
    blocks(&told, "policy-weakened");
    // By another name that leads there, from a namespace of its own.
    server.at(["symbolic-ref", "refs/namespaces/b/refs/heads/x", &dev]);
    server.sandbox.set("GIT_NAMESPACE", "b");
    blocks(&server.refused([":refs/heads/x"]), "policy-weakened");
    server.sandbox.set("GIT_NAMESPACE", "");
    server.at(["update-ref", &format!("{INSIDE}refs/heads/more"), "main"]);
    server.taken([format!(":{INSIDE}refs/heads/more").as_str()]);
}

#[test]
fn no_push_says_which_branch_judges_a_namespace() {
    let dev = format!("{INSIDE}refs/heads/dev");
    let mut server = with_namespace(&["symbolic-ref", "HEAD", &dev]);
    server.sandbox.set("GIT_NAMESPACE", "");
    for target in [
        "main:refs/namespaces/new/HEAD",
        "side:refs/namespaces/a/HEAD",
        "side:refs/namespaces/a/head",
        "side:refs/namespaces/a/refs/namespaces/b/HEAD",
    ] {
        let told = server.refused([target]);
        assert!(told.contains("namespace-head"), "{told}");
    }
    server.taken(["main:refs/namespaces/new/refs/heads/team/HEAD"]);
}

#[test]
fn its_default_branch_is_not_moved_from_outside() {
    let dev = format!("{INSIDE}refs/heads/dev");
    let mut server = with_namespace(&["symbolic-ref", "HEAD", &dev]);
    server.sandbox.set("GIT_NAMESPACE", "");
    server.git(["checkout", "-q", "main"]);
    server.git(["commit", "-q", "--allow-empty", "-m", "More"]);
    server.taken(["main"]);
    server.at(["symbolic-ref", "refs/namespaces/b/refs/heads/x", &dev]);
    server.at([
        "symbolic-ref",
        "refs/namespaces/c/HEAD",
        "refs/namespaces/c/refs/heads/trunk",
    ]);
    for (namespace, to) in [
        ("", dev.as_str()),
        ("b", "refs/heads/x"),
        // One that is not there yet would judge once it is.
        ("", "refs/namespaces/c/refs/heads/trunk"),
    ] {
        server.sandbox.set("GIT_NAMESPACE", namespace);
        let told = server.refused([format!("main:{to}").as_str()]);
        assert!(
            told.contains("push to it there"),
            "{namespace} {to}: {told}"
        );
    }
    server.sandbox.set("GIT_NAMESPACE", "a");
    server.taken(["main:refs/heads/dev"]);
    server.sandbox.set("GIT_NAMESPACE", "");
    server.taken([format!("main:{INSIDE}refs/heads/more").as_str()]);
}

#[cfg(target_os = "linux")]
#[test]
fn its_default_branch_may_have_a_name_of_any_bytes() {
    let mut server = with_side();
    let name = [INSIDE.as_bytes(), b"refs/heads/m\xff"].concat();
    let dir = server.dir();
    std::fs::create_dir_all(dir.join(format!("{INSIDE}refs/heads"))).unwrap();
    let file = dir.join(std::ffi::OsStr::from_bytes(&name));
    std::fs::write(file, server.at(["rev-parse", "main"]).stdout).unwrap();
    let head = [b"ref: ", &name[..], b"\n"].concat();
    std::fs::write(dir.join(format!("{INSIDE}HEAD")), head).unwrap();
    server.sandbox.set("GIT_NAMESPACE", "a");
    let push = |what: &[u8]| {
        let mut git = server.command("git", &server.path());
        git.args(["push", "-q", "origin"]);
        git.arg(std::ffi::OsStr::from_bytes(what));
        crate::support::said(&mut git)
    };
    let said = push(b"side:refs/heads/m\xff");
    assert_ne!(said.code, 0);
    blocks(&said.stderr, "zone-approval");
    let said = push(b":refs/heads/m\xff");
    assert_ne!(said.code, 0);
    blocks(&said.stderr, "policy-weakened");
    // The root's is another branch there.
    let said = push(b"side:refs/heads/other");
    assert_eq!(said.code, 0, "{}", said.stderr);
}
