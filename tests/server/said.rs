//! What whoever pushes gets to read.

use std::os::unix::ffi::OsStringExt as _;

use crate::server::{Server, ZONE};
use crate::support::{CLAUDE, said};

/// The lines that the server said.
fn lines(told: &str) -> Vec<&str> {
    told.lines()
        .filter_map(|line| line.strip_prefix("remote: "))
        .map(str::trim_end)
        .collect()
}

#[track_caller]
fn fit(told: &str) {
    assert!(!lines(told).is_empty(), "{told}");
    for line in lines(told) {
        assert!(line.chars().count() <= 72, "{line}");
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
}

#[test]
fn hostile_bytes_are_harmless_and_lines_short() {
    let mut server = Server::with(ZONE);
    // No terminal, and colour wanted nevertheless.
    server.sandbox.set("CLICOLOR_FORCE", "1");
    let folder = server.path().join("src/crypto");
    std::fs::create_dir_all(&folder).unwrap();
    let name = b"a\n\x1b[31m\xff-very-long-name-".repeat(8);
    std::fs::write(folder.join(std::ffi::OsString::from_vec(name)), "x\n").unwrap();
    let long = "word \x1b]0;title\x07 ".repeat(200);
    let unbroken = "w".repeat(5000);
    server.commit(&format!("{long}{unbroken}\n\n{CLAUDE}"));
    let told = server.refused(["main"]);
    fit(&told);
    assert!(lines(&told).len() < 40, "{told}");
    assert!(told.contains(r"\x1B"), "{told}");
}

#[test]
fn what_refuses_comes_first_and_the_last_line_says_how_to_see_the_rest() {
    let policy = format!("{ZONE}  warned: {{paths: [other], agents: denied, mode: warn}}\n");
    let server = Server::with(&policy);
    let base = server.id("HEAD");
    for number in 0..30 {
        server.write("other", format!("{number}\n"));
        server.commit(&format!("Change {number}\n\n{CLAUDE}"));
    }
    let head = server.by_an_agent();
    let told = server.refused(["main"]);
    fit(&told);
    let lines = lines(&told);
    assert!(
        lines[0].starts_with("cordon: refused: 1 blocked, 30 warned; 31 commits"),
        "{told}"
    );
    assert!(lines[1].starts_with("blocked: zone-agent: "), "{told}");
    assert_eq!(told.matches("warned: zone-agent: ").count(), 9, "{told}");
    let command = format!("cordon check --range {}..{}", &base[..10], &head[..10]);
    assert_eq!(lines.last().unwrap().trim(), command, "{told}");
    assert!(told.contains("21 more not shown."), "{told}");
    let seen = server.shell(&command);
    assert_eq!(seen.stdout.matches("warned: zone-agent: ").count(), 30);
}

#[test]
fn what_could_not_be_judged_at_all_is_said_so() {
    let server = Server::with(ZONE);
    let line = "cd .. && GIT_DIR=/nonexistent cordon hook pre-receive </dev/null";
    let told = said(server.command("sh", &server.path()).args(["-c", line]));
    assert_eq!(told.code, 2);
    let first = "cordon: refused: the push could not be judged\nincomplete: ";
    assert!(told.stderr.starts_with(first), "{}", told.stderr);
}
