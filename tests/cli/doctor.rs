//! `cordon doctor`: what it sees, that it proves it, that its commands mend, and that nothing is left.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::after::each_git;
use crate::support::{CORDON, Said, Sandbox, said};

const POLICY: &str = "cordon: 1\nextends: []\n";
const HOOKS: usize = 9;

/// A repository with a commit and the hooks, and a folder of its own for scratch files.
fn installed() -> Sandbox {
    let mut sandbox = Sandbox::with_policy(POLICY);
    with_temp(&mut sandbox);
    let said = sandbox.cordon(["install"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    sandbox
}

fn with_temp(sandbox: &mut Sandbox) {
    let temp = sandbox.outside("tmp");
    std::fs::create_dir(&temp).unwrap();
    sandbox.set("TMPDIR", temp.to_str().unwrap());
}

fn hook(sandbox: &Sandbox, name: &str) -> PathBuf {
    sandbox.path().join(".git/hooks").join(name)
}

/// Puts a hook there. By a shell: what this process has open for writing cannot be started.
fn put(sandbox: &Sandbox, name: &str, text: &str) {
    let path = sandbox.outside("hook-text");
    std::fs::write(&path, text).unwrap();
    let (from, to) = (path.display(), hook(sandbox, name));
    let said = sandbox.shell(&format!("cp {from} {0} && chmod 755 {0}", to.display()));
    assert_eq!(said.code, 0, "{}", said.stderr);
}

fn read(said: &Said) -> Value {
    let json: Value = serde_json::from_str(&said.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", said.stdout, said.stderr));
    assert_eq!(json["schema"], "cordon.doctor/v1");
    let code = match json["verdict"].as_str().unwrap() {
        "pass" => 0,
        "fail" => 1,
        _ => 2,
    };
    assert_eq!(said.code, code, "{json:#}");
    json
}

fn doctor(sandbox: &Sandbox) -> Value {
    read(&sandbox.cordon(["doctor", "--format", "json"]))
}

fn codes<'v>(json: &'v Value, list: &str) -> Vec<&'v str> {
    let rows = json[list].as_array().unwrap();
    rows.iter()
        .map(|row| row["code"].as_str().unwrap())
        .collect()
}

fn fired(json: &Value) -> usize {
    let hooks = json["hooks"].as_array().unwrap();
    hooks.iter().filter(|hook| hook["fired"] == true).count()
}

/// Every file of the repository.
fn files(dir: &Path) -> BTreeSet<PathBuf> {
    let mut all = BTreeSet::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            all.extend(files(&path));
        }
        all.insert(path);
    }
    all
}

/// The doctor finds this, and after its commands, in one shell, nothing any more.
fn mended(sandbox: &Sandbox, expected: &[&str]) -> Value {
    let json = doctor(sandbox);
    assert_eq!(json["verdict"], "fail", "{json:#}");
    assert_eq!(codes(&json, "problems"), expected, "{json:#}");
    let problems = json["problems"].as_array().unwrap();
    let commands: Vec<&str> = problems
        .iter()
        .map(|row| {
            row["mend"]
                .as_str()
                .unwrap_or_else(|| panic!("no command: {row:#}"))
        })
        .collect();
    let last = read(&sandbox.shell(&format!(
        "{{ {}; }} >/dev/null && cordon doctor --format json",
        commands.join(" && ")
    )));
    assert_eq!(last["verdict"], "pass", "{commands:#?}: {last:#}");
    json
}

#[test]
fn hooks_in_place_fire_and_nothing_is_left() {
    each_git(POLICY, |mut sandbox| {
        with_temp(&mut sandbox);
        sandbox.write("deep/file", "a\n");
        sandbox.commit("A file");
        let before = files(&sandbox.path());
        let refs = sandbox.git(["for-each-ref"]).stdout;
        let json = doctor(&sandbox);
        assert_eq!(json["verdict"], "pass", "{json:#}");
        assert_eq!(fired(&json), HOOKS, "{json:#}");
        assert_eq!(files(&sandbox.path()), before);
        assert_eq!(sandbox.git(["for-each-ref"]).stdout, refs);
        assert_eq!(sandbox.git(["status", "--porcelain"]).stdout, "");
        assert_eq!(files(&sandbox.outside("tmp")), BTreeSet::new());
        let text = sandbox.cordon(["doctor"]).stdout;
        assert!(text.ends_with("\npass: 9 of 9 hooks fire\n"), "{text}");
    });
}

