//! Every kind of repository is read, or is exit 2 with a command that mends it. Here: where it lies, and
//! how its references and its index are stored. The comments `kind:` are the rows of
//! `docs/repositories.md`.

use crate::support::{Sandbox, incomplete, mends};

/// A line with a secret.
pub(crate) fn secret() -> String {
    format!("key = AKIA{}\n", "Q3X7Z5T2M4P6R2W3")
}

/// A repository whose last commit adds a secret, which is found in it.
pub(crate) fn planted() -> Sandbox {
    let sandbox = Sandbox::with_commit();
    plant(&sandbox);
    sandbox
}

/// Commits a file with a secret.
pub(crate) fn plant(sandbox: &Sandbox) {
    sandbox.write("config.ini", secret());
    sandbox.commit("A change");
}

/// What the last commit added is found by each reader, with these options.
pub(crate) fn is_found(sandbox: &Sandbox, options: &[&str]) {
    let range = ["--range", "HEAD~1..HEAD"];
    let report = sandbox.both(&[options, &range].concat());
    assert_eq!(report.places("secret-added"), ["config.ini:1"]);
}

/// What is staged in `staged.ini` is found by each reader.
fn is_found_staged(sandbox: &Sandbox) {
    sandbox.write("staged.ini", secret());
    sandbox.git(["add", "--sparse", "staged.ini"]);
    let report = sandbox.both(&["--staged"]);
    assert_eq!(report.places("secret-added"), ["staged.ini:1"]);
}

/// Of another place: its path as an option.
fn there(sandbox: &Sandbox, name: &str) -> String {
    sandbox.outside(name).to_str().unwrap().to_owned()
}

// kind: bare
#[test]
fn a_bare_repository() {
    let sandbox = planted();
    sandbox.git(["clone", "-q", "--bare", ".", "../bare.git"]);
    is_found(&sandbox, &["--repo", &there(&sandbox, "bare.git")]);
}

// kind: without commits
#[test]
fn a_repository_without_commits() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.both(&["--all"]).code, 0);
    assert_eq!(sandbox.both(&["--staged"]).code, 0);
    is_found_staged(&sandbox);
}

// kind: detached HEAD
#[test]
fn a_detached_head() {
    let sandbox = planted();
    sandbox.git(["checkout", "-q", "--detach"]);
    is_found(&sandbox, &[]);
    is_found_staged(&sandbox);
}

// kind: linked worktree
#[test]
fn a_linked_worktree() {
    let sandbox = planted();
    sandbox.git(["worktree", "add", "-q", "-b", "other", "../linked"]);
    std::fs::write(sandbox.outside("linked/staged.ini"), secret()).unwrap();
    sandbox.git(["-C", "../linked", "add", "staged.ini"]);
    let linked = there(&sandbox, "linked");
    is_found(&sandbox, &["--repo", &linked]);
    let report = sandbox.both(&["--repo", &linked, "--staged"]);
    assert_eq!(report.places("secret-added"), ["staged.ini:1"]);
    assert_eq!(sandbox.both(&["--staged"]).code, 0);
}

// kind: linked worktree with relative paths
#[test]
fn a_worktree_with_relative_paths() {
    let sandbox = planted();
    sandbox.git(["worktree", "add", "-q", "-b", "other", "../linked"]);
    // As `git worktree add --relative-paths` of Git 2.48 writes it.
    std::fs::write(
        sandbox.outside("linked/.git"),
        "gitdir: ../repo/.git/worktrees/linked\n",
    )
    .unwrap();
    sandbox.write(".git/worktrees/linked/gitdir", "../../../../linked/.git\n");
    let linked = there(&sandbox, "linked");
    is_found(&sandbox, &["--repo", &linked]);
    sandbox.git(["config", "core.repositoryFormatVersion", "1"]);
    sandbox.git(["config", "extensions.relativeWorktrees", "true"]);
    let range = ["--repo", &linked, "--range", "HEAD~1..HEAD"];
    assert_eq!(sandbox.report(&range).rules(), ["secret-added"]);
    let by_git = sandbox.report(&[&range[..], &["--reader", "git"]].concat());
    assert!(
        by_git.codes() == ["unsupported-repository"] || by_git.rules() == ["secret-added"],
        "{:#}",
        by_git.json
    );
}

// kind: submodule
#[test]
fn a_submodule() {
    let sandbox = planted();
    sandbox.git(["clone", "-q", ".", "../other"]);
    sandbox.git([
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "../other",
        "sub",
    ]);
    let sub = sandbox.path().join("sub");
    is_found(&sandbox, &["--repo", sub.to_str().unwrap()]);
    is_found_staged(&sandbox);
}

// kind: sparse checkout
#[test]
fn a_sparse_checkout() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("in/a", "x\n");
    sandbox.write("out/config.ini", "x\n");
    sandbox.commit("Folders");
    sandbox.git([
        "sparse-checkout",
        "set",
        "--cone",
        "--no-sparse-index",
        "in",
    ]);
    assert!(!sandbox.path().join("out").exists());
    sandbox.write("../blob", secret());
    let blob = sandbox.git(["hash-object", "-w", "../blob"]).stdout;
    let entry = format!("100644,{},out/config.ini", blob.trim());
    sandbox.git(["update-index", "--cacheinfo", &entry]);
    let report = sandbox.both(&["--staged"]);
    assert_eq!(report.places("secret-added"), ["out/config.ini:1"]);
}

