//! The options that `cordon check` and `cordon scan` share, and how a report is told.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use jiff::civil::Date;

use super::log::{Log, inert, outputs};
use super::output::Terminal;
use super::progress::Bar;
use super::{Exit, open, output};
use crate::check::{Obstacle, unmade};
use crate::ci::link_in;
use crate::git::{Opening, Reader, Repo};
use crate::host::Host;
use crate::policy::Given;
use crate::policy::origin::{Fetcher, GitSource, Reach, is_address};
use crate::report::{FORMATS, Format, Report, Style, format};
use crate::sign::AllowedKey;

/// The format of a job's summary.
const SUMMARY: &str = "markdown";

/// By which policy, with how much effort, and where the report goes.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
pub(super) struct Options {
    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR")]
    pub(super) repo: Option<PathBuf>,
    /// The organisation's policy, from outside the repository: a file, an address that `cordon policy fetch`
    /// was given, or pack:NAME
    #[arg(long, value_name = "FILE|URL|pack:NAME")]
    policy: Option<String>,
    /// The SHA-256 that the policy must have
    #[arg(long, value_name = "H", requires = "policy")]
    policy_sha256: Option<String>,
    #[command(flatten)]
    signed_by: open::SignedBy,
    /// Judge as if on this date
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<Date>,

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
    /// What reads the repository: auto, library or git
    #[arg(long, value_name = "R", value_parser = open::reader, default_value = "auto")]
    reader: Reader,
    /// Print only what fails
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Print audited findings and the agents too
    #[arg(short, long)]
    verbose: bool,
}

impl Options {
    /// The repository that is named, or the one around.
    pub(super) fn repository(&self, host: &Host) -> Result<Box<dyn Repo + Send>, Box<Obstacle>> {
        let repo = open::opened(self.repo.as_deref(), &self.opening(host));
        Ok(repo.map_err(|error| Obstacle::from(&error))?)
    }

