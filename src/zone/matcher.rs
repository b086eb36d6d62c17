//! Changes to zones: by both ends of their paths, and by markers in their texts.

use std::collections::{BTreeSet, HashMap};

use bstr::{BStr, BString};

use super::leads::Leads;
use super::links::Alike;
use super::markers::Markers;
use super::{Around, Likeness, Touched};
use crate::git::{Blobs, Change, FileMode, Id, Result, TreeReader};
use crate::policy::{FoldedPath, Policy, Zone};

/// Paths that a matcher remembers.
pub(super) const REMEMBERED: usize = 1 << 14;

/// Finds the zones that a change touches. One for each thread: it remembers what it found, since a
/// history changes the same paths again and again.
pub struct Matcher<'a> {
    pub(super) policy: &'a Policy,
    /// The trees of the trusted side.
    trusted: &'a [Id],
    pub(super) markers: Option<Markers>,
    /// The zones of paths.
    known: HashMap<BString, OfPath<'a>>,
    /// The zones of the files below directories, by path and tree.
    pub(super) below: HashMap<(BString, Id), Vec<&'a Zone>>,
    /// The names of directories that links lead over.
    pub(super) alike: Alike,
}

/// The zones of one path.
#[derive(Default)]
pub(super) struct OfPath<'a> {
    pub(super) zones: Vec<&'a Zone>,
    pub(super) likenesses: Vec<Likeness<'a>>,
}

/// One end of a change: a path, and what stands and stood there.
struct End<'c> {
    path: &'c BStr,
    blobs: Vec<Id>,
}

impl<'a> Matcher<'a> {
    /// A matcher. A file that has a marker in one of the `trusted` trees has it still.
    pub fn new(policy: &'a Policy, trusted: &'a [Id]) -> Self {
        Self {
            policy,
            trusted,
            markers: Markers::new(policy),
            known: HashMap::new(),
            below: HashMap::new(),
            alike: Alike::default(),
        }
    }

    /// The zones that a change touches: a rename touches those of both its ends, a link those that it
    /// leads to, a submodule those that it hides. The twin is not looked for.
    pub fn touched(
        &mut self,
        change: &Change,
        around: &Around,
        trees: &mut TreeReader<'_>,
        blobs: &Blobs<'_>,
    ) -> Touched<'a> {
        let mut touched = Touched::NOTHING;
        if let Some(old) = &change.old_path {
            touched.zones.extend(&self.of_path(old).zones);
        }
        let own = self.of_path(&change.path);
        touched.zones.extend(&own.zones);
        if change.mode.is_some() {
            touched.likenesses.clone_from(&own.likenesses);
        }
        let mut marked = BTreeSet::new();
        touched.read = self.marked(change, trees, blobs, &mut marked);
        let marked = marked.iter().filter_map(|&at| self.policy.zones().get(at));
        touched.zones.extend(marked);
        let mut leads = Leads {
            matcher: self,
            trees,
            blobs,
            touched: &mut touched,
        };
        leads.of_change(change, around);
        touched
            .zones
            .sort_by(|one, other| one.name.cmp(&other.name));
        touched.zones.dedup_by(|one, other| one.name == other.name);
        touched
    }

    pub(super) fn of_path(&mut self, path: &BString) -> &OfPath<'a> {
        if self.known.len() >= REMEMBERED && !self.known.contains_key(path) {
            self.known.clear();
        }
        let policy = self.policy;
        self.known.entry(path.clone()).or_insert_with(|| {
            let folded = FoldedPath::new(path);
            let zones: Vec<_> = policy.zones_of(&folded).collect();
            let alike = |zone: &&'a Zone| {
                let (pattern, read_as) = zone.likeness(&folded)?;
                Some(Likeness {
                    zone,
                    read_as,
                    pattern: &pattern.value,
                    span: pattern.span,
                })
            };
            let likenesses = zones.iter().filter_map(alike).collect();
            OfPath { zones, likenesses }
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
pub(super) fn is_policy(path: &BStr, policy: &Policy) -> bool {
    let yaml = path.ends_with(b".yml") || path.ends_with(b".yaml");
    path == ".cordon.yml" || (yaml && path.starts_with(b".cordon/")) || policy.is_file(path)
}
