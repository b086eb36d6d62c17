//! `models`: a model's status is that of the most specific pattern, so that a laxer one which comes, or a
//! stricter one which goes, weakens all that it may meet.

use super::cover;
use super::units::weakening;
use super::walk::{Entry, both, entries};
use super::{Part, Weakening};
use crate::policy::lattice::{Rank, direction};
use crate::policy::models::ModelPattern;
use crate::policy::yaml::{Node, at};

/// Compares two sections.
pub(super) fn models(old: Option<&Node>, new: Option<&Node>, found: &mut Vec<Weakening>) {
    let (before, after) = (Section::new(old), Section::new(new));
    let few = cover::are_few(before.texts(), after.texts());
    for (pattern, was, now) in both(old, new) {
        let key = format!("models.{pattern}");
        match (was, now) {
            (Some(was), Some(now)) if rank(Some(now)) < rank(Some(was)) => {
                let status = |(_, model): &Entry| at(model, &["status"]).map(Part::of);
                let key = format!("{key}.status");
                found.push(weakening(&key, status(was), status(now)));
            }
            (None, Some(now)) if !few || before.may_deny(pattern, &rank(Some(now))) => {
                found.push(weakening(&key, None, Some(Part::of(&now.1))));
            }
            (Some(was), None)
                if rank(Some(was)) > rank(None)
                    && !(few && after.denies(pattern, &rank(Some(was)))) =>
            {
                let (text, span) = (String::new(), was.0.span);
                found.push(weakening(&key, Some(Part { text, span }), None));
            }
            _ => {}
        }
    }
}

/// The models of one version, by pattern as it is compared with names.
struct Section {
    models: Vec<(String, Rank)>,
    laxest: Option<Rank>,
}

impl Section {
    fn new(section: Option<&Node>) -> Self {
        let models = entries(section).iter();
        let models = models.filter_map(|one| Some((normalised(one.0.text()?), rank(Some(one)))));
        let models: Vec<_> = models.collect();
        let laxest = models.iter().map(|(_, rank)| rank.clone()).min();
        Self { models, laxest }
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.models.iter().map(|(text, _)| text.as_str())
    }

    /// Whether a stricter pattern may match what this one matches.
    fn may_deny(&self, pattern: &str, than: &Rank) -> bool {
        let pattern = normalised(pattern);
        let own = start(&pattern);
        self.models.iter().any(|(other, rank)| {
            let other = start(other);
            rank > than && (own.starts_with(other) || other.starts_with(own))
        })
    }

    /// Whether all that a pattern matches is as strict without it.
    fn denies(&self, pattern: &str, as_much: &Rank) -> bool {
        let pattern = normalised(pattern);
        let mut models = self.models.iter();
        self.laxest.as_ref() >= Some(as_much)
            && models.any(|(wide, _)| cover::words(wide, &pattern))
    }
}

/// A pattern as it is compared with names. One that is refused matches none.
pub(super) fn normalised(pattern: &str) -> String {
    let read = ModelPattern::new(pattern);
    read.map_or_else(|_| pattern.to_owned(), |read| read.text().to_owned())
}

/// What all names that a pattern matches begin with.
fn start(pattern: &str) -> &str {
    pattern.split(['*', '?']).next().unwrap_or_default()
}

/// How strict an entry's status is.
fn rank(entry: Option<&Entry>) -> Rank {
    let status = entry.and_then(|(_, model)| at(model, &["status"]));
    let rank = direction(&["models", "*", "status"]).and_then(|status_of| status_of.rank(status));
    rank.unwrap_or(Rank::Number(0))
}
