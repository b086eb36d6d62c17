//! Where a waiver holds. A zone's patterns reach far, so that nothing slips out of them; a waiver's
//! reach no further than they are written.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use bstr::BStr;

use crate::policy::paths::{FoldedPath, PathSet, Repos};

/// Where a waiver holds.
#[derive(Debug)]
pub struct Scope {
    /// The repositories.
    pub(super) repos: Repos,
    /// The paths.
    pub(super) paths: Option<Paths>,
    /// The agents; empty: whoever made the change.
    pub(super) agents: BTreeSet<String>,
    /// The single findings.
    pub(super) fingerprints: Option<BTreeSet<String>>,
}

/// Patterns, and what is taken away from them.
#[derive(Debug)]
pub(super) struct Paths {
    /// Read to the letter.
    pub(super) with: PathSet,
    /// Read as zones are: what looks like a path that is taken away is taken away too.
    pub(super) without: Option<PathSet>,
}

/// What a finding is about, as far as waivers ask.
pub struct Matter<'f> {
    /// The rule.
    pub rule: &'f str,
    /// The path.
    pub path: Option<End<'f>>,
    /// The path before a move, or of what was copied: a waiver holds for both ends or not at all.
    pub old_path: Option<End<'f>>,
    /// The agent.
    pub agent: Option<&'f str>,
    /// The fingerprint.
    pub fingerprint: &'f str,
}

/// A path of a finding, folded once, when somebody asks.
pub struct End<'f> {
    raw: &'f BStr,
    folded: OnceCell<FoldedPath<'f>>,
}

impl<'f> End<'f> {
    /// A path.
    pub fn new(raw: &'f BStr) -> Self {
        let folded = OnceCell::new();
        Self { raw, folded }
    }

    /// It as it is.
    pub fn raw(&self) -> &'f BStr {
        self.raw
    }

    /// It in all forms.
    pub fn folded(&self) -> &FoldedPath<'f> {
        self.folded.get_or_init(|| FoldedPath::new(self.raw))
    }
}

impl<'f> Matter<'f> {
    /// The paths that it has.
    pub fn ends(&self) -> impl Iterator<Item = &End<'f>> {
        self.path.iter().chain(&self.old_path)
    }
}

impl Scope {
    /// Whether it names a repository. One whose name nobody knows it does not.
    pub fn names(&self, repository: Option<&str>) -> bool {
        repository.is_some_and(|name| self.repos.name(name))
    }

    /// Whether it covers a finding, in a repository that it names.
    pub fn covers(&self, matter: &Matter<'_>) -> bool {
        let agent = |agent| self.agents.contains(agent);
        let by_agent = self.agents.is_empty() || matter.agent.is_some_and(agent);
        let by_fingerprint = self
            .fingerprints
            .as_ref()
            .is_none_or(|known| known.contains(matter.fingerprint));
        let by_path = self.paths.as_ref().is_none_or(|paths| {
            matter.path.is_some() && matter.ends().all(|end| paths.contain(end))
        });
        by_agent && by_fingerprint && by_path
    }
}

impl Paths {
    fn contain(&self, end: &End<'_>) -> bool {
        let path = end.folded();
        let without = self.without.as_ref();
        self.with.contains_as_written(path) && !without.is_some_and(|set| set.contains(path))
    }
}
