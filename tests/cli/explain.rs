//! `cordon explain`: why a commit, a path or a finding was judged so.

use serde_json::Value;

use crate::support::{CLAUDE, Said, Sandbox};

const POLICY: &str = "\
cordon: 1
policy: {id: radio, version: 3}
agents:
  \"*\": {status: denied}
  claude-code: {status: approved}
zones:
  crypto-export:
    class: export
    paths: [\"src/crypto/**\", \"!src/crypto/README.md\"]
    agents: denied
trailers:
  forbid: [{text: \"skip-checks: true\"}]
rules:
  trailer-forbidden: {mode: disabled}
stages: {push: warn}
";

/// A repository with a policy, and a commit by Claude Code that changes the zone and another file.
fn radio() -> Sandbox {
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.write("src/crypto/keys.c", "one\n");
    sandbox.commit("feat: begin the radio");
    sandbox.write("src/crypto/keys.c", "one\ntwo\n");
    sandbox.write("notes.txt", "notes\n");
    sandbox.commit(&format!("fix: rotate the keys\n\n{CLAUDE}"));
    sandbox
}

/// `cordon explain … --format json`, held to the schema.
fn explained(sandbox: &Sandbox, args: &[&str]) -> Value {
    let said = sandbox.cordon(["explain", "--format", "json"].iter().chain(args));
    let json = read(&said);
    assert_eq!(said.code == 0, json["incomplete"] == serde_json::json!([]));
    json
}

fn read(said: &Said) -> Value {
    let json: Value = serde_json::from_str(&said.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", said.stdout, said.stderr));
    let schema = cordon::report::explain::explanation_schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&json)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}\n{json:#}");
    json
}

fn rule<'j>(json: &'j Value, id: &str) -> &'j Value {
    let rules = json["rules"].as_array().unwrap();
    rules.iter().find(|part| part["id"] == id).unwrap()
}

fn would<'j>(path: &'j Value, who: &str) -> &'j Value {
    let would = path["would"].as_array().unwrap();
    would.iter().find(|part| part["who"] == who).unwrap()
}

#[test]
fn a_commit_is_explained_from_its_evidence_to_the_policy_line() {
    let sandbox = radio();
    let json = explained(&sandbox, &["HEAD"]);
    let commit = &json["commit"];
    assert_eq!(commit["kind"], "assisted");
    assert_eq!(commit["judged_as"], "agent");
    let agent = &commit["agents"][0];
    assert_eq!(agent["id"], "claude-code");
    assert_eq!(agent["status"], "approved");
    assert_eq!(agent["policy"]["line"], 5);
    assert_eq!(agent["policy"]["text"], "claude-code: {status: approved}");
    assert_eq!(agent["evidence"][0]["strength"], "declared");
    assert_eq!(agent["evidence"][0]["line"], 3);

    let paths = json["paths"].as_array().unwrap();
    let keys = paths
        .iter()
        .find(|path| path["path"] == "src/crypto/keys.c")
        .unwrap();
    let zone = &keys["zones"][0];
    assert_eq!(zone["name"], "crypto-export");
    assert_eq!(zone["pattern"], "src/crypto/**");
    assert_eq!(zone["policy"]["line"], 9);
    assert_eq!(zone["permissions"][0]["permission"], "denied");
    assert_eq!(zone["permissions"][0]["policy"]["line"], 10);
    let notes = paths.iter().find(|path| path["path"] == "notes.txt");
    assert_eq!(notes.unwrap()["zones"], serde_json::json!([]));

    let zones = rule(&json, "zone-agent");
    assert_eq!(
        (&zones["decision"], &zones["found"]),
        (&"blocked".into(), &1.into())
    );
    assert_eq!(zones["in_zones"][0]["zone"], "crypto-export");
    assert_eq!(zones["in_zones"][0]["policy"]["line"], 0);
    let denied = rule(&json, "agent-denied");
    assert_eq!(denied["decision"], Value::Null);
    assert_eq!(denied["because"], "every agent of it may be used");
    assert_eq!(denied["policy"]["line"], 0);
    assert_eq!(rule(&json, "trailer-forbidden")["policy"]["line"], 14);

    let text = sandbox.cordon(["explain", "HEAD"]);
    assert_eq!(text.code, 0);
    for part in [
        "judged    as an agent's change: assisted, it declares an agent",
        ".cordon.yml:5  claude-code: {status: approved}",
        "zone      crypto-export (export), by `src/crypto/**`",
        "blocked: zone-agent",
        "decision  blocked: .cordon.yml:10 (block)",
        "path notes.txt (add): in no zone",
        "passed: agent-denied: every agent of it may be used (block by default)",
    ] {
        assert!(text.stdout.contains(part), "{part}\n{}", text.stdout);
    }
    let longest = text.stdout.lines().map(|line| line.chars().count()).max();
    assert!(longest <= Some(80), "{}", text.stdout);
}

