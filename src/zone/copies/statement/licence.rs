//! Licence headers: comments that every file of a project begins with.

use std::ops::Range;
use std::sync::LazyLock;

use bstr::ByteSlice as _;
use regex::bytes::Regex;

/// Words that only such comments say.
static WORDS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("(?i-u:copyright|licen[cs]ed?\\b|spdx-|warrant(y|ies))").ok());

pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// How far a comment may reach, in bytes.
const REACH: usize = 16 << 10;

/// The comments of a text that speak of its licence, in order, as whole lines. Takes linear time.
pub(super) fn licences(text: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut blocks = [
        Blocks::new(text, "/*", "*/"),
        Blocks::new(text, "<!--", "-->"),
    ];
    let mut runs = Runs { text, refused: 0 };
    for hit in WORDS.iter().flat_map(|words| words.find_iter(text)) {
        let known = found.last().map_or(0, |last| last.end);
        let at = hit.start();
        if at < known {
            continue;
        }
        let floor = known.max(at.saturating_sub(REACH));
        let block = blocks.iter_mut().find_map(|kind| kind.around(floor, at));
        found.extend(block.or_else(|| runs.around(floor, at)));
    }
    found
}

/// Comments between two marks, of which the first begins a line. Asked for places in order, it
/// remembers what it has looked at.
struct Blocks<'t> {
    text: &'t [u8],
    open: &'static str,
    close: &'static str,
    /// The last mark that opened one, and nothing has closed it since.
    opened: Option<usize>,
    /// Up to where marks were looked for.
    seen: usize,
    /// Up to where nothing closes a comment that is open at a place.
    unclosed: usize,
}

impl<'t> Blocks<'t> {
    fn new(text: &'t [u8], open: &'static str, close: &'static str) -> Self {
        Self {
            text,
            open,
            close,
            opened: None,
            seen: 0,
            unclosed: 0,
        }
    }

    /// The comment around a place.
    fn around(&mut self, floor: usize, at: usize) -> Option<Range<usize>> {
        self.look(floor, at);
        let start = self.opened.filter(|start| *start >= floor)?;
        let until = self.text.len().min(at + REACH);
        let from = at.max(self.unclosed).min(until);
        let end = self.text[from..until].find(self.close);
        if end.is_none() {
            // A mark may begin before an end and go on behind it.
            self.unclosed = until.saturating_sub(self.close.len() - 1);
        }
        Some(start..from + end? + self.close.len())
    }

    /// Looks for marks before a place.
    fn look(&mut self, floor: usize, at: usize) {
        let from = self.seen.max(floor);
        let new = &self.text[from..at];
        let open = new.rfind(self.open);
        if new[open.unwrap_or(0)..].find(self.close).is_some() {
            self.opened = None;
        } else if let Some(open) = open {
            self.opened = Some(from + open).filter(|open| begins_line(self.text, *open));
        }
        self.seen = at;
    }
}

fn begins_line(text: &[u8], at: usize) -> bool {
    let before = text[..at].trim_end_with(|char| matches!(char, ' ' | '\t'));
    before.is_empty() || before.ends_with(b"\n") || before == BYTE_ORDER_MARK
}

/// Adjacent lines that begin as comments do.
struct Runs<'t> {
    text: &'t [u8],
    /// Up to where the last line goes that was looked at and is none.
    refused: usize,
}

impl Runs<'_> {
    /// Those around a place.
    fn around(&mut self, floor: usize, at: usize) -> Option<Range<usize>> {
        if at < self.refused {
            return None;
        }
        let most = self.text.len().min(at + REACH);
        let start = self.start_of(floor, at);
        let end = self.end_of(at, most);
        let (Some(mut start), Some(mut end)) = (start, end) else {
            self.refused = end.unwrap_or(most);
            return None;
        };
        if !is_comment(&self.text[start..end]) {
            self.refused = end;
            return None;
        }
        while let Some(above) = start.checked_sub(1).filter(|feed| *feed >= floor)
            && let Some(above) = self.start_of(floor, above)
            && is_comment(&self.text[above..start])
        {
            start = above;
        }
        while end < most
            && let Some(below) = self.end_of(end, most)
            && is_comment(&self.text[end..below])
        {
            end = below;
        }
        Some(start..end)
    }

    /// Where a line begins; `None` where that is before `floor`.
    fn start_of(&self, floor: usize, at: usize) -> Option<usize> {
        let feed = self.text[floor..at].rfind_byte(b'\n');
        let start = feed.map(|feed| floor + feed + 1);
        let is_start = floor == 0 || self.text[floor - 1] == b'\n';
        start.or_else(|| is_start.then_some(floor))
    }

    /// Where a line ends, the feed included; `None` where that is behind `most`.
    fn end_of(&self, at: usize, most: usize) -> Option<usize> {
        let feed = self.text[at..most].find_byte(b'\n');
        let end = feed.map(|feed| at + feed + 1);
        end.or_else(|| (most == self.text.len()).then_some(most))
    }
}

fn is_comment(line: &[u8]) -> bool {
    let line = line.trim_start();
    [&b"//"[..], b"#", b"*", b"--", b";", b"%", b"'", b".\\\""]
        .iter()
        .any(|mark| line.starts_with(mark))
}
