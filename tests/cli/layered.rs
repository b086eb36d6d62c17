//! Who may say what: an organisation, a repository, and a change, where one would like to say less than another.

use crate::support::{CLAUDE, Report, Sandbox};

const RANGE: [&str; 2] = ["--range", "HEAD~1..HEAD"];

/// A repository of this policy, and an agent's change of a file in `src/`.
fn changed(policy: &str) -> Sandbox {
    let sandbox = Sandbox::with_policy(&format!("cordon: 1\n{policy}"));
    sandbox.write("src/a", "a\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    sandbox
}

/// The same below an organisation's policy.
fn below(org: &str, policy: &str) -> Report {
    let sandbox = changed(policy);
    let path = sandbox.outside("org.yml");
    std::fs::write(&path, format!("cordon: 1\n{org}")).unwrap();
    sandbox.report(&[&RANGE[..], &["--policy", path.to_str().unwrap()]].concat())
}

const DENIED: &str = "agents: {claude-code: {status: denied}}\n";

#[test]
fn a_default_holds_against_a_lower_opinion() {
    // The organisation says nothing of the rule: its own mode is the organisation's opinion.
    let report = below(DENIED, "rules: {agent-denied: {mode: audit}}\n");
    assert_eq!(report.code, 1, "{:#}", report.json);
    assert_eq!(report.rules(), ["agent-denied", "policy-weakened"]);
    // What it says itself holds, and one who says nothing has no opinion.
    let audit = format!("{DENIED}rules: {{agent-denied: {{mode: audit}}}}\n");
    assert_eq!(below(&audit, "").code, 0);
    let report = below(&audit, "rules: {agent-denied: {mode: block}}\n");
    assert_eq!((report.code, report.rules()), (1, vec!["agent-denied"]));
    // A repository alone is the highest there is.
    let alone = format!("extends: []\n{audit}");
    assert_eq!(changed(&alone).report(&RANGE).code, 0);
}

#[test]
fn a_star_is_of_the_authority_that_wrote_it() {
    let deny_all = "agents: {\"*\": {status: denied}}\n";
    let approve = "agents: {claude-code: {status: approved}}\n";
    let both = "agents: {\"*\": {status: denied}, claude-code: {status: approved}}\n";
    for (org, own, code) in [
        // Within one authority the entry stands before the star.
        (both, "", 0),
        ("", both, 0),
        // A lower one's entry answers for that one alone.
        (deny_all, "", 1),
        (deny_all, approve, 1),
        (deny_all, both, 1),
        (approve, deny_all, 1),
        (approve, approve, 0),
        // Whom nobody lists is approved.
        ("", "agents: {cursor: {status: denied}}\n", 0),
    ] {
        let report = below(org, own);
        assert_eq!(report.code, code, "{org}---\n{own}{:#}", report.json);
        let denied = !report.of("agent-denied").is_empty();
        assert_eq!(denied, code == 1, "{org}---\n{own}");
    }
}

#[test]
fn a_denial_below_takes_no_request_for_an_approval_back() {
    let zone = |agents: &str| format!("zones: {{z: {{paths: [src], agents: {agents}}}}}\n");
    let milder = format!(
        "{}rules: {{zone-agent: {{mode: warn}}}}\n",
        zone("approval")
    );
    let report = below(&milder, "");
    assert_eq!((report.code, report.rules()), (1, vec!["zone-approval"]));
    let report = below(&milder, &zone("denied"));
    assert_eq!(report.rules(), ["zone-approval", "zone-agent"]);
    assert_eq!(report.code, 1);
    // It names the line that asks, and not the one that denies.
    let asks = &report.of("zone-approval")[0]["policy"];
    assert!(
        asks["file"].as_str().unwrap().ends_with("org.yml"),
        "{asks}"
    );
    assert_eq!(asks["line"], 2);
    // Within one authority the stricter one stands for both.
    let narrowed = "agents: {claude-code: {classes: {pci: denied}}}\n\
        zones: {z: {class: pci, paths: [src], agents: approval}}\n";
    assert_eq!(below(narrowed, "").rules(), ["zone-agent"]);
}

#[test]
fn a_class_from_below_takes_no_request_for_an_approval_back() {
    let milder = "classes: {ear: {agents: approval}, ci: {agents: denied}}\n\
        repository: {classes: [ear]}\nrules: {zone-agent: {mode: warn}}\n";
    let report = below(milder, "");
    assert_eq!((report.code, report.rules()), (1, vec!["zone-approval"]));
    let report = below(milder, "repository: {classes: [ci]}\n");
    assert_eq!(report.rules(), ["zone-approval", "zone-agent"]);
    assert_eq!(report.code, 1);
    let milder = "agents: {claude-code: {classes: {pci: denied}}}\n\
        zones: {z: {paths: [src], agents: approval}}\nrules: {zone-agent: {mode: warn}}\n";
    let report = below(milder, "zones: {z: {class: pci, paths: [src]}}\n");
    assert_eq!(report.rules(), ["zone-approval", "zone-agent"]);
    assert_eq!(report.code, 1);
    // Of the classes that one authority gives, the stricter one stands for all.
    let org = "classes: {ear: {agents: approval}, ci: {agents: denied}}\n";
    let report = below(org, "repository: {classes: [ci, ear]}\n");
    assert_eq!(report.rules(), ["zone-agent"]);
}

#[test]
fn a_denial_below_takes_no_end_of_an_approval_back() {
    let until = "agents: {claude-code: {status: conditional, until: 2026-12-01}}\n";
    let milder = format!(
        "{until}rules: {{agent-review-due: {{mode: block}}, agent-denied: {{mode: warn}}}}\n"
    );
    let report = below(&milder, "");
    assert_eq!((report.code, report.rules()), (1, vec!["agent-review-due"]));
    let report = below(&milder, DENIED);
    assert_eq!(report.rules(), ["agent-denied", "agent-review-due"]);
    assert_eq!(report.code, 1);
    // An approval that has ended ends no more, whoever has another.
    let ended = "agents: {claude-code: {status: conditional, until: 2026-11-01}}\n";
    assert_eq!(below(ended, "").rules(), ["agent-denied"]);
    let report = below(&milder, ended);
    assert_eq!(report.rules(), ["agent-denied", "agent-review-due"]);
    // Within one authority the denial stands for both.
    let denied = "agents: {claude-code: {status: denied, until: 2026-12-01}}\n";
    assert_eq!(below(denied, "").rules(), ["agent-denied"]);
}

#[test]
fn a_stage_caps_what_it_applies_and_no_lower_authority_lowers_the_cap() {
    let capped = |cap: &str| format!("{DENIED}stages: {{ci: {cap}}}\n");
    for (org, own, decision, code) in [
        (capped("warn"), "", "warned", 0),
        (capped("audit"), "", "audited", 0),
        (capped("block"), "stages: {ci: audit}\n", "blocked", 1),
        // The organisation says nothing of stages: there is no cap that could be lowered.
        (DENIED.to_owned(), "stages: {ci: warn}\n", "blocked", 1),
        (capped("warn"), "stages: {ci: block}\n", "blocked", 1),
        // Another stage's is no cap here.
        (
            format!("{DENIED}stages: {{commit: audit}}\n"),
            "",
            "blocked",
            1,
        ),
    ] {
        let report = below(&org, own);
        let findings = report.json["findings"].as_array().unwrap();
        let found = findings.iter().find(|row| row["rule"] == "agent-denied");
        let found = found.unwrap_or_else(|| panic!("{:#}", report.json));
        // The mode is before the cap.
        assert_eq!(found["mode"], "block", "{org}{own}");
        assert_eq!(found["decision"], decision, "{org}{own}");
        assert_eq!(report.code, code, "{org}{own}");
    }
}

#[test]
fn a_branch_cut_before_the_policy_existed_is_judged_by_it() {
    let mut sandbox = Sandbox::with_commit();
    sandbox.git(["branch", "old"]);
    sandbox.write(".cordon.yml", format!("cordon: 1\nextends: []\n{DENIED}"));
    sandbox.commit("A policy");
    sandbox.git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    sandbox.git(["checkout", "-q", "old"]);
    sandbox.write("a", "a\n");
    sandbox.stage();
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    let report = sandbox.report(&["--staged"]);
    assert_eq!((report.code, report.rules()), (1, vec!["agent-denied"]));
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    // The branch brings no policy, and takes none away.
    let report = sandbox.report(&["--range", "main..old"]);
    assert_eq!((report.code, report.rules()), (1, vec!["agent-denied"]));
    let (old, zero) = (sandbox.id("old"), "0".repeat(40));
    let said = sandbox.shell(&format!(
        "echo refs/heads/old {old} refs/heads/old {zero} | cordon hook pre-push origin ../nowhere"
    ));
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("agent-denied"), "{}", said.stderr);
    // A commit alone has its parents, who had none.
    assert_eq!(sandbox.report(&["--commit", "old"]).code, 0);
}

