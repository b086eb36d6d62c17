//! The files of zones and those outside: as they were before the run's commits, and as these make them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use bstr::{BStr, BString, ByteSlice as _};

use super::{Asking, Past};
use crate::git::{self, Blobs, Change, Commit, FileMode, Id, Result, TreeReader, tree_changes};
use crate::policy::{self, FoldedPath, PathSet, Zone};
use crate::zone::markers::Markers;
use crate::zone::matcher::is_policy;

/// Directories inside one another.
const DEPTH: usize = 1024;
/// Entries of trees that are looked at.
const ENTRIES: usize = 1 << 22;

/// A content that lies or lay somewhere.
#[derive(Debug)]
pub(super) struct Seen {
    /// Since when, as [`Text::since`](super::index::Text::since) counts.
    pub(super) since: u32,
    /// What it was made of: only the difference is new.
    pub(super) old: Option<Id>,
    /// Where it lies in zones; empty outside.
    pub(super) places: BTreeMap<usize, BString>,
}

/// What was seen, by content.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// In zones.
    pub(super) inside: BTreeMap<Id, Seen>,
    /// In none that asks.
    pub(super) outside: BTreeMap<Id, Seen>,
}

/// Looks at the trees before the run's commits, and at what each of these changes.
pub(super) fn sources(asking: &Asking<'_>, past: &Past<'_>, blobs: &Blobs<'_>) -> Result<Sources> {
    let mut lister = Lister {
        asking,
        markers: asking.markers(),
        trees: TreeReader::new(blobs.repo()),
        blobs,
        entries: 0,
        known: HashSet::new(),
        found: Sources::default(),
    };
    for tree in before(past, blobs.repo())? {
        lister.tree(&tree, &mut BString::default(), 0)?;
    }
    // What a single commit adds to a zone was not there for it to copy.
    if past.commits.len() > 1 {
        for (commit, since) in past.commits.iter().zip(1..) {
            lister.commit(commit, since)?;
        }
    }
    Ok(lister.found)
}

/// The trees that were there before: those of the trusted side and of what the commits are made on.
fn before(past: &Past<'_>, repo: &dyn git::Repo) -> Result<BTreeSet<Id>> {
    let mut trees: BTreeSet<Id> = policy::trusted_trees(repo, past.judged)?
        .into_iter()
        .collect();
    let own: HashSet<Id> = past.commits.iter().filter_map(|commit| commit.id).collect();
    let shallow = &repo.facts().shallow;
    for commit in past.commits {
        // What a shallow clone cut off is told where the commit is judged.
        if commit.id.is_some_and(|id| shallow.contains(&id)) {
            continue;
        }
        for parent in commit.parents.iter().filter(|parent| !own.contains(parent)) {
            trees.insert(git::tree_of(repo, parent)?);
        }
    }
    Ok(trees)
}

struct Lister<'a, 'r> {
    asking: &'a Asking<'a>,
    markers: Option<Markers>,
    trees: TreeReader<'r>,
    blobs: &'r Blobs<'r>,
    entries: usize,
    /// Directories that were looked at, with their paths.
    known: HashSet<(Id, BString)>,
    found: Sources,
}

impl Lister<'_, '_> {
    fn tree(&mut self, tree: &Id, path: &mut BString, depth: usize) -> Result<()> {
        if !self.known.insert((*tree, path.clone())) {
            return Ok(());
        }
        let entries = self.trees.entries(tree)?;
        self.entries += entries.len();
        let over = |what, limit: usize| git::Error::Limit {
            what,
            limit: limit as u64,
        };
        if self.entries > ENTRIES {
            return Err(over("entries of trees with zones", ENTRIES));
        }
        if depth > DEPTH {
            return Err(over("directories inside one another", DEPTH));
        }
        let length = path.len();
        for (name, (mode, id)) in entries {
            path.extend_from_slice(&name);
            if mode == FileMode::Tree {
                path.push(b'/');
                self.tree(&id, path, depth + 1)?;
            } else if mode.is_file() {
                self.file(path.as_bstr(), id, 0, None)?;
            }
            path.truncate(length);
        }
        Ok(())
    }

