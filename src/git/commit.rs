//! A commit's raw bytes, read.

use bstr::{BStr, BString};

use super::Id;

/// An author or committer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The display name.
    pub name: BString,
    /// The e-mail address, without the angle brackets.
    pub email: BString,
}

/// One commit, or the one being made.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Its id; `None` for the commit being made.
    pub id: Option<Id>,
    /// Its parents, in order.
    pub parents: Vec<Id>,
    /// Its tree; `None` for the commit being made, whose tree is the index.
    pub tree: Option<Id>,
    /// Who wrote it.
    pub author: Identity,
    /// Who committed it.
    pub committer: Identity,
    /// Its message.
    pub message: Message,
    /// Whether it carries a signature, valid or not.
    pub signed: bool,
}

/// A commit message: raw bytes, in whatever encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    raw: BString,
}

impl Message {
    /// A message as a commit object holds it.
    pub fn new(raw: impl Into<BString>) -> Self {
        Self { raw: raw.into() }
    }

    /// Its bytes.
    pub fn raw(&self) -> &BStr {
        self.raw.as_ref()
    }
}
