//! An emergency waiver in a job: for which range it has to be signed, by event.

use crate::forge::{Depth, Forge, Job, ZEROS, github, pull_request, pushed};
use crate::payloads::{event as payload, merge_group};
use crate::support::Report;

const LEE: &str = "r.lee@acme.example";
const ITO: &str = "k.ito@acme.example";

/// A forge, and two officers with keys.
struct Scene {
    forge: Forge,
}

impl Scene {
    fn new(forge: Forge) -> Self {
        let scene = Self { forge };
        let key = |name: &str| {
            let line = format!(
                "ssh-keygen -q -t ed25519 -N '' -C '' -f {}",
                scene.path(name)
            );
            assert_eq!(scene.forge.dev.shell(&line).code, 0);
            let public = std::fs::read_to_string(scene.path(&format!("{name}.pub"))).unwrap();
            public.trim().to_owned()
        };
        let policy = format!(
            "cordon: 1
extends: []
policy: {{id: acme-agents}}
zones: {{core: {{class: crypto, paths: [\"src/core/**\"], agents: denied}}}}
approvers: {{duty: {{members: [{LEE}, {ITO}], keys: [{{key: \"{LEE} {}\"}}, {{key: \"{ITO} {}\"}}]}}}}
waivers: {{emergency: {{approvers: [duty], hours: 4}}}}
",
            key("lee"),
            key("ito"),
        );
        std::fs::write(scene.path("policy.yml"), policy).unwrap();
        scene
    }

    fn path(&self, name: &str) -> String {
        self.forge.dev.outside(name).display().to_string()
    }

    /// Both sign it for this range.
    fn sign(&self, base: &str, head: &str) {
        let now = self.forge.dev.shell("date -u +%Y-%m-%dT%H:%M:%SZ").stdout;
        let (file, policy) = (self.path("emergency.yml"), self.path("policy.yml"));
        let text = format!(
            "emergency: E-7\nrepository: acme/radio-core\nrange: {{base: {base}, head: {head}}}\nfrom: {}\nhours: 2\n\
             reason: The gateway is down\nticket: INC-12\nrequested_by: ops@acme.example\napproved_by: []\n",
            now.trim()
        );
        std::fs::write(&file, text).unwrap();
        for (who, key) in [(LEE, "lee"), (ITO, "ito")] {
            let key = self.path(key);
            let args = [
                "waiver", "sign", &file, "--who", who, "--key", &key, "--policy", &policy,
            ];
            let signed = self.forge.dev.cordon(args);
            assert_eq!(signed.code, 0, "{}", signed.stderr);
        }
    }

    fn report(&self, job: &Job, more: &[&str]) -> Report {
        let (file, policy) = (self.path("emergency.yml"), self.path("policy.yml"));
        let args = ["--fetch", "--policy", &policy, "--emergency", &file];
        let job = job.clone().with("GITHUB_REPOSITORY", "acme/radio-core");
        self.forge.report(&job, &[&args, more].concat())
    }

    /// It lets the job through, and the report tells the range for which it was signed.
    fn counts(&self, job: &Job, more: &[&str], base: &str, head: &str) {
        self.sign(base, head);
        let report = self.report(job, more);
        assert_eq!(
            (report.code, report.verdict()),
            (0, "pass"),
            "{:#}",
            report.json
        );
        assert_eq!(report.json["run"]["emergency"]["id"], "E-7");
        assert_eq!(report.of("zone-agent")[0]["decision"], "waived");
        let told = report.json["range"]["base"].as_str().unwrap_or("none");
        assert_eq!(
            (told, report.json["range"]["head"].as_str()),
            (base, Some(head))
        );
    }

    /// It is in the way, and what blocks still blocks.
    fn refuses(&self, job: &Job, base: &str, head: &str) {
        self.sign(base, head);
        let report = self.report(job, &[]);
        assert_eq!(
            (report.code, report.codes()),
            (1, vec!["emergency"]),
            "{:#}",
            report.json
        );
        let told = report.json["incomplete"][0]["message"].as_str().unwrap();
        assert!(
            told.contains(&format!("it is for the range {base}..{head}, and this is")),
            "{told}"
        );
        assert_eq!(report.of("zone-agent")[0]["decision"], "blocked");
    }
}

fn push(name: &str, before: &str, after: &str) -> Job {
    let name = format!("refs/heads/{name}");
    github("push", after, &name, pushed(&name, before, after))
}

#[test]
fn of_a_pull_request_it_is_signed_for_the_targets_tip_of_now() {
    let scene = Scene::new(Forge::new());
    let forge = &scene.forge;
    let (seen, head) = (forge.id("main"), forge.id("feature"));
    forge.keep("feature", "refs/pull/7/head");
    forge.checkout("main", Depth::One);
    let payload = pull_request(("main", &seen), ("feature", &head));
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
    scene.counts(&job, &[], &seen, &head);
    // Neither for where the branch left it, nor for another head.
    scene.refuses(&job, &forge.id("main~1"), &head);
    scene.refuses(&job, &seen, &forge.id("feature~1"));
    // The target goes on: what the event saw is no more it, unless the job names it.
    let now = forge.dev.commit("Go on");
    forge.push("main");
    scene.refuses(&job, &seen, &head);
    scene.counts(&job, &["--base", &seen], &seen, &head);
    scene.counts(&job, &[], &now, &head);
}

#[test]
fn of_a_request_that_was_merged_it_is_signed_for_what_the_event_saw() {
    let scene = Scene::new(Forge::new());
    let forge = &scene.forge;
    let (seen, head) = (forge.id("main"), forge.id("feature"));
    forge.keep("feature", "refs/pull/7/head");
    forge
        .dev
        .git(["merge", "-q", "--no-ff", "--no-edit", "feature"]);
    let now = forge.dev.commit("Go on");
    forge.push("main");
    forge.checkout("main", Depth::One);
    let payload = pull_request(("main", &seen), ("feature", &head));
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
    scene.counts(&job, &[], &seen, &head);
    scene.refuses(&job, &now, &head);
}

#[test]
fn of_a_group_it_is_signed_for_what_the_group_is_built_on() {
    let scene = Scene::new(Forge::new());
    let forge = &scene.forge;
    let base = forge.id("main");
    forge.dev.git(["checkout", "-q", "--detach", "main"]);
    forge
        .dev
        .git(["merge", "-q", "--no-ff", "--no-edit", "feature"]);
    let head = forge.id("HEAD");
    let queue = format!("refs/heads/gh-readonly-queue/main/pr-7-{base}");
    forge.keep("HEAD", &queue);
    // The branch goes on: the group does not.
    forge.dev.git(["checkout", "-q", "main"]);
    let now = forge.dev.commit("Go on");
    forge.push("main");
    forge.checkout("main", Depth::One);
    let group = merge_group(&base, (&queue, &head));
    let job = github("merge_group", &head, &queue, group);
    scene.counts(&job, &[], &base, &head);
    scene.refuses(&job, &now, &head);
    scene.refuses(&job, &base, &forge.id("feature"));
}

#[test]
fn of_a_push_it_is_signed_for_what_the_branch_was() {
    let scene = Scene::new(Forge::new());
    let forge = &scene.forge;
    forge.dev.git(["checkout", "-q", "feature"]);
    let (main, before) = (forge.id("main"), forge.id("feature"));
    let head = forge.agent("src/core/other.c");
    forge.push("feature");
    forge.checkout("feature", Depth::Full);
    let job = push("feature", &before, &head);
    scene.counts(&job, &[], &before, &head);
    scene.refuses(&job, &main, &head);
    // Of the default branch too.
    forge.dev.git(["checkout", "-q", "main"]);
    let head = forge.agent("src/core/key.c");
    forge.push("main");
    forge.checkout("main", Depth::Full);
    let job = push("main", &main, &head);
    scene.counts(&job, &[], &main, &head);
    scene.refuses(&job, &before, &head);
}

#[test]
fn of_a_new_branch_it_is_signed_for_the_default_branchs_tip() {
    let scene = Scene::new(Forge::new());
    let forge = &scene.forge;
    let (main, head) = (forge.id("main"), forge.id("feature"));
    forge.checkout("feature", Depth::Full);
    let job = push("feature", ZEROS, &head);
    scene.counts(&job, &[], &main, &head);
    scene.refuses(&job, "none", &head);
}

#[test]
fn of_a_push_by_force_it_is_signed_for_the_default_branchs_tip_and_there_for_what_it_was() {
    let scene = Scene::new(Forge::new());
    let forge = &scene.forge;
    let (main, before) = (forge.id("main"), forge.id("feature"));
    forge.dev.git(["checkout", "-q", "feature"]);
    forge.dev.git(["reset", "-q", "--hard", "feature~1"]);
    let head = forge.dev.commit("Explain it again");
    forge.push("feature");
    forge.checkout("feature", Depth::Full);
    let job = push("feature", &before, &head);
    scene.counts(&job, &[], &main, &head);
    scene.refuses(&job, &before, &head);
    forge.dev.git(["checkout", "-q", "main"]);
    forge.dev.git(["reset", "-q", "--hard", "main~1"]);
    let head = forge.agent("src/core/key.c");
    forge.push("main");
    forge.checkout("main", Depth::Full);
    let job = push("main", &main, &head);
    scene.counts(&job, &[], &main, &head);
    scene.refuses(&job, &forge.id("main~1"), &head);
}

#[test]
fn of_a_tag_it_is_signed_for_the_default_branchs_tip_and_the_commit_of_the_tag() {
    let scene = Scene::new(Forge::new());
    let forge = &scene.forge;
    let args = ["tag", "-a", "-m", "Release", "v1", "feature"];
    forge.dev.git(args);
    forge.push("v1");
    forge.checkout("main", Depth::Full);
    let (main, tag, head) = (forge.id("main"), forge.id("v1"), forge.id("feature"));
    let payload = pushed("refs/tags/v1", ZEROS, &tag);
    let job = github("push", &tag, "refs/tags/v1", payload);
    scene.counts(&job, &[], &main, &head);
    scene.refuses(&job, "none", &head);
    scene.refuses(&job, &main, &tag);
}

#[test]
fn by_hand_and_by_the_clock_it_is_signed_for_the_default_branchs_tip_and_there_for_none() {
    let scene = Scene::new(Forge::new());
    let forge = &scene.forge;
    let last = forge.agent("src/core/other.c");
    forge.push("main");
    forge.checkout("feature", Depth::Full);
    let head = forge.id("feature");
    for event in ["workflow_dispatch", "schedule"] {
        let job = github(event, &head, "refs/heads/feature", payload(event));
        scene.counts(&job, &[], &last, &head);
        scene.refuses(&job, "none", &head);
        let job = github(event, &last, "refs/heads/main", payload(event));
        scene.counts(&job, &[], "none", &last);
        scene.refuses(&job, &forge.id("main~1"), &last);
    }
}

/// Where there is nothing before it, and so everything is judged.
#[test]
fn of_the_first_push_of_all_it_is_signed_for_none() {
    let scene = Scene::new(Forge::empty());
    let forge = &scene.forge;
    forge.dev.commit("Begin");
    let head = forge.agent("src/core/key.c");
    forge.push("main");
    forge.checkout("main", Depth::Full);
    let job = push("main", ZEROS, &head);
    scene.counts(&job, &[], "none", &head);
    scene.refuses(&job, &forge.id("main~1"), &head);
}

#[test]
fn a_file_that_is_none_is_no_pass() {
    let scene = Scene::new(Forge::new());
    let forge = &scene.forge;
    forge.checkout("main", Depth::Full);
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
    assert_eq!(scene.report(&job, &[]).code, 2);
    std::fs::write(scene.path("emergency.yml"), "it is urgent\n").unwrap();
    let report = scene.report(&job, &[]);
    assert_eq!((report.code, report.codes()[0]), (1, "emergency"));
}
