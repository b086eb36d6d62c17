//! Which controls of direction are usual where they stand: those that words need which are read from
//! right to left. For [`super::context`] alone.

use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use super::kind::Kind;
use super::script::is_right_to_left;

/// Where embeddings and isolates stand that are closed in this line and hold letters that are read
/// from right to left. What overrides the order of other letters is none of them, and in a program none
/// around what could be code: it would show at another end of its words.
pub(super) fn closed(line: &[u8], is_source: bool) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open: Vec<(usize, char, usize, usize)> = Vec::new();
    let mut turned = 0;
    let mut signs = 0;
    let mut last = None;
    for (start, _, character) in line.char_indices() {
        let isolates = |opener| matches!(opener, '\u{2066}'..='\u{2068}');
        let closes: fn(char) -> bool = match character {
            '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' | '\u{2066}'..='\u{2068}' => {
                open.push((start, character, turned, signs));
                continue;
            }
            '\u{202C}' => |opener| !matches!(opener, '\u{2066}'..='\u{2068}'),
            '\u{2069}' => |opener| matches!(opener, '\u{2066}'..='\u{2068}'),
            _ => {
                turned += usize::from(is_right_to_left(character));
                signs += usize::from(is_source && may_be_code(character, last));
                last = Some(character);
                continue;
            }
        };
        // The end of an isolate ends what is open in it; the end of an embedding does not leave one.
        while let Some(&(at, opener, before, signs_before)) = open.last() {
            if !closes(opener) && isolates(opener) {
                break;
            }
            open.pop();
            if closes(opener) {
                let overrides = matches!(opener, '\u{202D}' | '\u{202E}');
                if turned > before && signs == signs_before && !overrides {
                    found.extend([at, start]);
                }
                break;
            }
        }
    }
    found
}

/// Whether a sign could end a string, begin a comment or be an operator, and does not only punctuate.
fn may_be_code(character: char, last: Option<char>) -> bool {
    let punctuates = matches!(
        character,
        ' ' | '.' | ',' | ':' | '!' | '?' | '(' | ')' | '%'
    ) || (character == '-' && last != Some('-'));
    character.is_ascii() && !character.is_ascii_alphanumeric() && !punctuates
}

/// Where direction marks stand beside a letter that is read from right to left, or at the end of a text
/// that has such letters: the line, a string in it, or what stands between two tags.
pub(super) fn beside(line: &[u8], is_prose: bool) -> BTreeSet<usize> {
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

#[cfg(test)]
mod tests;
