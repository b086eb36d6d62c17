//! One commit judged again, or a change that nobody made, and what was looked at. For `explain`.

use super::{Bench, Judge, Outcome, union};
use crate::agent::Attribution;
use crate::check::plan::Plan;
use crate::check::progress::Silent;
use crate::check::surroundings::Surroundings;
use crate::git::{Change, Commit, Repo};
use crate::policy::Zone;
use crate::rule::{Approvals, CommitFacts, Context, Extent, RULES};
use crate::zone::{Around, Touched};

/// What a judge looked at in one commit: kept where that is asked for.
#[derive(Default)]
pub(in crate::check) struct Trace {
    /// Each change.
    pub(in crate::check) changes: Vec<TracedChange>,
    /// Why each rule had nothing to look at, in the order of [`RULES`].
    pub(in crate::check) idle: Vec<Option<String>>,
}

/// A change, and the names of the zones that it touches.
pub(in crate::check) struct TracedChange {
    pub(in crate::check) change: Change,
    pub(in crate::check) zones: Vec<String>,
    /// Those of them that it only leads to.
    pub(in crate::check) led: Vec<String>,
}

/// Judges one commit of a plan once more, with what the others recorded of it in `first`, and keeps
/// what was looked at.
pub(in crate::check) fn traced(
    repo: &dyn Repo,
    context: &Context<'_>,
    plan: &Plan,
    surroundings: Surroundings<'_>,
    commit: &Commit,
    first: Option<&Outcome>,
) -> Outcome {
    // What the bench meets stands in the report of the run that is explained.
    let (mut bench, _) = Bench::new(repo, context, plan, surroundings, &Silent);
    bench.traced = true;
    let others = first.map_or(&[][..], |first| &first.others);
    Judge::new(repo, &bench).commit(commit, others)
}

/// Judges a change that nobody made, as if of these agents: what would be found?
pub(in crate::check) fn supposed(
    repo: &dyn Repo,
    context: &Context<'_>,
    plan: &Plan,
    change: &Change,
    attribution: &Attribution,
) -> Outcome {
    let (mut bench, _) = Bench::new(repo, context, plan, Surroundings::default(), &Silent);
    bench.traced = true;
    Judge::new(repo, &bench).supposed(change, attribution)
}

impl Trace {
    pub(super) fn of(
        context: &Context<'_>,
        facts: &CommitFacts<'_>,
        changes: &[Change],
        touched: &[Touched<'_>],
    ) -> Self {
        let traced = |(change, touched): (&Change, &Touched<'_>)| {
            let name = |zone: &Zone| zone.name.clone();
            TracedChange {
                change: change.clone(),
                zones: touched.zones.iter().map(|zone| name(zone)).collect(),
                led: touched.leads.iter().map(|lead| name(lead.zone)).collect(),
            }
        };
        Self {
            changes: changes.iter().zip(touched).map(traced).collect(),
            idle: RULES
                .iter()
                .map(|rule| rule.idle(context, facts).map(str::to_owned))
                .collect(),
        }
    }
}

impl Judge<'_> {
    /// A commit without a message that changes one path.
    fn supposed(&mut self, change: &Change, attribution: &Attribution) -> Outcome {
        let mut outcome = Outcome::default();
        let commit = Commit::default();
        let changes = std::slice::from_ref(change);
        let around = Around::default();
        let touched = self.touched(changes, &around, None, &mut outcome.obstacles);
        let facts = CommitFacts {
            commit: &commit,
            trailers: &[],
            attribution,
            has_message: false,
            extent: Extent::Commit,
            parked: false,
            drafted: None,
            zones: &union(&touched),
            signature: None,
            approvals: Approvals::default(),
        };
        for rule in RULES {
            let context = self.bench.context;
            rule.check_commit(context, &facts, &mut outcome.found);
            rule.check_range(context, std::slice::from_ref(&facts), &mut outcome.found);
        }
        self.judge_changes(&facts, changes, &touched, &mut outcome);
        outcome.trace = Trace::of(self.bench.context, &facts, changes, &touched);
        outcome
    }
}
