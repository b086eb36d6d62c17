//! What is fetched, for whom, and what stays as it is.

use crate::forge::{Depth, Forge, POLICY, ZEROS, github, pull_request};

#[test]
fn fetching_moves_no_reference_and_takes_no_tag() {
    let forge = Forge::new();
    forge.keep("feature", "refs/pull/7/head");
    forge.dev.git(["tag", "v9", "feature"]);
    forge.push("v9");
    forge.checkout("main", Depth::One);
    let refs = || {
        let dir = forge.dev.outside("checkout");
        let names = forge
            .dev
            .git(["-C", dir.to_str().unwrap(), "for-each-ref"])
            .stdout;
        (names, dir.join(".git/FETCH_HEAD").exists())
    };
    let before = refs();
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    let report = forge.report(
        &github("pull_request", ZEROS, "refs/pull/7/merge", payload),
        &["--fetch"],
    );
    assert_eq!(report.rules(), ["zone-agent"]);
    assert_eq!(refs(), before);
}

/// A policy repository whose policy denies an agent that the governed repository's own says nothing of.
fn with_an_organisation(forge: &Forge) -> String {
    let dev = &forge.dev;
    let dir = dev.outside("policies");
    let dir = dir.to_str().unwrap();
    dev.git(["init", "-q", "-b", "main", dir]);
    let policy =
        "cordon: 1\npolicy: {id: acme, version: 1}\nagents: {claude-code: {status: denied}}\n";
    std::fs::write(dev.outside("policies/policy.yml"), policy).unwrap();
    dev.git(["-C", dir, "add", "policy.yml"]);
    dev.git([
        "-C",
        dir,
        "-c",
        "user.name=Pol",
        "-c",
        "user.email=pol@acme.example",
        "commit",
        "-q",
        "-m",
        "One",
    ]);
    format!("file://{dir}")
}

#[test]
fn the_policies_that_judge_are_fetched_with_the_commits() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let url = with_an_organisation(&forge);
    dev.write(
        ".cordon.yml",
        format!("cordon: 1\nextends: [{{git: \"{url}\", ref: main}}]\n"),
    );
    assert_eq!(dev.cordon(["policy", "update"]).code, 0);
    dev.commit("Build on the organisation's policy");
    forge.push("main");
    dev.git(["checkout", "-q", "-b", "docs"]);
    forge.agent("docs/guide.md");
    forge.push("docs");
    forge.checkout("docs", Depth::Full);
    let payload = pull_request(("main", &forge.id("main")), ("docs", &forge.id("docs")));
    // A machine that has fetched nothing yet.
    let fresh = |name: &str| {
        let store = dev.outside(name);
        github("pull_request", ZEROS, "refs/pull/7/merge", payload.clone())
            .with("XDG_CACHE_HOME", store.to_str().unwrap())
    };
    assert_eq!(forge.report(&fresh("one"), &[]).codes(), ["policy-source"]);
    let report = forge.report(&fresh("two"), &["--fetch"]);
    assert!(
        report.rules().contains(&"agent-denied"),
        "{:#}",
        report.json
    );
    // By its address, and judged by the id that was fetched.
    let address = format!("{url}#main:policy.yml");
    let report = forge.report(&fresh("three"), &["--fetch", "--policy", &address]);
    assert!(
        report.rules().contains(&"agent-denied"),
        "{:#}",
        report.json
    );
    assert_eq!(report.json["policy"]["pinned"], true);
}

#[test]
fn a_job_with_rights_of_its_own_asks_nobody_whom_the_change_names() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let url = with_an_organisation(&forge);
    dev.git(["checkout", "-q", "-b", "docs"]);
    dev.write(
        ".cordon.yml",
        format!("{POLICY}extends: [{{git: \"{url}\", ref: main}}]\n"),
    );
    assert_eq!(dev.cordon(["policy", "update"]).code, 0);
    dev.commit("Build on whatever I say");
    forge.push("docs");
    forge.checkout("docs", Depth::Full);
    let store = dev.outside("store");
    let asked = |event: &str| {
        let payload = pull_request(("main", &forge.id("main")), ("docs", &forge.id("docs")));
        let job = github(event, ZEROS, "refs/pull/7/merge", payload)
            .with("XDG_CACHE_HOME", store.to_str().unwrap());
        forge.report(&job, &["--fetch"]);
        store.exists()
    };
    assert!(!asked("pull_request_target"));
    assert!(asked("pull_request"));
}
