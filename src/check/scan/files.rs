//! Files scanned, one by one, by as many threads as asked; the outcomes in the files' order.

use std::sync::atomic::{AtomicUsize, Ordering};

use bstr::{BStr, BString};

use super::read::read;
use super::walk::File;
use crate::agent::Attribution;
use crate::check::progress::Progress;
use crate::check::rows::Obstacle;
use crate::check::threads::in_threads;
use crate::git::{Change, Commit, FileMode, Op};
use crate::rule::{
    Approvals, ChangeFacts, CommitFacts, Context, Extent, Found, RULES, Rule, SECRET_RULES,
};

/// What became of one file.
pub(super) struct Outcome {
    /// What the rules found.
    pub(super) found: Found,
    /// Why it could not be read.
    pub(super) obstacle: Option<Obstacle>,
}

/// How many files a thread takes at once.
const FILES_AT_ONCE: usize = 16;

/// What every thread shares.
pub(super) struct Bench<'a> {
    context: &'a Context<'a>,
    progress: &'a dyn Progress,
    jobs: usize,
    rules: Vec<&'static dyn Rule>,
    nobody: Attribution,
    nothing: Commit,
}

impl<'a> Bench<'a> {
    pub(super) fn new(context: &'a Context<'a>, progress: &'a dyn Progress, jobs: usize) -> Self {
        let rules = RULES.iter().copied();
        Self {
            context,
            progress,
            jobs,
            rules: rules
                .filter(|rule| SECRET_RULES.contains(&rule.meta().id))
                .collect(),
            nobody: Attribution::default(),
            nothing: Commit::default(),
        }
    }

    /// Scans a text as a file of that name.
    pub(super) fn text(&self, name: &BStr, text: &[u8]) -> Outcome {
        self.judge(name.to_owned(), FileMode::Regular, text.to_vec())
    }

    /// Scans files.
    pub(super) fn files(&self, files: &[File]) -> Vec<Outcome> {
        self.progress.begin(files.len(), "files");
        let threads = self.jobs.min(files.len() / FILES_AT_ONCE).max(1);
        let next = AtomicUsize::new(0);
        in_threads(
            vec![(); threads - 1],
            || self.work(files, &next),
            |()| self.work(files, &next),
        )
    }

    fn work(&self, files: &[File], next: &AtomicUsize) -> Vec<(usize, Outcome)> {
        let mut done = Vec::new();
        loop {
            let start = next.fetch_add(FILES_AT_ONCE, Ordering::Relaxed);
            let Some(run) = files.get(start..(start + FILES_AT_ONCE).min(files.len())) else {
                break;
            };
            if run.is_empty() {
                break;
            }
            for (offset, file) in run.iter().enumerate() {
                if self.progress.stopped() {
                    return done;
                }
                done.push((start + offset, self.file(file)));
                self.progress.step();
            }
        }
        done
    }

    fn file(&self, file: &File) -> Outcome {
        let (_, _, cap) = self.context.policy.limits();
        match read(&file.path, if cap == 0 { u64::MAX } else { cap }) {
            Ok((mode, text)) => self.judge(file.shown.clone(), mode, text),
            Err(obstacle) => Outcome {
                found: Found::default(),
                obstacle: Some(obstacle.at_path(file.shown.as_ref())),
            },
        }
    }

    fn judge(&self, path: BString, mode: FileMode, text: Vec<u8>) -> Outcome {
        let change = Change {
            op: Op::Add,
            path,
            old_path: None,
            old_mode: None,
            mode: Some(mode),
            old_blob: None,
            blob: None,
            other_blobs: Vec::new(),
        };
        let facts = CommitFacts {
            commit: &self.nothing,
            trailers: &[],
            attribution: &self.nobody,
            has_message: false,
            extent: Extent::Commit,
            parked: false,
            drafted: None,
            zones: &[],
            signature: None,
            approvals: Approvals::default(),
        };
        let change = ChangeFacts::standing(&change, text);
        let mut outcome = Outcome {
            found: Found::default(),
            obstacle: None,
        };
        for rule in &self.rules {
            let judged = rule.check_change(self.context, &facts, &change, &mut outcome.found);
            if let Err(error) = judged {
                let obstacle = Obstacle::from(&error).at_path(change.change.path.as_ref());
                outcome.obstacle = Some(obstacle);
            }
        }
        outcome
    }
}
