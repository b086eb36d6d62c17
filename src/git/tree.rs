//! Raw trees, read and cached.

mod walk;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use bstr::{BString, ByteSlice as _};

use super::history::{Bases, History};
use super::merge::tree_of;
use super::{Error, FileMode, Id, Kind, Repo, Result};
pub(super) use walk::{Visitor, walk};

/// Bytes of trees that a reader keeps.
const CACHE: usize = 64 << 20;

/// Bytes of a tree.
const BYTES: usize = 1 << 30;

/// Rows that one walk may look at, counted in all trees: a tree that holds itself many times over
/// has more paths than any machine can list.
const ROWS: u64 = 1 << 22;

/// What a path is in one tree.
pub type Object = (FileMode, Id);

/// One line of a tree, by its places in the content.
struct Entry {
    mode: FileMode,
    start: u32,
    name: u32,
    /// Where the name ends; the id stands one byte further on.
    end: u32,
}

impl Entry {
    fn name(&self) -> Range<usize> {
        self.name as usize..self.end as usize
    }
}

/// A tree's content, checked.
pub(super) struct Tree {
    raw: Arc<Vec<u8>>,
    entries: Vec<Entry>,
    id_length: usize,
}

impl Tree {
    /// Reads a tree object. Names that no path can hold, an unknown mode, a wrong order or a name
    /// that stands twice are [`Error::Corrupt`]: readers differ on what such a tree holds. `.` and
    /// `..` are read as names: Git refuses to check them out, and a rule finds them.
    pub(super) fn parse(id: &Id, raw: Arc<Vec<u8>>) -> Result<Self> {
        let corrupt = |what| Error::Corrupt { id: *id, what };
        let id_length = id.as_bytes().len();
        if raw.len() > BYTES {
            return Err(limit("bytes of a tree", BYTES as u64));
        }
        let mut entries: Vec<Entry> = Vec::with_capacity(raw.len() / (id_length + 15));
        let mut at = 0;
        while at < raw.len() {
            let rest = &raw[at..];
            let cut = || corrupt("an entry is cut off");
            let space = rest.find_byte(b' ').ok_or_else(cut)?;
            let nul = rest
                .find_byte(0)
                .filter(|&nul| nul > space)
                .ok_or_else(cut)?;
            let end = nul + 1 + id_length;
            if rest.len() < end {
                return Err(cut());
            }
            let mode = FileMode::from_octal(&rest[..space])
                .ok_or_else(|| corrupt("an entry has an unknown mode"))?;
            let name = &rest[space + 1..nul];
            if name.is_empty() || name.contains(&b'/') {
                return Err(corrupt("an entry has a name that no path can hold"));
            }
            let place = |within: usize| u32::try_from(at + within).unwrap_or(u32::MAX);
            entries.push(Entry {
                mode,
                start: place(0),
                name: place(space + 1),
                end: place(nul),
            });
            at += end;
        }
        let tree = Self {
            raw,
            entries,
            id_length,
        };
        tree.check_order()
            .map_or(Ok(()), |what| Err(corrupt(what)))?;
        Ok(tree)
    }

    fn check_order(&self) -> Option<&'static str> {
        for (at, entry) in self.entries.iter().enumerate() {
            let name = &self.raw[entry.name()];
            if let Some(before) = at.checked_sub(1).and_then(|at| self.key(at))
                && before.compare(Key::of(name, entry.mode)) != Ordering::Less
            {
                return Some("its entries are out of order");
            }
            // `a`, `a.b`, `a/`: a file and a directory of one name need not be neighbours.
            if entry.mode == FileMode::Tree && self.search(Key { name, tree: false }).is_some() {
                return Some("a name stands twice");
            }
        }
        None
    }

    fn key(&self, at: usize) -> Option<Key<'_>> {
        let entry = self.entries.get(at)?;
        Some(Key::of(&self.raw[entry.name()], entry.mode))
    }

    /// What an entry names.
    fn object(&self, entry: &Entry) -> Option<Object> {
        let start = entry.end as usize + 1;
        let id = self.raw.get(start..start + self.id_length)?;
        Some((entry.mode, Id::from_bytes(id)?))
    }

    /// The bytes of an entry: mode, name and id.
    fn line(&self, at: usize) -> Option<&[u8]> {
        let entry = self.entries.get(at)?;
        let end = entry.end as usize + 1 + self.id_length;
        self.raw.get(entry.start as usize..end)
    }

    fn search(&self, key: Key<'_>) -> Option<&Entry> {
        let found = self
            .entries
            .binary_search_by(|entry| Key::of(&self.raw[entry.name()], entry.mode).compare(key));
        self.entries.get(found.ok()?)
    }

    fn bytes(&self) -> usize {
        self.raw.len() + self.entries.len() * size_of::<Entry>()
    }
}

/// What trees are sorted by: the name, of a directory with a slash behind it.
#[derive(Clone, Copy)]
struct Key<'a> {
    name: &'a [u8],
    tree: bool,
}

