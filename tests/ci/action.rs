//! The composite action, run step by step as a runner does: by what `action.yml` says, with the real program on the path.

use std::collections::BTreeMap;
use std::path::Path;

use crate::forge::{Depth, Forge, Job, ZEROS, github, pull_request};
use crate::support::{CORDON, Said, said};
use crate::web::{SHOWN, TOKEN};

/// The defaults of the inputs and the variables of the step, as `action.yml` has them.
struct Action {
    defaults: BTreeMap<String, String>,
    variables: Vec<(String, String)>,
    run: String,
}

impl Action {
    fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml");
        let text = std::fs::read_to_string(path).unwrap();
        let (inputs, rest) = text.split_once("\noutputs:\n").unwrap();
        let mut defaults = BTreeMap::new();
        let mut input = String::new();
        for line in inputs.lines() {
            if let Some(value) = line.strip_prefix("    default: ") {
                defaults.insert(input.clone(), value.trim_matches('"').to_owned());
            } else if let Some(name) = line
                .strip_prefix("  ")
                .and_then(|line| line.strip_suffix(':'))
            {
                name.trim().clone_into(&mut input);
            }
        }
        let (_, step) = rest.split_once("\n      run: ").unwrap();
        let (run, variables) = step.split_once('\n').unwrap();
        let of = |line: &str| {
            let (name, value) = line.trim().split_once(": ${{ ")?;
            Some((name.to_owned(), value.strip_suffix(" }}")?.to_owned()))
        };
        Self {
            defaults,
            variables: variables.lines().filter_map(of).collect(),
            run: run.trim_matches('\'').to_owned(),
        }
    }

    /// What an expression of the step is with these inputs, in this job.
    fn value(&self, expression: &str, with: &[(&str, &str)], job: &Job) -> String {
        let Some(input) = expression.strip_prefix("inputs.") else {
            let server = || job.env.iter().find(|(name, _)| name == "GITHUB_SERVER_URL");
            return match expression {
                // Of a checkout the action comes from no repository.
                "github.action_repository" => String::new(),
                "github.server_url" => server().map(|(_, value)| value.clone()).unwrap_or_default(),
                "github.token" => TOKEN.to_owned(),
                other => panic!("{other}"),
            };
        };
        if let Some((_, value)) = with.iter().find(|(name, _)| *name == input) {
            return (*value).to_owned();
        }
        let default = self.defaults.get(input);
        let default = default.unwrap_or_else(|| panic!("no input {input}"));
        let inner = default
            .strip_prefix("${{ ")
            .and_then(|inner| inner.strip_suffix(" }}"));
        inner.map_or_else(|| default.clone(), |inner| self.value(inner, with, job))
    }
}

/// What a run of the action left behind.
pub(crate) struct Ran {
    pub(crate) said: Said,
    pub(crate) outputs: BTreeMap<String, String>,
    summary: String,
}

/// Runs the action in a job, of the program on the path.
pub(crate) fn run(forge: &Forge, job: &Job, with: &[(&str, &str)]) -> Ran {
    let action = Action::read();
    let with = [&[("version", "system")], with].concat();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (outputs, summary) = (forge.dev.outside("outputs"), forge.dev.outside("summary"));
    for path in [&outputs, &summary] {
        let _ = std::fs::remove_file(path);
    }
    let mut command = forge.in_job("bash", job);
    command.args([
        "--noprofile",
        "--norc",
        "-eo",
        "pipefail",
        "-c",
        &action.run,
    ]);
    for (name, expression) in &action.variables {
        command.env(name, action.value(expression, &with, job));
    }
    command.env("GITHUB_ACTION_PATH", root);
    command
        .env("GITHUB_OUTPUT", &outputs)
        .env("GITHUB_STEP_SUMMARY", &summary);
    command.env("RUNNER_TEMP", forge.dev.outside(""));
    let said = said(&mut command);
    let lines = std::fs::read_to_string(outputs).unwrap_or_default();
    let summary = std::fs::read_to_string(summary).unwrap_or_default();
    for told in [&lines, &summary, &said.stdout, &said.stderr] {
        assert!(!told.contains(TOKEN) && !told.contains(SHOWN), "{told}");
    }
    let pairs = lines.lines().map(|line| line.split_once('=').unwrap());
    Ran {
        said,
        outputs: pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        summary,
    }
}

/// A forge with a pull request from a branch, checked out as GitHub's action does by default.
fn requested(branch: &str) -> (Forge, Job) {
    let forge = Forge::new();
    if branch != "feature" {
        forge.dev.git(["checkout", "-q", "-b", branch, "main"]);
        forge.agent("docs/guide.md");
        forge.push(branch);
    }
    forge.keep(branch, "refs/pull/7/head");
    forge.checkout("main", Depth::One);
    let payload = pull_request(("main", &forge.id("main")), (branch, &forge.id(branch)));
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
    (forge, job)
}

