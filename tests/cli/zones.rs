//! `zone-agent`: merges, modes, classes, and whom it does not judge. What can be done to a zone stands in
//! `zone_operations.rs`.

use crate::support::{CLAUDE, Sandbox};

const POLICY: &str = "\
cordon: 1
extends: []
zones:
  crypto:
    class: export
    paths: [\"src/crypto/**\", \"!src/crypto/README.md\"]
    agents: denied
";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.write("src/crypto/aes.c", "int aes;\nint key;\n");
    sandbox.write("src/util/a.c", "int a;\n");
    sandbox.commit("Files by a person");
    sandbox
}

/// Judges the newest commit, by an agent or by a person.
fn judged(sandbox: &Sandbox, by_agent: bool) -> crate::support::Report {
    let message = if by_agent {
        format!("Change\n\n{CLAUDE}")
    } else {
        "Change".to_owned()
    };
    sandbox.commit(&message);
    sandbox.report(&["--range", "HEAD~1..HEAD"])
}

#[test]
fn a_rename_out_of_a_zone_tells_both_ends() {
    let sandbox = sandbox();
    sandbox.git(["mv", "src/crypto/aes.c", "src/util/aes.c"]);
    let report = judged(&sandbox, true);
    assert_eq!(report.of("zone-agent")[0]["old_path"], "src/crypto/aes.c");
}

#[test]
fn people_and_paths_outside_pass() {
    let sandbox_one = sandbox();
    sandbox_one.write("src/crypto/aes.c", "int other;\n");
    let report = judged(&sandbox_one, false);
    assert_eq!(report.code, 0);
    // No proof either way is noted, not judged.
    assert_eq!(report.json["counts"]["audited"], 1);

    for path in [
        "src/util/b.c",
        "src/crypto/README.md",
        "srcXcrypto/a.c",
        "other/src/crypto/a.c",
    ] {
        let sandbox = sandbox();
        sandbox.write(path, "text\n");
        assert_eq!(judged(&sandbox, true).code, 0, "{path}");
    }
}

#[test]
fn touched_and_taken_back_is_found_at_each_commit() {
    let sandbox = sandbox();
    sandbox.write("src/crypto/aes.c", "int changed;\n");
    let touched = sandbox.commit(&format!("Touch\n\n{CLAUDE}"));
    sandbox.write("src/crypto/aes.c", "int aes;\nint key;\n");
    let back = sandbox.commit(&format!("Take back\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~2..HEAD"]);
    let commits: Vec<_> = report
        .of("zone-agent")
        .iter()
        .map(|row| row["commit"].clone())
        .collect();
    assert_eq!(commits, [touched, back]);
}

#[test]
fn a_merge_is_judged_by_its_own_changes() {
    let sandbox = sandbox();
    let base = sandbox.id("HEAD");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("src/crypto/aes.c", "int by_a_person;\n");
    sandbox.commit("A person's fix in the zone");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("src/util/a.c", "int b;\n");
    sandbox.commit("Elsewhere");
    let message = format!("Merge\n\n{CLAUDE}");
    sandbox.git(["merge", "-q", "--no-ff", "-m", &message, "side"]);
    let clean = sandbox.report(&["--range", &format!("{base}..HEAD")]);
    assert!(
        clean
            .of("zone-agent")
            .iter()
            .all(|row| row["net"] == true || row["commit"].is_null()),
        "{:#}",
        clean.json
    );
    assert_eq!(clean.of("zone-agent").len(), 0);

    // An evil merge changes the zone itself.
    sandbox.write("src/crypto/aes.c", "int evil;\n");
    sandbox.stage();
    sandbox.git(["commit", "-q", "--amend", "--no-edit"]);
    let evil = sandbox.report(&["--range", &format!("{base}..HEAD")]);
    assert_eq!(evil.of("zone-agent").len(), 1, "{:#}", evil.json);
    assert_eq!(evil.of("zone-agent")[0]["commit"], sandbox.id("HEAD"));

    // A merge that drops a person's fix undoes it.
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    sandbox.git(["merge", "-q", "-s", "ours", "-m", &message, "side"]);
    let ours = sandbox.report(&["--range", &format!("{base}..HEAD")]);
    assert_eq!(ours.of("zone-agent").len(), 1, "{:#}", ours.json);
    assert_eq!(ours.of("zone-agent")[0]["path"], "src/crypto/aes.c");
}

#[test]
fn the_line_moves_with_the_policy() {
    for moved in 0..3 {
        let sandbox = Sandbox::with_policy(&format!("{}{POLICY}", "# moved\n".repeat(moved)));
        sandbox.write("src/crypto/aes.c", "int aes;\n");
        let report = judged(&sandbox, true);
        let found = &report.of("zone-agent")[0]["policy"];
        assert_eq!(found["file"], ".cordon.yml");
        assert_eq!(found["line"], 7 + moved);
    }
}

