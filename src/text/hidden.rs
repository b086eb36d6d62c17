//! Text that a reader does not see: characters that show nothing or turn the order of a line, and
//! spaces and apostrophes that differ only to a machine.
//!
//! For the rule `hidden-text`. What a script or an emoji needs is left alone beside it. Plain text
//! costs one search for bytes that are not ASCII.

mod chance;
mod choice;
mod context;
mod kind;
mod named;
mod pattern;
mod payload;
mod script;
mod turn;

use std::ops::Range;

use bstr::ByteSlice as _;

use chance::Chance;
use choice::Choices;
use context::{Line, Run};
pub use kind::Kind;
pub use pattern::{Mix, mixes};
pub use payload::payload;

/// What a text is for, and so what is usual in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Setting {
    /// Words for people: documentation, translations.
    Prose,
    /// A message.
    Message,
    /// Everything else.
    Source,
    /// What an agent reads as its instructions: nothing is usual but what a script needs.
    Instructions,
}

/// What a line hides, or a text as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sign {
    /// Where the first hidden character stands, in bytes of the text.
    pub at: usize,
    /// The hidden characters, in order; of very many the first.
    pub characters: String,
    /// How many there are.
    pub count: usize,
    /// How many of them are behind one another at most; of a text as a whole, all.
    pub longest: usize,
}

/// As many characters are kept of one line.
const KEPT: usize = 4096;

/// A line so long, in bytes, was made by a machine: in it only a run that can carry something counts.
const MACHINE_MADE: usize = 2000;

/// So many characters in a run carry something: no accident has as many.
pub const CARRIES: usize = 8;

/// Tells what whole lines of a text, `parts`, hide: each line that does, and then what only all of them
/// together tell.
pub fn hidden(text: &[u8], parts: &[Range<usize>], setting: Setting, tell: &mut dyn FnMut(Sign)) {
    let mut whole = Text {
        bytes: text,
        setting,
        chance: Chance::new(text, setting),
        choices: Choices::default(),
    };
    for part in parts {
        let mut from = part.start;
        while let Some(at) = next(&text[..part.end], from) {
            // Many programs end a line at a carriage return alone, and so do editors.
            let end = memchr::memrchr2(b'\n', b'\r', &text[part.start..at]);
            let start = end.map_or(part.start, |end| part.start + end + 1);
            let end = memchr::memchr2(b'\n', b'\r', &text[at..part.end]);
            let end = end.map_or(part.end, |end| at + end);
            if let Some(sign) = whole.look(start..end) {
                tell(sign);
            }
            from = end;
        }
    }
    whole.chance.tell(tell);
    whole.choices.tell(tell);
}

/// A text that is looked at line by line.
struct Text<'t> {
    bytes: &'t [u8],
    setting: Setting,
    chance: Chance<'t>,
    choices: Choices,
}

/// The first character at or after `from` that may hide something.
fn next(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += text.get(at..)?.find_non_ascii_byte()?;
        if kind::may_hide(&text[at..]) && kind::first(&text[at..]).is_some() {
            return Some(at);
        }
        at += 1;
    }
}

impl Text<'_> {
    /// What one line hides, without what is usual there and what may stand there by chance.
    fn look(&mut self, range: Range<usize>) -> Option<Sign> {
        let line = Line::new(&self.bytes[range.clone()], self.setting);
        let mut sign: Option<Sign> = None;
        let mut before = None;
        let mut at = 0;
        while let Some(first) = line.text.get(at..).filter(|rest| !rest.is_empty()) {
            let (character, length) = bstr::decode_utf8(first);
            let is_mark = range.start + at == 0 && character == Some('\u{FEFF}');
            if is_mark || character.is_none_or(|character| Kind::of(character).is_none()) {
                before = character.filter(|_| !is_mark);
                at += length;
                continue;
            }
            let run = Run::at(line.text, at, before);
            let place = range.start + at;
            if self.chance.is_sample(&run, place) {
                // It is no text at all.
            } else if line.has_usual(&run) {
                self.choices.add(&line, &run, place);
            } else if !self.is_by_chance(&line, &run, place) {
                Sign::add(&mut sign, &run, place);
            }
            before = None;
            at = run.end;
        }
        sign
    }

    fn is_by_chance(&mut self, line: &Line<'_>, run: &Run<'_>, at: usize) -> bool {
        (line.is_machine_made || self.chance.is_junk(at)) && self.chance.takes(run, at)
    }
}

impl Sign {
    /// Adds a run `at` this byte of the text to what was found before.
    fn add(sign: &mut Option<Self>, run: &Run<'_>, at: usize) {
        let sign = sign.get_or_insert_with(|| Self {
            at,
            characters: String::new(),
            count: 0,
            longest: 0,
        });
        let room = KEPT.saturating_sub(sign.count);
        sign.characters.extend(run.characters().take(room));
        sign.count += run.count;
        sign.longest = sign.longest.max(run.count);
    }
}

#[cfg(test)]
mod tests;
