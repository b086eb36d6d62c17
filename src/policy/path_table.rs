//! Path patterns by whose they are, for data that the binary holds. The same patterns as a zone's, and
//! matched in the same way; one look for all of them.

use super::path_index::PathIndex;
use super::paths::{FoldedPath, PathSet};

/// Owners, numbered from 0, each with the paths that are its own.
#[derive(Clone, Debug, Default)]
pub struct PathTable {
    sets: Vec<Option<PathSet>>,
    index: PathIndex,
}

impl PathTable {
    /// The patterns of each owner in turn. A list without a good pattern matches nothing; whoever holds
    /// the data checks it by [`PathSet::check`].
    pub fn new<'p>(owners: impl IntoIterator<Item = impl IntoIterator<Item = &'p str>>) -> Self {
        let mut table = Self::default();
        for (owner, patterns) in owners.into_iter().enumerate() {
            let set = PathSet::new(patterns).ok();
            if let Some(set) = &set {
                table.index.add(owner, set);
            }
            table.sets.push(set);
        }
        table
    }

    /// The owners of a path, folded as for a zone: a look-alike counts.
    pub fn owners(&self, path: &[u8]) -> Vec<usize> {
        let path = FoldedPath::new(path);
        let has = |owner: &usize| {
            let set = self.sets.get(*owner).and_then(Option::as_ref);
            set.is_some_and(|set| set.contains(&path))
        };
        self.index
            .candidates(&path)
            .into_iter()
            .filter(has)
            .collect()
    }
}
