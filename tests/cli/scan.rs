//! `cordon scan` of files as they stand and of texts: what is read, what is not, and what that says.

use std::io::Write as _;
use std::process::Stdio;

use crate::support::{CORDON, Report, Said, Sandbox, said};

fn key() -> String {
    format!("AKIA{}", "Q3X7Z5T2M4P6R2W3")
}

fn line() -> String {
    format!("aws = {}\n", key())
}

/// Runs `cordon scan --format json` in a folder that is in no repository.
fn outside(sandbox: &Sandbox, folder: &str, args: &[&str]) -> Said {
    let dir = sandbox.outside(folder);
    let args = ["scan", "--format", "json"].iter().chain(args);
    said(sandbox.command(CORDON, &dir).args(args))
}

#[test]
fn a_secret_in_the_work_tree_is_found_where_it_stands() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("src/a é.txt", format!("\n{}", line()));
    sandbox.write(".hidden/b", line());
    let report = sandbox.scan(&[]);
    assert_eq!(
        report.places("secret-added"),
        [".hidden/b:1", "src/a é.txt:2"]
    );
    assert_eq!(report.json["stage"], "scan");
    assert_eq!(report.json["range"]["kind"], "worktree");
    assert_eq!(
        report.of("secret-added")[0]["detector"],
        "aws-access-key-id"
    );
}

#[test]
fn paths_are_read_from_the_top_and_once() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("sub/deep/a", line());
    sandbox.write("other", line());
    let dir = sandbox.path().join("sub");
    let args = ["scan", "--format", "json", "deep", "deep/a", "."];
    let report = Report::read(&said(sandbox.command(CORDON, &dir).args(args)));
    assert_eq!(report.places("secret-added"), ["sub/deep/a:1"]);
}

#[test]
fn what_git_ignores_is_read_only_where_it_is_tracked_or_asked_for() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("tracked.log", line());
    sandbox.write("out/tracked", line());
    sandbox.commit("Before they were ignored");
    sandbox.write(".gitignore", "*.log\nout/\nnode_modules/\n");
    sandbox.write("untracked.log", line());
    sandbox.write("out/untracked", line());
    sandbox.write("node_modules/a", line());
    let report = sandbox.scan(&[]);
    let tracked = ["out/tracked:1", "tracked.log:1"];
    assert_eq!(report.places("secret-added"), tracked);
    assert_eq!(
        sandbox.scan(&["out"]).places("secret-added"),
        ["out/tracked:1", "out/untracked:1"]
    );
    assert_eq!(sandbox.scan(&["untracked.log"]).code, 1);
    assert_eq!(sandbox.scan(&["--no-ignore"]).of("secret-added").len(), 5);
}

#[test]
fn vendored_code_and_lock_files_are_read() {
    let sandbox = Sandbox::with_commit();
    for path in [
        "node_modules/a.js",
        "vendor/b.go",
        "package-lock.json",
        "x.min.js",
    ] {
        sandbox.write(path, line());
    }
    assert_eq!(sandbox.scan(&[]).of("secret-added").len(), 4);
}

#[test]
fn a_tracked_file_that_a_nested_repository_ignores_is_read() {
    let sandbox = Sandbox::with_commit();
    let said = sandbox.shell("git init -q nested && cd nested && git config user.name A && git config user.email a@acme.example");
    assert_eq!(said.code, 0, "{}", said.stderr);
    sandbox.write("nested/tracked.log", line());
    sandbox.write("nested/.gitignore", "*.log\n");
    sandbox.write("nested/loose.log", line());
    assert_eq!(
        sandbox
            .shell("cd nested && git add -f tracked.log && git commit -qm x")
            .code,
        0
    );
    assert_eq!(
        sandbox.scan(&[]).places("secret-added"),
        ["nested/tracked.log:1"]
    );
}

#[test]
fn the_repository_itself_is_not_read() {
    let sandbox = Sandbox::with_commit();
    std::fs::write(sandbox.path().join(".git/COMMIT_EDITMSG"), line()).unwrap();
    assert_eq!(sandbox.scan(&[]).code, 0);
}

#[test]
fn links_are_not_followed() {
    let sandbox = Sandbox::with_commit();
    let far = sandbox.outside("far");
    std::fs::create_dir(&far).unwrap();
    std::fs::write(far.join("secret"), line()).unwrap();
    std::os::unix::fs::symlink(&far, sandbox.path().join("link")).unwrap();
    std::os::unix::fs::symlink(far.join("secret"), sandbox.path().join("file")).unwrap();
    std::os::unix::fs::symlink(key(), sandbox.path().join("named")).unwrap();
    let report = sandbox.scan(&[]);
    assert_eq!(report.places("secret-added"), ["named:1"]);
    assert_eq!(sandbox.scan(&["link"]).codes(), ["not-followed"]);
    sandbox.stage();
    assert_eq!(sandbox.scan(&["link", "file"]).code, 0);
    assert_eq!(sandbox.scan(&["link/"]).code, 1);
}

#[test]
fn a_link_in_the_place_of_a_tracked_directory_leads_nowhere() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("dir/a", "harmless\n");
    sandbox.commit("A directory");
    std::fs::rename(sandbox.path().join("dir"), sandbox.outside("dir")).unwrap();
    std::fs::write(sandbox.outside("dir").join("a"), line()).unwrap();
    std::os::unix::fs::symlink(sandbox.outside("dir"), sandbox.path().join("dir")).unwrap();
    assert_eq!(sandbox.scan(&[]).code, 0);
}

