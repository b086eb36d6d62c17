//! Commits that a forge made of a pull request: the squash of its commits, or the copy of one of them.
//!
//! That a commit names a pull request proves nothing. It counts where the pull request's head is here and the
//! change is the same; then whoever made the commits that it joins made it too.

use std::collections::{BTreeMap, BTreeSet};

use bstr::BString;

use super::moved::Mover;
use super::rows::Obstacle;
use super::what::Merged;
use crate::agent::{Attribution, Evidence, EvidenceKind, Signs, Strength, attribute};
use crate::git::{
    self, Blobs, Change, Commit, Id, Sense, TreeReader, commit_changes, same_patch, tree_changes,
    tree_of, walk,
};

/// Looks from commits to the pull requests that they are, with one thread's readers.
pub(super) struct Joiner<'a> {
    pub(super) mover: Mover<'a>,
    /// How many commits a pull request may have.
    pub(super) limit: u64,
}

/// What was found of one commit.
#[derive(Default)]
pub(super) struct Joined {
    /// What it takes over of the commits that it joins.
    pub(super) evidence: Vec<Evidence>,
    /// What the reader should know, each by itself.
    pub(super) told: Vec<String>,
    /// What could not be read.
    pub(super) obstacles: Vec<Obstacle>,
}

impl Joiner<'_> {
    /// Looks whether a commit with these changes is the pull request that it is said to be.
    pub(super) fn of(
        &self,
        trees: &mut TreeReader<'_>,
        blobs: &Blobs<'_>,
        (commit, changes): (&Commit, &[Change]),
        merged: &Merged,
    ) -> Joined {
        let mut joined = Joined::default();
        let [parent] = commit.parents.as_slice() else {
            return joined;
        };
        let read = self.sources(trees, blobs, changes, (parent, merged), &mut joined);
        let sources = match read {
            Ok(sources) => sources,
            Err(error) => {
                joined.obstacles.push(Obstacle::at(commit.id, &error));
                return joined;
            }
        };
        let id = commit.id.map(|id| id.to_string()).unwrap_or_default();
        let number = merged.number;
        if sources.is_empty() {
            joined.told.push(format!(
                "the commit {id} differs from pull request #{number} as it was last pushed: nothing follows of that"
            ));
            return joined;
        }
        let trailers = commit.message.trailers();
        let own = attribute(self.mover.catalogue, commit, &trailers, &Signs::default());
        let known: BTreeSet<&str> = sources.iter().flat_map(|(_, of)| named(of)).collect();
        let invented = own
            .judged()
            .filter(|claim| !known.contains(claim.agent.as_str()));
        joined.told.extend(invented.map(|claim| {
            let agent = &claim.agent;
            format!("the commit {id} names {agent}, and no commit of pull request #{number} does")
        }));
        joined.evidence = squash_evidence(sources.iter().map(|(id, of)| (*id, of)));
        joined
    }

    /// The commits that a commit joins, each with who made it: none where its change is another.
    fn sources(
        &self,
        trees: &mut TreeReader<'_>,
        blobs: &Blobs<'_>,
        changes: &[Change],
        (parent, merged): (&Id, &Merged),
        joined: &mut Joined,
    ) -> git::Result<Vec<(Id, Attribution)>> {
        let repo = trees.repo();
        let walked = walk(repo, &[merged.source], &[*parent], self.limit)?;
        let incomplete = walked.incomplete.into_iter();
        let incomplete = incomplete.map(|(at, error)| Obstacle::at(at, &error));
        joined.obstacles.extend(incomplete);
        let mut commits = walked.commits;
        let fork = repo.merge_bases(&merged.source, &[*parent])?;
        let before = fork.first().map(|fork| tree_of(repo, fork)).transpose()?;
        let after = tree_of(repo, &merged.source)?;
        let net = tree_changes(trees, before.as_ref(), Some(&after))?;
        if !same_patch(blobs, changes, &net, Sense::Same)? {
            commits = copied(trees, blobs, changes, commits)?;
        }
        let ids = commits.iter().filter_map(|commit| commit.id);
        let makers = ids.map(|id| {
            let source = self.mover.source(trees, blobs, id, &mut 0)?;
            Ok((id, source.attribution))
        });
        makers.collect()
    }
}

/// The commit that has these changes itself: a rebase copies it.
fn copied(
    trees: &mut TreeReader<'_>,
    blobs: &Blobs<'_>,
    changes: &[Change],
    commits: Vec<Commit>,
) -> git::Result<Vec<Commit>> {
    for commit in commits {
        let own = commit_changes(trees, &commit)?;
        if same_patch(blobs, changes, &own, Sense::Same)? {
            return Ok(vec![commit]);
        }
    }
    Ok(Vec::new())
}

fn named(attribution: &Attribution) -> impl Iterator<Item = &str> {
    attribution.agents.iter().map(|claim| claim.agent.as_str())
}

/// The agents by which commits are judged, as evidence for their squash: each with each of its models, by the
/// first commit that names it. Never as declared, since the squash itself does not say it.
pub(super) fn squash_evidence<'a>(
    commits: impl Iterator<Item = (Id, &'a Attribution)>,
) -> Vec<Evidence> {
    let mut first = BTreeMap::new();
    for (id, attribution) in commits {
        for claim in attribution.judged() {
            let key = (claim.agent.clone(), claim.model.clone());
            first.entry(key).or_insert_with(|| Evidence {
                agent: claim.agent.clone(),
                kind: EvidenceKind::Squash,
                strength: Strength::Strong,
                key: None,
                value: BString::from(format!("squash of {id}")),
                line: None,
                model: claim.model.clone(),
            });
        }
    }
    first.into_values().collect()
}

#[cfg(test)]
mod tests;
