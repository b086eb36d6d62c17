//! The author of a change does not choose its judge.

use crate::support::{CLAUDE, Sandbox};

const STRICT: &str = "cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n";
const LAX: &str = "cordon: 1\nextends: []\nagents: {claude-code: {status: approved}}\n";

#[test]
fn a_range_is_judged_by_its_base() {
    let sandbox = Sandbox::with_policy(STRICT);
    sandbox.write(".cordon.yml", LAX);
    sandbox.commit(&format!("Weaken\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.rules(), ["agent-denied", "policy-weakened"]);
    let layers = report.json["policy"]["layers"].as_array().unwrap();
    assert_eq!(layers[0]["name"], "repository");
    assert_eq!(layers[0]["commit"], sandbox.id("HEAD~1"));
    assert_eq!(layers[1]["name"], "change");
    assert_eq!(layers[1]["commit"], sandbox.id("HEAD"));
    assert_eq!(report.json["policy"]["trusted"], true);
    assert_eq!(report.json["policy"]["pinned"], false);
}

#[test]
fn removing_the_policy_does_not_remove_the_judge() {
    let sandbox = Sandbox::with_policy(STRICT);
    sandbox.git(["rm", "-q", ".cordon.yml"]);
    sandbox.commit(&format!("Remove\n\n{CLAUDE}"));
    assert_eq!(
        sandbox.report(&["--range", "HEAD~1..HEAD"]).rules(),
        ["agent-denied", "policy-weakened"]
    );
    assert_eq!(
        sandbox.report(&["--commit", "HEAD"]).rules(),
        ["agent-denied", "policy-weakened"]
    );
}

#[test]
fn the_change_can_tighten_its_own_judge() {
    let sandbox = Sandbox::with_policy(LAX);
    sandbox.write(".cordon.yml", STRICT);
    sandbox.commit(&format!("Tighten\n\n{CLAUDE}"));
    assert_eq!(
        sandbox.report(&["--range", "HEAD~1..HEAD"]).rules(),
        ["agent-denied"]
    );
}

#[test]
fn a_first_policy_tightens_the_default_and_cannot_drop_it() {
    let sandbox = Sandbox::with_commit();
    sandbox.write(
        ".cordon.yml",
        "cordon: 1\nextends: []\nrules: {zone-agent: {mode: disabled}}\n",
    );
    sandbox.write(".github/workflows/ci.yml", "on: push\n");
    sandbox.commit(&format!("First policy\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.of("zone-agent")[0]["decision"], "warned");
    assert_eq!(report.json["policy"]["layers"][0]["name"], "builtin");
}

#[test]
fn staged_changes_are_judged_by_head_and_by_the_default_branch() {
    let mut sandbox = Sandbox::with_policy(STRICT);
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.write(".cordon.yml", LAX);
    sandbox.stage();
    assert_eq!(
        sandbox.report(&["--staged"]).rules(),
        ["agent-denied", "policy-weakened"]
    );

    // A branch whose HEAD is lax still answers to the remote's default branch.
    sandbox.git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    sandbox.commit("Weaken");
    sandbox.write("a", "a\n");
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(report.rules(), ["agent-denied"]);
    assert_eq!(report.json["policy"]["layers"][1]["source"], "origin/main");
}

#[test]
fn a_default_that_the_trusted_side_lowered_stays_lowered() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nrules: {agent-denied: {mode: warn}}\nagents: {claude-code: {status: denied}}\n",
    );
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.of("agent-denied")[0]["decision"], "warned");
}

#[test]
fn a_policy_that_is_no_regular_file_or_has_a_look_alike_exits_with_2() {
    for line in [
        "ln -s other .cordon.yml",
        "mkdir .cordon.yml && touch .cordon.yml/a",
        "echo 'cordon: 1' > .Cordon.yml",
        "echo 'cordon: 1' > .cordon.yaml",
    ] {
        let sandbox = Sandbox::with_commit();
        sandbox.shell(line);
        sandbox.commit("Policy");
        let report = sandbox.report(&["--commit", "HEAD"]);
        assert_eq!(report.codes(), ["policy-invalid"], "{line}");
        sandbox.write("a", "a\n");
        sandbox.stage();
        assert_eq!(
            sandbox.report(&["--staged"]).codes(),
            ["policy-invalid"],
            "{line}"
        );
    }
}

#[test]
fn a_broken_trusted_policy_exits_with_2() {
    let sandbox = Sandbox::with_policy("cordon: 1\nagnets: {}\n");
    sandbox.write("a", "a\n");
    sandbox.commit("Change");
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.codes(), ["policy-invalid"]);
    let told = report.json["incomplete"][0]["message"].as_str().unwrap();
    assert!(told.starts_with(".cordon.yml:2:1: "), "{told}");
    assert!(told.contains("agents"), "{told}");
}

