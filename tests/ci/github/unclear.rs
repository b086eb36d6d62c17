//! What a job says in a way that nobody knows.

use serde_json::json;

use crate::forge::{Depth, Forge, Job, ZEROS, github, judged, pull_request, pushed};
use crate::payloads::{event, workflow_run};

#[test]
fn an_event_that_is_not_about_commits_is_no_pass() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let main = forge.id("main");
    let job = |event, payload| github(event, &main, "refs/heads/main", payload);
    let jobs = [
        job("workflow_run", workflow_run(&main)),
        job("issue_comment", event("issue_comment")),
        job("delete", event("delete")),
        job("delete", event("delete")).with("GITHUB_EVENT_NAME", "made_up"),
    ];
    for job in jobs {
        let report = forge.report(&job, &[]);
        assert_eq!(report.codes(), ["event"], "{job:?}");
        // A range that somebody names needs no event.
        let named = forge.report(&job, &["--base", "main~2", "--head", "main"]);
        assert_eq!((named.verdict(), judged(&named).2), ("pass", 2), "{job:?}");
    }
}

#[test]
fn a_payload_that_is_not_understood_is_no_pass() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let main = forge.id("main");
    let good = || pull_request(("main", &main), ("feature", &main));
    let mut zeros = good();
    zeros["pull_request"]["head"]["sha"] = json!(ZEROS);
    let mut short = good();
    short["pull_request"]["base"]["sha"] = json!(&main[..12]);
    let mut option = good();
    option["pull_request"]["base"]["ref"] = json!("--upload-pack=touch x");
    let odd = [
        json!([]),
        json!({}),
        json!({"pull_request": {}}),
        zeros,
        short,
    ];
    for payload in odd {
        let job = github("pull_request", ZEROS, "refs/pull/7/merge", good());
        let report = forge.report(&job.broken(payload.clone()), &["--fetch"]);
        assert_eq!(report.codes(), ["event"], "{payload}");
    }
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", option);
    assert_eq!(forge.report(&job, &["--fetch"]).verdict(), "incomplete");
    // An empty range of a request is no pass either: there is no such request.
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", good());
    assert_eq!(forge.report(&job, &[]).codes(), ["empty-range"]);
}

#[test]
fn a_payload_that_lies_in_the_checkout_is_no_word_of_the_forge() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("main~1")),
    );
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
    let (inside, link) = (
        forge.dev.outside("checkout/event.json"),
        forge.dev.outside("link"),
    );
    std::fs::write(&inside, job.payload.to_string()).unwrap();
    std::os::unix::fs::symlink(&inside, &link).unwrap();
    // What it leads to lies outside, but the change says to what.
    let away = forge.dev.outside("checkout/away");
    std::os::unix::fs::symlink("../event.json", &away).unwrap();
    for path in [
        inside.to_str().unwrap(),
        "event.json",
        link.to_str().unwrap(),
        "away",
        "../checkout/away",
    ] {
        let job = job.clone().with("GITHUB_EVENT_PATH", path);
        let report = forge.report(&job, &["--fetch"]);
        assert_eq!(report.codes(), ["event"], "{path}");
        let said = forge.say(&job, &["--fetch"]).stdout;
        assert!(said.contains("lies in the checkout"), "{said}");
    }
}

#[test]
fn a_payload_beside_the_checkout_is_read_however_its_path_is_written() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
    let beside = forge.dev.outside("checkout/../event.json");
    for path in ["../event.json", beside.to_str().unwrap()] {
        let job = job.clone().with("GITHUB_EVENT_PATH", path);
        assert_eq!(forge.report(&job, &[]).rules(), ["zone-agent"], "{path}");
    }
}

#[test]
fn a_push_from_a_commit_to_itself_and_a_job_of_two_systems_are_no_pass() {
    let forge = Forge::new();
    forge.checkout("feature", Depth::Full);
    let head = forge.id("feature");
    let job = github(
        "push",
        &head,
        "refs/heads/feature",
        pushed("refs/heads/feature", &head, &head),
    );
    assert_eq!(forge.report(&job, &[]).codes(), ["event"]);
    let job = job.with("GITLAB_CI", "true");
    let report = forge.report(&job, &[]);
    let row = &report.json["incomplete"][0];
    assert_eq!(
        (&row["code"], &row["mend"]),
        (&json!("event"), &json!("cordon ci --system github"))
    );
}

#[test]
fn a_default_branch_that_the_remote_lacks_is_no_pass() {
    let forge = Forge::new();
    forge.checkout("feature", Depth::Full);
    let report = forge.report(&Job::of(&[]), &["--fetch", "--default-branch", "mian"]);
    assert_eq!(report.codes(), ["missing-branch"]);
}
