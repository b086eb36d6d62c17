//! Commits judged, one by one, by as many threads as asked; the outcomes in the commits' order.

mod automation;
mod bench;
mod draft;
mod net;
mod range;
mod signs;
mod trace;

use std::collections::{BTreeMap, BTreeSet};

use bstr::BString;

use super::Request;
use super::classes::Classes;
use super::plan::Plan;
use super::recorded::Named;
use super::rows::Obstacle;
use super::surroundings::Surroundings;
use crate::agent::{Attribution, attribute};
use crate::finding::Subject;
use crate::git::{
    self, Blobs, Change, Commit, FileMode, Id, Op, Repo, TreeReader, commit_changes, staged_changes,
};
use crate::policy::{CommitSignature, Zone};
use crate::report::RangeKind;
use crate::rule::{
    Approvals, ChangeFacts, CommitFacts, Context, Extent, Found, RunFacts, TagFacts,
};
use crate::zone::{Around, Matcher, Touched, twins};
use automation::automation;
use bench::Bench;
use draft::drafts;
use net::net;
use range::{judge_named, whole_range};
use trace::Trace;
pub(super) use trace::{TracedChange, supposed, traced};

/// What became of one commit, of the net change, or of a message that a forge would write.
#[derive(Default)]
pub(super) struct Outcome {
    /// Which such message, as findings name it.
    pub(super) draft: Option<&'static str>,
    /// Who made it.
    pub(super) attribution: Attribution,
    /// What the rules found.
    pub(super) found: Found,
    /// What could not be read.
    pub(super) obstacles: Vec<Obstacle>,
    /// Whether a signature of somebody whose key counts covers it.
    pub(super) signed: bool,
    /// What a tool recorded and nobody understands.
    pub(super) remarks: Vec<String>,
    /// What else the reader should know, each by itself.
    pub(super) told: Vec<String>,
    /// What it records of other commits.
    named: Vec<Named>,
    /// What other commits record of it.
    others: Vec<Named>,
    /// How many changes it makes; none where they could not be read, or a message alone is judged.
    pub(super) changed: Option<usize>,
    /// The paths that an agent's commit touched.
    touched: Vec<BString>,
    /// The classes of the zones that it touched.
    pub(super) classes: Classes,
    /// What was looked at, where that was asked for.
    pub(super) trace: Trace,
}

/// Judges every commit of the plan, then the net changes, then what a forge would write, each an outcome.
pub(super) fn judge(
    repo: &dyn Repo,
    context: &Context<'_>,
    plan: &Plan,
    surroundings: Surroundings<'_>,
    request: &Request<'_>,
) -> Vec<Outcome> {
    let (bench, met) = Bench::new(repo, context, plan, surroundings, request.progress);
    let mut outcomes = bench.judge_all(repo, request.jobs);
    judge_named(repo, &bench, &mut outcomes);
    whole_range(context, plan, &mut outcomes);
    let mut last = net(repo, &bench, &outcomes);
    last.obstacles.extend(met.recorded.obstacles);
    last.remarks.extend(met.recorded.remarks);
    let run = RunFacts {
        deleted_defaults: &plan.deleted_defaults,
    };
    for rule in plan.rules() {
        rule.check_run(context, &run, &mut last.found);
    }
    for (reference, message) in &plan.tags {
        let tag = TagFacts {
            reference: reference.as_ref(),
            message: message.as_ref(),
        };
        for rule in plan.rules() {
            rule.check_tag(context, &tag, &mut last.found);
        }
    }
    let unread = std::mem::take(&mut last.found.unread);
    let unread = unread.iter().chain(met.unread.as_ref());
    let unread = unread.chain(context.copies.failure());
    last.obstacles.extend(unread.map(Obstacle::from));
    let (_, max_files, _) = context.policy.limits();
    let changed = outcomes.iter().filter_map(|outcome| outcome.changed);
    let changed: u64 = changed.map(|count| count as u64).sum();
    if max_files != 0 && changed > max_files {
        last.obstacles
            .push(Obstacle::limit("files", changed, max_files));
    }
    let drafts = drafts(repo, &bench, &outcomes);
    for outcome in std::iter::once(last).chain(drafts) {
        push_last(&mut outcomes, outcome);
    }
    outcomes
}

/// What a commit could not read, the net change cannot read either: it is told once.
fn push_last(outcomes: &mut Vec<Outcome>, mut last: Outcome) {
    let met = outcomes.iter().flat_map(|outcome| &outcome.obstacles);
    let told: BTreeSet<_> = met.map(Obstacle::key).collect();
    last.obstacles
        .retain(|obstacle| !told.contains(&obstacle.key()));
    outcomes.push(last);
}

/// One thread's tools.
struct Judge<'a> {
    repo: &'a dyn Repo,
    bench: &'a Bench<'a>,
    trees: TreeReader<'a>,
    blobs: Blobs<'a>,
    matcher: Matcher<'a>,
}

impl<'a> Judge<'a> {
    fn new(repo: &'a dyn Repo, bench: &'a Bench<'a>) -> Self {
        let (_, _, cap) = bench.context.policy.limits();
        Self {
            repo,
            bench,
            trees: TreeReader::new(repo).with_history(bench.history.as_ref()),
            blobs: Blobs::new(repo, if cap == 0 { u64::MAX } else { cap }),
            matcher: Matcher::new(bench.context.policy, &bench.trusted),
        }
    }

