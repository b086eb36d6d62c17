//! Whose policy judges what a server receives.

use crate::server::{Server, ZONE, blocks};
use crate::support::CLAUDE;

/// Without any opinion.
const OPEN: &str = "cordon: 1\nextends: []\n";

/// A server whose owner has configured a policy of its own.
fn pinned(branch: &str, policy: &str) -> Server {
    let server = Server::with(branch);
    std::fs::write(server.outside("policy.yml"), policy).unwrap();
    let path = server.outside("policy.yml");
    server.configure("cordon.policy", path.to_str().unwrap());
    server
}

#[test]
fn the_servers_own_policy_judges_whatever_the_branch_says() {
    let server = pinned(OPEN, ZONE);
    server.by_an_agent();
    let told = server.refused(["main"]);
    blocks(&told, "zone-agent");
    assert!(told.contains("policy.yml:4 (block)"), "{told}");
    server.reset();
    server.by_a_person();
    server.taken(["main"]);
}

#[test]
fn the_default_branch_before_the_push_judges_and_the_pushed_tip_only_adds() {
    let server = Server::with(ZONE);
    server.write(".cordon.yml", OPEN);
    server.commit("Weaken");
    server.by_an_agent();
    for target in ["main", "HEAD:refs/heads/other"] {
        blocks(&server.refused([target]), "zone-agent");
    }
    server.git(["rm", "-q", ".cordon.yml"]);
    server.commit("Remove");
    blocks(&server.refused(["main"]), "zone-agent");
    let server = Server::with(OPEN);
    server.write(".cordon.yml", ZONE);
    server.by_an_agent();
    blocks(&server.refused(["main"]), "zone-agent");
}

#[test]
fn a_branch_cut_before_the_policy_existed_is_judged_by_it() {
    let server = Server::with(OPEN);
    server.git(["branch", "old"]);
    server.write(".cordon.yml", ZONE);
    server.commit("A policy");
    server.taken(["main"]);
    server.git(["checkout", "-q", "old"]);
    server.by_an_agent();
    blocks(&server.refused(["old"]), "zone-agent");
    // Also where the server has had the branch since then.
    server.git(["checkout", "-q", "-B", "old", "HEAD~1"]);
    server.taken(["old"]);
    server.by_an_agent();
    blocks(&server.refused(["old"]), "zone-agent");
}

#[test]
fn a_change_into_the_authors_own_branch_is_judged_by_the_default_branch() {
    let server = Server::with(ZONE);
    server.write(".cordon.yml", OPEN);
    server.commit("My own policy");
    // A person may write it, and it is told.
    let told = server.taken(["HEAD:refs/heads/mine"]);
    assert!(told.contains("warned: policy-weakened"), "{told}");
    server.by_an_agent();
    blocks(&server.refused(["HEAD:refs/heads/mine"]), "zone-agent");
}

#[test]
fn a_head_that_names_no_branch_does_not_take_the_policy_away() {
    let server = Server::with(ZONE);
    server.at(["symbolic-ref", "HEAD", "refs/heads/gone"]);
    server.write(".cordon.yml", OPEN);
    server.by_an_agent();
    blocks(&server.refused(["main"]), "zone-agent");
}

#[test]
fn a_policy_is_held_to_its_digest() {
    let server = pinned(OPEN, ZONE);
    server.by_a_person();
    let digest = server
        .shell("sha256sum ../policy.yml | cut -d' ' -f1")
        .stdout;
    server.configure("cordon.policySha256", digest.trim());
    server.taken(["main"]);
    server.by_an_agent();
    blocks(&server.refused(["main"]), "zone-agent");
    std::fs::write(server.outside("policy.yml"), OPEN).unwrap();
    let told = server.refused(["main"]);
    assert!(told.contains("incomplete: policy-digest: "), "{told}");
}

#[test]
fn a_configuration_that_cannot_hold_refuses_every_push() {
    let server = pinned(OPEN, ZONE);
    server.by_a_person();
    let path = server.outside("policy.yml");
    for (key, value, word) in [
        ("cordon.policy", "policy.yml", "configure a"),
        ("cordon.policy", "", "configure a"),
        (
            "cordon.policy",
            "/nonexistent/policy.yml",
            "cannot read the policy",
        ),
        ("cordon.policy", "/", "is a directory"),
        ("cordon.policy", "pack:nothing", "nothing"),
    ] {
        server.configure(key, value);
        let told = server.refused(["main"]);
        assert!(
            told.contains("incomplete: policy-invalid: "),
            "{value}: {told}"
        );
        assert!(told.contains(word), "{value}: {told}");
    }
    std::fs::write(&path, "cordon: 1\nzonse: {}\n").unwrap();
    server.configure("cordon.policy", path.to_str().unwrap());
    let told = server.refused(["main"]);
    assert!(told.contains("policy.yml:2:1"), "{told}");
    server.at(["config", "--unset", "cordon.policy"]);
    server.configure("cordon.policySha256", "00");
    let told = server.refused(["main"]);
    assert!(told.contains("cordon.policy is not"), "{told}");
    // A key without a value.
    let config = server.dir().join("config");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}[cordon]\n\tpolicy\n")).unwrap();
    let told = server.refused(["main"]);
    assert!(told.contains("incomplete: policy-invalid: "), "{told}");
}

