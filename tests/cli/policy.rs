//! `cordon policy` and `cordon explain`.

use serde_json::Value;

use crate::support::Sandbox;

#[test]
fn ten_planted_errors_give_ten_diagnostics_in_one_run() {
    let policy = "\
cordon: 1
policy: {id: acme, version: one}
agnets: {}
agents:
  claud-code: {status: approved}
  cursor: {status: deny}
  gemini-cli: {status: conditional, until: soon}
zones:
  a: {class: crypt, paths: [src]}
  b: {paths: [/abs]}
  b: {paths: [b]}
rules:
  zone-agents: {mode: block}
  secret-added: {mode: stop}
";
    let sandbox = Sandbox::new();
    sandbox.write("policy.yml", policy);
    let said = sandbox.cordon(["policy", "check", "policy.yml"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    let expected = [
        (2, 29),
        (3, 1),
        (5, 3),
        (6, 20),
        (7, 44),
        (9, 14),
        (10, 15),
        (11, 3),
        (13, 3),
        (14, 24),
    ];
    for (line, column) in expected {
        let place = format!("policy.yml:{line}:{column}");
        assert!(said.stdout.contains(&place), "{place}\n{}", said.stdout);
    }
    assert_eq!(
        said.stdout.matches(" --> ").count(),
        expected.len(),
        "{}",
        said.stdout
    );
    assert!(said.stdout.contains("10 problems"), "{}", said.stdout);
    for hint in ["agents", "claude-code", "denied", "zone-agent", "crypto"] {
        assert!(
            said.stdout.contains(&format!("did you mean `{hint}`")),
            "{hint}\n{}",
            said.stdout
        );
    }
}

#[test]
fn files_that_are_no_policies_are_refused_with_a_reason() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path().join("dir.yml")).unwrap();
    sandbox.write("big.yml", format!("cordon: 1\n#{}", "x".repeat(9 << 20)));
    sandbox.write("latin.yml", b"cordon: 1\n# caf\xE9\n");
    sandbox.write("empty.yml", "");
    sandbox.write("two.yml", "cordon: 1\n---\ncordon: 1\n");
    sandbox.write("anchor.yml", "cordon: 1\nagents: &a {}\nmodels: *a\n");
    std::os::unix::fs::symlink("empty.yml", sandbox.path().join("link.yml")).unwrap();
    for (file, words) in [
        ("dir.yml", "directory"),
        ("link.yml", "symbolic link"),
        ("big.yml", "larger"),
        ("latin.yml", "UTF-8"),
        ("empty.yml", "empty"),
        ("two.yml", "document"),
        ("anchor.yml", "anchor"),
        ("missing.yml", "No such file"),
    ] {
        let said = sandbox.cordon(["policy", "check", file]);
        assert_eq!(said.code, 2, "{file}");
        let text = said.stdout + &said.stderr;
        assert!(
            text.to_lowercase().contains(&words.to_lowercase()),
            "{file}: {text}"
        );
    }
}

#[test]
fn a_good_policy_is_good_and_what_has_no_effect_is_marked() {
    let sandbox = Sandbox::new();
    sandbox.write(".cordon.yml", "cordon: 1\ncommands: {destructive: ask}\n");
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("no effect yet"), "{}", said.stdout);
    assert!(said.stdout.contains(".cordon.yml: good"), "{}", said.stdout);
}

#[test]
fn show_prints_what_is_inherited_with_its_lines_and_reads_back() {
    let sandbox = Sandbox::new();
    sandbox.write(".cordon.yml", "cordon: 1\nzones:\n  ci: {mode: block}\n");
    let said = sandbox.cordon(["policy", "show"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.contains("mode: block"), "{}", said.stdout);
    assert!(said.stdout.contains("# .cordon.yml:3"), "{}", said.stdout);
    assert!(said.stdout.contains("# pack:default:"), "{}", said.stdout);
    sandbox.write("shown.yml", &said.stdout);
    assert_eq!(
        sandbox.cordon(["policy", "check", "shown.yml"]).code,
        0,
        "{}",
        said.stdout
    );
    assert_eq!(sandbox.cordon(["policy", "check", "pack:default"]).code, 0);
}

#[test]
fn the_schema_is_the_one_in_the_repository() {
    let sandbox = Sandbox::new();
    let said = sandbox.cordon(["policy", "schema"]);
    let printed: Value = serde_json::from_str(&said.stdout).unwrap();
    let kept: Value = serde_json::from_str(
        &std::fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/docs/schema/policy-v1.json"
        ))
        .unwrap(),
    )
    .unwrap();
    assert!(
        printed == kept,
        "CORDON_GENERATE=1 cargo test generated writes the schema anew"
    );
}

