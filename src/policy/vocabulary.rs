//! The names that a policy may use. The caller gives them, since `policy` knows neither agents nor
//! rules.

use std::collections::BTreeMap;

use super::raw::RawPolicy;

/// Agents and rules by name.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Agents of the catalogue, and those that a policy's own catalogue adds.
    pub agents: Vec<String>,
    /// Who has a sign already.
    pub taken: Option<Taken>,
    /// Rules, those without effect yet too, and whom each judges.
    pub rules: BTreeMap<String, Judges>,
    /// What a name means, by its path (`agents.cursor`, `rules.zone-agent`): for editors.
    pub about: BTreeMap<String, String>,
}

/// Who has a sign already: an agent by its id, or people.
pub type Taken = fn(SignKind, &str) -> Option<String>;

/// Kinds of sign by which an agent is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignKind {
    /// A name.
    Alias,
    /// A mailbox.
    Email,
    /// A GitHub login.
    Slug,
    /// The number of a GitHub account.
    Account,
    /// A trailer's key.
    Key,
    /// A prefix of branches.
    Branch,
    /// A line of a message.
    Line,
    /// What stands at the end of a person's name.
    Suffix,
}

impl Vocabulary {
    /// Takes up the agents that a policy's catalogue adds: it and lower ones may name them.
    pub(super) fn learn(&mut self, policy: &RawPolicy) {
        let ids = policy.catalogue.keys().map(|id| id.value.clone());
        self.agents.extend(ids);
    }
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
