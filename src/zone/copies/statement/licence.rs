//! Licence headers: comments that every file of a project begins with.

use std::ops::Range;
use std::sync::LazyLock;

use bstr::ByteSlice as _;
use regex::bytes::Regex;

/// Words that only such comments say.
static WORDS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("(?i-u:copyright|licen[cs]ed?\\b|spdx-|warrant(y|ies))").ok());

/// How far a comment may reach, in bytes.
const REACH: usize = 16 << 10;

/// The comments of a text that speak of its licence, in order, as whole lines.
pub(super) fn licences(text: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for hit in WORDS.iter().flat_map(|words| words.find_iter(text)) {
        let known = found.last().map_or(0, |last| last.end);
        if hit.start() < known {
            continue;
        }
        let floor = known.max(hit.start().saturating_sub(REACH));
        if let Some(range) =
            block(text, floor, hit.start()).or_else(|| run(text, floor, hit.start()))
        {
            found.push(range);
        }
    }
    found
}

/// The comment between two marks around a place.
fn block(text: &[u8], floor: usize, at: usize) -> Option<Range<usize>> {
    let before = &text[floor..at];
    let rest = &text[at..text.len().min(at + REACH)];
    [("/*", "*/"), ("<!--", "-->")]
        .iter()
        .find_map(|(open, close)| {
            let start = before.rfind(open)?;
            before[start..].find(close).is_none().then_some(())?;
            let end = at + rest.find(close)? + close.len();
            Some(floor + start..end)
        })
}

/// The adjacent lines around a place that begin as comments do.
fn run(text: &[u8], floor: usize, at: usize) -> Option<Range<usize>> {
    let line = |at: usize| text[..at].rfind_byte(b'\n').map_or(0, |feed| feed + 1);
    let end_of = |at: usize| {
        text[at..]
            .find_byte(b'\n')
            .map_or(text.len(), |feed| at + feed + 1)
    };
    let mut start = line(at);
    let mut end = end_of(at);
    if start < floor || !is_comment(&text[start..end]) {
        return None;
    }
    while start > floor {
        let above = line(start - 1);
        if above < floor || !is_comment(&text[above..start]) {
            break;
        }
        start = above;
    }
    while end < text.len() && end - at < REACH {
        let below = end_of(end);
        if !is_comment(&text[end..below]) {
            break;
        }
        end = below;
    }
    Some(start..end)
}

fn is_comment(line: &[u8]) -> bool {
    let line = line.trim_start();
    [&b"//"[..], b"#", b"*", b"--", b";", b"%", b"'", b".\\\""]
        .iter()
        .any(|mark| line.starts_with(mark))
}
