//! What a policy says of secrets: whose marks allow one, and which are looked for.

use super::Policy;
use super::authority::Authority;
use super::raw::InlineAllow;
use super::ruling::Ruling;
use crate::text::Spanned;

/// `secrets` of one authority.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// `inline_allow`.
    pub inline_allow: Option<Spanned<InlineAllow>>,
    /// `entropy`.
    pub entropy: Option<Spanned<bool>>,
    /// `detectors`.
    pub detectors: Vec<OwnDetector>,
}

/// A detector of an organisation's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnDetector {
    /// Its id, kebab-case.
    pub id: String,
    /// What it finds.
    pub description: Option<String>,
    /// Words of which one must be near, in any case.
    pub keywords: Vec<String>,
    /// A regular expression over bytes. The secret is the group `secret`, else the first group, else
    /// the whole match; a group takes part in every match.
    pub pattern: String,
}

impl Policy {
    /// Whose marks allow a secret, and the line that says so.
    pub fn inline_allow(&self) -> Ruling<InlineAllow> {
        let said = |authority: &Authority| {
            let written = authority.secrets.inline_allow;
            written.map(|allow| Ruling::written(allow.value, allow.span))
        };
        let default = Ruling::default_of(InlineAllow::Humans);
        self.opinions(said, default)
            .reduce(Ruling::max)
            .unwrap_or(default)
    }

    /// Whether values that merely look random are secrets.
    pub fn looks_for_random(&self) -> bool {
        let said = |authority: &Authority| authority.secrets.entropy.map(|entropy| entropy.value);
        self.opinions(said, true).max().unwrap_or(true)
    }

    /// Every detector of every authority, each once.
    pub fn detectors(&self) -> Vec<&OwnDetector> {
        let mut detectors: Vec<&OwnDetector> = Vec::new();
        for authority in self.authorities() {
            for detector in &authority.secrets.detectors {
                if !detectors.contains(&detector) {
                    detectors.push(detector);
                }
            }
        }
        detectors
    }
}
