//! `cordon policy diff`.

use serde_json::Value;

use crate::support::{CLAUDE, Sandbox};

const OLD: &str = "\
cordon: 1
policy: {id: acme, version: 1}
agents:
  \"*\": {status: denied}
  claude-code: {status: approved, note: SEC-1}
zones:
  crypto: {class: export, paths: [\"src/crypto/**\"], agents: denied}
  pay: {class: pci, paths: [pay], agents: denied}
rules:
  secret-file: {humans: warn}
  zone-agent: {mode: warn}
";

const NEW: &str = "\
cordon: 1
policy: {id: acme, version: 2}
agents:
  \"*\": {status: denied}
  claude-code: {status: approved, note: SEC-2}
zones:
  crypto: {class: export, paths: [\"src/crypto/**\", more], agents: allowed}
rules:
  secret-file: {humans: block}
  zone-agent: {mode: warn, then: block, from: 2026-12-01}
";

fn diff(sandbox: &Sandbox, args: &[&str]) -> (i32, Value) {
    sandbox.write("old.yml", OLD);
    sandbox.write("new.yml", NEW);
    let fixed = ["policy", "diff", "old.yml", "new.yml", "--format", "json"];
    let said = sandbox.cordon(fixed.iter().chain(args));
    let json = serde_json::from_str(&said.stdout);
    (
        said.code,
        json.unwrap_or_else(|error| panic!("{error}: {said:?}")),
    )
}

fn effects(json: &Value) -> Vec<(String, String)> {
    let rows = json["differences"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.map(|row| (text(&row["key"]), text(&row["effect"])))
        .collect()
}

#[test]
fn each_key_that_differs_is_weaker_stricter_or_otherwise_with_both_lines() {
    let sandbox = Sandbox::new();
    let (code, json) = diff(&sandbox, &["--as-of", "2026-11-25"]);
    assert_eq!(code, 0);
    let expected = [
        // Zones stand first, as in the pack that both build on.
        ("zones.crypto.paths", "stricter"),
        ("zones.crypto.agents", "weaker"),
        ("zones.pay", "weaker"),
        ("policy.version", "stricter"),
        ("agents.claude-code.note", "otherwise"),
        ("rules.secret-file.humans", "stricter"),
        ("rules.zone-agent.then", "stricter"),
        ("rules.zone-agent.from", "stricter"),
    ];
    let expected = expected.map(|(key, effect)| (key.to_owned(), effect.to_owned()));
    assert_eq!(effects(&json), expected);
    let row = &json["differences"][1];
    assert_eq!(
        row["was"],
        serde_json::json!({"text": "denied", "file": "old.yml", "line": 7})
    );
    assert_eq!(
        row["now"],
        serde_json::json!({"text": "allowed", "file": "new.yml", "line": 7})
    );
    let said = sandbox.cordon([
        "policy",
        "diff",
        "old.yml",
        "new.yml",
        "--as-of",
        "2026-11-25",
    ]);
    for told in [
        "weaker: zones.crypto.agents\n  was       denied (old.yml:7)\n  now       allowed (new.yml:7)\n",
        "diff: 2 weaker, 5 stricter, 1 otherwise; old.yml to new.yml\n",
    ] {
        assert!(said.stdout.contains(told), "{told}{}", said.stdout);
    }
}

#[test]
fn the_same_policy_does_not_differ_and_a_pack_can_be_named() {
    let sandbox = Sandbox::new();
    sandbox.write("policy.yml", "cordon: 1\n");
    let said = sandbox.cordon(["policy", "diff", "policy.yml", "policy.yml"]);
    assert_eq!(said.code, 0);
    assert_eq!(
        said.stdout,
        "diff: 0 weaker, 0 stricter, 0 otherwise; policy.yml to policy.yml\n"
    );
    sandbox.write("none.yml", "cordon: 1\nextends: []\n");
    let said = sandbox.cordon(["policy", "diff", "pack:default", "none.yml"]);
    assert_eq!(said.code, 0);
    assert!(said.stdout.contains("weaker: zones.ci"), "{}", said.stdout);
}

#[test]
fn past_commits_are_judged_by_both_and_what_changes_is_told() {
    let sandbox = Sandbox::with_commit();
    let base = sandbox.id("HEAD");
    sandbox.write("src/crypto/a.c", "int a;\n");
    let crypto = sandbox.commit(&format!("Change the zone\n\n{CLAUDE}"));
    sandbox.write("other.c", "int a;\n");
    sandbox.commit(&format!("Change something else\n\n{CLAUDE}"));
    let range = format!("{base}..HEAD");
    let (code, json) = diff(&sandbox, &["--replay", &range, "--as-of", "2026-11-25"]);
    assert_eq!(code, 0, "{json:#}");
    let replay = &json["replay"];
    assert_eq!(replay["commits"], 2);
    assert_eq!(replay["changed"].as_array().unwrap().len(), 1, "{replay:#}");
    let changed = &replay["changed"][0];
    assert_eq!(
        (&changed["commit"], &changed["lost"][0]["rule"]),
        (&crypto.into(), &"zone-agent".into())
    );
    assert_eq!(changed["won"], serde_json::json!([]));
    let said = sandbox.cordon([
        "policy",
        "diff",
        "old.yml",
        "new.yml",
        "--replay",
        &range,
        "--as-of",
        "2026-11-25",
    ]);
    assert!(
        said.stdout
            .contains("Change the zone: not blocked as before"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout
            .contains("replay: 2 commits judged by both, 1 decided otherwise\n"),
        "{}",
        said.stdout
    );
}

#[test]
fn what_cannot_be_read_is_told_and_no_difference() {
    let sandbox = Sandbox::with_commit();
    let (code, json) = diff(&sandbox, &["--replay", "nowhere..HEAD"]);
    assert_eq!(code, 2);
    assert_eq!(json["replay"]["incomplete"][0]["code"], "missing-reference");
    sandbox.write("broken.yml", "cordon: 1\nzone: {}\n");
    let said = sandbox.cordon(["policy", "diff", "old.yml", "broken.yml"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{said:?}");
    assert!(said.stderr.contains("broken.yml:2:1"), "{}", said.stderr);
    let said = sandbox.cordon(["policy", "diff", "old.yml"]);
    assert_eq!(said.code, 2);
}

/// What the difference between two policies says, as on a day.
fn between(old: &str, new: &str) -> (Value, String) {
    let sandbox = Sandbox::new();
    sandbox.write("old.yml", format!("cordon: 1\nextends: []\n{old}"));
    sandbox.write("new.yml", format!("cordon: 1\nextends: []\n{new}"));
    let args = ["policy", "diff", "old.yml", "new.yml", "--as-of"];
    let args = [&args[..], &["2026-11-25"]].concat();
    let page = sandbox.cordon(&args).stdout;
    let said = sandbox.cordon([&args[..], &["--format", "json"]].concat());
    (serde_json::from_str(&said.stdout).unwrap(), page)
}

#[test]
fn what_is_retired_is_as_strict_as_what_is_denied() {
    let agent = |entry: &str| format!("agents: {{claude-code: {{{entry}}}}}\n");
    let (retired, denied) = (agent("status: retired"), agent("status: denied"));
    let for_a_while = agent("status: conditional, until: 2030-01-01");
    let (json, page) = between(&retired, &for_a_while);
    let told: Vec<_> = effects(&json)
        .into_iter()
        .map(|(_, effect)| effect)
        .collect();
    assert_eq!(told, ["weaker", "weaker"], "{page}");
    let (json, page) = between(&for_a_while, &retired);
    let told: Vec<_> = effects(&json)
        .into_iter()
        .map(|(_, effect)| effect)
        .collect();
    assert_eq!(told, ["stricter", "stricter"], "{page}");
    let (_, page) = between(&denied, &retired);
    let told = "diff: 0 weaker, 0 stricter, 1 otherwise; old.yml to new.yml\n";
    assert!(page.ends_with(told), "{page}");
}

#[test]
fn an_approval_that_is_longer_is_told_once_with_the_day_from_which_it_counts() {
    let until =
        |day: &str| format!("agents: {{claude-code: {{status: conditional, until: {day}}}}}\n");
    let (json, page) = between(&until("2027-03-31"), &until("2027-06-29"));
    let expected = [("agents.claude-code.until".to_owned(), "weaker".to_owned())];
    assert_eq!(effects(&json), expected);
    assert_eq!(json["differences"][0]["from"], "2027-04-01");
    assert!(page.contains("  from      2027-04-01\n"), "{page}");
    // What holds already names no day.
    let (json, page) = between(
        "rules: {secret-file: {humans: block}}\n",
        "rules: {secret-file: {humans: warn}}\n",
    );
    assert_eq!(json["differences"][0]["from"], Value::Null);
    assert!(!page.contains("  from "), "{page}");
}

#[test]
fn a_pattern_with_braces_or_stars_that_the_old_one_covers_is_stricter() {
    let paths = |list: &str| {
        format!("automation: {{bot: {{identities: [bot@acme.example], paths: [{list}]}}}}\n")
    };
    let hosts = |list: &str| format!("accounts: {{enterprise: {{hosts: [{list}]}}}}\n");
    let zone = |list: &str| format!("zones: {{a: {{paths: [{list}], agents: denied}}}}\n");
    for (wide, narrow) in [
        (paths("\"src/**\""), paths("\"src/{a,b}/**\"")),
        (hosts("\"*.acme.example\""), hosts("llm.acme.example")),
        (
            zone("\"src/{a,b{c,d}}/**\""),
            zone("\"src/{a,b{c,d}}/**\", \"!src/a/x\""),
        ),
    ] {
        let is_zone = wide.starts_with("zones");
        let (_, page) = between(&wide, &narrow);
        let told = if is_zone {
            "diff: 1 weaker, 0 stricter"
        } else {
            "diff: 0 weaker, 1 stricter, 0 otherwise"
        };
        assert!(page.contains(told), "{wide}{narrow}{page}");
    }
    let (_, page) = between(&zone("\"src/{a,b}/**\""), &zone("src"));
    assert!(
        page.contains("diff: 0 weaker, 1 stricter, 0 otherwise"),
        "{page}"
    );
}

#[test]
fn what_may_be_weaker_is_told_in_the_sum() {
    let zone = |list: &str| format!("zones: {{a: {{paths: [{list}], agents: denied}}}}\n");
    let (json, page) = between(&zone("a"), &zone("b"));
    assert_eq!(effects(&json)[0].1, "otherwise");
    assert_eq!(json["differences"][0]["may_be_weaker"], true);
    assert!(
        page.contains("0 weaker, 0 stricter, 1 otherwise (1 may be weaker);"),
        "{page}"
    );
}

#[test]
fn a_repositorys_own_policies_judge_in_the_place_of_its_own() {
    let strict =
        "cordon: 1\nextends: []\nzones: {z: {class: export, paths: [core/**], agents: denied}}\n";
    let sandbox = Sandbox::with_policy(strict);
    sandbox.write("core/a.c", "int a;\n");
    let commit = sandbox.commit(&format!("Change the zone\n\n{CLAUDE}"));
    let old = sandbox.outside("old.yml");
    std::fs::write(&old, strict).unwrap();
    sandbox.write(".cordon.yml", strict.replace("denied", "allowed"));
    let said = sandbox.cordon([
        "policy",
        "diff",
        old.to_str().unwrap(),
        ".cordon.yml",
        "--replay",
        "HEAD^..HEAD",
        "--format",
        "json",
    ]);
    assert_eq!(said.code, 0, "{said:?}");
    let json: Value = serde_json::from_str(&said.stdout).unwrap();
    let changed = json["replay"]["changed"].as_array().unwrap();
    assert_eq!(changed.len(), 1, "{json:#}");
    assert_eq!(changed[0]["commit"], commit.as_str());
    // As an organisation's it stands above what the repository says, and the stricter holds.
    std::fs::rename(
        sandbox.path().join(".cordon.yml"),
        sandbox.outside("new.yml"),
    )
    .unwrap();
    let said = sandbox.cordon([
        "policy",
        "diff",
        old.to_str().unwrap(),
        sandbox.outside("new.yml").to_str().unwrap(),
        "--replay",
        "HEAD^..HEAD",
        "--format",
        "json",
    ]);
    let json: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(json["replay"]["changed"], serde_json::json!([]));
}

#[test]
fn a_repositorys_own_waivers_except_what_its_own_policy_lets_them() {
    let old = "cordon: 1
extends: []
zones: {z: {class: crypto, paths: [core/**], agents: denied}}
approvers: {leads: {members: [r.lee@acme.example]}}
waivers: {approvers: [leads]}
";
    let sandbox = Sandbox::with_policy(old);
    sandbox.git(["config", "cordon.repository", "acme/radio-core"]);
    sandbox.write(
        ".cordon/waivers/w.yml",
        "waiver: W-1\nrule: zone-agent\nscope: {repos: [acme/radio-core], paths: [core/**]}\n\
         reason: Test vectors only\nticket: LEG-352\nrequested_by: m.ono@acme.example\n\
         approved_by: [{who: r.lee@acme.example, date: 2026-11-20}]\nexpires: 2026-12-20\n",
    );
    let base = sandbox.commit("Grant a waiver");
    sandbox.write("core/a.c", "int a;\n");
    let commit = sandbox.commit(&format!("Change the zone\n\n{CLAUDE}"));
    let before = sandbox.outside("old.yml");
    std::fs::write(&before, old).unwrap();
    let range = format!("{base}..HEAD");
    let changed = |new: &str| {
        sandbox.write(".cordon.yml", new);
        let said = sandbox.cordon([
            "policy",
            "diff",
            before.to_str().unwrap(),
            ".cordon.yml",
            "--replay",
            &range,
            "--as-of",
            "2026-11-25",
            "--format",
            "json",
        ]);
        assert_eq!(said.code, 0, "{said:?}");
        let json: Value = serde_json::from_str(&said.stdout).unwrap();
        json["replay"]["changed"].as_array().unwrap().clone()
    };
    let two = changed(&old.replace("{approvers", "{two_for: [crypto], approvers"));
    let one = two.iter().find(|one| one["commit"] == commit.as_str());
    let one = one.unwrap_or_else(|| panic!("{two:#?}"));
    assert_eq!(one["lost"][0]["decision"], "waived", "{one:#}");
    assert_eq!(one["won"][0]["decision"], "blocked", "{one:#}");
    // What both let it except is no change, whatever else the new one says.
    assert_eq!(
        changed(&old.replace("[leads]", "[leads], max_days: 89")),
        [Value::Null; 0]
    );
}
