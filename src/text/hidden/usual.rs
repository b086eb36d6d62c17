//! What is usual where it stands, of a whole line: each may be needed, and still the choice between them
//! carry something. For [`super::hidden`] alone.

use std::collections::BTreeMap;

use super::context::Run;
use super::kind::Kind;
use super::pattern::Series;
use super::{KEPT, Sign};

/// The usual characters of a line, by kind: the first of them, and how they change places.
#[derive(Default)]
pub(super) struct Usual(BTreeMap<Kind, (String, Series)>);

impl Usual {
    /// Counts a run that is usual where it stands, `at` this byte of the text.
    pub(super) fn add(&mut self, run: &Run<'_>, mut at: usize) {
        if run.is_flag() {
            return;
        }
        for character in run.characters() {
            if let Some(kind) = Kind::of(character).filter(|_| chooses(character)) {
                let (kept, series) = self.0.entry(kind).or_default();
                if kept.len() < KEPT {
                    kept.push(character);
                }
                series.add(character, None, at);
            }
            at += character.len_utf8();
        }
    }

    /// What the line hides, with the kinds whose order carries something.
    pub(super) fn join(self, mut sign: Option<Sign>) -> Option<Sign> {
        for (kept, series) in self.0.into_values() {
            let Some(at) = series.first().filter(|_| series.carries()) else {
                continue;
            };
            let sign = sign.get_or_insert_with(|| Sign {
                at,
                characters: String::new(),
                count: 0,
                longest: 0,
            });
            sign.at = sign.at.min(at);
            sign.characters.push_str(&kept);
            sign.count += series.total();
            sign.longest = sign.longest.max(series.total());
        }
        sign
    }
}

/// Whether another of its kind could stand there. Those of music, shorthand and direction go in pairs
/// or by what is around them.
fn chooses(character: char) -> bool {
    let goes_by_pairs = matches!(character, '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}');
    Kind::of(character) != Some(Kind::Bidi) && !goes_by_pairs
}

#[cfg(test)]
mod tests;
