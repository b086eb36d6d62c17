//! Commits judged, one by one, by as many threads as asked; the outcomes in the commits' order.

mod named;
mod range;
mod trace;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use bstr::BString;

use super::Request;
use super::plan::Plan;
use super::progress::Progress;
use super::recorded::Recorder;
use super::rows::Obstacle;
use crate::agent::{Attribution, Evidence, Signs, attribute};
use crate::finding::Subject;
use crate::git::{
    self, Blobs, Change, Commit, Id, Repo, TreeReader, commit_changes, staged_changes,
};
use crate::policy::{self, Policy, Zone};
use crate::rule::{ChangeFacts, CommitFacts, Context, Found, TagFacts};
use crate::zone::Matcher;
use named::judge_named;
use range::{net, whole_range};
use trace::Trace;
pub(super) use trace::{supposed, traced};

/// What became of one commit, or of the net change.
#[derive(Default)]
pub(super) struct Outcome {
    /// Who made it.
    pub(super) attribution: Attribution,
    /// What the rules found.
    pub(super) found: Found,
    /// What could not be read.
    pub(super) obstacles: Vec<Obstacle>,
    /// What a tool recorded and nobody understands.
    pub(super) remarks: Vec<String>,
    /// What it records of other commits.
    named: Vec<(Id, Evidence)>,
    /// How many paths it changed.
    changed: usize,
    /// The paths that an agent's commit touched.
    touched: Vec<BString>,
    /// What was looked at, where that was asked for.
    pub(super) trace: Trace,
}

/// Below this many commits a second thread costs more than it brings.
const COMMITS_PER_THREAD: usize = 64;

/// Judges every commit of the plan, then the net changes, each an outcome.
pub(super) fn judge(
    repo: &dyn Repo,
    context: &Context<'_>,
    plan: &Plan,
    repository: Option<&str>,
    environment: Vec<Evidence>,
    request: &Request<'_>,
) -> Vec<Outcome> {
    let (_, max_files, _) = context.policy.limits();
    let signs = signs(plan, environment);
    let (recorder, met) = Recorder::new(repo, context.catalogue, plan.is_being_made());
    let markers = trusted_trees(repo, context.policy, repository, plan);
    let (trusted, unread) =
        markers.map_or_else(|error| (Vec::new(), Some(error)), |trees| (trees, None));
    let bench = Bench {
        context,
        plan,
        repository,
        signs: &signs,
        trusted: &trusted,
        traced: false,
        progress: request.progress,
        recorder: &recorder,
    };
    request.progress.begin(plan.commits.len(), "commits");
    let mut outcomes = in_threads(repo, &bench, &plan.commits, request.jobs);
    judge_named(repo, &bench, &mut outcomes);
    whole_range(context, plan, &mut outcomes);
    let mut last = net(repo, &bench, &outcomes);
    last.obstacles.extend(met.obstacles);
    last.remarks.extend(met.remarks);
    for (reference, message) in &plan.tags {
        let tag = TagFacts {
            reference: reference.as_ref(),
            message: message.as_ref(),
        };
        for rule in plan.rules() {
            rule.check_tag(context, &tag, &mut last.found);
        }
    }
    last.obstacles.extend(unread.as_ref().map(Obstacle::from));
    let changed: u64 = outcomes.iter().map(|outcome| outcome.changed as u64).sum();
    if max_files != 0 && changed > max_files {
        last.obstacles
            .push(Obstacle::limit("files", changed, max_files));
    }
    // What a commit could not read, the net change cannot read either: it is told once.
    let told: BTreeSet<_> = outcomes
        .iter()
        .flat_map(|outcome| outcome.obstacles.iter().map(Obstacle::key))
        .collect();
    last.obstacles
        .retain(|obstacle| !told.contains(&obstacle.key()));
    outcomes.push(last);
    outcomes
}

/// What every thread shares.
struct Bench<'a> {
    context: &'a Context<'a>,
    plan: &'a Plan,
    repository: Option<&'a str>,
    signs: &'a Signs,
    /// The trees in which markers are looked for too.
    trusted: &'a [Id],
    traced: bool,
    progress: &'a dyn Progress,
    recorder: &'a Recorder<'a>,
}

/// The trees of the trusted side, if a zone has markers.
fn trusted_trees(
    repo: &dyn Repo,
    policy: &Policy,
    repository: Option<&str>,
    plan: &Plan,
) -> git::Result<Vec<Id>> {
    let mut zones = policy.zones().iter();
    if zones.any(|zone| zone.markers(repository).next().is_some()) {
        policy::trusted_trees(repo, &plan.judged)
    } else {
        Ok(Vec::new())
    }
}

fn signs(plan: &Plan, environment: Vec<Evidence>) -> Signs {
    Signs {
        // The environment is evidence for the commit being made, and for no other.
        environment: if plan.is_being_made() {
            environment
        } else {
            Vec::new()
        },
        branch: plan.branch.clone(),
        recorded: Vec::new(),
    }
}

