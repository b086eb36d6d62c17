//! The default branch put elsewhere by force: what it loses by that, no commit says.

use crate::server::{Server, ZONE, blocks};
use crate::support::CLAUDE;

/// A group of whom nobody knows who is in it.
const UNREAD: &str = "approvers: {team: {export: groups/team.json, max_age_days: 7, keys: [{key: \"x@acme.example ssh-ed25519 \
     AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti\"}]}}\n";

impl Server {
    /// A history of its own, of one commit of an agent's with one file.
    fn orphan(&self) -> String {
        self.git(["checkout", "-q", "--orphan", "fresh"]);
        self.git(["rm", "-rqf", "."]);
        self.write("README", "Anew\n");
        self.commit(&format!("Begin anew\n\n{CLAUDE}"))
    }
}

/// A server whose policy stands outside of it.
fn pinned(policy: &str) -> Server {
    let server = Server::with("cordon: 1\n");
    let file = server.outside("policy.yml");
    std::fs::write(&file, policy).unwrap();
    server.configure("cordon.policy", file.to_str().unwrap());
    server.write("src/crypto/aes.c", "int a;\n");
    server.git(["rm", "-q", ".cordon.yml"]);
    server.commit("By a person");
    server.taken(["main"]);
    server
}

#[test]
fn a_history_of_its_own_does_not_take_the_policy_away() {
    let server = Server::with(ZONE);
    server.orphan();
    let told = server.refused(["--force", "fresh:main"]);
    blocks(&told, "policy-weakened");
    assert!(told.contains("the policy is gone"), "{told}");
    // Elsewhere it may be.
    server.taken(["fresh"]);
    server.git(["commit", "-q", "--amend", "-m", "By a person"]);
    let told = server.taken(["--force", "fresh:main"]);
    assert!(told.contains("warned: policy-weakened: "), "{told}");
}

#[test]
fn a_weaker_policy_from_before_does_not_come_back_under_an_agents_commit() {
    let server = Server::with("cordon: 1\nextends: []\n");
    let old = server.id("HEAD");
    server.write(".cordon.yml", ZONE);
    server.commit("Tighten the policy");
    server.taken(["main"]);
    server.git(["checkout", "-q", "-b", "old", &old]);
    server.write("README", "Anew\n");
    server.commit(&format!("On top of the old one\n\n{CLAUDE}"));
    blocks(&server.refused(["--force", "old:main"]), "policy-weakened");
    server.write("README", "More\n");
    server.commit("By a person");
    blocks(&server.refused(["--force", "old:main"]), "policy-weakened");
    // A step back alone is told.
    let told = server.taken(["--force", &format!("{old}:main")]);
    assert!(told.contains("warned: policy-weakened: "), "{told}");
}

#[test]
fn what_a_zone_loses_is_the_agents_whose_commit_comes_in_its_place() {
    let server = pinned(ZONE);
    server.orphan();
    let told = server.refused(["--force", "fresh:main"]);
    blocks(&told, "zone-agent");
    assert!(told.contains("src/crypto/aes.c"), "{told}");
    server.git(["commit", "-q", "--amend", "-m", "By a person"]);
    assert_eq!(server.taken(["--force", "fresh:main"]).trim(), "");

    let approval = ZONE.replace("denied", "approval");
    let server = pinned(&format!("{approval}{UNREAD}"));
    server.orphan();
    let told = server.refused(["--force", "fresh:main"]);
    assert!(told.contains("incomplete: unchecked: "), "{told}");

    let server = pinned(&approval);
    server.orphan();
    blocks(&server.refused(["--force", "fresh:main"]), "zone-approval");
}

#[test]
fn what_a_person_changed_in_a_zone_stays_theirs_when_it_is_put_anew() {
    let server = pinned(ZONE);
    let base = server.id("HEAD");
    server.write("README", "One\n");
    server.commit(&format!("One\n\n{CLAUDE}"));
    server.taken(["main"]);
    // The same again with more, by both.
    server.git(["reset", "-q", "--hard", &base]);
    server.write("README", "Two\n");
    server.commit(&format!("Two\n\n{CLAUDE}"));
    server.by_a_person();
    assert_eq!(server.taken(["--force", "main"]).trim(), "");
    // And without the person's change, which the agent's commit then undoes.
    server.git(["reset", "-q", "--hard", "HEAD~1"]);
    server.write("README", "Three\n");
    server.commit(&format!("Three\n\n{CLAUDE}"));
    blocks(&server.refused(["--force", "main"]), "zone-agent");
}

#[test]
fn what_inherits_is_compared_with_what_it_was() {
    let server = Server::with(ZONE);
    server.at(["update-ref", "refs/heads/trunk", "refs/heads/main"]);
    server.at(["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    server.orphan();
    for name in ["main", "master"] {
        let target = format!("fresh:{name}");
        let told = server.refused(["--force", target.as_str()]);
        blocks(&told, "policy-weakened");
    }
}
