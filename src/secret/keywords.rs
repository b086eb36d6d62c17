//! Where keywords stand in a text, in any case: one look-up for each byte of it.
//!
//! Three letters of each keyword, the rarest of it, make a number of 15 bits. A text is read by
//! rolling such a number over it; only where a bit is set for it are keywords compared. What an
//! automaton would give, but built in microseconds, which every run of a hook pays.

use std::ops::Range;

/// So many letters of a keyword are looked for.
const LETTERS: usize = 3;

const NUMBERS: usize = 1 << 15;
const WORDS: usize = NUMBERS / 64;

/// Five bits for each byte, the same for both cases of a letter. Different bytes may share them.
#[expect(
    clippy::cast_possible_truncation,
    reason = "there is no other conversion in a constant, and both count to 256 at most"
)]
const CODES: [u8; 256] = {
    let mut codes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        codes[byte] = match byte as u8 {
            letter @ b'a'..=b'z' => letter - b'a' + 1,
            letter @ b'A'..=b'Z' => letter - b'A' + 1,
            b'0'..=b'9' => 27,
            b'_' => 28,
            b'-' => 29,
            b'.' | b'/' | b':' => 30,
            b' ' => 31,
            _ => 0,
        };
        byte += 1;
    }
    codes
};

/// How common a code is in source, roughly: from the most common letter downwards.
#[expect(
    clippy::cast_possible_truncation,
    reason = "there is no other conversion in a constant, and both count to 256 at most"
)]
const RARITY: [u8; 32] = {
    let order = b" etraions.lcdump_fh0gbvy-kwxqzj";
    let mut rarity = [0; 32];
    let mut at = 0;
    while at < order.len() {
        rarity[CODES[order[at] as usize] as usize] = at as u8;
        at += 1;
    }
    rarity
};

pub(super) struct Keywords {
    /// In lower case.
    texts: Vec<Box<[u8]>>,
    /// The numbers of those that have fewer than three letters. A policy may have such; ours are longer.
    short: Vec<u16>,
    /// Which numbers some keyword has.
    bits: Box<[u64; WORDS]>,
    /// By word of `bits`: how many numbers lie before it.
    ranks: Box<[u16; WORDS]>,
    /// By number, in order: where its entries begin.
    starts: Vec<u16>,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    keyword: u16,
    /// How far its three letters end behind its beginning.
    end: u16,
}

impl Keywords {
    /// Keywords are not empty. `None`: they are too many or too long.
    pub(super) fn new<'a>(keywords: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut texts = Vec::new();
        let mut numbered = Vec::new();
        let mut short = Vec::new();
        for (keyword, text) in keywords.enumerate() {
            let (number, end) = anchor(text.as_bytes());
            let keyword = u16::try_from(keyword).ok()?;
            texts.push(text.to_ascii_lowercase().into_bytes().into());
            if text.len() < LETTERS {
                short.push(keyword);
                continue;
            }
            let end = u16::try_from(end).ok()?;
            numbered.push((number, Entry { keyword, end }));
        }
        numbered.sort_by_key(|(number, entry)| (*number, entry.keyword));
        let mut bits = Box::new([0_u64; WORDS]);
        let mut starts = Vec::new();
        for (at, (number, _)) in numbered.iter().enumerate() {
            let bit = 1 << (number % 64);
            if bits[number / 64] & bit == 0 {
                bits[number / 64] |= bit;
                starts.push(u16::try_from(at).ok()?);
            }
        }
        starts.push(u16::try_from(numbered.len()).ok()?);
        let mut ranks = Box::new([0_u16; WORDS]);
        let mut before = 0;
        for (rank, word) in ranks.iter_mut().zip(bits.iter()) {
            *rank = before;
            before += u16::try_from(word.count_ones()).ok()?;
        }
        let entries = numbered.into_iter().map(|(_, entry)| entry).collect();
        Some(Self {
            texts,
            short,
            bits,
            ranks,
            starts,
            entries,
        })
    }

    /// Calls `found` for every keyword that stands in `text`, by its number. They come nearly in
    /// order: none begins before the last one by more than a keyword's length.
    pub(super) fn find(&self, text: &[u8], mut found: impl FnMut(usize, Range<usize>)) {
        let mut number = 0;
        for (at, byte) in text.iter().enumerate() {
            number = ((number << 5) | usize::from(CODES[usize::from(*byte)])) % NUMBERS;
            if self.bits[number / 64] >> (number % 64) & 1 == 1 {
                self.compare(text, at + 1, number, &mut found);
            }
            for &keyword in &self.short {
                let length = self.texts[usize::from(keyword)].len();
                if let Some(start) = (at + 1).checked_sub(length) {
                    self.stands(text, start, keyword, &mut found);
                }
            }
        }
    }

    /// The keywords whose three letters end at `end`.
    #[inline(never)]
    fn compare(
        &self,
        text: &[u8],
        end: usize,
        number: usize,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let below = self.bits[number / 64] & ((1 << (number % 64)) - 1);
        let rank = usize::from(self.ranks[number / 64]) + below.count_ones() as usize;
        for at in self.starts[rank]..self.starts[rank + 1] {
            let entry = self.entries[usize::from(at)];
            if let Some(start) = end.checked_sub(usize::from(entry.end)) {
                self.stands(text, start, entry.keyword, found);
            }
        }
    }

    fn stands(
        &self,
        text: &[u8],
        start: usize,
        keyword: u16,
        found: &mut impl FnMut(usize, Range<usize>),
    ) {
        let letters = &self.texts[usize::from(keyword)];
        let range = start..start + letters.len();
        let stands = text.get(range.clone());
        if stands.is_some_and(|stands| stands.eq_ignore_ascii_case(letters)) {
            found(usize::from(keyword), range);
        }
    }
}

