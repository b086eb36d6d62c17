//! Workflows run as GitHub runs them: a job's steps one after the other, an action by its own `action.yml`. Those that
//! docs/github.md shows are run here.

use std::collections::BTreeMap;
use std::path::Path;

use cordon::policy::yaml;
use serde_json::Value;

use crate::action;
use crate::forge::{Depth, Forge, Job, ZEROS, github};
use crate::payloads::{merge_group, pull_request, pushed};
use crate::rollout::policy_of_the_organisation;
use crate::support::said;
use crate::web::TOKEN;

pub(crate) fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// YAML as JSON.
pub(crate) fn parsed(text: &str) -> Value {
    let mut problems = Vec::new();
    let node = yaml::parse(0, text.as_bytes(), &yaml::Limits::REPOSITORY, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    serde_json::from_str(&yaml::canonical_json(&node.unwrap())).unwrap()
}

/// What the page shows in a language below a heading.
pub(crate) fn documented(heading: &str, language: &str) -> String {
    let page = file("docs/github.md");
    let (_, section) = page.split_once(&format!("\n{heading}\n")).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let (_, block) = section.split_once(&format!("\n```{language}\n")).unwrap();
    block.split("```").next().unwrap().to_owned()
}

/// The workflow that the page begins with.
pub(crate) fn first_workflow() -> Value {
    let page = file("docs/github.md");
    let (_, block) = page.split_once("\n```yaml\n").unwrap();
    parsed(block.split("```").next().unwrap())
}

/// The one job of a workflow, which bears its name in every event, has no condition, and so is never skipped.
pub(crate) fn job<'w>(workflow: &'w Value, name: &str) -> &'w Value {
    let jobs = workflow["jobs"].as_object().unwrap();
    assert_eq!(jobs.keys().collect::<Vec<_>>(), [name]);
    let job = &jobs[name];
    let shown = job.get("name").map_or(name, |name| name.as_str().unwrap());
    assert_eq!(shown, name, "the check's name");
    for key in ["if", "strategy", "needs"] {
        assert!(job.get(key).is_none(), "{key} of {name}");
    }
    job
}

pub(crate) fn events(workflow: &Value) -> Vec<&str> {
    let events = workflow["on"].as_object().unwrap();
    events.keys().map(String::as_str).collect()
}

/// What the steps of a job have given out, by their ids.
type Outputs = BTreeMap<String, BTreeMap<String, String>>;

/// What stands between `${{` and `}}`, of this event. A secret is its own name.
fn value(text: &str, payload: &Value, outputs: &Outputs) -> String {
    let Some(expression) = text.strip_prefix("${{ ") else {
        return text.to_owned();
    };
    let of = |part: &str| -> Option<String> {
        if let Some(name) = part.strip_prefix("secrets.") {
            return Some(name.to_owned());
        }
        if let Some(step) = part.strip_prefix("steps.") {
            let (id, name) = step.split_once(".outputs.").unwrap();
            return outputs.get(id)?.get(name).cloned();
        }
        if part == "github.token" {
            return Some(TOKEN.to_owned());
        }
        let path = part.strip_prefix("github.event.").unwrap();
        let pointer = format!("/{}", path.replace('.', "/"));
        Some(payload.pointer(&pointer)?.as_str()?.to_owned())
    };
    let parts = expression.strip_suffix(" }}").unwrap().split(" || ");
    parts.into_iter().find_map(of).unwrap_or_default()
}

/// Runs the steps of a job in turn, after a failure those alone that always run; the exit code of the one that failed,
/// and what was said.
pub(crate) fn run(forge: &Forge, steps: &Value, branch: &str, event: &Job) -> (i32, String) {
    let (mut ended, mut told) = (0, String::new());
    let mut outputs = Outputs::new();
    for step in steps.as_array().unwrap() {
        if ended != 0 && step["if"] != "always()" {
            continue;
        }
        let said = match step["uses"].as_str() {
            Some(uses) if uses.starts_with("actions/checkout@") => {
                let whole = step["with"]["fetch-depth"] == 0;
                let depth = if whole { Depth::Full } else { Depth::One };
                forge.checkout(branch, depth);
                continue;
            }
            Some(uses) => {
                assert_eq!(uses, "OWNER/cordon@COMMIT");
                let with = step.get("with").and_then(Value::as_object);
                let with = with.into_iter().flatten();
                let with: Vec<(&str, &str)> = with
                    .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
                    .collect();
                let ran = action::run(forge, event, &with);
                let id = step["id"].as_str().unwrap_or_default();
                outputs.insert(id.to_owned(), ran.outputs);
                ran.said
            }
            None => {
                let mut command = forge.in_job("bash", event);
                command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c"]);
                command.arg(step["run"].as_str().unwrap());
                for (name, text) in step["env"].as_object().into_iter().flatten() {
                    let text = text.as_str().unwrap();
                    command.env(name, value(text, &event.payload, &outputs));
                }
                said(&mut command)
            }
        };
        told += &(said.stdout + &said.stderr);
        ended = if ended == 0 { said.code } else { ended };
    }
    (ended, told)
}

/// An event about a branch, which a forge has beside `main`.
pub(crate) fn about(forge: &Forge, event: &str, branch: &str) -> Job {
    let (base, head) = (forge.id("main"), forge.id(branch));
    match event {
        "pull_request" => {
            forge.keep(branch, "refs/pull/7/head");
            let payload = pull_request(("main", &base), (branch, &head));
            github(event, ZEROS, "refs/pull/7/merge", payload)
        }
        "merge_group" => {
            let queue = "refs/heads/gh-readonly-queue/main/pr-7";
            let group = merge_group(&base, (queue, &head));
            github(event, &head, queue, group)
        }
        "push" => {
            let payload = pushed("refs/heads/main", &base, &head);
            forge
                .dev
                .git(["push", "-q", "origin", &format!("{branch}:main")]);
            github(event, &head, "refs/heads/main", payload)
        }
        other => panic!("{other}"),
    }
}

