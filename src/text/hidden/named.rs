//! Which hidden characters a line names by their numbers. For [`super::context`] alone.

use std::collections::BTreeSet;

use super::kind::Kind;

/// What stands before a number that is a character's.
const PREFIXES: [&[u8]; 5] = [b"U+", b"u+", b"\\u{", b"\\x{", b"&#x"];

/// The hidden characters that a line names: by a number with a prefix, or by one in hexadecimal that is a
/// word of its own.
pub(super) fn named(line: &[u8]) -> BTreeSet<char> {
    let mut found = BTreeSet::new();
    let mut start = 0;
    for word in line.split(|byte| !is_of_word(*byte)) {
        found.extend(of_word(&line[..start], word));
        start += word.len() + 1;
    }
    found.retain(|character| Kind::of(*character).is_some());
    found
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The character that a word names behind what stands before it in its line.
fn of_word(before: &[u8], word: &[u8]) -> Option<char> {
    let is_escape = before.ends_with(b"\\");
    let entity = word.strip_prefix(b"x").filter(|_| before.ends_with(b"&#"));
    let escape = word.strip_prefix(b"u").or(word.strip_prefix(b"U"));
    let number = word.strip_prefix(b"0x").or(word.strip_prefix(b"0X"));
    let prefixed = entity.or(escape.filter(|_| is_escape)).or(number);
    let has_prefix = |prefix: &&[u8]| before.ends_with(prefix);
    let is_prefixed = prefixed.is_some() || PREFIXES.iter().any(has_prefix);
    let digits = prefixed.unwrap_or(word);
    // Decimal numbers are of everything; those of hexadecimal digits alone hardly.
    if !(4..=8).contains(&digits.len())
        || !(is_prefixed || digits.iter().any(u8::is_ascii_alphabetic))
    {
        return None;
    }
    let digits = std::str::from_utf8(digits).ok()?;
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

#[cfg(test)]
mod tests;
