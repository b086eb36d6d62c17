//! What needs an approval: told where nobody can have reviewed it yet, judged where it lands.

use crate::server::{Server, blocks};
use crate::support::CLAUDE;

const NEEDS: &str = "cordon: 1\nextends: []\nzones: {w: {class: ci, paths: [ci/**], agents: approval}}\n\
                     approvers: {team: {members: [\"r.lee@acme.example (rlee)\"]}}\n";

/// A server on which a branch `side` has an agent's change that nobody approved.
pub(crate) fn with_side() -> Server {
    let server = Server::with(NEEDS);
    server.git(["checkout", "-q", "-b", "side"]);
    changed(&server, "1\n");
    server.taken(["side"]);
    server
}

fn changed(server: &Server, text: &str) {
    server.write("ci/build.yml", text);
    server.commit(&format!("Change\n\n{CLAUDE}"));
}

#[test]
fn a_branch_that_nobody_could_review_yet_is_taken() {
    let server = with_side();
    changed(&server, "2\n");
    server.taken(["side", "HEAD^:refs/heads/other"]);
}

#[test]
fn what_comes_to_the_default_branch_is_judged_whoever_brought_it_before() {
    let server = with_side();
    blocks(&server.refused(["side:main"]), "zone-approval");
    blocks(&server.refused(["side:main", "side:more"]), "zone-approval");
    server.git(["checkout", "-q", "main"]);
    server.write("other", "x\n");
    server.commit("Elsewhere");
    server.taken(["main"]);
    for strategy in ["ours", "ort"] {
        let line = format!("git merge -q --no-ff -s {strategy} -m Merge side");
        assert_eq!(server.shell(&line).code, 0);
        blocks(&server.refused(["main"]), "zone-approval");
        server.reset();
    }
    // What the branch took from the default branch does not hide what it brings.
    server.git(["checkout", "-q", "side"]);
    server.git(["merge", "-q", "-m", "Merge", "main"]);
    server.taken(["side"]);
    blocks(&server.refused(["side:main"]), "zone-approval");
}

#[test]
fn one_push_of_both_is_judged_for_the_default_branch() {
    let server = Server::with(NEEDS);
    server.git(["checkout", "-q", "-b", "side"]);
    changed(&server, "1\n");
    let told = server.refused(["side", "side:main"]);
    blocks(&told, "zone-approval");
    server.taken(["side"]);
    changed(&server, "2\n");
    blocks(&server.refused(["side", "side^:main"]), "zone-approval");
}

#[test]
fn a_tag_and_any_other_reference_are_judged() {
    let server = Server::with(NEEDS);
    changed(&server, "1\n");
    for name in ["refs/tags/v1", "refs/for/main"] {
        let target = format!("HEAD:{name}");
        blocks(&server.refused([target.as_str()]), "zone-approval");
        blocks(
            &server.refused([target.as_str(), "HEAD:refs/heads/x"]),
            "zone-approval",
        );
    }
}

#[test]
fn a_default_branch_that_is_not_there_yet_is_judged_from_the_beginning() {
    let server = with_side();
    // HEAD names a branch that is not there, so that main is the default one until it comes.
    server.at(["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    blocks(&server.refused(["side:trunk"]), "zone-approval");
    blocks(&server.refused(["side:main"]), "zone-approval");
    server.at(["update-ref", "-d", "refs/heads/main"]);
    for name in ["trunk", "main", "master"] {
        let target = format!("side:{name}");
        blocks(&server.refused([target.as_str()]), "zone-approval");
    }
    // Nobody knows then where a review would be of use.
    changed(&server, "2\n");
    blocks(&server.refused(["side"]), "zone-approval");
}

#[test]
fn an_heir_of_the_default_branch_is_judged_from_it_and_from_itself() {
    let server = with_side();
    server.at(["update-ref", "refs/heads/trunk", "main"]);
    server.at(["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    for heir in ["main", "master"] {
        let target = format!("side:{heir}");
        blocks(&server.refused([target.as_str()]), "zone-approval");
        // What it has was judged.
        let full = format!("refs/heads/{heir}");
        server.at(["update-ref", full.as_str(), "side"]);
        server.write("other", format!("{heir}\n"));
        server.commit("By a person");
        server.taken([format!("HEAD:{full}").as_str()]);
        server.git(["reset", "-q", "--hard", "HEAD^"]);
        blocks(&server.refused(["side:trunk"]), "zone-approval");
    }
}

#[test]
fn without_a_branch_at_head_each_branch_is_judged() {
    let server = Server::with(NEEDS);
    server.taken(["main:develop"]);
    server.at(["update-ref", "--no-deref", "HEAD", "main"]);
    changed(&server, "1\n");
    blocks(&server.refused(["HEAD:main"]), "zone-approval");
    blocks(&server.refused(["HEAD:develop"]), "zone-approval");
    server.at(["update-ref", "-d", "refs/heads/main"]);
    blocks(&server.refused(["HEAD:develop"]), "zone-approval");
}
