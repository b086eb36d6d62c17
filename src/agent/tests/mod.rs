//! The catalogue's own examples, its uniqueness, and the people it must leave alone.

mod examples;
mod people;
mod values;

use bstr::BString;

use super::raw::Entry;
use super::*;
use crate::finding::Subject;
use crate::git::{Commit, Identity, Message, Reading, Trailer};
use crate::text::fold;

/// The catalogue with its examples.
fn full() -> Vec<Entry> {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/agents-full.json"))).unwrap()
}

fn identity(text: &str) -> Identity {
    let (name, rest) = text.rsplit_once(" <").unwrap();
    Identity {
        name: name.into(),
        email: rest.trim_end_matches('>').into(),
    }
}

fn commit(author: &str, committer: &str, message: &str) -> Commit {
    Commit {
        id: None,
        parents: Vec::new(),
        tree: None,
        author: identity(author),
        committer: identity(committer),
        message: Message::new(message),
        signed: false,
    }
}

const PERSON: &str = "Dev <dev@example.org>";

/// A small stand-in for the trailer reader: the last block, if all of it are trailers, else every
/// unindented, unquoted, unfenced `Key: value` line after the subject.
fn trailers(message: &str) -> Vec<Trailer> {
    let last = message.trim_end().rsplit("\n\n").next().unwrap_or("");
    let last_from = message.trim_end().len() - last.len();
    let block_is_git = last.lines().all(|line| pair(line).is_some());
    let mut fenced = false;
    let mut found = Vec::new();
    let mut at = 0;
    for (index, line) in message.lines().enumerate() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if let Some((key, value)) = pair(line).filter(|_| !fenced && index > 0) {
            let reading = if block_is_git && at >= last_from {
                Reading::Git
            } else {
                Reading::Lenient
            };
            found.push(trailer(key, value, index + 1, reading));
        }
        at += line.len() + 1;
    }
    found
}

fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (!key.is_empty() && key.chars().all(plain) && !value.starts_with("//"))
        .then(|| (key, value.trim()))
}

fn trailer(key: &str, value: &str, line: usize, reading: Reading) -> Trailer {
    Trailer {
        key: key.into(),
        folded: fold::letters(key.as_bytes()),
        value: value.into(),
        line: u32::try_from(line).unwrap(),
        reading,
        faults: Vec::new(),
    }
}

fn of_message(message: &str) -> Attribution {
    let commit = commit(PERSON, PERSON, message);
    attribute(
        Catalogue::builtin(),
        &commit,
        &trailers(message),
        &Signs::default(),
    )
}

fn of_value(key: &str, value: &str) -> Option<(String, Option<String>)> {
    names_agent(Catalogue::builtin(), &trailer(key, value, 3, Reading::Git))
}

fn agent_of(key: &str, value: &str) -> Option<String> {
    Some(of_value(key, value)?.0)
}

#[test]
fn a_role_is_no_part_in_the_work() {
    for key in [
        "Reviewed-by",
        "Reported-by",
        "Tested-by",
        "Acked-by",
        "Suggested-by",
        "Cc",
    ] {
        let found = of_message(&format!("Add\n\n{key}: Claude <noreply@anthropic.com>\n"));
        assert_eq!(found.kind, AttributionKind::None, "{key}");
    }
    let signed = of_message("Add\n\nSigned-off-by: Claude <noreply@anthropic.com>\n");
    assert!(signed.is_declared("claude-code"));
}

#[test]
fn prose_is_no_evidence() {
    for message in [
        "Add\n\nClaude Code wrote half of this, Cursor the rest.\n",
        "Add\n\nSee noreply@anthropic.com and Co-authored-by: Cursor <cursoragent@cursor.com>.\n",
        "Add\n\n> Co-authored-by: Cursor <cursoragent@cursor.com>\n",
        "Add\n\n    Co-authored-by: Cursor <cursoragent@cursor.com>\n",
        "claude-code: add a parser\n",
    ] {
        assert_eq!(of_message(message).kind, AttributionKind::None, "{message}");
    }
}

#[test]
fn kinds_follow_the_strongest_evidence() {
    let cursor = "Cursor Agent <cursoragent@cursor.com>";
    let kind = |author, committer, message: &str, branch: Option<&str>| {
        let signs = Signs {
            branch: branch.map(BString::from),
            ..Signs::default()
        };
        let commit = commit(author, committer, message);
        attribute(Catalogue::builtin(), &commit, &trailers(message), &signs)
    };
    let authored = kind(cursor, PERSON, "Add", None);
    assert_eq!(authored.kind, AttributionKind::Authored);
    assert_eq!(authored.subject(), Subject::Agent);
    let committed = kind(PERSON, cursor, "Add", None);
    assert_eq!(committed.kind, AttributionKind::Assisted);
    let marked = kind(PERSON, PERSON, "Add\n\nMade with Cursor\n", None);
    assert_eq!(marked.kind, AttributionKind::Assisted);
    assert!(!marked.is_declared("cursor"));
    let suspected = kind(PERSON, PERSON, "Add", Some("refs/heads/cursor/add"));
    assert_eq!(suspected.kind, AttributionKind::Suspected);
    assert_eq!(suspected.subject(), Subject::Human);
    assert_eq!(
        kind(PERSON, PERSON, "Add", Some("cursors/add")).kind,
        AttributionKind::None
    );
}

#[test]
fn evidence_comes_strongest_first_and_once() {
    let message = "Add\n\nMade with Cursor\n\nMade-with: Cursor\nCo-authored-by: C <cursoragent@cursor.com>\n";
    let commit = commit(PERSON, PERSON, message);
    let mut read = trailers(message);
    read.extend(read.clone());
    let found = attribute(Catalogue::builtin(), &commit, &read, &Signs::default());
    let lines = found.agents[0]
        .evidence
        .iter()
        .map(|evidence| (evidence.strength, evidence.line.unwrap()))
        .collect::<Vec<_>>();
    assert_eq!(
        lines,
        [
            (Strength::Declared, 5),
            (Strength::Declared, 6),
            (Strength::Strong, 3)
        ]
    );
}

#[test]
fn a_key_outside_the_block_is_strong_unless_its_agent_puts_it_anywhere() {
    let found = of_message("Add\n\nClaude-Session: x\nAgent-Logs-Url: y\n\nThe end.\n");
    assert!(!found.is_declared("claude-code"));
    assert!(found.is_declared("github-copilot-cloud"));
}

#[test]
fn look_alikes_are_seen_and_worth_less() {
    for value in [
        "Cursor <\u{441}ursoragent@cursor.com>",
        "Cursor <cursor\u{200B}agent@cursor.com>",
    ] {
        let found = of_message(&format!("Add\n\nCo-authored-by: {value}\n"));
        assert_eq!(found.kind, AttributionKind::Assisted, "{value}");
        assert!(!found.is_declared("cursor"), "{value}");
    }
    let found = of_message("Add\n\nAssisted-by: \u{421}laude:opus-5\n");
    assert_eq!(found.kind, AttributionKind::Assisted);
    assert!(!found.is_declared("claude-code"));
}
