//! Both readers tell the same: of varied histories, and in hooks, where Git's variables name the place.

use std::os::unix::fs::PermissionsExt as _;

use crate::repositories::secret;
use crate::support::{CLAUDE, CORDON, Sandbox};

const POLICY: &str = "\
cordon: 1
extends: []
agents: {claude-code: {status: denied}}
trailers: {require: [{any_of: [Assisted-by]}]}
zones: {z: {paths: [zone, \"**/*.key\"], agents: denied}}
";

/// Merges, renames, links, a submodule, odd paths, tags, notes, stashes and staged changes.
fn varied() -> Sandbox {
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.write("zone/a", "one\ntwo\nthree\n");
    sandbox.write("src/odd \"name\"\n\u{e9}", "x\n");
    sandbox.commit("Files");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.git(["mv", "zone/a", "moved"]);
    sandbox.commit(&format!("Move\n\n{CLAUDE}"));
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("zone/b", "b\n");
    sandbox.commit("By a person");
    sandbox.git(["config", "merge.directoryRenames", "false"]);
    sandbox.git(["merge", "-q", "--no-ff", "--no-commit", "side"]);
    sandbox.write("zone/evil", "of the merge\n");
    sandbox.commit(&format!("Merge\n\n{CLAUDE}"));
    std::os::unix::fs::symlink("../zone", sandbox.path().join("src/link")).unwrap();
    sandbox.shell("printf 'x' > src/run && chmod +x src/run");
    sandbox.commit("Link\n\nAssisted-by: nobody:model-1");
    let head = sandbox.id("HEAD");
    let entry = format!("160000,{head},module");
    sandbox.git(["update-index", "--add", "--cacheinfo", &entry]);
    sandbox.git(["commit", "-q", "-m", "Submodule"]);
    sandbox.write("config.ini", secret());
    sandbox.git(["add", "config.ini"]);
    sandbox.git(["commit", "-q", "-m", "Add"]);
    sandbox.git(["rm", "-q", "config.ini"]);
    sandbox.git(["commit", "-q", "-m", "Take away"]);
    sandbox.git(["tag", "-a", "-m", &secret(), "v1", "HEAD~2"]);
    sandbox.git(["notes", "--ref=ai", "add", "-m", "no note of git-ai"]);
    sandbox.write("stashed", secret());
    sandbox.git(["add", "stashed"]);
    sandbox.git(["stash", "-q"]);
    sandbox.write("zone/staged", secret());
    sandbox.git(["rm", "-q", "moved"]);
    sandbox.git(["add", "zone/staged"]);
    sandbox
}

#[test]
fn varied_histories_read_the_same() {
    let mut sandbox = varied();
    for packed in [false, true] {
        for args in [
            ["--all"].as_slice(),
            &["--all-refs"],
            &["--staged"],
            &["--range", "HEAD~3..HEAD"],
            &["--range", "side..main"],
            &["--range", "main..side"],
            &["--commit", "HEAD^{/Merge}"],
            &["--commit", "v1"],
            &["--commit", "none"],
            &["--all", "--verify-objects", "--jobs", "3"],
        ] {
            sandbox.both(args);
        }
        for command in [
            ["scan", "--history"].as_slice(),
            &["scan", "--staged"],
            &["scan", "--no-ignore"],
            &["explain", "HEAD~1"],
            &["explain", "--path", "zone/b"],
        ] {
            let by = |reader| {
                let tail = ["--format", "json", "--reader", reader];
                let said = sandbox.cordon(command.iter().chain(&tail));
                (said.code, said.stdout, said.stderr)
            };
            assert_eq!(by("library"), by("git"), "{command:?}");
        }
        if !packed {
            sandbox.git(["gc", "-q"]);
            sandbox.set("GEMINI_CLI", "1");
        }
    }
}

/// Makes a hook of this check, by Git's commands; what it tells is the file `told`.
fn hook(sandbox: &Sandbox, git_dir: &str, name: &str, before: &str, check: &str) {
    let path = sandbox.path().join(git_dir).join("hooks").join(name);
    let told = sandbox.outside("told");
    let script = format!(
        "#!/bin/sh\n{before}\n'{CORDON}' check {check} --reader git --format json > '{}'\nexit 0\n",
        told.display()
    );
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn told(sandbox: &Sandbox) -> Vec<String> {
    let text = std::fs::read_to_string(sandbox.outside("told")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let place = |row: &serde_json::Value| row["path"].as_str().unwrap().to_owned();
    let mut all: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(place)
        .collect();
    all.extend(
        report["incomplete"]
            .as_array()
            .unwrap()
            .iter()
            .map(ToString::to_string),
    );
    all
}

#[test]
fn a_pre_commit_hook_sees_the_index_of_its_commit() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("a", "a\n");
    sandbox.commit("File");
    hook(&sandbox, ".git", "pre-commit", "", "--staged");
    sandbox.write("a", secret());
    sandbox.git(["commit", "-q", "-a", "-m", "All"]);
    assert_eq!(told(&sandbox), ["a"]);
    sandbox.write("other", secret());
    sandbox.git(["add", "other"]);
    sandbox.write("README", secret());
    sandbox.git(["commit", "-q", "-m", "One", "--", "README"]);
    assert_eq!(told(&sandbox), ["README"]);
    sandbox.git(["worktree", "add", "-q", "../linked"]);
    std::fs::write(sandbox.outside("linked/b"), secret()).unwrap();
    sandbox.git(["-C", "../linked", "add", "b"]);
    sandbox.git(["-C", "../linked", "commit", "-q", "-m", "Linked"]);
    assert_eq!(told(&sandbox), ["b"]);
}

#[test]
fn a_pre_receive_hook_sees_what_is_being_pushed() {
    for format in ["files", "reftable"] {
        let sandbox = Sandbox::with_commit();
        let init = format!("git init -q --bare --ref-format={format} ../server");
        if sandbox.shell(&init).code != 0 {
            continue;
        }
        sandbox.write("a", secret());
        sandbox.commit("Secret");
        let read = "read -r old new name";
        hook(&sandbox, "../server", "pre-receive", read, "--commit $new");
        sandbox.git(["push", "-q", "../server", "main"]);
        assert_eq!(told(&sandbox), ["a"], "{format}");
    }
}

#[test]
fn a_repository_that_is_named_is_not_the_one_of_the_hook() {
    let mut sandbox = varied();
    let other = Sandbox::with_commit();
    let path = other.path();
    let there = ["--repo", path.to_str().unwrap(), "--all"];
    let head = other.id("HEAD");
    let git_dir = sandbox.path().join(".git");
    sandbox.set("GIT_DIR", git_dir.to_str().unwrap());
    sandbox.set("GIT_INDEX_FILE", "nowhere");
    sandbox.set("GIT_OBJECT_DIRECTORY", "/nowhere");
    assert_eq!(sandbox.both(&there).json["range"]["head"], head);
}
