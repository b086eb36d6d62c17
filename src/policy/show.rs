//! A policy as `policy show` prints it: block YAML, each value with the line that it comes from.

use std::fmt::Write as _;

use super::Sources;
use super::yaml::{Node, NodeKind, Problem};
use crate::text::Span;
use crate::text::show::{escaped, is_invisible};

/// Where the origins stand.
const COMMENT_COLUMN: usize = 44;

/// A tree as YAML. What is in `unused` is marked as having no effect yet.
pub fn show(node: &Node, sources: &Sources, unused: &[Problem]) -> String {
    let mut page = Page {
        out: String::new(),
        sources,
        unused,
    };
    page.node(node, 0);
    page.out
}

struct Page<'a> {
    out: String,
    sources: &'a Sources,
    unused: &'a [Problem],
}

impl Page<'_> {
    fn node(&mut self, node: &Node, depth: usize) {
        match &node.kind {
            NodeKind::Map(entries) => {
                for (key, value) in entries {
                    let head = format!("{}{}:", "  ".repeat(depth), scalar(key));
                    self.entry(&head, key.span, value, depth);
                }
            }
            NodeKind::Seq(items) => {
                for item in items {
                    self.entry(&format!("{}-", "  ".repeat(depth)), item.span, item, depth);
                }
            }
            NodeKind::Scalar { .. } => self.line(&scalar(node), node.span),
        }
    }

    fn entry(&mut self, head: &str, place: Span, value: &Node, depth: usize) {
        match &value.kind {
            NodeKind::Scalar { .. } => self.line(&format!("{head} {}", scalar(value)), value.span),
            NodeKind::Seq(items) if items.is_empty() => {
                self.line(&format!("{head} []"), value.span);
            }
            NodeKind::Map(entries) if entries.is_empty() => {
                self.line(&format!("{head} {{}}"), value.span);
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
            }
        }
    }

    fn line(&mut self, text: &str, span: Span) {
        let origin = self.sources.line(span);
        let origin = format!(
            "{}:{}{}",
            escaped(origin.file.as_bytes()),
            origin.line,
            self.mark(span)
        );
        let width = text.chars().count();
        let gap = COMMENT_COLUMN.saturating_sub(width).max(1);
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{text}{:gap$}# {origin}", "");
    }

    fn mark(&self, span: Span) -> &'static str {
        let marked = self.unused.iter().any(|problem| problem.span == span);
        if marked { ", no effect yet" } else { "" }
    }
}

/// A scalar as YAML reads it back: plain where that is safe, else in double quotes.
fn scalar(node: &Node) -> String {
    let NodeKind::Scalar { text, plain } = &node.kind else {
        return String::new();
    };
    let simple = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
        && !text.starts_with(['-', '.']);
    if simple && (*plain || text.bytes().any(|byte| byte.is_ascii_alphabetic())) {
        return text.clone();
    }
    // JSON's quotes and escapes are YAML's; what would not show is escaped too.
    let quoted = serde_json::Value::from(text.as_str()).to_string();
    quoted
        .chars()
        .fold(String::with_capacity(quoted.len()), |mut out, character| {
            if is_invisible(character) || character.is_control() {
                let _ = write!(out, "\\U{:08X}", u32::from(character));
            } else {
                out.push(character);
            }
            out
        })
}
