//! The net changes of what is judged: of a range, and of a branch that is put elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use bstr::BString;

use super::{Bench, Judge, Outcome};
use crate::agent::{Attribution, Claim};
use crate::check::plan::Replaced;
use crate::check::rows::Obstacle;
use crate::git::{self, Change, Commit, Id, Repo, tree_changes};
use crate::rule::{Approvals, CommitFacts, Extent};
use crate::zone::Around;

/// The agents that made commits, by id.
type Claims<'o> = BTreeMap<&'o str, &'o Claim>;

/// The net changes, judged as an agent's where one of its commits touched the path; and where a branch is put elsewhere,
/// what no commit made as that of each agent that has one there.
pub(super) fn net(repo: &dyn Repo, bench: &Bench<'_>, outcomes: &[Outcome]) -> Outcome {
    let mut net = Net::new(repo, bench, outcomes);
    if let Some(head) = bench.plan.commits.last() {
        for ends in &bench.plan.net {
            net.add(head, ends, None);
        }
    }
    for one in &bench.plan.replaced {
        match net.made(one) {
            Ok(made) => net.add(&one.head, &one.ends, Some(&made)),
            Err(error) => net.outcome.obstacles.push(Obstacle::from(&error)),
        }
    }
    let unchecked = std::mem::take(&mut net.outcome.found.unchecked).into_iter();
    let unchecked = unchecked.map(|why| Obstacle::unchecked(None, why));
    net.outcome.obstacles.extend(unchecked);
    net.outcome
}

struct Net<'a, 'o> {
    judge: Judge<'a>,
    by_path: BTreeMap<&'o BString, Claims<'o>>,
    all: Claims<'o>,
    outcome: Outcome,
}

impl<'a, 'o> Net<'a, 'o> {
    fn new(repo: &'a dyn Repo, bench: &'a Bench<'a>, outcomes: &'o [Outcome]) -> Self {
        let mut by_path: BTreeMap<_, Claims<'o>> = BTreeMap::new();
        let mut all = Claims::new();
        for judged in outcomes {
            let claims = judged.attribution.judged();
            let claims: Claims<'o> = claims.map(|claim| (claim.agent.as_str(), claim)).collect();
            for path in &judged.touched {
                by_path.entry(path).or_default().extend(&claims);
            }
            all.extend(claims);
        }
        Self {
            judge: Judge::new(repo, bench),
            by_path,
            all,
            outcome: Outcome::default(),
        }
    }

    /// The paths that the commits beyond every fork made what they are.
    fn made(&mut self, replaced: &Replaced) -> git::Result<BTreeSet<BString>> {
        let trees = &mut self.judge.trees;
        let after = Some(&replaced.ends.1);
        let mut since = |fork: Option<&Id>| -> git::Result<BTreeSet<BString>> {
            let changes = tree_changes(trees, fork, after)?.into_iter();
            let ends = |change: Change| change.old_path.into_iter().chain([change.path]);
            Ok(changes.flat_map(ends).collect())
        };
        let (first, others) = replaced.forks.split_first().unzip();
        let mut made = since(first)?;
        for fork in others.into_iter().flatten() {
            let also = since(Some(fork))?;
            made.retain(|path| also.contains(path));
        }
        Ok(made)
    }

    /// Judges the change between two trees. With `made`, of what no commit made too.
    fn add(&mut self, head: &Commit, (old, new): &(Id, Id), made: Option<&BTreeSet<BString>>) {
        let changes = match tree_changes(&mut self.judge.trees, Some(old), Some(new)) {
            Ok(changes) => changes,
            Err(error) => {
                self.outcome.obstacles.push(Obstacle::from(&error));
                return;
            }
        };
        let around = Around {
            before: vec![*old],
            after: Some(*new),
        };
        let obstacles = &mut self.outcome.obstacles;
        let touched = self.judge.touched(&changes, &around, None, obstacles);
        for (change, touched) in changes.iter().zip(&touched) {
            let ends = || change.old_path.iter().chain([&change.path]);
            let dropped = made.is_some_and(|made| ends().any(|path| !made.contains(path)));
            let of_path = ends().filter_map(|path| self.by_path.get(path)).flatten();
            let of_all = self.all.iter().filter(|_| dropped);
            let claims = of_path.chain(of_all).map(|(_, claim)| *claim);
            let attribution = Attribution::of_claims(claims);
            let facts = CommitFacts {
                commit: head,
                trailers: &[],
                attribution: &attribution,
                has_message: false,
                extent: if dropped {
                    Extent::Dropped
                } else {
                    Extent::Net
                },
                parked: false,
                drafted: None,
                zones: &touched.zones,
                signature: None,
                approvals: Approvals::default(),
            };
            self.judge.judge_changes(
                &facts,
                std::slice::from_ref(change),
                std::slice::from_ref(touched),
                &mut self.outcome,
            );
        }
    }
}
