//! What differs between two policies, key by key: for `cordon policy diff`.
//!
//! Which of the two is the stricter, [`Versions::weakened`] says, asked in both directions: a key is
//! stricter in one alone, or in doubt in neither.

use jiff::civil::Date;

use super::walk::both;
use super::{Part, Version, Versions, Weakening};
use crate::policy::lattice::direction;
use crate::policy::yaml::{Node, canonical_json};

/// What a difference does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The new policy enforces less.
    Weaker,
    /// It enforces more.
    Stricter,
    /// It enforces other things: neither more nor less, both, or nothing.
    Otherwise,
}

impl Effect {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Weaker => "weaker",
            Self::Stricter => "stricter",
            Self::Otherwise => "otherwise",
        }
    }
}

/// A key of which two policies say different things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The key, as a path: `zones.crypto.agents`. Of a list with the entry that came or went.
    pub key: String,
    /// What the new policy does by it.
    pub effect: Effect,
    /// What the old one says; `None`: nothing. Empty for a whole entry.
    pub was: Option<Part>,
    /// What the new one says.
    pub now: Option<Part>,
    /// The day from which on it does that, where it is not today.
    pub from: Option<Date>,
    /// Whether the new policy may enforce less by it, though nobody knows.
    pub doubtful: bool,
}

impl Versions<'_> {
    /// Every key of which two policies, each with what it inherits, say different things, in the order of
    /// the old one and then of the new one.
    pub fn differences(&self, old: &Version, new: &Version) -> Vec<Difference> {
        let mut found = Vec::new();
        collect(
            &mut Vec::new(),
            Some(&old.tree),
            Some(&new.tree),
            &mut found,
        );
        let (lost, won) = (self.all_weakened(old, new), self.all_weakened(new, old));
        for one in &mut found {
            let begins = |all: &[Weakening]| {
                let about = all.iter().filter(|other| is_about(other, one));
                about.map(|other| other.from).min()
            };
            (one.effect, one.from, one.doubtful) = match (begins(&lost), begins(&won)) {
                (Some(from), None) => (Effect::Weaker, from, false),
                (None, Some(from)) => (Effect::Stricter, from, false),
                (lost, _) => (Effect::Otherwise, None, lost.is_some()),
            };
        }
        // What follows from a default that no file says.
        let mut silent: Vec<Difference> = Vec::new();
        let told = |all, one: &Weakening| -> bool {
            let all: &Vec<Difference> = all;
            all.iter().any(|other| is_about(one, other))
        };
        let (lost, won) = (self.weakened(old, new), self.weakened(new, old));
        for (all, effect) in [(lost, Effect::Weaker), (won, Effect::Stricter)] {
            for one in all.into_iter().filter(|one| !told(&found, one)) {
                let (was, now) = match effect {
                    Effect::Stricter => (one.now, one.was),
                    Effect::Weaker | Effect::Otherwise => (one.was, one.now),
                };
                silent.push(Difference {
                    key: one.key,
                    effect,
                    was,
                    now,
                    from: one.from,
                    doubtful: false,
                });
            }
        }
        found.extend(silent);
        found
    }
}

fn collect<'n>(
    path: &mut Vec<&'n str>,
    old: Option<&'n Node>,
    new: Option<&'n Node>,
    found: &mut Vec<Difference>,
) {
    let same = |old: &Node, new: &Node| canonical_json(old) == canonical_json(new);
    if let (Some(old), Some(new)) = (old, new)
        && same(old, new)
    {
        return;
    }
    let leaf = direction(path).is_some();
    // What only one of them has is told once, above all that it holds.
    let whole = path.len() > 1 && (old.is_none() || new.is_none());
    if leaf || whole {
        let part = |node: &Node| Part::of(node);
        found.push(Difference {
            key: path.join("."),
            effect: Effect::Otherwise,
            was: old.map(part),
            now: new.map(part),
            from: None,
            doubtful: false,
        });
        return;
    }
    for (key, old, new) in both(old, new) {
        path.push(key);
        collect(path, old.map(|one| &one.1), new.map(|one| &one.1), found);
        path.pop();
    }
}

/// Whether a weakening is told by this difference: it is of the key, of one above or below it, or of
/// another key of the same rule or agent, of which the days are compared and not the words.
fn is_about(weakening: &Weakening, difference: &Difference) -> bool {
    let (one, other) = (weakening.key.as_str(), difference.key.as_str());
    let below = |one: &str, other: &str| {
        let rest = one.strip_prefix(other);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let dated = of_days(one);
    let sisters = dated.is_some() && dated == of_days(other);
    below(one, other) || below(other, one) || sisters
}

/// The rule or agent of which a key says what holds on which day.
fn of_days(key: &str) -> Option<&str> {
    let (whole, key) = key.rsplit_once('.')?;
    let (section, _) = whole.split_once('.')?;
    let dated = match section {
        "rules" => key != "waivable",
        "agents" => matches!(key, "since" | "status" | "until"),
        _ => false,
    };
    dated.then_some(whole)
}
