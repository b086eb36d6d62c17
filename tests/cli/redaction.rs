//! A secret's text never appears in any output, wherever it was planted.

use crate::support::{CLAUDE, Sandbox, formats};

/// Secrets of several kinds, put together here so that no scanner takes this file for a leak.
fn secrets() -> Vec<String> {
    vec![
        format!("AKIA{}", "Q3X7Z5T2M4P6R2W3"),
        format!("ghp_{}", "x7Kq2mPz9RtW4vBn8LcYd3FgHj6sAe1uQo5i"),
        format!("glpat-{}", "x7Kq2mPz9RtW4vBn8LcY"),
        format!(
            "sk-ant-api03-{}AA",
            &"x7Kq2mPz9RtW4vBn8LcYd3FgHj6sAe1uQo5i".repeat(3)[..93]
        ),
    ]
}

#[test]
fn planted_secrets_are_found_and_never_shown() {
    for secret in secrets() {
        let sandbox = Sandbox::with_policy(
            "cordon: 1\nextends: []\nzones: {z: {paths: [\"**\"], agents: denied}}\n",
        );
        sandbox.git(["checkout", "-q", "-b", &format!("fix/{secret}")]);
        sandbox.write("config.ini", format!("token = {secret}\n"));
        sandbox.write(&format!("dir/{secret}.txt"), "x\n");
        sandbox.commit(&format!("Use {secret}\n\nAnd {secret}\n\n{CLAUDE}\nClaude-Session: {secret}\nAssisted-by: {secret}:model-1"));
        for args in [
            &["--range", "HEAD~1..HEAD", "-v"][..],
            &["--all", "-v"],
            &["--all-refs"],
        ] {
            for format in formats() {
                let said = sandbox.cordon(["check", "--format", format].iter().chain(args));
                assert_eq!(said.code, 1);
                assert!(!said.stdout.contains(&secret), "{format}: {}", said.stdout);
                assert!(!said.stderr.contains(&secret), "{format}: {}", said.stderr);
            }
        }
        let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
        let found = report.of("secret-added");
        assert!(
            found
                .iter()
                .any(|row| row["path"] == "config.ini" && row["line"] == 1),
            "{:#}",
            report.json
        );
        assert!(
            found.iter().any(|row| row["in"] == "message"),
            "{:#}",
            report.json
        );
    }
}

#[test]
fn a_secret_in_a_pushed_ref_name_is_not_shown() {
    let secret = &secrets()[0];
    let sandbox =
        Sandbox::with_policy("cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n");
    sandbox.git(["init", "-q", "--bare", "../remote.git"]);
    sandbox.git(["remote", "add", "origin", "../remote.git"]);
    sandbox.cordon(["install"]);
    sandbox.git(["checkout", "-q", "-b", &format!("fix/{secret}")]);
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let said = sandbox.try_git(["push", "origin", "HEAD"]);
    assert_ne!(said.code, 0);
    let ours: Vec<&str> = said
        .stderr
        .lines()
        .filter(|line| !line.starts_with("error: failed to push"))
        .collect();
    assert!(
        ours.iter().all(|line| !line.contains(secret.as_str())),
        "{ours:?}"
    );
}

#[test]
fn a_secret_in_a_revision_or_a_policy_is_not_shown() {
    let secret = &secrets()[1];
    let sandbox = Sandbox::with_policy(&format!("cordon: 1\n{secret}: {{}}\n"));
    sandbox.commit("Change");
    for args in [
        vec!["check", "--range", "HEAD~1..HEAD"],
        vec!["check", "--commit", secret],
    ] {
        let said = sandbox.cordon(&args);
        assert_eq!(said.code, 2);
        assert!(
            !said.stdout.contains(secret) && !said.stderr.contains(secret),
            "{args:?}: {}{}",
            said.stdout,
            said.stderr
        );
    }
}

#[test]
fn a_secret_added_and_taken_out_again_is_found() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("config.ini", format!("token = {}\n", secrets()[0]));
    let added = sandbox.commit("Add");
    sandbox.write("config.ini", "token = none\n");
    sandbox.commit("Take out");
    let report = sandbox.report(&["--range", "HEAD~2..HEAD"]);
    let found = report.of("secret-added");
    assert_eq!(found.len(), 1, "{:#}", report.json);
    assert_eq!(found[0]["commit"], added);
    assert_eq!(found[0]["net"], false);
}
