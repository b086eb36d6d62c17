//! Which hidden characters are usual where they stand: a script or an emoji needs them, or they are
//! spelled out beside it.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use super::kind::Kind;
use super::named::named;
use super::script::{
    is_braille, is_emoji, is_jamo, is_mark, is_mongolian, is_music, is_right_to_left, is_shorthand,
    joins, selects, writes_without_spaces,
};
use super::turn::{beside, closed};
use super::{MACHINE_MADE, Setting};

/// A line, and what of it the characters in it depend on.
pub(super) struct Line<'t> {
    pub(super) text: &'t [u8],
    setting: Setting,
    /// Whether nobody reads it: only what can carry something counts in it.
    pub(super) is_machine_made: bool,
    /// Whether it has letters that are read from right to left.
    turns: bool,
    has_braille: bool,
    /// Where bidirectional controls stand that are closed in this line, around such letters.
    closed: BTreeSet<usize>,
    /// Where direction marks stand beside such letters, once somebody asks.
    beside: OnceCell<BTreeSet<usize>>,
    /// The characters that it names by their numbers, once somebody asks.
    named: OnceCell<BTreeSet<char>>,
}

/// Adjacent hidden characters.
pub(super) struct Run<'t> {
    text: &'t [u8],
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// How many characters it has.
    pub(super) count: usize,
    before: Option<char>,
    pub(super) after: Option<char>,
}

/// What scripts and emoji need has no longer runs, flags aside.
const LONGEST: usize = 3;

impl<'t> Line<'t> {
    pub(super) fn new(text: &'t [u8], setting: Setting) -> Self {
        let mut line = Self {
            text,
            setting,
            is_machine_made: setting != Setting::Instructions && is_machine_made(text),
            turns: false,
            has_braille: false,
            closed: BTreeSet::new(),
            beside: OnceCell::new(),
            named: OnceCell::new(),
        };
        for character in text.chars().filter(|character| !character.is_ascii()) {
            line.turns |= is_right_to_left(character);
            line.has_braille |= is_braille(character);
        }
        if line.turns && !line.is_machine_made && setting != Setting::Instructions {
            line.closed = closed(text, setting == Setting::Source);
        }
        line
    }

    /// Whether a run is usual where it stands.
    pub(super) fn has_usual(&self, run: &Run<'_>) -> bool {
        if run.is_flag() || (self.has_braille && run.is_blank_cell()) {
            return true;
        }
        if run.count > LONGEST {
            return false;
        }
        let mut offset = run.start;
        for (position, character) in run.characters().enumerate() {
            let usual = self.is_usual(run, position, character, offset);
            if !usual && !self.spells(character) {
                return false;
            }
            offset += character.len_utf8();
        }
        true
    }

    fn is_usual(&self, run: &Run<'_>, position: usize, character: char, offset: usize) -> bool {
        let before = run.before.filter(|_| position == 0);
        let beside =
            |test: fn(char) -> bool| run.before.is_some_and(test) || run.after.is_some_and(test);
        match character {
            '\u{200C}' => beside(joins),
            '\u{FEFF}' => run.begins_packet(),
            '\u{200D}' => beside(joins) || run.joins_emoji(position),
            '\u{200B}' => {
                let told_of = matches!(before, Some('@' | '#'));
                let loose = matches!(self.setting, Setting::Prose | Setting::Message);
                beside(writes_without_spaces) || (told_of && loose)
            }
            '\u{00AD}' => {
                let in_word = |character: Option<char>| character.is_some_and(char::is_alphabetic);
                self.setting == Setting::Prose && in_word(run.before) && in_word(run.after)
            }
            '\u{034F}' => run
                .before
                .is_some_and(|before| is_mark(before) || joins(before)),
            '\u{180E}' => beside(is_mongolian),
            '\u{061C}' | '\u{200E}' | '\u{200F}' => self.turns && self.marks().contains(&offset),
            '\u{115F}' | '\u{1160}' => beside(is_jamo),
            '\u{17B4}' | '\u{17B5}' => beside(writes_without_spaces),
            '\u{1BCA0}'..='\u{1BCA3}' => beside(is_shorthand),
            '\u{1D173}'..='\u{1D17A}' => beside(is_music),
            _ => match Kind::of(character) {
                Some(Kind::Selector) => {
                    before.is_some_and(|before| selects(character, before, run.after))
                }
                Some(Kind::Bidi) => self.closed.contains(&offset),
                _ => false,
            },
        }
    }

