//! The messages that a forge holds or would write, judged each as the commit that would have it.
//!
//! What the commits have is told there. So a title and a body count for the agents that no commit names, and
//! only for these are the changes judged; a squash stands for all commits, and for all their agents.

use std::collections::BTreeSet;

use super::{Bench, Judge, Outcome, union};
use crate::agent::{Evidence, Signs, attribute};
use crate::check::joined::squash_evidence;
use crate::check::moved::Mover;
use crate::check::plan::Drafted;
use crate::check::rows::Obstacle;
use crate::finding::Subject;
use crate::git::Repo;
use crate::rule::{Approvals, CommitFacts, Extent};

/// Judges the messages of the plan, each an outcome, by those of its commits.
pub(super) fn drafts(repo: &dyn Repo, bench: &Bench<'_>, outcomes: &[Outcome]) -> Vec<Outcome> {
    if bench.plan.drafts.is_empty() {
        return Vec::new();
    }
    let commits = bench.plan.commits.iter().zip(outcomes);
    let claimed = squash_evidence(
        commits.filter_map(|(commit, outcome)| Some((commit.id?, &outcome.attribution))),
    );
    let mut judge = Judge::new(repo, bench);
    let drafts = bench.plan.drafts.iter();
    drafts
        .map(|drafted| judge.draft(drafted, &claimed))
        .collect()
}

impl Judge<'_> {
    fn draft(&mut self, drafted: &Drafted, claimed: &[Evidence]) -> Outcome {
        let bench = self.bench;
        let catalogue = bench.context.catalogue;
        let commit = &drafted.commit;
        let mut outcome = Outcome {
            draft: Some(drafted.what),
            ..Outcome::default()
        };
        let (changes, around) = self.changes(commit).unwrap_or_else(|error| {
            outcome.obstacles.push(Obstacle::at(None, &error));
            Default::default()
        });
        let mover = Mover {
            catalogue,
            recorder: &bench.recorder,
        };
        let origin = mover.of(&mut self.trees, &self.blobs, commit, &changes);
        outcome.obstacles.extend(origin.obstacles);
        let mut signs = Signs {
            recorded: origin.evidence,
            quoted: origin.quoted,
            ..Signs::default()
        };
        let trailers = commit.message.trailers();
        let said: BTreeSet<&str> = claimed.iter().map(|one| one.agent.as_str()).collect();
        let own = attribute(catalogue, commit, &trailers, &signs);
        let new = own.only(|claim| !said.contains(claim.agent.as_str()));
        let mut attribution = if drafted.repeats {
            signs.recorded.extend_from_slice(claimed);
            attribute(catalogue, commit, &trailers, &signs)
        } else {
            new.clone()
        };
        attribution.under = bench.under(commit, &trailers, &attribution);
        let touched = self.touched(&changes, &around, None, &mut outcome.obstacles);
        let mut facts = CommitFacts {
            commit,
            trailers: &trailers,
            attribution: &attribution,
            has_message: true,
            extent: Extent::Commit,
            parked: false,
            drafted: Some(&bench.plan.commits),
            zones: &union(&touched),
            signature: None,
            approvals: Approvals::default(),
        };
        for rule in bench.plan.rules() {
            rule.check_commit(bench.context, &facts, &mut outcome.found);
        }
        if new.subject() == Subject::Agent {
            facts.attribution = &new;
            self.judge_changes(&facts, &changes, &touched, &mut outcome);
        }
        let unread = std::mem::take(&mut outcome.found.unread);
        let unchecked = std::mem::take(&mut outcome.found.unchecked).into_iter();
        let unchecked = unchecked.map(|why| Obstacle::unchecked(None, why));
        outcome.obstacles.extend(unread.iter().map(Obstacle::from));
        outcome.obstacles.extend(unchecked);
        outcome.attribution = attribution;
        outcome
    }
}
