//! What is staged: the trees that `git write-tree` would make of the index, compared with a tree.
//!
//! Their ids are worked out in memory, so that of an unchanged directory nothing is read. Of a directory
//! whose tree Git has written already, that tree is taken, as Git takes it.

use std::rc::Rc;
use std::sync::Arc;

use bstr::{BString, ByteSlice as _};

use super::hash::tree_id;
use super::merge::{base_trees, merge_changes, tree_of};
use super::tree::{Made, Tree, TreeReader};
use super::{
    CachedTree, Change, Error, FileMode, Id, Index, IndexEntry, Repo, Result, tree_changes,
};
use crate::text::show::escaped;

/// Directories inside one another, as in a walk over trees.
const DEPTH: usize = 1024;

/// What the index changes against `old`, as [`tree_changes`] answers it. Entries of `git add -N`
/// are left out, as in a commit. A path in conflict is [`Error::Unmerged`].
pub fn index_changes(
    trees: &mut TreeReader<'_>,
    old: Option<&Id>,
    index: &Index,
) -> Result<Vec<Change>> {
    of_index(trees, index, |trees, root| {
        tree_changes(trees, old, root.as_ref())
    })
}

/// The tree that a commit of the index would have, as [`index_changes`] takes it.
pub fn index_tree(repo: &dyn Repo, index: &Index) -> Result<Id> {
    let length = repo.facts().id_length;
    let root = of_index(&mut TreeReader::new(repo), index, |_, root| Ok(root))?;
    root.or_else(|| tree_id(b"", length))
        .ok_or_else(|| unreadable("an id has an odd length"))
}

/// What a commit of the index would change, its parents being these commits: of several, what
/// [`merge_changes`] says. And its tree, which the reader knows until the next such question; `None`
/// for an empty one.
pub fn staged_changes(
    trees: &mut TreeReader<'_>,
    parents: &[Id],
    index: &Index,
) -> Result<(Vec<Change>, Option<Id>)> {
    let repo = trees.repo();
    let roots = parents
        .iter()
        .map(|parent| tree_of(repo, parent))
        .collect::<Result<Vec<Id>>>()?;
    let bases = match roots.as_slice() {
        [] | [_] => Vec::new(),
        _ => base_trees(repo, parents)?,
    };
    of_index(trees, index, |trees, root| {
        let changes = match root {
            Some(root) if roots.len() > 1 => merge_changes(trees, &roots, &root, &bases)?,
            _ => tree_changes(trees, roots.first(), root.as_ref())?,
        };
        Ok((changes, root))
    })
}

/// The commits that a merge in progress brings in, in `MERGE_HEAD`'s order; none without one.
pub fn merge_heads(repo: &dyn Repo) -> Result<Vec<Id>> {
    let path = repo.facts().git_dir.join("MERGE_HEAD");
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(Error::UnreadableFile { path, source }),
    };
    let id = |line: &[u8]| Id::from_hex(line).ok_or_else(|| unreadable_head(&path, line));
    text.lines().map(id).collect()
}

fn unreadable_head(path: &std::path::Path, line: &[u8]) -> Error {
    let what = format!("no id: {}", escaped(line));
    Error::UnreadableFile {
        path: path.to_owned(),
        source: std::io::Error::new(std::io::ErrorKind::InvalidData, what),
    }
}

/// Asks something of the tree that the index would become; `None` for an empty one.
fn of_index<T>(
    trees: &mut TreeReader<'_>,
    index: &Index,
    ask: impl FnOnce(&mut TreeReader<'_>, Option<Id>) -> Result<T>,
) -> Result<T> {
    if let Some(unmerged) = index.entries.iter().find(|entry| entry.stage != 0) {
        return Err(Error::Unmerged(unmerged.path.clone()));
    }
    let builder = Builder {
        repo: trees.repo(),
        id_length: trees.repo().facts().id_length,
        path: BString::default(),
        open: Vec::new(),
        made: Made::new(),
        cached: &index.trees,
    };
    let (root, made) = builder.build(&index.entries)?;
    trees.replace_made(made);
    ask(trees, root)
}

/// A directory that is being filled.
#[derive(Default)]
struct Directory {
    /// Where its path ends in the builder's, the slash included; 0 for the top.
    end: usize,
    /// Bytes of its name.
    name: usize,
    raw: Vec<u8>,
}

struct Builder<'c> {
    repo: &'c dyn Repo,
    id_length: usize,
    /// The path of the directory that was opened last.
    path: BString,
    open: Vec<Directory>,
    made: Made,
    cached: &'c [CachedTree],
}

