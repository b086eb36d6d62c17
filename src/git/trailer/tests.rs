use std::path::Path;

use bstr::ByteSlice as _;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::*;
use crate::git::testing::{Sandbox, gits};

/// What each git of this machine says of many messages at once, as it prints them.
fn git_says(sandbox: &Sandbox, git: &Path, messages: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let dir = sandbox.path();
    let mut paths = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let path = sandbox.home().join(format!("message-{at}"));
        let person = format!("A <a@b> {at} +0000");
        let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        let mut raw = format!("tree {tree}\nauthor {person}\ncommitter {person}\n\n").into_bytes();
        raw.extend_from_slice(message);
        std::fs::write(&path, raw).unwrap();
        writeln_path(&mut paths, &path);
    }
    let store = [
        "hash-object",
        "-t",
        "commit",
        "-w",
        "--literally",
        "--stdin-paths",
    ];
    let ids = sandbox.git_bytes(&dir, &store, &paths);
    let output = sandbox
        .command(git, &dir)
        .args([
            "log",
            "--no-walk=unsorted",
            "--format=%H%(trailers:only,unfold)%x00",
        ])
        .args(ids.lines().map(|id| id.to_str().unwrap()))
        .output()
        .unwrap();
    assert!(output.status.success());
    let rows = output
        .stdout
        .split_str("\0\n")
        .filter(|row| !row.is_empty());
    rows.map(|row| row[40..].to_vec()).collect()
}

fn writeln_path(paths: &mut Vec<u8>, path: &Path) {
    paths.extend_from_slice(path.to_str().unwrap().as_bytes());
    paths.push(b'\n');
}

fn printed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for trailer in trailers(message) {
        out.extend_from_slice(&trailer.key);
        out.extend_from_slice(b": ");
        out.extend_from_slice(&trailer.value);
        out.push(b'\n');
    }
    out
}

fn compare(messages: &[Vec<u8>]) {
    let sandbox = Sandbox::new();
    sandbox.object("tree", b"");
    for git in gits() {
        let said = git_says(&sandbox, &git, messages);
        assert_eq!(said.len(), messages.len());
        for (message, said) in messages.iter().zip(said) {
            assert_eq!(
                printed(message).as_bstr(),
                said.as_bstr(),
                "{} on {:?}",
                git.display(),
                message.as_bstr()
            );
        }
    }
}

/// Pieces of messages that Git's grammar tells apart.
const PIECES: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\n\n",
    "Title\n",
    "Signed-off-by: A <a@b>\n",
    "Co-authored-by: B\n",
    "(cherry picked from commit 1)\n",
    "text of prose\n",
    " folded\n",
    "\tfolded\n",
    "# note\n",
    "---\n",
    "--- a\n",
    "Conflicts:\n",
    "\tpath\n",
    "key : spaced\n",
    "key\t: tab\n",
    "a b: no\n",
    ": none\n",
    "https://x\n",
    "key:value\n",
    "key:\n",
    " \n",
    "\t\n",
    "\r\n",
    "k: v\r\n",
    "key: a\x0b\n",
    "# ------------------------ >8 ------------------------\n",
    "Signed-off-by:x\n",
    "k: v",
    "\u{FF1A}\n",
    "k\u{E9}y: v\n",
    " k: v\n",
    "-: v\n",
    "#\n",
    "Signed-off-by: \n",
    "diff --git\n",
];

#[test]
fn random_messages_read_as_git_reads_them() {
    let piece = prop::sample::select(PIECES);
    let message = prop::collection::vec(piece, 0..14).prop_map(|parts| parts.concat().into_bytes());
    let many = prop::collection::vec(message, 3000);
    let mut runner = TestRunner::default();
    let messages = many.new_tree(&mut runner).unwrap().current();
    for messages in messages.chunks(500) {
        compare(messages);
    }
}

#[test]
fn known_messages_read_as_git_reads_them() {
    let messages = [
        "",
        "\n",
        "T",
        "T\n\nk: v",
        "T\nk: v\n",
        "\n\nT\n\nk: v\n",
        "T\n\nk: v\n\nprose\n",
        "T\n\nk: v\nprose\n",
        "T\n\nk: v\nprose\nSigned-off-by: x\n",
        "T\n\na\nb\nc\nSigned-off-by: x\n",
        "T\n\na\nb\nc\nd\nSigned-off-by: x\n",
        "T\n\nk: v\n---\n patch\n",
        "T\n\nk: a\n b\n\tc\n",
        "T\n\nk: v\0\nother: w\n",
        "T\n\nk: v\n\nConflicts:\n\ta\n",
        "T\n\nk: v\n# c\n",
        "T\n\n# c\nk: v\n",
        "#\nk: v\n",
        "# c\n\nk: v\n",
        "T\n \nk: v\n",
        "T\n\nk: a\n \n",
        "k: v\n\nk: v\n",
    ];
    compare(&messages.map(|message| message.as_bytes().to_vec()));
}

#[test]
fn conflicts_in_the_first_line_never_end_as_in_git() {
    let message = b"Conflicts:\n--- a\n--- a\n\tpath\n\t\nkey:value\n#\n\tpath\n";
    compare(&[
        message.to_vec(),
        b"# c\nConflicts:\nx\n\nk: v\n#\n\tpath\n".to_vec(),
    ]);
    assert_eq!(trailers(message).len(), 1);
}

#[test]
fn a_folded_value_is_one_trailer() {
    let found = trailers(b"T\n\nCo-authored-by: Claude\n <a@b>\nk: v\n");
    assert_eq!(found.len(), 2);
    assert_eq!(
        (found[0].value.as_bstr(), found[0].line),
        (b"Claude <a@b>".as_bstr(), 3)
    );
    assert_eq!((found[1].line, found[1].reading), (5, Reading::Git));
    assert_eq!(
        trailers("T\n\nk: a\u{200B}b\n".as_bytes())[0].faults,
        [Fault::Invisible]
    );
}

#[test]
fn large_messages_take_linear_time() {
    let size = 1 << 20;
    for piece in [
        "a-b: c\n",
        "```x\n",
        "~~~\n```\n",
        " x\n",
        "\\n",
        "\\nCo-authored-by: x",
        "\u{200B}",
        "🤖",
        "\u{5B57}",
        "k: v\n\n",
        "#\n",
        "\n",
        "Signed-off-by: x\n y\n",
        "-",
        ":",
        "Conflicts:\n",
        "\r",
    ] {
        let message = format!("T\n\n{}", piece.repeat(size / piece.len()));
        #[expect(clippy::disallowed_methods, reason = "a test may look at the clock")]
        let start = std::time::Instant::now();
        let _ = trailers(message.as_bytes());
        let _ = lenient_trailers(message.as_bytes());
        // Quadratic time would be hours.
        assert!(start.elapsed().as_secs() < 20, "{piece:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read(message in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = trailers(&message);
        let _ = lenient_trailers(&message);
    }
}