#[test]
fn a_linked_worktree_and_a_subfolder_are_examined_too() {
    let sandbox = installed();
    sandbox.git(["worktree", "add", "-q", "../linked"]);
    let linked = sandbox.outside("linked");
    std::fs::create_dir(linked.join("sub")).unwrap();
    let mut command = sandbox.command(CORDON, &linked.join("sub"));
    let json = read(&said(command.args(["doctor", "--format", "json"])));
    assert_eq!(fired(&json), HOOKS, "{json:#}");
    assert_eq!(sandbox.git(["worktree", "list"]).stdout.lines().count(), 2);
}

#[test]
fn without_running_anything_only_the_files_are_looked_at() {
    let sandbox = installed();
    std::fs::remove_dir(sandbox.outside("tmp")).unwrap();
    let json = read(&sandbox.cordon(["doctor", "--no-run", "--format", "json"]));
    assert_eq!(json["verdict"], "pass", "{json:#}");
    assert_eq!((json["ran"].as_bool(), fired(&json)), (Some(false), 0));
    sandbox.cordon(["uninstall"]);
    let json = read(&sandbox.cordon(["doctor", "--no-run", "--format", "json"]));
    assert_eq!(codes(&json, "problems"), ["hook-missing"]);
}

#[test]
fn what_could_not_be_tried_is_incomplete() {
    let mut sandbox = Sandbox::new();
    with_temp(&mut sandbox);
    sandbox.cordon(["install"]);
    let json = doctor(&sandbox);
    assert_eq!(json["verdict"], "incomplete", "{json:#}");
    assert_eq!(codes(&json, "incomplete"), ["no-commit"]);
    let sandbox = installed();
    std::fs::remove_dir(sandbox.outside("tmp")).unwrap();
    let json = doctor(&sandbox);
    assert_eq!(codes(&json, "incomplete"), ["no-worktree"]);
    let outside = sandbox.outside("nowhere");
    let said = sandbox.cordon(["doctor", "--repo", outside.to_str().unwrap()]);
    assert_eq!(said.code, 2);
}

#[test]
fn hooks_answer_also_where_they_stop_the_commit() {
    // Cordon itself stops it, and then the hook from before.
    each_git(POLICY, |mut sandbox| {
        with_temp(&mut sandbox);
        sandbox.write(".cordon.yml", "cordon: 1\nzonse: {}\n");
        sandbox.commit("Break it");
        let json = doctor(&sandbox);
        assert_eq!(fired(&json), HOOKS, "{json:#}");
        sandbox.write(".cordon.yml", POLICY);
        sandbox.commit("Mend it");
        sandbox.cordon(["uninstall"]);
        for name in ["pre-commit", "commit-msg", "pre-push", "applypatch-msg"] {
            put(&sandbox, name, "#!/bin/sh\nexit 1\n");
        }
        sandbox.cordon(["install"]);
        let json = doctor(&sandbox);
        assert_eq!(fired(&json), HOOKS, "{json:#}");
    });
}

#[test]
fn missing_and_older_hooks_are_mended() {
    let sandbox = installed();
    let path = hook(&sandbox, "post-commit");
    std::fs::remove_file(&path).unwrap();
    mended(&sandbox, &["hook-missing"]);
    let shim = std::fs::read_to_string(&path).unwrap();
    put(
        &sandbox,
        "post-commit",
        &shim.replace("cordon-hook 1", "cordon-hook 0"),
    );
    mended(&sandbox, &["hook-older"]);
    sandbox.cordon(["uninstall"]);
    mended(&sandbox, &["hook-missing"]);
}

#[test]
fn a_hook_that_cannot_be_started_is_mended() {
    let sandbox = installed();
    let path = hook(&sandbox, "commit-msg");
    let shim = std::fs::read_to_string(&path).unwrap();
    put(&sandbox, "commit-msg", &shim.replace('\n', "\r\n"));
    put(
        &sandbox,
        "pre-push",
        &std::fs::read_to_string(hook(&sandbox, "pre-push"))
            .unwrap()
            .replace('\n', "\r\n"),
    );
    mended(&sandbox, &["hook-crlf"]);
    let said = sandbox.shell(&format!("chmod 644 {}", path.display()));
    assert_eq!(said.code, 0);
    let json = mended(&sandbox, &["hook-not-executable"]);
    assert_eq!(fired(&json), HOOKS - 1, "{json:#}");
}

