//! Made-up texts: templates that stand for secrets, so that no file of tests holds one. For the tests of
//! the detectors, and for policy tests.

#[cfg(test)]
use std::ops::Range;

use super::template::CLASSES;

/// Letters of one placeholder.
const LONGEST: usize = 1 << 16;

/// A template's text: each `{CLASS:N}` is N letters of the class, always the same ones. `{nl:N}` gives line
/// feeds.
pub fn made_up(template: &str) -> String {
    let mut state = template.len() as u64;
    let (mut text, mut rest) = (String::new(), template);
    while let Some(first) = rest.chars().next() {
        if let Some((letters, count, tail)) = placeholder(rest) {
            text.extend((0..count).map(|_| letters[next(&mut state) % letters.len()]));
            rest = tail;
        } else {
            text.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    text
}

/// A template's text, and where its secrets are.
#[cfg(test)]
pub(super) struct Example {
    pub(super) text: String,
    /// The parts between `<<` and `>>`; the whole text if there are none.
    pub(super) secrets: Vec<Range<usize>>,
}

/// Replaces each `{CLASS:N}` by N letters, the same ones for the same seed. `{nl:N}` gives line feeds.
#[cfg(test)]
pub(super) fn expand(template: &str, seed: u64) -> Example {
    let mut state = seed;
    let (mut text, mut secrets, mut open) = (String::new(), Vec::new(), None);
    let mut rest = template;
    while let Some(first) = rest.chars().next() {
        if let Some((letters, count, tail)) = placeholder(rest) {
            text.extend((0..count).map(|_| letters[next(&mut state) % letters.len()]));
            rest = tail;
        } else if let Some(tail) = rest.strip_prefix("<<") {
            open = Some(text.len());
            rest = tail;
        } else if let Some(tail) = rest.strip_prefix(">>").filter(|_| open.is_some()) {
            secrets.extend(open.take().map(|start| start..text.len()));
            rest = tail;
        } else {
            text.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    if secrets.is_empty() {
        secrets.push(0..text.len());
    }
    Example { text, secrets }
}

fn placeholder(text: &str) -> Option<(Vec<char>, usize, &str)> {
    let (inner, tail) = text.strip_prefix('{')?.split_once('}')?;
    let (class, count) = inner.split_once(':')?;
    let letters = if class == "nl" {
        vec!['\n']
    } else {
        letters(CLASSES.iter().find(|(name, _)| *name == class)?.1)
    };
    let count = count.parse().ok().filter(|count| *count <= LONGEST)?;
    Some((letters, count, tail))
}

/// The letters of a class as a regular expression writes it, without its brackets.
fn letters(class: &str) -> Vec<char> {
    let class: Vec<char> = class.chars().collect();
    let mut out = Vec::new();
    let mut rest = class.as_slice();
    while let Some((&first, tail)) = rest.split_first() {
        if let [dash, last, tail @ ..] = tail
            && *dash == '-'
        {
            out.extend(first..=*last);
            rest = tail;
        } else {
            out.push(first);
            rest = tail;
        }
    }
    out
}

/// The next number of the splitmix64 sequence.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    // 31 bits.
    usize::try_from((z ^ (z >> 31)) >> 33).unwrap_or(0)
}

#[test]
fn a_template_is_expanded_and_marked() {
    let example = expand("a{digits:3}<<{hex:4}>>{x} {{y}}", 1);
    assert_eq!(example.text.len(), "a123abcd{x} {{y}}".len());
    assert_eq!(example.secrets, vec![4..8; 1]);
    assert!(example.text.ends_with("{x} {{y}}"));
    assert_eq!(letters("A-C_-"), ['A', 'B', 'C', '_', '-']);
}
