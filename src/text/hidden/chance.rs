//! What may stand where it does by chance: in bytes that are no text, and in lines that a machine made.
//! A few such characters say nothing; the more there are in one text, the less chance had to do with it.
//! For [`super::hidden`] alone.

use std::cell::OnceCell;

use bstr::ByteSlice as _;

use super::context::Run;
use super::kind::Kind;
use super::{CARRIES, Setting, Sign};

/// What stands by chance in a text, as far as it was read.
pub(super) struct Chance<'t> {
    text: &'t [u8],
    setting: Setting,
    /// Whether Git takes it for binary, once somebody asks.
    is_binary: OnceCell<bool>,
    /// Characters of four bytes, of which hardly one comes about.
    wide: Option<Sign>,
    narrow: Option<Sign>,
}

/// So many bytes that are no text have one of the narrower characters, or two behind one another.
const BYTES_FOR_ONE: usize = 4096;

/// As much of a text's beginning tells whether Git takes it for binary.
const SAMPLE: usize = 8000;

/// What lies around a character of a text that is none, in bytes to either side.
const AROUND: usize = 64;

impl<'t> Chance<'t> {
    pub(super) fn new(text: &'t [u8], setting: Setting) -> Self {
        Self {
            text,
            setting,
            is_binary: OnceCell::new(),
            wide: None,
            narrow: None,
        }
    }

    /// Whether a character at this byte stands in bytes that are no text. Messages and instructions are
    /// read as text, whatever is in them.
    pub(super) fn is_junk(&self, at: usize) -> bool {
        let is_file = matches!(self.setting, Setting::Prose | Setting::Source);
        is_file && is_junk(self.text, at, self.is_binary())
    }

    fn is_binary(&self) -> bool {
        *self
            .is_binary
            .get_or_init(|| memchr::memchr(0, &self.text[..SAMPLE.min(self.text.len())]).is_some())
    }

    /// Whether a run `at` this byte is no text: it stands in a file that Git shows nothing of, and is what
    /// samples of sound and pictures look like. Bytes of the alphabets that people hide text in do not.
    pub(super) fn is_sample(&self, run: &Run<'_>, at: usize) -> bool {
        let of_alphabet = |character: char| {
            matches!(character, '\u{2000}'..='\u{2FFF}')
                || (character.len_utf8() == 4 && Kind::of(character) != Some(Kind::Format))
        };
        self.is_binary() && !run.characters().any(of_alphabet) && self.is_junk(at)
    }

    /// Counts a run `at` this byte that may stand there by chance. One that carries something does not,
    /// and is not taken.
    pub(super) fn takes(&mut self, run: &Run<'_>, at: usize) -> bool {
        if run.count >= CARRIES {
            return false;
        }
        // Half of another character may look like one of two bytes.
        let wide = run.characters().any(|character| character.len_utf8() == 4);
        if wide || run.count > 1 || run.end - run.start > 2 {
            let sums = if wide {
                &mut self.wide
            } else {
                &mut self.narrow
            };
            Sign::add(sums, run, at);
        }
        true
    }

    /// What there is too much of.
    pub(super) fn tell(self, tell: &mut dyn FnMut(Sign)) {
        let by_chance = self.text.len() / BYTES_FOR_ONE;
        for (sign, by_chance) in [(self.wide, 0), (self.narrow, by_chance)] {
            if let Some(sign) = sign.filter(|sign| sign.count >= CARRIES + by_chance) {
                let longest = sign.count;
                tell(Sign { longest, ..sign });
            }
        }
    }
}

/// Whether the bytes around a character are no text, so that it stands there by chance.
fn is_junk(text: &[u8], at: usize, is_binary: bool) -> bool {
    let around = &text[at.saturating_sub(AROUND)..(at + AROUND).min(text.len())];
    let is_control = |character: char| {
        let is_sample = matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{FFF0}'..='\u{FFFB}');
        let is_control =
            character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\x1B');
        is_binary && (is_sample || is_control)
    };
    let junk = around.char_indices().filter(|&(start, end, character)| {
        // A character that the window cuts through is none of it.
        let cut = start == 0 || end == around.len();
        is_control(character) || (character == char::REPLACEMENT_CHARACTER && !cut)
    });
    junk.count() * 8 > around.len()
}

#[cfg(test)]
mod tests;
