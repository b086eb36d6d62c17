//! The rules on attribution and trailers.

use crate::support::{CLAUDE, Report, Sandbox};

/// Judges one commit with this message under this policy.
fn judged(policy: &str, message: &str) -> Report {
    let sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: []\n{policy}"));
    sandbox.write("a.txt", "a\n");
    sandbox.commit(message);
    sandbox.report(&["--range", "HEAD~1..HEAD"])
}

#[test]
fn a_denied_agent_is_blocked_at_its_policy_line() {
    let policy = "agents:\n  claude-code: {status: denied, note: \"terms rejected\"}\n";
    let report = judged(policy, &format!("Change\n\n{CLAUDE}"));
    let found = report.of("agent-denied");
    assert_eq!(found[0]["policy"]["line"], 4);
    assert_eq!(found[0]["in"], "trailer");
    assert_eq!(found[0]["line"], 3);
    assert_eq!(report.json["commits"][0]["agents"][0]["status"], "denied");
    assert_eq!(judged(policy, "Change").code, 0);
    assert_eq!(
        judged(
            policy,
            "Change\n\nCo-authored-by: Cursor <cursoragent@cursor.com>"
        )
        .code,
        0
    );
}

#[test]
fn agents_that_are_not_listed_take_the_status_of_the_star() {
    let policy = "agents:\n  \"*\": {status: denied}\n  claude-code: {status: approved}\n";
    assert_eq!(judged(policy, &format!("Change\n\n{CLAUDE}")).code, 0);
    let cursor = judged(
        policy,
        "Change\n\nCo-authored-by: Cursor <cursoragent@cursor.com>",
    );
    assert_eq!(cursor.of("agent-denied")[0]["agent"], "cursor");
    let unlisted = judged(policy, "Change\n\nAssisted-by: newtool:some-model-3");
    assert_eq!(unlisted.of("agent-denied")[0]["agent"], "unlisted");
}

#[test]
fn a_conditional_approval_ends_with_its_day() {
    let policy = "agents:\n  claude-code: {status: conditional, until: 2026-12-31}\n";
    let sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: []\n{policy}"));
    sandbox.write("a.txt", "a\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    for (date, code) in [("2026-12-30", 0), ("2026-12-31", 0), ("2027-01-01", 1)] {
        let report = sandbox.report(&["--range", "HEAD~1..HEAD", "--as-of", date]);
        assert_eq!(report.code, code, "{date}");
        assert_eq!(report.json["as_of"], date);
    }
}

#[test]
fn an_entry_holds_from_its_first_day() {
    let policy =
        "cordon: 1\nextends: []\nagents:\n  claude-code: {status: denied, since: 2026-10-01}\n";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    for (date, code) in [("2026-09-30", 0), ("2026-10-01", 1)] {
        assert_eq!(
            sandbox
                .report(&["--range", "HEAD~1..HEAD", "--as-of", date])
                .code,
            code,
            "{date}"
        );
    }
}

#[test]
fn a_ramp_begins_on_its_day() {
    let policy = "cordon: 1\nextends: []\nrules:\n  agent-undisclosed: {mode: warn, then: block, from: 2027-01-01}\n";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.commit("Change\n\n🤖 Generated with [Claude Code](https://claude.ai/code)");
    for (date, code) in [("2026-12-31", 0), ("2027-01-01", 1)] {
        assert_eq!(
            sandbox
                .report(&["--range", "HEAD~1..HEAD", "--as-of", date])
                .code,
            code,
            "{date}"
        );
    }
}

#[test]
fn a_mark_without_a_trailer_is_undisclosed() {
    let mark = "🤖 Generated with [Claude Code](https://claude.ai/code)";
    let report = judged("", &format!("Change\n\n{mark}"));
    assert_eq!(report.rules(), ["agent-undisclosed"]);
    assert_eq!(
        report.of("agent-undisclosed")[0]["policy"],
        serde_json::json!({"file": "builtin", "line": 0})
    );
    assert_eq!(
        judged("", &format!("Change\n\n{mark}\n\n{CLAUDE}")).rules(),
        Vec::<&str>::new()
    );
    assert_eq!(
        judged("", "Change\n\nThe change that Claude made is reverted.").rules(),
        Vec::<&str>::new()
    );
}

