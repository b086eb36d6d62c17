//! The repositories that a waiver is for. A zone's `repos` reach far, so that a zone holds wherever it may be
//! meant; an exception holds in no repository that is not named. For `waiver` alone.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::PathSet;

/// Patterns of repositories' names, and what is taken away from them.
#[derive(Clone, Debug)]
pub(in crate::policy) struct Repos {
    /// Those with a `/`, for the whole name.
    whole: GlobSet,
    /// Those without, for its last part.
    last: GlobSet,
    /// Read as zones are: what may be meant by it is taken away.
    without: Option<PathSet>,
}

impl Repos {
    /// Compiles patterns that are good; `None` where one is not, or they name nothing.
    pub(in crate::policy) fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Option<Self> {
        let mut without = Vec::new();
        let (mut whole, mut last) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for pattern in patterns {
            if let Some(pattern) = pattern.strip_prefix('!') {
                without.push(pattern);
                continue;
            }
            let folded = pattern.to_ascii_lowercase();
            let glob = GlobBuilder::new(&folded).literal_separator(true).build();
            let set = if pattern.contains('/') {
                &mut whole
            } else {
                &mut last
            };
            set.add(glob.ok()?);
        }
        let (whole, last) = (whole.build().ok()?, last.build().ok()?);
        if whole.is_empty() && last.is_empty() {
            return None;
        }
        Some(Self {
            whole,
            last,
            without: match without.as_slice() {
                [] => None,
                // What cannot be taken away would stay in.
                without => Some(PathSet::new(without.iter().copied()).ok()?),
            },
        })
    }

    /// Whether they name a repository: by its whole name, or without its owner. Only the case of ASCII letters
    /// does not count.
    pub(in crate::policy) fn name(&self, repository: &str) -> bool {
        let name = repository.to_ascii_lowercase();
        let last = name.rsplit('/').next().unwrap_or_default();
        let with = self.whole.is_match(&name) || self.last.is_match(last);
        with && !self
            .without
            .as_ref()
            .is_some_and(|set| set.names(repository))
    }
}
