//! One walk over any number of trees side by side.

use std::rc::Rc;

use bstr::{BStr, BString, ByteSlice as _};

use super::{Object, Tree, TreeReader, limit};
use crate::git::{FileMode, Id, Result};

/// Directories inside one another.
const DEPTH: usize = 1024;

/// Bytes of the path to a directory: Git makes none that a file system cannot hold.
const DIRECTORY_BYTES: usize = 1 << 20;

/// Bytes of path that one walk may hand out.
const PATH_BYTES: u64 = 1 << 28;

/// A walk over trees side by side, path by path. Where all trees have the same, nothing is asked and
/// nothing shown.
pub(in crate::git) trait Visitor {
    /// Whether nothing below or at this row matters. `row` holds what each tree has there.
    fn skip(&self, row: &[Option<Object>]) -> bool;

    /// A path that is no directory.
    fn leaf(&mut self, path: &BStr, row: &[Option<Object>]);
}

/// Walks `roots` side by side in the order of paths and shows every row that is not skipped.
pub(in crate::git) fn walk(
    trees: &mut TreeReader<'_>,
    roots: &[Option<Id>],
    visitor: &mut dyn Visitor,
) -> Result<()> {
    let row: Vec<_> = roots
        .iter()
        .map(|id| Some((FileMode::Tree, (*id)?)))
        .collect();
    if visitor.skip(&row) {
        return Ok(());
    }
    let mut walk = Walk {
        trees,
        visitor,
        rows: 0,
        path_bytes: 0,
        path: BString::default(),
    };
    walk.directory(&row, 0)
}

struct Walk<'w, 'r> {
    trees: &'w mut TreeReader<'r>,
    visitor: &'w mut dyn Visitor,
    rows: u64,
    path_bytes: u64,
    path: BString,
}

impl Walk<'_, '_> {
    fn directory(&mut self, row: &[Option<Object>], depth: usize) -> Result<()> {
        if depth > DEPTH {
            return Err(limit("directories inside one another", DEPTH as u64));
        }
        let length = self.path.len();
        if length > DIRECTORY_BYTES {
            let what = "bytes of the path to a directory";
            return Err(limit(what, DIRECTORY_BYTES as u64));
        }
        let open = |object: &Option<Object>| object.map(|(_, id)| self.trees.tree(&id)).transpose();
        let trees: Vec<Option<Rc<Tree>>> = row.iter().map(open).collect::<Result<_>>()?;
        let mut next = vec![0_usize; trees.len()];
        let mut below: Vec<Option<Object>> = vec![None; trees.len()];
        loop {
            self.rows += same(&trees, &mut next);
            let heads = trees.iter().zip(&next);
            let first = heads
                .filter_map(|(tree, &at)| tree.as_ref()?.key(at))
                .min_by(|one, other| one.compare(*other));
            let Some(first) = first else {
                return Ok(());
            };
            for ((tree, at), object) in trees.iter().zip(&mut next).zip(&mut below) {
                *object = None;
                if let Some(tree) = tree
                    && let Some(entry) = tree.entries.get(*at)
                    && tree.key(*at).is_some_and(|key| key.compare(first).is_eq())
                {
                    *object = tree.object(entry);
                    *at += 1;
                }
            }
            self.rows += 1;
            if self.rows > self.trees.rows {
                return Err(limit("rows of trees to compare", self.trees.rows));
            }
            if self.visitor.skip(&below) {
                continue;
            }
            self.path.extend_from_slice(first.name);
            if first.tree {
                self.path.push(b'/');
                self.directory(&below, depth + 1)?;
            } else {
                self.path_bytes += self.path.len() as u64;
                if self.path_bytes > PATH_BYTES {
                    return Err(limit("bytes of changed paths", PATH_BYTES));
                }
                self.visitor.leaf(self.path.as_bstr(), &below);
            }
            self.path.truncate(length);
        }
    }
}

/// Goes past the entries that are the same in all trees, byte for byte; how many there are.
fn same(trees: &[Option<Rc<Tree>>], next: &mut [usize]) -> u64 {
    let mut rows = 0;
    if let [Some(first), others @ ..] = trees
        && !others.is_empty()
    {
        let equal = |next: &[usize]| {
            let line = first.line(next[0]);
            let mut pairs = others.iter().zip(&next[1..]);
            line.is_some()
                && pairs.all(|(tree, at)| tree.as_ref().is_some_and(|tree| tree.line(*at) == line))
        };
        while equal(next) {
            for at in next.iter_mut() {
                *at += 1;
            }
            rows += 1;
        }
    }
    rows
}