#[test]
fn a_change_into_the_authors_own_branch_is_not_judged_by_that_branch_alone() {
    let mut sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: []\n{DENIED}"));
    sandbox.git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    sandbox.git(["checkout", "-q", "-b", "mine"]);
    sandbox.write(".cordon.yml", "cordon: 1\nextends: []\n");
    let mine = sandbox.commit("My own policy");
    sandbox.git(["checkout", "-q", "-b", "topic"]);
    sandbox.write("a", "a\n");
    sandbox.stage();
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    let report = sandbox.report(&["--staged"]);
    assert_eq!((report.code, report.rules()), (1, vec!["agent-denied"]));
    let topic = sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let said = sandbox.shell(&format!(
        "echo refs/heads/topic {topic} refs/heads/mine {mine} | cordon hook pre-push origin ../nowhere"
    ));
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("agent-denied"), "{}", said.stderr);
    // A range has no other trusted side than its start: whoever asks for it says what that is, or pins a policy.
    assert_eq!(sandbox.report(&["--range", "mine..topic"]).code, 0);
    let org = sandbox.outside("org.yml");
    std::fs::write(&org, format!("cordon: 1\n{DENIED}")).unwrap();
    let pinned = ["--range", "mine..topic", "--policy", org.to_str().unwrap()];
    let report = sandbox.report(&pinned);
    assert_eq!((report.code, report.rules()), (1, vec!["agent-denied"]));
}

