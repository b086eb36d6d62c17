//! Which commits a forge made of pull requests.

use super::Plan;
use crate::check::Merged;

impl Plan {
    /// Finds the commits that are pull requests, now that the commits are known. Where GitLab squashes and merges, that is
    /// not the merge, which names the merge request, but its second parent; of a true merge it is none, since the
    /// commits are there themselves.
    pub(super) fn place_merged(&mut self, merged: Vec<Merged>) {
        for one in merged {
            let commit = self
                .commits
                .iter()
                .find(|commit| commit.id == Some(one.commit));
            let at = match commit.map(|commit| commit.parents.as_slice()) {
                Some([_]) => one.commit,
                Some([_, side]) if *side != one.source => *side,
                _ => continue,
            };
            self.merged.entry(at).or_insert(one);
        }
    }
}
