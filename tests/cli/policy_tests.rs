//! `cordon policy test`.

use serde_json::Value;

use crate::support::{Said, Sandbox};

const POLICY: &str = "\
cordon: 1
policy: {id: acme, version: 1}
agents:
  \"*\": {status: denied}
  claude-code: {status: conditional, until: 2027-03-31}
zones:
  crypto: {class: export, paths: [\"src/crypto/**\"], markers: [EXPORT-CONTROLLED], agents: denied}
";

const TESTS: &str = "\
tests:
  - name: Claude may not move export code
    as_of: 2026-11-22
    given:
      commits:
        - message: \"fix\\n\\nAssisted-by: claude-code:opus\"
          changes: [{rename: src/crypto/aes.c, to: src/util/a.c}]
    expect: {verdict: fail, rules: [zone-agent, zone-copy-out]}
  - name: a person may change it
    given:
      commits: [{changes: [{modify: src/crypto/aes.c}]}]
    expect: {verdict: pass, rules: []}
";

/// A policy repository with one file of tests.
fn repository(policy: &str, tests: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("policy.yml", policy);
    sandbox.write("tests/zones.yml", tests);
    sandbox
}

fn tested(sandbox: &Sandbox, args: &[&str]) -> Said {
    sandbox.cordon(["policy", "test", "policy.yml"].iter().chain(args))
}

fn json(sandbox: &Sandbox, args: &[&str]) -> (i32, Value) {
    let said = tested(sandbox, &[&["--format", "json"], args].concat());
    let json = serde_json::from_str(&said.stdout);
    (
        said.code,
        json.unwrap_or_else(|error| panic!("{error}: {said:?}")),
    )
}

/// One test, given in full: what is wrong with it.
fn verdict_of(policy: &str, test: &str) -> Value {
    let sandbox = repository(policy, &format!("tests:\n  - name: it\n{test}"));
    let (_, json) = json(&sandbox, &[]);
    json["tests"][0]["got"].clone()
}

#[test]
fn tests_beside_the_policy_are_run() {
    let sandbox = repository(POLICY, TESTS);
    let said = tested(&sandbox, &[]);
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (0, "pass: 2 tests passed; policy.yml\n")
    );
    let said = tested(&sandbox, &["-v"]);
    assert!(
        said.stdout
            .contains("ok: Claude may not move export code\nok: a person")
    );
    let (code, json) = json(&sandbox, &[]);
    assert_eq!((code, &json["counts"]["passed"]), (0, &2.into()));
}

#[test]
fn a_test_that_fails_says_where_it_stands_and_what_was_found() {
    let sandbox = repository(
        &POLICY.replace("agents: denied}", "agents: allowed}"),
        TESTS,
    );
    let said = tested(&sandbox, &[]);
    assert_eq!(said.code, 1, "{said:?}");
    for told in [
        "failed: Claude may not move export code\n",
        "  where     tests/zones.yml:2\n",
        "  verdict   expected fail, got pass\n",
        "  rules     expected [zone-agent, zone-copy-out], got []\n",
        "fail: 1 failed, 1 passed; policy.yml\n",
    ] {
        assert!(said.stdout.contains(told), "{told}{}", said.stdout);
    }
    assert!(
        said.stdout.lines().all(|line| line.len() <= 80),
        "{}",
        said.stdout
    );
    let (code, json) = json(&sandbox, &[]);
    assert_eq!(code, 1);
    let first = &json["tests"][0];
    assert_eq!(
        (&first["passed"], &first["line"]),
        (&false.into(), &2.into())
    );
    assert_eq!(first["expected"]["verdict"], "fail");
    assert_eq!(first["got"]["verdict"], "pass");
}

#[test]
fn every_wanted_rule_and_no_other_must_be_found() {
    let given = "    given: {commits: [{changes: [{add: a.c, text: EXPORT-CONTROLLED}], \
        message: \"a\\n\\nAssisted-by: claude-code\"}]}\n    as_of: 2026-11-25\n";
    let got = verdict_of(POLICY, &format!("{given}    expect: {{verdict: pass}}\n"));
    assert_eq!(got["rules"], serde_json::json!(["zone-agent"]));
    for (rules, code) in [
        ("[]", 1),
        ("[zone-agent]", 0),
        ("[zone-agent, secret-added]", 1),
    ] {
        let tests = format!("tests:\n  - name: it\n{given}    expect: {{rules: {rules}}}\n");
        assert_eq!(
            tested(&repository(POLICY, &tests), &[]).code,
            code,
            "{rules}"
        );
    }
}

#[test]
fn what_is_audited_is_not_among_the_rules() {
    let policy = format!("{POLICY}rules: {{zone-agent: {{mode: audit}}}}\n");
    let got = verdict_of(
        &policy,
        "    given: {commits: [{changes: [{modify: src/crypto/a.c}], message: \"a\\n\\nAssisted-by: claude-code\"}]}\n\
         \x20   as_of: 2026-11-25\n    expect: {audited: [zone-agent]}\n",
    );
    assert_eq!(got["rules"], serde_json::json!([]));
    assert_eq!(got["audited"], serde_json::json!(["zone-agent"]));
}

#[test]
fn the_day_the_stage_and_the_repository_are_those_of_the_test() {
    let by_claude = "commits: [{message: \"a\\n\\nAssisted-by: claude-code\", changes: [{modify: src/crypto/a.c}]}]";
    let on = |as_of: &str| {
        let given = format!(
            "    as_of: {as_of}\n    given: {{{by_claude}}}\n    expect: {{verdict: pass}}\n"
        );
        verdict_of(POLICY, &given)["rules"].clone()
    };
    assert_eq!(
        on("2027-03-31"),
        serde_json::json!(["agent-review-due", "zone-agent"])
    );
    assert_eq!(
        on("2027-04-01"),
        serde_json::json!(["agent-denied", "zone-agent"])
    );
    let policy = format!("{POLICY}stages: {{push: warn}}\n");
    let at = |stage: &str| {
        let given = format!(
            "    as_of: 2026-11-25\n    given: {{stage: {stage}, {by_claude}}}\n    expect: {{verdict: pass}}\n"
        );
        verdict_of(&policy, &given)["verdict"].clone()
    };
    assert_eq!((at("push"), at("receive")), ("pass".into(), "fail".into()));
    let policy = POLICY.replace(
        "class: export,",
        "class: export, repos: [\"acme/radio-*\"],",
    );
    let of = |name: &str| {
        let given = format!(
            "    as_of: 2026-11-25\n    given: {{repository: {name}, {by_claude}}}\n    expect: {{verdict: pass}}\n"
        );
        verdict_of(&policy, &given)["verdict"].clone()
    };
    assert_eq!(
        (of("acme/radio-core"), of("acme/web")),
        ("fail".into(), "pass".into())
    );
}

#[test]
fn a_secret_is_made_up_so_that_no_file_of_tests_holds_one() {
    let got = verdict_of(
        POLICY,
        "    given: {commits: [{changes: [{add: a.txt, template: 'token = ghp_{alnum:36}'}]}]}\n\
         \x20   expect: {verdict: fail}\n",
    );
    assert_eq!(got["rules"], serde_json::json!(["secret-added"]));
}

#[test]
fn copies_of_what_lies_at_the_base_are_found() {
    let got = verdict_of(
        POLICY,
        "    as_of: 2026-11-25\n\
         \x20   given:\n\
         \x20     files: [{path: src/crypto/aes.c}]\n\
         \x20     commits:\n\
         \x20       - message: \"a\\n\\nAssisted-by: claude-code\"\n\
         \x20         changes: [{add: src/other.c, copy_of: src/crypto/aes.c}]\n\
         \x20   expect: {verdict: fail}\n",
    );
    assert_eq!(got["rules"], serde_json::json!(["zone-copy-out"]));
}

#[test]
fn a_repositorys_own_policy_is_judged_from_the_base() {
    let sandbox = Sandbox::new();
    sandbox.write(".cordon.yml", POLICY);
    sandbox.write(
        ".cordon/tests/own.yml",
        "tests:\n  - name: nobody takes the policy away\n    given:\n      commits:\n\
         \x20       - message: \"a\\n\\nAssisted-by: claude-code\"\n          changes: [{delete: .cordon.yml}]\n\
         \x20   as_of: 2026-11-25\n    expect: {verdict: fail, rules: [policy-weakened]}\n",
    );
    let said = sandbox.cordon(["policy", "test"]);
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (0, "pass: 1 test passed; .cordon.yml\n"),
        "{said:?}"
    );
}

