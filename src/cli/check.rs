//! `cordon check`: the main job.

use std::path::PathBuf;

use anyhow::{Result, bail};
use bstr::ByteSlice as _;
use clap::{ArgGroup, Args};

use super::options::Options;
use super::output::Terminal;
use super::progress::Bar;
use super::{Exit, message, open};
use crate::check::{Obstacle, Request, What, run, unread};
use crate::finding::Stage;
use crate::git::Repo;
use crate::host::Host;
use crate::policy::origin::Reach;
use crate::report::{RangeKind, Report};

/// Judge staged changes, a range, one commit, a whole history, or a message
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what"))]
pub(super) struct Check {
    /// Judge the index against HEAD (the default outside CI)
    #[arg(long, group = "what")]
    staged: bool,
    /// Judge the commits that B has and A has not
    #[arg(long, group = "what", value_name = "A..B", value_parser = range)]
    range: Option<(String, String)>,
    /// Judge one commit
    #[arg(long, group = "what", value_name = "REV")]
    commit: Option<String>,
    /// Judge the whole history of HEAD
    #[arg(long, group = "what")]
    all: bool,
    /// Judge the whole history of every reference
    #[arg(long, group = "what")]
    all_refs: bool,
    /// Judge a commit message in a file
    #[arg(long, group = "what", value_name = "FILE")]
    message: Option<PathBuf>,

    /// An emergency waiver, signed by two: what blocks in its range is waived, for its hours
    #[arg(long, value_name = "FILE", conflicts_with = "as_of")]
    emergency: Option<PathBuf>,
    /// Judge as if at this stage
    #[arg(long, value_name = "S", value_parser = stage)]
    stage: Option<Stage>,
    /// The forge's reviews of the head, as its API gives them
    #[arg(long, value_name = "FILE")]
    approvals: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

impl Check {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let progress = Bar::new(host, &self.options);
        let report = self.report(host, &progress)?;
        self.options.tell(report, terminal, &progress)
    }

    fn report(&self, host: &Host, progress: &Bar) -> Result<Report> {
        if !self.says_what() && host.is_ci() {
            bail!("in CI nothing is staged: say what to judge, for example --range BASE..HEAD");
        }
        let (kind, stage) = self.kind();
        Ok(self
            .judged(host, progress)
            .unwrap_or_else(|obstacle| unread(&obstacle, kind, self.stage.unwrap_or(stage))))
    }

    fn judged(&self, host: &Host, progress: &Bar) -> Result<Report, Box<Obstacle>> {
        let repo = self.options.repository(host)?;
        let approvals = self.approvals.as_deref().map(open::approvals);
        let unread = |error| Obstacle::told("approvals", format!("{error:#}"));
        let approvals = approvals.transpose().map_err(unread)?;
        let signers = self.options.signers()?;
        let reach = Reach::new(Some(&*repo), host).signed_by(&signers);
        let request = Request {
            what: self.what(host, &*repo)?,
            stage: self.stage,
            policy: self.options.policy(reach)?,
            signers: &signers,
            approvals: approvals.as_deref(),
            as_of: self.options.as_of,
            jobs: self.options.jobs(),
            host,
            emergency: open::emergency(self.emergency.as_deref())?,
            progress,
        };
        Ok(run(&*repo, &request))
    }

    fn says_what(&self) -> bool {
        let commits = self.range.is_some() || self.commit.is_some() || self.all || self.all_refs;
        commits || self.staged || self.message.is_some()
    }

    fn kind(&self) -> (RangeKind, Stage) {
        if self.message.is_some() {
            (RangeKind::Message, Stage::Commit)
        } else if self.says_what() && !self.staged {
            (RangeKind::Commits, Stage::Ci)
        } else {
            (RangeKind::Staged, Stage::Commit)
        }
    }

    fn what(&self, host: &Host, repo: &dyn Repo) -> Result<What, Box<Obstacle>> {
        if let Some((base, head)) = &self.range {
            return Ok(What::Range {
                base: base.clone(),
                head: head.clone(),
            });
        }
        if let Some(revision) = &self.commit {
            return Ok(What::Commit(revision.clone()));
        }
        if let Some(path) = &self.message {
            let text = std::fs::read(path).map_err(|error| {
                let told = format!("cannot read the message {}: {error}", path.display());
                Obstacle::told("unreadable-file", told)
            })?;
            // An editor may have been open on it: only Git's own hooks can tell.
            let edited = host
                .env
                .get("GIT_EDITOR".as_bytes().as_bstr())
                .is_none_or(|editor| editor != ":");
            let message =
                message::message(repo, &text, edited).map_err(|error| Obstacle::from(&error))?;
            return Ok(What::Message(message));
        }
        if self.all {
            return Ok(What::All);
        }
        if self.all_refs {
            return Ok(What::AllRefs);
        }
        Ok(What::Staged {
            message: None,
            merging: Vec::new(),
        })
    }
}

pub(super) fn range(text: &str) -> Result<(String, String), String> {
    if text.contains("...") {
        return Err("a symmetric range has two sides: write A..B".to_owned());
    }
    let (base, head) = text.split_once("..").ok_or("a range is written A..B")?;
    let or_head = |revision: &str| {
        if revision.is_empty() {
            "HEAD".to_owned()
        } else {
            revision.to_owned()
        }
    };
    Ok((or_head(base), or_head(head)))
}

pub(super) fn stage(text: &str) -> Result<Stage, String> {
    match text {
        "commit" => Ok(Stage::Commit),
        "push" => Ok(Stage::Push),
        "ci" => Ok(Stage::Ci),
        "receive" => Ok(Stage::Receive),
        _ => Err("a stage is commit, push, ci or receive".to_owned()),
    }
}
