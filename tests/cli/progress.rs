//! Long work: a bar on a terminal and nowhere else, and Ctrl-C that leaves nothing behind.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{CORDON, Said, Sandbox, said};

/// How many files the work has.
const FILES: usize = 24;

/// A tree that takes some seconds.
fn long_work() -> Sandbox {
    let sandbox = Sandbox::with_commit();
    let text =
        "see https://user:$PASSWORD@cache.acme.io/ and AKIA, sk_live_, ghp_\n".repeat(12_000);
    for number in 0..FILES {
        sandbox.write(&format!("file-{number}"), &text);
    }
    sandbox
}

/// Runs a line at a terminal of its own.
fn at_a_terminal(sandbox: &Sandbox, line: &str, variables: &[(&str, &str)]) -> Said {
    let mut command = sandbox.command("script", &sandbox.path());
    command.args(["-qec", line, "/dev/null"]);
    command.env("TERM", "xterm").env("COLUMNS", "80");
    said(command.envs(variables.iter().copied()))
}

#[test]
fn a_bar_appears_on_a_terminal_and_goes_away() {
    let sandbox = long_work();
    let total = format!("of {} files", FILES + 1);
    let line = "cordon scan --jobs 1 --no-ignore . >/dev/null";
    // Stopped again and again, the work takes its second on every machine.
    let slow = format!(
        "{line} & job=$!; \
         (while kill -STOP $job 2>&-; do sleep 0.3; kill -CONT $job; sleep 0.05; done) & wait $job"
    );
    let drawn = at_a_terminal(&sandbox, &slow, &[]);
    assert!(drawn.stdout.contains(&total), "{:?}", drawn.stdout);
    // The last thing that happens to the line is that it is cleared.
    let (_, after) = drawn.stdout.rsplit_once("left").unwrap();
    assert!(
        after.contains("\u{1b}[2K") && !after.contains(&total),
        "{after:?}"
    );
    for (line, variables) in [
        (line, &[("CI", "true")][..]),
        (line, &[("TERM", "dumb")]),
        ("cordon scan -q --jobs 1 . >/dev/null", &[]),
        ("cordon scan --jobs 1 . >/dev/null 2>err; cat err", &[]),
    ] {
        let silent = at_a_terminal(&sandbox, line, variables);
        assert!(
            !silent.stdout.contains("of "),
            "{line}: {:?}",
            silent.stdout
        );
    }
}

#[test]
fn ctrl_c_ends_with_130_and_leaves_no_file() {
    let sandbox = long_work();
    let output = sandbox.outside("report.json");
    let mut command = sandbox.command(CORDON, &sandbox.path());
    command.args(["scan", "--jobs", "1", "--output"]);
    command.arg(format!("json={}", output.display()));
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130));
    assert_eq!(ended.stdout, b"");
    let mut left = std::fs::read_dir(output.parent().unwrap()).unwrap();
    let report = left.find(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().contains("report.json")
    });
    assert!(report.is_none(), "{report:?}");
}

#[test]
fn an_output_file_is_replaced_whole_and_keeps_its_place() {
    let sandbox = Sandbox::with_commit();
    let real = sandbox.outside("real.json");
    let link = sandbox.outside("link.json");
    std::fs::write(&real, "old").unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let output = format!("json={}", link.display());
    assert_eq!(sandbox.cordon(["scan", "--output", &output]).code, 0);
    assert!(
        std::fs::read_to_string(&real)
            .unwrap()
            .contains("cordon.report/v1")
    );
    assert!(link.is_symlink());
    let said = sandbox.cordon(["scan", "--output", "concise=/dev/stdout"]);
    assert_eq!(
        said.stdout.matches("pass: nothing found").count(),
        2,
        "{}",
        said.stdout
    );
    let said = sandbox.cordon(["scan", "--output", "json=nowhere/report.json"]);
    assert_eq!(said.code, 2);
}
