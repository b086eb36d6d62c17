//! A tree as block YAML, each value with the line that it comes from.

use std::fmt::Write as _;

use super::Shown;
use super::joined::{Fate, Other};
use crate::finding::PolicyLine;
use crate::policy::Sources;
use crate::policy::yaml::{Node, NodeKind, Problem};
use crate::text::Span;
use crate::text::show::{escaped, is_invisible};

/// Where the origins stand, and how wide a line may be that has one.
const COMMENT_COLUMN: usize = 36;
const WIDTH: usize = 80;
/// YAML wants a longer key announced by a question mark.
const LONGEST_KEY: usize = 1024;

/// What is written so far, and what is known of the values.
pub(super) struct Page<'a> {
    out: String,
    sources: &'a Sources,
    unused: &'a [Problem],
    /// The policy, if more is known of it than a tree.
    shown: Option<&'a Shown>,
}

impl<'a> Page<'a> {
    /// An empty page.
    pub(super) fn new(
        sources: &'a Sources,
        unused: &'a [Problem],
        shown: Option<&'a Shown>,
    ) -> Self {
        Self {
            out: String::new(),
            sources,
            unused,
            shown,
        }
    }

    /// A whole tree.
    pub(super) fn of(mut self, node: &Node) -> String {
        self.node(node, 0);
        self.out
    }

    fn node(&mut self, node: &Node, depth: usize) {
        match &node.kind {
            NodeKind::Map(entries) => {
                for (key, value) in entries {
                    let head = head(&scalar(key), &"  ".repeat(depth));
                    self.entry(&head, key.span, value, depth);
                }
            }
            NodeKind::Seq(items) => {
                for item in items {
                    self.entry(&format!("{}-", "  ".repeat(depth)), item.span, item, depth);
                }
            }
            NodeKind::Scalar { .. } => self.line(&scalar(node), node.span, node.span),
        }
    }

    fn entry(&mut self, head: &str, place: Span, value: &Node, depth: usize) {
        match &value.kind {
            NodeKind::Scalar { .. } => {
                self.line(&format!("{head} {}", scalar(value)), place, value.span);
            }
            NodeKind::Seq(items) if items.is_empty() => {
                self.line(&format!("{head} []"), place, value.span);
            }
            NodeKind::Map(entries) if entries.is_empty() => {
                self.line(&format!("{head} {{}}"), place, value.span);
            }
            NodeKind::Seq(_) | NodeKind::Map(_) => {
                let mark = self.mark(place);
                let _ = writeln!(
                    self.out,
                    "{head}{}",
                    if mark.is_empty() {
                        ""
                    } else {
                        "  # no effect yet"
                    }
                );
                self.node(value, depth + 1);
                self.others(head, value.span);
            }
        }
    }

    fn line(&mut self, text: &str, key: Span, span: Span) {
        let mark = [key, span].map(|span| self.mark(span));
        let mark = mark.iter().max().copied().unwrap_or_default();
        let origin = format!("{}{mark}", self.origin(span));
        let width = text.lines().last().unwrap_or_default().chars().count();
        let gap = COMMENT_COLUMN.saturating_sub(width).max(1);
        // Writing to a String cannot fail. A key on a line of its own is not parted from its value.
        let _ = if width + gap + 2 + origin.chars().count() <= WIDTH || text.contains('\n') {
            writeln!(self.out, "{text}{:gap$}# {origin}", "")
        } else {
            let indent = width - text.trim_start().chars().count();
            writeln!(self.out, "{:indent$}# {origin}\n{text}", "")
        };
        self.others(text, span);
    }

    /// What other authorities say of a value, below it.
    fn others(&mut self, text: &str, span: Span) {
        let Some(shown) = self.shown else {
            return;
        };
        let indent = text.len() - text.trim_start().len() + 2;
        for Other { node, fate } in shown.others.get(&span).into_iter().flatten() {
            let fate = match fate {
                Fate::Holds => "and both hold",
                Fate::Lower => "the highest counts",
                Fate::Weaker if shown.layer(node.span) > shown.layer(span) => "cannot loosen it",
                Fate::Weaker => "tightened here",
            };
            let said = flat(node);
            let origin = self.origin(node.span);
            // Writing to a String cannot fail.
            let _ = writeln!(self.out, "{:indent$}# {origin} says {said}: {fate}", "");
        }
    }

    /// The file, the line, and whose the file is.
    fn origin(&self, span: Span) -> String {
        let PolicyLine { file, line } = self.sources.line(span);
        let file = escaped(file.as_bytes());
        match self.shown.map(|shown| shown.layer(span).word()) {
            Some(layer) if line == 0 => format!("{layer} default"),
            Some(layer) => format!("{file}:{line} ({layer})"),
            None => format!("{file}:{line}"),
        }
    }

    fn mark(&self, span: Span) -> &'static str {
        let marked = self.unused.iter().any(|problem| problem.span == span);
        if marked { ", no effect yet" } else { "" }
    }
}

/// A value in one line, for a comment.
fn flat(node: &Node) -> String {
    match &node.kind {
        NodeKind::Scalar { .. } => scalar(node),
        NodeKind::Seq(items) => {
            let items: Vec<String> = items.iter().map(flat).collect();
            format!("[{}]", items.join(", "))
        }
        NodeKind::Map(entries) => {
            let pair = |(key, value): &(Node, Node)| format!("{}: {}", scalar(key), flat(value));
            let entries: Vec<String> = entries.iter().map(pair).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn head(key: &str, indent: &str) -> String {
    if key.len() > LONGEST_KEY {
        format!("{indent}? {key}\n{indent}:")
    } else {
        format!("{indent}{key}:")
    }
}

/// A scalar as YAML reads it back: as it was written where that is safe, else in double quotes. What
/// stood in quotes never becomes a number, a boolean or nothing.
fn scalar(node: &Node) -> String {
    let NodeKind::Scalar { text, plain } = &node.kind else {
        return String::new();
    };
    let bare = if *plain {
        node.is_null() || is_word(text) || is_negative(text)
    } else {
        is_word(text)
            && text.contains(|c: char| c.is_ascii_alphabetic())
            && !matches!(text.as_str(), "true" | "false" | "null" | "Null" | "NULL")
    };
    if bare { text.clone() } else { quoted(text) }
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
        && !text.starts_with(['-', '.'])
}

fn is_negative(text: &str) -> bool {
    text.strip_prefix('-')
        .is_some_and(|rest| is_word(rest) && rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether YAML takes a character as it is, and a terminal only shows it.
fn is_printable(character: char) -> bool {
    !character.is_control()
        && !is_invisible(character)
        && !matches!(character, '\u{FFFE}' | '\u{FFFF}')
}

/// A text in double quotes. What could steer a terminal is written as an escape.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        let code = u32::from(character);
        // Writing to a String cannot fail.
        let _ = match character {
            '"' | '\\' => write!(out, "\\{character}"),
            '\n' => write!(out, "\\n"),
            '\t' => write!(out, "\\t"),
            _ if is_printable(character) => write!(out, "{character}"),
            _ if code <= 0xFF => write!(out, "\\x{code:02x}"),
            _ if code <= 0xFFFF => write!(out, "\\u{code:04x}"),
            _ => write!(out, "\\U{code:08x}"),
        };
    }
    out.push('"');
    out
}
