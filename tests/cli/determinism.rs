//! The same input gives the same bytes.

use crate::support::{CLAUDE, CORDON, Sandbox, said};

#[test]
fn the_report_does_not_depend_on_the_surroundings() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: [{pack: default}]\nzones: {z: {paths: [zone], agents: denied}}\n",
    );
    for number in 0..200 {
        let folder = if number % 3 == 0 { "zone" } else { "src" };
        sandbox.write(&format!("{folder}/file-{number}"), format!("{number}\n"));
        sandbox.commit(&if number % 2 == 0 {
            format!("Change {number}\n\n{CLAUDE}")
        } else {
            format!("Change {number}")
        });
    }
    let range = [
        "check",
        "--range",
        "HEAD~199..HEAD",
        "--format",
        "json",
        "--as-of",
        "2026-11-22",
    ];
    let run = |cwd: &str, env: &[(&str, &str)], jobs: &str| {
        let mut command = sandbox.command(CORDON, &sandbox.path().join(cwd));
        let said = said(
            command
                .args(range)
                .args(["--jobs", jobs])
                .envs(env.iter().copied()),
        );
        assert_eq!(said.code, 1, "{}", said.stderr);
        said.stdout
    };
    let first = run(".", &[], "1");
    assert_eq!(run(".", &[], "8"), first, "threads");
    assert_eq!(run("src", &[], "2"), first, "working directory");
    assert_eq!(
        run(
            ".",
            &[
                ("TZ", "Pacific/Kiritimati"),
                ("LC_ALL", "tr_TR.UTF-8"),
                ("LANG", "tr_TR.UTF-8")
            ],
            "1"
        ),
        first,
        "locale"
    );
    sandbox.git(["gc", "-q", "--aggressive"]);
    assert_eq!(run(".", &[], "8"), first, "packed");
    sandbox.git(["commit-graph", "write", "--reachable"]);
    assert_eq!(run(".", &[], "8"), first, "commit graph");
}

#[test]
fn a_finding_keeps_its_fingerprint_wherever_it_moves() {
    let secret = format!("key = AKIA{}\n", "Q3X7Z5T2M4P6R2W3");
    let print = |before: &str| {
        let sandbox = Sandbox::with_commit();
        sandbox.write("config.ini", format!("{before}{secret}"));
        sandbox.commit(before);
        let report = sandbox.report(&["--commit", "HEAD"]);
        report.of("secret-added")[0]["fingerprint"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(print("one\n"), print("one\ntwo\nthree\n"));
}

#[test]
fn equal_findings_of_one_file_have_fingerprints_of_their_own() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("a.pem", private_keys(2));
    sandbox.commit("Keys");
    let report = sandbox.report(&["--commit", "HEAD"]);
    let found = report.of("secret-added");
    assert_eq!(found.len(), 2, "{:#}", report.json);
    assert_ne!(found[0]["fingerprint"], found[1]["fingerprint"]);
}

fn private_keys(count: usize) -> String {
    let line = "MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAq7BFUpkGp3zLrmeI";
    let key = format!(
        "-----BEGIN {0} KEY-----\n{line}\n{line}\n-----END {0} KEY-----\n",
        "PRIVATE"
    );
    key.repeat(count)
}