    /// Judges a commit, with what others record of it.
    fn commit(&mut self, commit: &Commit, others: &[Named]) -> Outcome {
        let bench = self.bench;
        let trailers = commit.message.trailers();
        let mut outcome = Outcome::default();
        let read = self.changes(commit);
        let count = read.as_ref().ok().map(|(changes, _)| changes.len());
        outcome.changed = count.filter(|_| bench.plan.kind != RangeKind::Message);
        let (changes, around) = read.unwrap_or_else(|error| {
            outcome.obstacles.push(Obstacle::at(commit.id, &error));
            Default::default()
        });
        let signs = self.signs(commit, &changes, others, &mut outcome);
        outcome.attribution = attribute(bench.context.catalogue, commit, &trailers, &signs);
        outcome.attribution.under = bench.under(commit, &trailers, &outcome.attribution);
        automation(self.trees.repo(), bench.context.bots, commit, &mut outcome);
        let touched = self.touched(&changes, &around, commit.id, &mut outcome.obstacles);
        let zones = union(&touched);
        let attribution = outcome.attribution.clone();
        let signature = CommitSignature::new(self.repo, bench.context.signers, commit);
        let facts = CommitFacts {
            commit,
            trailers: &trailers,
            attribution: &attribution,
            has_message: bench.plan.has_message(),
            extent: Extent::Commit,
            parked: bench.plan.is_parked(commit),
            drafted: None,
            zones: &zones,
            signature: Some(&signature),
            approvals: Approvals::default(),
        };
        for rule in bench.plan.rules() {
            rule.check_commit(bench.context, &facts, &mut outcome.found);
        }
        let unread = std::mem::take(&mut outcome.found.unread);
        let obstacles = unread.iter().map(|error| Obstacle::at(commit.id, error));
        outcome.obstacles.extend(obstacles);
        self.judge_changes(&facts, &changes, &touched, &mut outcome);
        note_signature(&signature, commit, &mut outcome);
        if bench.traced {
            outcome.trace = Trace::of(bench.context, &facts, &changes, &touched);
        }
        if facts.subject() == Subject::Agent {
            let ends = |change: Change| change.old_path.into_iter().chain([change.path]);
            outcome.touched = changes.into_iter().flat_map(ends).collect();
        }
        outcome
    }

    fn judge_changes(
        &self,
        facts: &CommitFacts<'_>,
        changes: &[Change],
        touched: &[Touched<'_>],
        outcome: &mut Outcome,
    ) {
        for (change, touched) in changes.iter().zip(touched) {
            outcome.classes.add(change, touched);
            let change_facts = ChangeFacts::new(change, touched, &self.blobs);
            let rules = self.bench.plan.rules();
            for rule in rules.filter(|rule| !facts.is_net() || rule.meta().net) {
                let judged =
                    rule.check_change(self.bench.context, facts, &change_facts, &mut outcome.found);
                if let Err(error) = judged {
                    let commit = if facts.is_net() {
                        None
                    } else {
                        facts.commit.id
                    };
                    outcome
                        .obstacles
                        .push(Obstacle::at(commit, &error).at_path(change.path.as_ref()));
                }
            }
        }
    }

    /// What each change touches.
    fn touched(
        &mut self,
        changes: &[Change],
        around: &Around,
        commit: Option<Id>,
        obstacles: &mut Vec<Obstacle>,
    ) -> Vec<Touched<'a>> {
        let mut all = Vec::with_capacity(changes.len());
        for change in changes {
            let (trees, blobs) = (&mut self.trees, &self.blobs);
            let touched = self.matcher.touched(change, around, trees, blobs);
            if let Err(error) = &touched.read {
                obstacles.push(Obstacle::at(commit, error).at_path(change.path.as_ref()));
            }
            all.push(touched);
        }
        match twins(changes, around, &mut self.trees) {
            Ok(twins) => {
                for (at, twin) in twins {
                    all[at].twin = Some(twin);
                }
            }
            Err(error) => obstacles.push(Obstacle::at(commit, &error)),
        }
        all
    }

    /// The changes of a commit, or of the index against HEAD, and the trees around them.
    fn changes(&mut self, commit: &Commit) -> git::Result<(Vec<Change>, Around)> {
        let (changes, after) = match &self.bench.plan.index {
            Some(index) => staged_changes(&mut self.trees, &commit.parents, index)?,
            None => (commit_changes(&mut self.trees, commit)?, commit.tree),
        };
        // Most commits only change files that are there: then nobody asks for the trees.
        if changes
            .iter()
            .all(|change| change.op == Op::Modify && is_file(change))
        {
            return Ok((changes, Around::default()));
        }
        let parents = commit.parents.iter();
        let before = parents.map(|parent| self.trees.of_commit(parent));
        let before = before.collect::<git::Result<_>>()?;
        Ok((changes, Around { before, after }))
    }
}

/// Keeps what is known of a commit's signature once the rules have asked.
fn note_signature(signature: &CommitSignature<'_>, commit: &Commit, outcome: &mut Outcome) {
    let unchecked = std::mem::take(&mut outcome.found.unchecked).into_iter();
    let unchecked = unchecked.map(|why| Obstacle::unchecked(commit.id, why));
    outcome.obstacles.extend(unchecked);
    match signature.is_proven() {
        Ok(proven) => outcome.signed = proven,
        Err(error) => outcome.obstacles.push(Obstacle::at(commit.id, &error)),
    }
}

fn is_file(change: &Change) -> bool {
    let modes = [change.old_mode, change.mode];
    modes.into_iter().flatten().all(FileMode::is_file)
}

fn union<'z>(touched: &[Touched<'z>]) -> Vec<&'z Zone> {
    let mut by_name: BTreeMap<&str, &Zone> = BTreeMap::new();
    for zone in touched.iter().flat_map(|touched| &touched.zones) {
        by_name.insert(&zone.name, zone);
    }
    by_name.into_values().collect()
}
