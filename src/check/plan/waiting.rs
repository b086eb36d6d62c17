//! Which commits of a push to a server wait for a review, and which have waited.

use super::Plan;
use crate::git::Commit;
use crate::rule::Rule;

impl Plan {
    /// Whether a server receives this commit and it comes to no default branch yet: whoever reviews it sees it
    /// there for the first time.
    pub(in crate::check) fn is_parked(&self, commit: &Commit) -> bool {
        commit.id.is_some_and(|id| self.parked.contains(&id))
    }

    /// Those of them that judge a commit. One that waited on a branch was judged there by all but what it waited for.
    pub(in crate::check) fn rules_of(
        &self,
        commit: &Commit,
    ) -> impl Iterator<Item = &'static dyn Rule> {
        let awaited = self.has_waited(commit);
        self.rules().filter(move |rule| !awaited || rule.waits())
    }

    /// Whether a server had this commit on a branch, where it waited for a review.
    pub(in crate::check) fn has_waited(&self, commit: &Commit) -> bool {
        commit.id.is_some_and(|id| self.awaited.contains(&id))
    }
}