/// What denies agents a folder, in one repository alone.
const ZONE: &str = "cordon: 1\nextends: []\nrepository: {name: acme/radio}\n\
    zones: {z: {paths: [src], repos: [acme/radio], agents: denied}}\n";

#[test]
fn a_repository_that_lies_about_its_name_gains_nothing() {
    let renamed = ZONE.replace("name: acme/radio", "name: acme/shop");
    // In the change: the trusted name holds.
    let mut sandbox = Sandbox::with_policy(ZONE);
    sandbox.git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    sandbox.git(["checkout", "-q", "-b", "mine"]);
    sandbox.write(".cordon.yml", &renamed);
    sandbox.write("src/a", "a\n");
    sandbox.commit(&format!("Another name\n\n{CLAUDE}"));
    let report = sandbox.report(&RANGE);
    assert_eq!(report.rules(), ["policy-weakened", "zone-agent"]);
    assert_eq!(
        (report.code, &report.json["repository"]),
        (1, &"acme/radio".into())
    );
    // In a branch of one's own, which is a trusted side beside the default branch: nobody knows the name.
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.write("src/b", "b\n");
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(
        (report.code, report.rules()),
        (1, vec!["zone-agent"]),
        "{:#}",
        report.json
    );
    assert_eq!(report.json["repository"], serde_json::Value::Null);
    let mine = sandbox.id("HEAD");
    let next = sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let push = format!(
        "echo refs/heads/mine {next} refs/heads/mine {mine} | cordon hook pre-push origin ../nowhere"
    );
    let said = sandbox.shell(&push);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stderr.contains("zone-agent"), "{}", said.stderr);
    // Against the platform no verdict at all, whichever side it is that lies.
    sandbox.set("GITHUB_REPOSITORY", "acme/radio");
    let report = sandbox.report(&RANGE);
    assert_eq!((report.code, report.codes()), (2, vec!["repository-name"]));
    let said = sandbox.shell(&push);
    assert_eq!(said.code, 2, "{}", said.stderr);
}

#[test]
fn what_the_platform_says_stands_before_what_git_is_told() {
    let mut sandbox = Sandbox::with_policy(&ZONE.replace("repository: {name: acme/radio}\n", ""));
    sandbox.write("src/a", "a\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    sandbox.git(["config", "cordon.repository", "acme/shop"]);
    sandbox.git([
        "remote",
        "add",
        "origin",
        "https://git.acme.example/acme/shop.git",
    ]);
    assert_eq!(sandbox.report(&RANGE).code, 0);
    for platform in ["acme/radio", "Acme/Radio"] {
        sandbox.set("GITHUB_REPOSITORY", platform);
        assert_eq!(sandbox.report(&RANGE).code, 1, "{platform}");
    }
}
