//! Commits that move: a cherry-pick inherits who made its source, a revert is the reverter's.

use crate::support::{CLAUDE, Report, Sandbox};

const POLICY: &str = "cordon: 1\nextends: []\nzones: {z: {paths: [src], agents: denied}}\n";

/// A repository whose branch `agent` has a commit by an agent in a zone; `main` moved on, so that the
/// same lines stand elsewhere. Returns the commit's id.
fn sandbox() -> (Sandbox, String) {
    let sandbox = Sandbox::with_policy(POLICY);
    let lines: Vec<String> = (0..40).map(|line| format!("line {line}\n")).collect();
    let lines = lines.concat();
    sandbox.write("src/a", &lines);
    sandbox.commit("Lines");
    sandbox.git(["checkout", "-q", "-b", "agent"]);
    sandbox.write("src/a", lines.replace("line 30\n", "line thirty\n"));
    let source = sandbox.commit(&format!("Write it out\n\nIn words.\n\n{CLAUDE}"));
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("src/a", format!("above\n{lines}"));
    sandbox.commit("Above");
    (sandbox, source)
}

/// The evidence of the newest commit, as `kind strength value`.
fn evidence(report: &Report) -> Vec<String> {
    let commit = report.json["commits"].as_array().unwrap().last().unwrap();
    let agents = commit["agents"].as_array().unwrap().iter();
    let rows = agents.flat_map(|agent| agent["evidence"].as_array().unwrap());
    let word = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    rows.map(|row| {
        format!(
            "{} {} {}",
            word(row, "kind"),
            word(row, "strength"),
            word(row, "value")
        )
    })
    .collect()
}

/// Picks a commit as a person does who drops the agent's trailer, and says where it came from.
fn pick(sandbox: &Sandbox, source: &str, says: &str) {
    sandbox.git(["cherry-pick", source]);
    let message = format!("Backport\n\n(cherry picked from commit {says})");
    sandbox.git(["commit", "-q", "--amend", "--reset-author", "-m", &message]);
}

#[test]
fn a_picked_commit_is_its_sources_agents() {
    let (sandbox, source) = sandbox();
    pick(&sandbox, &source, &source);
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.agents(), ["claude-code"]);
    assert_eq!(
        evidence(&report),
        [format!("cherry-pick strong cherry-pick of {source}")]
    );
    assert_eq!(report.json["commits"][0]["kind"], "assisted");
    assert_eq!(report.of("zone-agent")[0]["decision"], "blocked");
    // The net change is the agent's too.
    let report = sandbox.report(&["--range", "HEAD~2..HEAD"]);
    assert_eq!(report.of("zone-agent").len(), 1);
}

#[test]
fn a_pick_of_a_pick_is_followed() {
    let (sandbox, source) = sandbox();
    pick(&sandbox, &source, &source);
    let first = sandbox.id("HEAD");
    sandbox.git(["checkout", "-q", "-b", "release", "main~1"]);
    pick(&sandbox, &first, &first);
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(
        evidence(&report),
        [format!("cherry-pick strong cherry-pick of {first}")]
    );
    // The line of git cherry-pick -x stands below the earlier one.
    sandbox.git(["checkout", "-q", "-b", "other", "release~1"]);
    sandbox.git(["cherry-pick", "-x", &first]);
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(evidence(&report).len(), 2);
}

#[test]
fn another_patch_inherits_nothing_and_takes_nothing_away() {
    let (sandbox, source) = sandbox();
    sandbox.write("src/a", "other\n");
    sandbox.commit(&format!("Mine\n\n(cherry picked from commit {source})"));
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(evidence(&report), [""; 0]);
    let said = sandbox.cordon(["check", "--commit", "HEAD"]);
    assert!(said.stdout.contains("inherits nothing"), "{}", said.stdout);

    // A person's commit named as the source does not hide the agent.
    let person = sandbox.id("HEAD~1");
    sandbox.write("src/a", "more\n");
    sandbox.commit(&format!(
        "Mine\n\n(cherry picked from commit {person})\n{CLAUDE}"
    ));
    assert_eq!(
        sandbox.report(&["--commit", "HEAD"]).rules(),
        ["zone-agent"]
    );
}