#[test]
fn the_findings_of_an_explanation_are_those_of_check() {
    let sandbox = radio();
    sandbox.write("src/crypto/keys.c", "three\n");
    sandbox.commit("chore: a person's change\n\nskip-checks: true");
    sandbox.write("src/crypto/more.c", "more\n");
    sandbox.write("Makefile", "all:\n");
    sandbox.commit("feat: more\n\n\u{1F916} Generated with [Cursor](https://cursor.com)\n\nskip-checks: true\n\nCo-authored-by: Cursor <cursoragent@cursor.com>");
    for revision in ["HEAD", "HEAD~1", "HEAD~2", "HEAD~3", "HEAD~4"] {
        for stage in ["commit", "push", "ci"] {
            let report = sandbox
                .report(&["--commit", revision, "--stage", stage])
                .json;
            let json = explained(&sandbox, &[revision, "--stage", stage]);
            assert_eq!(json["findings"], report["findings"], "{revision} {stage}");
            assert_eq!(json["policy"], report["policy"]);
            let rules = json["rules"].as_array().unwrap();
            assert_eq!(rules.len(), cordon::rule::RULES.len());
            for part in rules {
                let told = report["findings"].as_array().unwrap().iter();
                let told = told.filter(|row| row["rule"] == part["id"]).count();
                assert_eq!(told > 0, part["decision"] != Value::Null, "{part:#}");
            }
        }
    }
}

#[test]
fn why_a_rule_told_nothing_is_said() {
    let sandbox = radio();
    sandbox.write("a", "a\n");
    sandbox.commit(&format!("fix: a\n\nskip-checks: true\n\n{CLAUDE}"));
    let json = explained(&sandbox, &["HEAD"]);
    let because = |id| rule(&json, id)["because"].as_str().unwrap().to_owned();
    assert_eq!(
        because("trailer-forbidden"),
        "what it found is not told: its mode is `disabled`"
    );
    assert_eq!(rule(&json, "trailer-forbidden")["found"], 1);
    assert_eq!(because("zone-agent"), "it touches no zone");
    assert_eq!(
        because("trailer-missing"),
        "the policy requires no trailer of it"
    );
    assert_eq!(because("history-incomplete"), "everything was read");
    sandbox.write("a", "b\n");
    sandbox.commit("fix: b");
    let json = explained(&sandbox, &["HEAD"]);
    assert_eq!(
        rule(&json, "agent-denied")["because"],
        "it judges agents' changes alone"
    );
    assert_eq!(json["commit"]["judged_as"], "person");
}

#[test]
fn the_stages_cap_is_explained() {
    let sandbox = radio();
    let json = explained(&sandbox, &["HEAD", "--stage", "push"]);
    let zones = rule(&json, "zone-agent");
    assert_eq!(
        (&zones["mode"], &zones["cap"]),
        (&"block".into(), &"warn".into())
    );
    assert_eq!(zones["cap_policy"]["text"], "stages: {push: warn}");
    assert_eq!(json["findings"][0]["decision"], "warned");
    let text = sandbox
        .cordon(["explain", "HEAD", "--stage", "push"])
        .stdout;
    assert!(text.contains("stage     applies at most warn"), "{text}");
}