    fn marks(&self) -> &BTreeSet<usize> {
        self.beside
            .get_or_init(|| beside(self.text, self.setting == Setting::Prose))
    }

    /// Whether the line names the character by its number: it is told of, and not hidden. What turns a
    /// line, or passes for a letter of a program, is not so harmless.
    fn spells(&self, character: char) -> bool {
        // In what a machine made a run that may be told of is too short to count anyway.
        let tells = self.setting != Setting::Instructions
            && !self.is_machine_made
            && !matches!(Kind::of(character), Some(Kind::Bidi | Kind::Filler));
        tells && self.named().contains(&character)
    }

    /// Whether this is the one character that the line names: it is not chosen.
    pub(super) fn names_only(&self, character: char) -> bool {
        self.spells(character) && self.named().len() == 1
    }

    fn named(&self) -> &BTreeSet<char> {
        self.named.get_or_init(|| named(self.text))
    }
}

/// Whether a line is so long that a machine made it. White space and what repeats one character could be
/// there to make it so, and count once.
fn is_machine_made(line: &[u8]) -> bool {
    if line.len() <= MACHINE_MADE {
        return false;
    }
    let mut length = 0;
    let mut last = None;
    for (start, end, character) in line.char_indices() {
        let is_blank = character.is_whitespace() || Kind::of(character).is_some();
        let character = if is_blank { ' ' } else { character };
        if last.replace(character) != Some(character) {
            length += end - start;
        }
    }
    length > MACHINE_MADE
}

impl<'t> Run<'t> {
    /// The run that begins at a byte of a line's text, behind a character.
    pub(super) fn at(text: &'t [u8], start: usize, before: Option<char>) -> Self {
        let mut run = Self {
            text,
            start,
            end: start,
            count: 0,
            before,
            after: None,
        };
        while let (Some(character), length) = bstr::decode_utf8(&text[run.end..]) {
            if Kind::of(character).is_none() {
                run.after = Some(character);
                break;
            }
            run.end += length;
            run.count += 1;
        }
        run
    }

    /// The two characters before it.
    pub(super) fn before_it(&self) -> [Option<char>; 2] {
        let (near, length) = bstr::decode_last_utf8(&self.text[..self.start]);
        let far = &self.text[..self.start - length];
        [bstr::decode_last_utf8(far).0, near]
    }

    pub(super) fn characters(&self) -> impl Iterator<Item = char> + use<'t> {
        self.text[self.start..self.end].chars()
    }

    /// Whether it is the mark that metadata of pictures and documents begins with.
    fn begins_packet(&self) -> bool {
        let before = &self.text[..self.start];
        self.count == 1
            && [&b"<?xpacket begin=\""[..], b"<?xpacket begin='"]
                .iter()
                .any(|tag| before.ends_with(tag))
    }

    /// Whether it spells one of the flags that there are: a region's letters behind a black flag.
    pub(super) fn is_flag(&self) -> bool {
        let letters = |region: &str| {
            let tag = |letter| char::from_u32(0xE0000 + u32::from(letter));
            let tags = region.bytes().filter_map(tag).chain(['\u{E007F}']);
            self.characters().eq(tags)
        };
        self.before == Some('\u{1F3F4}') && ["gbeng", "gbsct", "gbwls"].into_iter().any(letters)
    }

    /// Whether it is of empty Braille cells alone beside another cell, as in a picture, or one in quotes
    /// of its own, as in a list of them.
    fn is_blank_cell(&self) -> bool {
        let is_cell = |character: Option<char>| character.is_some_and(is_braille);
        let quoted = self.count == 1
            && self.before == self.after
            && matches!(self.before, Some('\'' | '"' | '`'));
        self.characters().all(|character| character == '\u{2800}')
            && (is_cell(self.before) || is_cell(self.after) || quoted)
    }

    /// Whether a joiner at this position joins two emoji, the first with a selector or without.
    pub(super) fn joins_emoji(&self, position: usize) -> bool {
        let behind = match position {
            0 => true,
            1 => self.characters().next() == Some('\u{FE0F}'),
            _ => false,
        };
        let last = position + 1 == self.count;
        behind && last && self.before.is_some_and(is_emoji) && self.after.is_some_and(is_emoji)
    }
}
