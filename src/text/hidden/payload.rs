//! What hidden characters say, where they are a known alphabet.

use super::kind::Kind;

/// The bytes that hidden characters carry: tags spell ASCII, variation selectors are bytes, and two
/// kinds of anything else are bits. `None` where they say nothing that could be read as text.
///
/// What comes out may be a secret: whoever shows it asks the engine before.
pub fn payload(characters: &str) -> Option<Vec<u8>> {
    let all: Vec<char> = characters.chars().collect();
    let by = |byte: fn(char) -> Option<u8>| {
        let bytes: Vec<u8> = all.iter().copied().filter_map(byte).collect();
        (bytes.len() >= LEAST && bytes.len() * 2 > all.len() && is_text(&bytes)).then_some(bytes)
    };
    by(tag).or_else(|| by(selector)).or_else(|| bits(&all))
}

/// Fewer bytes say nothing.
const LEAST: usize = 2;

fn tag(character: char) -> Option<u8> {
    match character {
        '\u{E0020}'..='\u{E007E}' => u8::try_from(u32::from(character) & 0x7F).ok(),
        _ => None,
    }
}

fn selector(character: char) -> Option<u8> {
    let number = u32::from(character);
    match character {
        '\u{FE00}'..='\u{FE0F}' => u8::try_from(number - 0xFE00).ok(),
        '\u{E0100}'..='\u{E01EF}' => u8::try_from(number - 0xE0100 + 16).ok(),
        _ => None,
    }
}

/// Two characters as bits, the first in every byte the highest. Which of them is one, nobody says.
fn bits(all: &[char]) -> Option<Vec<u8>> {
    let first = *all.first()?;
    let other = *all.iter().find(|character| **character != first)?;
    let are_bits = |character: &char| *character == first || *character == other;
    if Kind::of(first)? == Kind::Selector || !all.iter().all(are_bits) {
        return None;
    }
    [first, other].into_iter().find_map(|one| {
        let byte = |bits: &[char; 8]| {
            let add = |byte: u8, bit: &char| byte << 1 | u8::from(*bit == one);
            bits.iter().fold(0, add)
        };
        let bytes: Vec<u8> = all.as_chunks().0.iter().map(byte).collect();
        (bytes.len() >= LEAST && is_text(&bytes)).then_some(bytes)
    })
}

fn is_text(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes);
    text.is_ok_and(|text| {
        let shows = |character: char| !character.is_control() || character.is_whitespace();
        text.chars().all(shows)
    })
}

#[cfg(test)]
mod tests;
