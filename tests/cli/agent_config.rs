//! `agent-config-changed`: what steers agents, by the catalogue.

use crate::support::{CLAUDE, Report, Sandbox};

const RULE: &str = "agent-config-changed";

fn changed(path: &str) -> (Sandbox, Report) {
    let sandbox = Sandbox::with_policy("cordon: 1\npolicy: {id: a, version: 1}\nextends: []\n");
    sandbox.write(path, "x\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let report = sandbox.report(&["--commit", "HEAD"]);
    (sandbox, report)
}

fn audited(report: &Report) -> usize {
    let rows = report.json["findings"].as_array().unwrap();
    let audited = |row: &&serde_json::Value| row["rule"] == RULE && row["decision"] == "audited";
    rows.iter().filter(audited).count()
}

#[test]
fn an_agent_is_warned_of_each_file_that_steers_one_and_a_person_is_not() {
    for path in [
        "AGENTS.md",
        "deep/er/agents.md",
        "CLAUDE.md",
        "GEMINI.md",
        ".mcp.json",
        ".claude/settings.json",
        ".cursor/rules/a.mdc",
        ".cursorrules",
        ".github/copilot-instructions.md",
        ".github/instructions/a.instructions.md",
        ".windsurfrules",
        ".clinerules",
        ".clinerules/a.md",
        ".aider.conf.yml",
        ".codex/config.toml",
        ".gemini/settings.json",
        ".continue/config.yaml",
        ".roo/rules/a.md",
        "\u{410}GENTS.md",
    ] {
        let (sandbox, report) = changed(path);
        assert_eq!(report.of(RULE).len(), 1, "{path}");
        // A path that only looks like one is blocked for that.
        let code = i32::from(!path.is_ascii());
        assert_eq!(
            (report.code, report.of(RULE)[0]["line"].as_u64()),
            (code, Some(1))
        );
        sandbox.git(["commit", "-q", "--amend", "-m", "By a person"]);
        let report = sandbox.report(&["--commit", "HEAD"]);
        assert_eq!((report.of(RULE).len(), audited(&report)), (0, 1), "{path}");
    }
    for path in [
        "docs/agents/a.md",
        "src/claude.rs",
        ".github/workflows/a.yml",
        "cursor/a",
    ] {
        assert!(changed(path).1.of(RULE).is_empty(), "{path}");
    }
}

#[test]
fn a_finding_says_whom_the_file_steers() {
    let told = |path| {
        changed(path).1.of(RULE)[0]["message"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(told("GEMINI.md"), "a file was added; it steers gemini-cli");
    assert!(told("AGENTS.md").starts_with("a file was added; it steers aider, amp, codex and "));
}

#[test]
fn taking_it_away_and_moving_it_count() {
    let (sandbox, _) = changed("CLAUDE.md");
    sandbox.git(["mv", "CLAUDE.md", "notes.md"]);
    sandbox.commit(&format!("Move\n\n{CLAUDE}"));
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(
        report.of(RULE)[0]["message"],
        "a file was moved; it steers claude-code"
    );
    sandbox.git(["mv", "notes.md", "CLAUDE.md"]);
    sandbox.commit("Back");
    sandbox.git(["rm", "-q", "CLAUDE.md"]);
    sandbox.commit(&format!("Away\n\n{CLAUDE}"));
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).of(RULE).len(), 1);
}

#[test]
fn an_organisations_own_agent_has_its_files_too() {
    let policy = "cordon: 1\npolicy: {id: a, version: 1}\nextends: []\ncatalogue:\n  acme-coder:\n    name: Acme Coder\n    steered_by: [\"**/.acme/**\"]\n";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.write(".acme/rules.md", "x\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(
        report.of(RULE)[0]["message"],
        "a file was added; it steers acme-coder"
    );
    sandbox.write(".cordon.yml", policy.replace("**/.acme/**", "/.acme"));
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 2, "{}{}", said.stdout, said.stderr);
    assert!(format!("{}{}", said.stdout, said.stderr).contains("without the leading"));
}