#[test]
fn a_pack_and_a_home_are_names_too() {
    let server = Server::with(OPEN);
    std::fs::write(server.outside("policy.yml"), ZONE).unwrap();
    server.by_an_agent();
    server.configure("cordon.policy", "~/policy.yml");
    blocks(&server.refused(["main"]), "zone-agent");
    server.configure("cordon.policy", "pack:default");
    server.taken(["main"]);
}

#[test]
fn a_hook_by_hand_may_name_the_configuration() {
    let server = Server::with(OPEN);
    std::fs::write(server.outside("policy.yml"), ZONE).unwrap();
    let configuration = "[cordon]\n\tpolicy = ~/policy.yml\n";
    std::fs::write(server.outside("gitconfig"), configuration).unwrap();
    let hook = server.dir().join("hooks/pre-receive");
    let text = "#!/bin/sh\nGIT_CONFIG_GLOBAL=$PWD/../gitconfig exec cordon hook pre-receive\n";
    std::fs::write(&hook, text).unwrap();
    server.by_an_agent();
    blocks(&server.refused(["main"]), "zone-agent");
    server.reset();
    server.by_a_person();
    server.taken(["main"]);
}

#[test]
fn a_broken_policy_on_the_server_refuses_until_a_pinned_one_judges_alone() {
    let broken = "cordon: 1\nzonse: {}\n";
    let server = Server::with(broken);
    server.write(".cordon.yml", OPEN);
    server.commit("Mend");
    let told = server.refused(["main"]);
    assert!(told.contains(".cordon.yml:2:1"), "{told}");
    std::fs::write(server.outside("policy.yml"), ZONE).unwrap();
    let path = server.outside("policy.yml");
    server.configure("cordon.policy", path.to_str().unwrap());
    server.by_an_agent();
    blocks(&server.refused(["main"]), "zone-agent");
    server.git(["reset", "-q", "--hard", "HEAD~1"]);
    let told = server.taken(["main"]);
    assert!(told.contains("is broken and does not judge"), "{told}");
    // The change's own must be good all the same.
    server.write(".cordon.yml", broken);
    server.commit("Break");
    let told = server.refused(["main"]);
    assert!(told.contains(".cordon.yml:2:1"), "{told}");
}

#[test]
fn the_stage_is_receive() {
    let policy = format!("{ZONE}stages: {{receive: warn}}\n");
    let server = Server::with(&policy);
    server.by_an_agent();
    let told = server.taken(["main"]);
    assert!(told.contains("warned: zone-agent"), "{told}");
    assert!(told.contains("remote: cordon: passed: 1 warned"), "{told}");
    let policy = format!("{ZONE}stages: {{push: warn, ci: warn, commit: warn}}\n");
    let server = Server::with(&policy);
    server.by_an_agent();
    blocks(&server.refused(["main"]), "zone-agent");
}

#[test]
fn the_repository_has_the_name_that_the_server_gives_it() {
    let policy = "cordon: 1\nextends: []\n\
        zones: {z: {repos: [acme/radio], paths: [\"src/**\"], agents: denied}}\n";
    let mut server = Server::with(policy);
    server.write("src/a", "a\n");
    server.commit(&format!("Change\n\n{CLAUDE}"));
    server.configure("cordon.repository", "acme/radio");
    blocks(&server.refused(["main"]), "zone-agent");
    server.configure("cordon.repository", "acme/other");
    // gitolite's word, then GitLab's, before the configuration.
    server.sandbox.set("GL_REPO", "acme/radio");
    blocks(&server.refused(["main"]), "zone-agent");
    server.sandbox.set("GL_REPO", "acme/other");
    server.sandbox.set("GL_PROJECT_PATH", "acme/radio");
    blocks(&server.refused(["main"]), "zone-agent");
    server.sandbox.set("GL_PROJECT_PATH", "acme/other");
    server.taken(["main"]);
}

#[test]
fn a_repository_that_lies_about_its_name_is_refused() {
    let policy = "cordon: 1\nextends: []\nrepository: {name: acme/shop}\n\
        zones: {z: {repos: [acme/radio], paths: [\"src/**\"], agents: denied}}\n";
    let mut server = Server::with(policy);
    server.by_an_agent();
    server.sandbox.set("GL_PROJECT_PATH", "acme/radio");
    let told = server.refused(["main"]);
    assert!(told.contains("incomplete: repository-name: "), "{told}");
    // A change that lies is judged under the name that the trusted side has.
    let mut server = Server::with(&policy.replace("acme/shop", "acme/radio"));
    server.write(".cordon.yml", policy);
    server.by_an_agent();
    server.sandbox.set("GL_PROJECT_PATH", "");
    blocks(&server.refused(["main"]), "zone-agent");
}