impl Builder<'_> {
    /// The root's id, `None` for an index without entries, and every directory that was made.
    fn build(mut self, entries: &[IndexEntry]) -> Result<(Option<Id>, Made)> {
        if let Some((tree, _)) = self.cached(b"", entries)? {
            return Ok((Some(tree), self.made));
        }
        self.open.push(Directory::default());
        let mut rest = entries;
        while let Some((entry, after)) = rest.split_first() {
            rest = if entry.intent_to_add {
                after
            } else {
                self.add(entry, rest)?
            };
        }
        while self.open.len() > 1 {
            self.close()?;
        }
        let root = self.open.pop().unwrap_or_default().raw;
        if root.is_empty() {
            return Ok((None, self.made));
        }
        let id = self.make(root)?;
        Ok((Some(id), self.made))
    }

    /// The tree that Git has written of a directory with which `entries` begin, and what follows it.
    fn cached<'e>(
        &self,
        directory: &[u8],
        entries: &'e [IndexEntry],
    ) -> Result<Option<(Id, &'e [IndexEntry])>> {
        let found = self
            .cached
            .binary_search_by(|tree| tree.path.as_slice().cmp(directory));
        let Some(tree) = found.ok().and_then(|at| self.cached.get(at)) else {
            return Ok(None);
        };
        // As Git does: what is gone is made anew, of the trees below it that are still there.
        if !self.repo.has(&tree.id)? {
            return Ok(None);
        }
        let is_below = |entry: &IndexEntry| entry.path.starts_with(directory);
        // Sorted as they are, the last one speaks for those before it.
        match entries.split_at_checked(tree.entries) {
            Some((below, after))
                if below.last().is_some_and(is_below) && !after.first().is_some_and(is_below) =>
            {
                Ok(Some((tree.id, after)))
            }
            Some(([], [])) => Ok(None),
            _ => Err(unreadable("its cached trees do not fit its entries")),
        }
    }

    /// Adds the first entry, or the whole directory that it stands in; what is still to be added.
    fn add<'e>(
        &mut self,
        entry: &IndexEntry,
        entries: &'e [IndexEntry],
    ) -> Result<&'e [IndexEntry]> {
        if entry.id.as_bytes().len() != self.id_length || entry.id.is_zero() {
            return Err(unreadable("an entry has no object id"));
        }
        let mut same = entry.path.iter().zip(self.path.iter());
        let same = same.position(|(one, other)| one != other);
        let same = same.unwrap_or_else(|| entry.path.len().min(self.path.len()));
        while self.open.last().is_some_and(|open| open.end > same) {
            self.close()?;
        }
        let start = self.open.last().map_or(0, |directory| directory.end);
        let mut rest = &entry.path[start..];
        while let Some(slash) = rest.find_byte(b'/') {
            let end = entry.path.len() - rest.len() + slash + 1;
            let (path, name) = (&entry.path[..end], &rest[..slash]);
            if let Some((tree, after)) = self.cached(path, entries)? {
                self.push(FileMode::Tree, name, &tree)?;
                return Ok(after);
            }
            self.enter(name, end)?;
            rest = &rest[slash + 1..];
        }
        self.push(entry.mode, rest, &entry.id)?;
        Ok(entries.get(1..).unwrap_or_default())
    }

    fn enter(&mut self, name: &[u8], end: usize) -> Result<()> {
        if self.open.len() > DEPTH {
            return Err(Error::Limit {
                what: "directories inside one another",
                limit: DEPTH as u64,
            });
        }
        self.path.extend_from_slice(name);
        self.path.push(b'/');
        self.open.push(Directory {
            end,
            name: name.len(),
            raw: Vec::new(),
        });
        Ok(())
    }

    fn push(&mut self, mode: FileMode, name: &[u8], id: &Id) -> Result<()> {
        let directory = self
            .open
            .last_mut()
            .ok_or_else(|| unreadable("its paths are out of order"))?;
        directory.raw.extend_from_slice(mode.octal().as_bytes());
        directory.raw.push(b' ');
        directory.raw.extend_from_slice(name);
        directory.raw.push(0);
        directory.raw.extend_from_slice(id.as_bytes());
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        let Some(directory) = self.open.pop() else {
            return Ok(());
        };
        let id = self.make(directory.raw)?;
        let name = self.path.split_off(directory.end - directory.name - 1);
        self.push(FileMode::Tree, &name[..directory.name], &id)
    }

    fn make(&mut self, raw: Vec<u8>) -> Result<Id> {
        let id =
            tree_id(&raw, self.id_length).ok_or_else(|| unreadable("an id has an odd length"))?;
        let tree = Tree::parse(&id, Arc::new(raw)).map_err(|error| match error {
            Error::Corrupt { what, .. } => unreadable(what),
            other => other,
        })?;
        self.made.insert(id, Rc::new(tree));
        Ok(id)
    }
}

fn unreadable(what: &str) -> Error {
    Error::UnreadableIndex(what.to_owned())
}

#[cfg(test)]
mod tests;