#[test]
fn edited_hooks_and_links_are_put_aside() {
    let sandbox = installed();
    let edited = |name: &str| {
        let shim = std::fs::read_to_string(hook(&sandbox, name)).unwrap();
        put(&sandbox, name, &format!("{shim}# mine\n"));
    };
    edited("commit-msg");
    mended(&sandbox, &["hook-edited"]);
    edited("commit-msg");
    edited("pre-push");
    std::fs::rename(hook(&sandbox, "post-commit"), hook(&sandbox, "shared")).unwrap();
    std::os::unix::fs::symlink("shared", hook(&sandbox, "post-commit")).unwrap();
    mended(&sandbox, &["hook-edited", "hook-link"]);
    for kept in [
        "commit-msg.edited",
        "commit-msg.edited-2",
        "pre-push.edited-2",
        "shared",
    ] {
        assert!(hook(&sandbox, kept).is_file(), "{kept}");
    }
}

#[test]
fn a_program_that_is_gone_or_another_is_mended() {
    let sandbox = Sandbox::with_policy(POLICY);
    let program = sandbox.outside("cordon-copy");
    let shown = program.display();
    sandbox.shell(&format!(
        "cp {CORDON} {shown} && {shown} install && rm {shown}"
    ));
    // The cordon of the path answers in its place.
    let json = mended(&sandbox, &["hook-program-gone"]);
    assert_eq!(fired(&json), HOOKS, "{json:#}");
    for (script, code, count) in [
        ("exit 0", "hook-silent", 0),
        (
            "printf '0.0.0\\n/old' > \"$CORDON_WITNESS/$2\"",
            "hook-other-version",
            HOOKS,
        ),
    ] {
        let text = format!("#!/bin/sh\n{script}\n");
        std::fs::write(sandbox.outside("text"), text).unwrap();
        let text = sandbox.outside("text");
        sandbox.shell(&format!(
            "cp {} {shown} && chmod 755 {shown}",
            text.display()
        ));
        let name = shown.to_string();
        sandbox.shell(&format!(
            "sed -i \"s|^program=.*|program='{name}'|\" .git/hooks/*[a-z]"
        ));
        let json = mended(&sandbox, &[code]);
        assert_eq!(fired(&json), count, "{json:#}");
    }
}

/// Hooks as the managers write them, shortened to the lines by which they are known.
const LEFTHOOK: &str = "#!/bin/sh\nif [ \"$LEFTHOOK\" = \"0\" ]; then\n  exit 0\nfi\ncall_lefthook() { true; }\ncall_lefthook run \"pre-commit\" \"$@\"\n";
const PRE_COMMIT: &str =
    "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\nexit 1\n";

#[test]
fn another_managers_hook_is_named_and_set_aside() {
    for (name, text) in [
        ("lefthook", LEFTHOOK),
        ("pre-commit", PRE_COMMIT),
        (
            "prek",
            "#!/bin/sh\n# File generated by prek: https://github.com/j178/prek\n",
        ),
        ("git-lfs", "#!/bin/sh\ngit lfs pre-push \"$@\" || true\n"),
    ] {
        let sandbox = installed();
        std::fs::remove_file(hook(&sandbox, "pre-commit")).unwrap();
        put(&sandbox, "pre-commit", text);
        let json = mended(&sandbox, &["hook-foreign"]);
        assert_eq!(json["hooks"][0]["manager"], name);
        if name == "lefthook" {
            // It writes its own again, and then once more.
            put(&sandbox, "pre-commit", text);
            mended(&sandbox, &["hook-overwritten"]);
            put(&sandbox, "pre-commit", text);
            mended(&sandbox, &["hook-overwritten"]);
        }
    }
}

#[test]
fn a_strangers_hook_that_git_passes_over_is_told() {
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.cordon(["install"]);
    put(&sandbox, "pre-commit", "#!/bin/sh\r\nexit 0\r\n");
    let json = mended(&sandbox, &["hook-foreign"]);
    let told = json["problems"][0]["message"].as_str().unwrap();
    assert!(told.contains("line ends of Windows"), "{told}");
    put(&sandbox, "commit-msg", "#!/bin/sh\nexit 1\n");
    sandbox.shell("chmod 644 .git/hooks/commit-msg");
    let json = mended(&sandbox, &["hook-foreign"]);
    let told = json["problems"][0]["message"].as_str().unwrap();
    assert!(told.contains("not executable"), "{told}");
}

#[test]
fn a_hook_that_another_hook_calls_is_in_place() {
    let sandbox = installed();
    put(
        &sandbox,
        "pre-commit",
        &format!("#!/bin/sh\n{CORDON} hook pre-commit\n"),
    );
    let json = doctor(&sandbox);
    assert_eq!(json["verdict"], "pass", "{json:#}");
    assert_eq!(json["hooks"][0]["state"], "foreign");
}