#[test]
fn a_repositorys_file_joins_below_the_organisations() {
    let got = verdict_of(
        POLICY,
        "    as_of: 2026-11-25\n\
         \x20   given:\n\
         \x20     files: [{path: .cordon.yml, text: \"cordon: 1\\nzones: {a: {paths: [a], agents: denied}}\\n\"}]\n\
         \x20     commits: [{message: \"a\\n\\nAssisted-by: claude-code\", changes: [{add: a}]}]\n\
         \x20   expect: {verdict: fail}\n",
    );
    assert_eq!(got["rules"], serde_json::json!(["zone-agent"]));
}

#[test]
fn nothing_is_shown_where_there_are_no_tests() {
    let sandbox = Sandbox::new();
    sandbox.write("policy.yml", POLICY);
    let said = tested(&sandbox, &[]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("no tests lie in tests"),
        "{}",
        said.stderr
    );
    sandbox.write("tests/a.yml", "tests: []\n");
    let said = tested(&sandbox, &[]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("there is no test in this list"),
        "{}",
        said.stderr
    );
}

#[test]
fn broken_tests_and_broken_policies_are_told_and_judge_nothing() {
    let tests = "\
tests:
  - name: one
    given: {commits: []}
    expect: {}
  - name: one
    as_of: soon
    given: {commits: [{changes: [{add: a, delete: b}]}]}
    expect: {rules: [zone-agnet]}
survivors:
  - {key: a, reason: no}
";
    let said = tested(&repository(POLICY, tests), &[]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    for told in [
        "without a commit nothing is judged",
        "this expects nothing, so that the test cannot fail",
        "two tests have one name",
        "`soon` is not a date",
        "a change has one of",
        "no rule is `zone-agnet`",
        "this is no reason",
        "tests/zones.yml:4:13",
    ] {
        assert!(said.stderr.contains(told), "{told}\n{}", said.stderr);
    }
    for policy in [
        "cordon: 1\nzone: {}\n",
        "cordon: 1\nguard: {on_error: deny}\n",
    ] {
        let said = tested(&repository(policy, TESTS), &[]);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{policy}");
    }
}

#[test]
fn a_path_that_git_could_not_hold_is_refused_and_breaks_nothing() {
    let deep = |parts: usize| vec!["a"; parts].join("/");
    let refused = [
        deep(20_000),
        deep(257),
        "a".repeat(4097),
        "a/../b".to_owned(),
        "./a".to_owned(),
        "a/.GIT/config".to_owned(),
    ];
    for path in refused {
        let tests = format!(
            "tests:\n  - name: it\n    given: {{commits: [{{changes: [{{add: \"{path}\"}}]}}]}}\n    expect: {{verdict: pass}}\n"
        );
        let sandbox = repository(POLICY, &tests);
        let said = sandbox.cordon(["policy", "check", "tests/zones.yml"]);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(
            said.stdout.contains("no file can lie at"),
            "{}",
            said.stdout
        );
    }
    let given = format!(
        "    given: {{commits: [{{changes: [{{add: {}}}]}}]}}\n",
        deep(256)
    );
    let got = verdict_of(POLICY, &format!("{given}    expect: {{verdict: pass}}\n"));
    assert_eq!(got["verdict"], "pass");
}

#[test]
fn the_branch_of_a_test_is_never_that_of_its_base() {
    let tests = "tests:\n  - name: it\n    given: {branch: refs/heads/main, commits: [{changes: [{add: src/crypto/a.c}]}]}\n    expect: {verdict: pass}\n";
    let said = tested(&repository(POLICY, tests), &[]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    assert!(
        said.stderr
            .contains("`refs/heads/main` is not the name of a branch"),
        "{}",
        said.stderr
    );
    let by_claude = "    as_of: 2026-11-25\n    given: {branch: main, commits: [{message: \"a\\n\\nAssisted-by: claude-code\", changes: [{modify: src/crypto/a.c}]}]}\n    expect: {verdict: fail}\n";
    assert_eq!(verdict_of(POLICY, by_claude)["verdict"], "fail");
}

#[test]
fn tests_lie_elsewhere_where_that_is_said() {
    let sandbox = repository(POLICY, TESTS);
    sandbox.write("acme.yml", POLICY);
    let said = sandbox.cordon(["policy", "test", "acme.yml"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr
            .contains("no tests lie in tests/acme.yml or tests/acme"),
        "{}",
        said.stderr
    );
    let said = sandbox.cordon(["policy", "test", "acme.yml", "--tests", "tests"]);
    assert_eq!(said.code, 0, "{said:?}");
    sandbox.write("tests/acme.yml", TESTS);
    assert_eq!(sandbox.cordon(["policy", "test", "acme.yml"]).code, 0);
    let said = sandbox.cordon(["policy", "test", "acme.yml", "--tests", "nowhere.yml"]);
    assert_eq!(said.code, 2, "{said:?}");
}

#[test]
fn policy_check_looks_at_tests_too() {
    let sandbox = repository(POLICY, TESTS);
    let said = sandbox.cordon(["policy", "check", "tests/zones.yml"]);
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (0, "tests/zones.yml: good\n")
    );
    sandbox.write(
        "tests/zones.yml",
        TESTS.replace("zone-copy-out", "zone-copies"),
    );
    let said = sandbox.cordon(["policy", "check", "tests/zones.yml"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stdout.contains("no rule is `zone-copies`"),
        "{}",
        said.stdout
    );
}

#[test]
fn a_mutant_that_no_test_sees_survives_and_is_told_with_its_line() {
    let sandbox = repository(POLICY, TESTS);
    let said = tested(&sandbox, &["--mutate"]);
    assert_eq!(said.code, 1, "{said:?}");
    for told in [
        "survived: agents.*.status: denied became approved\n  where     policy.yml:4\n",
        "survived: zones.crypto.markers[EXPORT-CONTROLLED] is gone\n  where     policy.yml:7\n",
        "fail: 2 tests passed; 5 mutants, 2 killed, 3 survived; policy.yml\n",
    ] {
        assert!(said.stdout.contains(told), "{told}{}", said.stdout);
    }
    assert!(
        !said.stdout.contains("zones.crypto.agents"),
        "{}",
        said.stdout
    );
    let (code, json) = json(&sandbox, &["--mutate", "--jobs", "3"]);
    assert_eq!(code, 1);
    let mutants = &json["mutants"];
    assert_eq!(
        (&mutants["tried"], &mutants["killed"]),
        (&5.into(), &2.into())
    );
    assert_eq!(mutants["survived"][0]["key"], "agents.*.status");
    assert_eq!(mutants["survived"][0]["line"], 4);
}

#[test]
fn a_reason_explains_a_survivor_and_nothing_else() {
    let reasons = "\
survivors:
  - {key: agents.*.status, reason: the register has a test of its own elsewhere}
  - {key: agents.claude-code.until, reason: the date changes with every review}
  - {key: \"zones.crypto.markers[EXPORT-CONTROLLED]\", reason: nobody writes the marker yet}
";
    let sandbox = repository(POLICY, &format!("{TESTS}{reasons}"));
    let said = tested(&sandbox, &["--mutate"]);
    let told = "pass: 2 tests passed; 5 mutants, 2 killed, 3 explained; policy.yml\n";
    assert_eq!((said.code, said.stdout.as_str()), (0, told));
    let said = tested(&sandbox, &["--mutate", "-v"]);
    assert!(
        said.stdout
            .contains("reason    nobody writes the marker yet"),
        "{}",
        said.stdout
    );
    for key in ["zones.crypto.agents", "zones.crypto.colour"] {
        let idle = format!("  - {{key: {key}, reason: once there was one}}\n");
        sandbox.write("tests/zones.yml", format!("{TESTS}{reasons}{idle}"));
        let said = tested(&sandbox, &["--mutate"]);
        assert_eq!(said.code, 1, "{key}");
        let told =
            format!("explained: {key}, and it does not survive\n  where     tests/zones.yml:17\n");
        assert!(said.stdout.contains(&told), "{told}{}", said.stdout);
        // Without mutants nobody knows.
        assert_eq!(tested(&sandbox, &[]).code, 0);
    }
}

#[test]
fn what_no_test_could_see_has_no_mutant() {
    let policy = format!(
        "{POLICY}  ledger: {{paths: [ledger], agents: approval, approvers: [appsec], human_proof: presence}}
accounts: {{enterprise: {{hosts: [llm.acme.example]}}}}
approvers: {{appsec: {{members: [r.lee@acme.example]}}}}
waivers: {{approvers: [appsec], emergency: {{approvers: [appsec], hours: 4}}}}
"
    );
    let (_, json) = json(&repository(&policy, TESTS), &["--mutate"]);
    let survived = json["mutants"]["survived"].as_array().unwrap().iter();
    let told: Vec<String> = survived
        .map(|row| format!("{} {}", row["key"].as_str().unwrap(), row["now"]))
        .filter(|told| {
            [
                "accounts",
                "approvers",
                "waivers",
                "zones.ledger.a",
                "zones.ledger.h",
            ]
            .iter()
            .any(|start| told.starts_with(start))
        })
        .collect();
    assert_eq!(
        told,
        [
            "zones.ledger.agents \"allowed\"",
            "zones.ledger.approvers null",
            "zones.ledger.human_proof \"signed\"",
            "approvers.appsec.members \"[\\\"r.lee@acme.example\\\",\\\"stranger@nowhere.example (stranger)\\\"]\""
        ]
    );
}

#[test]
fn every_account_trailer_is_relaxed_to_any_value() {
    let policy = format!(
        "{POLICY}accounts: {{enterprise: {{trailers: [\"Agent-Account: enterprise/acme\"]}}}}\n"
    );
    let (_, json) = json(&repository(&policy, TESTS), &["--mutate"]);
    let survived = json["mutants"]["survived"].as_array().unwrap();
    let row = survived
        .iter()
        .find(|row| row["key"] == "accounts.enterprise.trailers");
    assert_eq!(
        row.unwrap_or_else(|| panic!("{survived:#?}"))["now"],
        "[\"Agent-Account: enterprise/acme\",\"Agent-Account: *\"]"
    );
}

#[test]
fn what_cannot_be_relaxed_is_told_as_untried() {
    let policy = format!("{POLICY}accounts: {{enterprise: {{trailers: []}}}}\n");
    let sandbox = repository(&policy, TESTS);
    let said = tested(&sandbox, &["--mutate"]);
    let told = "untried: accounts.enterprise.trailers\n  where     policy.yml:8\n";
    assert!(said.stdout.contains(told), "{}", said.stdout);
    assert!(said.stdout.contains(", 1 untried;"), "{}", said.stdout);
    let (_, json) = json(&sandbox, &["--mutate"]);
    let key = &json["mutants"]["untried"][0]["key"];
    assert_eq!(key, "accounts.enterprise.trailers");
}

#[test]
fn mutants_are_of_a_policy_whose_tests_pass() {
    let tests = TESTS.replace("verdict: pass", "verdict: fail");
    let (code, json) = json(&repository(POLICY, &tests), &["--mutate"]);
    assert_eq!((code, &json["mutants"]), (1, &Value::Null));
}

/// A file of this repository.
fn ours(path: &str) -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join(path).display().to_string()
}

#[test]
fn no_mutant_of_our_own_policies_survives_without_a_reason() {
    let sandbox = Sandbox::new();
    let mut policies = vec![
        "policies/default.yml".to_owned(),
        "policies/example-org/policy.yml".to_owned(),
    ];
    // Of the packs those that have tests.
    for entry in std::fs::read_dir(ours("policies/packs/tests"))
        .into_iter()
        .flatten()
    {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if std::path::Path::new(&name)
            .extension()
            .is_some_and(|end| end == "yml")
        {
            policies.push(format!("policies/packs/{name}"));
        }
    }
    for policy in policies {
        let said = sandbox.cordon(["policy", "test", &ours(&policy), "--mutate"]);
        assert_eq!(said.code, 0, "{policy}\n{}{}", said.stdout, said.stderr);
    }
}

/// The example of a policy repository, copied.
fn example() -> Sandbox {
    let sandbox = Sandbox::new();
    let copy = format!("cp -R {}/. .", ours("policies/example-org"));
    assert_eq!(sandbox.shell(&copy).code, 0);
    sandbox
}

#[test]
fn the_example_of_a_policy_repository_passes_what_its_own_ci_runs() {
    let sandbox = example();
    std::fs::remove_file(sandbox.path().join("policy.yml")).unwrap();
    let empty = sandbox.commit("Begin");
    let copy = format!("cp {} .", ours("policies/example-org/policy.yml"));
    assert_eq!(sandbox.shell(&copy).code, 0);
    // The first change has no policy before it, and a new branch has nothing.
    let said = sandbox.shell(&format!("ci/check.sh {empty}"));
    assert_eq!(said.code, 0, "{said:?}");
    let said = sandbox.shell(&format!("ci/check.sh {}", "0".repeat(40)));
    assert_eq!(said.code, 0, "{said:?}");
    let said = sandbox.shell(&format!("ci/check.sh 0000{}", "1".repeat(36)));
    assert_eq!(said.code, 2, "{said:?}");
    let base = sandbox.commit("Add the policy");
    let policy = std::fs::read_to_string(sandbox.path().join("policy.yml")).unwrap();
    let looser = policy.replace(
        "note: \"vendor review SEC-2210\"",
        "note: \"vendor review SEC-2999\"",
    );
    assert_ne!(looser, policy);
    sandbox.write("policy.yml", &looser);
    let said = sandbox.shell(&format!("ci/check.sh {base}"));
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.stderr.contains("raise policy.version"), "{said:?}");
    sandbox.write("policy.yml", looser.replace("version: 1 ", "version: 2 "));
    let said = sandbox.shell(&format!("ci/check.sh {base}"));
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stdout.contains("diff: 0 weaker"), "{}", said.stdout);
    sandbox.write(
        "policy.yml",
        policy.replace("agents: denied", "agents: allowed"),
    );
    let said = sandbox.shell(&format!("ci/check.sh {base}"));
    assert_eq!(said.code, 1, "{said:?}");
}

#[test]
fn waivers_beside_the_policy_count_in_the_tests_that_ask_for_them() {
    let policy = format!(
        "{POLICY}approvers: {{appsec: {{members: [r.lee@acme.example]}}}}\nwaivers: {{approvers: [appsec]}}\n"
    );
    let tests = "\
tests:
  - name: the test vectors are waived
    as_of: 2026-11-25
    given:
      repository: acme/radio-core
      commits: [{message: \"a\\n\\nAssisted-by: claude-code\", changes: [{modify: src/crypto/tests/a.c}]}]
    expect: {verdict: pass, rules: [], waived: [zone-agent]}
";
    let sandbox = repository(&policy, tests);
    sandbox.write("waivers/W-1.yml", example_waiver());
    assert_eq!(tested(&sandbox, &[]).code, 1);
    let tests = tests.replace("    given:\n", "    given:\n      waivers_beside: true\n");
    sandbox.write("tests/zones.yml", tests);
    let said = tested(&sandbox, &[]);
    assert_eq!(said.code, 0, "{said:?}");
    sandbox.write(
        "waivers/W-1.yml",
        example_waiver().replace("r.lee", "nobody"),
    );
    assert_eq!(tested(&sandbox, &[]).code, 1);
}

/// The waiver that the example shows.
fn example_waiver() -> String {
    let readme = std::fs::read_to_string(ours("policies/example-org/waivers/README.md")).unwrap();
    let (_, waiver) = readme.split_once("```yaml\n").unwrap();
    waiver.split_once("```").unwrap().0.to_owned()
}

#[test]
fn a_waiver_of_the_example_must_count() {
    let sandbox = example();
    let day = |days: &str| {
        let said = sandbox.shell(&format!("date -u -d {days} +%Y-%m-%d"));
        said.stdout.trim().to_owned()
    };
    // One that is approved today has the tests' own days before it.
    let waiver = example_waiver()
        .replace("2026-11-20", &day("today"))
        .replace("2026-12-20", &day("+30days"));
    sandbox.write("waivers/W-2026-0117.yml", &waiver);
    let said = sandbox.shell("ci/check.sh");
    assert_eq!(said.code, 0, "{said:?}");
    sandbox.write(
        "waivers/W-2026-0117.yml",
        waiver.replace("r.lee", "somebody"),
    );
    let said = sandbox.shell("ci/check.sh");
    assert_eq!(said.code, 2, "{said:?}");
    // As the page shows it, on its day.
    sandbox.write("waivers/W-2026-0117.yml", example_waiver());
    let verify = "cordon waiver verify --policy policy.yml --as-of 2026-11-25";
    let said = sandbox.shell(verify);
    assert_eq!(said.code, 0, "{said:?}");
}

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";
const TOUCHED: &str = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIEkZ9wsB5Rj1cg4fNQ0k6Bd7mVWJ5Lxrd2ZhBwTnWPYpAAAABHNzaDo=";

/// A policy that asks for an approval, for signatures, and for a touch.
fn proving() -> String {
    format!(
        "cordon: 1
extends: []
zones:
  ci: {{class: ci, paths: [ci/**], agents: approval, approvers: [team]}}
  core: {{class: crypto, paths: [core/**], human_proof: signed, approvers: [team]}}
  vault: {{class: crypto, paths: [vault/**], human_proof: presence, approvers: [team]}}
approvers:
  team:
    members: [\"r.lee@acme.example (rlee)\", \"m.ono@acme.example (mono)\"]
    keys:
      - {{key: \"r.lee@acme.example {KEY}\", from: 2026-01-01, until: 2026-12-31}}
      - {{key: \"m.ono@acme.example {TOUCHED}\"}}
  legal: {{members: [\"law@acme.example (law)\"]}}
automation:
  bump: {{identities: [bot@acme.example], verified_by: key, keys: [{{key: \"bot@acme.example {KEY}\"}}], paths: [Cargo.lock]}}
  forge: {{identities: [forge@acme.example], verified_by: platform, keys: [{{key: \"{KEY}\"}}], paths: [Cargo.lock]}}
"
    )
}

/// What comes out of a commit and what is given with it.
fn proven(given: &str, commit: &str) -> (Value, Value) {
    let got = verdict_of(
        &proving(),
        &format!(
            "    as_of: 2026-11-25\n    given:\n{given}      commits:\n        - {{{commit}}}\n    expect: {{verdict: pass}}\n"
        ),
    );
    (got["verdict"].clone(), got["rules"].clone())
}

fn passes(given: &str, commit: &str) {
    let (verdict, rules) = proven(given, commit);
    assert_eq!(verdict, "pass", "{given}{commit}: {rules}");
}

fn fails(given: &str, commit: &str, rule: &str) {
    let (verdict, rules) = proven(given, commit);
    assert_eq!(verdict, "fail", "{given}{commit}");
    assert_eq!(rules, serde_json::json!([rule]), "{given}{commit}");
}

#[test]
fn a_test_says_who_reviewed() {
    let agent = "message: \"A\\n\\nAssisted-by: claude-code:opus\", changes: [{modify: ci/a}]";
    passes("      reviews: [rlee]\n", agent);
    passes("      reviews: [law, MOno]\n", agent);
    for reviews in ["[law]", "[stranger]", "[]"] {
        fails(
            &format!("      reviews: {reviews}\n"),
            agent,
            "zone-approval",
        );
    }
    let own = format!("author: \"R <r.lee@acme.example>\", {agent}");
    fails("      reviews: [rlee]\n", &own, "zone-approval");
}

#[test]
fn a_test_says_who_signed() {
    let lee = "committer: \"R <r.lee@acme.example>\"";
    let ono = "committer: \"M <m.ono@acme.example>\"";
    let core = "changes: [{modify: core/a}]";
    let vault = "changes: [{modify: vault/a}]";
    passes("", &format!("{lee}, signed_by: R.Lee@acme.example, {core}"));
    passes("", &format!("{ono}, signed_by: m.ono@acme.example, {core}"));
    passes(
        "",
        &format!("{ono}, signed_by: m.ono@acme.example, touched: true, {vault}"),
    );
    for commit in [
        format!("{lee}, {core}"),
        // Somebody else's name, nobody's key, a key that is no hardware, the platform.
        format!("{ono}, signed_by: r.lee@acme.example, {core}"),
        format!("{lee}, signed_by: stranger@nowhere.example, {core}"),
        format!("{lee}, signed_by: law@acme.example, {core}"),
        format!("{lee}, signed_by: r.lee@acme.example, touched: true, {core}"),
        format!("{lee}, signed_by: platform, {core}"),
        format!("{ono}, signed_by: m.ono@acme.example, {vault}"),
        format!("{lee}, signed_by: r.lee@acme.example, touched: true, {vault}"),
    ] {
        fails("", &commit, "zone-human-proof");
    }
    let reviewed = "message: \"A\\n\\nAssisted-by: claude-code:opus\\nReviewed-by: R <r.lee@acme.example>\", \
                    changes: [{modify: ci/a}]";
    passes(
        "",
        &format!("{lee}, author: \"D <d@x.example>\", signed_by: r.lee@acme.example, {reviewed}"),
    );
    fails(
        "",
        &format!("{lee}, author: \"D <d@x.example>\", {reviewed}"),
        "zone-approval",
    );
    // What a key's days say holds.
    let late = verdict_of(
        &proving(),
        &format!(
            "    as_of: 2027-01-01\n    given: {{commits: [{{{lee}, signed_by: r.lee@acme.example, {core}}}]}}\n    \
             expect: {{verdict: pass}}\n"
        ),
    );
    assert_eq!(late["rules"], serde_json::json!(["zone-human-proof"]));
}

#[test]
fn a_test_says_who_signed_a_bots_commit() {
    let (bump, forge) = (
        "author: \"B <bot@acme.example>\"",
        "author: \"F <forge@acme.example>\"",
    );
    let (inside, outside) = (
        "changes: [{modify: Cargo.lock}]",
        "changes: [{modify: lib.rs}]",
    );
    passes(
        "",
        &format!("{bump}, signed_by: bot@acme.example, {inside}"),
    );
    fails(
        "",
        &format!("{bump}, signed_by: bot@acme.example, {outside}"),
        "automation-scope",
    );
    fails(
        "",
        &format!("{forge}, signed_by: platform, {outside}"),
        "automation-scope",
    );
    // Not proven, it is a person's.
    for commit in [
        format!("{bump}, {outside}"),
        format!("{bump}, signed_by: platform, {outside}"),
        format!("{bump}, signed_by: r.lee@acme.example, {outside}"),
        format!("{forge}, signed_by: forge@acme.example, {outside}"),
    ] {
        passes("", &commit);
    }
}

#[test]
fn a_made_up_signature_is_malformed_wherever_no_test_is_judged() {
    let sandbox = Sandbox::with_policy(&proving());
    let made_up = cordon::sign::MadeUp::by("r.lee@acme.example", true).armored();
    sandbox.write("sig", &made_up);
    sandbox.write("core/a", "1\n");
    sandbox.git(["config", "user.email", "r.lee@acme.example"]);
    sandbox.commit("A change");
    let line = "git cat-file commit HEAD | awk -v sig=\"$(sed '2,$s/^/ /' sig)\" \
                '/^$/ && !done {print \"gpgsig \" sig; done=1} {print}' > made && \
                git update-ref HEAD $(git hash-object -t commit -w made)";
    assert_eq!(sandbox.shell(line).code, 0);
    let report = sandbox.report(&["--commit", "HEAD", "--as-of", "2026-11-25"]);
    let found = report.of("zone-human-proof");
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.contains("malformed"), "{message}");
}

#[test]
fn a_test_gives_waivers() {
    let policy = "cordon: 1\nextends: []\nzones: {z: {class: export, paths: [core/**], agents: denied}}\n\
                  approvers: {team: {members: [r.lee@acme.example]}}\nwaivers: {approvers: [team]}\n";
    let of = |who: &str| {
        let waiver = format!(
            "{{waiver: W-1, rule: zone-agent, scope: {{repos: [acme/radio], paths: [core/a]}}, reason: Test vectors only, \
             requested_by: d@acme.example, approved_by: [{{who: {who}, date: 2026-11-20}}], expires: 2026-12-20}}"
        );
        let got = verdict_of(
            policy,
            &format!(
                "    as_of: 2026-11-25\n    given:\n      repository: acme/radio\n      waivers: [{waiver}]\n      commits:\n        \
                 - {{message: \"A\\n\\nAssisted-by: claude-code:opus\", changes: [{{modify: core/a}}]}}\n    expect: {{verdict: pass}}\n"
            ),
        );
        (got["verdict"].clone(), got["waived"].clone())
    };
    assert_eq!(
        of("r.lee@acme.example"),
        ("pass".into(), serde_json::json!(["zone-agent"]))
    );
    assert_eq!(of("stranger@nowhere.example").0, "fail");
}

#[test]
fn what_a_test_says_of_signatures_and_reviews_is_held_to_its_form() {
    for (given, told) in [
        (
            "reviews: [\"r.lee@acme.example\"], commits: [{}]",
            "a review is by the login",
        ),
        (
            "stage: receive, reviews: [rlee], commits: [{}]",
            "at the stage `ci` alone",
        ),
        (
            "stage: push, reviews: [], commits: [{}]",
            "at the stage `ci` alone",
        ),
        ("commits: [{touched: true}]", "`signed_by` says who"),
        (
            "commits: [{signed_by: \"R Lee <r.lee@x>\"}]",
            "a signature is by an address",
        ),
        (
            "commits: [{signed_by: \"\"}]",
            "a signature is by an address",
        ),
        ("waivers: [{waiver: W}], commits: [{}]", "rule"),
    ] {
        let tests = format!(
            "tests:\n  - name: it\n    given: {{{given}}}\n    expect: {{verdict: pass}}\n"
        );
        let sandbox = repository(POLICY, &tests);
        let said = tested(&sandbox, &[]);
        assert_eq!(said.code, 2, "{given}");
        assert!(
            said.stderr.contains(told) || said.stdout.contains(told),
            "{said:?}"
        );
    }
}

#[test]
fn mutants_show_who_may_approve_and_what_is_asked_of_a_person() {
    let tests = |some: &str| {
        let mut tests = "tests:\n  - name: nobody\n    given: {commits: [{changes: [{modify: core/a}]}]}\n    expect: {verdict: fail}\n".to_owned();
        tests.push_str(some);
        tests
    };
    let survivors = |some: &str| -> Vec<String> {
        let sandbox = repository(&proving(), &tests(some));
        let said = sandbox.cordon([
            "policy",
            "test",
            "policy.yml",
            "--mutate",
            "--format",
            "json",
        ]);
        let json: Value = serde_json::from_str(&said.stdout).unwrap();
        let survived = json["mutants"]["survived"].as_array().unwrap();
        let keys = survived
            .iter()
            .map(|one| one["key"].as_str().unwrap().to_owned());
        keys.filter(|key| key.contains("approvers") || key.contains("human_proof"))
            .collect()
    };
    let before = survivors("");
    for key in [
        "zones.ci.approvers",
        "zones.vault.human_proof",
        "approvers.team.members",
    ] {
        assert!(before.contains(&key.to_owned()), "{key}: {before:?}");
    }
    let agent =
        "commits: [{message: \"A\\n\\nAssisted-by: claude-code:opus\", changes: [{modify: ci/a}]}]";
    let ono = "committer: \"M <m.ono@acme.example>\", signed_by: m.ono@acme.example";
    let after = survivors(&format!(
        "  - name: a stranger's review and another group's
    given: {{reviews: [stranger, law], {agent}}}
    expect: {{verdict: fail}}
  - name: a key that nobody touched
    as_of: 2026-11-25
    given: {{commits: [{{{ono}, changes: [{{modify: vault/a}}]}}]}}
    expect: {{verdict: fail}}
"
    ));
    for key in [
        "zones.ci.approvers",
        "zones.vault.human_proof",
        "approvers.team.members",
    ] {
        assert!(!after.contains(&key.to_owned()), "{key}: {after:?}");
    }
}