#[test]
fn every_rule_is_explained() {
    let sandbox = Sandbox::new();
    for rule in cordon::rule::RULES {
        let said = sandbox.cordon(["explain", rule.meta().id]);
        assert_eq!(said.code, 0);
        assert!(said.stdout.starts_with(&format!("# {}", rule.meta().id)));
        assert!(said.stdout.contains("## How to see why"), "{}", said.stdout);
        assert!(!said.stdout.contains(".md)"), "{}", said.stdout);
    }
    let said = sandbox.cordon(["explain", "zone-agents"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("did you mean `zone-agent`"),
        "{}",
        said.stderr
    );
}

#[test]
fn waivers_and_policy_tests_are_read_too() {
    let sandbox = Sandbox::new();
    let waiver = "\
waiver: W-1
rule: zone-agent
scope: {repos: [acme/radio-core], paths: [\"src/crypto/tests/**\"]}
reason: Test vectors only
requested_by: m.ono@acme.example
approved_by: [{who: r.lee@acme.example, date: 2026-11-20}]
expires: 2026-12-20
";
    sandbox.write("waiver.yml", waiver);
    sandbox.write("bad.yml", waiver.replace("expires", "expire"));
    let good = sandbox.cordon(["policy", "check", "waiver.yml"]);
    assert_eq!(good.code, 0, "{}", good.stdout);
    assert_eq!(good.stdout, "waiver.yml: good\n");
    let bad = sandbox.cordon(["policy", "check", "bad.yml"]);
    assert_eq!(bad.code, 2, "{}", bad.stdout);
    assert!(
        bad.stdout.contains("did you mean `expires`"),
        "{}",
        bad.stdout
    );
}

#[test]
fn a_repositorys_policy_has_at_most_one_mebibyte() {
    let large = format!("cordon: 1\n#{}\n", "x".repeat(1 << 20));
    let sandbox = Sandbox::with_policy(&large);
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    sandbox.commit("Change");
    assert_eq!(
        sandbox.report(&["--range", "HEAD~1..HEAD"]).codes(),
        ["policy-invalid"]
    );
}

#[test]
fn a_mode_for_those_whom_a_rule_does_not_judge_is_noted() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".cordon.yml",
        "cordon: 1\nrules:\n  agent-denied: {agents: warn, humans: block}\n",
    );
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains(".cordon.yml:3:40"), "{}", said.stdout);
    assert!(
        said.stdout.contains("does not judge changes by people"),
        "{}",
        said.stdout
    );
}

const PATTERNS: &str = "\
cordon: 1
zones:
  a:
    paths:
      - src/**
      - srcs/**
      - \"!src/b.c\"
      - \"!src/B.c\"
      - \"!docs/x\"
      - \"**/*.C\"
      - \"lib/[xy]/*.h\"
  b: {repos: [acme/other], paths: [nothing]}
  c: {repos: [acme/radio], paths: [nothing]}
";

/// A repository in which some of those patterns match.
fn with_files() -> Sandbox {
    let sandbox = Sandbox::new();
    for path in ["src/a.c", "src/b.c", "docs/x"] {
        sandbox.write(path, "text\n");
    }
    sandbox.commit("Begin");
    sandbox.git(["config", "cordon.repository", "acme/radio"]);
    sandbox
}

#[test]
fn zone_patterns_that_match_no_file_are_noted_and_do_no_harm() {
    let sandbox = with_files();
    sandbox.write(".cordon.yml", PATTERNS);
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    let places = |said: &str| -> Vec<String> {
        let places = said
            .lines()
            .filter_map(|line| line.split_once("--> .cordon.yml:"));
        places.map(|(_, place)| place.to_owned()).collect()
    };
    let expected = ["6:9", "8:9", "9:9", "11:9", "13:36"];
    assert_eq!(places(&said.stdout), expected, "{}", said.stdout);
    assert!(
        said.stdout.contains("matches no file here"),
        "{}",
        said.stdout
    );
    assert!(said.stdout.contains("takes no file out"), "{}", said.stdout);
    assert!(
        said.stdout.ends_with("good, 5 without a file here\n"),
        "{}",
        said.stdout
    );

    // What is staged counts, and what is not even added does not.
    sandbox.write("srcs/new.c", "text\n");
    assert_eq!(
        places(&sandbox.cordon(["policy", "check"]).stdout),
        expected
    );
    sandbox.git(["add", "srcs"]);
    assert_eq!(
        places(&sandbox.cordon(["policy", "check"]).stdout),
        expected[1..]
    );
}

