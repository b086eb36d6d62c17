//! Marks that allow a secret: whose count, and that an exception stays visible.

use crate::support::{CLAUDE, Report, Sandbox};

fn key() -> String {
    format!("AKIA{}", "Q3X7Z5T2M4P6R2W3")
}

fn other_key() -> String {
    key().replace("Q3X7", "Z7Y3")
}

fn policy(allow: &str) -> String {
    format!("cordon: 1\nextends: []\nsecrets: {{inline_allow: {allow}}}\n")
}

/// The decisions of all findings, in order.
fn decisions(report: &Report) -> Vec<&str> {
    let findings = report.json["findings"].as_array().unwrap();
    let word = |row: &'_ serde_json::Value| row["decision"].as_str().map(str::to_owned);
    let words: Vec<String> = findings.iter().filter_map(word).collect();
    let known = ["blocked", "warned", "audited", "waived"];
    let find = |word: &String| known.into_iter().find(|known| known == word);
    words.iter().filter_map(find).collect()
}

#[test]
fn a_persons_mark_allows_a_secret_and_the_exception_is_told() {
    for mark in [
        "cordon:allow",
        "cordon:allow=aws-access-key-id",
        "gitleaks:allow",
        "betterleaks:allow",
        "kingfisher:ignore",
        "trufflehog:ignore",
        "ggignore",
        "pragma: allowlist secret",
        "secretlint-disable-line",
    ] {
        let sandbox = Sandbox::with_commit();
        sandbox.write("test.py", format!("key = \"{}\"  # {mark}\n", key()));
        sandbox.commit("A test value");
        let report = sandbox.report(&["--commit", "HEAD"]);
        assert_eq!(
            (report.code, decisions(&report)),
            (0, vec!["audited"]),
            "{mark}"
        );
        let message = report.json["findings"][0]["message"].as_str().unwrap();
        let word = mark.split('=').next().unwrap();
        assert!(message.contains(&format!("`{word}`")), "{message}");
        assert_eq!(report.json["findings"][0]["rule"], "secret-added");
        assert_eq!(decisions(&sandbox.scan(&[])), ["audited"], "{mark}");
        assert_eq!(
            decisions(&sandbox.scan(&["--history"])),
            ["audited"],
            "{mark}"
        );
    }
}

#[test]
fn a_mark_for_the_next_line_speaks_for_it_alone() {
    for mark in [
        "cordon:allow-next-line",
        "pragma: allowlist nextline secret",
        "secretlint-disable-next-line",
    ] {
        let sandbox = Sandbox::with_commit();
        let text = format!("# {mark}\na = {}\nb = {}\n", key(), other_key());
        sandbox.write("test.ini", text);
        sandbox.commit("Test values");
        let report = sandbox.report(&["--commit", "HEAD"]);
        assert_eq!(decisions(&report), ["audited", "blocked"], "{mark}");
    }
}

#[test]
fn no_other_comment_allows_anything() {
    for comment in [
        "noqa: S105",
        "nosec",
        "cordon:allow=github-token",
        "allow",
        "cordon: allow",
    ] {
        let sandbox = Sandbox::with_commit();
        sandbox.write("test.py", format!("key = \"{}\"  # {comment}\n", key()));
        sandbox.commit("A test value");
        assert_eq!(sandbox.report(&["--commit", "HEAD"]).code, 1, "{comment}");
    }
}

