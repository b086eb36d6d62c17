//! Changes to zones: by both ends of their paths, and by markers in their texts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bstr::{BStr, BString};

use super::markers::Markers;
use crate::git::{Blobs, Change, FileMode, Id, Result, TreeReader};
use crate::policy::{FoldedPath, Policy, Zone};

/// Paths that a matcher remembers.
const REMEMBERED: usize = 1 << 14;

/// Finds the zones that a change touches. One for each thread: it remembers what it found, since a
/// history changes the same paths again and again.
pub struct Matcher<'a> {
    policy: &'a Policy,
    repository: Option<&'a str>,
    /// The trees of the trusted side.
    trusted: &'a [Id],
    markers: Option<Markers>,
    /// The zones of paths.
    known: HashMap<BString, Vec<&'a Zone>>,
}

/// The zones that a change touches, by name.
pub struct Touched<'a> {
    /// Those that were found.
    pub zones: Vec<&'a Zone>,
    /// Whether all that was to be read could be: if not, there may be more.
    pub read: Result<()>,
}

/// One end of a change: a path, and what stands and stood there.
struct End<'c> {
    path: &'c BStr,
    blobs: Vec<Id>,
}

impl<'a> Matcher<'a> {
    /// A matcher for a repository of that name; `None`: unknown, so that zones of named
    /// repositories hold.
    ///
    /// A file that has a marker in one of the `trusted` trees has it still.
    pub fn new(policy: &'a Policy, repository: Option<&'a str>, trusted: &'a [Id]) -> Self {
        Self {
            policy,
            repository,
            trusted,
            markers: Markers::new(policy, repository),
            known: HashMap::new(),
        }
    }

    /// The zones that a change touches: a rename touches those of both its ends.
    pub fn zones(
        &mut self,
        change: &Change,
        trees: &mut TreeReader<'_>,
        blobs: &Blobs<'_>,
    ) -> Touched<'a> {
        let mut found: BTreeMap<&str, &'a Zone> = BTreeMap::new();
        for path in change.old_path.iter().chain([&change.path]) {
            let zones = self.of_path(path).iter();
            found.extend(zones.map(|zone| (zone.name.as_str(), *zone)));
        }
        let mut marked = BTreeSet::new();
        let read = self.marked(change, trees, blobs, &mut marked);
        let zones = marked.iter().filter_map(|&at| self.policy.zones().get(at));
        found.extend(zones.map(|zone| (zone.name.as_str(), zone)));
        Touched {
            zones: found.into_values().collect(),
            read,
        }
    }

    fn of_path(&mut self, path: &BString) -> &[&'a Zone] {
        if self.known.len() >= REMEMBERED && !self.known.contains_key(path) {
            self.known.clear();
        }
        self.known.entry(path.clone()).or_insert_with(|| {
            let folded = FoldedPath::new(path);
            self.policy.zones_of(&folded, self.repository).collect()
        })
    }

    /// The zones whose markers the change's texts have, by position.
    fn marked(
        &mut self,
        change: &Change,
        trees: &mut TreeReader<'_>,
        blobs: &Blobs<'_>,
        found: &mut BTreeSet<usize>,
    ) -> Result<()> {
        let Some(markers) = &mut self.markers else {
            return Ok(());
        };
        let mut read = Ok(());
        for mut end in ends(change) {
            if is_policy(end.path, self.policy) {
                continue;
            }
            for tree in self.trusted {
                match trees.find(tree, end.path) {
                    Ok(Some((mode, id))) if mode.has_text() => end.blobs.push(id),
                    Ok(_) => {}
                    Err(error) => read = Err(error),
                }
            }
            for id in &end.blobs {
                match markers.of_blob(id, blobs) {
                    Ok(zones) => found.extend(zones.iter()),
                    Err(error) => read = Err(error),
                }
            }
        }
        read
    }
}

/// The ends of a change; of all but a rename it is one.
fn ends(change: &Change) -> Vec<End<'_>> {
    let old = change
        .old_blob
        .filter(|_| change.old_mode.is_some_and(FileMode::has_text));
    let new = change
        .blob
        .filter(|_| change.mode.is_some_and(FileMode::has_text));
    let others = change.other_blobs.iter().copied();
    let path = change.path.as_ref();
    match &change.old_path {
        Some(old_path) => vec![
            End {
                path: old_path.as_ref(),
                blobs: old.into_iter().collect(),
            },
            End {
                path,
                blobs: new.into_iter().chain(others).collect(),
            },
        ],
        None => vec![End {
            path,
            blobs: old.into_iter().chain(new).chain(others).collect(),
        }],
    }
}

/// Cordon's own policies say which markers there are; what else lies beside them is a file as any.
fn is_policy(path: &BStr, policy: &Policy) -> bool {
    let yaml = path.ends_with(b".yml") || path.ends_with(b".yaml");
    path == ".cordon.yml" || (yaml && path.starts_with(b".cordon/")) || policy.is_file(path)
}