#[test]
fn an_organisations_policy_is_compared_with_the_repository_that_is_named() {
    let sandbox = with_files();
    let policy = "cordon: 1\nzones:\n  a: {paths: [x, y]}\n  b: {paths: [docs]}\n";
    sandbox.write("policy.yml", policy);
    let said = sandbox.cordon(["policy", "check", "policy.yml"]);
    assert_eq!(said.stdout, "policy.yml: good\n");
    let said = sandbox.cordon(["policy", "check", "policy.yml", "--repo", "."]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    let end = "policy.yml: good, 2 without a file here\n";
    assert!(said.stdout.ends_with(end), "{}", said.stdout);
    // What was asked for and could not be told is no pass.
    let said = sandbox.cordon(["policy", "check", "policy.yml", "--repo", "/"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(said.stdout.contains("were not compared"), "{}", said.stdout);
}

#[test]
fn without_a_repository_or_files_nothing_is_said_of_patterns() {
    let sandbox = Sandbox::new();
    sandbox.write(".cordon.yml", PATTERNS);
    let said = sandbox.cordon(["policy", "check"]);
    assert!(
        said.stdout.ends_with(".cordon.yml: good\n"),
        "{}",
        said.stdout
    );
    let outside = sandbox.outside("elsewhere");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join(".cordon.yml"), PATTERNS).unwrap();
    let said = crate::support::said(
        sandbox
            .command(crate::support::CORDON, &outside)
            .args(["policy", "check"]),
    );
    assert!(
        said.stdout.ends_with(".cordon.yml: good\n"),
        "{}",
        said.stdout
    );
}

/// What `policy show` prints of an organisation's policy and a repository's.
fn shown(args: &[&str]) -> String {
    let sandbox = Sandbox::new();
    sandbox.write(
        "org.yml",
        "cordon: 1\nextends: []\nagents:\n  \"*\": {status: denied}\n  claude-code: {status: conditional, until: 2036-01-01, models: [\"claude-*\"]}\nstages: {commit: warn}\nrules:\n  zone-agent: {mode: audit, then: block, from: 2026-01-01}\n  secret-added: {humans: warn, waivable: true}\nzones: {a: {paths: [a], agents: denied, mode: warn}}\n",
    );
    sandbox.write(
        ".cordon.yml",
        "cordon: 1\nagents:\n  claude-code: {models: [\"*-5\"]}\n  cursor: {status: approved}\nstages: {commit: audit}\nrules:\n  agent-denied: {mode: audit}\n  secret-added: {humans: block}\nzones: {a: {paths: [b, a], mode: audit}}\n",
    );
    let said = sandbox.cordon(["policy", "show"].iter().chain(args));
    assert_eq!(said.code, 0, "{}", said.stderr);
    said.stdout
}

#[test]
fn show_names_the_layer_of_every_value_and_the_defaults() {
    let text = shown(&["org.yml"]);
    let values = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    for line in values.filter(|line| !line.trim_end().ends_with([':', '-'])) {
        assert!(
            line.contains(" (org)") || line.contains("builtin default"),
            "{line}"
        );
    }
    // A digest cannot be wrapped.
    for line in text.lines().filter(|line| !line.contains("sha256")) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for (path, origin) in [
        ("  commit: warn ", "org.yml:6 (org)"),
        ("  push: block ", "builtin default"),
        ("  blob_bytes: 64MiB ", "builtin default"),
        ("    warn_days: 30 ", "builtin default"),
        ("    humans: warn ", "org.yml:9 (org)"),
        ("    waivable: true ", "org.yml:9 (org)"),
    ] {
        let found = text
            .lines()
            .any(|line| line.starts_with(path) && line.ends_with(origin));
        assert!(found, "{path}{origin}\n{text}");
    }
}

#[test]
fn show_says_what_a_lower_authority_cannot_loosen() {
    let text = shown(&["--policy", "org.yml"]);
    for (value, origin, remark) in [
        (
            "commit: warn",
            "org.yml:6 (org)",
            ".cordon.yml:5 (repository) says audit: cannot loosen it",
        ),
        (
            "agents: block",
            "builtin default",
            ".cordon.yml:7 (repository) says audit: cannot loosen it",
        ),
        (
            "humans: block",
            ".cordon.yml:8 (repository)",
            "org.yml:9 (org) says warn: tightened here",
        ),
        (
            "status: denied",
            "org.yml:4 (org)",
            ".cordon.yml:4 (repository) says approved: cannot loosen it",
        ),
        (
            "mode: warn",
            "org.yml:10 (org)",
            ".cordon.yml:9 (repository) says audit: cannot loosen it",
        ),
        (
            "- \"claude-*\"",
            "org.yml:5 (org)",
            ".cordon.yml:3 (repository) says [\"*-5\"]: and both hold",
        ),
    ] {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let found = lines.windows(2).any(|pair| {
            let value = pair[0].starts_with(value) && pair[0].ends_with(origin);
            value && pair[1] == format!("# {remark}")
        });
        assert!(found, "{value}, {remark}\n{text}");
    }
    // A ramp is what it is today, and lists of paths are one.
    assert!(
        text.contains("    agents: block                   # org.yml:8 (org)"),
        "{text}"
    );
    assert_eq!(text.matches("      - a ").count(), 1, "{text}");
}

#[test]
fn show_prints_json_with_the_same_origins() {
    let json: Value =
        serde_json::from_str(&shown(&["--policy", "org.yml", "--format", "json"])).unwrap();
    assert_eq!(json["layers"][0]["layer"], "org");
    let row = |path: Value| {
        let rows = json["values"].as_array().unwrap();
        rows.iter().find(|row| row["path"] == path).unwrap().clone()
    };
    let commit = row(serde_json::json!(["stages", "commit"]));
    assert_eq!(
        (&commit["value"], &commit["line"]),
        (&"warn".into(), &6.into())
    );
    assert_eq!(commit["others"][0]["value"], "audit");
    assert_eq!(commit["others"][0]["layer"], "repository");
    assert_eq!(commit["others"][0]["holds"], false);
    let waivable = row(serde_json::json!(["rules", "secret-added", "waivable"]));
    assert_eq!(waivable["effect"], true);
}

#[test]
fn what_is_shown_with_its_defaults_decides_the_same() {
    let sandbox = Sandbox::new();
    let policy = "cordon: 1\nextends: []\nrules: {zone-agent: {then: warn, from: 2026-01-01}, secret-added: {agents: audit}}\nzones: {a: {paths: [a], agents: denied}}\n";
    sandbox.write("policy.yml", policy);
    let shown = sandbox.cordon(["policy", "show", "policy.yml"]).stdout;
    sandbox.write("shown.yml", &shown);
    sandbox.write("a/b", "text\n");
    sandbox.commit(&format!("Change\n\n{}", crate::support::CLAUDE));
    let by = |policy: &str| {
        let report = sandbox.report(&["--commit", "HEAD", "--policy", policy]);
        let modes = report.json["findings"].as_array().unwrap().iter();
        modes
            .map(|row| (row["rule"].clone(), row["mode"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(by("policy.yml"), [("zone-agent".into(), "warn".into())]);
    assert_eq!(by("shown.yml"), by("policy.yml"), "{shown}");
}

#[test]
fn what_is_shown_as_json_steers_no_terminal() {
    let sandbox = Sandbox::new();
    let note = r#"cordon: 1
agents: {cursor: {status: denied, note: "\x9b2J\u202e\x7f\U000e0041é"}}
"#;
    sandbox.write(".cordon.yml", note);
    let said = sandbox.cordon(["policy", "show", "--format", "json"]);
    assert!(
        said.stdout.contains(r"\u009b2J\u202e\u007f\udb40\udc41é"),
        "{}",
        said.stdout
    );
    let json: Value = serde_json::from_str(&said.stdout).unwrap();
    assert!(json.to_string().contains('\u{9b}'));
}

#[test]
fn a_policy_is_written_over_whole_or_not_at_all() {
    let sandbox = Sandbox::with_commit();
    sandbox.write(".cordon.yml", "cordon: 1\n");
    // Somebody's own file of a name that a program might take for its own.
    sandbox.write(".cordon.yml.new", "mine\n");
    let said = sandbox.cordon(["policy", "init", "--force"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(sandbox.cordon(["policy", "check"]).code, 0);
    let mine = std::fs::read_to_string(sandbox.path().join(".cordon.yml.new"));
    assert_eq!(mine.unwrap(), "mine\n");
}

#[test]
fn an_end_without_a_status_ends_nothing_and_is_refused() {
    let sandbox = Sandbox::new();
    for (agent, code) in [
        ("until: 2036-01-01", 2),
        ("status: approved, until: 2036-01-01", 0),
    ] {
        let all = "\"*\": {status: approved}";
        let text = format!("cordon: 1\nagents: {{{all}, cursor: {{{agent}}}}}\n");
        sandbox.write("policy.yml", text);
        let said = sandbox.cordon(["policy", "check", "policy.yml"]);
        assert_eq!(said.code, code, "{}", said.stdout);
        assert_eq!(said.stdout.contains("`status` is missing"), code == 2);
    }
}
