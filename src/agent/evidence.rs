//! One observed sign that an agent took part.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use bstr::BString;

pub use super::raw::{EvidenceKind, Strength};

/// One observed sign that an agent took part. Its texts are foreign: they pass the redactor before
/// anybody sees them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// The agent's id.
    pub agent: String,
    /// Where it was found.
    pub kind: EvidenceKind,
    /// What it is worth.
    pub strength: Strength,
    /// The trailer's key as written, the variable's name, the notes' reference or the record's path.
    pub key: Option<String>,
    /// What says so: a trailer's value, a line, `Name <mailbox>`, a branch, a tool's name. For a variable, its
    /// value only where that is a constant of the catalogue or a plain `1` or `true`; else empty.
    pub value: BString,
    /// The line in the raw message, from 1.
    pub line: Option<u32>,
    /// The model it names.
    pub model: Option<String>,
}

impl Evidence {
    /// `trailer Co-authored-by`, `environment CLAUDECODE`: what kind of sign it is, without its value.
    pub fn describe(&self) -> String {
        match &self.key {
            Some(key) => format!("{} {key}", self.kind.word()),
            None => format!("{} {}", self.kind.word(), self.value),
        }
    }
}

impl EvidenceKind {
    /// Its word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Committer => "committer",
            Self::Trailer => "trailer",
            Self::Key => "key",
            Self::Mark => "mark",
            Self::Branch => "branch",
            Self::Environment => "environment",
            Self::Process => "process",
            Self::Note => "note",
            Self::Record => "record",
            Self::CherryPick => "cherry-pick",
            Self::Squash => "squash",
        }
    }
}

impl Strength {
    /// Its word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Weak => "weak",
            Self::Strong => "strong",
            Self::Declared => "declared",
        }
    }
}

/// What is known outside the commit.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    /// Notes and records that tools keep of this commit.
    pub recorded: Vec<Evidence>,
    /// [`super::environment`]'s evidence, for the commit being made and no other.
    pub environment: Vec<Evidence>,
    /// Lines of the message, from 1, that are a quotation and claim nothing.
    pub quoted: BTreeSet<u32>,
    /// The branch's name, with or without `refs/heads/`.
    pub branch: Option<BString>,
}

/// Strongest first, then by line and kind; equal ones once.
pub(super) fn sort(evidence: &mut Vec<Evidence>) {
    evidence.sort_by(|one, other| order(one).cmp(&order(other)));
    evidence.dedup();
}

type Order<'e> = (
    Reverse<Strength>,
    Option<u32>,
    EvidenceKind,
    &'e Option<String>,
    &'e BString,
    &'e str,
    &'e Option<String>,
);

fn order(evidence: &Evidence) -> Order<'_> {
    (
        Reverse(evidence.strength),
        evidence.line,
        evidence.kind,
        &evidence.key,
        &evidence.value,
        &evidence.agent,
        &evidence.model,
    )
}
