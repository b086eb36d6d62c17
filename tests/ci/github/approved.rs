//! `--approvals`: a zone in which agents need an approval, before the merge and after it.

use serde_json::{Value, json};

use crate::forge::{Depth, Forge, Job, ZEROS, github, pull_request, pushed};
use crate::payloads::{merge_group, user};

const POLICY: &str = "\
cordon: 1
zones:
  core: {class: crypto, paths: [src/core/**], agents: approval, approvers: [team]}
approvers:
  team: {members: [\"r.lee@acme.example (rlee)\"]}
";

/// A request with an agent's change in the zone, and what GitHub's API answers of its reviews.
fn approved() -> (Forge, Value) {
    let forge = Forge::empty();
    forge.dev.write(".cordon.yml", POLICY);
    forge.dev.commit("Add a policy");
    forge.push("main");
    forge.dev.git(["checkout", "-q", "-b", "change"]);
    forge.agent("src/core/key.c");
    forge.push("change");
    forge.keep("change", "refs/pull/7/head");
    forge.checkout("main", Depth::Full);
    let reviews = json!([{
        "id": 80, "node_id": "PRR_kwDOCyMfSs4OLf-3", "user": user("rlee", 41, "User"), "body": "", "state": "APPROVED",
        "author_association": "MEMBER", "commit_id": forge.id("change"), "submitted_at": "2026-11-24T10:00:00Z",
    }]);
    (forge, reviews)
}

/// The rules that are found in a job to which the reviews are handed.
fn rules(forge: &Forge, job: &Job, reviews: &Value) -> Vec<String> {
    let file = forge.dev.outside("reviews.json");
    std::fs::write(&file, reviews.to_string()).unwrap();
    let report = forge.report(job, &["--fetch", "--approvals", file.to_str().unwrap()]);
    let rules = report.rules();
    rules.into_iter().map(str::to_owned).collect()
}

#[test]
fn a_review_of_the_head_approves_the_request() {
    let (forge, reviews) = approved();
    let payload = pull_request(("main", &forge.id("main")), ("change", &forge.id("change")));
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
    assert_eq!(rules(&forge, &job, &reviews), [""; 0]);
    assert_eq!(rules(&forge, &job, &json!([])), ["zone-approval"]);
}

#[test]
fn in_a_merge_queue_and_after_the_merge_nobody_has_reviewed_the_head() {
    let (forge, reviews) = approved();
    let base = forge.id("main");
    forge.dev.git(["checkout", "-q", "main"]);
    forge
        .dev
        .git(["merge", "-q", "--no-ff", "-m", "Merge #7", "change"]);
    let head = forge.id("main");
    let queue = format!("refs/heads/gh-readonly-queue/main/pr-7-{base}");
    forge.keep("main", &queue);
    let group = github(
        "merge_group",
        &head,
        &queue,
        merge_group(&base, (&queue, &head)),
    );
    assert_eq!(rules(&forge, &group, &reviews), ["zone-approval"]);
    forge.push("main");
    let payload = pushed("refs/heads/main", &base, &head);
    let push = github("push", &head, "refs/heads/main", payload);
    assert_eq!(rules(&forge, &push, &reviews), ["zone-approval"]);
    // Where the merge made no commit the head is the reviewed one.
    forge.dev.git(["reset", "-q", "--hard", "change"]);
    forge.push("main");
    let head = forge.id("change");
    let payload = pushed("refs/heads/main", &base, &head);
    let push = github("push", &head, "refs/heads/main", payload);
    assert_eq!(rules(&forge, &push, &reviews), [""; 0]);
}
