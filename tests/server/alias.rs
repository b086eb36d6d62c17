//! The default branch by another name: a symbolic reference at the server, through which Git writes and deletes.

use crate::approval::with_side;
use crate::server::blocks;

#[test]
fn what_comes_to_the_default_branch_by_an_alias_is_judged_for_it() {
    let server = with_side();
    // As after a rename: the old name leads to the new branch.
    server.at(["symbolic-ref", "refs/heads/master", "refs/heads/main"]);
    server.at(["symbolic-ref", "refs/heads/older", "refs/heads/master"]);
    server.at(["symbolic-ref", "refs/x", "refs/heads/main"]);
    for name in ["main", "master", "older", "refs/x"] {
        let target = format!("side:{name}");
        blocks(&server.refused([target.as_str()]), "zone-approval");
    }
    server.git(["checkout", "-q", "main"]);
    server.write("other", "x\n");
    server.commit("By a person");
    server.taken(["main:older"]);
    assert_eq!(
        server.at(["rev-parse", "main"]).stdout.trim(),
        server.id("HEAD")
    );
}

#[test]
fn a_default_branch_that_head_names_by_an_alias_is_judged() {
    let server = with_side();
    server.at(["symbolic-ref", "refs/heads/trunk", "refs/heads/main"]);
    server.at(["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    for name in ["main", "trunk"] {
        let target = format!("side:{name}");
        blocks(&server.refused([target.as_str()]), "zone-approval");
    }
    server.taken(["side:other"]);
}

#[test]
fn a_default_branch_that_is_not_there_yet_may_have_an_alias() {
    let server = with_side();
    server.at(["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    server.at(["symbolic-ref", "refs/heads/alias", "refs/heads/trunk"]);
    blocks(&server.refused(["side:alias"]), "zone-approval");
}

#[test]
fn an_alias_of_a_branch_that_may_wait_is_that_branch() {
    let server = with_side();
    server.at(["symbolic-ref", "refs/heads/alias", "refs/heads/side"]);
    server.git([
        "commit",
        "-q",
        "--amend",
        "-m",
        "Again\n\nCo-authored-by: Claude <noreply@anthropic.com>",
    ]);
    server.taken(["--force", "side:alias"]);
    // One that leads to a tag is none.
    server.git([
        "commit",
        "-q",
        "--amend",
        "-m",
        "More\n\nCo-authored-by: Claude <noreply@anthropic.com>",
    ]);
    server.at(["symbolic-ref", "refs/heads/tagged", "refs/tags/v1"]);
    blocks(&server.refused(["side:tagged"]), "zone-approval");
}

#[test]
fn the_default_branch_cannot_be_deleted_by_an_alias() {
    let server = with_side();
    server.at(["symbolic-ref", "refs/heads/master", "refs/heads/main"]);
    // Git's own guard does not see it, whatever it is set to.
    let told = server.refused([":master"]);
    blocks(&told, "policy-weakened");
    let what = "the push deletes refs/heads/master, by which";
    assert!(told.contains(what), "{told}");
    let told = server.try_git(["push", "origin", ":main"]);
    assert!(
        told.stderr.contains("warned: policy-weakened: "),
        "{told:?}"
    );
    assert!(
        told.stderr
            .contains("deletion of the current branch prohibited"),
        "{told:?}"
    );
}

#[test]
fn a_default_branch_that_git_does_not_guard_is_not_deleted() {
    let server = with_side();
    server.at(["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    blocks(&server.refused([":main"]), "policy-weakened");
    blocks(&server.refused([":main", "side:master"]), "policy-weakened");
    blocks(&server.refused([":main", "side:master"]), "zone-approval");
    // Where the policy lets it be: what inherits is judged before, and what comes with the deletion.
    server.git(["checkout", "-q", "main"]);
    let policy = std::fs::read_to_string(server.path().join(".cordon.yml")).unwrap();
    server.write(
        ".cordon.yml",
        policy + "rules: {policy-weakened: {mode: audit}}\n",
    );
    server.commit("Let it be deleted");
    server.taken(["main"]);
    blocks(&server.refused(["side:master"]), "zone-approval");
    blocks(&server.refused([":main", "side:master"]), "zone-approval");
    server.taken([":main"]);
}
