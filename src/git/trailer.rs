//! Trailers: `Key: value` lines, by Git's own grammar and by a lenient second reading.
//!
//! Git's reading follows `git log --format=%(trailers:only,unfold)` without configuration: the
//! separator is `:`, the comment mark `#`, and a `---` line divides nothing.

use std::ops::Range;

use bstr::{BString, ByteSlice as _};

use super::message::{is_space, scissors, trim, trim_end};
use crate::text::fold::letters;
use crate::text::show::is_invisible;

mod lenient;

pub use lenient::lenient_trailers;

/// Which reading finds a trailer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reading {
    /// Git's: the last block of the message.
    Git,
    /// The lenient one: what a reader would take for a trailer wherever it stands, unless it is
    /// quoted, indented or fenced.
    Lenient,
}

/// Why a trailer is not well-formed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// It stands outside the last block, where Git does not look.
    NotInLastBlock,
    /// Its key or separator has characters that only look like ASCII.
    LookAlike,
    /// It holds characters that nobody sees.
    Invisible,
    /// A glyph or a bullet stands before the key.
    Decorated,
    /// It follows a literal `\n` in the same line.
    EscapedNewline,
}

/// One trailer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// The key as written.
    pub key: BString,
    /// The key as it is compared: [`crate::text::fold::letters`], without white space around it.
    pub folded: String,
    /// The value: continuation lines joined by one space, trimmed.
    pub value: BString,
    /// Its line in the raw message, from 1.
    pub line: u32,
    /// Which reading finds it.
    pub reading: Reading,
    /// Why it is not well-formed; empty for a clean one.
    pub faults: Vec<Fault>,
}

/// Git's reading of a message, in order.
pub fn trailers(message: &[u8]) -> Vec<Trailer> {
    let Some(block) = block(message) else {
        return Vec::new();
    };
    let mut line = line_at(message, block.start);
    let mut found = Vec::new();
    let mut rest = &message[block];
    while !rest.is_empty() {
        let first = first_line(rest);
        let separator = separator(first);
        let mut whole = first;
        if separator.is_some() {
            // Everything up to the next line that starts with no white space belongs to it.
            while let Some(&byte) = rest.get(whole.len())
                && is_space(byte)
            {
                whole = &rest[..whole.len() + first_line(&rest[whole.len()..]).len()];
            }
        }
        if let Some(at) = separator {
            found.push(clean_trailer(&whole[..at], &whole[at + 1..], line));
        }
        line = line.saturating_add(count_lines(whole));
        rest = &rest[whole.len()..];
    }
    found
}

fn clean_trailer(key: &[u8], value: &[u8], line: u32) -> Trailer {
    let key = trim(key);
    let value = unfold(trim(value));
    let faults = if value.chars().any(is_invisible) {
        vec![Fault::Invisible]
    } else {
        Vec::new()
    };
    Trailer {
        key: key.into(),
        folded: letters(key),
        value,
        line,
        reading: Reading::Git,
        faults,
    }
}

/// Joins continuation lines by one space.
fn unfold(value: &[u8]) -> BString {
    let mut out = BString::default();
    for (at, line) in value.split(|&byte| byte == b'\n').enumerate() {
        let start = line.iter().position(|&byte| !is_space(byte));
        match (at, start) {
            (0, _) => out.extend_from_slice(line),
            (_, Some(start)) => {
                out.push(b' ');
                out.extend_from_slice(&line[start..]);
            }
            // A blank line is white space of the break around it.
            (_, None) => {}
        }
    }
    out
}

/// The bytes of the last block, where it counts as trailers.
fn block(message: &[u8]) -> Option<Range<usize>> {
    // Git reads messages as C strings.
    let text = &message[..message.find_byte(0).unwrap_or(message.len())];
    let mut base = 0;
    while base < text.len() {
        let line = first_line(&text[base..]);
        if !is_blank(line) {
            break;
        }
        base += line.len();
    }
    let text = &text[base..];
    let end = end_of_message(text);
    let start = block_start(text, end)?;
    (start < end).then(|| base + start..base + end)
}

/// The end without comments, blank lines and an old `Conflicts:` block. As in Git, a run of those
/// that starts with the text itself is none, and nothing ends it.
fn end_of_message(text: &[u8]) -> usize {
    let cut = scissors(text, b"#");
    let mut tail = 0;
    let mut conflicts = false;
    let mut at = 0;
    while at < cut {
        let line = &text[at..];
        let heading = line.starts_with(b"Conflicts:\n");
        if heading || line.starts_with(b"#") || line.starts_with(b"\n") {
            conflicts |= heading;
            if tail == 0 {
                tail = at;
            }
        } else if !(conflicts && line.starts_with(b"\t")) && tail != 0 {
            conflicts = false;
            tail = 0;
        }
        at += first_line(line).len();
    }
    if tail == 0 { cut } else { tail }
}

/// Where the block of trailers starts: the lines after the last blank line, if all are trailers, or
/// one is of the kind that Git writes itself and no more than three in four are none.
fn block_start(text: &[u8], end: usize) -> Option<usize> {
    let title = end_of_title(text, end);
    let (mut trailers, mut others, mut folded) = (0_usize, 0_usize, 0_usize);
    let mut known = false;
    let mut only_blank = true;
    let mut next = end;
    while let Some(start) = last_line(text, next).filter(|&start| start >= title) {
        let line = first_line(&text[start..]);
        next = start;
        if line.starts_with(b"#") {
            others += std::mem::take(&mut folded);
        } else if is_blank(line) {
            if only_blank {
                continue;
            }
            others += folded;
            let counts = (known && trailers * 3 >= others) || (trailers > 0 && others == 0);
            return counts.then_some(start + line.len());
        } else {
            only_blank = false;
            if line.starts_with(b"Signed-off-by: ")
                || line.starts_with(b"(cherry picked from commit ")
            {
                known = true;
                trailers += 1;
                folded = 0;
            } else if is_space(line[0]) {
                folded += 1;
            } else if separator(line).is_some() {
                trailers += 1;
                folded = 0;
            } else {
                others += 1 + std::mem::take(&mut folded);
            }
        }
    }
    None
}

/// Where the first paragraph ends, which cannot be trailers.
fn end_of_title(text: &[u8], end: usize) -> usize {
    let mut at = 0;
    while at < end {
        let line = first_line(&text[at..]);
        if !line.starts_with(b"#") && is_blank(line) {
            break;
        }
        at += line.len();
    }
    at
}

/// The start of the last line of `text[..end]`, whether or not that ends with a newline.
fn last_line(text: &[u8], end: usize) -> Option<usize> {
    let without_newline = end.checked_sub(1)?;
    Some(
        text[..without_newline]
            .rfind_byte(b'\n')
            .map_or(0, |at| at + 1),
    )
}

/// Where the separator stands after a well-formed key.
fn separator(line: &[u8]) -> Option<usize> {
    let mut space = false;
    for (at, &byte) in line.iter().enumerate() {
        match byte {
            b':' => return (at > 0).then_some(at),
            b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' if !space => {}
            b' ' | b'\t' if at > 0 => space = true,
            _ => return None,
        }
    }
    None
}

/// The first line, with its newline.
fn first_line(text: &[u8]) -> &[u8] {
    &text[..text.find_byte(b'\n').map_or(text.len(), |at| at + 1)]
}

fn is_blank(line: &[u8]) -> bool {
    trim_end(line).is_empty()
}

/// The number, from 1, of the line that starts at `offset`.
fn line_at(text: &[u8], offset: usize) -> u32 {
    count_lines(&text[..offset]).saturating_add(1)
}

fn count_lines(text: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', text).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
