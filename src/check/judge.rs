//! Commits judged, one by one, by as many threads as asked; the outcomes in the commits' order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use bstr::BString;

use super::plan::Plan;
use super::recorded::{Recorded, Recorder};
use super::rows::Obstacle;
use crate::agent::{Attribution, Claim, Evidence, Signs, attribute};
use crate::finding::Subject;
use crate::git::{
    self, Blobs, Change, Commit, Id, Repo, TreeReader, commit_changes, staged_changes, tree_changes,
};
use crate::policy::Zone;
use crate::rule::{ChangeFacts, CommitFacts, Context, Found, RULES, TagFacts};
use crate::zone::Matcher;

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
    jobs: usize,
) -> Vec<Outcome> {
    let (_, max_files, _) = context.policy.limits();
    let signs = Signs {
        // The environment is evidence for the commit being made, and for no other.
        environment: if plan.is_being_made() {
            environment
        } else {
            Vec::new()
        },
        branch: plan.branch.clone(),
        recorded: Vec::new(),
    };
    let (recorder, met) = if plan.is_being_made() {
        (
            Recorder::without_notes(context.catalogue),
            Recorded::default(),
        )
    } else {
        Recorder::new(repo, context.catalogue)
    };
    let bench = Bench {
        context,
        plan,
        repository,
        signs: &signs,
        recorder: &recorder,
    };
    let mut outcomes = in_threads(repo, &bench, &plan.commits, jobs);
    judge_named(repo, &bench, &mut outcomes);
    let mut last = net(repo, &bench, &outcomes);
    last.obstacles.extend(met.obstacles);
    last.remarks.extend(met.remarks);
    for (reference, message) in &plan.tags {
        let tag = TagFacts {
            reference: reference.as_ref(),
            message: message.as_ref(),
        };
        for rule in RULES {
            rule.check_tag(context, &tag, &mut last.found);
        }
    }
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
    recorder: &'a Recorder<'a>,
}

/// Judges once more the commits of which a later one holds a record.
fn judge_named(repo: &dyn Repo, bench: &Bench<'_>, outcomes: &mut [Outcome]) {
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
        if run.is_empty() {
            break;
        }
        done.extend(
            run.iter()
                .enumerate()
                .map(|(offset, commit)| (start + offset, judge.commit(commit, Vec::new()))),
        );
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
            matcher: Matcher::new(bench.context.policy, bench.repository),
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
            .map(|change| self.matcher.zones(change))
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
        for rule in RULES {
            rule.check_commit(bench.context, &facts, &mut outcome.found);
        }
        self.judge_changes(&facts, &changes, &touched, &mut outcome);
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
            for rule in RULES.iter().filter(|rule| !facts.net || rule.meta().net) {
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

    /// The changes of a commit, or of the index against HEAD.
    fn changes(&mut self, commit: &Commit) -> git::Result<Vec<Change>> {
        match &self.bench.plan.index {
            Some(index) => staged_changes(&mut self.trees, &commit.parents, index),
            None => commit_changes(&mut self.trees, commit),
        }
    }
}

/// The net changes of the range, judged as an agent's where one of its commits touched the path.
fn net(repo: &dyn Repo, bench: &Bench<'_>, outcomes: &[Outcome]) -> Outcome {
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
        for change in &changes {
            let ends = change.old_path.iter().chain([&change.path]);
            let claims = ends.filter_map(|path| by_path.get(path)).flatten();
            let attribution = Attribution::of_claims(claims.map(|(_, claim)| *claim));
            let zones = judge.matcher.zones(change);
            let facts = CommitFacts {
                commit: head,
                trailers: &[],
                attribution: &attribution,
                has_message: false,
                net: true,
                zones: &zones,
            };
            judge.judge_changes(
                &facts,
                std::slice::from_ref(change),
                std::slice::from_ref(&zones),
                &mut outcome,
            );
        }
    }
    outcome
}

fn union<'z>(touched: &[Vec<&'z Zone>]) -> Vec<&'z Zone> {
    let mut by_name: BTreeMap<&str, &Zone> = BTreeMap::new();
    for zone in touched.iter().flatten() {
        by_name.insert(&zone.name, zone);
    }
    by_name.into_values().collect()
}
