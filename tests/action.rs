//! The GitHub action's script: how it brings Cordon, what it asks, and what it makes of the answer. A stand-in for the
//! `cordon` binary writes down its arguments. With the real one the action runs in `tests/ci/action.rs`.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[path = "action/release.rs"]
mod release;

/// A folder to run in, and a stand-in for Cordon.
struct Runner {
    dir: tempfile::TempDir,
    verdict: &'static str,
    code: u8,
}

/// What a run of the action left behind.
struct Ran {
    code: i32,
    log: String,
    outputs: String,
    /// Arguments of `cordon`, one a line; empty where it was not called.
    arguments: String,
    /// What it saw, one variable a line.
    environment: String,
}

impl Runner {
    fn new() -> Self {
        let runner = Self {
            dir: tempfile::tempdir().unwrap(),
            verdict: "pass",
            code: 0,
        };
        fs::create_dir(runner.path("work")).unwrap();
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs the action with the variables that `action.yml` sets, each as by default but those given.
    fn run(&self, given: &[(&str, &str)]) -> Ran {
        for name in ["outputs", "arguments", "environment"] {
            let _ = fs::remove_file(self.path(name));
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = isolated("bash", &self.path("work"));
        command.arg(root.join("action.sh"));
        for name in declared_variables(root) {
            command.env(name, "");
        }
        let output = command
            .env("INPUT_FORMAT", "full")
            .env("INPUT_FETCH", "true")
            .env("INPUT_ANNOTATIONS", "true")
            .env("INPUT_SUMMARY", "true")
            .env("INPUT_WORKING_DIRECTORY", ".")
            .env("INPUT_VERSION", "system")
            .env("GITHUB_ACTION_PATH", root)
            .env("GITHUB_OUTPUT", self.path("outputs"))
            .env("RUNNER_TEMP", self.dir.path())
            .env("STAND_IN", self.dir.path())
            .env("STAND_IN_VERDICT", self.verdict)
            .env("STAND_IN_CODE", self.code.to_string())
            .envs(given.iter().copied())
            .output()
            .unwrap();
        self.ran(&output)
    }

    /// No verdict, nothing was run, and the log says why.
    fn refuses(&self, given: &[(&str, &str)], why: &str) -> Ran {
        let ran = self.run(given);
        assert_eq!((ran.code, &*ran.arguments), (2, ""), "{why}: {}", ran.log);
        assert!(ran.log.contains(why), "{why}: {}", ran.log);
        assert!(ran.outputs.contains("verdict=incomplete\nexit-code=2\n"));
        ran
    }

    fn ran(&self, output: &Output) -> Ran {
        let read = |name| fs::read_to_string(self.path(name)).unwrap_or_default();
        Ran {
            code: output.status.code().unwrap(),
            log: String::from_utf8_lossy(&[&*output.stdout, &*output.stderr].concat()).into_owned(),
            outputs: read("outputs"),
            arguments: read("arguments"),
            environment: read("environment"),
        }
    }
}

/// A command that sees neither the developer's Git configuration nor a Git hook's variables.
fn isolated(program: &str, directory: &Path) -> Command {
    let stand_in = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/action");
    let mut command = Command::new(program);
    command
        .current_dir(directory)
        .env_clear()
        .env("PATH", format!("{stand_in}:/usr/local/bin:/usr/bin:/bin"))
        .env("HOME", directory.parent().unwrap())
        .env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

/// The variables that the action's step sets. Those it forgets are unset, and the script fails.
fn declared_variables(root: &Path) -> Vec<String> {
    let action = fs::read_to_string(root.join("action.yml")).unwrap();
    let names: Vec<String> = action
        .lines()
        .filter_map(|line| line.trim().split_once(": ${{ "))
        .map(|(name, _)| name.to_owned())
        .filter(|name| {
            name.chars()
                .all(|letter| letter.is_ascii_uppercase() || letter == '_')
        })
        .collect();
    assert!(names.len() > 10, "{names:?}");
    names
}

#[test]
fn the_inputs_are_whole_words_of_one_call() {
    let runner = Runner::new();
    let given = [
        ("INPUT_BASE", "--all\n::warning::x"),
        ("INPUT_HEAD", "HEAD"),
        ("INPUT_POLICY", "a $(touch pwned) policy.yml"),
        ("INPUT_APPROVALS", "reviews.json"),
        ("INPUT_SARIF_FILE", "a b.sarif"),
        ("INPUT_ARGS", "-v\n--jobs 1 *"),
    ];
    let ran = runner.run(&given);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(
        ran.arguments
            .starts_with("ci\n--format\nfull\n--output\njson=/")
    );
    let end = "/report.sarif\n--output\nsarif=a b.sarif\n--base=--all\n::warning::x\n--head=HEAD\n\
               --policy=a $(touch pwned) policy.yml\n--approvals=reviews.json\n--fetch\n-v\n--jobs\n1\n*\n";
    assert!(ran.arguments.ends_with(end), "{}", ran.arguments);
    assert!(ran.outputs.contains("\nsarif-file=a b.sarif\n"));
    assert!(ran.outputs.contains("cordon-version=7.8.9\n"));
}

#[test]
fn what_is_not_given_is_no_argument_and_a_switch_is_true_or_false() {
    let runner = Runner::new();
    let ran = runner.run(&[("INPUT_FETCH", "false")]);
    let lines: Vec<&str> = ran.arguments.lines().collect();
    assert_eq!(lines[..4], ["ci", "--format", "full", "--output"]);
    assert_eq!(lines.len(), 5, "{lines:?}");
    let off = [("INPUT_ANNOTATIONS", "false"), ("INPUT_SUMMARY", "false")];
    let ran = runner.run(&off);
    let end = "--fetch\n--no-annotations\n--no-summary\n";
    assert!(ran.arguments.ends_with(end), "{}", ran.arguments);
    for name in ["INPUT_FETCH", "INPUT_ANNOTATIONS", "INPUT_SUMMARY"] {
        runner.refuses(&[(name, "yes")], "is \"true\" or \"false\", not \"yes\"");
    }
}

#[test]
fn the_code_fails_the_step_and_no_report_is_no_verdict() {
    let mut runner = Runner::new();
    for (verdict, code) in [("pass", 0), ("fail", 1), ("incomplete", 2), ("fail", 0)] {
        (runner.verdict, runner.code) = (verdict, code);
        let ran = runner.run(&[]);
        assert_eq!(ran.code, i32::from(code), "{}", ran.log);
        assert!(ran.outputs.starts_with("report-file=/"), "{}", ran.outputs);
    }
    for code in [0, 1, 101] {
        (runner.verdict, runner.code) = ("", code);
        let ran = runner.run(&[]);
        assert_eq!(ran.code, 2, "{}", ran.log);
        assert_eq!(
            ran.outputs,
            "verdict=incomplete\nexit-code=2\nreport-file=\n"
        );
    }
}

#[test]
fn a_sarif_file_that_cordon_did_not_write_is_not_given_out() {
    let runner = Runner::new();
    fs::write(runner.path("work/a.sarif"), "of the change").unwrap();
    let asked = ("INPUT_SARIF_FILE", "a.sarif");
    let ran = runner.run(&[asked, ("STAND_IN_NO_SARIF", "yes")]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(ran.outputs.contains("\nsarif-file=\n"), "{}", ran.outputs);
    let ran = runner.run(&[asked]);
    assert!(ran.outputs.contains("\nsarif-file=a.sarif\n"));
}

#[test]
fn a_message_of_the_action_is_one_line() {
    let runner = Runner::new();
    let given = [("INPUT_WORKING_DIRECTORY", "no%\r\n::warning::x")];
    let ran = runner.refuses(&given, "no directory no%25%0D%0A::warning::x");
    assert!(!ran.log.contains("\n::warning"), "{}", ran.log);
}

#[test]
fn a_missing_cordon_is_no_pass() {
    let runner = Runner::new();
    runner.refuses(&[("PATH", "/usr/bin:/bin")], "no cordon on the path");
}

#[test]
fn the_token_is_for_git_alone_and_where_nothing_is_fetched_for_nobody() {
    let runner = Runner::new();
    let given = [
        ("INPUT_TOKEN", "ghs_of-the-job"),
        ("SERVER_URL", "https://github.com"),
    ];
    let shown = "eC1hY2Nlc3MtdG9rZW46Z2hzX29mLXRoZS1qb2I=";
    let hides = |text: &str| !text.contains("ghs_of") && !text.contains(shown);
    let ran = runner.run(&given);
    assert_eq!(ran.code, 0, "{}", ran.log);
    let seen: Vec<&str> = ran.environment.lines().collect();
    let header = format!("GIT_CONFIG_VALUE_1=AUTHORIZATION: basic {shown}");
    for one in [
        "GIT_CONFIG_COUNT=2",
        "GIT_CONFIG_KEY_0=http.https://github.com/.extraheader",
        "GIT_CONFIG_VALUE_0=",
        "GIT_CONFIG_KEY_1=http.https://github.com/.extraheader",
        &header,
    ] {
        assert!(seen.contains(&one), "{one}: {seen:?}");
    }
    assert!(hides(&ran.environment.replace(&header, "")));
    let version = fs::read_to_string(runner.path("version-environment")).unwrap();
    assert!(version.contains("PATH=") && hides(&version), "{version}");
    for told in [&ran.arguments, &ran.log, &ran.outputs] {
        assert!(hides(told), "{told}");
    }
    for off in [
        ("INPUT_FETCH", "false"),
        ("INPUT_TOKEN", ""),
        ("SERVER_URL", ""),
    ] {
        let ran = runner.run(&[&given[..], &[off]].concat());
        assert_eq!(ran.code, 0, "{}", ran.log);
        assert!(hides(&ran.environment), "{off:?}");
        assert!(!ran.environment.contains("GIT_CONFIG_COUNT"), "{off:?}");
    }
}

/// The build runs programs of other people.
#[test]
fn the_build_does_not_see_the_token() {
    let runner = Runner::new();
    let bin = runner.path("bin");
    fs::create_dir(&bin).unwrap();
    let seen = runner.path("seen");
    let cargo = format!("#!/bin/sh\nenv >{}\nexit 1\n", seen.display());
    fs::write(bin.join("cargo"), cargo).unwrap();
    let chmod = Command::new("chmod")
        .arg("755")
        .arg(bin.join("cargo"))
        .status();
    assert!(chmod.unwrap().success());
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let given = [
        ("PATH", &*path),
        ("INPUT_VERSION", "source"),
        ("INPUT_TOKEN", "ghs_of-the-job"),
        ("SERVER_URL", "https://github.com"),
    ];
    runner.refuses(&given, "Cordon could not be built");
    let seen = fs::read_to_string(seen).unwrap();
    assert!(
        seen.contains("INPUT_VERSION=source") && !seen.contains("ghs_of"),
        "{seen}"
    );
}
