//! Secrets in files as they stand, whether or not in a repository, and in a text: `cordon scan`.
//!
//! The same rules, policy and report as everywhere. A file as it stands has no author: it is judged
//! as a person's, and all of its lines count as added.

mod files;
mod read;
mod walk;

use std::path::PathBuf;
use std::sync::Arc;

use bstr::BString;
use jiff::civil::Date;

use super::approvers::read_groups;
use super::classes::AllClasses;
use super::decide::Decider;
use super::people::People;
use super::progress::Progress;
use super::rows::{self, Obstacle};
use super::waived::{Exceptions, Run};
use super::{empty_report, finished, own_engine, vocabulary};
use crate::agent::{Catalogue, surroundings};
use crate::finding::{Mode, Stage};
use crate::git::{self, Index, Opening, Repo};
use crate::policy::origin::Reach;
use crate::policy::{
    Bots, Given, Groups, Judged, Loaded, Outside, Reviews, Signers, load, load_alone,
    repository_name,
};
use crate::report::{RangeKind, Report};
use crate::rule::Context;
use crate::secret::{Engine, Redactor};
use crate::sign::AllowedKey;
use crate::sign::Gpg;
use crate::text::Clean;
use crate::zone::Copies;
use files::{Bench, Outcome};

/// What is to be scanned.
#[derive(Clone, Debug)]
pub enum Source {
    /// Files and directories; of directories everything below, but what Git ignores and does not
    /// track.
    Paths {
        /// They; none is the working directory.
        paths: Vec<PathBuf>,
        /// What Git ignores too.
        ignored: bool,
    },
    /// A text that lies in no file.
    Text {
        /// How it is named.
        name: BString,
        /// Its bytes.
        text: Vec<u8>,
    },
}

/// What is asked of a scan.
pub struct ScanRequest<'a> {
    /// What is to be scanned.
    pub source: Source,
    /// The organisation's policy, given from outside.
    pub policy: Option<Given>,
    /// By which keys policies from Git must be signed, besides those of the system policy.
    pub signers: &'a [AllowedKey],
    /// A date in place of today.
    pub as_of: Option<Date>,
    /// How many threads may work.
    pub jobs: usize,
    /// How repositories on the way are opened, and the surroundings.
    pub opening: Opening<'a>,
    /// Who is told how far it is.
    pub progress: &'a dyn Progress,
}

/// Scans, and reports. The repository's policy holds, where there is one; it also says what is
/// tracked.
pub fn scan(repo: Option<&dyn Repo>, request: &ScanRequest<'_>) -> Report {
    let actor = surroundings(Catalogue::builtin(), request.opening.host);
    let mut report = empty_report(Stage::Scan, request.source.kind(), request.as_of, &actor);
    if let Err(obstacles) = scanned(repo, request, &mut report) {
        let redactor = Redactor::new(Engine::builtin());
        report.incomplete = obstacles.iter().map(|one| one.row(&redactor)).collect();
        report.incomplete.sort();
        report.incomplete.dedup();
    }
    finished(report, Mode::Block)
}

impl Source {
    /// How the report names it.
    pub fn kind(&self) -> RangeKind {
        match self {
            Self::Paths { .. } => RangeKind::Worktree,
            Self::Text { .. } => RangeKind::Text,
        }
    }
}

/// Fills the report; or says what kept it from scanning at all.
fn scanned(
    repo: Option<&dyn Repo>,
    request: &ScanRequest<'_>,
    report: &mut Report,
) -> Result<(), Vec<Obstacle>> {
    let mut obstacles = Vec::new();
    let index = repo
        .map_or(Ok(Index::default()), index)
        .unwrap_or_else(|error| {
            obstacles.push(Obstacle::from(&error));
            Index::default()
        });
    let index = Arc::new(index);
    let date = request.as_of.unwrap_or(request.opening.host.today);
    let (loaded, name) = policy(repo, &index, request, date)?;
    let own = own_engine(&loaded.policy).map_err(|obstacle| vec![*obstacle])?;
    let context = Context {
        policy: &loaded.policy,
        copies: &Copies::none(&loaded.policy),
        trusted: loaded.trusted,
        catalogue: &Catalogue::of(&loaded.policy),
        secrets: own.as_ref().unwrap_or(Engine::builtin()),
        bots: &Bots::default(),
        // What is scanned has no author: nobody asks who signed it.
        signers: &Signers::new(&Groups::default(), date, Gpg::default()),
        reviews: &Reviews::default(),
        stage: Stage::Scan,
        date,
    };
    let bench = Bench::new(&context, request.progress, request.jobs);
    let mut notes = Vec::new();
    let mut outcomes = match &request.source {
        Source::Text { name, text } => vec![bench.text(name.as_ref(), text)],
        Source::Paths { paths, ignored } => {
            let cwd = &request.opening.host.cwd;
            let tree = walk::Tree {
                cwd: &cwd.canonicalize().unwrap_or_else(|_| cwd.clone()),
                facts: repo.map(Repo::facts),
                index: &index,
                ignored: *ignored,
                opening: &request.opening,
            };
            let mut found = tree.walk(paths);
            obstacles.append(&mut found.obstacles);
            notes = found.notes();
            bench.files(&found.files)
        }
    };
    if request.progress.stopped() {
        return Err(vec![Obstacle::interrupted()]);
    }
    obstacles.extend(limit(&context, outcomes.len()));
    obstacles.extend(outcomes.iter_mut().filter_map(|one| one.obstacle.take()));
    let sum = Sum {
        context: &context,
        loaded: &loaded,
        name: name.as_deref(),
        outcomes: &outcomes,
        reach: Reach::new(repo, request.opening.host),
        obstacles: &obstacles,
        notes,
    };
    sum.fill(report);
    Ok(())
}