#[test]
fn a_source_that_is_not_here_is_told() {
    let (sandbox, _) = sandbox();
    sandbox.write("b", "b\n");
    sandbox.commit(&format!(
        "Backport\n\n(cherry picked from commit {})",
        "1".repeat(40)
    ));
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.code, 0);
    let said = sandbox.cordon(["check", "--commit", "HEAD"]);
    assert!(said.stdout.contains("which is not here"), "{}", said.stdout);
}

#[test]
fn a_picked_merge_is_compared_with_its_mainline() {
    let (sandbox, source) = sandbox();
    sandbox.git(["checkout", "-q", "-b", "merged", "main~1"]);
    sandbox.git([
        "merge",
        "-q",
        "--no-ff",
        "agent",
        "-m",
        &format!("Merge\n\n{CLAUDE}"),
    ]);
    let merge = sandbox.id("HEAD");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.git(["cherry-pick", "-m", "1", &merge]);
    let message = format!("Backport\n\n(cherry picked from commit {merge})");
    sandbox.git(["commit", "-q", "--amend", "-m", &message]);
    assert_eq!(
        sandbox.report(&["--commit", "HEAD"]).agents(),
        ["claude-code"]
    );
    assert_ne!(merge, source);
}

#[test]
fn the_hook_sees_a_pick_that_is_being_made() {
    let (sandbox, source) = sandbox();
    assert_eq!(sandbox.cordon(["install"]).code, 0);
    sandbox.git(["cherry-pick", "--no-commit", &source]);
    let message = format!("Backport\n\n(cherry picked from commit {source})");
    let said = sandbox.try_git(["commit", "-m", &message]);
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains("zone-agent"), "{}", said.stderr);
}

#[test]
fn a_revert_is_the_reverters_whatever_it_quotes() {
    let (sandbox, source) = sandbox();
    sandbox.git(["checkout", "-q", "agent"]);
    let body = format!(
        "This reverts commit {source}.\n\nIt said:\n\nWrite it out\n\nIn words.\n\n{CLAUDE}\n\nIt was wrong."
    );
    sandbox.git(["revert", "--no-edit", &source]);
    let revert = |text: &str| {
        sandbox.git(["commit", "-q", "--amend", "-m", text]);
        sandbox.report(&["--commit", "HEAD"])
    };
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.agents(), [""; 0]);
    let report = revert(&format!("Revert it\n\n{body}"));
    assert_eq!(evidence(&report), [""; 0]);
    let said = sandbox.cordon(["check", "--commit", "HEAD"]);
    assert!(said.stdout.contains("takes back"), "{}", said.stdout);

    // What the reverter says below is a claim.
    let report = revert(&format!("Revert it\n\n{body}\n\n{CLAUDE}"));
    assert_eq!(report.agents(), ["claude-code"]);
    // Without the source's subject above it, it is no quotation of that.
    let report = revert(&format!(
        "Revert it\n\nThis reverts commit {source}.\n\n{CLAUDE}\n\nEnd."
    ));
    assert_eq!(report.agents(), ["claude-code"]);
}

#[test]
fn what_is_no_exact_revert_keeps_its_claims() {
    let (sandbox, source) = sandbox();
    sandbox.git(["checkout", "-q", "agent"]);
    sandbox.git(["revert", "--no-commit", &source]);
    sandbox.write("src/b", "new\n");
    sandbox.commit(&format!(
        "Revert it\n\nThis reverts commit {source}.\n\nWrite it out\n\nIn words.\n\n{CLAUDE}\n\nAnd more."
    ));
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.agents(), ["claude-code"]);
    assert!(!report.of("zone-agent").is_empty());
}