#[test]
fn a_required_trailer_must_name_the_agent() {
    let policy = "trailers:\n  require:\n    - {any_of: [Assisted-by, Co-authored-by]}\n    - {any_of: [Agent-Account]}\n";
    let both = judged(
        policy,
        &format!("Change\n\n{CLAUDE}\nAgent-Account: enterprise/acme"),
    );
    assert_eq!(both.code, 0);
    let one = judged(policy, &format!("Change\n\n{CLAUDE}"));
    let found = one.of("trailer-missing");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["policy"]["line"], 6);
    let session = "Claude-Session: https://claude.ai/code/session_01";
    let person = judged(
        policy,
        &format!("Change\n\n{session}\nAgent-Account: a\nCo-authored-by: Jo <jo@acme.example>"),
    );
    assert_eq!(person.of("trailer-missing")[0]["policy"]["line"], 5);
    assert_eq!(judged(policy, "Change by a person").code, 0);
}

#[test]
fn a_required_trailer_may_hold_for_classes_alone() {
    let policy = "\
trailers:
  require: [{any_of: [Agent-Account], in_classes: [pci], match: \"enterprise/.+\"}]
zones:
  ledger: {class: pci, paths: [ledger], agents: allowed}
";
    let sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: []\n{policy}"));
    sandbox.write("other.txt", "a\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    assert_eq!(sandbox.report(&["--range", "HEAD~1..HEAD"]).code, 0);
    sandbox.write("ledger/a", "a\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    assert_eq!(
        sandbox.report(&["--range", "HEAD~1..HEAD"]).rules(),
        ["trailer-missing"]
    );
    sandbox.write("ledger/a", "b\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}\nAgent-Account: personal/jo"));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.of("trailer-missing").len(), 1);
    assert_eq!(report.of("trailer-malformed").len(), 1);
}

#[test]
fn malformed_trailers_are_warned_about() {
    for (message, words) in [
        (
            format!("Change\n\n{CLAUDE}\n\nA paragraph after it."),
            "last block",
        ),
        (
            "Change\n\nCo\u{2010}authored-by: Claude <noreply@anthropic.com>".to_owned(),
            "look like ASCII",
        ),
        (
            "Change\n\nCo-authored-by\u{200b}: Claude <noreply@anthropic.com>".to_owned(),
            "invisible",
        ),
        (
            "Change\n\n🤖 Co-Authored-By: Claude <noreply@anthropic.com>".to_owned(),
            "glyph",
        ),
        (
            "Change\\n\\nCo-Authored-By: Claude <noreply@anthropic.com>".to_owned(),
            "literal",
        ),
    ] {
        let report = judged("", &message);
        let found = report.of("trailer-malformed");
        assert!(!found.is_empty(), "{message:?}: {:#}", report.json);
        let told = found[0]["message"].as_str().unwrap();
        assert!(told.contains(words), "{message:?}: {told}");
        assert_eq!(report.agents(), ["claude-code"], "{message:?}");
    }
    for message in [
        format!("Change\n\n{CLAUDE}"),
        "Change\n\nSee: https://acme.example\n\nCo-authored-by: Jo <jo@acme.example>".to_owned(),
        "Change\n\n> Co-authored-by: Claude <noreply@anthropic.com>".to_owned(),
    ] {
        assert_eq!(
            judged("", &message).rules(),
            Vec::<&str>::new(),
            "{message:?}"
        );
    }
}

#[test]
fn forbidden_trailers_and_texts_are_blocked() {
    let policy = "trailers:\n  forbid:\n    - {key: Signed-off-by, naming: agent}\n    - {text: \"skip-checks: true\"}\n    - {text: \"[skip ci]\"}\n    - {key: Change-Id}\n";
    for (message, line, policy_line) in [
        (
            "Change\n\nSigned-off-by: Claude <noreply@anthropic.com>",
            3,
            5,
        ),
        ("Change\n\nskip-checks: true", 3, 6),
        ("Change [SKIP CI]", 1, 7),
        ("Change\n\nChange-Id: I0123", 3, 8),
    ] {
        let report = judged(policy, message);
        let found = report.of("trailer-forbidden");
        assert_eq!(found.len(), 1, "{message}: {:#}", report.json);
        assert_eq!(found[0]["line"], line, "{message}");
        assert_eq!(found[0]["policy"]["line"], policy_line, "{message}");
        assert_eq!(report.code, 1);
    }
    let person = judged(policy, "Change\n\nSigned-off-by: Jo <jo@acme.example>");
    assert_eq!(person.code, 0);
}

#[test]
fn a_branch_name_alone_only_raises_suspicion() {
    let sandbox = Sandbox::with_commit();
    sandbox.git(["checkout", "-q", "-b", "copilot/fix-1"]);
    sandbox.write("a", "a\n");
    sandbox.stage();
    sandbox.commit("Fix");
    let report = sandbox.report(&["--range", "main..copilot/fix-1"]);
    assert_eq!(report.code, 0);
    assert_eq!(report.json["commits"][0]["kind"], "suspected");
    assert!(report.rules().is_empty());
    assert!(report.json["counts"]["audited"].as_u64().unwrap() > 0);
}

#[test]
fn a_forbidden_key_or_text_in_disguise_is_found_too() {
    let policy = "trailers:\n  forbid:\n    - {key: Foo}\n    - {text: \"skip-checks: true\"}\n";
    for message in [
        "Change\n\nF\u{43e}o: bar",
        "Change\n\nF\u{200b}oo: bar",
        "Change\n\nFoo\u{ff1a} bar",
        "Change\n\n🤖 Foo: bar",
        "Change\n\nFoo: bar\n\nA paragraph after it.",
        "Change\n\nskip-checks:true",
        "Change\n\nSkip-Checks:  true",
        "Change\n\nskip-checks:\ttrue",
        "Change\n\nskip-checks:\n true",
    ] {
        let found = judged(policy, message);
        assert_eq!(found.of("trailer-forbidden").len(), 1, "{message:?}");
    }
    for message in [
        "Change\n\n> Foo: bar",
        "Change\n\nFoobar: baz",
        "Change Foo: bar",
    ] {
        assert_eq!(judged(policy, message).code, 0, "{message:?}");
    }
}

#[test]
fn weak_signs_are_noted_before_there_is_a_message() {
    let mut sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nzones: {z: {paths: [zone], agents: denied}}\n",
    );
    sandbox.set("CLAUDECODE", "1");
    sandbox.write("zone/a", "a\n");
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(report.json["commits"][0]["kind"], "suspected");
    let rules: Vec<_> = report.json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["rule"].clone())
        .collect();
    assert_eq!(rules, ["agent-undisclosed", "zone-agent"]);
    assert_eq!(report.json["counts"]["audited"], 2);
    assert_eq!(report.code, 0);
}

#[test]
fn what_both_sides_require_and_forbid_is_told_once() {
    let policy = "cordon: 1\nextends: []\ntrailers:\n  require: [{any_of: [Ticket]}]\n  forbid: [{text: \"[skip ci]\"}]\n";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.write(".cordon.yml", format!("{policy}stages: {{ci: block}}\n"));
    sandbox.commit(&format!("Change [skip ci]\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.json["policy"]["layers"].as_array().unwrap().len(), 2);
    assert_eq!(report.rules(), ["trailer-missing", "trailer-forbidden"]);
}
