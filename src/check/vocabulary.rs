//! The names that a policy may use, from the catalogue and the rules.

use crate::agent::{Catalogue, claims_work};
use crate::policy::{Judges, SignKind, Vocabulary, pending};
use crate::rule::RULES;

/// Every agent of the catalogue and every rule, those without effect yet too.
pub fn vocabulary() -> Vocabulary {
    let everybody = Judges {
        agents: true,
        humans: true,
    };
    let planned = pending::rules().map(|id| (id.to_owned(), everybody));
    let rules = RULES.iter().map(|rule| {
        let meta = rule.meta();
        let judges = Judges {
            agents: meta.agents.is_some(),
            humans: meta.humans.is_some(),
        };
        (meta.id.to_owned(), judges)
    });
    let agents = Catalogue::builtin().entries().iter();
    let agents = agents.map(|entry| {
        let about = format!("{}, of {}.", entry.name, entry.vendor);
        (format!("agents.{}", entry.agent), about)
    });
    let found = RULES.iter().map(|rule| {
        let meta = rule.meta();
        (format!("rules.{}", meta.id), meta.finds.to_owned())
    });
    Vocabulary {
        about: agents.chain(found).collect(),
        agents: Catalogue::builtin().ids().map(str::to_owned).collect(),
        taken: Some(taken),
        rules: planned.chain(rules).collect(),
    }
}

/// Who has a sign already: an agent of the catalogue, or people, who write the common trailers too.
fn taken(kind: SignKind, sign: &str) -> Option<String> {
    if kind == SignKind::Key && is_common(&sign.to_ascii_lowercase()) {
        return Some("people".to_owned());
    }
    let owner = Catalogue::builtin().owner(kind, sign)?;
    Some(owner.to_owned())
}

/// Trailer keys that agents share with people.
fn is_common(key: &str) -> bool {
    claims_work(key)
        || key.ends_with("-by")
        || ["cc", "fixes", "closes", "change-id"].contains(&key)
}
