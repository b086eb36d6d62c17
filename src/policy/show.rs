//! A policy as `policy show` prints it: block YAML, each value with the line that it comes from.

use std::fmt::Write as _;

use super::Sources;
use super::yaml::{Node, NodeKind, Problem};
use crate::text::Span;
use crate::text::show::{escaped, is_invisible};

/// Where the origins stand.
const COMMENT_COLUMN: usize = 44;
/// YAML wants a longer key announced by a question mark.
const LONGEST_KEY: usize = 1024;

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
                    let head = head(&scalar(key), &"  ".repeat(depth));
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
        let width = text.lines().last().unwrap_or_default().chars().count();
        let gap = COMMENT_COLUMN.saturating_sub(width).max(1);
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{text}{:gap$}# {origin}", "");
    }

    fn mark(&self, span: Span) -> &'static str {
        let marked = self.unused.iter().any(|problem| problem.span == span);
        if marked { ", no effect yet" } else { "" }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::yaml::{Limits, canonical_json, parse};

    fn read(text: &str) -> Node {
        let mut problems = Vec::new();
        let node = parse(0, text.as_bytes(), &Limits::REPOSITORY, &mut problems);
        assert!(problems.is_empty(), "{text}: {problems:?}");
        node.unwrap()
    }

    fn shown(text: &str) -> String {
        show(&read(text), &Sources::default(), &[])
    }

    /// What is shown of `value`, after it was read back as the same.
    fn value(value: &str) -> String {
        let text = format!("a: {value}\n");
        let shown = shown(&text);
        let (node, back) = (read(&text), read(&shown));
        assert_eq!(canonical_json(&back), canonical_json(&node), "{shown}");
        let null = |node: &Node| node.entry("a").unwrap().1.is_null();
        assert_eq!(null(&back), null(&node), "{shown}");
        let end = shown.find(" #").unwrap();
        shown["a:".len()..end].trim().to_owned()
    }

    #[test]
    fn what_was_left_out_stays_left_out() {
        assert_eq!(value(""), "");
        assert_eq!(value("~"), "~");
        assert_eq!(value("null"), "null");
        assert_eq!(value("\"\""), "\"\"");
        assert_eq!(value("\"~\""), "\"~\"");
    }

    #[test]
    fn a_quoted_text_does_not_become_a_boolean_or_nothing() {
        for text in ["\"true\"", "\"false\"", "\"null\"", "\"NULL\"", "\"12\""] {
            assert_eq!(value(text), text);
        }
        assert_eq!(value("true"), "true");
        assert_eq!(value("\"plain-word\""), "plain-word");
    }

    #[test]
    fn a_negative_number_stays_a_number() {
        assert_eq!(value("-5"), "-5");
        assert_eq!(value("-0.5"), "-0.5");
        assert_eq!(value("\"-5\""), "\"-5\"");
        assert_eq!(value("-x"), "\"-x\"");
    }

    #[test]
    fn a_long_key_is_read_back() {
        for length in [1020, 1022, 1023, 1024, 1025, 1500] {
            for key in ["k".repeat(length), " ".repeat(length)] {
                let text = format!("? \"{key}\"\n: [1, {{? \"{key}\"\n: 2}}]\n");
                let shown = shown(&text);
                assert_eq!(canonical_json(&read(&shown)), canonical_json(&read(&text)));
            }
        }
    }

    #[test]
    fn nothing_that_is_shown_steers_a_terminal() {
        for (written, shown) in [
            ("\"\\x1b[2J\"", "\"\\x1b[2J\""),
            ("\"\\x9b2J\"", "\"\\x9b2J\""),
            ("\"\\x7f\"", "\"\\x7f\""),
            ("a\u{202E}b", "\"a\\u202eb\""),
            ("\u{E0041}", "\"\\U000e0041\""),
            ("\"a\\\\\\\"\\tb\\n\"", "\"a\\\\\\\"\\tb\\n\""),
            ("\"\\uFFFE\"", "\"\\ufffe\""),
            ("\u{e9}", "\"\u{e9}\""),
        ] {
            assert_eq!(value(written), shown);
        }
    }
}
