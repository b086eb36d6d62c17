//! The canonical form of a tree, for digests: JSON by RFC 8785.

use std::fmt::Write as _;

use super::{Node, NodeKind, is_whole};

/// Beyond these, not every reader of JSON sees the same number.
const EXACT: i64 = (1 << 53) - 1;

/// A tree as JSON without spaces, keys sorted by their UTF-16 form. Plain `true` and `false` are
/// booleans, plain decimal whole numbers up to 2^53 - 1 are numbers, everything else is text.
pub fn canonical_json(node: &Node) -> String {
    let mut out = String::new();
    write(&mut out, node);
    out
}

fn write(out: &mut String, node: &Node) {
    match &node.kind {
        NodeKind::Scalar { text, plain } => {
            if *plain && (matches!(text.as_str(), "true" | "false") || is_exact(text)) {
                out.push_str(text);
            } else {
                write_text(out, text);
            }
        }
        NodeKind::Seq(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(out, item);
            }
            out.push(']');
        }
        NodeKind::Map(entries) => {
            let mut entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| (key.text().unwrap_or_default(), value))
                .collect();
            entries.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push('{');
            for (place, (key, value)) in entries.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_text(out, key);
                out.push(':');
                write(out, value);
            }
            out.push('}');
        }
    }
}

fn is_exact(text: &str) -> bool {
    is_whole(text)
        && text
            .parse::<i64>()
            .is_ok_and(|number| (-EXACT..=EXACT).contains(&number))
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{C}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            // Writing to a String cannot fail.
            '\0'..'\u{20}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}