fn index(repo: &dyn Repo) -> git::Result<Index> {
    match repo.facts().work_dir {
        Some(_) => repo.index(),
        None => Ok(Index::default()),
    }
}

/// The policy, as for staged changes; outside a repository the built-in one or the given one.
fn policy(
    repo: Option<&dyn Repo>,
    index: &Arc<Index>,
    request: &ScanRequest<'_>,
    date: Date,
) -> Result<(Loaded, Option<String>), Vec<Obstacle>> {
    let host = request.opening.host;
    let outside = Outside {
        given: request.policy.as_ref(),
        host,
        signers: request.signers,
    };
    let reach = Reach::new(repo, host);
    let Some(repo) = repo else {
        let mut loaded = load_alone(outside, vocabulary()).map_err(Obstacle::policy_alone)?;
        read_groups(reach, None, &mut loaded, date);
        return Ok((loaded, None));
    };
    let judged = Judged::Staged {
        head: repo
            .head()
            .map_err(|error| vec![Obstacle::met(repo, &error)])?,
        index: Arc::clone(index),
    };
    let mut loaded = load(repo, &judged, outside, vocabulary())
        .map_err(|error| Obstacle::policy(repo, error))?;
    read_groups(reach, Some(&judged), &mut loaded, date);
    let name = repository_name(repo, &loaded.policy, &host.env)
        .map_err(|error| vec![Obstacle::from(&error)])?;
    Ok((loaded, name))
}

fn limit(context: &Context<'_>, files: usize) -> Option<Obstacle> {
    let (_, most, _) = context.policy.limits();
    let files = files as u64;
    (most != 0 && files > most).then(|| Obstacle::limit("files", files, most))
}

/// What the outcomes come to.
struct Sum<'a> {
    context: &'a Context<'a>,
    loaded: &'a Loaded,
    name: Option<&'a str>,
    outcomes: &'a [Outcome],
    reach: Reach<'a>,
    obstacles: &'a [Obstacle],
    notes: Vec<String>,
}

impl Sum<'_> {
    fn fill(self, report: &mut Report) {
        let mut redactor = Redactor::new(self.context.secrets);
        for outcome in self.outcomes {
            redactor.learn(&outcome.found.learned);
        }
        let redactor = &redactor;
        report.repository = self.name.map(|name| Clean::new(redactor, name.as_bytes()));
        report.range.files = Some(self.outcomes.len());
        report.policy = rows::policy(self.loaded, redactor);
        let run = Run {
            repository: self.name,
            stage: report.stage,
            whole: false,
            people: People::default(),
            classes: AllClasses::default(),
            reach: self.reach,
        };
        let exceptions = Exceptions::new(self.context, &self.loaded.waivers, run);
        let decider = Decider::new(self.context, report.stage, redactor);
        let mut decider = decider.with(exceptions);
        for outcome in self.outcomes {
            decider.add(&outcome.found.findings);
        }
        let (findings, unread) = decider.finish();
        report.findings = findings;
        let obstacles = self.obstacles.iter().chain(&unread);
        let rows = obstacles.map(|one| one.row(redactor));
        report.incomplete = rows.collect();
        report.incomplete.sort();
        report.incomplete.dedup();
        let mut notes = self.notes;
        notes.extend(rows::policy_notes(self.context, self.loaded));
        let clean = notes.iter().map(|note| Clean::prose(redactor, note));
        report.notes = clean.collect();
    }
}