/// The number of a keyword's rarest three letters, and where they end.
fn anchor(keyword: &[u8]) -> (usize, usize) {
    let codes: Vec<usize> = keyword
        .iter()
        .map(|byte| usize::from(CODES[usize::from(*byte)]))
        .collect();
    let rarity =
        |three: &[usize]| -> u32 { three.iter().map(|&code| u32::from(RARITY[code])).sum() };
    let rarest = codes
        .windows(LETTERS)
        .enumerate()
        .max_by_key(|(_, three)| rarity(three));
    rarest.map_or((0, 0), |(at, three)| {
        let number = three.iter().fold(0, |number, code| number << 5 | code);
        (number, at + LETTERS)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(keywords: &[&str], text: &str) -> Vec<(usize, Range<usize>)> {
        let mut found = Vec::new();
        Keywords::new(keywords.iter().copied())
            .unwrap()
            .find(text.as_bytes(), |keyword, range| {
                found.push((keyword, range));
            });
        found.sort_by_key(|(keyword, range)| (*keyword, range.start));
        found
    }

    #[test]
    fn a_keyword_is_found_in_any_case_at_any_place() {
        let keywords = ["ghp_", "hp_t", "AKIA", "://"];
        assert_eq!(
            found(&keywords, "ghp_t akia GHP_://"),
            [(0, 0..4), (0, 11..15), (1, 1..5), (2, 6..10), (3, 15..18)]
        );
        assert_eq!(found(&keywords, "gh"), []);
        assert_eq!(found(&["aaa"], "aaaa"), [(0, 0..3), (0, 1..4)]);
        assert_eq!(found(&["sk", "x"], "aSKx"), [(0, 1..3), (1, 3..4)]);
    }

    proptest! {
        #[test]
        fn it_finds_what_comparing_everywhere_finds(
            keywords in prop::collection::vec("[abAB_0:.]{1,5}", 1..8),
            text in "[abAB_0:. ]{0,40}",
        ) {
            let keywords: Vec<&str> = keywords.iter().map(String::as_str).collect();
            let mut expected = Vec::new();
            for (number, keyword) in keywords.iter().enumerate() {
                for (start, part) in text.as_bytes().windows(keyword.len()).enumerate() {
                    if part.eq_ignore_ascii_case(keyword.as_bytes()) {
                        expected.push((number, start..start + keyword.len()));
                    }
                }
            }
            prop_assert_eq!(found(&keywords, &text), expected);
        }
    }
}
