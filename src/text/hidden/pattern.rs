//! Spaces and apostrophes that look alike and differ: where two of a kind change places again and
//! again, the choice carries something.

use std::ops::Range;

use bstr::ByteSlice as _;

use super::Setting;
use super::chance::Chance;

/// Characters that look alike and change places.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mix {
    /// Where the first unusual one stands, in bytes of the text.
    pub at: usize,
    /// What they are called.
    pub name: &'static str,
    /// How many of each there are, in the order of their numbers.
    pub kinds: Vec<(char, usize)>,
}

/// What is counted, in order.
#[derive(Default)]
struct Series {
    kinds: Vec<(char, usize)>,
    first: Option<usize>,
    last: Option<char>,
    switches: usize,
}

/// Fewer unusual characters are an accident.
const LEAST: usize = 8;

/// The mixes in these parts of a text, taken together.
pub fn mixes(text: &[u8], parts: &[Range<usize>], setting: Setting) -> Vec<Mix> {
    let unusual: usize = parts.iter().map(|part| unusual(&text[part.clone()])).sum();
    if unusual < LEAST {
        return Vec::new();
    }
    let chance = Chance::new(text, setting);
    let mut spaces = Series::default();
    let mut apostrophes = Series::default();
    let mut found = Vec::new();
    for part in parts {
        let mut before = ['\n'; 2];
        let mut run = Series::default();
        for (start, _, character) in text[part.clone()].char_indices() {
            let at = part.start + start;
            let is_one = !character.is_ascii() && (is_space(character) || is_apostrophe(character));
            let shows = !(is_one && chance.is_junk(at));
            let character = if shows { character } else { '\0' };
            let [far, near] = before;
            if far.is_ascii_alphabetic() && character.is_ascii_alphabetic() {
                let near_at = at - near.len_utf8();
                if is_space(near) {
                    spaces.add(near, Some(' '), near_at);
                } else if is_apostrophe(near) {
                    apostrophes.add(near, Some('\''), near_at);
                }
            }
            if is_space(character) {
                run.add(character, Some(' '), at);
            } else if run.last.is_some() {
                found.extend(run.as_run());
                run = Series::default();
            }
            before = [near, character];
        }
        found.extend(run.as_run());
    }
    found.truncate(1);
    found.extend(spaces.between_words(setting));
    found.extend(apostrophes.in_words());
    found
}

/// How many characters of a text may be of an unusual kind.
fn unusual(text: &[u8]) -> usize {
    let mut count = 0;
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(<[u8]>::find_non_ascii_byte) {
        at += next;
        let rest = &text[at..];
        let kind = matches!(
            rest,
            [0xC2, 0xA0, ..]
                | [0xCA, 0xB9 | 0xBC, ..]
                | [0xE1, 0x9A, ..]
                | [0xE2, 0x80 | 0x81, ..]
                | [0xEF, 0xBC, 0x87, ..]
        );
        count += usize::from(kind);
        at += 1;
    }
    count
}

impl Series {
    /// Counts a character; `first` is to be the first that is not the `usual` one.
    fn add(&mut self, character: char, usual: Option<char>, at: usize) {
        match self.kinds.iter_mut().find(|(kind, _)| *kind == character) {
            Some((_, count)) => *count += 1,
            None => self.kinds.push((character, 1)),
        }
        if self.last.is_some_and(|last| last != character) {
            self.switches += 1;
        }
        if Some(character) != usual {
            self.first.get_or_insert(at);
        }
        self.last = Some(character);
    }

    fn count(&self, of: impl Fn(char) -> bool) -> usize {
        let counted = self.kinds.iter().filter(|(kind, _)| of(*kind));
        counted.map(|(_, count)| count).sum()
    }

    fn total(&self) -> usize {
        self.count(|_| true)
    }

    fn mix(mut self, name: &'static str) -> Option<Mix> {
        self.kinds.sort_unstable();
        Some(Mix {
            at: self.first?,
            name,
            kinds: self.kinds,
        })
    }

    /// Spaces behind one another. An editor that writes every second space as one that does not break
    /// changes places too, but regularly.
    fn as_run(&self) -> Option<Mix> {
        let total = self.total();
        let regular = self.switches + 1 == total || self.switches < 3;
        let mixed = total >= LEAST && self.kinds.len() >= 2 && !regular;
        let copy = || Self {
            kinds: self.kinds.clone(),
            ..*self
        };
        mixed.then(copy)?.mix("spaces behind one another")
    }

    /// Single spaces between two words in ASCII. One that does not break is usual in prose, and so are
    /// many of them in what was copied from a web page.
    fn between_words(self, setting: Setting) -> Option<Mix> {
        let usual = self.count(|kind| kind == ' ');
        let unbroken = self.count(|kind| kind == '\u{A0}');
        let thin = self.total() - usual - unbroken;
        let by_thin = thin >= LEAST && self.switches >= LEAST;
        let by_unbroken = setting != Setting::Prose
            && unbroken.min(usual) >= 2 * LEAST
            && self.switches * 3 >= self.total();
        (by_thin || by_unbroken)
            .then_some(self)?
            .mix("spaces between words")
    }

    /// Apostrophes within words in ASCII. Two authors make two blocks, not a change at every word.
    fn in_words(self) -> Option<Mix> {
        let total = self.total();
        let most = self.kinds.iter().map(|(_, count)| *count).max()?;
        let mixed = total >= 2 * LEAST && total - most >= 5 && self.switches * 5 >= total * 2;
        mixed.then_some(self)?.mix("apostrophes")
    }
}

fn is_space(character: char) -> bool {
    matches!(
        character,
        ' ' | '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}'
    )
}

fn is_apostrophe(character: char) -> bool {
    matches!(
        character,
        '\'' | '\u{2B9}' | '\u{2BC}' | '\u{2018}' | '\u{2019}' | '\u{2032}' | '\u{FF07}'
    )
}

#[cfg(test)]
mod tests;
