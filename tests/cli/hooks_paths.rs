//! `core.hooksPath` in each scope: where `cordon install` installs, what it refuses, and that the doctor's
//! command mends it.

use std::path::Path;

use crate::managers::{doctor, run};
use crate::support::{CLAUDE, CORDON, Sandbox, said};

const POLICY: &str = "cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n";

fn sandbox() -> Sandbox {
    let mut sandbox = Sandbox::with_policy(POLICY);
    std::fs::write(sandbox.outside(".gitconfig"), "").unwrap();
    std::fs::write(sandbox.outside("system"), "").unwrap();
    let system = sandbox.outside("system").display().to_string();
    sandbox.set("GIT_CONFIG_NOSYSTEM", "0");
    sandbox.set("GIT_CONFIG_SYSTEM", &system);
    sandbox
}

/// Whether a commit by an agent is stopped in that worktree.
fn stops(sandbox: &Sandbox, worktree: &Path) -> bool {
    let message = format!("Change\n\n{CLAUDE}");
    let mut git = sandbox.command("git", worktree);
    let said = said(git.args(["commit", "--allow-empty", "-m", &message]));
    said.code == 1 && said.stderr.contains("blocked: agent-denied")
}

/// The number of files in a folder; none where there is no folder.
fn files(path: &Path) -> usize {
    std::fs::read_dir(path).map_or(0, Iterator::count)
}

#[test]
fn a_folder_of_the_repositorys_own_is_installed_into() {
    for set in [
        "git config core.hooksPath .githooks",
        "git config core.hooksPath \"$PWD/.git/more\"",
        "git config extensions.worktreeConfig true && \
         git config --worktree core.hooksPath \"$PWD/.git/more\"",
        "git config --global core.hooksPath .githooks",
    ] {
        let sandbox = sandbox();
        run(&sandbox, set);
        run(&sandbox, "cordon install");
        assert!(stops(&sandbox, &sandbox.path()), "{set}");
        assert_eq!(doctor(&sandbox)["verdict"], "pass", "{set}");
        let dir = sandbox.git(["rev-parse", "--git-path", "hooks"]).stdout;
        run(&sandbox, "cordon uninstall");
        assert_eq!(files(&sandbox.path().join(dir.trim())), 0, "{set}");
    }
}

#[test]
fn a_folder_of_others_is_refused_in_every_scope_and_the_doctor_mends_it() {
    let include = "printf '[core]\\nhooksPath = %s\\n' ~/others > ~/work && \
        git config --global \"includeIf.gitdir:$(pwd -P)/.path\" ~/work";
    for (scope, set) in [
        ("local", "git config core.hooksPath ~/others"),
        ("global", "git config --global core.hooksPath ~/others"),
        ("system", "git config --system core.hooksPath ~/others"),
        ("global", include),
    ] {
        let sandbox = sandbox();
        let others = sandbox.outside("others");
        std::fs::create_dir(&others).unwrap();
        run(&sandbox, "cordon install");
        run(&sandbox, set);
        assert!(!stops(&sandbox, &sandbox.path()), "{set}");
        let said = sandbox.cordon(["install"]);
        assert_eq!(said.code, 2, "{set}: {}", said.stdout);
        assert_eq!(files(&others), 0, "{set}");
        let json = doctor(&sandbox);
        assert_eq!(json["problems"][0]["code"], "hooks-path", "{set}: {json:#}");
        assert_eq!(json["hooks_path"]["scope"], scope, "{set}");
        let origin = json["hooks_path"]["origin"].as_str().unwrap();
        let file = if set == include { "work" } else { "" };
        assert!(origin.ends_with(file), "{origin}");
        run(&sandbox, json["problems"][0]["mend"].as_str().unwrap());
        assert!(stops(&sandbox, &sandbox.path()), "{set}");
    }
}

#[test]
fn a_variable_that_leads_the_hooks_elsewhere_is_seen() {
    let mut sandbox = sandbox();
    let others = sandbox.outside("others");
    std::fs::create_dir(&others).unwrap();
    for (name, value) in [
        ("COUNT", "1"),
        ("KEY_0", "core.hooksPath"),
        ("VALUE_0", others.to_str().unwrap()),
    ] {
        sandbox.set(&format!("GIT_CONFIG_{name}"), value);
    }
    let said = sandbox.cordon(["install"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(said.stderr.contains("others"), "{}", said.stderr);
    assert_eq!(files(&others), 0);
}

#[test]
fn a_path_through_git_holds_in_no_linked_worktree_and_that_is_told() {
    let sandbox = sandbox();
    run(&sandbox, "git config core.hooksPath .git/hooks");
    let told = run(&sandbox, "cordon install").stderr;
    assert!(told.contains("no hook in linked worktrees"), "{told}");
    sandbox.git(["worktree", "add", "-q", "../linked"]);
    let linked = sandbox.outside("linked");
    assert!(stops(&sandbox, &sandbox.path()));
    assert!(!stops(&sandbox, &linked));
    let mut cordon = sandbox.command(CORDON, &linked);
    let refused = said(cordon.arg("install"));
    assert_eq!(refused.code, 2, "{}", refused.stdout);
    let mend = told.trim().rsplit(": ").next().unwrap();
    run(&sandbox, mend);
    assert!(stops(&sandbox, &linked));
}