#[test]
fn an_agent_that_nobody_lists_is_told_by_whom_it_is_judged() {
    let cursor = "fix: a\n\nCo-authored-by: Cursor <cursoragent@cursor.com>";
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.write("a", "a\n");
    sandbox.commit(cursor);
    let json = explained(&sandbox, &["HEAD"]);
    let agent = &json["commit"]["agents"][0];
    assert_eq!(
        (&agent["id"], &agent["status"]),
        (&"cursor".into(), &"denied".into())
    );
    assert_eq!(agent["policy"]["line"], 4);
    assert!(agent["because"].as_str().unwrap().contains("`*`"));

    let sandbox = Sandbox::with_policy("cordon: 1\n");
    sandbox.write("a", "a\n");
    sandbox.commit(cursor);
    let agent = &explained(&sandbox, &["HEAD"])["commit"]["agents"][0];
    assert_eq!(
        (&agent["status"], &agent["policy"]),
        (&"approved".into(), &Value::Null)
    );
}

#[test]
fn a_path_narrows_a_commit_and_need_not_be_changed_by_it() {
    let sandbox = radio();
    let json = explained(&sandbox, &["HEAD", "--path", "src/crypto/keys.c"]);
    assert_eq!(json["paths"].as_array().unwrap().len(), 1);
    assert_eq!(json["findings"].as_array().unwrap().len(), 1);
    assert_eq!(json["paths"][0]["change"], "modify");
    assert_eq!(
        would(&json["paths"][0], "claude-code")["decision"],
        "blocked"
    );

    let json = explained(&sandbox, &["HEAD", "--path", "notes.txt"]);
    assert_eq!(json["findings"], serde_json::json!([]));

    let json = explained(&sandbox, &["HEAD", "--path", "src/crypto/new.c"]);
    let path = &json["paths"][0];
    assert_eq!(
        (&path["change"], &path["exists"]),
        (&Value::Null, &false.into())
    );
    assert_eq!(path["zones"][0]["name"], "crypto-export");
}

#[test]
fn a_path_alone_is_explained_as_it_is_now() {
    let sandbox = radio();
    let json = explained(&sandbox, &["--path", "./src/crypto/keys.c"]);
    assert_eq!(json["commit"], Value::Null);
    let path = &json["paths"][0];
    assert_eq!(
        (&path["path"], &path["exists"]),
        (&"src/crypto/keys.c".into(), &true.into())
    );
    let claude = would(path, "claude-code");
    assert_eq!(claude["findings"][0]["rule"], "zone-agent");
    assert_eq!(claude["findings"][0]["policy"]["line"], 10);
    let others = would(path, "*");
    assert_eq!(
        others["findings"].as_array().unwrap().len(),
        2,
        "{others:#}"
    );
    assert_eq!(would(path, "person")["decision"], "audited");

    let json = explained(&sandbox, &["--path", "src/crypto/README.md"]);
    let zone = &json["paths"][0]["zones"][0];
    assert_eq!(zone["member"], false);
    assert_eq!(zone["pattern"], "!src/crypto/README.md");
    assert_eq!(
        would(&json["paths"][0], "claude-code")["decision"],
        Value::Null
    );

    for odd in ["/etc/passwd", "../a", "a/../b", ""] {
        assert_eq!(sandbox.cordon(["explain", "--path", odd]).code, 2, "{odd}");
    }
}