#[test]
fn a_class_narrows_what_one_agent_may_do() {
    let policy = "\
cordon: 1
extends: []
agents:
  claude-code:
    status: approved
    classes: {export: denied}
zones:
  crypto: {class: export, paths: [\"src/crypto/**\"], agents: allowed}
";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.write("src/crypto/aes.c", "int aes;\n");
    let report = judged(&sandbox, true);
    assert_eq!(report.of("zone-agent")[0]["policy"]["line"], 6);
    sandbox.write("src/crypto/aes.c", "int other;\n");
    sandbox.commit("Change\n\nCo-authored-by: Cursor <cursoragent@cursor.com>");
    assert_eq!(sandbox.report(&["--range", "HEAD~1..HEAD"]).code, 0);
}

#[test]
fn a_zones_own_mode_holds_for_its_findings() {
    let sandbox =
        Sandbox::with_policy(&POLICY.replace("agents: denied", "agents: denied\n    mode: warn"));
    sandbox.write("src/crypto/aes.c", "int aes;\n");
    let report = judged(&sandbox, true);
    assert_eq!(report.code, 0);
    assert_eq!(report.of("zone-agent")[0]["decision"], "warned");
}

#[test]
fn a_zone_of_named_repositories_holds_there_and_where_the_name_is_unknown() {
    let policy = POLICY.replace(
        "class: export",
        "class: export\n    repos: [\"acme/radio-*\"]",
    );
    for (name, code) in [
        (Some("acme/radio-core"), 1),
        (Some("acme/shop"), 0),
        (None, 1),
    ] {
        let sandbox = Sandbox::with_policy(&policy);
        if let Some(name) = name {
            sandbox.git(["config", "cordon.repository", name]);
        }
        sandbox.write("src/crypto/aes.c", "int aes;\n");
        assert_eq!(judged(&sandbox, true).code, code, "{name:?}");
    }
}

#[test]
fn with_no_policy_at_all_the_default_zones_warn() {
    let sandbox = Sandbox::with_commit();
    sandbox.write(".github/workflows/ci.yml", "on: push\n");
    let report = judged(&sandbox, true);
    assert_eq!(report.code, 0);
    let found = report.of("zone-agent");
    assert_eq!(found[0]["zone"], "ci");
    assert_eq!(found[0]["decision"], "warned");
    assert_eq!(found[0]["policy"]["file"], "pack:default");
}

#[test]
fn a_blob_that_cannot_be_read_hides_no_change_of_a_zone() {
    let policy = format!("{POLICY}limits: {{blob_bytes: 1KiB}}\nincomplete: {{commit: warn}}\n");
    let mut sandbox = Sandbox::with_policy(&policy);
    sandbox.set("GEMINI_CLI", "1");
    sandbox.write("src/crypto/large.c", "x".repeat(2000));
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(report.rules(), ["zone-agent"]);
    assert_eq!(report.codes(), ["limit"]);
}

#[test]
fn an_entry_that_has_not_begun_leaves_the_star_in_force() {
    let policy = "\
cordon: 1
extends: []
agents:
  \"*\": {status: approved, classes: {export: denied}}
  claude-code: {status: approved, since: 2030-01-01}
zones:
  crypto: {class: export, paths: [\"src/crypto/**\"], agents: allowed}
";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.write("src/crypto/aes.c", "int aes;\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let at = |date: &str| {
        sandbox
            .report(&["--range", "HEAD~1..HEAD", "--as-of", date])
            .code
    };
    assert_eq!((at("2026-11-22"), at("2030-01-01")), (1, 0));
}

#[test]
fn an_organisations_zone_of_another_repository_does_not_soften_this_ones() {
    let mut sandbox =
        Sandbox::with_policy("cordon: 1\nzones: {ledger: {paths: [ledger], agents: denied}}\n");
    sandbox.write("ledger/a", "a\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let org = sandbox.outside("org.yml");
    std::fs::write(
        &org,
        "cordon: 1\nextends: []\nzones: {ledger: {repos: [acme/legacy], mode: audit}}\n",
    )
    .unwrap();
    let args = ["--range", "HEAD~1..HEAD", "--policy", org.to_str().unwrap()];
    let decision = |sandbox: &Sandbox| {
        let report = sandbox.report(&args);
        let findings = report.json["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 1, "{findings:?}");
        findings[0]["decision"].as_str().unwrap().to_owned()
    };
    // Nobody knows which repository this is: the stricter of both holds.
    assert_eq!(decision(&sandbox), "blocked");
    sandbox.git(["config", "cordon.repository", "acme/web"]);
    assert_eq!(decision(&sandbox), "blocked");
    sandbox.git(["config", "cordon.repository", "acme/legacy"]);
    assert_eq!(decision(&sandbox), "audited");
    sandbox.set("GITHUB_REPOSITORY", "acme/web");
    assert_eq!(decision(&sandbox), "blocked");
}
