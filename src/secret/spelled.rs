//! What a text says in another spelling: base64, hexadecimal and escapes, compressed or not, and words
//! that are put together from pieces. For the engine alone.
//!
//! Every reading is made in linear time, and smaller than the text it was made of but for what was
//! compressed; [`Budget`] bounds that.

use std::io::Read as _;
use std::ops::Range;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::text::decode::decode;

/// What may be unpacked for one text, in bytes; of one piece a quarter of it.
pub const UNPACKED: usize = 64 << 20;
/// Shorter runs hold no secret: sixteen bytes in base64.
const SHORTEST: usize = 22;
/// A line of a run that goes on in the next one; encoders wrap at 60, 64 or 76.
const WRAPPED: usize = 56;
/// So many escapes make a word that somebody wanted to hide.
const ESCAPES: usize = 4;

/// A part of a text, read in another way.
pub(super) struct Reading {
    /// What it says.
    pub(super) text: Vec<u8>,
    /// Where that stands.
    pub(super) range: Range<usize>,
}

/// How much may still be unpacked.
pub(super) struct Budget {
    left: usize,
    /// Whether something was left unread.
    pub(super) exceeded: bool,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self {
            left: UNPACKED,
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
    escaped(text, tell);
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
    let is_hex = run
        .iter()
        .all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace());
    let hex = is_hex.then(|| from_hex(run)).flatten();
    hex.and_then(|bytes| readable(bytes, budget))
        .or_else(|| readable(from_base64(run)?, budget))
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
    let most = budget.left.min(UNPACKED / 4);
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
        let shown = bytes
            .iter()
            .filter(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'));
        shown.count() * 10 >= bytes.len() * 9
    };
    let start = &bytes[..bytes.len().min(64)];
    !bytes.is_empty() && shown(start) && shown(bytes)
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

/// White space is left out. `None` where a letter is left over.
fn from_base64(run: &[u8]) -> Option<Vec<u8>> {
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
        0 => {}
        2 => out.push((bits >> 4).to_be_bytes()[3]),
        3 => out.extend(&(bits >> 2).to_be_bytes()[2..]),
        _ => return None,
    }
    Some(out)
}

