//! Values of a known form behind a vendor's name: `RADIO_API_KEY=…`, `"radioToken": "…"`,
//! `<radio.secret>…`, `radio_login("…")`, `--radio-token …`.

use std::ops::Range;

use super::assign::is_uuid;
use super::filter::contains;
use super::template::Template;

/// How far behind the name a value may begin, in bytes.
const REACH: usize = 96;

/// Words between a name and a value that say nothing about it.
const FREE: [&[u8]; 22] = [
    b"api",
    b"key",
    b"token",
    b"secret",
    b"client",
    b"id",
    b"access",
    b"is",
    b"the",
    b"password",
    b"app",
    b"account",
    b"value",
    b"bearer",
    b"basic",
    b"string",
    b"str",
    b"auth",
    b"new",
    b"private",
    b"public",
    b"const",
];

/// Words that a digest or a revision stands behind.
const DIGESTS: [&[u8]; 9] = [
    b"commit",
    b"sha1",
    b"sha256",
    b"sha512",
    b"md5",
    b"checksum",
    b"digest",
    b"revision",
    b"integrity",
];

/// Whether a value that fits a template is likely to be one.
type Likely = fn(&Template, &[u8]) -> bool;

/// The first value behind the name at `name` that one of the templates fits.
pub(super) fn value(
    text: &[u8],
    name: &Range<usize>,
    templates: &[Template],
    likely: Likely,
) -> Option<Range<usize>> {
    if !begins_a_word(text, name) {
        return None;
    }
    let limit = name.end.saturating_add(REACH).min(text.len());
    let mut at = name.end + letters(&text[name.end..limit]);
    if holds_one_of(&text[name.end..at], &DIGESTS) {
        return None;
    }
    let mut assigned = false;
    let mut others = 0;
    while at < limit {
        match text[at] {
            b'=' | b':' | b'>' | b',' | b'(' | b'|' | b' ' | b'\t' => assigned = true,
            b'"' | b'\'' | b'`' | b'\\' | b'[' | b']' | b'{' | b'}' | b')' | b'<' | b'$' | b'!'
            | b'?' | b'+' => {
                if assigned
                    && text[at] == b'+'
                    && let Some(end) = fitting(text, name.start, at, templates, likely)
                {
                    return Some(at..end);
                }
            }
            byte if is_letter(byte) || byte == b'/' => {
                if assigned && let Some(end) = fitting(text, name.start, at, templates, likely) {
                    return Some(at..end);
                }
                if byte == b'/' {
                    return None;
                }
                let word = &text[at..at + letters(&text[at..])];
                if holds_one_of(word, &DIGESTS) {
                    return None;
                }
                others += usize::from(!FREE.iter().any(|free| word.eq_ignore_ascii_case(free)));
                if others > 1 {
                    return None;
                }
                at += word.len();
                continue;
            }
            _ => return None,
        }
        at += 1;
    }
    None
}

/// What a name says where its value opens something.
const TELLING: [&[u8]; 21] = [
    b"key",
    b"token",
    b"secret",
    b"auth",
    b"pass",
    b"pwd",
    b"api",
    b"cred",
    b"id",
    b"access",
    b"pat",
    b"login",
    b"bearer",
    b"hook",
    b"private",
    b"session",
    b"licen",
    b"(",
    b"contribsys",
    b"apps",
    b"\"cookie",
];

/// Whether a name and what follows it say that a secret comes: `heroku: …` alone may be anything, and a
/// UUID behind `id` is what something is called.
fn tells(name: &[u8], value: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut telling = TELLING
        .iter()
        .filter(|word| **word != b"id" || !is_uuid(value));
    telling.any(|word| contains(&lower, word))
}

/// Whether a word has another one in it, in any case.
fn holds_one_of(word: &[u8], parts: &[&[u8]]) -> bool {
    let lower = word.to_ascii_lowercase();
    parts.iter().any(|part| contains(&lower, part))
}

/// Where the value at `at` ends, behind a name at `name` that says so.
fn fitting(
    text: &[u8],
    name: usize,
    at: usize,
    templates: &[Template],
    likely: Likely,
) -> Option<usize> {
    templates.iter().find_map(|template| {
        let end = template.end(text, at)?;
        if !likely(template, &text[at..end]) || !tells(&text[name..at], &text[at..end]) {
            return None;
        }
        // What is longer than a template is looked at has shown enough, whatever follows it.
        let more = template.more(&text[end..]);
        (more > 0 || ends(&text[end..])).then_some(end + more)
    })
}

/// Whether a value ends where `rest` begins. `=` pads Base64.
fn ends(rest: &[u8]) -> bool {
    match rest {
        [b'.', next, ..] => !next.is_ascii_alphanumeric(),
        [next, ..] => {
            !(next.is_ascii_alphanumeric() || matches!(next, b'_' | b'-' | b'+' | b'/' | b'('))
        }
        [] => true,
    }
}

/// A name that is shorter is one word, and has no capital in it.
const SHORT: usize = 6;

/// A name also stands inside other words: `meraki` in `cameraKit`.
fn begins_a_word(text: &[u8], name: &Range<usize>) -> bool {
    let before = name.start.checked_sub(1).and_then(|at| text.get(at));
    let humps = text[name.clone()]
        .windows(2)
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    if humps && name.len() < SHORT {
        return false;
    }
    before.is_none_or(|before| {
        !before.is_ascii_alphabetic()
            || (before.is_ascii_lowercase() && text[name.start].is_ascii_uppercase())
            || is_escape(text, name.start)
    })
}

/// The longest escape that is looked for, in bytes.
const LONGEST_ESCAPE: usize = 20;

/// How the escape character of a terminal's colour is written: as it is, or itself escaped.
const COLOURS: [&[u8]; 7] = [
    b"\x1B[",
    b"\\x1b[",
    b"\\x1B[",
    b"\\u001b[",
    b"\\u001B[",
    b"\\033[",
    b"\\e[",
];

/// Whether what stands before `at` is an escape: `\n`, `%3D`, `\x3d`, `\u003d`, or a terminal's colour.
pub(super) fn is_escape(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(LONGEST_ESCAPE)..at];
    let in_hex = |lead: &[u8], count: usize| {
        before.len().checked_sub(count).is_some_and(|at| {
            before[..at].ends_with(lead) && before[at..].iter().all(u8::is_ascii_hexdigit)
        })
    };
    let colour = before.strip_suffix(b"m").is_some_and(|codes| {
        let number = |byte: &&u8| byte.is_ascii_digit() || **byte == b';';
        let codes = &codes[..codes.len() - codes.iter().rev().take_while(number).count()];
        COLOURS.iter().any(|lead| codes.ends_with(lead))
    });
    matches!(before, [.., b'\\', b'n' | b'r' | b't'])
        || in_hex(b"%", 2)
        || in_hex(b"\\x", 2)
        || in_hex(b"\\u", 4)
        || colour
}

/// How many letters of a name `text` begins with, as far as they matter.
fn letters(text: &[u8]) -> usize {
    let run = text.iter().take(2 * REACH);
    run.take_while(|byte| is_letter(**byte)).count()
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}
