//! `agent-model` and `agent-review-due`: what an agent runs, and until when it may.

use crate::support::{CLAUDE, Report, Sandbox};

/// The newest commit, whose last paragraph is `trailer`, judged by the policy.
fn judged(sections: &str, trailer: &str) -> Report {
    let sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: []\n{sections}"));
    sandbox.write("a.c", "int a;\n");
    sandbox.commit(&format!("Change\n\n{trailer}"));
    sandbox.report(&["--range", "HEAD~1..HEAD"])
}

const ADMITTED: &str =
    "agents:\n  claude-code:\n    status: approved\n    models: [\"claude-*\"]\n";

#[test]
fn a_model_that_the_agents_entry_does_not_admit_is_found_at_its_trailer() {
    let report = judged(ADMITTED, "Assisted-by: claude-code:deepseek-chat");
    let found = report.of("agent-model");
    assert_eq!(found.len(), 1, "{:#}", report.json);
    assert_eq!(found[0]["decision"], "blocked");
    assert_eq!(found[0]["agent"], "claude-code");
    assert_eq!(found[0]["in"], "trailer");
    assert_eq!(found[0]["line"], 3);
    assert_eq!(found[0]["policy"]["line"], 6);
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.contains("deepseek-chat"), "{message}");
}

#[test]
fn admitted_models_and_commits_without_one_pass() {
    for trailer in [
        "Assisted-by: claude-code:claude-opus-5",
        "Co-authored-by: Claude Opus 5 (1M context) <noreply@anthropic.com>",
        CLAUDE,
        "Assisted-by: cursor:gpt-5",
        "Reviewed-by: Jane Doe <jane@acme.example>",
    ] {
        let report = judged(ADMITTED, trailer);
        assert_eq!(report.code, 0, "{trailer}: {:#}", report.json);
    }
}

#[test]
fn every_model_that_a_commit_states_is_judged() {
    let trailers =
        format!("Assisted-by: claude-code:claude-opus-5\nAssisted-by: claude-code:gpt-5\n{CLAUDE}");
    let report = judged(ADMITTED, &trailers);
    assert_eq!(report.of("agent-model").len(), 1);
    assert_eq!(report.of("agent-model")[0]["line"], 4);
}

#[test]
fn a_model_that_must_be_stated_and_is_not_is_found() {
    let required = format!("{ADMITTED}    models_required: true\n");
    let report = judged(&required, CLAUDE);
    assert_eq!(report.of("agent-model").len(), 1, "{:#}", report.json);
    assert_eq!(report.of("agent-model")[0]["policy"]["line"], 7);
    let stated = judged(&required, "Assisted-by: claude-code:claude-opus-5");
    assert_eq!(stated.code, 0, "{:#}", stated.json);
}

#[test]
fn what_an_entry_does_not_say_the_star_does() {
    let policy =
        "agents:\n  \"*\": {status: approved, models: [\"gpt-*\"]}\n  cursor: {status: approved}\n";
    for trailer in [
        "Assisted-by: cursor:grok-4",
        "Assisted-by: house:house-model-7b",
    ] {
        let report = judged(policy, trailer);
        assert_eq!(report.of("agent-model").len(), 1, "{trailer}");
    }
}

#[test]
fn a_denied_model_is_denied_whatever_the_tool() {
    let policy = "models:\n  \"*\": {status: denied}\n  \"gpt-*\": {status: approved}\n  \"gpt-4*\": {status: retired}\n";
    for (trailer, line) in [
        ("Assisted-by: claude-code:deepseek-r1", Some(4)),
        ("Assisted-by: whatever:DeepSeek-V3", Some(4)),
        (
            "Assisted-by: cursor:openrouter/deepseek/deepseek-chat",
            Some(4),
        ),
        ("Assisted-by: cursor:gpt-4o", Some(6)),
        ("Assisted-by: cursor:gpt-5", None),
    ] {
        let report = judged(policy, trailer);
        let found = report.of("agent-model");
        let lines: Vec<_> = found
            .iter()
            .map(|row| row["policy"]["line"].as_u64())
            .collect();
        assert_eq!(lines, Vec::from_iter(line.map(Some)), "{trailer}");
    }
}

/// As the tool writes its own trailer, by whatever host the model came.
#[test]
fn a_model_in_the_brackets_before_an_agents_mailbox_is_judged() {
    const DENIED: &str = "models: {\"deepseek-*\": {status: denied}}\n";
    const ADMITTED: &str = "agents: {aider: {status: approved, models: [\"claude-*\"]}}\n";
    for (policy, model, found) in [
        (DENIED, "deepseek/deepseek-chat", 1),
        (DENIED, "deepseek/deepseek-reasoner", 1),
        (DENIED, "openrouter/deepseek/deepseek-chat:free", 1),
        (DENIED, "bedrock/us.deepseek.r1-v1:0", 1),
        (DENIED, "bedrock/deepseek.v3-v1:0", 1),
        (DENIED, "DeepSeek_V3", 1),
        (DENIED, "mistral/codestral-latest", 0),
        (ADMITTED, "mistral/codestral-latest", 1),
        (ADMITTED, "xai/grok-code-fast", 1),
        (ADMITTED, "ollama_chat/house-model", 1),
        (ADMITTED, "bedrock/us.anthropic.claude-opus-5-v1:0", 0),
        (ADMITTED, "via Slack", 0),
        (ADMITTED, "bot", 0),
    ] {
        for trailer in [
            format!("Co-authored-by: aider ({model}) <aider@aider.chat>"),
            format!("Assisted-by: aider ({model})"),
        ] {
            let report = judged(policy, &trailer);
            assert_eq!(report.of("agent-model").len(), found, "{trailer}");
        }
    }
}

