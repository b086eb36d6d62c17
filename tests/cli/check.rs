//! What `check` takes, what it exits with, and that every exit but wrong usage writes a report.

use serde_json::Value;

use crate::support::{CLAUDE, Report, Sandbox, said};

const DENIED: &str = "cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n";

#[test]
fn staged_changes_are_the_default() {
    let mut sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nzones: {z: {paths: [zone], agents: denied}}\n",
    );
    sandbox.write("zone/a", "a\n");
    sandbox.write("other", "a\n");
    sandbox.stage();
    let person = sandbox.report(&[]);
    assert_eq!(person.code, 0);
    assert_eq!(person.json["range"]["kind"], "staged");
    assert_eq!(person.json["range"]["base"], sandbox.id("HEAD"));
    assert_eq!(person.json["commits"][0]["id"], Value::Null);

    sandbox.set("GEMINI_CLI", "1");
    let agent = sandbox.report(&["--staged"]);
    assert_eq!(agent.code, 1);
    assert_eq!(agent.json["run"]["actor"], "gemini-cli");
    assert_eq!(agent.json["commits"][0]["kind"], "assisted");
    let found = agent.of("zone-agent");
    assert_eq!(found[0]["path"], "zone/a");
    assert_eq!(found[0]["commit"], Value::Null);
}

