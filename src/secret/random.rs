//! Whether a value looks drawn at random, or was named by somebody.

use super::filter::{contains, entropy};
use super::template::{Class, set};

pub(super) const DIGITS: Class = set(b"0-9");
pub(super) const CAPITALS: Class = set(b"A-Z");

/// For each letter, the letters that often follow it in English and in names of source code, as
/// bits. These 200 of 676 pairs are nine of ten pairs there.
const COMMON: [u32; 26] = [
    0x013E_B94E,
    0x0014_4911,
    0x001A_4D95,
    0x0014_4111,
    0x00AF_B87D,
    0x0010_4131,
    0x0002_0110,
    0x0000_4111,
    0x022E_F87F,
    0x0000_0000,
    0x0000_0110,
    0x011C_4919,
    0x0010_D111,
    0x003C_417D,
    0x007E_F80E,
    0x001A_C911,
    0x0010_0000,
    0x011E_715D,
    0x011C_C995,
    0x011E_4995,
    0x000E_B917,
    0x0000_0111,
    0x0000_4111,
    0x0008_8000,
    0x0000_0000,
    0x0000_0010,
];

/// So much of a long value tells what the whole is.
const SAMPLE: usize = 128;

/// What a value of a known form must have: it is no word, and no filler of one or two letters.
pub(super) fn is_varied(value: &[u8]) -> bool {
    let value = value.get(..SAMPLE).unwrap_or(value);
    let least = if value.iter().all(u8::is_ascii_digit) {
        0.35
    } else {
        0.6
    };
    entropy(value) >= least * longest_code(value.len())
        && wordiness(value) < 0.8
        && !is_periodic(value)
}

/// What a value without a form must have: letters and digits, few pairs of letters that words have,
/// and no counting up.
pub(super) fn is_random(value: &[u8]) -> bool {
    let counts = |is: fn(&u8) -> bool| value.iter().filter(|byte| is(byte)).count();
    let digits = counts(u8::is_ascii_digit);
    let letters = counts(u8::is_ascii_alphabetic);
    digits > 0
        && letters > 1
        && entropy(value) >= 0.78 * longest_code(value.len())
        && !is_worded(value)
        && !counts_up(value)
        && !takes_turns(value)
        && !is_said_twice(value)
}

/// The entropy of as many different bytes, up to sixteen.
fn longest_code(length: usize) -> f64 {
    f64::from(u32::try_from(length.min(16)).unwrap_or(1).max(1)).log2()
}

/// Hexadecimal digits have six letters, and half of their pairs are common by chance.
fn is_hex(value: &[u8]) -> bool {
    let others = value
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric() && !byte.is_ascii_hexdigit());
    value.len() >= 16 && others.count() <= value.len() / 16
}

/// How many pairs of letters a value has, and how many of them are common in words.
fn pairs(value: &[u8]) -> (u32, u32) {
    let (mut pairs, mut common) = (0, 0);
    for pair in value.windows(2) {
        let [one, other] = [pair[0] | 0x20, pair[1] | 0x20];
        if one.is_ascii_lowercase() && other.is_ascii_lowercase() {
            pairs += 1;
            common += COMMON[usize::from(one - b'a')] >> (other - b'a') & 1;
        }
    }
    (pairs, common)
}

/// The share of a value's pairs of letters that are common in words; 0 where it has few pairs.
pub(super) fn wordiness(value: &[u8]) -> f64 {
    let (pairs, common) = pairs(value);
    if pairs < 4 || is_hex(value) {
        return 0.0;
    }
    f64::from(common) / f64::from(pairs)
}

/// Whether chance alone gives one value in a hundred so many common pairs.
fn is_worded(value: &[u8]) -> bool {
    const SHARE: f64 = 200.0 / 676.0;
    let (pairs, common) = pairs(value);
    let (pairs, common) = (f64::from(pairs), f64::from(common));
    !is_hex(value) && common - pairs * SHARE > 2.5 * (pairs * SHARE * (1.0 - SHARE)).sqrt()
}

/// Whether a value holds a run such as `abcde`, `123456` or `6543`, as made-up values do.
fn counts_up(value: &[u8]) -> bool {
    let steps = |apart: usize, by: i16| steps(value, apart, by);
    steps(1, 1) >= 4 || steps(1, -1) >= 4 || steps(2, 1) >= 6
}

/// The longest run of bytes that each lie `by` above the one so far before.
pub(super) fn steps(value: &[u8], apart: usize, by: i16) -> usize {
    let pairs = value.iter().zip(value.iter().skip(apart));
    longest(pairs.map(|(one, other)| i16::from(*other) - i16::from(*one) == by))
}

/// Whether letters and digits take turns, `a1b2c3d4`, as they do where somebody typed them.
fn takes_turns(value: &[u8]) -> bool {
    let pairs = value.windows(2);
    let turns = pairs.map(|pair| {
        pair.iter().all(u8::is_ascii_alphanumeric)
            && pair[0].is_ascii_digit() != pair[1].is_ascii_digit()
    });
    longest(turns) >= 11
}

/// Whether a value is a short one three times or more: `123123123123`.
fn is_periodic(value: &[u8]) -> bool {
    (1..=value.len() / 3).any(|period| value[period..] == value[..value.len() - period])
}

/// So many letters come up twice in no random value.
const BLOCK: usize = 8;

/// Whether a value repeats a long part of itself, as made-up ones do that had to be long.
fn is_said_twice(value: &[u8]) -> bool {
    let mut blocks = value.windows(BLOCK).enumerate();
    blocks.any(|(at, block)| contains(&value[at + 1..], block))
}

/// The longest run of what holds.
fn longest(holds: impl Iterator<Item = bool>) -> usize {
    let (mut longest, mut run) = (0, 0);
    for holds in holds {
        run = if holds { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::example::expand;

    #[test]
    fn names_are_wordy_and_random_values_are_not() {
        for name in [
            "authorization_code",
            "RegistryTokenProvider2",
            "some-long-name-of-a-class",
            "ThreadPoolExecutor",
        ] {
            assert!(wordiness(name.as_bytes()) >= 0.7, "{name}");
            assert!(!is_random(name.as_bytes()), "{name}");
        }
        for template in [
            "{alnum:32}",
            "{hex:32}",
            "{loweralnum:40}",
            "{base64url:43}",
        ] {
            let random = (0..200)
                .filter(|seed| is_random(expand(template, *seed).text.as_bytes()))
                .count();
            assert!(random >= 190, "{template} {random}");
            let varied = (0..200).all(|seed| is_varied(expand(template, seed).text.as_bytes()));
            assert!(varied, "{template}");
        }
    }

    #[test]
    fn a_short_value_said_three_times_is_not_varied() {
        assert!(!is_varied(b"18318318318318318318"));
        assert!(is_varied(b"18318318318318318317"));
    }

    #[test]
    fn fillers_are_not_random() {
        for value in [
            "abcdef1234567890",
            "aaaaaaaa11111111",
            "12345678",
            "a1a1a1a1a1a1",
            "Kx7Qm2Zt9BvR4LpWKx7Qm2Zt9BvR4LpW",
        ] {
            assert!(!is_random(value.as_bytes()), "{value}");
        }
    }
}
