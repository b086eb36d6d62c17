//! The session in README.md is what `tests/readme/session.sh` prints with the program under test.
//! `CORDON_GENERATE=1 cargo test generated` writes it anew.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and decides nothing by its surroundings"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the README has around the session.
const START: &str = "<!-- session: tests/readme/session.sh prints it -->\n```console\n";
const END: &str = "```\n";

/// The widest line of a plain terminal.
const COLUMNS: usize = 80;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the script in an empty folder, with the program under test first on the path.
fn session() -> String {
    let scratch = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_cordon")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .arg(root().join("tests/readme/session.sh"))
        .current_dir(scratch.path())
        .env_clear()
        .env("PATH", path)
        .env("CORDON_TEST_NO_ANCESTORS", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && complaint.is_empty(),
        "{complaint}"
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn generated_session_of_the_readme() {
    let session = session();
    // Else the README would show a session in which nothing happens.
    assert_eq!(
        session.matches("blocked: zone-agent").count(),
        2,
        "{session}"
    );
    assert!(
        session.ends_with("$ git log --format=%s\nfeat: begin the radio\n"),
        "{session}"
    );
    for line in session.lines() {
        assert!(line.chars().count() <= COLUMNS, "{line}");
    }
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(START).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    if std::env::var_os("CORDON_GENERATE").is_some() {
        std::fs::write(&path, [before, START, &session, END, after].concat()).unwrap();
        return;
    }
    assert_eq!(shown, session, "CORDON_GENERATE=1 cargo test generated");
}
