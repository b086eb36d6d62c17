//! `secret-file`: a file that is a secret by nature, when it comes and not when it stays.

use crate::support::{CLAUDE, Report, Sandbox};

const RULE: &str = "secret-file";

/// The kinds of files that a report tells.
fn kinds(report: &Report) -> Vec<&str> {
    let found = report.of("secret-file");
    found
        .iter()
        .map(|row| row["detector"].as_str().unwrap())
        .collect()
}

#[test]
fn a_secret_file_is_told_when_it_is_staged_committed_or_there() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("app/.env", "PORT=3000\n");
    assert_eq!(kinds(&sandbox.scan(&[])), ["dotenv"]);
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(kinds(&report), ["dotenv"]);
    assert_eq!(report.code, 1);
    let help = report.of(RULE)[0]["help"].as_str().unwrap();
    assert!(help.contains("git rm --cached -q -- 'app/.env'"), "{help}");
    sandbox.commit("An environment");
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(kinds(&report), ["dotenv"]);
    assert_eq!(report.of(RULE)[0]["path"], "app/.env");
    assert_eq!(kinds(&sandbox.scan(&["--history"])), ["dotenv"]);
}

#[test]
fn an_example_of_an_environment_is_no_secret() {
    let sandbox = Sandbox::with_commit();
    for path in [
        ".env.example",
        ".env.sample",
        ".env.template",
        ".env.dist",
        ".envrc",
    ] {
        sandbox.write(path, "PORT=3000\n");
    }
    sandbox.write(".env", "PORT=\n");
    sandbox.write(".npmrc", "//a.io/:_authToken=${TOKEN}\n");
    sandbox.commit("Examples");
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).code, 0);
}

#[test]
fn a_file_that_was_one_before_is_not_told_again() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("id_ed25519", "one\n");
    sandbox.commit("A key");
    sandbox.write("id_ed25519", "two\n");
    sandbox.commit("Another");
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).code, 0);
    sandbox.git(["mv", "id_ed25519", "id_rsa"]);
    sandbox.commit("Another name");
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).code, 0);
    sandbox.git(["rm", "-q", "id_rsa"]);
    sandbox.commit("Away");
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).code, 0);
}

#[test]
fn a_file_that_becomes_one_is_told() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("settings", "PORT=3000\n");
    sandbox.write("web.env", "PORT=\n");
    sandbox.commit("Settings");
    sandbox.git(["mv", "settings", ".env"]);
    sandbox.commit("Rename");
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(kinds(&report), ["dotenv"]);
    assert_eq!(report.of(RULE)[0]["old_path"], "settings");
    sandbox.write("web.env", "PORT=3000\n");
    sandbox.commit("Fill in");
    assert_eq!(kinds(&sandbox.report(&["--commit", "HEAD"])), ["dotenv"]);
}

#[test]
fn the_net_change_does_not_tell_it_again() {
    let sandbox = Sandbox::with_commit();
    let base = sandbox.id("HEAD");
    sandbox.write("team.kdbx", b"\x03\xd9\xa2\x9a".as_slice());
    sandbox.commit("A database");
    sandbox.commit("Another commit");
    let report = sandbox.report(&["--range", &format!("{base}..HEAD")]);
    assert_eq!(kinds(&report), ["password-database"]);
}

#[test]
fn a_file_by_name_alone_is_told_although_it_is_too_large_to_read() {
    let sandbox = Sandbox::with_policy("cordon: 1\nextends: []\nlimits: {blob_bytes: 1KiB}\n");
    sandbox.write("team.kdbx", "x".repeat(2000));
    sandbox.write("big.pem", "x".repeat(2000));
    sandbox.commit("Large files");
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(kinds(&report), ["password-database"]);
    assert_eq!(report.codes(), ["limit", "limit"]);
}

#[test]
fn a_merge_that_brings_one_is_told_and_one_that_takes_one_is_not() {
    let sandbox = Sandbox::with_commit();
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("side.kdbx", "x");
    sandbox.commit("Side");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.commit("Main");
    sandbox.git(["merge", "-q", "--no-commit", "--no-ff", "side"]);
    sandbox.write("merge.kdbx", "y");
    sandbox.commit("Merge");
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.places(RULE), ["merge.kdbx:null"]);
}

#[test]
fn the_policy_sets_its_mode_for_agents_and_for_people() {
    let policy = "cordon: 1\nextends: []\nrules: {secret-file: {agents: block, humans: warn}}\n";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.write("a/.env", "A=1\n");
    sandbox.commit("By a person");
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).code, 0);
    sandbox.write("b/.env", "A=1\n");
    sandbox.commit(&format!("By an agent\n\n{CLAUDE}"));
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.code, 1);
    assert_eq!(report.of(RULE)[0]["agent"], "claude-code");
}