/// What is said of a supposed change is what `check` says of a real one.
#[test]
fn what_would_be_found_is_what_is_found() {
    let sandbox = radio();
    for (path, agent) in [
        ("src/crypto/keys.c", Some(CLAUDE)),
        ("src/crypto/new.c", None),
        ("Makefile", Some(CLAUDE)),
        (
            "notes.txt",
            Some("Co-authored-by: Cursor <cursoragent@cursor.com>"),
        ),
    ] {
        let who = match agent {
            None => "person",
            Some(CLAUDE) => "claude-code",
            Some(_) => "*",
        };
        let json = explained(&sandbox, &["HEAD", "--path", path]);
        let supposed = would(&json["paths"][0], who).clone();
        sandbox.write(path, "changed\n");
        sandbox.commit(&format!("fix: change it\n\n{}", agent.unwrap_or_default()));
        let report = sandbox.report(&["--commit", "HEAD"]).json;
        let found = report["findings"].as_array().unwrap().iter();
        let mut found: Vec<&Value> = found.map(|row| &row["rule"]).collect();
        let mut rules: Vec<&Value> = supposed["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["rule"])
            .collect();
        found.sort_by_key(ToString::to_string);
        rules.sort_by_key(ToString::to_string);
        assert_eq!(rules, found, "{path} {who}");
        sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    }
}

#[test]
fn a_fingerprint_is_looked_for_where_check_looks() {
    let sandbox = radio();
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]).json;
    let whole = report["findings"][0]["fingerprint"].as_str().unwrap();
    let short = &whole[..8];
    for (fingerprint, place) in [
        (whole, ["--range", "HEAD~1..HEAD"].as_slice()),
        (short, &["--commit", "HEAD"]),
        (&short.to_uppercase(), &["--all"]),
        (short, &["--all-refs"]),
    ] {
        let mut args = vec![fingerprint];
        args.extend(place);
        let json = explained(&sandbox, &args);
        assert_eq!(json["about"], "finding");
        assert_eq!(json["findings"][0]["fingerprint"], whole);
        assert_eq!(json["commit"]["agents"][0]["id"], "claude-code");
        assert_eq!(json["rules"][0]["id"], "zone-agent");
        assert_eq!(json["paths"][0]["zones"][0]["pattern"], "src/crypto/**");
    }
    let text = sandbox.cordon(["explain", short, "--all"]).stdout;
    for part in [
        "blocked: zone-agent: claude-code changed",
        "mend      Let a person",
        "rule zone-agent",
        whole,
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }

    let staged = sandbox.cordon(["explain", whole]);
    assert_eq!(staged.code, 2);
    assert!(staged.stderr.contains("--range A..B"), "{}", staged.stderr);
    let other = sandbox.cordon(["explain", &"0".repeat(64), "--all"]);
    assert_eq!(other.code, 2, "{}", other.stdout);
    assert!(other.stderr.contains("no finding has"), "{}", other.stderr);
}

#[test]
fn a_fingerprint_of_the_commit_being_made_is_found() {
    let mut sandbox = radio();
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.write("src/crypto/keys.c", "three\n");
    sandbox.stage();
    let report = sandbox.report(&[]).json;
    let whole = report["findings"][0]["fingerprint"].as_str().unwrap();
    let json = explained(&sandbox, &[whole]);
    assert_eq!(json["commit"]["id"], Value::Null);
    assert_eq!(
        json["commit"]["agents"][0]["evidence"][0]["kind"],
        "environment"
    );
    let json = explained(&sandbox, &["--staged"]);
    assert_eq!(json["findings"], report["findings"]);
    assert_eq!(
        rule(&json, "trailer-missing")["because"],
        "there is no message yet"
    );
}

#[test]
fn a_finding_of_an_earlier_report_is_explained_from_it() {
    let sandbox = radio();
    let said = sandbox.cordon(["check", "--format", "json", "--commit", "HEAD"]);
    let report = sandbox.outside("report.json");
    std::fs::write(&report, &said.stdout).unwrap();
    let report = report.to_str().unwrap();
    let json: Value = serde_json::from_str(&said.stdout).unwrap();
    let whole = json["findings"][0]["fingerprint"].as_str().unwrap();
    // The repository goes on, and the finding is still what it was.
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    let explanation = explained(&sandbox, &[&whole[..10], "--report", report]);
    assert_eq!(
        explanation["findings"],
        serde_json::json!([json["findings"][0]])
    );
    assert_eq!(explanation["commit"]["agents"][0]["status"], "approved");
    assert_eq!(
        sandbox
            .cordon(["explain", &"0".repeat(64), "--report", report])
            .code,
        2
    );
    for (key, value) in [
        ("as_of", "\u{1b}[2J"),
        ("as_of", "soon"),
        ("stage", "somewhere"),
    ] {
        let mut other = json.clone();
        other[key] = value.into();
        std::fs::write(sandbox.outside("other.json"), other.to_string()).unwrap();
        let other = sandbox.outside("other.json");
        let said = sandbox.cordon(["explain", whole, "--report", other.to_str().unwrap()]);
        assert_eq!(said.code, 2, "{key}: {}", said.stdout);
        assert!(said.stderr.contains(key), "{}", said.stderr);
    }
    let mut unread = json.clone();
    unread["incomplete"] = serde_json::json!([{"code": "shallow"}]);
    std::fs::write(sandbox.outside("unread.json"), unread.to_string()).unwrap();
    let unread = sandbox.outside("unread.json");
    let said = sandbox.cordon([
        "explain",
        &"0".repeat(64),
        "--report",
        unread.to_str().unwrap(),
    ]);
    assert!(said.stderr.contains("not everything"), "{}", said.stderr);
    for (name, text) in [
        ("bad.json", "{"),
        ("other.json", "{}"),
        ("deep.json", &"[".repeat(100_000)),
    ] {
        std::fs::write(sandbox.outside(name), text).unwrap();
        let other = sandbox.outside(name);
        let said = sandbox.cordon(["explain", whole, "--report", other.to_str().unwrap()]);
        assert_eq!(said.code, 2, "{name}: {}", said.stdout);
    }
}

