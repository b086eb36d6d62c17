//! Values without a form behind a name that says what they are: `api_token = "…"`.

use std::ops::Range;

use super::filter::{contains, is_placeholder};
use super::random::{is_random, wordiness};

/// How long the rest of a name may be behind the word that gives it away.
const TAIL: usize = 24;
/// How many bytes may stand between a name and its value.
const GAP: usize = 24;
/// A value has so many bytes; a password may be shorter.
const SHORTEST: usize = 18;
const LONGEST: usize = 256;
const SHORTEST_PASSWORD: usize = 12;

/// What else a name says, where its value is no secret, in lower case.
const HARMLESS: [&[u8]; 37] = [
    b"id",
    b"ids",
    b"name",
    b"path",
    b"file",
    b"url",
    b"uri",
    b"type",
    b"length",
    b"len",
    b"hash",
    b"sha",
    b"digest",
    b"version",
    b"field",
    b"count",
    b"size",
    b"index",
    b"arn",
    b"ref",
    b"checksum",
    b"alias",
    b"label",
    b"prefix",
    b"suffix",
    b"regex",
    b"pattern",
    b"policy",
    b"kind",
    b"format",
    b"env",
    b"expires",
    b"ttl",
    b"public",
    b"pub",
    b"cache",
    b"endpoint",
];

/// The value that is assigned to the name which holds the word at `word`.
pub(super) fn value(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let tail = tail(text, word.end);
    let head = &text[word.start.saturating_sub(TAIL)..word.start];
    if is_harmless(&text[word.end..tail]) || is_shown(head) || is_inside_a_word(text, word) {
        return None;
    }
    let (start, quote) = opening(text, tail)?;
    let value = start..end(text, start, quote)?;
    let name = text[word.clone()].to_ascii_lowercase();
    let least = if name.starts_with(b"pass") || name == b"pwd" {
        SHORTEST_PASSWORD
    } else {
        SHORTEST
    };
    let secret = value.len() >= least && is_secret(&text[value.clone()], quote.is_some());
    secret.then_some(value)
}

fn tail(text: &[u8], from: usize) -> usize {
    let rest = text[from..].iter().take(TAIL);
    from + rest
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        .count()
}

/// Whether the rest of a name, `_file` or `Length`, says that no secret follows.
fn is_harmless(tail: &[u8]) -> bool {
    let lower = tail.to_ascii_lowercase();
    lower
        .split(|byte| matches!(byte, b'_' | b'-'))
        .any(|part| HARMLESS.contains(&part))
        || HARMLESS
            .iter()
            .any(|harmless| harmless.len() > 3 && lower.ends_with(harmless))
}

/// What stands before a word where its value is public, or made up.
const SHOWN: [&[u8]; 11] = [
    b"public",
    b"csrf",
    b"xsrf",
    b"dummy",
    b"fake",
    b"mock",
    b"sample",
    b"example",
    b"publishable",
    b"invalid",
    b"nonmatching",
];

/// Whether the beginning of a name, `csrf_` or `public`, says that its value is shown to everybody.
fn is_shown(before: &[u8]) -> bool {
    let name = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    let lower = before[before.len() - name.count()..].to_ascii_lowercase();
    SHOWN.iter().any(|shown| contains(&lower, shown))
}

/// `token` of `tokenizer` is none, and neither is `secret` of `secretsManager`; that of `secrets` is one.
fn is_inside_a_word(text: &[u8], word: &Range<usize>) -> bool {
    let lower = text[word.end - 1].is_ascii_lowercase();
    match &text[word.end..] {
        [b's', next, ..] => next.is_ascii_alphabetic(),
        [after, ..] => lower && after.is_ascii_lowercase(),
        [] => false,
    }
}

/// Where the value begins behind a name, and its quote.
fn opening(text: &[u8], from: usize) -> Option<(usize, Option<u8>)> {
    let rest = text.get(from..)?;
    let gap = rest
        .iter()
        .take(GAP)
        .take_while(|byte| is_gap(**byte))
        .count();
    let between = &rest[..gap];
    let assigned = between
        .iter()
        .any(|byte| matches!(byte, b'=' | b':' | b'>' | b',' | b'('));
    let quote = between
        .iter()
        .rev()
        .find(|byte| !matches!(byte, b'\\'))
        .copied();
    let quote = quote.filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    // `f(token, other)` names two things.
    let plain = quote.is_some() || !between.iter().any(|byte| matches!(byte, b',' | b'('));
    (assigned && plain).then_some((from + gap, quote))
}

