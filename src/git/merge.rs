//! What a commit changes of its own, which for a merge is more than a comparison of two trees.

use bstr::BStr;

use super::tree::{Object, TreeReader, Visitor, walk};
use super::{Change, Commit, Error, Id, Kind, Repo, Result, tree_changes};

/// Parents of a merge. The largest that is known in the wild has 66.
const PARENTS: usize = 256;

/// What a commit changes: against its parent, or the empty tree, or as [`merge_changes`] says.
///
/// Where a shallow clone cut the parents off, or hides where the parents of a merge meet, nobody
/// knows: [`Error::Shallow`].
pub fn commit_changes(trees: &mut TreeReader<'_>, commit: &Commit) -> Result<Vec<Change>> {
    let repo = trees.repo();
    let Some(tree) = commit.tree else {
        return Ok(Vec::new());
    };
    if let Some(id) = commit.id
        && !commit.parents.is_empty()
        && repo.facts().shallow.contains(&id)
    {
        return Err(Error::Shallow(id));
    }
    if commit.parents.len() > PARENTS {
        return Err(Error::Limit {
            what: "parents of a commit",
            limit: PARENTS as u64,
        });
    }
    let parents = commit
        .parents
        .iter()
        .map(|parent| trees.of_commit(parent))
        .collect::<Result<Vec<Id>>>()?;
    match parents.as_slice() {
        [] => tree_changes(trees, None, Some(&tree)),
        [parent] => tree_changes(trees, Some(parent), Some(&tree)),
        _ => {
            let bases = match trees.bases(&commit.parents) {
                Some(bases) => bases,
                None => base_trees(repo, &commit.parents)?,
            };
            merge_changes(trees, &parents, &tree, &bases)
        }
    }
}

/// For each parent of a merge, the trees of its best common ancestors with a merge of the parents
/// before it; none for the first.
pub fn base_trees(repo: &dyn Repo, parents: &[Id]) -> Result<Vec<Vec<Id>>> {
    let mut all = Vec::with_capacity(parents.len());
    for (at, parent) in parents.iter().enumerate() {
        if at == 0 {
            all.push(Vec::new());
            continue;
        }
        let bases = repo.merge_bases(parent, &parents[..at])?;
        let shallow = &repo.facts().shallow;
        if !shallow.is_empty() {
            // The bases hold only if nothing above them is cut off.
            let above = repo.reachable(&parents[..=at], &bases)?;
            if let Some(cut) = above.iter().filter(|id| shallow.contains(id)).min() {
                return Err(Error::Shallow(*cut));
            }
        }
        let trees = bases.iter().map(|base| tree_of(repo, base));
        all.push(trees.collect::<Result<Vec<Id>>>()?);
    }
    Ok(all)
}

/// The tree of a commit.
pub fn tree_of(repo: &dyn Repo, commit: &Id) -> Result<Id> {
    let raw = repo.read(commit, Kind::Commit)?;
    Commit::parse(*commit, &raw)?.tree.ok_or(Error::Corrupt {
        id: *commit,
        what: "it has no tree",
    })
}

/// A merge's own changes, by path bytes, from the trees of its parents, its own tree, and what
/// [`base_trees`] answers for the parents (no tree for a parent: the empty one).
///
/// A path is the merge's own change if it differs from every parent; then the old side is the first
/// parent that has the path. It is also one if the merge keeps a parent's entry where merging the
/// parents one after the other gives another, since only that other was changed; then the old side
/// is that other. Where both were changed, either may be kept. Where several common ancestors
/// contradict each other, whatever is kept is the merge's own. Renames are not paired.
pub fn merge_changes(
    trees: &mut TreeReader<'_>,
    parents: &[Id],
    tree: &Id,
    bases: &[Vec<Id>],
) -> Result<Vec<Change>> {
    let mut roots = vec![Some(*tree)];
    roots.extend(parents.iter().copied().map(Some));
    let mut ranges = Vec::with_capacity(parents.len());
    for at in 0..parents.len() {
        let own = bases.get(at).map_or(&[][..], Vec::as_slice);
        let start = roots.len();
        roots.extend(own.iter().copied().map(Some));
        // Of the first parent's bases nothing is asked.
        if own.is_empty() && at > 0 {
            roots.push(None);
        }
        ranges.push(start..roots.len());
    }
    let mut merge = Merge {
        bases: ranges,
        found: Vec::new(),
    };
    walk(trees, &roots, &mut merge)?;
    Ok(merge.found)
}

/// A row holds the merge's own entry, those of its parents, and those of each parent's bases.
struct Merge {
    /// Where in a row the bases of each parent stand.
    bases: Vec<std::ops::Range<usize>>,
    found: Vec<Change>,
}

impl Merge {
    fn parents<'a>(&self, row: &'a [Option<Object>]) -> &'a [Option<Object>] {
        &row[1..=self.bases.len()]
    }

    /// What merging the parents one after the other may give. One entry: nothing was in conflict.
    fn expected(&self, row: &[Option<Object>]) -> Vec<Option<Object>> {
        let mut expected = Vec::new();
        for (at, &theirs) in self.parents(row).iter().enumerate() {
            if at == 0 {
                expected.push(theirs);
                continue;
            }
            let bases = &row[self.bases[at].clone()];
            let mut next = Vec::new();
            for ours in expected {
                let may_keep = !bases.contains(&ours);
                let may_take = !bases.contains(&theirs);
                if (ours == theirs || may_keep) && !next.contains(&ours) {
                    next.push(ours);
                }
                if ours != theirs && may_take && !next.contains(&theirs) {
                    next.push(theirs);
                }
            }
            expected = next;
        }
        expected
    }
}

impl Visitor for Merge {
    fn skip(&self, row: &[Option<Object>]) -> bool {
        // Of whole directories as of files: where nothing is in conflict, neither is below.
        matches!(self.expected(row).as_slice(), [expected] if *expected == row[0])
    }

    fn leaf(&mut self, path: &BStr, row: &[Option<Object>]) {
        let merged = row[0];
        let parents = self.parents(row);
        let expected = self.expected(row);
        let old = if !parents.contains(&merged) {
            parents.iter().copied().flatten().next()
        } else if expected.contains(&merged) {
            return;
        } else {
            let changed = |entry: &&Option<Object>| **entry != merged;
            let other = expected.iter().chain(parents).find(changed);
            other.copied().flatten()
        };
        let mut others: Vec<Id> = parents
            .iter()
            .flatten()
            .filter(|entry| Some(**entry) != old && entry.0.is_file())
            .map(|(_, id)| *id)
            .collect();
        others.dedup();
        self.found
            .extend(Change::at(path, old, merged).map(|change| Change {
                other_blobs: others,
                ..change
            }));
    }
}

#[cfg(test)]
mod tests;