fn from_hex(run: &[u8]) -> Option<Vec<u8>> {
    let digits = run.iter().filter_map(|byte| char::from(*byte).to_digit(16));
    let digits: Vec<u8> = digits
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

/// Words with escapes in them: `%67%68`, `\x67\x68`, `\u0067\u0068`.
fn escaped(text: &[u8], tell: &mut dyn FnMut(Reading)) {
    let mut done = 0;
    for at in memchr::memchr2_iter(b'%', b'\\', text) {
        if at < done || escape(&text[at..]).is_none() {
            continue;
        }
        let is_word = |byte: &&u8| in_base64(**byte) || matches!(byte, b'.' | b'~' | b'=');
        let start = at - text[done..at].iter().rev().take_while(is_word).count();
        let mut out = text[start..at].to_vec();
        let (mut end, mut count) = (at, 0);
        loop {
            if let Some((byte, length)) = escape(&text[end..]) {
                out.push(byte);
                end += length;
                count += 1;
            } else if let Some(byte) = text.get(end).filter(is_word) {
                out.push(*byte);
                end += 1;
            } else {
                break;
            }
        }
        done = end;
        if count >= ESCAPES && is_text(&out) {
            let range = start..end;
            tell(Reading { text: out, range });
        }
    }
}

/// The character of an escape in front, and the escape's length.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let (head, digits) = match text {
        [b'%', ..] => (1, 2),
        [b'\\', b'x', ..] => (2, 2),
        [b'\\', b'u', b'0', b'0', ..] => (4, 2),
        _ => return None,
    };
    let code = text.get(head..head + digits)?;
    let byte = from_hex(code).filter(|_| code.iter().all(u8::is_ascii_hexdigit))?;
    Some((*byte.first()?, head + digits))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(String, &str)> {
        let mut found = Vec::new();
        readings(text.as_bytes(), &mut Budget::new(), &mut |reading| {
            let says = String::from_utf8_lossy(&reading.text).into_owned();
            found.push((says, &text[reading.range]));
        });
        found
    }

    fn base64(bytes: &[u8], alphabet: [char; 2]) -> String {
        let letters: Vec<char> = ('A'..='Z')
            .chain('a'..='z')
            .chain('0'..='9')
            .chain(alphabet)
            .collect();
        let mut out = String::new();
        for three in bytes.chunks(3) {
            let mut bits = three
                .iter()
                .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
            bits <<= 8 * (3 - three.len());
            for place in 0..=three.len() {
                out.push(letters[bits >> (18 - 6 * place) & 63]);
            }
            out.push_str(&"=".repeat(3 - three.len()));
        }
        out
    }

    #[test]
    fn runs_are_decoded_where_they_stand() {
        let word = "a text of several words";
        let hex = word
            .bytes()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let utf16: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for run in [
            base64(word.as_bytes(), ['+', '/']),
            base64(&utf16, ['-', '_']),
            hex.to_uppercase(),
            hex,
        ] {
            let bare = run.trim_end_matches('=');
            let text = format!("x = \"{run}\";");
            assert_eq!(read(&text), [(word.to_owned(), bare)], "{text}");
        }
    }

    #[test]
    fn a_run_goes_on_where_an_encoder_wraps() {
        let word = "a text of so many words that no encoder leaves it on one line, and then some";
        let run = base64(word.as_bytes(), ['+', '/']);
        for feed in ["\n", "\r\n", "\n    "] {
            let text = format!("data:\n  {}{feed}{}\nend", &run[..76], &run[76..]);
            let found = read(&text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].0, word);
        }
    }

    #[test]
    fn what_is_no_text_is_left_alone() {
        for text in [
            "d41d8cd98f00b204e9800998ecf8427e41d8cd98",
            "an_ordinary_name_of_many_letters_and_more",
            "https://example.org/a/long/path/of/plain/words/in/it",
            "%20%20 and \\n\\t\\n",
            "",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
    }

    #[test]
    fn words_with_escapes_are_read() {
        for run in [
            "a%62%63%64%65f",
            r"a\x62\x63\x64\x65f",
            r"a\u0062\u0063\u0064\u0065f",
        ] {
            let text = format!("x = '{run}'");
            assert_eq!(read(&text), [("abcdef".to_owned(), run)]);
        }
    }

    #[test]
    fn what_is_too_large_when_unpacked_is_told() {
        use std::io::Write as _;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&vec![b'a'; UNPACKED / 4 + 1]).unwrap();
        let run = base64(&packer.finish().unwrap(), ['+', '/']);
        let mut budget = Budget::new();
        readings(run.as_bytes(), &mut budget, &mut |_| ());
        assert!(budget.exceeded);
    }

    proptest! {
        #[test]
        fn every_text_is_found_in_its_encoding(text in "[ -~]{17,90}", before in "[ -~]{0,40}") {
            let run = base64(text.as_bytes(), ['+', '/']);
            let whole = format!("{before}\n{run}\n");
            prop_assert!(read(&whole).iter().any(|(says, _)| *says == text), "{whole}");
        }

        #[test]
        fn no_byte_is_read_twice(text in "([A-Za-z0-9]{56,60}[ \n]{1,3}){0,6}") {
            let mut end = 0;
            readings(text.as_bytes(), &mut Budget::new(), &mut |reading| {
                assert!(reading.range.start >= end);
                end = reading.range.end;
            });
        }

        #[test]
        fn nothing_panics(text in prop::collection::vec(any::<u8>(), 0..200)) {
            readings(&text, &mut Budget::new(), &mut |reading| assert!(reading.range.end <= text.len()));
        }
    }
}
