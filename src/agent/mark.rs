//! Lines of a message that agents leave: footers, session links.
//!
//! Only whole lines count, at the margin. What is quoted, indented or fenced is somebody's talk of
//! an agent, not an agent's mark.

use std::collections::HashMap;

use bstr::{BString, ByteSlice};

use super::raw::Entry;
use crate::git::unsquashed;
use crate::text::fold::letters;

/// The catalogue's marks, folded as lines are.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    whole: HashMap<String, usize>,
    openings: Vec<(String, usize)>,
    links: Vec<(String, usize)>,
    boxes: Vec<(String, usize)>,
}

/// A marked line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Whose it is.
    pub(super) entry: usize,
    /// Its number from 1.
    pub(super) number: u32,
    /// Its bytes.
    pub(super) line: BString,
    /// Whether it is a link that the line before introduces, as an example or a quotation, or one of
    /// a list.
    pub(super) talk: bool,
}

impl Marks {
    /// Takes up the marks of the entry at `at`.
    pub(super) fn add(&mut self, at: usize, entry: &Entry) {
        for line in &entry.marks {
            self.whole.entry(fold(line.as_bytes())).or_insert(at);
        }
        let openings = entry.openings.iter();
        self.openings
            .extend(openings.map(|line| (fold(line.as_bytes()), at)));
        let links = entry.links.iter();
        self.links
            .extend(links.map(|line| (fold(line.as_bytes()), at)));
        let boxes = entry.boxes.iter();
        self.boxes
            .extend(boxes.map(|text| (fold(text.as_bytes()), at)));
    }

    /// Every marked line.
    pub(super) fn find(&self, message: &[u8]) -> Vec<Mark> {
        let mut found = Vec::new();
        let mut before: &[u8] = b"";
        let message = unsquashed(message);
        let fenced = fenced(&message);
        for (index, line) in message.lines().enumerate() {
            let introduced = before.ends_with(b":");
            if !line.trim().is_empty() {
                before = line.trim_end();
            }
            let inside = fenced.partition_point(|&(_, end)| end < index);
            if fenced.get(inside).is_some_and(|&(start, _)| start <= index) {
                continue;
            }
            let Some(text) = unindented(line) else {
                continue;
            };
            let folded = fold(text);
            let plain = self.of(&folded);
            let listed = || self.of(listed(&folded)?).map(|found| (found, true));
            if let Some(((entry, link), listed)) = plain.map(|found| (found, false)).or_else(listed)
            {
                found.push(Mark {
                    entry,
                    number: u32::try_from(index + 1).unwrap_or(u32::MAX),
                    line: text.trim_end().into(),
                    // Links in a list are of things that somebody looked at.
                    talk: link && (introduced || listed),
                });
            }
        }
        found
    }

    /// Whose mark a folded line is, and whether it is a link.
    fn of(&self, line: &str) -> Option<(usize, bool)> {
        let opens = |(opening, _): &&(String, usize)| line.starts_with(opening.as_str());
        let links = |(link, _): &&(String, usize)| {
            line.strip_prefix(link.as_str())
                .is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
        };
        let ticked = ticked(line);
        let boxes = |(text, _): &&(String, usize)| {
            ticked.is_some_and(|ticked| ticked.starts_with(text.as_str()))
        };
        let of = |found: Option<&(String, usize)>| found.map(|(_, at)| *at);
        let plain = self.whole.get(line).copied();
        let plain = plain.or_else(|| of(self.openings.iter().find(opens)));
        let plain = plain.or_else(|| of(self.boxes.iter().find(boxes)));
        let linked = || of(self.links.iter().find(links)).map(|at| (at, true));
        plain.map(|at| (at, false)).or_else(linked)
    }
}

/// What a ticked check box of a list says, in a folded line.
fn ticked(line: &str) -> Option<&str> {
    let item = line.strip_prefix(['-', '*', '+'])?.trim_start();
    Some(item.strip_prefix("[x]")?.trim_start())
}

/// The line without up to three blanks before it, which change nothing, as for trailers. A tab or
/// more blanks make it a quotation.
fn unindented(line: &[u8]) -> Option<&[u8]> {
    let blanks = line.iter().take_while(|&&byte| byte == b' ').count();
    let text = line.get(blanks..)?;
    (blanks < 4 && text.first().is_some_and(|byte| !byte.is_ascii_whitespace())).then_some(text)
}

/// A line as it is compared: as its letters look, in lower case, with one blank for several, no glyph
/// before the words, no emphasis around them and no stop after them.
fn fold(line: &[u8]) -> String {
    let text = letters(line);
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    unadorned(&text).to_owned()
}

/// The folded text of a list's item.
fn listed(folded: &str) -> Option<&str> {
    let item = folded
        .strip_prefix("* ")
        .or_else(|| folded.strip_prefix("- "));
    item.or_else(|| folded.strip_prefix("+ ")).map(unadorned)
}

fn unadorned(text: &str) -> &str {
    let mut bare = text;
    // Bold, and italic in it.
    for _ in 0..3 {
        bare = bare
            .trim_start_matches(|c: char| c == ' ' || !(c.is_ascii() || c.is_alphanumeric()))
            .trim_end_matches(' ');
        bare = bare.strip_suffix('.').unwrap_or(bare);
        let inner = ["**", "*", "__"].iter().find_map(|emphasis| {
            let inner = bare.strip_prefix(emphasis)?.strip_suffix(emphasis)?;
            (!inner.starts_with(' ')).then_some(inner)
        });
        bare = inner.unwrap_or(bare);
    }
    bare
}

