//! What is known of a commit's makers outside of its message.

use super::{Judge, Outcome};
use crate::agent::Signs;
use crate::check::joined::Joiner;
use crate::check::moved::Mover;
use crate::check::recorded::Named;
use crate::git::{Change, Commit};

impl Judge<'_> {
    /// The signs of a commit with these changes, of which others recorded something; what is in the way of them, or
    /// worth a word, goes into the outcome.
    pub(super) fn signs(
        &mut self,
        commit: &Commit,
        changes: &[Change],
        others: &[Named],
        outcome: &mut Outcome,
    ) -> Signs {
        let bench = self.bench;
        let mut recorded = bench.recorder.of(&mut self.trees, commit, changes);
        recorded.add(others, changes);
        outcome.obstacles.extend(recorded.obstacles);
        outcome.remarks = recorded.remarks;
        outcome.named = recorded.named;
        let mover = Mover {
            catalogue: bench.context.catalogue,
            recorder: &bench.recorder,
        };
        let origin = mover.of(&mut self.trees, &self.blobs, commit, changes);
        recorded.evidence.extend(origin.evidence);
        outcome.remarks.extend(origin.remarks);
        outcome.obstacles.extend(origin.obstacles);
        let merged = commit.id.and_then(|id| bench.plan.merged.get(&id));
        if let Some(merged) = merged {
            let (limit, ..) = bench.context.policy.limits();
            let limit = if limit == 0 { u64::MAX } else { limit };
            let squash = Joiner { mover, limit };
            let found = squash.of(&mut self.trees, &self.blobs, (commit, changes), merged);
            recorded.evidence.extend(found.evidence);
            outcome.told = found.told;
            outcome.obstacles.extend(found.obstacles);
        }
        Signs {
            recorded: recorded.evidence,
            quoted: origin.quoted,
            ..bench.signs.clone()
        }
    }
}
