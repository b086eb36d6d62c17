//! The names that a policy may use, from the catalogue and the rules.

use crate::agent::Catalogue;
use crate::policy::{Vocabulary, pending};
use crate::rule::RULES;

/// Every agent of the catalogue and every rule, those without effect yet too.
pub fn vocabulary() -> Vocabulary {
    let rules = RULES
        .iter()
        .map(|rule| rule.meta().id)
        .chain(pending::rules());
    Vocabulary {
        agents: Catalogue::builtin().ids().map(str::to_owned).collect(),
        rules: rules.map(str::to_owned).collect(),
    }
}
