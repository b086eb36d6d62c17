//! What every thread of one run shares, and the commits handed out to the threads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use bstr::BString;

use super::{Judge, Outcome};
use crate::agent::{Attribution, Signs, Under, under};
use crate::check::plan::Plan;
use crate::check::progress::Progress;
use crate::check::recorded::{Recorded, Recorder};
use crate::check::surroundings::Surroundings;
use crate::check::threads::in_threads;
use crate::git::{self, Commit, History, Id, Repo, Trailer};
use crate::policy::{self, Policy};
use crate::rule::Context;

/// Below this many commits a second thread costs more than it brings.
const COMMITS_PER_THREAD: usize = 64;

/// What every thread shares.
pub(super) struct Bench<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) plan: &'a Plan,
    pub(super) signs: Signs,
    /// What attribution tools recorded.
    pub(super) recorder: Recorder<'a>,
    /// The trees in which markers are looked for too.
    pub(super) trusted: Vec<Id>,
    /// The commits as a whole, where there are many and none is missing.
    pub(super) history: Option<History>,
    /// Whether what is looked at is kept.
    pub(super) traced: bool,
    /// The maker's variables.
    env: Option<&'a BTreeMap<BString, BString>>,
    pub(super) progress: &'a dyn Progress,
}

/// What was met when a bench was set up.
pub(super) struct Met {
    /// Of the notes.
    pub(super) recorded: Recorded,
    /// Why the trees of the trusted side could not be found.
    pub(super) unread: Option<git::Error>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        repo: &dyn Repo,
        context: &'a Context<'a>,
        plan: &'a Plan,
        surroundings: Surroundings<'a>,
        progress: &'a dyn Progress,
    ) -> (Self, Met) {
        let (trusted, unread) = match trusted_trees(repo, context.policy, plan) {
            Ok(trees) => (trees, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let (recorder, notes) = if plan.is_being_made() {
            let recorder = Recorder::without_notes(context.catalogue);
            (recorder, Recorded::default())
        } else {
            Recorder::new(repo, context.catalogue, plan.notes)
        };
        // They are evidence for the commit being made or just made, and for no other.
        let surroundings = if plan.has_surroundings() {
            surroundings
        } else {
            Surroundings::default()
        };
        let bench = Self {
            context,
            plan,
            signs: Signs {
                environment: surroundings.agents,
                branch: plan.branch.clone(),
                recorded: Vec::new(),
                quoted: BTreeSet::new(),
            },
            recorder,
            trusted,
            history: (plan.commits.len() >= COMMITS_PER_THREAD)
                .then(|| History::of(&plan.commits))
                .flatten(),
            traced: false,
            env: surroundings.env,
            progress,
        };
        (
            bench,
            Met {
                recorded: notes,
                unread,
            },
        )
    }

    /// Under whose account the agents of a commit worked.
    pub(super) fn under(
        &self,
        commit: &Commit,
        trailers: &[Trailer],
        attribution: &Attribution,
    ) -> Under {
        let Context {
            catalogue, policy, ..
        } = self.context;
        under(catalogue, policy, commit, trailers, attribution, self.env)
    }

    /// Judges every commit of the plan; the outcomes are in the commits' order.
    pub(super) fn judge_all(&self, repo: &dyn Repo, jobs: usize) -> Vec<Outcome> {
        let commits = &self.plan.commits;
        self.progress.begin(commits.len(), "commits");
        let most = commits.len() / COMMITS_PER_THREAD;
        if most > 1 {
            // In one thread as in many, so that they find the same obstacles.
            repo.expect_many();
        }
        let threads = jobs.min(most).max(1);
        // A reader that cannot be opened again leaves the work to the others.
        let readers: Vec<_> = (1..threads).map_while(|_| repo.reopen().ok()).collect();
        let next = AtomicUsize::new(0);
        in_threads(
            readers,
            || self.work(repo, commits, &next),
            |reader| self.work(&*reader, commits, &next),
        )
    }

    /// Takes runs of adjacent commits, whose trees share most subtrees. The last come first: in packs
    /// the older text is mostly told by its difference to the newer one.
    fn work(
        &self,
        repo: &dyn Repo,
        commits: &[Commit],
        next: &AtomicUsize,
    ) -> Vec<(usize, Outcome)> {
        let mut judge = Judge::new(repo, self);
        let mut done = Vec::new();
        loop {
            let before = next.fetch_add(COMMITS_PER_THREAD, Ordering::Relaxed);
            let end = commits.len().saturating_sub(before);
            let start = end.saturating_sub(COMMITS_PER_THREAD);
            let run = commits.get(start..end).unwrap_or_default();
            if run.is_empty() || self.progress.stopped() {
                break;
            }
            for (offset, commit) in run.iter().enumerate().rev() {
                done.push((start + offset, judge.commit(commit, &[])));
                self.progress.step();
            }
        }
        done
    }
}

/// The trees of the trusted side, if a zone has markers.
fn trusted_trees(repo: &dyn Repo, policy: &Policy, plan: &Plan) -> git::Result<Vec<Id>> {
    let mut zones = policy.zones().iter();
    if zones.any(|zone| zone.markers().next().is_some()) {
        policy::trusted_trees(repo, &plan.judged)
    } else {
        Ok(Vec::new())
    }
}