impl<'a> Key<'a> {
    fn of(name: &'a [u8], mode: FileMode) -> Self {
        Self {
            name,
            tree: mode == FileMode::Tree,
        }
    }

    fn compare(self, other: Self) -> Ordering {
        let common = self.name.len().min(other.name.len());
        let next = |key: Self| {
            let slash = key.tree.then_some(&b'/');
            key.name.get(common).or(slash).copied().unwrap_or(0)
        };
        // A name holds no NUL, so that 0 stands for its end.
        self.name[..common]
            .cmp(&other.name[..common])
            .then_with(|| next(self).cmp(&next(other)))
            .then_with(|| self.name.len().cmp(&other.name.len()))
    }
}

/// Trees that stand in no object database, by id.
pub(super) type Made = HashMap<Id, Rc<Tree>>;

/// A repository's trees, through a bounded cache. One for each thread.
pub struct TreeReader<'r> {
    repo: &'r dyn Repo,
    /// The cache in two generations: the young one becomes the old one when it is full.
    young: HashMap<Id, Rc<Tree>>,
    old: HashMap<Id, Rc<Tree>>,
    young_bytes: usize,
    /// Trees that stand in no object database: those which an index would become.
    made: Made,
    /// [`ROWS`], or fewer in a test.
    pub(super) rows: u64,
    bases: Option<Bases<'r>>,
}

impl<'r> TreeReader<'r> {
    /// A reader with an empty cache.
    pub fn new(repo: &'r dyn Repo) -> Self {
        Self {
            repo,
            young: HashMap::new(),
            old: HashMap::new(),
            young_bytes: 0,
            made: HashMap::new(),
            rows: ROWS,
            bases: None,
        }
    }

    /// The same with a history in memory, which it asks before it asks the repository.
    #[must_use]
    pub fn with_history(mut self, history: Option<&'r History>) -> Self {
        self.bases = history.map(Bases::new);
        self
    }

    /// The tree of a commit.
    pub fn of_commit(&self, commit: &Id) -> Result<Id> {
        let known = self
            .bases
            .as_ref()
            .and_then(|bases| bases.history.tree(commit));
        known.map_or_else(|| tree_of(self.repo, commit), Ok)
    }

    /// What [`base_trees`](super::base_trees) answers, where the history knows it.
    pub(super) fn bases(&mut self, parents: &[Id]) -> Option<Vec<Vec<Id>>> {
        let facts = self.repo.facts();
        if facts.grafted || !facts.shallow.is_empty() {
            return None;
        }
        let bases = self.bases.as_mut()?;
        let mut all = vec![Vec::new()];
        for (at, parent) in parents.iter().enumerate().skip(1) {
            all.push(bases.trees(parent, parents.get(..at)?)?);
        }
        Some(all)
    }

    /// The repository it reads.
    pub fn repo(&self) -> &'r dyn Repo {
        self.repo
    }

    /// What stands at `path`, counted from `tree`; a directory is answered too.
    pub fn find(&mut self, tree: &Id, path: &[u8]) -> Result<Option<Object>> {
        let mut found = (FileMode::Tree, *tree);
        for name in path.split(|&byte| byte == b'/') {
            if found.0 != FileMode::Tree {
                return Ok(None);
            }
            let tree = self.tree(&found.1)?;
            let entry = tree
                .search(Key { name, tree: false })
                .or_else(|| tree.search(Key { name, tree: true }));
            let Some(object) = entry.and_then(|entry| tree.object(entry)) else {
                return Ok(None);
            };
            found = object;
        }
        Ok(Some(found))
    }

    /// The entries of one tree, in its own order: names and what stands there.
    pub fn entries(&mut self, tree: &Id) -> Result<Vec<(BString, Object)>> {
        let tree = self.tree(tree)?;
        let entries = tree.entries.iter();
        Ok(entries
            .filter_map(|entry| Some((tree.raw[entry.name()].into(), tree.object(entry)?)))
            .collect())
    }

    pub(super) fn tree(&mut self, id: &Id) -> Result<Rc<Tree>> {
        if let Some(tree) = self.made.get(id).or_else(|| self.young.get(id)) {
            return Ok(Rc::clone(tree));
        }
        let tree = if let Some(tree) = self.old.get(id) {
            Rc::clone(tree)
        } else {
            let raw = self.repo.content(id, Kind::Tree, u64::MAX)?;
            Rc::new(Tree::parse(id, raw)?)
        };
        self.young_bytes += tree.bytes();
        if self.young_bytes > CACHE / 2 {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = tree.bytes();
        }
        self.young.insert(*id, Rc::clone(&tree));
        Ok(tree)
    }

    /// Puts trees beside the repository's own, in place of those put there before.
    pub(super) fn replace_made(&mut self, made: Made) {
        self.made = made;
    }
}

fn limit(what: &'static str, limit: u64) -> Error {
    Error::Limit { what, limit }
}
