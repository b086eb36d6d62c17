//! Text that a reader does not see: characters that show nothing or turn the order of a line, and
//! spaces and apostrophes that differ only to a machine.
//!
//! For the rule `hidden-text`. What a script or an emoji needs is left alone beside it. Plain text
//! costs one search for bytes that are not ASCII.

mod context;
mod kind;
mod pattern;
mod payload;
mod script;
mod usual;

use std::cell::OnceCell;
use std::ops::Range;

use bstr::ByteSlice as _;

use context::{Line, Run};
pub use kind::Kind;
pub use pattern::{Mix, mixes};
pub use payload::payload;
use usual::Usual;

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

/// What a line hides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sign {
    /// Where the first hidden character stands, in bytes of the text.
    pub at: usize,
    /// The hidden characters of the line, in order; of very many the first.
    pub characters: String,
    /// How many there are.
    pub count: usize,
    /// How many of them stand behind one another, or change places with each other, at most.
    pub longest: usize,
}

/// As many characters are kept of one line.
const KEPT: usize = 4096;

/// A line so long, in bytes, was made by a machine: in it only a run that can carry something counts.
const MACHINE_MADE: usize = 2000;

/// So many characters in a run carry something: no accident has as many.
pub const CARRIES: usize = 8;

/// Tells each line of `text[part]` that hides something; `part` is of whole lines.
pub fn hidden(text: &[u8], part: Range<usize>, setting: Setting, tell: &mut dyn FnMut(Sign)) {
    let whole = Text {
        bytes: text,
        setting,
        is_binary: OnceCell::new(),
    };
    let mut from = part.start;
    while let Some(at) = next(&text[..part.end], from) {
        let feed = memchr::memrchr(b'\n', &text[part.start..at]);
        let start = feed.map_or(part.start, |feed| part.start + feed + 1);
        let feed = memchr::memchr(b'\n', &text[at..part.end]);
        let end = feed.map_or(part.end, |feed| at + feed);
        if let Some(sign) = whole.look(start..end) {
            tell(sign);
        }
        from = end;
    }
}

/// A text that is looked at line by line.
struct Text<'t> {
    bytes: &'t [u8],
    setting: Setting,
    /// Whether Git takes it for binary, once somebody asks.
    is_binary: OnceCell<bool>,
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
    /// What one line hides, without what is usual there.
    fn look(&self, range: Range<usize>) -> Option<Sign> {
        let line = Line::new(&self.bytes[range.clone()], self.setting);
        let mut sign: Option<Sign> = None;
        let mut usual = Usual::default();
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
            if line.has_usual(&run) {
                usual.add(&run, range.start + at);
            } else if !self.has_by_chance(range.start + at, &run) {
                let sign = sign.get_or_insert_with(|| Sign {
                    at: range.start + at,
                    characters: String::new(),
                    count: 0,
                    longest: 0,
                });
                let room = KEPT.saturating_sub(sign.count);
                sign.characters.extend(run.characters().take(room));
                sign.count += run.count;
                sign.longest = sign.longest.max(run.count);
            }
            before = None;
            at = run.end;
        }
        let is_read = self.setting == Setting::Instructions || line.text.len() <= MACHINE_MADE;
        if is_read {
            return usual.join(sign);
        }
        sign.filter(|sign| sign.longest >= CARRIES)
    }

    /// Whether a run stands in bytes that are no text. One that carries something does not come about
    /// so; and messages and instructions are read as text, whatever is in them.
    fn has_by_chance(&self, at: usize, run: &Run<'_>) -> bool {
        let is_file = matches!(self.setting, Setting::Prose | Setting::Source);
        let is_binary = || *self.is_binary.get_or_init(|| is_binary(self.bytes));
        is_file && run.count < CARRIES && is_junk(self.bytes, at, is_binary())
    }
}

/// As much of a text's beginning tells whether Git takes it for binary.
const SAMPLE: usize = 8000;

fn is_binary(text: &[u8]) -> bool {
    memchr::memchr(0, &text[..SAMPLE.min(text.len())]).is_some()
}

/// What lies around a character of a text that is none, in bytes to either side.
const AROUND: usize = 64;

/// Whether the bytes around a character are no text, so that it stands there by chance.
fn is_junk(text: &[u8], at: usize, is_binary: bool) -> bool {
    let around = &text[at.saturating_sub(AROUND)..(at + AROUND).min(text.len())];
    let is_control = |character: char| {
        is_binary && character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\x1B')
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