#[test]
fn a_mark_that_an_agents_change_adds_is_worth_nothing() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("test.ini", format!("a = {}  # cordon:allow\n", key()));
    sandbox.commit(&format!("A test value\n\n{CLAUDE}"));
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(decisions(&report), ["blocked"]);
    let message = report.of("secret-added")[0]["message"].as_str().unwrap();
    assert!(
        message.contains("an agent's change adds the secret"),
        "{message}"
    );

    // Nor on a line that a person marked, where the agent has edited the line.
    let sandbox = Sandbox::with_commit();
    sandbox.write("test.ini", format!("a = {}  # cordon:allow\n", key()));
    sandbox.commit("By a person");
    sandbox.write("test.ini", format!("a = {}  # cordon:allow\n", other_key()));
    sandbox.commit(&format!("By an agent\n\n{CLAUDE}"));
    assert_eq!(
        decisions(&sandbox.report(&["--commit", "HEAD"])),
        ["blocked"]
    );

    // Nor above, where the agent has added that line too.
    let sandbox = Sandbox::with_commit();
    sandbox.write(
        "test.ini",
        format!("# cordon:allow-next-line\na = {}\n", key()),
    );
    sandbox.commit(&format!("By an agent\n\n{CLAUDE}"));
    assert_eq!(
        decisions(&sandbox.report(&["--commit", "HEAD"])),
        ["blocked"]
    );

    // Nor in a message.
    sandbox.commit(&format!("Use {} cordon:allow\n\n{CLAUDE}", key()));
    assert_eq!(
        decisions(&sandbox.report(&["--commit", "HEAD"])),
        ["blocked"]
    );
}

#[test]
fn a_persons_mark_does_not_speak_for_what_an_agent_writes_below_it() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("test.ini", "# cordon:allow-next-line\na = 1\n");
    sandbox.commit("By a person");
    sandbox.write(
        "test.ini",
        format!("# cordon:allow-next-line\na = {}\n", key()),
    );
    sandbox.commit(&format!("By an agent\n\n{CLAUDE}"));
    assert_eq!(
        decisions(&sandbox.report(&["--commit", "HEAD"])),
        ["blocked"]
    );
}

#[test]
fn the_agent_that_makes_the_commit_cannot_allow_either() {
    let mut sandbox = Sandbox::with_commit();
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.write("test.ini", format!("a = {}  # gitleaks:allow\n", key()));
    sandbox.stage();
    assert_eq!(decisions(&sandbox.report(&["--staged"])), ["blocked"]);
    assert_eq!(decisions(&sandbox.scan(&["--staged"])), ["blocked"]);
}

#[test]
fn an_agents_later_change_of_the_file_takes_no_persons_mark_away() {
    let sandbox = Sandbox::with_commit();
    let base = sandbox.id("HEAD");
    let line = format!("a = {}  # cordon:allow\n", key());
    sandbox.write("test.ini", &line);
    sandbox.commit("By a person");
    sandbox.write("test.ini", format!("{line}b = 1\n"));
    sandbox.commit(&format!("By an agent\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", &format!("{base}..HEAD")]);
    assert_eq!(decisions(&report), ["audited"], "{:#}", report.json);
}

#[test]
fn the_policy_may_let_nobodys_mark_count() {
    let sandbox = Sandbox::with_policy(&policy("nobody"));
    sandbox.write("test.ini", format!("a = {}  # cordon:allow\n", key()));
    sandbox.commit("By a person");
    assert_eq!(
        decisions(&sandbox.report(&["--commit", "HEAD"])),
        ["blocked"]
    );
    assert_eq!(decisions(&sandbox.scan(&[])), ["blocked"]);
}

#[test]
fn a_change_cannot_make_its_own_marks_count() {
    let sandbox = Sandbox::with_policy(&policy("nobody"));
    sandbox.write(".cordon.yml", policy("humans"));
    sandbox.write("test.ini", format!("a = {}  # cordon:allow\n", key()));
    sandbox.commit("By a person");
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.of("secret-added")[0]["decision"], "blocked");
    assert_eq!(report.of("policy-weakened")[0]["decision"], "warned");
}

#[test]
fn a_mark_in_a_persons_message_counts() {
    let sandbox = Sandbox::with_commit();
    sandbox.commit(&format!("Explain {} (cordon:allow)", key()));
    assert_eq!(
        decisions(&sandbox.report(&["--commit", "HEAD"])),
        ["audited"]
    );
}

#[test]
fn a_mark_changes_no_fingerprint() {
    let mut prints = Vec::new();
    for comment in ["", "  # cordon:allow"] {
        let sandbox = Sandbox::with_commit();
        sandbox.write("test.ini", format!("a = {}{comment}\n", key()));
        sandbox.commit("A value");
        let report = sandbox.report(&["--commit", "HEAD"]);
        prints.push(report.json["findings"][0]["fingerprint"].clone());
    }
    assert_eq!(prints[0], prints[1]);
}
