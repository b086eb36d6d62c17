//! The lenient reading of trailers: what a reader would take for one, wherever it stands.
//!
//! A line is not read where it is quoted (`>`), indented by a tab or four spaces, inside a closed
//! code fence, or the subject; but what `git merge --squash` indented is. One to three leading spaces change nothing. A fence that nothing
//! closes is none, so that it cannot hide the rest of a message. All in linear time.

use std::collections::BTreeSet;

use bstr::{BString, ByteSlice as _};

use super::{Fault, Reading, Trailer, block, is_blank, letters, line_at, trailers, trim};
use crate::git::squash::{squash_borders, unsquashed};
use crate::text::show::is_invisible;

/// Keys without a hyphen that are read as well. Others would make a trailer of every `note: text`.
const SHORT_KEYS: &[&str] = &["model"];

/// Visible characters of a key; Git's own keys have none over 30.
const KEY_CHARACTERS: usize = 100;

/// Continuation lines that are joined to a value.
const CONTINUATIONS: usize = 16;

/// Fences longer than this count as this long, which keeps the search for their ends linear.
const FENCE: usize = 16;

/// The trailers that Git's reading does not find, by line.
pub fn lenient_trailers(message: &[u8]) -> Vec<Trailer> {
    let unsquashed = unsquashed(message);
    let lines: Vec<&[u8]> = unsquashed.split(|&byte| byte == b'\n').collect();
    let subject = lines.iter().position(|line| !is_blank(line));
    let read_by_git: BTreeSet<u32> = trailers(message).iter().map(|found| found.line).collect();
    let last_block = block(message).map(|range| {
        line_at(message, range.start)..line_at(message, range.end.saturating_sub(1)) + 1
    });
    let fenced = fenced_between(&lines, &squash_borders(message));
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        if fenced[at] || is_set_apart(line) {
            continue;
        }
        let skip_first = Some(at) == subject || read_by_git.contains(&number);
        let pieces = pieces(line);
        let last = pieces.len() - 1;
        for (index, (before, piece)) in pieces.into_iter().enumerate() {
            if index == 0 && skip_first {
                continue;
            }
            let Some(mut trailer) = read(piece, number) else {
                continue;
            };
            if index == last {
                fold_in(&mut trailer.value, &lines[at + 1..]);
            }
            let outside = !last_block
                .as_ref()
                .is_some_and(|block| block.contains(&number));
            let faults = &mut trailer.faults;
            faults.extend(before);
            if trailer.value.chars().any(is_invisible) {
                faults.push(Fault::Invisible);
            }
            if outside || faults.is_empty() {
                faults.push(Fault::NotInLastBlock);
            }
            faults.sort_unstable();
            faults.dedup();
            found.push(trailer);
        }
    }
    found
}

/// Whether a line is quoted or indented.
fn is_set_apart(line: &[u8]) -> bool {
    let spaces = line.iter().take_while(|&&byte| byte == b' ').count();
    spaces >= 4 || matches!(line.get(spaces), Some(b'\t' | b'>'))
}

/// A line cut where a reader sees, or is made to see, a new one; with the fault of each cut.
fn pieces(line: &[u8]) -> Vec<(Option<Fault>, &[u8])> {
    let mut pieces = Vec::new();
    let mut fault = None;
    let mut start = 0;
    let mut at = 0;
    while at < line.len() {
        let rest = &line[at..];
        let (length, next) = match rest {
            [b'\\', b'n' | b'r', ..] => (2, Fault::EscapedNewline),
            [b'\r' | 0x0B | 0x0C, ..] => (1, Fault::Invisible),
            // U+0085
            [0xC2, 0x85, ..] => (2, Fault::Invisible),
            // U+2028 and U+2029
            [0xE2, 0x80, 0xA8 | 0xA9, ..] => (3, Fault::Invisible),
            _ => {
                at += 1;
                continue;
            }
        };
        pieces.push((fault, &line[start..at]));
        fault = Some(next);
        at += length;
        start = at;
    }
    pieces.push((fault, &line[start..]));
    pieces
}

/// One trailer, if the piece looks like one.
fn read(piece: &[u8], line: u32) -> Option<Trailer> {
    let mut faults = Vec::new();
    let piece = undecorated(piece, &mut faults);
    let mut visible = 0;
    let mut space = false;
    for (start, end, character) in piece.char_indices() {
        match character {
            _ if is_colon(character) => {}
            '-' | '0'..='9' | 'a'..='z' | 'A'..='Z' if !space => {
                visible += 1;
                continue;
            }
            _ if is_invisible(character) => continue,
            _ if character.is_whitespace() => {
                space = true;
                continue;
            }
            _ if character.is_ascii() || character == '\u{FFFD}' || space => return None,
            _ => {
                visible += 1;
                if visible > KEY_CHARACTERS {
                    return None;
                }
                continue;
            }
        }
        return finish(piece, start, end, line, faults);
    }
    None
}