#[test]
fn a_report_from_anywhere_cannot_steer_the_terminal_or_give_a_secret_away() {
    let sandbox = radio();
    let said = sandbox.cordon(["check", "--format", "json", "--commit", "HEAD"]);
    let mut json: Value = serde_json::from_str(&said.stdout).unwrap();
    let token = format!("ghp_{}", "a1Bx2c7Dk4e5Fw6g9Hz8i3Jp0kQ1Lv2mY3No");
    json["findings"][0]["message"] = format!("\u{1b}[2J{token}").into();
    json["commits"][0]["agents"][0]["evidence"][0]["value"] = token.clone().into();
    let whole = json["findings"][0]["fingerprint"].as_str().unwrap();
    let report = sandbox.outside("report.json");
    std::fs::write(&report, json.to_string()).unwrap();
    for format in ["full", "json"] {
        let report = report.to_str().unwrap();
        let said = sandbox.cordon(["explain", whole, "--report", report, "--format", format]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(!said.stdout.contains('\u{1b}'), "{}", said.stdout);
        assert!(!said.stdout.contains(&token[4..]), "{}", said.stdout);
    }
}

#[test]
fn what_is_neither_rule_nor_commit_nor_finding_is_refused_with_help() {
    let sandbox = radio();
    for (subject, words) in [
        ("zone-agents", "did you mean `zone-agent`"),
        ("no-such-branch", "there is no rule and no commit"),
        ("1234567", "64 hexadecimal digits"),
    ] {
        let said = sandbox.cordon(["explain", subject]);
        assert_eq!(said.code, 2);
        assert!(said.stderr.contains(words), "{subject}: {}", said.stderr);
    }
    assert_eq!(sandbox.cordon(["explain"]).code, 2);
    // A commit is meant where it can be one.
    let id = sandbox.id("HEAD");
    assert_eq!(explained(&sandbox, &[&id[..8]])["about"], "commit");
}

#[test]
fn what_cannot_be_read_makes_an_explanation_incomplete() {
    let sandbox = radio();
    let blob = sandbox.id("HEAD:src/crypto/keys.c");
    let object = format!(".git/objects/{}/{}", &blob[..2], &blob[2..]);
    std::fs::remove_file(sandbox.path().join(object)).unwrap();
    let said = sandbox.cordon(["explain", "HEAD"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(said.stdout.contains("missing-object"), "{}", said.stdout);
    assert!(
        said.stdout.contains("in what could be read"),
        "{}",
        said.stdout
    );
    sandbox.write(".cordon.yml", "cordon: 2\n");
    sandbox.commit("chore: a bad policy");
    let said = sandbox.cordon(["explain", "HEAD"]);
    assert_eq!(said.code, 2);
    assert!(said.stdout.contains("policy-invalid"), "{}", said.stdout);
}

#[test]
fn hostile_names_are_explained_harmlessly() {
    use std::os::unix::ffi::OsStrExt as _;
    let sandbox =
        Sandbox::with_policy("cordon: 1\nzones:\n  odd: {paths: [\"odd/**\"], agents: denied}\n");
    let name = std::ffi::OsStr::from_bytes(b"odd/a\n\x1b[2J\xff *.c");
    std::fs::create_dir(sandbox.path().join("odd")).unwrap();
    std::fs::write(sandbox.path().join(name), "x\n").unwrap();
    sandbox.commit(&format!("feat: \u{1b}[2J\u{202e}\n\n{CLAUDE}"));
    let said = sandbox.cordon([
        std::ffi::OsStr::new("explain"),
        std::ffi::OsStr::new("HEAD"),
        std::ffi::OsStr::new("--path"),
        name,
    ]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stdout.contains("blocked: zone-agent"),
        "{}",
        said.stdout
    );
    assert!(!said.stdout.contains('\u{1b}') && !said.stdout.contains('\u{202e}'));
    assert!(
        said.stdout.contains(r"odd/a\x0A\x1B[2J\xFF *.c (add)"),
        "{}",
        said.stdout
    );
}

/// A zone's own mode is the one that decides on what is found there.
#[test]
fn the_mode_of_a_zone_is_explained() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("Makefile", "all:\n");
    sandbox.commit(&format!("feat: build\n\n{CLAUDE}"));
    let json = explained(&sandbox, &["HEAD"]);
    let zones = rule(&json, "zone-agent");
    assert_eq!(zones["decision"], "warned");
    let mode = &zones["in_zones"][0];
    assert_eq!(
        (&mode["zone"], &mode["mode"]),
        (&"build".into(), &"warn".into())
    );
    assert_eq!(mode["policy"]["text"], "mode: warn");
    let text = sandbox.cordon(["explain", "HEAD"]).stdout;
    assert!(
        text.contains("mode      warn in the zone build\n"),
        "{text}"
    );
}

#[test]
fn a_marker_and_a_class_of_the_repository_are_told_as_reasons() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nrepository: {name: acme/radio, classes: [itar]}\n\
         zones: {marked: {class: export, markers: [EXPORT-CONTROLLED], agents: denied}}\n",
    );
    sandbox.write("a.c", "// EXPORT-CONTROLLED\n");
    sandbox.commit(&format!("feat: a\n\n{CLAUDE}"));
    for args in [["HEAD", "--path", "a.c"].as_slice(), &["--path", "a.c"]] {
        let json = explained(&sandbox, args);
        let zones = json["paths"][0]["zones"].as_array().unwrap();
        let by: Vec<_> = zones
            .iter()
            .map(|zone| (&zone["name"], &zone["by"]))
            .collect();
        let (marked, whole) = ("marked".into(), "repository".into());
        assert_eq!(by, [(&marked, &"marker".into()), (&whole, &whole)]);
        assert_eq!(zones[0]["markers"][0], "EXPORT-CONTROLLED");
    }
    let text = sandbox.cordon(["explain", "HEAD"]).stdout;
    assert!(
        text.contains("marked (export), by a marker in its text: EXPORT-CONTROLLED"),
        "{text}"
    );
    assert!(
        text.contains("repository (itar), with the whole repository"),
        "{text}"
    );
}

/// A rule that looks at all commits of a range is explained as the range was judged.
#[test]
fn what_only_a_range_shows_is_explained() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nagents: {claude-code: {status: conditional, until: 2026-12-01, warn_days: 30}}\n",
    );
    for name in ["a", "b"] {
        sandbox.write(name, "x\n");
        sandbox.commit(&format!("feat: {name}\n\n{CLAUDE}"));
    }
    let date = ["--as-of", "2026-11-25"];
    let report = sandbox
        .report(&[&["--range", "HEAD~2..HEAD"], &date[..]].concat())
        .json;
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "agent-review-due");
    let whole = finding["fingerprint"].as_str().unwrap();
    let json = explained(
        &sandbox,
        &[&[whole, "--range", "HEAD~2..HEAD"], &date[..]].concat(),
    );
    assert_eq!(json["findings"], report["findings"]);
    assert_eq!(
        (&json["rules"][0]["found"], &json["rules"][0]["decision"]),
        (&1.into(), &"warned".into())
    );
    let json = explained(&sandbox, &[&["HEAD", "--path", "c"], &date[..]].concat());
    assert_eq!(
        would(&json["paths"][0], "claude-code")["decision"],
        "warned"
    );
}
