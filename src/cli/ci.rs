//! `cordon ci`: the CI event that this process runs in.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use bstr::ByteSlice as _;
use clap::Args;

use super::fetched::{fetcher, fill};
use super::log::Log;
use super::options::Options;
use super::output::Terminal;
use super::progress::Bar;
use super::{Exit, open};
use crate::check::{Obstacle, Request, What, run, unread};
use crate::ci::{Given, Resolved, SYSTEMS, System, job, resolve, system, system_here};
use crate::finding::Stage;
use crate::host::Host;
use crate::report::{RangeKind, Report, format};

/// Judge what a CI job is about
#[derive(Debug, Args)]
// It is refused here, and the other commands have it.
#[command(mut_arg("as_of", |day| day.hide(true)))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
pub(super) struct Ci {
    /// Fetch what the checkout lacks from `origin`, and the policies in Git that judge
    #[arg(long)]
    fetch: bool,
    /// Compare commits that are merged pull requests with these: what a squash dropped, what it invented
    #[arg(long, requires = "fetch")]
    after_merge: bool,
    /// Where the range starts, in the place of what the event says
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Where the range ends, in the place of what the event says
    #[arg(long, value_name = "REV")]
    head: Option<String>,
    /// The default branch, where the system does not tell it
    #[arg(long, value_name = "NAME")]
    default_branch: Option<String>,
    /// The system, where it is not to be found out
    #[arg(long, value_name = "ID", value_parser = system_id)]
    system: Option<&'static str>,
    /// No annotations beside the code, where the system shows them
    #[arg(long)]
    no_annotations: bool,
    /// No summary of the job, where the system has one
    #[arg(long)]
    no_summary: bool,
    /// The forge's reviews of the head, as its API gives them
    #[arg(long, value_name = "FILE")]
    approvals: Option<PathBuf>,
    /// An emergency waiver, signed by two: what blocks in its range is waived, for its hours
    #[arg(long, value_name = "FILE")]
    emergency: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

impl Ci {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        if self.options.as_of.is_some() {
            bail!("what a job lets through holds from today on: --as-of is for cordon check");
        }
        let named = self.system.and_then(system);
        let here = named.map_or_else(|| system_here(host), Ok);
        let progress = Bar::new(host, &self.options);
        let report = match &here {
            Ok(system) => self.judged(host, *system, &progress),
            Err(obstacle) => Err(obstacle.clone()),
        };
        let report =
            report.unwrap_or_else(|obstacle| unread(&obstacle, RangeKind::Commits, Stage::Ci));
        let system = here.unwrap_or(SYSTEMS[SYSTEMS.len() - 1]);
        self.options
            .log(report, terminal, &progress, &self.log(host, system))
    }

    fn judged(
        &self,
        host: &Host,
        system: &dyn System,
        progress: &Bar,
    ) -> Result<Report, Box<Obstacle>> {
        // Who names both ends needs no event. But those who judge are missing in a fork, whatever is named.
        let job = match (job(system, host), &self.base, &self.head) {
            (Err(obstacle), Some(_), Some(_)) if obstacle.code() != "fork" => None,
            (job, ..) => Some(job?),
        };
        let given = Given {
            base: self.base.clone(),
            head: self.head.clone(),
            default_branch: self.default_branch.clone(),
            fetch: self.fetch,
            after_merge: self.after_merge,
            checkouts: self.checkouts(host),
        };
        let open = || self.options.repository(host);
        let Resolved { repo, event } = resolve(&open, host, system, job.as_ref(), &given)?;
        let approvals = self.approvals.as_deref().map(open::approvals);
        let unread = |error| Obstacle::told("approvals", format!("{error:#}"));
        let approvals = approvals.transpose().map_err(unread)?;
        let signers = self.options.signers()?;
        let from = fetcher(&*repo, host, &signers);
        let policy = if self.fetch {
            // Of a head that is named by hand nobody knows whose it is.
            let own = job.as_ref().filter(|_| self.head.is_none());
            let with_head = own.is_some_and(|job| !job.privileged);
            fill(&*repo, host, &signers, &event, with_head);
            self.options.policy_now(&from)?
        } else {
            self.options.policy(from.reach)?
        };
        let request = Request {
            what: What::Event(Box::new(event)),
            stage: None,
            policy,
            signers: &signers,
            approvals: approvals.as_deref(),
            as_of: None,
            jobs: self.options.jobs(),
            host,
            emergency: open::emergency(self.emergency.as_deref())?,
            progress,
        };
        Ok(run(&*repo, &request))
    }

    /// The directories whose files are the change's, as real paths: the work tree that is judged, that of the repository in
    /// which the job works, what has a `.git` around either, and the working directory, unless a work tree is below it.
    fn checkouts(&self, host: &Host) -> Vec<PathBuf> {
        let named = self.options.repo.as_ref().map(|dir| host.cwd.join(dir));
        let judged = self.options.repository(host).ok();
        let around = open::opened(None, &self.options.opening(host)).ok();
        let opened = judged.into_iter().chain(around);
        let trees = opened.filter_map(|repo| repo.facts().work_dir.clone());
        let real = |dir: PathBuf| dir.canonicalize().ok();
        let mut tops: Vec<PathBuf> = trees.filter_map(real).collect();
        let cwd = real(host.cwd.clone());
        let named = named.and_then(real);
        for dir in cwd.iter().chain(&named) {
            let own = dir.ancestors().find(|one| one.join(".git").exists());
            tops.extend(own.map(Path::to_owned));
        }
        let is_above = |cwd: &PathBuf| tops.iter().any(|top| top != cwd && top.starts_with(cwd));
        let cwd = cwd.filter(|cwd| !is_above(cwd));
        tops.extend(cwd.into_iter().chain(named));
        tops
    }

    fn log(&self, host: &Host, system: &dyn System) -> Log {
        let annotations = system.annotations().and_then(format);
        let file = |variable: Option<&str>| {
            let path = host.var(variable?)?;
            Some(PathBuf::from(path.to_os_str_lossy().into_owned()))
        };
        Log {
            checkout: self.checkouts(host),
            annotations: annotations.filter(|_| !self.no_annotations),
            summary: file(system.summary()).filter(|_| !self.no_summary),
            outputs: file(system.outputs()),
        }
    }
}

fn system_id(text: &str) -> Result<&'static str, String> {
    let ids: Vec<&str> = SYSTEMS.iter().map(|system| system.id()).collect();
    system(text)
        .map(System::id)
        .ok_or_else(|| format!("a system is one of {}", ids.join(", ")))
}