/// A trailer whose separator is `piece[start..end]`.
fn finish(
    piece: &[u8],
    start: usize,
    end: usize,
    line: u32,
    mut faults: Vec<Fault>,
) -> Option<Trailer> {
    let key = piece[..start].trim_end();
    let folded = letters(key).trim().to_owned();
    let mut bytes = folded.bytes();
    let is_key = bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
        && bytes.all(|byte| matches!(byte, b'-' | b'0'..=b'9' | b'a'..=b'z'));
    if !is_key || !(folded.contains('-') || SHORT_KEYS.contains(&folded.as_str())) {
        return None;
    }
    let looks_ascii = |character: char| !character.is_ascii() && !is_invisible(character);
    if piece[..end].chars().any(looks_ascii) {
        faults.push(Fault::LookAlike);
    }
    if key.chars().any(is_invisible) {
        faults.push(Fault::Invisible);
    }
    let mut value = trim(&piece[end..]);
    if faults.contains(&Fault::Decorated) {
        // `**Key:** value` and table cells.
        value = trim(value.trim_with(|character| matches!(character, '*' | '_' | '|' | '│')));
    }
    Some(Trailer {
        key: key.into(),
        folded,
        value: value.into(),
        line,
        reading: Reading::Lenient,
        faults,
    })
}

/// Without white space, bullets and glyphs at the start.
fn undecorated<'a>(piece: &'a [u8], faults: &mut Vec<Fault>) -> &'a [u8] {
    let mut after_glyph = false;
    for (start, end, character) in piece.char_indices() {
        if character.is_whitespace() {
            after_glyph = false;
        } else if is_invisible(character) {
            // Emoji carry joiners and variation selectors.
            if !after_glyph {
                faults.push(Fault::Invisible);
            }
        } else if is_glyph(character, &piece[start..end]) {
            after_glyph = true;
            faults.push(Fault::Decorated);
        } else {
            return &piece[start..];
        }
        faults.dedup();
    }
    &[]
}

fn is_glyph(character: char, raw: &[u8]) -> bool {
    match character {
        '*' | '-' | '_' | '|' | '#' | '+' | '~' => true,
        // What stands for bytes that are no UTF-8.
        '\u{FFFD}' if raw != "\u{FFFD}".as_bytes() => false,
        _ => !character.is_ascii() && !character.is_alphanumeric(),
    }
}

/// Characters that look like a colon: those which [`letters`] makes one.
fn is_colon(character: char) -> bool {
    COLONS.binary_search(&character).is_ok()
}

const COLONS: &[char] = &[
    ':',
    '\u{02D0}',
    '\u{02F8}',
    '\u{0589}',
    '\u{05C3}',
    '\u{0703}',
    '\u{0704}',
    '\u{0831}',
    '\u{0903}',
    '\u{0A83}',
    '\u{1361}',
    '\u{1393}',
    '\u{16EC}',
    '\u{1803}',
    '\u{1809}',
    '\u{205A}',
    '\u{2236}',
    '\u{A4FD}',
    '\u{A789}',
    '\u{FE13}',
    '\u{FE55}',
    '\u{FF1A}',
    '\u{1015B}',
    '\u{10781}',
    '\u{10AF5}',
    '\u{11002}',
    '\u{11082}',
    '\u{11182}',
    '\u{1123A}',
    '\u{115BE}',
    '\u{116AC}',
    '\u{11838}',
    '\u{11DD9}',
    '\u{1D108}',
];

/// Joins the lines that continue a value.
fn fold_in(value: &mut BString, following: &[&[u8]]) {
    for line in following.iter().take(CONTINUATIONS) {
        let continues = matches!(line.first(), Some(b' ' | b'\t')) && !is_blank(line);
        if !continues || (!is_set_apart(line) && read(line, 0).is_some()) {
            return;
        }
        value.push(b' ');
        value.extend_from_slice(trim(line));
    }
}

/// Like [`fenced`], of each part between borders for itself: no fence reaches into another message.
fn fenced_between(lines: &[&[u8]], borders: &[usize]) -> Vec<bool> {
    let mut all = Vec::with_capacity(lines.len());
    for border in borders.iter().copied().chain([lines.len()]) {
        let part = lines.get(all.len()..border).unwrap_or_default();
        all.extend(fenced(part));
    }
    all
}

/// Which lines stand in a closed code fence, its marks included.
fn fenced(lines: &[&[u8]]) -> Vec<bool> {
    let marks: Vec<(usize, Mark)> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| Some((at, mark(line)?)))
        .collect();
    let mut fenced = vec![false; lines.len()];
    // The shortest fence of each character that nothing closes: a longer one is not closed either.
    let mut unclosed = [usize::MAX; 2];
    let mut at = 0;
    while let Some((line, open)) = marks.get(at) {
        let kind = usize::from(open.character == b'~');
        at += 1;
        if open.length >= unclosed[kind] {
            continue;
        }
        let close = marks[at..].iter().position(|(_, mark)| {
            mark.bare && mark.character == open.character && mark.length >= open.length
        });
        match close {
            Some(ahead) => {
                let end = marks[at + ahead].0;
                fenced[*line..=end].fill(true);
                at += ahead + 1;
            }
            None => unclosed[kind] = open.length,
        }
    }
    fenced
}

/// A line of three or more backticks or tildes.
struct Mark {
    character: u8,
    length: usize,
    /// Nothing follows, so that it can close a fence.
    bare: bool,
}

fn mark(line: &[u8]) -> Option<Mark> {
    let line = line.trim_start();
    let character = *line.first().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = line.iter().take_while(|&&byte| byte == character).count();
    let rest = &line[length..];
    // `` ```code``` `` in one line opens nothing.
    let opens = length >= 3 && !(character == b'`' && rest.contains(&b'`'));
    opens.then(|| Mark {
        character,
        length: length.min(FENCE),
        bare: is_blank(rest),
    })
}

#[cfg(test)]
mod tests;