#[test]
fn other_encodings_and_binary_files_are_read() {
    let wide: Vec<u8> = line().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let sandbox = Sandbox::with_commit();
    sandbox.write("bare-utf-16", &wide);
    sandbox.write("utf-16", [b"\xFF\xFE".as_slice(), &wide].concat());
    sandbox.write(
        "binary",
        [b"\0\x01\xFF".as_slice(), line().as_bytes()].concat(),
    );
    let report = sandbox.scan(&[]);
    assert_eq!(
        report.places("secret-added"),
        ["bare-utf-16:1", "binary:1", "utf-16:1"]
    );
}

#[test]
fn outside_a_repository_everything_is_read() {
    let sandbox = Sandbox::new();
    let plain = sandbox.outside("plain");
    std::fs::create_dir(&plain).unwrap();
    std::fs::write(plain.join(".gitignore"), "a\n").unwrap();
    std::fs::write(plain.join("a"), line()).unwrap();
    let report = Report::read(&outside(&sandbox, "plain", &[]));
    assert_eq!(report.places("secret-added"), ["a:1"]);
    assert_eq!(report.json["policy"]["layers"][0]["name"], "builtin");
    std::fs::write(
        plain.join("p.yml"),
        "cordon: 1\nrules: {secret-added: {mode: warn}}\n",
    )
    .unwrap();
    let report = Report::read(&outside(&sandbox, "plain", &["--policy", "p.yml"]));
    assert_eq!((report.code, report.of("secret-added").len()), (0, 1));
}

#[test]
fn the_policy_is_that_of_the_repository_around_the_first_path() {
    let policy = "cordon: 1\nextends: []\nrules: {secret-added: {humans: warn}}\n";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.write("a", line());
    let plain = sandbox.outside("plain");
    std::fs::create_dir(&plain).unwrap();
    let report = Report::read(&outside(&sandbox, "plain", &["../repo"]));
    assert_eq!(report.code, 0, "{:#}", report.json);
    assert_eq!(report.places("secret-added"), ["a:1"]);
}

#[test]
fn what_cannot_be_read_is_incomplete_and_says_what_to_do() {
    let sandbox = Sandbox::with_policy("cordon: 1\nextends: []\nlimits: {blob_bytes: 1KiB}\n");
    sandbox.write("big", "x".repeat(2000));
    assert_eq!(sandbox.shell("mkfifo pipe").code, 0);
    for (path, code) in [
        ("big", "limit"),
        (".", "limit"),
        ("pipe", "not-a-file"),
        ("nowhere", "missing-path"),
        ("README/x", "missing-path"),
        ("\u{1b}[2J", "missing-path"),
    ] {
        let report = sandbox.scan(&[path]);
        assert_eq!(report.codes(), [code], "{path}");
        assert!(report.json["incomplete"][0]["mend"].is_string(), "{path}");
    }
    let said = sandbox.cordon(["scan", "--exit-zero", "big"]);
    assert_eq!(said.code, 2);
}

#[test]
fn a_file_that_nobody_may_read_is_incomplete_until_it_may_be_read() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("locked", line());
    sandbox.shell("chmod 0 locked");
    if std::fs::read(sandbox.path().join("locked")).is_ok() {
        // The superuser may read everything.
        return;
    }
    let report = sandbox.scan(&[]);
    assert_eq!(report.codes(), ["unreadable-file"]);
    let mend = report.json["incomplete"][0]["mend"].as_str().unwrap();
    assert_eq!(sandbox.shell(mend).code, 0);
    assert_eq!(sandbox.scan(&[]).places("secret-added"), ["locked:1"]);
}

#[test]
fn a_pipe_on_the_way_is_noted() {
    let sandbox = Sandbox::with_commit();
    assert_eq!(sandbox.shell("mkfifo pipe").code, 0);
    let said = sandbox.cordon(["scan"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("pipe"), "{}", said.stdout);
}

#[test]
fn standard_input_is_a_text_with_a_name() {
    let sandbox = Sandbox::with_commit();
    let args = [
        "scan",
        "--format",
        "json",
        "--stdin",
        "--stdin-name",
        "job.log",
    ];
    let mut command = sandbox.command(CORDON, &sandbox.path());
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(format!("one\n{}", line()).as_bytes())
        .unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let report = Report::read(&Said {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::new(),
    });
    assert_eq!(report.places("secret-added"), ["job.log:2"]);
    assert_eq!(report.json["range"]["kind"], "text");
}

#[test]
fn other_rules_do_not_run() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nzones: {all: {class: custom, paths: [\"**\"], agents: denied}}\n",
    );
    sandbox.write("a", line());
    let trailer = crate::support::CLAUDE;
    sandbox.commit(&format!("Change\n\n{trailer}"));
    for args in [&[][..], &["--history"], &["--range", "HEAD~1..HEAD"]] {
        assert_eq!(sandbox.scan(args).rules(), ["secret-added"], "{args:?}");
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let sandbox = Sandbox::with_commit();
    for number in 0..100 {
        sandbox.write(&format!("dir-{}/file-{number}", number % 7), line());
    }
    let one = sandbox.cordon(["scan", "--format", "json", "--jobs", "1"]);
    let four = sandbox.cordon(["scan", "--format", "json", "--jobs", "4"]);
    assert_eq!(one.stdout, four.stdout);
    assert_eq!(Report::read(&one).of("secret-added").len(), 100);
}
