//! What the job says of merge requests and pushes.

use serde_json::Value;

use super::{Project, ZEROS, merge_request, push};

#[test]
fn a_merge_request_that_must_pass_does_and_leaves_its_reports() {
    let Some(project) = Project::new() else {
        return;
    };
    let job = merge_request(&project.forge, "docs");
    let said = project.run("docs", &job, "{version: system}");
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("PASS"), "{}", said.stdout);
    let read = |name| serde_json::from_str::<Value>(&project.left(name)).unwrap();
    let rows = read("gl-code-quality-report.json");
    assert!(
        rows.as_array()
            .unwrap()
            .iter()
            .all(|row| row["severity"] != "blocker")
    );
    let secrets = read("gl-secret-detection-report.json");
    assert_eq!(secrets["scan"]["status"], "success");
    assert!(
        project
            .left("cordon.xml")
            .contains("failures=\"0\" errors=\"0\"")
    );
    assert!(project.left("cordon.html").starts_with("<!doctype html>"));
    assert!(!project.checkout().join("pwned").exists());
}

#[test]
fn a_merge_request_that_must_fail_does() {
    let Some(project) = Project::new() else {
        return;
    };
    let job = merge_request(&project.forge, "feature");
    let said = project.run("feature", &job, "{version: system}");
    assert_eq!(said.code, 1, "{}", said.stdout);
    for word in ["zone-agent", "FAIL 1"] {
        assert!(said.stdout.contains(word), "{word}: {}", said.stdout);
    }
    assert!(
        project
            .left("gl-code-quality-report.json")
            .contains("blocker")
    );
    assert!(project.left("cordon.xml").contains("failures=\"1\""));
    let said = project.run("feature", &job, "{version: system, allow-failure: true}");
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("WARN"), "{}", said.stdout);
    let said = project.run("feature", &job, "{version: system, fail-on: incomplete}");
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("zone-agent"), "{}", said.stdout);
}

#[test]
fn what_may_not_be_fetched_is_no_pass() {
    let Some(project) = Project::new() else {
        return;
    };
    let job = merge_request(&project.forge, "docs");
    let inputs = "{version: system, fetch: false, fail-on: incomplete}";
    let said = project.run("docs", &job, inputs);
    assert_eq!(said.code, 1, "{}", said.stdout);
    for word in ["GIT_DEPTH", "FAIL 2"] {
        assert!(said.stdout.contains(word), "{word}: {}", said.stdout);
    }
    let unread = project.left("gl-code-quality-report.json");
    assert!(unread.contains("history-incomplete"), "{unread}");
}

#[test]
fn a_push_is_judged_on_the_default_branch_and_elsewhere_by_rules_of_ones_own() {
    let Some(project) = Project::new() else {
        return;
    };
    let forge = &project.forge;
    let before = forge.id("main");
    forge.dev.git(["checkout", "-q", "main"]);
    forge.agent("docs/other.md");
    forge.push("main");
    let said = project.run("main", &push(forge, "main", &before), "{version: system}");
    assert_eq!(said.code, 0, "{}", said.stdout);
    let before = forge.id("main");
    forge.agent("src/core/other.c");
    forge.push("main");
    let said = project.run("main", &push(forge, "main", &before), "{version: system}");
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(said.stdout.contains("zone-agent"), "{}", said.stdout);
    // Another branch waits for its merge request, where nothing else is asked for.
    let elsewhere = push(forge, "feature", ZEROS);
    let said = project.run("feature", &elsewhere, "{version: system}");
    assert!(!said.stdout.contains("zone-agent"), "{}", said.stdout);
    let inputs = "{version: system, rules: [{if: $CI_COMMIT_BRANCH}]}";
    let said = project.run("feature", &elsewhere, inputs);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(said.stdout.contains("zone-agent"), "{}", said.stdout);
}

#[test]
fn a_policy_from_outside_judges() {
    let Some(project) = Project::new() else {
        return;
    };
    let forge = &project.forge;
    let job = merge_request(forge, "docs");
    let policy = forge.dev.outside("policy.yml");
    let text = "cordon: 1\nzones: {docs: {class: crypto, paths: [docs/**], agents: denied}}\n";
    std::fs::write(&policy, text).unwrap();
    let inputs = format!("{{version: system, policy: {}}}", policy.display());
    let said = project.run("docs", &job, &inputs);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(said.stdout.contains("zone-agent"), "{}", said.stdout);
    let remote = format!("file://{}", forge.dev.outside("remote.git").display());
    let inputs = format!("{{version: system, policy: '{remote}#main:.cordon.yml'}}");
    let said = project.run("docs", &job, &inputs);
    assert_eq!(said.code, 0, "{}", said.stdout);
    let said = project.run("docs", &job, "{version: system, policy: no/such.yml}");
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(said.stdout.contains("FAIL 2"), "{}", said.stdout);
}

#[test]
fn what_a_squash_dropped_is_found_after_the_merge() {
    let Some(project) = Project::new() else {
        return;
    };
    let forge = &project.forge;
    let dev = &forge.dev;
    forge.keep("docs", "refs/merge-requests/7/head");
    let before = forge.id("main");
    dev.git(["checkout", "-q", "main"]);
    dev.git(["merge", "-q", "--squash", "docs"]);
    dev.commit("Write a guide\n\nSee merge request acme/radio!7");
    forge.push("main");
    let job = push(forge, "main", &before);
    let said = project.run("main", &job, "{version: system}");
    assert!(
        !said.stdout.contains("agent-undisclosed"),
        "{}",
        said.stdout
    );
    let inputs = "{version: system, after-merge: true}";
    let said = project.run("main", &job, inputs);
    assert!(said.stdout.contains("agent-undisclosed"), "{}", said.stdout);
    // A merge request's own words name no other to answer for it.
    dev.git(["checkout", "-q", "-b", "words", "main"]);
    dev.write("docs/more.md", "more\n");
    dev.commit("Write more\n\nSee merge request acme/radio!7");
    forge.push("words");
    let said = project.run("words", &merge_request(forge, "words"), inputs);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(
        !said.stdout.contains("agent-undisclosed"),
        "{}",
        said.stdout
    );
}
