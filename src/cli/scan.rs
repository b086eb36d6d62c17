//! `cordon scan`: secrets alone, in files as they stand, a text, the index or a history.

use std::io::Read as _;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{ArgGroup, Args};

use super::check::range;
use super::options::Options;
use super::output::Terminal;
use super::progress::Bar;
use super::{Exit, open};
use crate::check::{Obstacle, Request, ScanRequest, Source, What, run, scan, unread};
use crate::finding::Stage;
use crate::git::{self, Repo};
use crate::host::Host;
use crate::policy::origin::Reach;
use crate::report::Report;

/// Look for secrets: in files, standard input, the index, or a whole history
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
#[command(group = ArgGroup::new("what"))]
pub(super) struct Scan {
    /// Files and directories, in a repository or not [default: the working directory]
    #[arg(value_name = "PATH", group = "what")]
    paths: Vec<PathBuf>,
    /// Scan standard input
    #[arg(long, group = "what")]
    stdin: bool,
    /// How standard input is named in the report
    #[arg(long, value_name = "NAME", requires = "stdin", default_value = "stdin")]
    stdin_name: PathBuf,
    /// Scan the index against HEAD
    #[arg(long, group = "what")]
    staged: bool,
    /// Scan everything that the repository holds by a name: commits, messages, tags, stashes
    #[arg(long, group = "what")]
    history: bool,
    /// Scan the commits that B has and A has not
    #[arg(long, group = "what", value_name = "A..B", value_parser = range)]
    range: Option<(String, String)>,
    /// Scan below directories what Git ignores too
    #[arg(long, conflicts_with_all = ["stdin", "staged", "history", "range"])]
    no_ignore: bool,

    #[command(flatten)]
    options: Options,
}

impl Scan {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        if let Some(what) = self.what() {
            let progress = Bar::new(host, &self.options);
            let kind = what.kind();
            let report = self
                .repository(host, &progress, what)
                .unwrap_or_else(|obstacle| unread(&obstacle, kind, Stage::Scan));
            return self.options.tell(report, terminal, &progress);
        }
        let source = self.source()?;
        // Ctrl-C ends the process at once while standard input is read.
        let progress = Bar::new(host, &self.options);
        let kind = source.kind();
        let report = self
            .files(host, &progress, source)
            .unwrap_or_else(|obstacle| unread(&obstacle, kind, Stage::Scan));
        self.options.tell(report, terminal, &progress)
    }

    /// What of a repository is scanned; `None` for files and texts.
    fn what(&self) -> Option<What> {
        if self.history {
            return Some(What::History);
        }
        if self.staged {
            return Some(What::Staged {
                message: None,
                merging: Vec::new(),
            });
        }
        let (base, head) = self.range.clone()?;
        Some(What::Range { base, head })
    }

    fn repository(&self, host: &Host, progress: &Bar, what: What) -> Result<Report, Box<Obstacle>> {
        let repo = self.options.repository(host)?;
        let signers = self.options.signers()?;
        let reach = Reach::new(Some(&*repo), host).signed_by(&signers);
        let request = Request {
            what,
            stage: Some(Stage::Scan),
            policy: self.options.policy(reach)?,
            signers: &signers,
            approvals: None,
            as_of: self.options.as_of,
            jobs: self.options.jobs(),
            host,
            emergency: None,
            progress,
        };
        Ok(run(&*repo, &request))
    }

    fn source(&self) -> Result<Source> {
        if !self.stdin {
            return Ok(Source::Paths {
                paths: self.paths.clone(),
                ignored: self.no_ignore,
            });
        }
        let mut text = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut text);
        read.context("cannot read standard input")?;
        Ok(Source::Text {
            name: self.stdin_name.clone().into_os_string().into_vec().into(),
            text,
        })
    }

    fn files(&self, host: &Host, progress: &Bar, source: Source) -> Result<Report, Box<Obstacle>> {
        let repo = self.around(host)?;
        let signers = self.options.signers()?;
        let reach =
            Reach::new(repo.as_deref().map(|repo| repo as &dyn Repo), host).signed_by(&signers);
        let request = ScanRequest {
            source,
            policy: self.options.policy(reach)?,
            signers: &signers,
            as_of: self.options.as_of,
            jobs: self.options.jobs(),
            opening: self.options.opening(host),
            progress,
        };
        Ok(scan(
            repo.as_deref().map(|repo| repo as &dyn Repo),
            &request,
        ))
    }

    /// The repository whose policy holds: the one that is named, or the one around the first path,
    /// if there is any.
    fn around(&self, host: &Host) -> Result<Option<Box<dyn Repo + Send>>, Box<Obstacle>> {
        if self.options.repo.is_some() {
            return self.options.repository(host).map(Some);
        }
        let opening = self.options.opening(host);
        let opened = match self.paths.first() {
            Some(path) => open::opened(Some(&folder(&host.cwd.join(path))), &opening),
            None => open::opened(None, &opening),
        };
        match opened {
            Ok(repo) => Ok(Some(repo)),
            Err(git::Error::NotARepository(_)) => Ok(None),
            Err(error) => Err(Obstacle::from(&error).into()),
        }
    }
}

/// The directory that a path is, or lies in; of a path that is not there, the nearest that is.
fn folder(path: &Path) -> PathBuf {
    let is_folder = |path: &&Path| path.symlink_metadata().is_ok_and(|meta| meta.is_dir());
    let found = path.ancestors().find(is_folder);
    found.unwrap_or(path).to_owned()
}