    /// How repositories are opened.
    pub(super) fn opening<'h>(&self, host: &'h Host) -> Opening<'h> {
        Opening {
            reader: self.reader,
            verify_objects: self.verify_objects,
            host,
        }
    }

    /// The policy from outside.
    pub(super) fn policy(&self, reach: Reach<'_>) -> Result<Option<Given>, Box<Obstacle>> {
        let Some(policy) = &self.policy else {
            return Ok(None);
        };
        let given = open::given(policy, self.policy_sha256.as_deref(), reach);
        given.map(Some).map_err(open::no_policy)
    }

    /// The same, where an address is fetched first. It judges by the id of what was fetched: by a branch's name an
    /// earlier job of this machine could have put anything into the store.
    pub(super) fn policy_now(&self, from: &Fetcher<'_>) -> Result<Option<Given>, Box<Obstacle>> {
        let Some(address) = self.policy.as_deref().filter(|policy| is_address(policy)) else {
            return self.policy(from.reach);
        };
        let source = GitSource::parse(address);
        let source = source.map_err(|told| Obstacle::told("policy-invalid", told.to_owned()))?;
        let fetched = from.outside(&source).map_err(Obstacle::source)?;
        let pinned = fetched.locked.by_id().text();
        let given = open::given(&pinned, self.policy_sha256.as_deref(), from.reach);
        given.map(Some).map_err(open::no_policy)
    }

    /// By which keys policies from Git must be signed.
    pub(super) fn signers(&self) -> Result<Vec<AllowedKey>, Box<Obstacle>> {
        let keys = self.signed_by.keys();
        keys.map_err(|error| Box::new(Obstacle::told("policy-signature", format!("{error:#}"))))
    }

    pub(super) fn jobs(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        self.jobs.map_or_else(all, usize::from)
    }

    /// Writes and prints a report. One of a run that was interrupted is for nobody.
    pub(super) fn tell(&self, report: Report, terminal: &Terminal, progress: &Bar) -> Result<Exit> {
        progress.finish();
        if progress.interrupted() {
            return Ok(Exit::INTERRUPTED);
        }
        let report = self.written(report, &terminal.file_style(), &[]);
        let shown = self.shown();
        output::print(&shown.render(&report, &self.style(terminal)))?;
        if !shown.tells_notes() {
            // The contract has no room for notes; a person may still want them.
            let notes = report.notes.iter();
            notes.for_each(|note| output::complain(note.as_str()));
        }
        Ok(self.exit(&report))
    }

    /// The same in the log of a CI job, of which no line of ours is a command but those that are meant.
    pub(super) fn log(
        &self,
        report: Report,
        terminal: &Terminal,
        progress: &Bar,
        log: &Log,
    ) -> Result<Exit> {
        progress.finish();
        if progress.interrupted() {
            return Ok(Exit::INTERRUPTED);
        }
        let mut report = self.written(report, &terminal.file_style(), &log.checkout);
        if let Some(path) = &log.summary
            && let Some(markdown) = format(SUMMARY)
            && let Err(error) = output::add(
                markdown.render(&report, &terminal.file_style()).as_bytes(),
                path,
            )
        {
            let told = Obstacle::told("unwritable-file", format!("{error:#}"));
            report = unmade(report, &told);
        }
        let exit = self.exit(&report);
        if let Some(path) = &log.outputs {
            output::add(outputs(&report, exit.code()).as_bytes(), path)?;
        }
        let (shown, style) = (self.shown(), self.style(terminal));
        let text = shown.render(&report, &style);
        if log
            .annotations
            .is_some_and(|format| format.name() == shown.name())
        {
            output::print(&text)?;
            return Ok(exit);
        }
        output::print(&inert(&text, shown.is_json()))?;
        if !shown.tells_notes() {
            // A program reads it: nothing may follow.
            let notes = report.notes.iter();
            notes.for_each(|note| output::complain(&inert(note.as_str(), false)));
        } else if let Some(format) = log.annotations {
            output::print(&format.render(&report, &style))?;
        }
        Ok(exit)
    }

    fn shown(&self) -> &'static dyn Format {
        format(self.format).unwrap_or(FORMATS[0])
    }

    fn style(&self, terminal: &Terminal) -> Style {
        Style {
            verbose: self.verbose,
            quiet: self.quiet,
            ..terminal.stdout_style()
        }
    }

    fn exit(&self, report: &Report) -> Exit {
        match Exit::from(report) {
            Exit::Fail if self.exit_zero && report.incomplete.is_empty() => Exit::Pass,
            Exit::Fail if self.exit_zero => Exit::Incomplete,
            exit => exit,
        }
    }

    /// Writes the report to its files. Where one cannot be written the report is incomplete, and the
    /// others say so too. Below these directories a link may be the change's own, and none is followed.
    fn written(&self, report: Report, style: &Style, checkout: &[PathBuf]) -> Report {
        let all = self
            .output
            .iter()
            .filter_map(|(name, path)| Some((format(name)?, path)));
        let mut written = Vec::new();
        let mut failed = Vec::new();
        for (format, path) in all {
            let same = |(_, other): &(&dyn Format, &PathBuf)| *other == path && path.is_file();
            if written.iter().any(same) {
                failed.push(anyhow!("{} is to hold two reports", path.display()));
                continue;
            }
            let outcome = own_path(path, checkout)
                .and_then(|()| output::write_report(&report, format, style, path));
            match outcome {
                Ok(()) => written.push((format, path)),
                Err(error) => failed.push(error),
            }
        }
        let unwritable = |report, error: &anyhow::Error| {
            let told = Obstacle::told("unwritable-file", format!("{error:#}"));
            unmade(report, &told)
        };
        let mut told = failed.iter().fold(report, unwritable);
        if failed.is_empty() {
            return told;
        }
        // What went into a pipe cannot be taken back.
        for (format, path) in written.into_iter().filter(|(_, path)| path.is_file()) {
            if let Err(error) = output::write_report(&told, format, style, path) {
                told = unwritable(told, &error);
            }
        }
        told
    }
}

/// Refuses a path that leads through a link of the change.
fn own_path(path: &Path, checkout: &[PathBuf]) -> Result<()> {
    let shown = path.display();
    let whole = std::path::absolute(path).with_context(|| format!("cannot write {shown}"))?;
    let Some(link) = link_in(&whole, checkout) else {
        return Ok(());
    };
    bail!(
        "cannot write {shown}: {} is a symbolic link in the checkout, which the change may have put there: name a path \
         without one, or outside of the checkout",
        link.display()
    )
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