#[test]
fn an_unborn_repository_is_judged_against_the_empty_tree() {
    let sandbox = Sandbox::new();
    sandbox.write("a", "a\n");
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(report.code, 0);
    assert_eq!(
        report.json["range"]["base"],
        "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    );
    assert_eq!(sandbox.report(&["--all"]).code, 0);
}

#[test]
fn the_environment_is_no_evidence_for_other_commits() {
    let mut sandbox =
        Sandbox::with_policy("cordon: 1\nextends: []\nagents: {gemini-cli: {status: denied}}\n");
    sandbox.set("GEMINI_CLI", "1");
    let report = sandbox.report(&["--all"]);
    assert_eq!(report.code, 0);
    assert_eq!(report.json["run"]["actor"], "gemini-cli");
    assert_eq!(report.json["commits"][0]["kind"], "none");
}

#[test]
fn a_range_holds_every_commit_once_parents_first() {
    let sandbox = Sandbox::with_commit();
    let base = sandbox.id("HEAD");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    let side = sandbox.commit("Side");
    sandbox.git(["checkout", "-q", "main"]);
    let one = sandbox.commit("One");
    sandbox.git(["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    let report = sandbox.report(&["--range", &format!("{base}..HEAD")]);
    let ids: Vec<&str> = report.json["commits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap())
        .collect();
    let mut parents = [side.as_str(), one.as_str()];
    parents.sort_unstable();
    assert_eq!(ids, [parents[0], parents[1], &sandbox.id("HEAD")]);
    assert_eq!(report.json["range"]["commits"], 3);
    assert_eq!(report.json["range"]["base"], base);
    assert_eq!(report.json["range"]["head"], sandbox.id("HEAD"));
}

#[test]
fn one_commit_all_and_all_refs() {
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("a", "a\n");
    sandbox.commit(&format!("By an agent\n\n{CLAUDE}"));
    sandbox.git(["checkout", "-q", "main"]);
    assert_eq!(
        sandbox.report(&["--commit", "side"]).rules(),
        ["agent-denied"]
    );
    assert_eq!(
        sandbox.report(&["--commit", "main"]).json["range"]["commits"],
        1
    );
    let all = sandbox.report(&["--all"]);
    assert_eq!(all.code, 0);
    assert_eq!(all.json["policy"]["trusted"], false);
    assert_eq!(sandbox.report(&["--all-refs"]).rules(), ["agent-denied"]);
}

#[test]
fn an_empty_range_passes_with_a_note() {
    let sandbox = Sandbox::with_commit();
    let said = sandbox.cordon(["check", "--range", "HEAD..HEAD"]);
    assert_eq!(said.code, 0);
    assert!(
        said.stdout.contains("the range is empty"),
        "{}",
        said.stdout
    );
}

#[test]
fn a_message_is_judged_alone() {
    let sandbox = Sandbox::with_policy(DENIED);
    std::fs::write(
        sandbox.outside("msg"),
        format!("Change\n\n{CLAUDE}\n# a comment\n"),
    )
    .unwrap();
    let path = sandbox.outside("msg");
    let report = sandbox.report(&["--message", path.to_str().unwrap()]);
    assert_eq!(report.rules(), ["agent-denied"]);
    assert_eq!(report.json["range"]["kind"], "message");
    let missing = sandbox.report(&["--message", "no-such-file"]);
    assert_eq!(missing.codes(), ["unreadable-file"]);
}

#[test]
fn exit_zero_hides_findings_and_nothing_else() {
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let told = sandbox.cordon(["check", "--range", "HEAD~1..HEAD", "--exit-zero"]);
    assert_eq!(told.code, 0);
    assert!(told.stdout.contains("agent-denied"));
    assert_eq!(
        sandbox
            .cordon(["check", "--range", "nowhere..HEAD", "--exit-zero"])
            .code,
        2
    );
    // Both at once: what blocks may pass, what could not be read may not.
    sandbox.shell("printf '%040d\\n' 1 >.git/info/grafts");
    let said = sandbox.cordon(["check", "--range", "HEAD~1..HEAD", "--exit-zero"]);
    assert!(said.stdout.contains("agent-denied"), "{}", said.stdout);
    assert_eq!(said.code, 2, "{}", said.stdout);
}

#[test]
fn wrong_usage_and_bad_revisions_exit_with_2() {
    let sandbox = Sandbox::with_commit();
    for args in [
        &["check", "--range", "A"][..],
        &["check", "--format", "xml"],
        &["check", "--staged", "--all"],
        &["frob"],
    ] {
        assert_eq!(sandbox.cordon(args).code, 2, "{args:?}");
    }
    for (args, code) in [
        (["--range", "nowhere..HEAD"], "missing-reference"),
        (["--commit", "nowhere"], "missing-reference"),
        (["--policy", "nowhere.yml"], "policy-invalid"),
    ] {
        let report = sandbox.report(&args);
        assert_eq!(report.codes(), [code], "{args:?}");
    }
}

#[test]
fn no_repository_is_a_report_too() {
    let sandbox = Sandbox::new();
    let outside = sandbox.outside("empty");
    std::fs::create_dir(&outside).unwrap();
    let report = Report::read(&said(
        sandbox
            .command(crate::support::CORDON, &outside)
            .args(["check", "--format", "json"]),
    ));
    assert_eq!(report.codes(), ["not-a-repository"]);
}

#[test]
fn in_ci_somebody_must_say_what_to_judge() {
    let mut sandbox = Sandbox::with_commit();
    sandbox.set("CI", "true");
    let said = sandbox.cordon(["check"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("--range"), "{}", said.stderr);
    assert_eq!(sandbox.cordon(["check", "--staged"]).code, 0);
}

#[test]
fn stages_cap_what_a_finding_does() {
    let policy = "cordon: 1\nextends: []\nstages: {commit: warn, push: audit}\nagents: {claude-code: {status: denied}}\n";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    for (stage, decision, code) in [
        ("ci", "blocked", 1),
        ("commit", "warned", 0),
        ("push", "audited", 0),
    ] {
        let report = sandbox.report(&["--range", "HEAD~1..HEAD", "--stage", stage]);
        assert_eq!(report.json["findings"][0]["decision"], decision, "{stage}");
        assert_eq!(report.json["findings"][0]["mode"], "block", "{stage}");
        assert_eq!(report.code, code, "{stage}");
    }
}

#[test]
fn rules_can_be_set_for_agents_and_for_people() {
    let secret = format!("key = AKIA{}\n", "Q3X7Z5T2M4P6R2W3");
    for (setting, by_agent, code) in [
        ("{agents: block, humans: warn}", true, 1),
        ("{agents: block, humans: warn}", false, 0),
        ("{mode: disabled}", true, 0),
        ("{mode: audit, humans: block}", false, 1),
    ] {
        let sandbox = Sandbox::with_policy(&format!(
            "cordon: 1\nextends: []\nrules: {{secret-added: {setting}}}\n"
        ));
        sandbox.write("config.ini", &secret);
        sandbox.commit(&if by_agent {
            format!("Change\n\n{CLAUDE}")
        } else {
            "Change".to_owned()
        });
        assert_eq!(
            sandbox.report(&["--range", "HEAD~1..HEAD"]).code,
            code,
            "{setting} {by_agent}"
        );
    }
}

#[test]
fn two_agents_of_one_commit_are_both_judged() {
    let sandbox =
        Sandbox::with_policy("cordon: 1\nextends: []\nagents: {cursor: {status: denied}}\n");
    sandbox.commit(&format!(
        "Change\n\n{CLAUDE}\nCo-authored-by: Cursor <cursoragent@cursor.com>"
    ));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.agents(), ["claude-code", "cursor"]);
    assert_eq!(report.of("agent-denied").len(), 1);
}

#[test]
fn a_report_that_cannot_be_written_is_incomplete() {
    let sandbox = Sandbox::with_commit();
    let report = sandbox.report(&["--all", "--output", "json=/nowhere/report.json"]);
    assert_eq!(report.codes(), ["unwritable-file"]);
    // What was written before says so too.
    let good = sandbox.outside("good.json");
    let output = format!("json={}", good.display());
    let bad = "json=/nowhere/report.json";
    sandbox.report(&["--all", "--output", &output, "--output", bad]);
    let written: Value = serde_json::from_slice(&std::fs::read(good).unwrap()).unwrap();
    assert_eq!(written["verdict"], "incomplete");
}

#[test]
fn a_secret_on_the_command_line_is_not_echoed() {
    let secret = format!("ghp_{}", "x7Kq2mPz9RtW4vBn8LcYd3FgHj6sAe1uQo5i");
    let sandbox = Sandbox::with_commit();
    for args in [
        ["check", "--range", &secret],
        ["check", "--format", &secret],
        ["explain", &secret, &secret],
        ["check", "--as-of", &secret],
    ] {
        let said = sandbox.cordon(args);
        assert_eq!(said.code, 2, "{args:?}");
        assert!(
            !said.stderr.contains(&secret) && !said.stdout.contains(&secret),
            "{}",
            said.stderr
        );
    }
}