#[test]
fn a_policy_from_outside_judges_above_the_repositorys() {
    let sandbox = Sandbox::with_policy(LAX);
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let org = sandbox.outside("org.yml");
    std::fs::write(
        &org,
        STRICT.replace("extends: []", "policy: {id: acme, version: 7}"),
    )
    .unwrap();
    let org = org.to_str().unwrap();
    let report = sandbox.report(&["--range", "HEAD~1..HEAD", "--policy", org]);
    assert_eq!(report.rules(), ["agent-denied", "policy-weakened"]);
    assert_eq!(report.json["policy"]["pinned"], true);
    assert_eq!(report.json["policy"]["id"], "acme");
    assert_eq!(report.json["policy"]["version"], 7);
    assert_eq!(report.of("agent-denied")[0]["policy"]["file"], org);

    let sum = sandbox.shell(&format!("sha256sum {org} | cut -d' ' -f1"));
    let pinned = [
        "--range",
        "HEAD~1..HEAD",
        "--policy",
        org,
        "--policy-sha256",
        sum.stdout.trim(),
    ];
    assert_eq!(
        sandbox.report(&pinned).rules(),
        ["agent-denied", "policy-weakened"]
    );
    let other = "0".repeat(64);
    let wrong = [
        "--range",
        "HEAD~1..HEAD",
        "--policy",
        org,
        "--policy-sha256",
        &other,
    ];
    assert_eq!(sandbox.report(&wrong).codes(), ["policy-digest"]);
}

#[test]
fn a_repository_cannot_rename_itself_against_its_platform() {
    let mut sandbox =
        Sandbox::with_policy("cordon: 1\nextends: []\nrepository: {name: acme/shop}\n");
    sandbox.commit("Change");
    assert_eq!(
        sandbox.report(&["--range", "HEAD~1..HEAD"]).json["repository"],
        "acme/shop"
    );
    sandbox.set("GITHUB_REPOSITORY", "acme/radio-core");
    assert_eq!(
        sandbox.report(&["--range", "HEAD~1..HEAD"]).codes(),
        ["repository-name"]
    );
}

#[test]
fn keys_without_effect_yet_exit_with_2_and_are_named() {
    for (key, name) in [
        ("commands: {destructive: ask}", "commands"),
        ("guard: {on_error: deny}", "guard"),
        ("secrets: {lfs: content}", "lfs"),
        ("rules: {secret-readable: {mode: block}}", "secret-readable"),
    ] {
        let sandbox = Sandbox::with_policy(&format!("cordon: 1\n{key}\n"));
        sandbox.commit("Change");
        let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
        assert!(
            report.codes().iter().all(|code| *code == "policy-pending"),
            "{key}"
        );
        let told = report.json["incomplete"].to_string();
        assert!(told.contains(name), "{key}: {told}");
        assert!(told.contains(".cordon.yml:2:"), "{key}: {told}");
    }
}

#[test]
fn a_change_does_not_rename_its_repository_out_of_a_zone() {
    let zone =
        "cordon: 1\nextends: []\nzones: {z: {paths: [src], repos: [acme/radio], agents: denied}}\n";
    let sandbox = Sandbox::with_policy(zone);
    sandbox.write(
        ".cordon.yml",
        format!("{zone}repository: {{name: acme/shop}}\n"),
    );
    sandbox.write("src/a", "a\n");
    sandbox.commit(&format!("Rename\n\n{CLAUDE}"));
    assert_eq!(
        sandbox.report(&["--range", "HEAD~1..HEAD"]).rules(),
        ["policy-weakened", "zone-agent"]
    );
    assert_eq!(
        sandbox.report(&["--commit", "HEAD"]).rules(),
        ["policy-weakened", "zone-agent"]
    );
}

#[test]
fn the_default_branch_of_any_remote_judges_staged_changes() {
    let mut sandbox = Sandbox::with_policy(LAX);
    sandbox.git(["checkout", "-q", "-b", "strict"]);
    sandbox.write(".cordon.yml", STRICT);
    sandbox.commit("Strict");
    sandbox.git(["update-ref", "refs/remotes/upstream/trunk", "HEAD"]);
    sandbox.git([
        "symbolic-ref",
        "refs/remotes/upstream/HEAD",
        "refs/remotes/upstream/trunk",
    ]);
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.write("a", "a\n");
    sandbox.stage();
    assert_eq!(sandbox.report(&["--staged"]).rules(), ["agent-denied"]);
}

#[test]
fn a_pinned_policy_judges_alone_where_the_repositorys_is_broken() {
    let sandbox = Sandbox::with_policy("cordon: 1\nagnets: {}\n");
    sandbox.write(".cordon.yml", LAX);
    sandbox.commit(&format!("Repair\n\n{CLAUDE}"));
    let org = sandbox.outside("org.yml");
    std::fs::write(&org, STRICT).unwrap();
    let args = ["--range", "HEAD~1..HEAD", "--policy", org.to_str().unwrap()];
    assert_eq!(
        sandbox.report(&args).rules(),
        ["agent-denied", "policy-weakened"]
    );
    let said = sandbox.cordon(["check"].iter().chain(&args));
    assert!(said.stdout.contains("broken"), "{}", said.stdout);
}

#[test]
fn every_pending_key_of_the_whole_language_is_named() {
    let org = include_str!("../policies/valid/org.yml");
    let named = include_str!("../policies/pending-org.txt").lines().count();
    let sandbox = Sandbox::with_policy(org);
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    sandbox.commit("Change");
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    let pending = report
        .codes()
        .iter()
        .filter(|code| **code == "policy-pending")
        .count();
    assert_eq!((pending, report.codes().len()), (named, named));
}

#[test]
fn a_note_tells_that_what_is_judged_chose_its_policy_and_only_then() {
    let told = "what is judged chose its own policy";
    let sandbox = Sandbox::with_commit();
    let said = sandbox.cordon(["check", "--all"]);
    assert!(!said.stdout.contains(told), "{}", said.stdout);
    let sandbox = Sandbox::with_policy("cordon: 1\n");
    let said = sandbox.cordon(["check", "--all"]);
    assert!(said.stdout.contains(told), "{}", said.stdout);
}
