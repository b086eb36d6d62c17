//! `cordon doctor` beside the real hook managers, where scripts/setup.sh has put them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Said, Sandbox};

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