/// A branch on which an agent changed a file, from `main`.
fn changed(forge: &Forge, path: &str) {
    forge.dev.git(["checkout", "-q", "-B", "change", "main"]);
    forge.agent(path);
    forge.push("change");
}

/// Judges changes of these files by a workflow's only job, at each event that starts it: what it must end with.
pub(crate) fn judges(forge: &Forge, workflow: &Value, wanted: &[(&str, i32)]) {
    let steps = &job(workflow, "cordon")["steps"];
    for (path, code) in wanted {
        changed(forge, path);
        for event in events(workflow) {
            let about = about(forge, event, "change");
            let branch = if event == "push" { "main" } else { "change" };
            let (ended, told) = run(forge, steps, branch, &about);
            assert_eq!(ended, *code, "{event} {path}: {told}");
            assert_eq!(told.contains("zone-agent"), *code == 1, "{event}: {told}");
            forge.push("main");
        }
    }
}

#[test]
fn the_first_workflow_of_the_page_judges_every_event_that_starts_it() {
    let workflow = first_workflow();
    assert_eq!(events(&workflow), ["merge_group", "pull_request", "push"]);
    judges(
        &Forge::new(),
        &workflow,
        &[("docs/guide.md", 0), ("src/core/key.c", 1)],
    );
}

#[test]
fn the_command_without_the_action_is_the_same() {
    let steps = parsed(&documented("## Without the action", "yaml"));
    let forge = Forge::new();
    for (path, code) in [("docs/guide.md", 0), ("src/core/key.c", 1)] {
        changed(&forge, path);
        let about = about(&forge, "pull_request", "change");
        forge.checkout("main", Depth::One);
        let (ended, told) = run(&forge, &steps, "main", &about);
        assert_eq!(ended, code, "{told}");
    }
}

#[test]
fn the_step_before_lets_git_have_a_token_for_the_policy_alone() {
    let steps = parsed(&documented("## A policy in Git", "yaml"));
    let forge = Forge::new();
    let about = about(&forge, "pull_request", "feature");
    forge.checkout("main", Depth::One);
    let (code, told) = run(&forge, &steps, "main", &about);
    assert_eq!(code, 0, "{told}");
    let asked = |name: &str| {
        let address = format!("https://github.com/acme/{name}");
        let said = forge.dev.git(["ls-remote", "--get-url", &address]);
        said.stdout.trim().to_owned()
    };
    let token = "https://x-access-token:POLICY_TOKEN@github.com/acme/agent-policy";
    assert_eq!(asked("agent-policy"), token);
    assert_eq!(asked("radio"), "https://github.com/acme/radio");
    // A fork's job has no secret: it asks as nobody, which is enough where the policy is public.
    let fork = Forge::new();
    let step = steps[0]["run"].as_str().unwrap();
    let said = fork.dev.shell(&format!("export TOKEN=; set -e; {step}"));
    assert_eq!(said.code, 0, "{said:?}");
    let said = fork.dev.try_git(["config", "--global", "--list"]);
    assert!(!said.stdout.contains("insteadof"), "{said:?}");
}

#[test]
fn a_later_step_reads_what_the_action_gives_out() {
    let steps = parsed(&documented("## Inputs and outputs", "yaml"));
    let forge = Forge::new();
    for (path, told) in [
        ("docs/guide.md", "pass, 0 of 0 findings block"),
        ("src/core/key.c", "fail, 1 of 1 findings block"),
    ] {
        changed(&forge, path);
        let about = about(&forge, "pull_request", "change");
        forge.checkout("main", Depth::One);
        let (code, said) = run(&forge, &steps, "main", &about);
        assert_eq!(code, i32::from(path.starts_with("src")), "{said}");
        let (_, rest) = said
            .split_once(&format!("{told}; the report is "))
            .unwrap_or_else(|| panic!("{said}"));
        let report = std::fs::read_to_string(rest.lines().next().unwrap()).unwrap();
        assert!(report.contains("cordon.report/v1"), "{report}");
    }
}

/// A repository that names its organisation's policy in Git, and a runner that has fetched nothing yet.
#[test]
fn a_job_of_ones_own_fetches_what_the_locks_say() {
    let lines = documented("## A policy in Git", "sh");
    let forge = Forge::empty();
    let dev = &forge.dev;
    policy_of_the_organisation(&forge);
    let policy =
        "cordon: 1\nextends: [{git: \"https://github.com/acme/agent-policy\", ref: main}]\n";
    dev.write(".cordon.yml", policy);
    let said = dev.cordon(["policy", "update"]);
    assert_eq!(said.code, 0, "{said:?}");
    dev.commit("Name the policy");
    forge.push("main");
    let ends = |path: &str, script: &str, runner: &str| {
        changed(&forge, path);
        forge.checkout("change", Depth::Full);
        let mut command = forge.in_job("sh", &Job::default());
        command
            .args(["-ec", script])
            .env("BASE", forge.id("main"))
            .env("HEAD", forge.id("change"))
            .env("XDG_CACHE_HOME", dev.outside(runner));
        crate::support::said(&mut command)
    };
    let check = lines.lines().last().unwrap();
    let said = ends("README.md", check, "first");
    assert_eq!(said.code, 2, "{said:?}");
    assert_eq!(ends("README.md", &lines, "second").code, 0);
    let said = ends("docs/guide.md", &lines, "third");
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.stdout.contains("zone-agent"), "{said:?}");
}