fn in_threads(repo: &dyn Repo, bench: &Bench<'_>, commits: &[Commit], jobs: usize) -> Vec<Outcome> {
    let threads = jobs.min(commits.len() / COMMITS_PER_THREAD).max(1);
    // A reader that cannot be opened again leaves the work to the others.
    let readers: Vec<_> = (1..threads).map_while(|_| repo.reopen().ok()).collect();
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, Outcome)> = std::thread::scope(|scope| {
        let workers: Vec<_> = readers
            .into_iter()
            .map(|reader| {
                let next = &next;
                scope.spawn(move || work(&*reader, bench, commits, next))
            })
            .collect();
        let mut done = work(repo, bench, commits, &next);
        for worker in workers {
            match worker.join() {
                Ok(outcomes) => done.extend(outcomes),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(position, _)| *position);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Takes runs of adjacent commits, whose trees share most subtrees.
fn work(
    repo: &dyn Repo,
    bench: &Bench<'_>,
    commits: &[Commit],
    next: &AtomicUsize,
) -> Vec<(usize, Outcome)> {
    let mut judge = Judge::new(repo, bench);
    let mut done = Vec::new();
    loop {
        let start = next.fetch_add(COMMITS_PER_THREAD, Ordering::Relaxed);
        let Some(run) = commits.get(start..(start + COMMITS_PER_THREAD).min(commits.len())) else {
            break;
        };
        if run.is_empty() || bench.progress.stopped() {
            break;
        }
        for (offset, commit) in run.iter().enumerate() {
            done.push((start + offset, judge.commit(commit, Vec::new())));
            bench.progress.step();
        }
    }
    done
}

/// One thread's tools.
struct Judge<'a> {
    bench: &'a Bench<'a>,
    trees: TreeReader<'a>,
    blobs: Blobs<'a>,
    matcher: Matcher<'a>,
}

impl<'a> Judge<'a> {
    fn new(repo: &'a dyn Repo, bench: &'a Bench<'a>) -> Self {
        let (_, _, cap) = bench.context.policy.limits();
        Self {
            bench,
            trees: TreeReader::new(repo),
            blobs: Blobs::new(repo, if cap == 0 { u64::MAX } else { cap }),
            matcher: Matcher::new(bench.context.policy, bench.repository, bench.trusted),
        }
    }

    /// Judges a commit, with what others record of it.
    fn commit(&mut self, commit: &Commit, others: Vec<Evidence>) -> Outcome {
        let bench = self.bench;
        let trailers = commit.message.trailers();
        let mut outcome = Outcome::default();
        let changes = self.changes(commit).unwrap_or_else(|error| {
            outcome.obstacles.push(Obstacle::at(commit.id, &error));
            Vec::new()
        });
        let mut recorded = bench.recorder.of(&mut self.trees, commit, &changes);
        recorded.evidence.extend(others);
        outcome.obstacles.extend(recorded.obstacles);
        outcome.remarks = recorded.remarks;
        outcome.named = recorded.named;
        let signs = Signs {
            recorded: recorded.evidence,
            ..bench.signs.clone()
        };
        outcome.attribution = attribute(bench.context.catalogue, commit, &trailers, &signs);
        let touched: Vec<Vec<&Zone>> = changes
            .iter()
            .map(|change| self.zones(change, commit.id, &mut outcome.obstacles))
            .collect();
        let zones = union(&touched);
        let attribution = outcome.attribution.clone();
        let facts = CommitFacts {
            commit,
            trailers: &trailers,
            attribution: &attribution,
            has_message: bench.plan.has_message(),
            net: false,
            zones: &zones,
        };
        for rule in bench.plan.rules() {
            rule.check_commit(bench.context, &facts, &mut outcome.found);
        }
        self.judge_changes(&facts, &changes, &touched, &mut outcome);
        if bench.traced {
            outcome.trace = Trace::of(bench.context, &facts, &changes, &touched);
        }
        outcome.changed = changes.len();
        if facts.subject() == Subject::Agent {
            let ends = changes
                .into_iter()
                .flat_map(|change| change.old_path.into_iter().chain([change.path]));
            outcome.touched = ends.collect();
        }
        outcome
    }

    fn judge_changes(
        &self,
        facts: &CommitFacts<'_>,
        changes: &[Change],
        touched: &[Vec<&Zone>],
        outcome: &mut Outcome,
    ) {
        for (change, zones) in changes.iter().zip(touched) {
            let change_facts = ChangeFacts::new(change, zones, &self.blobs);
            let rules = self.bench.plan.rules();
            for rule in rules.filter(|rule| !facts.net || rule.meta().net) {
                let judged =
                    rule.check_change(self.bench.context, facts, &change_facts, &mut outcome.found);
                if let Err(error) = judged {
                    let commit = if facts.net { None } else { facts.commit.id };
                    outcome
                        .obstacles
                        .push(Obstacle::at(commit, &error).at_path(change.path.as_ref()));
                }
            }
        }
    }

    fn zones(
        &mut self,
        change: &Change,
        commit: Option<Id>,
        obstacles: &mut Vec<Obstacle>,
    ) -> Vec<&'a Zone> {
        let touched = self.matcher.zones(change, &mut self.trees, &self.blobs);
        if let Err(error) = touched.read {
            obstacles.push(Obstacle::at(commit, &error).at_path(change.path.as_ref()));
        }
        touched.zones
    }

    /// The changes of a commit, or of the index against HEAD.
    fn changes(&mut self, commit: &Commit) -> git::Result<Vec<Change>> {
        match &self.bench.plan.index {
            Some(index) => staged_changes(&mut self.trees, &commit.parents, index),
            None => commit_changes(&mut self.trees, commit),
        }
    }
}

fn union<'z>(touched: &[Vec<&'z Zone>]) -> Vec<&'z Zone> {
    let mut by_name: BTreeMap<&str, &Zone> = BTreeMap::new();
    for zone in touched.iter().flatten() {
        by_name.insert(&zone.name, zone);
    }
    by_name.into_values().collect()
}