/// The line ranges, from 0 and both ends included, between code fences. A fence that nothing closes
/// hides nothing.
fn fenced(message: &[u8]) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut open: Option<(usize, u8)> = None;
    for (index, line) in message.lines().enumerate() {
        let line = line.trim_start();
        let Some(&glyph) = line.first() else { continue };
        if !line.starts_with(b"```") && !line.starts_with(b"~~~") {
            continue;
        }
        match open {
            Some((start, with)) if with == glyph => {
                ranges.push((start, index));
                open = None;
            }
            Some(_) => {}
            None => open = Some((index, glyph)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(message: &str) -> Vec<u32> {
        let mut marks = Marks::default();
        marks.add(
            7,
            &Entry {
                marks: vec!["\u{1F916} Generated with [X](https://x.org)".to_owned()],
                openings: vec!["_Generated with `x`".to_owned()],
                links: vec!["https://x.org/s/".to_owned()],
                boxes: vec!["X Agent Mode".to_owned()],
                ..Entry::default()
            },
        );
        let found = marks.find(message.as_bytes());
        assert!(found.iter().all(|mark| mark.entry == 7 && !mark.talk));
        found.iter().map(|mark| mark.number).collect()
    }

    #[test]
    fn a_mark_is_a_whole_line_with_or_without_its_glyph() {
        assert_eq!(
            marked("a\n\u{1F916} Generated with [X](https://x.org)\n"),
            [2]
        );
        assert_eq!(marked("   generated with [x](https://x.org)  \r\n"), [1]);
        assert_eq!(
            marked("\u{1F916}\u{FE0F} Generated with [X](https://x.org)"),
            [1]
        );
        for dressed in [
            "* \u{1F916} Generated with [X](https://x.org)",
            "- Generated with [X](https://x.org)",
            "**Generated with [X](https://x.org)**",
            "* *Generated with [X](https://x.org)*",
            "\u{1F916} \u{2728} Generated with [X](https://x.org).",
            "Generated  with\t[X](https://x.org)",
            "Gen\u{435}rated with [X](https://x.org)",
        ] {
            assert_eq!(marked(dressed), [1], "{dressed}");
        }
        assert_eq!(marked(&"*".repeat(1_000_000)), [0; 0]);
        assert_eq!(marked("It was Generated with [X](https://x.org)"), [0; 0]);
        assert_eq!(marked("Generated with [X](https://x.org) it was"), [0; 0]);
    }

    #[test]
    fn a_link_has_something_behind_it_and_nothing_more() {
        assert_eq!(marked("https://x.org/s/12ab"), [1]);
        assert_eq!(marked("https://x.org/s/"), [0; 0]);
        assert_eq!(marked("https://x.org/s/12ab is the talk"), [0; 0]);
        assert_eq!(marked("_Generated with `x` and a model_"), [1]);
    }

    #[test]
    fn a_link_that_a_line_introduces_is_talk() {
        let mut marks = Marks::default();
        let links = vec!["https://x.org/s/".to_owned()];
        marks.add(
            0,
            &Entry {
                links,
                ..Entry::default()
            },
        );
        for (message, talk) in [
            ("a\n\nExample:\nhttps://x.org/s/1", true),
            ("a\n\nExample of it: \n\nhttps://x.org/s/1", true),
            ("a\n\n* https://x.org/s/1", true),
            ("a\n\nhttps://x.org/s/1", false),
            ("Example:\nand more\nhttps://x.org/s/1", false),
        ] {
            let found = marks.find(message.as_bytes());
            assert_eq!(found[0].talk, talk, "{message}");
        }
    }

    #[test]
    fn a_check_box_counts_when_it_is_ticked() {
        for line in ["- [x] X Agent Mode - it made this", "* [X] x agent mode"] {
            assert_eq!(marked(line), [1], "{line}");
        }
        for line in [
            "- [ ] X Agent Mode",
            "- [] X Agent Mode",
            "[x] X Agent Mode",
            "- [x] No X Agent Mode",
            "> - [x] X Agent Mode",
        ] {
            assert_eq!(marked(line), [0; 0], "{line}");
        }
    }

    #[test]
    fn quoted_indented_and_fenced_lines_are_talk() {
        for message in [
            "> https://x.org/s/12ab",
            "  \thttps://x.org/s/12ab",
            "    https://x.org/s/12ab",
            "\thttps://x.org/s/12ab",
            "```\nhttps://x.org/s/12ab\n```",
            "a\n~~~text\nhttps://x.org/s/12ab\n~~~\n",
            "```\n~~~\nhttps://x.org/s/12ab\n```",
        ] {
            assert_eq!(marked(message), [0; 0], "{message}");
        }
    }

    #[test]
    fn a_fence_that_nothing_closes_hides_nothing() {
        assert_eq!(marked("```\nhttps://x.org/s/12ab\n"), [2]);
        assert_eq!(marked("```\n```\nhttps://x.org/s/12ab\n```\n"), [3]);
    }
}
