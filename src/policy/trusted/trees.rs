//! The trees of the revisions whose policy counts: for what lies beside it.

use super::Judged;
use super::revisions::{Revision, default_branches, revisions};
use crate::git::{self, Id, Repo};

/// The trees of the trusted side, each once; none for a whole history.
pub fn trusted_trees(repo: &dyn Repo, judged: &Judged) -> git::Result<Vec<Id>> {
    let (mut revisions, trusted) = revisions(repo, judged)?;
    revisions.retain(|one| trusted && one.trusted);
    trees(repo, &revisions)
}

/// The trees in which the exports of a repository's groups are looked for, each once, and whether its policy judges.
/// Those that judge come first; the remotes' default branches may have newer exports.
pub fn export_trees(repo: &dyn Repo, judged: &Judged) -> git::Result<Vec<(Id, bool)>> {
    let (mut revisions, _) = revisions(repo, judged)?;
    revisions.retain(|one| one.trusted);
    let judging = trees(repo, &revisions)?;
    let mut found: Vec<(Id, bool)> = judging.iter().map(|tree| (*tree, true)).collect();
    if !matches!(judged, Judged::Receive { .. }) {
        let others = trees(repo, &default_branches(repo)?)?;
        let others = others.into_iter().filter(|tree| !judging.contains(tree));
        found.extend(others.map(|tree| (tree, false)));
    }
    Ok(found)
}

fn trees(repo: &dyn Repo, revisions: &[Revision]) -> git::Result<Vec<Id>> {
    let mut trees = Vec::new();
    for revision in revisions {
        if let Some(commit) = git::peel_to_commit(repo, &revision.id)? {
            trees.push(git::tree_of(repo, &commit)?);
        }
    }
    trees.sort_unstable();
    trees.dedup();
    Ok(trees)
}
