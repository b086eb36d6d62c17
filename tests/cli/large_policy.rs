//! A policy of thousands of zones: what a hook keeps of it changes no verdict, and no CI job looks at it.

use std::fmt::Write as _;
use std::fs;

use crate::support::{CLAUDE, Sandbox};

/// A repository with a staged file of a zone, an agent at work, and an organisation's policy beside it.
fn governed() -> (Sandbox, String) {
    let mut sandbox = Sandbox::with_commit();
    let mut policy = "cordon: 1\npolicy: {id: acme, version: 3}\nzones:\n".to_owned();
    for zone in 0..1_000 {
        writeln!(
            policy,
            "  zone-{zone}: {{class: export, paths: [\"src/part{zone}/**\", \"!src/part{zone}/*.md\"], agents: denied}}"
        )
        .unwrap();
    }
    let path = sandbox.outside("policy.yml");
    fs::write(&path, policy).unwrap();
    let cache = sandbox.outside("cache");
    sandbox.set("XDG_CACHE_HOME", cache.to_str().unwrap());
    sandbox.set("AWS_EXECUTION_ENV", "AmazonQ-For-CLI");
    sandbox.write("src/part7/radio.c", "int radio;\n");
    sandbox.write("src/part7/README.md", "Radio\n");
    sandbox.stage();
    (sandbox, path.to_str().unwrap().to_owned())
}

fn entries(sandbox: &Sandbox) -> Vec<std::path::PathBuf> {
    let folder = sandbox.outside("cache/cordon/policies");
    let entries = fs::read_dir(folder).map(|all| all.map(|one| one.unwrap().path()).collect());
    entries.unwrap_or_default()
}

#[test]
fn what_is_kept_of_a_policy_changes_no_verdict() {
    let (sandbox, policy) = governed();
    let asked = ["--staged", "--policy", &policy];
    let first = sandbox.report(&asked);
    assert_eq!(first.places("zone-agent"), ["src/part7/radio.c:1"]);
    let entry = entries(&sandbox).remove(0);
    let read = fs::metadata(&entry).unwrap().modified().unwrap();
    assert_eq!(sandbox.report(&asked).json, first.json);
    assert_eq!(fs::metadata(&entry).unwrap().modified().unwrap(), read);
    // Damaged, it is read anew.
    let mut bytes = fs::read(&entry).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&entry, bytes).unwrap();
    assert_eq!(sandbox.report(&asked).json, first.json);
    // Another text is another policy.
    let text = fs::read_to_string(&policy).unwrap();
    fs::write(&policy, text.replace("src/part7/", "src/other/")).unwrap();
    assert!(sandbox.report(&asked).places("zone-agent").is_empty());
}

#[test]
fn no_job_of_ci_and_no_other_stage_reads_or_writes_what_is_kept() {
    let (mut sandbox, policy) = governed();
    let asked = ["--staged", "--stage", "ci", "--policy", &policy];
    assert_eq!(
        sandbox.report(&asked).places("zone-agent"),
        ["src/part7/radio.c:1"]
    );
    sandbox.scan(&["src", "--policy", &policy]);
    sandbox.set("CI", "true");
    sandbox.report(&["--staged", "--policy", &policy]);
    assert!(entries(&sandbox).is_empty());
}

#[test]
fn no_range_reads_or_writes_what_is_kept() {
    let (sandbox, policy) = governed();
    sandbox.commit(&format!("Radio\n\n{CLAUDE}"));
    let asked = ["--range", "HEAD~1..HEAD", "--policy", &policy];
    assert_eq!(
        sandbox.report(&asked).places("zone-agent"),
        ["src/part7/radio.c:1"]
    );
    assert!(entries(&sandbox).is_empty());
}

#[test]
fn nothing_is_kept_or_taken_away_behind_a_link() {
    let (sandbox, policy) = governed();
    let precious = sandbox.outside("precious");
    fs::create_dir(&precious).unwrap();
    for number in 0..60 {
        fs::write(precious.join(format!("{number:064x}")), "mine").unwrap();
    }
    let folder = sandbox.outside("cache/cordon/policies");
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(&precious, &folder).unwrap();
    let report = sandbox.report(&["--staged", "--policy", &policy]);
    assert_eq!(report.places("zone-agent"), ["src/part7/radio.c:1"]);
    assert_eq!(fs::read_dir(&precious).unwrap().count(), 60);
}