#[test]
fn the_repository_cannot_admit_a_model_that_the_organisation_does_not() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nagents: {claude-code: {status: approved, models: [\"claude-*\", \"gpt-*\"], models_required: false}}\n",
    );
    let org = sandbox.outside("org.yml");
    std::fs::write(
        &org,
        "cordon: 1\nextends: []\nagents: {claude-code: {status: approved, models: [\"claude-*\", \"grok-*\"], models_required: true}}\n",
    )
    .unwrap();
    for (trailer, found) in [
        ("Assisted-by: claude-code:claude-opus-5", 0),
        ("Assisted-by: claude-code:gpt-5", 1),
        ("Assisted-by: claude-code:grok-4", 1),
        (CLAUDE, 1),
    ] {
        sandbox.commit(&format!("Change\n\n{trailer}"));
        let args = ["--range", "HEAD~1..HEAD", "--policy", org.to_str().unwrap()];
        let report = sandbox.report(&args);
        assert_eq!(report.of("agent-model").len(), found, "{trailer}");
    }
}

#[test]
fn a_pattern_that_matches_no_model_is_a_problem_of_the_policy() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".cordon.yml",
        "cordon: 1\nmodels:\n  \"Claude Opus 5\": {status: denied}\n  \"gpt-[45]\": {status: denied}\n  x: {status: conditional}\nagents:\n  cursor: {models: [\"\"]}\n",
    );
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 2);
    for place in ["3:3", "4:3", "5:15", "7:21"] {
        let place = format!(".cordon.yml:{place}");
        assert!(said.stdout.contains(&place), "{place}\n{}", said.stdout);
    }
}

const UNTIL: &str = "agents:\n  claude-code:\n    status: conditional\n    until: 2026-12-20\n";

/// Three commits by an agent, judged on a day.
fn on(sections: &str, date: &str) -> Report {
    let sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: []\n{sections}"));
    for text in ["one", "two", "three"] {
        sandbox.write("a.c", text);
        sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    }
    sandbox.write("a.c", "four");
    sandbox.commit("A person's");
    sandbox.report(&["--range", "HEAD~4..HEAD", "--as-of", date])
}

#[test]
fn an_approval_that_ends_soon_is_told_once_at_the_newest_commit() {
    let report = on(UNTIL, "2026-11-25");
    let found = report.of("agent-review-due");
    assert_eq!(found.len(), 1, "{:#}", report.json);
    assert_eq!(report.code, 0);
    assert_eq!(found[0]["decision"], "warned");
    assert_eq!(found[0]["agent"], "claude-code");
    assert_eq!(found[0]["policy"]["line"], 6);
    assert_eq!(found[0]["commit"], report.json["commits"][2]["id"]);
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.contains("2026-12-20, in 25 days"), "{message}");
}

#[test]
fn the_warnings_begin_and_end_with_their_days() {
    let short = format!("{UNTIL}    warn_days: 3\n");
    let last = format!("{UNTIL}    warn_days: 0\n");
    for (policy, date, due, code) in [
        (UNTIL, "2026-11-19", 0, 0),
        (UNTIL, "2026-11-20", 1, 0),
        (UNTIL, "2026-12-20", 1, 0),
        (UNTIL, "2026-12-21", 0, 1),
        (&short, "2026-12-16", 0, 0),
        (&short, "2026-12-17", 1, 0),
        (&last, "2026-12-19", 0, 0),
        (&last, "2026-12-20", 1, 0),
    ] {
        let report = on(policy, date);
        assert_eq!(report.of("agent-review-due").len(), due, "{date}");
        assert_eq!(report.code, code, "{date}");
    }
}

#[test]
fn the_commit_being_made_is_warned_of() {
    let mut sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: []\n{UNTIL}"));
    sandbox.set("CLAUDECODE", "1");
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.write("a.c", "int a;\n");
    sandbox.stage();
    let report = sandbox.report(&["--staged", "--as-of", "2026-12-01"]);
    let found = report.of("agent-review-due");
    assert_eq!(found.len(), 1, "{:#}", report.json);
    assert!(found[0]["commit"].is_null());
}

#[test]
fn people_and_agents_without_an_end_are_not_warned_of() {
    let policy = format!("{UNTIL}  cursor: {{status: approved}}\n");
    let sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: []\n{policy}"));
    for message in [
        "A person's",
        "Change\n\nCo-authored-by: Cursor <cursoragent@cursor.com>",
    ] {
        sandbox.commit(message);
        let report = sandbox.report(&["--range", "HEAD~1..HEAD", "--as-of", "2026-12-19"]);
        assert_eq!(report.of("agent-review-due").len(), 0, "{message}");
    }
}

#[test]
fn a_scan_for_secrets_alone_tells_no_approval() {
    let sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: []\n{UNTIL}"));
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let report = sandbox.scan(&["--history", "--as-of", "2026-11-25"]);
    assert_eq!((report.code, report.rules()), (0, vec![]));
}
