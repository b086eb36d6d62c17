//! `cordon check`: the main job.

use std::path::PathBuf;

use anyhow::{Result, bail};
use bstr::ByteSlice as _;
use clap::{ArgGroup, Args};
use jiff::civil::Date;

use super::output::Terminal;
use super::{Exit, message, open, output};
use crate::check::{Obstacle, Request, What, run, unmade, unread};
use crate::finding::Stage;
use crate::git::Repo;
use crate::host::Host;
use crate::report::{FORMATS, Format, RangeKind, Report, Style, format};

/// Judge staged changes, a range, one commit, a whole history, or a message
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
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

    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// The organisation's policy, from outside the repository: a file, or pack:NAME
    #[arg(long, value_name = "FILE|pack:NAME")]
    policy: Option<String>,
    /// The SHA-256 that the policy must have
    #[arg(long, value_name = "H", requires = "policy")]
    policy_sha256: Option<String>,
    /// Judge as if at this stage
    #[arg(long, value_name = "S", value_parser = stage)]
    stage: Option<Stage>,
    /// Judge as if on this date
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,

    /// How to print the report
    #[arg(long, value_name = "F", value_parser = format_name, default_value = "full")]
    format: &'static str,
    /// Write the report to a file too; may be given several times
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output_file)]
    output: Vec<(&'static str, PathBuf)>,
    /// Exit with 0 where a finding blocks; what could not be read still gives 2
    #[arg(long)]
    exit_zero: bool,
    /// How many threads may work [default: one a processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Hash every object that is read and compare with its id
    #[arg(long)]
    verify_objects: bool,
    /// Print only what fails
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Print audited findings and the agents too
    #[arg(short, long)]
    verbose: bool,
}

impl Check {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let mut report = self.report(host)?;
        let style = Style {
            verbose: self.verbose,
            quiet: self.quiet,
            ..terminal.stdout_style()
        };
        for (name, path) in &self.output {
            let Some(format) = format(name) else { continue };
            if let Err(error) = output::write_report(&report, format, path) {
                let told = Obstacle::told("unwritable-file", format!("{error:#}"));
                report = unmade(report, &told);
            }
        }
        let shown = format(self.format).unwrap_or(FORMATS[0]);
        output::print(&shown.render(&report, &style))?;
        if shown.name() == "json" {
            // The contract has no room for notes; a person may still want them.
            let notes = report.notes.iter();
            notes.for_each(|note| output::complain(note.as_str()));
        }
        Ok(match Exit::from(&report) {
            Exit::Fail if self.exit_zero => Exit::Pass,
            exit => exit,
        })
    }

    fn report(&self, host: &Host) -> Result<Report> {
        if !self.says_what() && host.var("CI").is_some_and(|value| value != "false") {
            bail!("in CI nothing is staged: say what to judge, for example --range BASE..HEAD");
        }
        let (kind, stage) = self.kind();
        Ok(self
            .judged(host)
            .unwrap_or_else(|obstacle| unread(&obstacle, kind, self.stage.unwrap_or(stage))))
    }

    fn judged(&self, host: &Host) -> Result<Report, Box<Obstacle>> {
        let repo = open::repository(host, self.repo.as_deref(), self.verify_objects)
            .map_err(|error| Obstacle::from(&error))?;
        let policy = match &self.policy {
            Some(policy) => Some(
                open::given(policy, self.policy_sha256.as_deref())
                    .map_err(|error| Obstacle::told("policy-invalid", format!("{error:#}")))?,
            ),
            None => None,
        };
        let request = Request {
            what: self.what(host, &*repo)?,
            stage: self.stage,
            policy,
            as_of: self.as_of,
            jobs: self.jobs(),
            host,
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
            content_judged: false,
        })
    }

    fn jobs(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        self.jobs.map_or_else(all, usize::from)
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

fn format_name(text: &str) -> Result<&'static str, String> {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name()).collect();
    format(text)
        .map(Format::name)
        .ok_or_else(|| format!("a format is one of {}", names.join(", ")))
}

fn output_file(text: &str) -> Result<(&'static str, PathBuf), String> {
    let (name, path) = text
        .split_once('=')
        .ok_or("an output is written FORMAT=FILE")?;
    Ok((format_name(name)?, PathBuf::from(path)))
}
