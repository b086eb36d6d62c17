use bstr::ByteSlice as _;

use super::*;
use crate::git::Kind;
use crate::git::testing::Sandbox;

const TREE: &str = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n";
const PEOPLE: &str = "author A <a@b> 1 +0000\ncommitter C <c@d> 2 +0000\n";

fn id() -> Id {
    Id::from_bytes(&[7; 20]).unwrap()
}

fn parse(head: &str) -> Result<Commit> {
    Commit::parse(id(), format!("{head}\nTitle\n").as_bytes())
}

#[test]
fn a_commit_that_git_wrote_is_read() {
    let sandbox = Sandbox::new();
    let first = sandbox.commit_files(&[("a", "1")]);
    let second = sandbox.commit("Second\n\nbody\n\nKey-one: v");
    let repo = sandbox.open();
    let raw = repo.read(&second, Kind::Commit).unwrap();
    let commit = Commit::parse(second, &raw).unwrap();
    assert_eq!(commit.parents, [first]);
    assert_eq!(commit.tree, Some(sandbox.id("HEAD^{tree}")));
    assert_eq!(commit.author.name, "Ann Author");
    assert_eq!(commit.committer.email, "carl@example.com");
    assert_eq!(commit.message.subject(), "Second");
    assert_eq!(commit.message.trailers()[0].key, "Key-one");
    assert!(!commit.signed);
}

#[test]
fn headers_that_are_not_known_are_skipped() {
    let extra = "encoding latin1\nmergetag object 1\n tree 2\n author x\n \nnew header\n";
    let commit = parse(&format!("{TREE}{PEOPLE}{extra}")).unwrap();
    assert_eq!(commit.message.raw(), "Title\n");
    assert!(!commit.signed);
    for header in ["gpgsig", "gpgsig-sha256"] {
        let signature = format!("{header} -----BEGIN\n \n =ab\n -----END\n");
        assert!(parse(&format!("{TREE}{PEOPLE}{signature}")).unwrap().signed);
    }
}

#[test]
fn two_signatures_hide_nothing_of_a_commit() {
    let signature = |header: &str, kind: &str| {
        format!(
            "{header} -----BEGIN {kind}-----\n \n =ab\n author Eve <e@x> 1 +0000\n -----END {kind}-----\n"
        )
    };
    let pgp = signature("gpgsig", "PGP SIGNATURE");
    let certificate = signature("gpgsig", "SIGNED MESSAGE");
    let other = signature("gpgsig-sha256", "SSH SIGNATURE");
    for headers in [
        format!("{pgp}{pgp}"),
        format!("{pgp}{other}"),
        format!("{other}{pgp}"),
        certificate,
    ] {
        let commit = parse(&format!("{TREE}{PEOPLE}{headers}")).unwrap();
        assert!(commit.signed);
        assert_eq!(commit.message.raw(), "Title\n");
        assert_eq!(
            commit.author.name,
            parse(&format!("{TREE}{PEOPLE}")).unwrap().author.name
        );
    }
    // A header behind a signature is one all the same.
    let late = format!("{TREE}{PEOPLE}{pgp}author Eve <e@x> 1 +0000\n");
    assert!(parse(&late).is_err());
}

#[test]
fn a_broken_header_is_corrupt() {
    let parent = "parent 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n";
    for head in [
        String::new(),
        TREE.to_owned(),
        PEOPLE.to_owned(),
        format!("{PEOPLE}{TREE}"),
        format!("{TREE}{PEOPLE}{parent}"),
        format!("{TREE}{PEOPLE}author B <b@c> 1 +0000\n"),
        format!("{TREE}author A 1 +0000\ncommitter C <c@d> 2 +0000\n"),
        format!("{TREE}{PEOPLE}nul \0\n"),
        format!("tree 4b825dc6\n{PEOPLE}"),
        format!("{}{PEOPLE}", TREE.replace('\n', "\r\n")),
        format!("tree {}\n{PEOPLE}", "a".repeat(64)),
    ] {
        assert_eq!(
            parse(&head).unwrap_err().code(),
            "corrupt-object",
            "{head:?}"
        );
    }
}

#[test]
fn identities_read_as_git_reads_them() {
    let sandbox = Sandbox::new();
    let tree = sandbox.object("tree", b"");
    for person in [
        "A B <a@b> 1 +0000",
        "<a@b> 1 +0000",
        "A <> 1 +0000",
        "A <a> <b@c> 1 +0000",
        "A <a> B> 1 +0000",
        "A  <a @b> 1 +0000",
        "  A B\t<a@b> 1 +0000",
        "\u{fc} <\u{fc}> 1 +0000",
    ] {
        let raw = format!("tree {tree}\nauthor {person}\ncommitter {person}\n\nT\n");
        let id = sandbox.object("commit", raw.as_bytes());
        let ours = Commit::parse(id, raw.as_bytes()).unwrap().author;
        let format = ["log", "-1", "--format=%an|%ae", &id.to_string()];
        let theirs = sandbox.git_bytes(&sandbox.path(), &format, b"");
        assert_eq!(
            format!("{}|{}", ours.name, ours.email).as_bytes().as_bstr(),
            theirs
                .trim_end_with(|character| character == '\n')
                .as_bstr(),
            "{person:?}"
        );
    }
}

#[test]
fn both_readings_come_by_line() {
    let message = Message::new("T\n\nCo-authored-by: A\n\nb\n\nk: v\\nCo-authored-by: B\nk: w\n");
    let lines: Vec<_> = message
        .trailers()
        .into_iter()
        .map(|trailer| (trailer.line, trailer.reading, trailer.folded))
        .collect();
    let (git, lenient) = (crate::git::Reading::Git, crate::git::Reading::Lenient);
    assert_eq!(
        lines,
        [
            (3, lenient, "co-authored-by".to_owned()),
            (7, git, "k".to_owned()),
            (7, lenient, "co-authored-by".to_owned()),
            (8, git, "k".to_owned()),
        ]
    );
    assert_eq!(Message::new("\n \n T \n\n").subject(), " T");
    assert_eq!(Message::new("").subject(), "");
}
