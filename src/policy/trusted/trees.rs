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

/// The trees beside whose policy the exports of a repository's groups are looked for, each once: those of the
/// revisions whose policy counts, and of the remotes' default branches, which may have newer ones.
pub fn export_trees(repo: &dyn Repo, judged: &Judged) -> git::Result<Vec<Id>> {
    let (mut revisions, _) = revisions(repo, judged)?;
    revisions.retain(|one| one.trusted);
    if !matches!(judged, Judged::Receive { .. }) {
        revisions.extend(default_branches(repo)?);
    }
    trees(repo, &revisions)
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