// kind: sparse index
#[test]
fn a_sparse_index() {
    let sandbox = Sandbox::with_commit();
    for path in ["in/a", "out/deep/b", "out/c"] {
        sandbox.write(path, "x\n");
    }
    sandbox.commit("Folders");
    sandbox.git(["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    sandbox.write("in/staged.ini", secret());
    sandbox.git(["add", "in/staged.ini"]);
    other_form(&sandbox, "in/staged.ini:1");
}

// kind: split index
#[test]
fn a_split_index() {
    let sandbox = planted();
    sandbox.git(["update-index", "--split-index"]);
    sandbox.write("in/staged.ini", secret());
    sandbox.git(["add", "in/staged.ini"]);
    other_form(&sandbox, "in/staged.ini:1");
}

/// Git reads the index for the library, which alone does not; what is only intended is left out.
fn other_form(sandbox: &Sandbox, place: &str) {
    sandbox.write("in/id_rsa", "");
    sandbox.git(["add", "-N", "in/id_rsa"]);
    let found = sandbox.report(&["--staged"]);
    assert_eq!(found.places("secret-added"), [place]);
    assert_eq!(found.rules(), ["secret-added"]);
    let alone = ["--staged", "--reader", "library"];
    incomplete(&sandbox.report(&alone), "unreadable-index");
    let by_git = sandbox.report(&["--staged", "--reader", "git"]);
    assert_eq!(found.json, by_git.json);
    // Git 2.39 and 2.47 crash where a sparse index is expanded with such an entry in it.
    sandbox.git([
        "rm",
        "-q",
        "-f",
        "--cached",
        "--",
        "in/id_rsa",
        "in/staged.ini",
    ]);
    mends(sandbox, &alone, "unreadable-index");
}

// kind: index of version 4
#[test]
fn an_index_of_version_4() {
    let sandbox = planted();
    sandbox.git(["update-index", "--index-version=4"]);
    is_found_staged(&sandbox);
}

// kind: fsmonitor
#[test]
fn a_monitor_of_files_is_not_started() {
    let sandbox = planted();
    let hook = sandbox.outside("monitor");
    let script = format!(
        "#!/bin/sh\ntouch '{}'\nprintf '/\\0'\n",
        there(&sandbox, "started")
    );
    std::fs::write(&hook, script).unwrap();
    sandbox.shell("chmod +x ../monitor");
    sandbox.git(["config", "core.fsmonitor", hook.to_str().unwrap()]);
    sandbox.git(["update-index", "--fsmonitor"]);
    sandbox.write("staged.ini", secret());
    sandbox.git(["add", "staged.ini"]);
    std::fs::remove_file(sandbox.outside("started")).unwrap();
    let report = sandbox.both(&["--staged"]);
    assert_eq!(report.places("secret-added"), ["staged.ini:1"]);
    assert!(!sandbox.outside("started").exists());
}

// kind: intent to add
#[test]
fn what_is_only_intended_is_not_staged() {
    let sandbox = planted();
    sandbox.write("id_rsa", secret());
    sandbox.git(["add", "-N", "id_rsa"]);
    assert_eq!(sandbox.both(&["--staged"]).code, 0);
    is_found_staged(&sandbox);
}

// kind: another owner
#[test]
fn a_repository_of_another_user() {
    let sandbox = planted();
    // Only root can give files away.
    if sandbox.shell("chown -R 12345 .").code != 0 {
        return;
    }
    let args = ["--range", "HEAD~1..HEAD~1"];
    for reader in ["library", "git"] {
        let report = sandbox.report(&[&args[..], &["--reader", reader]].concat());
        incomplete(&report, "foreign-owner");
    }
    mends(&sandbox, &args, "foreign-owner");
    is_found(&sandbox, &[]);
}

// kind: paths and messages that are no UTF-8
#[test]
fn paths_and_messages_that_are_no_utf_8() {
    let sandbox = Sandbox::with_commit();
    let line = "printf 'caf\\351 %s' > /dev/null; f=$(printf 'caf\\351.ini'); cat ../secret > \"$f\" && git add -A && \
                printf 'Un caf\\351\\n\\nCo-Authored-By: Claude <noreply@anthropic.com>\\n' | git commit -q -F -";
    std::fs::write(sandbox.outside("secret"), secret()).unwrap();
    let said = sandbox.shell(line);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let report = sandbox.both(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.places("secret-added"), ["caf\\xE9.ini:1"]);
    assert_eq!(report.agents(), ["claude-code"]);
}

#[test]
fn every_kind_has_a_test_and_a_row() {
    use std::collections::BTreeSet;
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let page = read("docs/repositories.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| "));
    let rows = rows.filter_map(|row| row.split(" | ").next());
    let rows: BTreeSet<String> = rows
        .filter(|kind| *kind != "kind" && !kind.starts_with("---"))
        .map(str::to_owned)
        .collect();
    let files = [
        "repositories",
        "repository_references",
        "repository_objects",
        "incomplete",
    ];
    let tests: BTreeSet<String> = files
        .iter()
        .flat_map(|file| {
            let text = read(&format!("tests/cli/{file}.rs"));
            let kinds = text
                .lines()
                .filter_map(|line| line.strip_prefix("// kind: "));
            kinds.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(rows, tests);
}