#[test]
fn a_manager_that_is_turned_off_is_told() {
    let mut sandbox = installed();
    put(&sandbox, "pre-commit", LEFTHOOK);
    sandbox.set("LEFTHOOK", "0");
    mended(&sandbox, &["hook-foreign", "environment"]);
    // In front of everything Cordon runs all the same.
    sandbox.write("lefthook.yml", "pre-commit: {}\n");
    let json = doctor(&sandbox);
    assert_eq!(json["verdict"], "pass", "{json:#}");
    assert!(
        json["notes"][0]
            .as_str()
            .unwrap()
            .contains("LEFTHOOK is set")
    );
}

#[test]
fn husky_takes_the_hooks_elsewhere() {
    let mut sandbox = installed();
    // What `husky` 9 writes.
    sandbox.write(".husky/_/.gitignore", "*");
    sandbox.write(".husky/_/h", "n=$(basename \"$0\")\ns=$(dirname \"$(dirname \"$0\")\")/$n\n[ ! -f \"$s\" ] && exit 0\n[ \"${HUSKY-}\" = \"0\" ] && exit 0\nsh -e \"$s\" \"$@\"\nexit $?\n");
    sandbox.shell(
        "for h in pre-commit pre-merge-commit prepare-commit-msg commit-msg post-commit \
         applypatch-msg post-applypatch post-rewrite pre-push; do \
         printf '#!/usr/bin/env sh\\n. \"$(dirname \"$0\")/h\"' > .husky/_/$h; \
         chmod +x .husky/_/$h; done; git config core.hooksPath .husky/_",
    );
    let json = doctor(&sandbox);
    assert_eq!(json["hooks"][0]["manager"], "husky");
    assert_eq!(json["hooks_path"]["scope"], "local");
    mended(&sandbox, &["hook-foreign"]);
    sandbox.cordon(["uninstall"]);
    // Called by husky it fires, unless husky is off.
    sandbox.write(".husky/pre-commit", "cordon hook pre-commit\n");
    let json = doctor(&sandbox);
    assert_eq!(fired(&json), 1, "{json:#}");
    sandbox.set("HUSKY", "0");
    let json = doctor(&sandbox);
    assert_eq!(fired(&json), 0, "{json:#}");
    mended(&sandbox, &["hook-foreign", "environment"]);
}

#[test]
fn a_hooks_path_that_shadows_the_hooks_is_mended() {
    let paths = |sandbox: &Sandbox| sandbox.outside("elsewhere").display().to_string();
    for (scope, exists) in [("--global", true), ("--global", false), ("--local", true)] {
        let sandbox = installed();
        let path = paths(&sandbox);
        if exists {
            std::fs::create_dir(&path).unwrap();
        }
        sandbox.git(["config", scope, "core.hooksPath", &path]);
        let code = ["hooks-path-gone", "hooks-path"][usize::from(exists)];
        let json = mended(&sandbox, &[code]);
        assert_eq!(json["hooks_path"]["scope"], scope[2..]);
        assert_eq!(fired(&json), 0);
    }
    for value in ["/dev/null", "/nonexistent/hooks"] {
        let sandbox = installed();
        sandbox.git(["config", "core.hooksPath", value]);
        mended(&sandbox, &["hooks-path-gone"]);
    }
    let sandbox = installed();
    sandbox.git(["config", "core.hooksPath", ".not-there"]);
    mended(&sandbox, &["hook-missing"]);
    let sandbox = installed();
    sandbox.git(["config", "--global", "core.hooksPath", "/nonexistent"]);
    sandbox.git(["config", "core.hooksPath", "/dev/null"]);
    mended(&sandbox, &["hooks-path-gone"]);
    let sandbox = installed();
    sandbox.git(["config", "extensions.worktreeConfig", "true"]);
    sandbox.git(["config", "--worktree", "core.hooksPath", "/dev/null"]);
    mended(&sandbox, &["hooks-path-gone"]);
}

#[test]
fn a_hooks_path_in_the_environment_is_mended() {
    let mut sandbox = installed();
    sandbox.set("GIT_CONFIG_COUNT", "1");
    sandbox.set("GIT_CONFIG_KEY_0", "core.hooksPath");
    sandbox.set("GIT_CONFIG_VALUE_0", "/dev/null");
    let json = mended(&sandbox, &["hooks-path-gone"]);
    assert_eq!(json["hooks_path"]["scope"], "command");
}

