//! Which hidden characters are usual where they stand: a script or an emoji needs them, or they are
//! spelled out beside it.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use super::kind::Kind;
use super::script::{
    is_emoji, is_jamo, is_mark, is_mongolian, is_music, is_right_to_left, is_shorthand, joins,
    selects, writes_without_spaces,
};
use super::{MACHINE_MADE, Setting};

/// A line, and what of it the characters in it depend on.
pub(super) struct Line<'t> {
    pub(super) text: &'t [u8],
    setting: Setting,
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
    start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// How many characters it has.
    pub(super) count: usize,
    before: Option<char>,
    after: Option<char>,
}

/// What scripts and emoji need has no longer runs, flags aside.
const LONGEST: usize = 3;

impl<'t> Line<'t> {
    pub(super) fn new(text: &'t [u8], setting: Setting) -> Self {
        let mut line = Self {
            text,
            setting,
            turns: false,
            has_braille: false,
            closed: BTreeSet::new(),
            beside: OnceCell::new(),
            named: OnceCell::new(),
        };
        for character in text.chars().filter(|character| !character.is_ascii()) {
            line.turns |= is_right_to_left(character);
            line.has_braille |= matches!(character, '\u{2801}'..='\u{28FF}');
        }
        if line.turns && text.len() <= MACHINE_MADE && setting != Setting::Instructions {
            line.closed = closed(text);
        }
        line
    }

    /// Whether a run is usual where it stands.
    pub(super) fn has_usual(&self, run: &Run<'_>) -> bool {
        if run.is_flag() || (self.has_braille && run.is_blank()) {
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

    /// Whether the line names the character by its number: it is told of, and not hidden.
    fn spells(&self, character: char) -> bool {
        // In what a machine made a run that may be told of is too short to count anyway.
        let tells = self.setting != Setting::Instructions
            && self.text.len() <= MACHINE_MADE
            && Kind::of(character) != Some(Kind::Bidi);
        let named = || self.named.get_or_init(|| named(self.text));
        tells && named().contains(&character)
    }
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

    /// Whether it spells a flag: the letters of a region behind a black flag.
    pub(super) fn is_flag(&self) -> bool {
        let letters =
            |character| matches!(character, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}');
        let short = (4..=7).contains(&self.count) && self.before == Some('\u{1F3F4}');
        short
            && self.characters().take(self.count - 1).all(letters)
            && self.characters().last() == Some('\u{E007F}')
    }

    /// Whether it is of empty Braille cells alone: pictures are made of them.
    fn is_blank(&self) -> bool {
        self.characters().all(|character| character == '\u{2800}')
    }

    /// Whether a joiner at this position joins two emoji, the first with a selector or without.
    fn joins_emoji(&self, position: usize) -> bool {
        let behind = match position {
            0 => true,
            1 => self.characters().next() == Some('\u{FE0F}'),
            _ => false,
        };
        let last = position + 1 == self.count;
        behind && last && self.before.is_some_and(is_emoji) && self.after.is_some_and(is_emoji)
    }
}

/// Where embeddings and isolates stand that are closed in this line and hold letters that are read
/// from right to left. What overrides the order of other letters is none of them.
fn closed(line: &[u8]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open: Vec<(usize, char, usize)> = Vec::new();
    let mut turned = 0;
    for (start, _, character) in line.char_indices() {
        let isolates = |opener| matches!(opener, '\u{2066}'..='\u{2068}');
        let closes: fn(char) -> bool = match character {
            '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' | '\u{2066}'..='\u{2068}' => {
                open.push((start, character, turned));
                continue;
            }
            '\u{202C}' => |opener| !matches!(opener, '\u{2066}'..='\u{2068}'),
            '\u{2069}' => |opener| matches!(opener, '\u{2066}'..='\u{2068}'),
            _ => {
                turned += usize::from(is_right_to_left(character));
                continue;
            }
        };
        // The end of an isolate ends what is open in it; the end of an embedding does not leave one.
        while let Some(&(at, opener, before)) = open.last() {
            if !closes(opener) && isolates(opener) {
                break;
            }
            open.pop();
            if closes(opener) {
                let overrides = matches!(opener, '\u{202D}' | '\u{202E}');
                if turned > before && !overrides {
                    found.extend([at, start]);
                }
                break;
            }
        }
    }
    found
}

/// Where direction marks stand beside a letter that is read from right to left, or at the end of a text
/// that has such letters: the line, a string in it, or what stands between two tags.
fn beside(line: &[u8], is_prose: bool) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    find_marks(line, 0, false, &mut found);
    let mut start = 0;
    for part in line.split(|byte| matches!(byte, b'<' | b'>' | b'"' | b'`')) {
        let turns = is_prose || part.chars().any(is_right_to_left);
        find_marks(part, start, turns, &mut found);
        start += part.len() + 1;
    }
    found
}

/// The marks of a text that begins at this byte of a line: those with nothing but signs, digits and
/// spaces between them and a letter that turns, or its ends where they count as such.
fn find_marks(text: &[u8], at: usize, ends: bool, found: &mut BTreeSet<usize>) {
    let mut waiting = Vec::new();
    let mut turned = ends;
    for (start, _, character) in text.char_indices() {
        if Kind::of(character) == Some(Kind::DirectionMark) {
            waiting.push(at + start);
        } else if character.is_alphabetic() || is_right_to_left(character) {
            let turns = is_right_to_left(character);
            if turned || turns {
                found.extend(waiting.iter().copied());
            }
            turned = turns;
            waiting.clear();
        }
    }
    if turned || ends {
        found.extend(waiting);
    }
}

/// The hidden characters whose numbers stand in a line, in the four digits or five that they have.
fn named(line: &[u8]) -> BTreeSet<char> {
    let hidden = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).ok()?;
        let plain = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| plain)?;
        char::from_u32(number).filter(|character| Kind::of(*character).is_some())
    };
    let all = line.windows(4).chain(line.windows(5));
    all.filter_map(hidden).collect()
}
