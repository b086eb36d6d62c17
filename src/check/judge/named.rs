//! Commits of which a later one holds a record of an attribution tool: judged once more with it.

use std::collections::BTreeMap;

use super::{Bench, Judge, Outcome};
use crate::agent::Evidence;
use crate::git::{Id, Repo};

/// Judges once more the commits that records name.
pub(super) fn judge_named(repo: &dyn Repo, bench: &Bench<'_>, outcomes: &mut [Outcome]) {
    let mut named: BTreeMap<Id, Vec<Evidence>> = BTreeMap::new();
    for outcome in &mut *outcomes {
        for (id, evidence) in std::mem::take(&mut outcome.named) {
            named.entry(id).or_default().push(evidence);
        }
    }
    if named.is_empty() {
        return;
    }
    let mut judge = Judge::new(repo, bench);
    for (commit, outcome) in bench.plan.commits.iter().zip(outcomes) {
        if let Some(evidence) = commit.id.and_then(|id| named.remove(&id)) {
            *outcome = judge.commit(commit, evidence);
        }
    }
}
