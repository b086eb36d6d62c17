//! What a text says in another spelling: base64, hexadecimal and escapes, compressed or not, and words
//! that are put together from pieces. For the engine alone.
//!
//! Every reading is made in linear time, and smaller than the text it was made of but for what was
//! compressed; [`Budget`] bounds that.

mod escape;
#[cfg(test)]
mod tests;

use std::io::Read as _;
use std::ops::Range;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::text::decode::decode;

/// What may be unpacked for one text: so many times its size, but at least and at most so many bytes.
/// Text that is worth packing shrinks to a tenth; a bomb to a thousandth.
const TIMES: usize = 64;
const UNPACKED: std::ops::RangeInclusive<usize> = 1 << 20..=64 << 20;
/// Shorter runs hold no secret: sixteen bytes in base64.
const SHORTEST: usize = 22;
/// A line of a run that goes on in the next one; encoders wrap at 60, 64 or 76.
const WRAPPED: usize = 56;
/// The shortest text that is looked for amid bytes that are none.
const STRETCH: usize = 16;

/// A part of a text, read in another way.
pub(super) struct Reading {
    /// What it says.
    pub(super) text: Vec<u8>,
    /// Where that stands.
    pub(super) range: Range<usize>,
}

/// How much may still be unpacked.
pub(super) struct Budget {
    /// All of it, in bytes.
    pub(super) limit: usize,
    left: usize,
    /// Whether something was left unread.
    pub(super) exceeded: bool,
}

impl Budget {
    /// That of a text.
    pub(super) fn of(text: &[u8]) -> Self {
        let limit = text.len().saturating_mul(TIMES);
        let limit = limit.clamp(*UNPACKED.start(), *UNPACKED.end());
        Self {
            limit,
            left: limit,
            exceeded: false,
        }
    }
}

/// The encoded parts of a text, decoded, in order. What is no text after all is left out.
pub(super) fn readings(text: &[u8], budget: &mut Budget, tell: &mut dyn FnMut(Reading)) {
    let (mut at, mut done) = (0, 0);
    // No run that is long enough lies between two such places.
    while let Some(&byte) = text.get(at) {
        if !in_base64(byte) {
            at += SHORTEST;
            continue;
        }
        let run = run(text, done, at);
        done = run.end;
        if run.len() >= SHORTEST
            && let Some(read) = decoded(&text[run.clone()], budget)
        {
            tell(Reading {
                text: read,
                range: run,
            });
        }
        at = done + SHORTEST;
    }
    escape::escaped(text, tell);
}

/// The run around a byte of base64, over the ends of wrapped lines. What lies before `done` has been
/// read.
fn run(text: &[u8], done: usize, at: usize) -> Range<usize> {
    let before = text[..at].iter().rev();
    let mut start = at - before.take_while(|byte| in_base64(**byte)).count();
    let behind = text[at..].iter();
    let mut end = at + behind.take_while(|byte| in_base64(**byte)).count();
    // Nearly every run is a word of code.
    if end - start < SHORTEST {
        return start..end;
    }
    let mut line = start;
    // The lines above a long one are of the run too.
    while let Some(above) = line_above(text, start).filter(|above| *above >= done) {
        start = above;
    }
    while end - line >= WRAPPED
        && let Some(next) = line_below(text, end)
    {
        line = next;
        let behind = text[next..].iter();
        end = next + behind.take_while(|byte| in_base64(**byte)).count();
    }
    start..end
}

/// Where the run goes on in the line below.
fn line_below(text: &[u8], end: usize) -> Option<usize> {
    let rest = &text[end..];
    let rest = rest
        .strip_prefix(b"\n")
        .or_else(|| rest.strip_prefix(b"\r\n"))?;
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    let next = text.len() - rest.len() + blanks.take(64).count();
    text.get(next)
        .is_some_and(|byte| in_base64(*byte))
        .then_some(next)
}

/// The start of the line above, where all of it is a wrapped line of base64.
fn line_above(text: &[u8], start: usize) -> Option<usize> {
    let head = text[..start].trim_ascii_end();
    let between = text.get(head.len()..start)?;
    let feeds = memchr::memchr_iter(b'\n', between).count();
    let of_line = head.iter().rev().take_while(|byte| in_base64(**byte));
    let length = of_line.take(1 << 10).count();
    (feeds == 1 && (WRAPPED..1 << 10).contains(&length)).then(|| head.len() - length)
}

