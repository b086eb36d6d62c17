//! The GitHub action's script, run on real repositories as a runner runs it. A stand-in for the
//! `cordon` binary writes down its arguments: what is tested is the range, the outputs, and that
//! nothing from a commit becomes a workflow command.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[path = "action/release.rs"]
mod release;

const ZEROS: &str = "0000000000000000000000000000000000000000";

/// A repository with an `origin` whose default branch is `main`, and a stand-in for Cordon.
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
    summary: String,
    /// Arguments of `cordon`, one a line; empty where it was not called.
    arguments: String,
}

impl Runner {
    fn new() -> Self {
        let runner = Self {
            dir: tempfile::tempdir().unwrap(),
            verdict: "pass",
            code: 0,
        };
        fs::create_dir(runner.path("work")).unwrap();
        runner.git(&["init", "-q", "-b", "main"]);
        runner.commit("first");
        runner.set_trunk("HEAD");
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = isolated("git", &self.path("work"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self, subject: &str) -> String {
        self.git(&["commit", "-q", "--allow-empty", "-m", subject]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn set_trunk(&self, revision: &str) {
        self.git(&["update-ref", "refs/remotes/origin/main", revision]);
    }

    /// Runs the action with the variables that `action.yml` sets, all empty but those given.
    fn run(&self, event: &str, given: &[(&str, &str)]) -> Ran {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = isolated("bash", &self.path("work"));
        command.arg(root.join("action.sh"));
        for name in declared_variables(root) {
            command.env(name, "");
        }
        let output = command
            .env("INPUT_FORMAT", "full")
            .env("INPUT_WORKING_DIRECTORY", ".")
            .env("INPUT_VERSION", "system")
            .env("DEFAULT_BRANCH", "main")
            .env("GITHUB_EVENT_NAME", event)
            .env("GITHUB_SHA", self.git(&["rev-parse", "HEAD"]))
            .env("GITHUB_ACTION_PATH", root)
            .env("GITHUB_OUTPUT", self.path("outputs"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("RUNNER_TEMP", self.dir.path())
            .env("STAND_IN", self.dir.path())
            .env("STAND_IN_VERDICT", self.verdict)
            .env("STAND_IN_CODE", self.code.to_string())
            .envs(given.iter().copied())
            .output()
            .unwrap();
        self.ran(&output)
    }

    fn ran(&self, output: &Output) -> Ran {
        let read = |name| fs::read_to_string(self.path(name)).unwrap_or_default();
        Ran {
            code: output.status.code().unwrap(),
            log: String::from_utf8_lossy(&[&*output.stdout, &*output.stderr].concat()).into_owned(),
            outputs: read("outputs"),
            summary: read("summary"),
            arguments: read("arguments"),
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
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Dev")
        .env("GIT_AUTHOR_EMAIL", "dev@example.com")
        .env("GIT_COMMITTER_NAME", "Dev")
        .env("GIT_COMMITTER_EMAIL", "dev@example.com");
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
fn a_pull_request_is_judged_from_its_base_to_its_head_and_not_at_the_merge_commit() {
    let runner = Runner::new();
    let base = runner.git(&["rev-parse", "HEAD"]);
    let head = runner.commit("change");
    runner.commit("what GitHub merged");
    let ran = runner.run(
        "pull_request",
        &[("PULL_BASE", &base), ("PULL_HEAD", &head)],
    );
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(
        ran.arguments
            .starts_with(&format!("check\n--range\n{base}..{head}\n--format\nfull\n"))
    );
    assert!(ran.arguments.contains("\n--output\njson=/"));
    assert!(
        ran.outputs
            .contains("verdict=pass\nexit-code=0\nreport-file=/"),
        "{}",
        ran.outputs
    );
}

#[test]
fn a_merge_group_has_a_range_of_its_own() {
    let runner = Runner::new();
    let base = runner.git(&["rev-parse", "HEAD"]);
    let head = runner.commit("change");
    let ran = runner.run(
        "merge_group",
        &[("GROUP_BASE", &base), ("GROUP_HEAD", &head)],
    );
    assert!(
        ran.arguments.contains(&format!("{base}..{head}\n")),
        "{}",
        ran.log
    );
}

#[test]
fn a_base_that_is_not_there_is_no_pass_and_says_what_mends_it() {
    let runner = Runner::new();
    let head = runner.commit("change");
    let gone = "1234567890123456789012345678901234567890";
    let ran = runner.run("pull_request", &[("PULL_BASE", gone), ("PULL_HEAD", &head)]);
    assert_eq!(ran.code, 2);
    assert!(ran.log.contains("fetch-depth: 0"), "{}", ran.log);
    assert_eq!(
        ran.outputs,
        "verdict=incomplete\nexit-code=2\nreport-file=\n"
    );
    assert_eq!(ran.arguments, "");
}

#[test]
fn no_base_zeros_and_an_empty_range_are_no_pass() {
    let runner = Runner::new();
    let head = runner.commit("change");
    for base in ["", ZEROS, &head] {
        let ran = runner.run("pull_request", &[("PULL_BASE", base), ("PULL_HEAD", &head)]);
        assert_eq!((ran.code, &*ran.arguments), (2, ""), "{base}: {}", ran.log);
    }
}

#[test]
fn a_push_is_judged_from_what_was_there_before() {
    let runner = Runner::new();
    let before = runner.git(&["rev-parse", "HEAD"]);
    let after = runner.commit("change");
    runner.set_trunk("HEAD");
    let ran = runner.run("push", &[("PUSH_BEFORE", &before), ("PUSH_AFTER", &after)]);
    assert!(
        ran.arguments.contains(&format!("{before}..{after}\n")),
        "{}",
        ran.log
    );
}

#[test]
fn a_new_branch_is_judged_by_the_tip_of_the_default_branch() {
    let runner = Runner::new();
    let fork = runner.git(&["rev-parse", "HEAD"]);
    // The default branch went on, perhaps to its first policy.
    let tip = runner.commit("a policy");
    runner.set_trunk("HEAD");
    runner.git(&["checkout", "-q", "--detach", &fork]);
    let head = runner.commit("change");
    for before in [ZEROS, "1234567890123456789012345678901234567890"] {
        let ran = runner.run("push", &[("PUSH_BEFORE", before), ("PUSH_AFTER", &head)]);
        assert!(
            ran.arguments.contains(&format!("{tip}..{head}\n")),
            "{}",
            ran.log
        );
    }
}

#[test]
fn where_no_commit_is_new_all_the_history_is_judged() {
    let runner = Runner::new();
    let first = runner.git(&["rev-parse", "HEAD"]);
    let ran = runner.run("push", &[("PUSH_BEFORE", ZEROS), ("PUSH_AFTER", &first)]);
    assert!(ran.arguments.starts_with("check\n--all\n"), "{}", ran.log);
    let ran = runner.run("schedule", &[("DEFAULT_BRANCH", "")]);
    assert!(ran.arguments.starts_with("check\n--all\n"), "{}", ran.log);
}

#[test]
fn a_deleted_branch_and_an_unknown_event_are_no_pass() {
    let runner = Runner::new();
    let before = runner.git(&["rev-parse", "HEAD"]);
    for (event, given) in [
        (
            "push",
            vec![("PUSH_BEFORE", &*before), ("PUSH_AFTER", ZEROS)],
        ),
        ("workflow_run", vec![]),
        ("issue_comment", vec![("INPUT_BASE", &*before)]),
    ] {
        let ran = runner.run(event, &given);
        assert_eq!((ran.code, &*ran.arguments), (2, ""), "{event}: {}", ran.log);
    }
}

#[test]
fn the_inputs_come_before_the_event_and_stay_whole_words() {
    let runner = Runner::new();
    runner.commit("between");
    let head = runner.commit("change");
    let between = runner.git(&["rev-parse", "HEAD~1"]);
    let given = [
        ("INPUT_BASE", "HEAD~1"),
        ("PULL_HEAD", &*head),
        ("INPUT_POLICY", "a $(touch pwned) policy.yml"),
        ("INPUT_ARGS", "-v\n--jobs 1 *"),
    ];
    let ran = runner.run("pull_request", &given);
    assert!(
        ran.arguments.contains(&format!("{between}..{head}\n")),
        "{}",
        ran.log
    );
    let end = "--policy\na $(touch pwned) policy.yml\n-v\n--jobs\n1\n*\n";
    assert!(ran.arguments.ends_with(end), "{}", ran.arguments);
}

#[test]
fn a_revision_is_never_an_option_and_a_message_is_one_line() {
    let runner = Runner::new();
    let ran = runner.run(
        "push",
        &[
            ("INPUT_BASE", "--all\n::warning::x"),
            ("PUSH_AFTER", "HEAD"),
        ],
    );
    assert_eq!(ran.code, 2);
    assert!(
        ran.log.contains("base --all%0A::warning::x is not"),
        "{}",
        ran.log
    );
    assert!(!ran.log.contains("\n::warning"), "{}", ran.log);
}

#[test]
fn the_report_gives_the_verdict_and_the_code_fails_the_step() {
    let mut runner = Runner::new();
    let base = runner.git(&["rev-parse", "HEAD"]);
    let head = runner.commit("change");
    for (verdict, code, said, exit) in [
        ("fail", 1, "fail", 1),
        ("fail", 0, "fail", 0), // --exit-zero
        ("incomplete", 2, "incomplete", 2),
        ("", 0, "incomplete", 2),
    ] {
        (runner.verdict, runner.code) = (verdict, code);
        let _ = fs::remove_file(runner.path("outputs"));
        let ran = runner.run(
            "pull_request",
            &[("PULL_BASE", &base), ("PULL_HEAD", &head)],
        );
        assert_eq!(ran.code, exit, "{}", ran.log);
        let outputs = format!("verdict={said}\nexit-code={exit}\n");
        assert!(ran.outputs.starts_with(&outputs), "{}", ran.outputs);
    }
}

#[test]
fn text_of_a_commit_is_neither_a_workflow_command_nor_markup() {
    let runner = Runner::new();
    let base = runner.git(&["rev-parse", "HEAD"]);
    let head = runner.commit("change");
    let ran = runner.run(
        "pull_request",
        &[("PULL_BASE", &base), ("PULL_HEAD", &head)],
    );
    let (_, after) = ran.log.split_once("::stop-commands::").unwrap();
    let (token, after) = after.split_once('\n').unwrap();
    assert_eq!(token.len(), 32, "{token}");
    assert!(after.starts_with("::add-mask::x\n"), "{after}");
    assert!(after.contains(&format!("\n::{token}::\n")), "{after}");
    assert!(
        ran.summary.contains("&lt;b&gt;&amp;amp;&lt;/b&gt;"),
        "{}",
        ran.summary
    );
}

#[test]
fn a_missing_cordon_is_no_pass() {
    let runner = Runner::new();
    let ran = runner.run("schedule", &[("PATH", "/usr/bin:/bin")]);
    assert_eq!(ran.code, 2, "{}", ran.log);
    assert!(ran.log.contains("no cordon on the path"), "{}", ran.log);
}

impl Runner {
    /// What was asked for since the last time, one command a line.
    fn fetched(&self) -> String {
        let told = fs::read_to_string(self.path("fetched")).unwrap_or_default();
        let _ = fs::remove_file(self.path("fetched"));
        told
    }

    /// A commit that has a lock, and the next one.
    fn locked(&self) -> (String, String) {
        fs::write(self.path("work/.cordon.lock"), "x").unwrap();
        self.git(&["add", "-A"]);
        (self.commit("lock"), self.commit("next"))
    }
}

const ADDRESS: &str = "https://host/policy.git#main";
const ID: &str = "1234567890123456789012345678901234567890";

#[test]
fn what_the_check_reads_is_fetched_before_it() {
    let runner = Runner::new();
    let base = runner.git(&["rev-parse", "HEAD"]);
    let (head, next) = runner.locked();
    let pull = [("PULL_BASE", base.as_str()), ("PULL_HEAD", head.as_str())];
    // Where nothing is locked nothing is fetched; what fails is left to the check to tell.
    let ran = runner.run("pull_request", &pull);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert_eq!(runner.fetched(), format!("policy lock --of {head}\n"));
    let pull = [("PULL_BASE", head.as_str()), ("PULL_HEAD", next.as_str())];
    let ran = runner.run("pull_request", &pull);
    let both = format!("policy lock --of {head}\npolicy lock --of {next}\n");
    assert_eq!(runner.fetched(), both);
    // What a server says while it is asked is no workflow command.
    let at = ran.log.find("::add-mask::y").unwrap();
    assert!(ran.log[..at].contains("::stop-commands::"), "{}", ran.log);
}

#[test]
fn with_rights_of_its_own_an_event_asks_nobody_whom_the_change_names() {
    let runner = Runner::new();
    let (base, head) = runner.locked();
    let given = [("INPUT_BASE", &*base), ("INPUT_HEAD", &*head)];
    let of_base = format!("policy lock --of {base}\n");
    let pull = [("PULL_BASE", &*base), ("PULL_HEAD", &*head)];
    runner.run("pull_request_target", &pull);
    assert_eq!(runner.fetched(), of_base);
    for event in [
        "issue_comment",
        "workflow_run",
        "workflow_dispatch",
        "push",
        "an_event_to_come",
    ] {
        let ran = runner.run(event, &given);
        assert_eq!(ran.code, 0, "{}", ran.log);
        assert_eq!(runner.fetched(), of_base, "{event}");
    }
    // Without a base all the history is judged, and it is the change's.
    let ran = runner.run(
        "workflow_run",
        &[("INPUT_HEAD", &*head), ("DEFAULT_BRANCH", "")],
    );
    assert!(ran.arguments.starts_with("check\n--all\n"), "{}", ran.log);
    assert_eq!(runner.fetched(), "");
    // The repository's own commit may be asked about.
    runner.run("schedule", &[("DEFAULT_BRANCH", "")]);
    assert_eq!(runner.fetched(), "policy lock --of HEAD\n");
}

#[test]
fn a_policys_address_is_judged_by_the_id_that_was_fetched_of_it() {
    let runner = Runner::new();
    let (base, head) = runner.locked();
    let pull = [
        ("PULL_BASE", &*base),
        ("PULL_HEAD", &*head),
        ("INPUT_POLICY", ADDRESS),
    ];
    let ran = runner.run(
        "pull_request_target",
        &[&pull[..], &[("STAND_IN_ID", ID)]].concat(),
    );
    let fetched = runner.fetched();
    assert!(
        fetched.starts_with(&format!("policy fetch {ADDRESS}\n")),
        "{fetched}"
    );
    let pinned = format!("--policy\nhttps://host/policy.git#{ID}:policy.yml\n");
    assert!(ran.arguments.contains(&pinned), "{}", ran.arguments);
    // Nothing is judged by what an earlier job left, where it cannot be had.
    fs::remove_file(runner.path("arguments")).unwrap();
    for id in ["", "no-id"] {
        let ran = runner.run(
            "pull_request",
            &[&pull[..], &[("STAND_IN_ID", id)]].concat(),
        );
        assert_eq!((ran.code, &*ran.arguments), (2, ""), "{}", ran.log);
    }
}

#[test]
fn an_address_among_the_arguments_is_refused() {
    let runner = Runner::new();
    let (base, head) = runner.locked();
    for (args, refused) in [
        (format!("-v --policy {ADDRESS}"), true),
        (format!("--policy={ADDRESS} -v"), true),
        ("--policy org.yml".to_owned(), false),
        ("-v --policy".to_owned(), false),
    ] {
        let given = [
            ("PULL_BASE", &*base),
            ("PULL_HEAD", &*head),
            ("INPUT_ARGS", &*args),
        ];
        let ran = runner.run("pull_request", &given);
        let code = if refused { 2 } else { 0 };
        assert_eq!(ran.code, code, "{args}: {}", ran.log);
        assert_eq!(ran.arguments.is_empty(), refused, "{args}");
    }
}

#[test]
fn what_is_fetched_is_held_to_who_must_have_signed_it() {
    let runner = Runner::new();
    let (base, head) = runner.locked();
    let given = [
        ("PULL_BASE", &*base),
        ("PULL_HEAD", &*head),
        ("INPUT_POLICY", ADDRESS),
        ("STAND_IN_ID", ID),
        (
            "INPUT_ARGS",
            "-v --policy-signer a.pub\n--policy-signer=b.pub --jobs 1",
        ),
    ];
    let ran = runner.run("pull_request", &given);
    assert_eq!(ran.code, 0, "{}", ran.log);
    let signers = "--policy-signer=a.pub --policy-signer=b.pub";
    assert_eq!(
        runner.fetched(),
        format!(
            "policy fetch {ADDRESS} {signers}\npolicy lock --of {base} {signers}\n\
             policy lock --of {head} {signers}\n"
        )
    );
    let end = "-v\n--policy-signer\na.pub\n--policy-signer=b.pub\n--jobs\n1\n";
    assert!(ran.arguments.ends_with(end), "{}", ran.arguments);
}