#[test]
fn a_pull_request_that_must_pass_does() {
    let (forge, job) = requested("docs");
    let ran = run(&forge, &job, &[]);
    assert_eq!(ran.said.code, 0, "{}{}", ran.said.stdout, ran.said.stderr);
    let outputs = &ran.outputs;
    let wanted = [
        ("verdict", "pass"),
        ("exit-code", "0"),
        ("blocked", "0"),
        ("sarif-file", ""),
    ];
    for (name, value) in wanted {
        assert_eq!(outputs[name], value, "{name}");
    }
    assert_eq!(outputs["base"], forge.id("main"));
    assert_eq!(outputs["head"], forge.id("docs"));
    assert_eq!(outputs["cordon-version"], env!("CARGO_PKG_VERSION"));
    let report = std::fs::read_to_string(&outputs["report-file"]).unwrap();
    assert!(report.contains("cordon.report/v1"));
    assert!(ran.summary.contains("pass"), "{}", ran.summary);
}

#[test]
fn a_pull_request_that_must_fail_does() {
    let (forge, job) = requested("feature");
    let sarif = forge.dev.outside("cordon.sarif");
    let ran = run(&forge, &job, &[("sarif-file", sarif.to_str().unwrap())]);
    assert_eq!(ran.said.code, 1, "{}", ran.said.stderr);
    for (name, value) in [("verdict", "fail"), ("exit-code", "1"), ("blocked", "1")] {
        assert_eq!(ran.outputs[name], value, "{name}");
    }
    assert!(
        ran.said.stdout.contains("\n::error file=src/core/key.c"),
        "{}",
        ran.said.stdout
    );
    assert!(ran.summary.contains("zone-agent"), "{}", ran.summary);
    assert!(
        std::fs::read_to_string(sarif)
            .unwrap()
            .contains("zone-agent")
    );
    let quiet = [("annotations", "false"), ("summary", "false")];
    let ran = run(&forge, &job, &quiet);
    assert!(!ran.said.stdout.contains("::error"), "{}", ran.said.stdout);
    assert_eq!((ran.said.code, &*ran.summary), (1, ""));
}

#[test]
fn a_sarif_file_of_the_change_is_not_given_out_as_cordons() {
    let (forge, job) = requested("feature");
    let checkout = forge.dev.outside("checkout");
    std::fs::write(checkout.join("fake.sarif"), "{\"forged\":1}").unwrap();
    std::os::unix::fs::symlink("fake.sarif", checkout.join("cordon.sarif")).unwrap();
    for (name, given) in [("cordon.sarif", ""), ("fake.sarif", "fake.sarif")] {
        let ran = run(&forge, &job, &[("sarif-file", name)]);
        assert_eq!(ran.said.code, 1, "{:?}", ran.said);
        assert_eq!(ran.outputs["sarif-file"], given);
    }
    let written = std::fs::read_to_string(checkout.join("fake.sarif")).unwrap();
    assert!(!written.contains("forged") && written.contains("zone-agent"));
}

#[test]
fn what_may_not_be_fetched_is_no_pass_and_what_is_said_wrongly_is_none() {
    let (forge, job) = requested("docs");
    let ran = run(&forge, &job, &[("fetch", "false")]);
    assert_eq!((ran.said.code, &*ran.outputs["verdict"]), (2, "incomplete"));
    assert!(
        ran.said.stdout.contains("fetch-depth: 0"),
        "{}",
        ran.said.stdout
    );
    for with in [
        ("format", "cvs"),
        ("args", "--no-such-option"),
        ("policy", "no/such/policy.yml"),
    ] {
        let ran = run(&forge, &job, &[with]);
        assert_eq!(
            (ran.said.code, &*ran.outputs["verdict"]),
            (2, "incomplete"),
            "{with:?}"
        );
    }
    assert!(Path::new(CORDON).exists());
}

#[test]
fn every_output_that_is_promised_is_given() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let names = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("value: ${{ steps.check.outputs."));
    let names: Vec<&str> = names.map(|name| name.trim_end_matches(" }}")).collect();
    let (forge, job) = requested("docs");
    let given: Vec<String> = run(&forge, &job, &[]).outputs.into_keys().collect();
    assert_eq!(names.len(), 10);
    assert!(
        names.iter().all(|name| given.iter().any(|one| one == name)),
        "{names:?} {given:?}"
    );
}
