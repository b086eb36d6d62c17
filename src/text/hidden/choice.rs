//! What is usual where it stands, of a whole text: each may be needed, and still the choice between them
//! carry something. What follows from the visible text carries nothing. For [`super::hidden`] alone.

use std::collections::{BTreeMap, BTreeSet};

use super::context::{Line, Run};
use super::kind::Kind;
use super::script::{is_emoji, is_ideograph};
use super::{CARRIES, KEPT, Sign};

/// The usual characters of a text, by what they are chosen among.
#[derive(Default)]
pub(super) struct Choices(BTreeMap<(Kind, Chosen), Choice>);

/// For what a character is chosen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Chosen {
    Emoji,
    Ideograph,
    Script,
}

/// What is chosen, in order.
#[derive(Default)]
struct Choice {
    /// The characters, of very many the first.
    kept: String,
    count: usize,
    kinds: BTreeSet<char>,
    /// What was chosen last, where the visible text is the same.
    known: BTreeMap<Seen, char>,
    last: Option<char>,
    switches: usize,
    /// Where the first stands that does not follow from what was read before.
    first: Option<usize>,
    /// How many do not follow, less those that others make up for, in parts of [`MAKE_UP`]; and the most.
    surprises: usize,
    most: usize,
}

/// The two characters before a chosen one, and what stands behind it.
type Seen = (Option<char>, Option<char>, Option<char>);

/// So many choices that follow from the visible text make up for one that does not: people are not
/// consistent either.
const MAKE_UP: usize = 16;

impl Choices {
    /// Counts a run that is usual where it stands, `at` this byte of the text.
    pub(super) fn add(&mut self, line: &Line<'_>, run: &Run<'_>, mut at: usize) {
        if run.is_flag() {
            return;
        }
        let [mut far, mut near] = run.before_it();
        for (position, character) in run.characters().enumerate() {
            // Nothing else joins emoji, and nobody chooses what stands beside its number.
            let is_chosen = chooses(character)
                && !(character == '\u{200D}' && run.joins_emoji(position))
                && !line.names_only(character);
            if let Some(kind) = Kind::of(character).filter(|_| is_chosen) {
                let chosen = match near {
                    Some(near) if is_emoji(near) => Chosen::Emoji,
                    Some(near) if is_ideograph(near) => Chosen::Ideograph,
                    _ => Chosen::Script,
                };
                let choice = self.0.entry((kind, chosen)).or_default();
                choice.add(character, (far, near, run.after), at);
            }
            [far, near] = [near, Some(character)];
            at += character.len_utf8();
        }
    }

    /// What is chosen so that it carries something.
    pub(super) fn tell(self, tell: &mut dyn FnMut(Sign)) {
        let carrying = self.0.into_values().filter(Choice::carries);
        carrying.for_each(|choice| {
            tell(Sign {
                at: choice.first.unwrap_or_default(),
                characters: choice.kept,
                count: choice.count,
                longest: choice.count,
            });
        });
    }
}

impl Choice {
    fn add(&mut self, character: char, seen: Seen, at: usize) {
        if self.count < KEPT {
            self.kept.push(character);
        }
        self.count += 1;
        self.kinds.insert(character);
        self.switches += usize::from(self.last.is_some_and(|last| last != character));
        let guess = self.known.insert(seen, character).or(self.last);
        if guess.is_none_or(|guess| guess == character) {
            self.surprises = self.surprises.saturating_sub(1);
        } else {
            self.first.get_or_insert(at);
            self.surprises += MAKE_UP;
            self.most = self.most.max(self.surprises);
        }
        self.last = Some(character);
    }

    /// Whether so many do not follow from the rest that they carry something. Two by turns say nothing.
    fn carries(&self) -> bool {
        let by_turns = self.kinds.len() == 2 && self.switches + 1 == self.count;
        self.most >= CARRIES * MAKE_UP && !by_turns
    }
}

/// Whether another of its kind could stand there. Those of music and shorthand go by what is around
/// them.
fn chooses(character: char) -> bool {
    let goes_by_pairs = matches!(character, '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}');
    let closes = matches!(character, '\u{202C}' | '\u{2069}');
    !closes && !goes_by_pairs
}

#[cfg(test)]
mod tests;