fn is_gap(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t'
            | b'"'
            | b'\''
            | b'`'
            | b'='
            | b':'
            | b'>'
            | b','
            | b'('
            | b')'
            | b']'
            | b'\\'
            | b'?'
            | b'|'
            | b'.'
    )
}

/// What may stand behind a value without quotes. Not among them: what calls or indexes.
const ENDERS: &[u8] = b"\n\r\t <,&\"'\\;)}]`|>";

/// Where the value ends. One without quotes ends with its line, or before what ends a value there.
fn end(text: &[u8], start: usize, quote: Option<u8>) -> Option<usize> {
    let rest = &text[start..];
    let length = rest.iter().take(LONGEST + 1).position(|byte| match quote {
        Some(quote) => {
            *byte == quote || *byte == b'\\' || byte.is_ascii_whitespace() || *byte < b' '
        }
        None => {
            !(byte.is_ascii_alphanumeric()
                || matches!(
                    byte,
                    b'_' | b'+'
                        | b'/'
                        | b'='
                        | b'.'
                        | b'~'
                        | b'-'
                        | b'!'
                        | b'@'
                        | b'#'
                        | b'%'
                        | b'^'
                        | b'*'
                ))
        }
    });
    let length = length.or((rest.len() <= LONGEST).then_some(rest.len()))?;
    let ended = match (quote, rest.get(length)) {
        (Some(quote), Some(next)) => *next == quote || *next == b'\\',
        (Some(_), None) => false,
        (None, Some(next)) => ENDERS.contains(next),
        (None, None) => true,
    };
    ended.then_some(start + length)
}

fn is_secret(value: &[u8], quoted: bool) -> bool {
    value.len() <= LONGEST
        && !value.iter().any(|byte| {
            matches!(
                byte,
                b':' | b';'
                    | b','
                    | b'('
                    | b')'
                    | b'{'
                    | b'}'
                    | b'['
                    | b']'
                    | b'<'
                    | b'>'
                    | b'|'
                    | b'"'
            )
        })
        && is_random(value)
        && !is_placeholder(value)
        && !is_reference(value, quoted)
        && !is_uuid(value)
        && !is_numbered(value)
        && !is_cut(value)
}

/// Whether the value only says where the secret is: a variable, a call, a path, a URL.
fn is_reference(value: &[u8], quoted: bool) -> bool {
    let marks: [&[u8]; 10] = [
        b"${", b"{{", b"$(", b"%(", b"#{", b"<%", b"://", b"...", b"()", b"->",
    ];
    let wordy = |part: &[u8]| part.len() >= 4 && wordiness(part) >= 0.7;
    marks.iter().any(|mark| contains(value, mark))
        || matches!(
            value.first(),
            Some(b'$' | b'<' | b'%' | b'@' | b'/' | b'~' | b'.' | b'&')
        )
        || value.starts_with(b"sha256")
        || value.starts_with(b"sha512")
        || value.starts_with(b"sha1")
        || value
            .split(|byte| matches!(byte, b'/' | b'.' | b'_' | b'-'))
            .any(wordy)
        || (!quoted && value.contains(&b'.'))
}

/// Whether a value is the name of a thing with a long number: `radio2-prod-1483920571`.
fn is_numbered(value: &[u8]) -> bool {
    let parts = || value.split(|byte| matches!(byte, b'-' | b'_' | b'.' | b'/'));
    let is_number = |part: &[u8]| part.len() >= 8 && part.iter().all(u8::is_ascii_digit);
    let is_word = |part: &[u8]| {
        let digits = part.iter().filter(|byte| byte.is_ascii_digit()).count();
        part.iter().all(u8::is_ascii_alphanumeric) && digits <= 1 && part.len() <= 8
    };
    parts().count() > 1
        && parts().any(is_number)
        && parts().all(|part| is_number(part) || is_word(part))
}

/// Whether a digit is missing: random bytes give an even number of hexadecimal digits.
fn is_cut(value: &[u8]) -> bool {
    value.len() % 2 == 1 && value.iter().all(u8::is_ascii_hexdigit)
}

pub(super) fn is_uuid(value: &[u8]) -> bool {
    let dashes = [8, 13, 18, 23];
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| {
            if dashes.contains(&at) {
                *byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        })
}
