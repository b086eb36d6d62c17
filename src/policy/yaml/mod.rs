//! YAML as policies are written in it: a small, strict part of the language, every value with its
//! place, every problem of a file told in one run.
//!
//! The only user of the YAML parser. The policy loader, the catalogues and the build script read
//! through it: [`parse`] makes a tree of [`Node`]s, [`read`] makes a type of a tree. Anchors,
//! aliases, tags, merge keys, directives and second documents are refused: two readers must not be
//! able to see different policies in one file.

mod access;
mod de;
mod error;
mod json;
mod merge;
mod session;
mod tree;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::text::span::Span;

pub use json::canonical_json;
pub use merge::merge;
pub use session::{read, salvage};
pub use tree::parse;

/// More problems than this are not told: the list ends with a line that says so.
pub const MAX_PROBLEMS: usize = 200;

/// How large a file may be. Over a limit the file is refused with one problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file. At most `u32::MAX` counts.
    pub bytes: usize,
    /// Scalars, lists and maps, keys counted too.
    pub nodes: usize,
    /// Lists and maps inside each other.
    pub depth: usize,
}

impl Limits {
    /// For `.cordon.yml`, which the judged repository's authors write: 1 MiB.
    pub const REPOSITORY: Self = Self {
        bytes: 1 << 20,
        nodes: 500_000,
        depth: 64,
    };
    /// For the files of the policy repository: 8 MiB.
    pub const ORG: Self = Self {
        bytes: 8 << 20,
        ..Self::REPOSITORY
    };
}

/// Whether a problem makes the file unusable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file must not be used.
    Error,
    /// Worth saying; the file may be used.
    Note,
}

/// Something wrong in a file, at the exact word. The texts may hold foreign text: who shows them
/// makes them harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether the file may be used in spite of it.
    pub severity: Severity,
    /// The word.
    pub span: Span,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// How to mend it.
    pub hint: Option<String>,
    /// Another place that belongs to it, and what is there.
    pub related: Option<(Span, String)>,
}

impl Problem {
    /// An error without a hint.
    pub fn error(span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            span,
            message: message.into(),
            hint: None,
            related: None,
        }
    }

    /// A note without a hint.
    pub fn note(span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Note,
            ..Self::error(span, message)
        }
    }

    /// The same with a hint, if there is one.
    #[must_use]
    pub fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }

    /// The same with a second place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some((span, label.into()));
        self
    }
}

/// A value of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Where it stands. Of a quoted text with its quotes; of a list or map from its first to its
    /// last entry, with the brackets where there are some. A value that was left out has an empty
    /// span behind its key.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

type Entry = (Node, Node);

/// The three kinds of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NodeKind {
    /// A text, a number, `true`, `false` or nothing: what it means, the reader's type decides.
    Scalar {
        /// After quotes and escapes were taken off.
        text: String,
        /// Written without quotes.
        plain: bool,
    },
    /// A list.
    Seq(Vec<Node>),
    /// A map, in the order of the file. Keys are scalars, and no key comes twice.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            NodeKind::Seq(_) | NodeKind::Map(_) => None,
        }
    }

    /// The same, as it is where its files stand that much further down the list of sources.
    #[must_use]
    pub fn moved(mut self, by: u16) -> Self {
        self.move_by(by);
        self
    }

    fn move_by(&mut self, by: u16) {
        self.span.file = self.span.file.saturating_add(by);
        match &mut self.kind {
            NodeKind::Map(entries) => {
                for (key, value) in entries {
                    key.move_by(by);
                    value.move_by(by);
                }
            }
            NodeKind::Seq(items) => items.iter_mut().for_each(|item| item.move_by(by)),
            NodeKind::Scalar { .. } => {}
        }
    }

    /// Whether it is nothing: left out, `~` or `null`.
    pub fn is_null(&self) -> bool {
        match &self.kind {
            NodeKind::Scalar { text, plain } => *plain && is_null(text),
            NodeKind::Seq(_) | NodeKind::Map(_) => false,
        }
    }

    /// The key and the value of a map's entry.
    pub fn entry(&self, key: &str) -> Option<&(Self, Self)> {
        match &self.kind {
            NodeKind::Map(entries) => entries.iter().find(|entry| entry.0.text() == Some(key)),
            NodeKind::Scalar { .. } | NodeKind::Seq(_) => None,
        }
    }
}

impl Node {
    /// The value of a key of a map.
    pub fn value_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.kind {
            NodeKind::Map(entries) => {
                let entry = entries.iter_mut().find(|entry| entry.0.text() == Some(key));
                entry.map(|(_, value)| value)
            }
            NodeKind::Scalar { .. } | NodeKind::Seq(_) => None,
        }
    }
}

/// The value that a path of keys leads to: `at(node, &["zones", "ci", "paths"])`.
pub fn at<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter()
        .try_fold(node, |node, key| Some(&node.entry(key)?.1))
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// A whole number as policies write it: decimal, no sign but a minus, no leading zero.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    text == "0"
        || (digits.starts_with(|first: char| first.is_ascii_digit() && first != '0')
            && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The start of a text, for a message.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
