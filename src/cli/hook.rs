//! `cordon hook`: what an installed hook calls. Runs the hook that was there before, then judges.

mod after;
mod managed;
mod messages;
mod receive;

use std::ffi::OsString;
use std::io::Read as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use bstr::ByteSlice as _;
use clap::{Args, ValueEnum};

use super::output::Terminal;
use super::{Exit, install, open, output};
use crate::check::progress::Silent;
use crate::check::{self, Obstacle, Request, What};
use crate::finding::Stage;
use crate::git::{PushLine, Repo};
use crate::hook::everywhere::is_folder;
use crate::hook::{
    HookCall, Previous, RECEIVING, Ran, Source, Stdin, Which, bear_witness, merging, reads_stdin,
    run_previous,
};
use crate::host::Host;
use crate::report::{RangeKind, Report, Style, format};

pub(super) use messages::policy;
pub(super) use receive::configured_policy;

/// The most that Git may say to a hook: some 600,000 references.
const LARGEST_INPUT: u64 = 64 << 20;

/// What an installed hook calls
#[derive(Debug, Args)]
pub(super) struct Hook {
    /// Who calls
    #[arg(long, value_enum, value_name = "WHO", default_value_t = By::Git)]
    by: By,
    /// The hook's name
    name: String,
    /// What Git passed to it
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

/// Who calls a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// Git, by a file in its folder of hooks
    Git,
    /// Git, by a folder of hooks for every repository
    Folder,
    /// Git, by its configuration
    Configuration,
    /// pre-commit or prek, by variables in the place of arguments and standard input
    Manager,
}

impl Hook {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        if self.by != By::Manager && RECEIVING.contains(&self.name.as_str()) {
            return Ok(receive::run(self, host));
        }
        let version = env!("CARGO_PKG_VERSION");
        if let Err(error) = bear_witness(&host.env, &self.name, host.program.as_deref(), version) {
            output::complain(&format!("cannot answer `cordon doctor`: {error}"));
        }
        let stdin = if self.by != By::Manager && reads_stdin(&self.name) {
            read_stdin()?
        } else {
            Vec::new()
        };
        let repo = match open::repository(host, None, false) {
            Ok(repo) => repo,
            Err(error) => {
                let (kind, stage) = match self.name.as_str() {
                    "pre-push" => (RangeKind::Push, Stage::Push),
                    name if name.starts_with("post-") => (RangeKind::Commits, Stage::Commit),
                    _ => (RangeKind::Staged, Stage::Commit),
                };
                return Ok(tell(
                    &check::unread(&Obstacle::from(&error), kind, stage),
                    terminal,
                ));
            }
        };
        if self.by == By::Manager {
            return managed::run(self, &*repo, host, terminal);
        }
        if let Some(exit) = self.previous(&*repo, host, &stdin)? {
            return Ok(exit);
        }
        let editor = host.env.get("GIT_EDITOR".as_bytes().as_bstr());
        let call = HookCall::parse(
            &self.name,
            &self.args,
            stdin,
            editor.map(|value| value.as_bstr()),
        )?;
        answer(&*repo, host, terminal, call)
    }

    /// Runs the hook that was there before, with the same arguments, input and surroundings.
    fn previous(&self, repo: &dyn Repo, host: &Host, stdin: &[u8]) -> Result<Option<Exit>> {
        let (dir, which) = match self.by {
            By::Git => (folder(repo, host)?, Which::SetAside),
            By::Folder => (repo.facts().common_dir.join("hooks"), Which::Own),
            // Git runs all others itself.
            By::Configuration | By::Manager => return Ok(None),
        };
        let stdin = if reads_stdin(&self.name) {
            Stdin::Bytes(stdin)
        } else {
            Stdin::Inherit
        };
        let ran = run_previous(&Previous {
            hooks_dir: &dir,
            hook: &self.name,
            which,
            args: &self.args,
            stdin,
            env: &host.env,
        })?;
        Ok(match ran {
            Ran::Exited(code) if code != 0 => Some(Exit::Other(code)),
            Ran::Exited(_) | Ran::Absent | Ran::NotExecutable | Ran::Nested => None,
        })
    }
}

/// Where the repository's own hooks lie. A folder for every repository runs them from there.
fn folder(repo: &dyn Repo, host: &Host) -> Result<PathBuf> {
    let dir = install::hooks_dir(repo, host)?.path;
    let own = repo.facts().common_dir.join("hooks");
    let handed_on = dir != own && is_folder(&dir);
    Ok(if handed_on { own } else { dir })
}

/// Does what a hook of ours does.
fn answer(repo: &dyn Repo, host: &Host, terminal: &Terminal, call: HookCall) -> Result<Exit> {
    let staged = |merging| What::Staged {
        message: None,
        merging,
    };
    let what = match call {
        HookCall::PreCommit => staged(Vec::new()),
        HookCall::PreMergeCommit => staged(merging(&host.env)),
        HookCall::PrepareCommitMsg {
            file,
            source,
            edited,
            ..
        } => {
            // The message that Git kept for a commit with conflicts.
            let finished = source == Some(Source::Merge);
            return messages::prepare(repo, host, &file, finished, edited);
        }
        HookCall::CommitMsg { file, edited } => {
            return messages::commit_msg(repo, host, terminal, &file, edited);
        }
        HookCall::ApplypatchMsg { file } => {
            return messages::applypatch_msg(repo, host, terminal, &file);
        }
        HookCall::PostCommit | HookCall::PostApplypatch => {
            return after::commit(repo, host, terminal);
        }
        HookCall::PostRewrite { by, stdin } => {
            return after::rewrite(repo, host, terminal, &by, &stdin);
        }
        HookCall::PrePush { remote, stdin, .. } => match PushLine::parse(&stdin) {
            Ok(lines) => What::Push {
                remote: remote.to_string(),
                lines,
            },
            Err(error) => {
                return Ok(tell(
                    &check::unread(&Obstacle::from(&error), RangeKind::Push, Stage::Push),
                    terminal,
                ));
            }
        },
        HookCall::PreReceive { .. } | HookCall::Update { .. } => {
            bail!("a server's hooks are answered elsewhere")
        }
    };
    Ok(tell(&judged(repo, host, what), terminal))
}

fn judged(repo: &dyn Repo, host: &Host, what: What) -> Report {
    let request = Request {
        what,
        stage: None,
        policy: None,
        signers: &[],
        approvals: None,
        as_of: None,
        jobs: every_processor(),
        host,
        emergency: None,
        progress: &Silent,
    };
    check::run(repo, &request)
}

fn every_processor() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}

/// Hooks are silent where there is nothing to say.
fn tell(report: &Report, terminal: &Terminal) -> Exit {
    let exit = Exit::from(report);
    let silent = exit == Exit::Pass && report.counts.warned == 0 && report.incomplete.is_empty();
    if !silent && let Some(full) = format("full") {
        let style = Style {
            ..terminal.stderr_style()
        };
        output::tell(&full.render(report, &style));
    }
    exit
}

fn read_stdin() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(LARGEST_INPUT + 1)
        .read_to_end(&mut bytes)
        .context("cannot read what Git says")?;
    if bytes.len() as u64 > LARGEST_INPUT {
        bail!("Git says more than {LARGEST_INPUT} bytes: too many references or commits at once");
    }
    Ok(bytes)
}
