//! What the commits of a range give together: findings about all of them.

use std::collections::BTreeMap;

use super::{Bench, Judge, Outcome};
use crate::check::plan::Plan;
use crate::check::recorded::Named;
use crate::git::{Commit, Id, Repo};
use crate::rule::{Approvals, CommitFacts, Context, Extent, Found};

/// What the commits together give is told at the commit that each finding names.
pub(super) fn whole_range(context: &Context<'_>, plan: &Plan, outcomes: &mut [Outcome]) {
    let commits: Vec<CommitFacts<'_>> = plan
        .commits
        .iter()
        .zip(outcomes.iter())
        .map(|(commit, outcome)| CommitFacts {
            commit,
            trailers: &[],
            attribution: &outcome.attribution,
            has_message: plan.has_message(),
            extent: Extent::Commit,
            parked: false,
            drafted: None,
            zones: &[],
            signature: None,
            approvals: Approvals::default(),
        })
        .collect();
    let mut found = Found::default();
    for rule in plan.rules() {
        rule.check_range(context, &commits, &mut found);
    }
    for finding in found.findings {
        let named = |commit: &Commit| commit.id == finding.commit;
        let at = plan.commits.iter().position(named).unwrap_or_default();
        if let Some(outcome) = outcomes.get_mut(at) {
            outcome.found.push(finding);
        }
    }
}

/// Judges once more the commits of which a later one holds a record.
pub(super) fn judge_named(repo: &dyn Repo, bench: &Bench<'_>, outcomes: &mut [Outcome]) {
    let mut named: BTreeMap<Id, Vec<Named>> = BTreeMap::new();
    for outcome in &mut *outcomes {
        for one in std::mem::take(&mut outcome.named) {
            named.entry(one.commit).or_default().push(one);
        }
    }
    if named.is_empty() {
        return;
    }
    let mut judge = Judge::new(repo, bench);
    for (commit, outcome) in bench.plan.commits.iter().zip(outcomes) {
        if let Some(others) = commit.id.and_then(|id| named.remove(&id)) {
            *outcome = judge.commit(commit, &others);
            outcome.others = others;
        }
    }
}
