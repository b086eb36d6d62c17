//! Every command that a finding's help offers is run, and the check then passes.

use crate::support::{CLAUDE, Sandbox};

/// Runs the commands in backquotes of the first finding's help.
fn mended(sandbox: &Sandbox, args: &[&str], rule: &str) {
    let report = sandbox.report(args);
    let found = report.of(rule);
    assert!(!found.is_empty(), "{:#}", report.json);
    let help = found[0]["help"].as_str().unwrap();
    let command = help
        .split('`')
        .skip(1)
        .step_by(2)
        .find(|text| text.starts_with("git ") && text.contains('\''));
    let command = command.unwrap_or_else(|| panic!("no command: {help}"));
    let said = sandbox.shell(command);
    assert_eq!(said.code, 0, "{command}: {}", said.stderr);
    let after = sandbox.report(args);
    assert!(after.of(rule).is_empty(), "{command}: {:#}", after.json);
    assert_eq!(after.code, 0, "{command}: {:#}", after.json);
}

#[test]
fn a_staged_file_of_a_zone_is_unstaged() {
    for path in ["zone/plain", "zone/it's a 'name'"] {
        let mut sandbox = Sandbox::with_policy(
            "cordon: 1\nextends: []\nzones: {z: {paths: [zone], agents: denied}}\n",
        );
        sandbox.set("GEMINI_CLI", "1");
        sandbox.write(path, "a\n");
        sandbox.stage();
        mended(&sandbox, &["--staged"], "zone-agent");
    }
}

#[test]
fn a_staged_rename_is_unstaged_at_both_ends() {
    let mut sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nzones: {z: {paths: [zone], agents: denied}}\n",
    );
    sandbox.write("zone/a", "a\n");
    sandbox.commit("File");
    sandbox.set("GEMINI_CLI", "1");
    sandbox.git(["mv", "zone/a", "b"]);
    mended(&sandbox, &["--staged"], "zone-agent");
}

#[test]
fn a_staged_secret_is_unstaged() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("config.ini", format!("key = AKIA{}\n", "Q3X7Z5T2M4P6R2W3"));
    sandbox.stage();
    mended(&sandbox, &["--staged"], "secret-added");
}

#[test]
fn a_missing_trailer_is_added() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\ntrailers: {require: [{any_of: [Assisted-by]}]}\n",
    );
    sandbox.write("a", "a\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    mended(&sandbox, &["--range", "HEAD~1..HEAD"], "trailer-missing");
}

#[test]
fn an_undisclosed_agent_is_disclosed() {
    let sandbox =
        Sandbox::with_policy("cordon: 1\nextends: []\nrules: {agent-undisclosed: {mode: block}}\n");
    sandbox.write("a", "a\n");
    sandbox.commit("Change\n\n🤖 Generated with [Claude Code](https://claude.ai/code)");
    mended(&sandbox, &["--range", "HEAD~1..HEAD"], "agent-undisclosed");
}

#[test]
fn a_path_that_a_terminal_would_not_show_gets_no_command() {
    let mut sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nzones: {z: {paths: [zone], agents: denied}}\n",
    );
    sandbox.set("GEMINI_CLI", "1");
    sandbox.write("zone/\u{1b}[2Jx", "a\n");
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert!(
        !report.of("zone-agent")[0]["help"]
            .as_str()
            .unwrap()
            .contains("git restore")
    );
}

#[test]
fn a_forbidden_line_is_taken_out_by_amending() {
    let mut sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\ntrailers: {forbid: [{text: \"skip-checks: true\"}]}\n",
    );
    sandbox.write("a", "a\n");
    sandbox.commit("Change\n\nskip-checks: true");
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    let help = report.of("trailer-forbidden")[0]["help"].as_str().unwrap();
    assert!(help.contains("`git commit --amend`"), "{help}");
    sandbox.set("GIT_EDITOR", "sed -i /skip-checks/d");
    assert_eq!(sandbox.shell("git commit -q --amend").code, 0);
    assert_eq!(sandbox.report(&["--range", "HEAD~1..HEAD"]).code, 0);
}