    /// What a commit makes of its first parent: of a merge that is more than its own changes, but what
    /// other parents bring is known from them.
    fn commit(&mut self, commit: &Commit, since: u32) -> Result<()> {
        let repo = self.blobs.repo();
        // What a shallow clone cut off is told where the commit is judged.
        let cut = |id| repo.facts().shallow.contains(&id);
        let Some(tree) = commit.tree.filter(|_| !commit.id.is_some_and(cut)) else {
            return Ok(());
        };
        let parent = commit.parents.first();
        let parent = parent
            .map(|parent| git::tree_of(repo, parent))
            .transpose()?;
        for change in tree_changes(&mut self.trees, parent.as_ref(), Some(&tree))? {
            self.change(&change, since)?;
        }
        Ok(())
    }

    fn change(&mut self, change: &Change, since: u32) -> Result<()> {
        let is_file = |mode: Option<FileMode>| mode.is_some_and(FileMode::is_file);
        let old = change.old_blob.filter(|_| is_file(change.old_mode));
        if let Some(old) = old {
            // What no commit of the run has made was there before.
            let path = change.old_path.as_ref().unwrap_or(&change.path);
            self.file(path.as_ref(), old, 0, None)?;
        }
        match change.blob.filter(|_| is_file(change.mode)) {
            Some(new) => self.file(
                change.path.as_ref(),
                new,
                since,
                old.filter(|old| *old != new),
            ),
            None => Ok(()),
        }
    }

    fn file(&mut self, path: &BStr, blob: Id, since: u32, old: Option<Id>) -> Result<()> {
        let folded = FoldedPath::new(path);
        let mut zones: BTreeSet<usize> = self.asking.inside(&folded).collect();
        let name = path.rsplit_str("/").next().unwrap_or(path);
        let licence = is_licence(name);
        if licence {
            let all = self.asking.policy.zones();
            let named = |zone: &Zone| is_named(zone, path, &folded);
            zones.retain(|at| all.get(*at).is_some_and(named));
        }
        if let Some(markers) = &mut self.markers
            && !is_policy(path, self.asking.policy)
        {
            let marked = markers.of_blob(&blob, self.blobs)?;
            zones.extend(marked.iter().filter(|at| self.asking.asks(**at)));
        }
        if licence && zones.is_empty() {
            return Ok(());
        }
        let seen = if zones.is_empty() {
            &mut self.found.outside
        } else {
            &mut self.found.inside
        };
        let seen = seen.entry(blob).or_insert_with(|| Seen {
            since,
            old,
            places: BTreeMap::new(),
        });
        for zone in zones {
            seen.places.entry(zone).or_insert_with(|| path.to_owned());
        }
        Ok(())
    }
}

/// Whether a file is a licence's text, which is in every project, by its name.
fn is_licence(name: &[u8]) -> bool {
    let name = name.to_ascii_uppercase();
    let mut ends = name.rsplitn_str(2, ".");
    let (last, start) = (ends.next().unwrap_or_default(), ends.next());
    let (start, extension) = start.map_or((last, &b""[..]), |start| (start, last));
    let stem = start.split(|byte| matches!(byte, b'-' | b'.')).next();
    let stems: [&[u8]; 4] = [b"LICENSE", b"LICENCE", b"COPYING", b"NOTICE"];
    let extensions: [&[u8]; 5] = [b"", b"TXT", b"MD", b"RST", b"HTML"];
    stem.is_some_and(|stem| stems.contains(&stem)) && extensions.contains(&extension)
}

/// Whether a pattern by which a file is in a zone names it: one that takes no other beside it.
fn is_named(zone: &Zone, path: &BStr, folded: &FoldedPath<'_>) -> bool {
    let directory = path.rfind_byte(b'/').map_or(0, |slash| slash + 1);
    let extension = path.rfind_byte(b'.').filter(|dot| *dot >= directory);
    let beside = [
        &path[..directory],
        b"another".into(),
        &path[extension.unwrap_or(path.len())..],
    ];
    let beside = bstr::concat(beside);
    let beside = FoldedPath::new(&beside);
    let names = |pattern: &str| {
        let one = PathSet::new([pattern]);
        one.map_or(true, |one| one.contains(folded) && !one.contains(&beside))
    };
    zone.patterns().any(|pattern| names(&pattern.value))
}
