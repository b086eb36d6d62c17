//! What the commits of a range give together: findings about all of them, and the net change.

use std::collections::BTreeMap;

use bstr::BString;

use super::{Bench, Judge, Outcome};
use crate::agent::{Attribution, Claim};
use crate::check::plan::Plan;
use crate::check::recorded::Named;
use crate::check::rows::Obstacle;
use crate::git::{Commit, Id, Repo, tree_changes};
use crate::rule::{Approvals, CommitFacts, Context, Found};
use crate::zone::Around;

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
            net: false,
            parked: false,
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

/// The net changes of the range, judged as an agent's where one of its commits touched the path.
pub(super) fn net(repo: &dyn Repo, bench: &Bench<'_>, outcomes: &[Outcome]) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(head) = bench.plan.commits.last() else {
        return outcome;
    };
    let mut by_path: BTreeMap<&BString, BTreeMap<&str, &Claim>> = BTreeMap::new();
    for judged in outcomes {
        for path in &judged.touched {
            let claims = by_path.entry(path).or_default();
            claims.extend(
                judged
                    .attribution
                    .judged()
                    .map(|claim| (claim.agent.as_str(), claim)),
            );
        }
    }
    let mut judge = Judge::new(repo, bench);
    for (old, new) in &bench.plan.net {
        let changes = match tree_changes(&mut judge.trees, Some(old), Some(new)) {
            Ok(changes) => changes,
            Err(error) => {
                outcome.obstacles.push(Obstacle::from(&error));
                continue;
            }
        };
        let around = Around {
            before: vec![*old],
            after: Some(*new),
        };
        let touched = judge.touched(&changes, &around, None, &mut outcome.obstacles);
        for (change, touched) in changes.iter().zip(&touched) {
            let ends = change.old_path.iter().chain([&change.path]);
            let claims = ends.filter_map(|path| by_path.get(path)).flatten();
            let attribution = Attribution::of_claims(claims.map(|(_, claim)| *claim));
            let facts = CommitFacts {
                commit: head,
                trailers: &[],
                attribution: &attribution,
                has_message: false,
                net: true,
                parked: false,
                zones: &touched.zones,
                signature: None,
                approvals: Approvals::default(),
            };
            judge.judge_changes(
                &facts,
                std::slice::from_ref(change),
                std::slice::from_ref(touched),
                &mut outcome,
            );
        }
    }
    outcome
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
