//! The names that a policy may use. The caller gives them, since `policy` knows neither agents nor
//! rules.

use std::collections::BTreeMap;

/// Agents and rules by name.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Agents of the catalogue.
    pub agents: Vec<String>,
    /// Rules, those without effect yet too, and whom each judges.
    pub rules: BTreeMap<String, Judges>,
    /// What a name means, by its path (`agents.cursor`, `rules.zone-agent`): for editors.
    pub about: BTreeMap<String, String>,
}

/// Whose changes a rule judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judges {
    /// Those of agents.
    pub agents: bool,
    /// Those of people.
    pub humans: bool,
}

/// The known name that a wrong one was probably meant to be, as a hint.
pub(super) fn suggestion<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    names
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .filter(|(distance, name)| *distance <= (name.len() / 3).max(1))
        .min()
        .map(|(_, name)| format!("did you mean `{name}`?"))
}