/// What a run says, if it is text.
fn decoded(run: &[u8], budget: &mut Budget) -> Option<Vec<u8>> {
    let hex = hexadecimal(run);
    // A digit in front moves every byte.
    let moved = hex.get(1..).unwrap_or_default();
    readable(from_hex(hex), budget)
        .or_else(|| readable(from_hex(moved), budget))
        .or_else(|| readable(from_base64(run), budget))
        .or_else(|| amid(run))
}

/// The longest part of a run that is hexadecimal: all of it, or what stands behind `0x`. Empty where
/// that is too short.
fn hexadecimal(run: &[u8]) -> &[u8] {
    let is_other = |byte: &u8| !byte.is_ascii_hexdigit() && !byte.is_ascii_whitespace();
    let parts = run.split(is_other);
    let longest = parts.max_by_key(|part| part.len()).unwrap_or_default();
    if longest.len() < SHORTEST {
        return &[];
    }
    longest
}

/// The text in a run of base64 that begins or ends with letters of something else: a prefix moves
/// every byte.
fn amid(run: &[u8]) -> Option<Vec<u8>> {
    let shifted = (0..4).filter_map(|offset| {
        let bytes = from_base64(run.get(offset..)?);
        let parts = bytes.split(|byte| !is_shown(*byte));
        let longest = parts.max_by_key(|part| part.len())?;
        Some(longest.to_vec())
    });
    let longest = shifted.max_by_key(Vec::len);
    longest.filter(|text| text.len() >= STRETCH)
}

/// Bytes as the text that they are: plain, in UTF-16, or compressed.
fn readable(bytes: Vec<u8>, budget: &mut Budget) -> Option<Vec<u8>> {
    if is_text(&bytes) {
        return Some(bytes);
    }
    if bytes.starts_with(b"\x1F\x8B\x08") {
        return unpacked(MultiGzDecoder::new(bytes.as_slice()), budget);
    }
    if let [0x78, flags, ..] = bytes[..]
        && (0x7800 + u16::from(flags)) % 31 == 0
    {
        return unpacked(ZlibDecoder::new(bytes.as_slice()), budget);
    }
    decode(&bytes)
}

fn unpacked(packed: impl std::io::Read, budget: &mut Budget) -> Option<Vec<u8>> {
    let most = budget.left.min(budget.limit / 4);
    let mut out = Vec::new();
    // What was unpacked before an error is read all the same; there is no more of it.
    let _ = packed.take(most as u64 + 1).read_to_end(&mut out);
    budget.exceeded |= out.len() > most;
    out.truncate(most);
    budget.left -= out.len();
    (!out.is_empty()).then_some(out)
}

/// Whether bytes are a text in ASCII, for the most part; drawn at random they are not.
fn is_text(bytes: &[u8]) -> bool {
    let shown = |bytes: &[u8]| {
        let shown = bytes.iter().filter(|byte| is_shown(**byte));
        shown.count() * 10 >= bytes.len() * 9
    };
    let start = &bytes[..bytes.len().min(64)];
    !bytes.is_empty() && shown(start) && shown(bytes)
}

fn is_shown(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~')
}

fn in_base64(byte: u8) -> bool {
    VALUES[usize::from(byte)] < 64
}

/// The six bits of a letter, in the usual alphabet or in that of addresses; 64 for every other byte.
const VALUES: [u8; 256] = {
    let mut values = [64; 256];
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut at = 0;
    let mut value = 0;
    while at < letters.len() {
        values[letters[at] as usize] = value;
        value += 1;
        at += 1;
    }
    values[b'+' as usize] = 62;
    values[b'-' as usize] = 62;
    values[b'/' as usize] = 63;
    values[b'_' as usize] = 63;
    values
};

/// White space is left out, and a letter that is left over.
fn from_base64(run: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(run.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    let values = run.iter().map(|byte| VALUES[usize::from(*byte)]);
    for six in values.filter(|six| *six < 64) {
        bits = bits << 6 | u32::from(six);
        count += 1;
        if count == 4 {
            let [_, bytes @ ..] = bits.to_be_bytes();
            out.extend(bytes);
            (bits, count) = (0, 0);
        }
    }
    match count {
        2 => out.push((bits >> 4).to_be_bytes()[3]),
        3 => out.extend(&(bits >> 2).to_be_bytes()[2..]),
        _ => {}
    }
    out
}

/// White space is left out, and a digit that is left over.
fn from_hex(run: &[u8]) -> Vec<u8> {
    let digits = run.iter().filter_map(|byte| char::from(*byte).to_digit(16));
    let digits: Vec<u8> = digits
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    let (pairs, _) = digits.as_chunks::<2>();
    pairs.iter().map(|[high, low]| high << 4 | low).collect()
}
