//! The commits of a plan, walked: each walk's beyond where it ends.

use std::collections::BTreeSet;

use super::{Plan, read_commit};
use crate::check::rows::Obstacle;
use crate::git::{self, Commit, Id, Repo, walk};

/// The commits that are reachable from some and not from others.
pub(super) struct Walk {
    include: Vec<Id>,
    exclude: Vec<Id>,
    /// Whether they come to no default branch of a server yet.
    pub(super) parked: bool,
}

impl Walk {
    pub(super) fn of(include: Vec<Id>, exclude: Vec<Id>) -> Self {
        Self {
            include,
            exclude,
            parked: false,
        }
    }
}

/// A branch that is put where what it was does not lead.
pub(in crate::check) struct Replaced {
    /// The trees of what it was and of what it will be.
    pub(in crate::check) ends: (Id, Id),
    /// The commit that it will be.
    pub(in crate::check) head: Commit,
    /// The trees of the commits from which the two part.
    pub(in crate::check) forks: Vec<Id>,
}

impl Plan {
    /// Reads the commits, not more than the policy's limit, and finds the net changes. Of several walks, none may
    /// have a commit below one of an earlier walk that this one has not.
    ///
    /// A net change is that of a range of several commits; of one commit it is the commit's own.
    pub(in crate::check) fn read(&mut self, repo: &dyn Repo, limit: u64) -> git::Result<()> {
        if self.walks.is_empty() {
            return Ok(());
        }
        let limit = if limit == 0 { u64::MAX } else { limit };
        let mut known = BTreeSet::new();
        for Walk {
            include,
            exclude,
            parked,
        } in std::mem::take(&mut self.walks)
        {
            if include.is_empty() {
                continue;
            }
            let walked = walk(repo, &include, &exclude, limit)?;
            for commit in walked.commits {
                if commit.id.is_none_or(|id| known.insert(id)) {
                    self.parked.extend(commit.id.filter(|_| parked));
                    self.commits.push(commit);
                }
            }
            let incomplete = walked.incomplete.into_iter();
            let incomplete = incomplete.map(|(commit, error)| Obstacle::at(commit, &error));
            self.obstacles.extend(incomplete);
        }
        self.replacements(repo)?;
        let count = self.commits.len() as u64;
        if count > limit {
            let over = Obstacle::limit("commits", count, limit);
            self.obstacles.push(over);
        }
        if count < 2 {
            return Ok(());
        }
        self.net_changes(repo)
    }

    /// Finds the branches that leave what they were behind. No commit says what they drop by it.
    fn replacements(&mut self, repo: &dyn Repo) -> git::Result<()> {
        for (before, tip) in std::mem::take(&mut self.moves) {
            let forks = repo.merge_bases(&tip, &[before])?;
            let ends = (git::tree_of(repo, &before)?, git::tree_of(repo, &tip)?);
            if forks.contains(&before) || ends.0 == ends.1 {
                continue;
            }
            let trees = forks.iter().map(|fork| git::tree_of(repo, fork));
            self.replaced.push(Replaced {
                ends,
                head: read_commit(repo, &tip)?,
                forks: trees.collect::<git::Result<_>>()?,
            });
        }
        Ok(())
    }

    fn net_changes(&mut self, repo: &dyn Repo) -> git::Result<()> {
        for (bases, head) in std::mem::take(&mut self.ends) {
            // Of a whole history, what the net change has some commit has.
            let forks = if bases.is_empty() {
                Vec::new()
            } else {
                repo.merge_bases(&head, &bases)?
            };
            let Some(fork) = forks.first() else { continue };
            let ends = (git::tree_of(repo, fork)?, git::tree_of(repo, &head)?);
            if ends.0 != ends.1 && !self.net.contains(&ends) {
                self.net.push(ends);
            }
        }
        Ok(())
    }
}
