//! `cordon doctor` beside the real hook managers, where scripts/setup.sh has put them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{CLAUDE, Said, Sandbox};

/// A manager's program; none, and a line that says so, where it is not installed.
pub(crate) fn manager(path: &str) -> Option<PathBuf> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target")
        .join(path);
    if !program.exists() {
        let program = program.display();
        let told = format!("skipped: {program} is not there; scripts/setup.sh installs it\n");
        // Straight to the stream: what a test that passes prints by a macro nobody sees.
        std::io::stderr().write_all(told.as_bytes()).unwrap();
        return None;
    }
    Some(program)
}

/// The lines to copy from a section of docs/hooks.md: the first block.
pub(crate) fn documented(section: &str) -> String {
    shown(section, "")
}

/// The first block of such a section in a language.
pub(crate) fn shown(section: &str, language: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hooks.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once(&format!("# {section}\n")).unwrap();
    let (_, block) = rest.split_once(&format!("\n```{language}")).unwrap();
    let (_, lines) = block.split_once('\n').unwrap();
    lines.split("```").next().unwrap().to_owned()
}

pub(crate) fn doctor(sandbox: &Sandbox) -> Value {
    let said = sandbox.cordon(["doctor", "--format", "json"]);
    serde_json::from_str(&said.stdout).unwrap_or_else(|_| panic!("{}", said.stderr))
}

pub(crate) fn run(sandbox: &Sandbox, line: &str) -> Said {
    let said = sandbox.shell(line);
    assert_eq!(said.code, 0, "{line}: {}{}", said.stdout, said.stderr);
    said
}

/// The manager's hook stands in place of Cordon's, and after the doctor's commands all fire.
fn found_and_mended(sandbox: &Sandbox, name: &str) {
    let json = doctor(sandbox);
    assert_eq!(json["verdict"], "fail", "{json:#}");
    assert_eq!(json["hooks"][0]["manager"], name, "{json:#}");
    let mend = json["problems"][0]["mend"].as_str().unwrap();
    run(sandbox, mend);
    let json = doctor(sandbox);
    assert_eq!(json["verdict"], "pass", "{mend}: {json:#}");
}

#[test]
fn husky_is_found_before_and_after() {
    let Some(husky) = manager("managers/node_modules/.bin/husky") else {
        return;
    };
    let sandbox = Sandbox::with_commit();
    let husky = husky.display().to_string();
    run(&sandbox, &husky);
    found_and_mended(&sandbox, "husky");
    run(&sandbox, &husky);
    found_and_mended(&sandbox, "husky");
}

#[test]
fn lefthook_is_found_before_and_after() {
    let Some(lefthook) = manager("validators/bin/lefthook") else {
        return;
    };
    let sandbox = Sandbox::with_commit();
    sandbox.write(
        "lefthook.yml",
        "pre-commit: {commands: {a: {run: 'true'}}}\n",
    );
    sandbox.commit("Add lefthook");
    let install = format!("{} install -f", lefthook.display());
    run(&sandbox, &install);
    found_and_mended(&sandbox, "lefthook");
    run(&sandbox, &install);
    found_and_mended(&sandbox, "lefthook");
}

#[test]
fn pre_commit_and_prek_run_the_hook_that_they_find() {
    for name in ["pre-commit", "prek"] {
        let Some(program) = manager(&format!("validators/bin/{name}")) else {
            continue;
        };
        let sandbox = Sandbox::with_commit();
        sandbox.write(".pre-commit-config.yaml", "repos: []\n");
        sandbox.commit("Add a manager");
        run(&sandbox, "cordon install");
        run(&sandbox, &format!("{} install", program.display()));
        let json = doctor(&sandbox);
        assert_eq!(json["verdict"], "pass", "{json:#}");
        assert_eq!(json["hooks"][0]["manager"], name);
        assert_eq!(json["hooks"][0]["fired"], true);
    }
}

/// Every hook fires, through the manager.
fn all_fire_through(sandbox: &Sandbox, name: &str) {
    let json = doctor(sandbox);
    assert_eq!(json["verdict"], "pass", "{json:#}");
    for hook in json["hooks"].as_array().unwrap() {
        assert_eq!(hook["state"], "foreign", "{hook}");
        assert_eq!(hook["manager"], name, "{hook}");
        assert_eq!(hook["fired"], true, "{hook}");
    }
}

/// Commits, merges and pushes are judged, and the trailer is written.
fn all_is_judged(mut sandbox: Sandbox) {
    let blocked = |said: &Said, rule: &str| {
        let all = format!("{}{}", said.stdout, said.stderr);
        assert_ne!(said.code, 0, "{all}");
        assert!(all.contains(&format!("blocked: {rule}")), "{all}");
    };
    sandbox.git(["init", "-q", "--bare", "-b", "main", "../remote.git"]);
    sandbox.git(["remote", "add", "origin", "../remote.git"]);
    sandbox.write("a", "a\n");
    sandbox.stage();
    let message = format!("Change\n\n{CLAUDE}");
    blocked(&sandbox.try_git(["commit", "-m", &message]), "agent-denied");
    sandbox.git(["branch", "side"]);
    sandbox.git(["commit", "-q", "-m", "By a person"]);
    sandbox.git(["checkout", "-q", "side"]);
    sandbox.commit(&message);
    blocked(
        &sandbox.try_git(["push", "origin", "main", "side"]),
        "agent-denied",
    );
    sandbox.git(["push", "-q", "origin", "main"]);
    sandbox.set("GEMINI_CLI", "1");
    sandbox.write("b", "b\n");
    sandbox.stage();
    sandbox.git(["commit", "-q", "-m", "Change"]);
    let trailers = sandbox.git(["log", "-1", "--format=%(trailers)"]).stdout;
    assert_eq!(trailers.trim(), "Assisted-by: gemini-cli");
}

const DENIED: &str =
    "cordon: 1\nextends: []\ntrailers: {stamp: true}\nagents: {claude-code: {status: denied}}\n";

#[test]
fn the_documented_lines_of_lefthook_run_every_hook() {
    let Some(lefthook) = manager("validators/bin/lefthook") else {
        return;
    };
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.write("lefthook.yml", documented("lefthook"));
    sandbox.commit("Add lefthook");
    run(&sandbox, &format!("{} validate", lefthook.display()));
    run(&sandbox, &format!("{} install", lefthook.display()));
    all_fire_through(&sandbox, "lefthook");
    all_is_judged(sandbox);
}

#[test]
fn the_documented_lines_of_husky_run_every_hook() {
    let Some(husky) = manager("managers/node_modules/.bin/husky") else {
        return;
    };
    let sandbox = Sandbox::with_policy(DENIED);
    run(&sandbox, &documented("husky"));
    sandbox.commit("Add husky");
    run(&sandbox, &husky.display().to_string());
    all_fire_through(&sandbox, "husky");
    all_is_judged(sandbox);
}