#[test]
fn hooks_by_a_link_out_of_the_repository_are_mended() {
    let sandbox = installed();
    let elsewhere = sandbox.outside("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::remove_dir_all(sandbox.path().join(".git/hooks")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, sandbox.path().join(".git/hooks")).unwrap();
    mended(&sandbox, &["hooks-elsewhere"]);
}

#[test]
fn hooks_by_configuration_and_templates_are_noted() {
    let sandbox = installed();
    sandbox.git(["config", "hook.lint.command", "make lint"]);
    sandbox.git(["config", "hook.lint.event", "pre-commit"]);
    let template = sandbox.outside("template");
    sandbox.git([
        "config",
        "--global",
        "init.templateDir",
        template.to_str().unwrap(),
    ]);
    let json = doctor(&sandbox);
    assert_eq!(json["verdict"], "pass", "{json:#}");
    let notes = json["notes"].as_array().unwrap();
    assert!(
        notes[0]
            .as_str()
            .unwrap()
            .contains("hook.lint.command = make lint"),
        "{json:#}"
    );
    assert!(
        notes[1].as_str().unwrap().contains("no hook of Cordon"),
        "{json:#}"
    );
}

#[test]
fn a_doctor_that_is_killed_leaves_nothing() {
    let sandbox = installed();
    sandbox.cordon(["uninstall"]);
    put(
        &sandbox,
        "pre-commit",
        "#!/bin/sh\necho $$ >\"$HOME/pid\"\ntouch \"$HOME/started\"\nsleep 30\n",
    );
    sandbox.cordon(["install"]);
    let before = files(&sandbox.path());
    let mut command = sandbox.command(CORDON, &sandbox.path());
    let mut doctor = command.arg("doctor").spawn().unwrap();
    let soon = |is: &dyn Fn() -> bool| {
        (0..200).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            is()
        })
    };
    assert!(soon(&|| sandbox.outside("started").exists()));
    assert_ne!(files(&sandbox.path()), before);
    doctor.kill().unwrap();
    doctor.wait().unwrap();
    assert!(soon(&|| files(&sandbox.outside("tmp")).is_empty()));
    assert!(soon(&|| files(&sandbox.path()) == before));
    // One that has ended and that nobody asks for is a zombie.
    let state = || sandbox.shell("ps -o stat= -p $(cat $HOME/pid)").stdout;
    assert!(soon(&|| matches!(state().trim(), "" | "Z" | "Z+")));
}

#[test]
fn references_that_a_hook_moves_go_back_to_where_they_were() {
    let sandbox = installed();
    sandbox.git(["notes", "add", "-m", "mine", "HEAD"]);
    sandbox.git(["tag", "stays"]);
    sandbox.cordon(["uninstall"]);
    put(
        &sandbox,
        "post-commit",
        "#!/bin/sh\ngit notes add -f -m built HEAD\ngit tag -f built\n",
    );
    sandbox.cordon(["install"]);
    let refs = || sandbox.git(["for-each-ref"]).stdout;
    let (refs_before, files_before) = (refs(), files(&sandbox.path()));
    let log = || sandbox.git(["reflog", "show", "refs/notes/commits"]).stdout;
    let log_before = log();
    let json = doctor(&sandbox);
    assert_eq!(fired(&json), HOOKS, "{json:#}");
    assert_eq!(refs(), refs_before);
    assert_eq!(log(), log_before);
    assert_eq!(files(&sandbox.path()), files_before);
    let fsck = sandbox.try_git(["fsck", "--no-dangling"]);
    assert_eq!((fsck.code, fsck.stderr.as_str()), (0, ""));
}

#[test]
fn being_asked_by_a_doctor_changes_no_verdict() {
    let mut sandbox = installed();
    let witness = sandbox.outside("cordon-doctor-x");
    std::fs::create_dir(&witness).unwrap();
    sandbox.set("CORDON_WITNESS", witness.to_str().unwrap());
    sandbox.write("a", format!("key = AKIA{}\n", "Q3X7Z5T2M4P6R2W3"));
    sandbox.stage();
    let said = sandbox.try_git(["commit", "-m", "Change"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(witness.join("pre-commit").is_file());
    // One that cannot write says so, and judges.
    sandbox.set("CORDON_WITNESS", "/nonexistent/cordon-doctor-x");
    let said = sandbox.try_git(["commit", "-m", "Change"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(
        said.stderr.contains("cannot answer `cordon doctor`"),
        "{}",
        said.stderr
    );
}

#[test]
fn foreign_text_steers_no_terminal() {
    let sandbox = installed();
    sandbox.git(["config", "core.hooksPath", "/nonexistent/\u{1b}[2Jx"]);
    let said = sandbox.cordon(["doctor"]);
    assert_eq!(said.code, 1);
    assert!(!said.stdout.contains('\u{1b}'), "{}", said.stdout);
}
