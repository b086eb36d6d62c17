//! `cordon hook`: what an installed hook calls. Runs the hook that was there before, then judges.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use bstr::ByteSlice as _;
use clap::Args;

use super::output::Terminal;
use super::{Exit, install, message, open, output};
use crate::agent::{Catalogue, Evidence, Strength, environment, names_agent, stamp_value};
use crate::check::progress::Silent;
use crate::check::{self, Obstacle, Request, What};
use crate::finding::Stage;
use crate::git::{Index, PushLine, Repo};
use crate::hook::{
    HookCall, MessageFile, Previous, Ran, Stdin, git_state, reads_stdin, run_previous, says_only,
    stamp,
};
use crate::host::Host;
use crate::policy::{Given, Judged, Policy};
use crate::report::{RangeKind, Report, Style, format};

/// The trailer that the stamp writes.
const KEY: &str = "Assisted-by";

/// What an installed hook calls
#[derive(Debug, Args)]
pub(super) struct Hook {
    /// The hook's name
    name: String,
    /// What Git passed to it
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

impl Hook {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let stdin = if reads_stdin(&self.name) {
            read_stdin()?
        } else {
            Vec::new()
        };
        let repo = match open::repository(host, None, false) {
            Ok(repo) => repo,
            Err(error) => {
                let (kind, stage) = match self.name.as_str() {
                    "pre-push" => (RangeKind::Push, Stage::Push),
                    _ => (RangeKind::Staged, Stage::Commit),
                };
                return Ok(tell(
                    &check::unread(&Obstacle::from(&error), kind, stage),
                    terminal,
                ));
            }
        };
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
        let what = match call {
            HookCall::PreCommit => What::Staged {
                message: None,
                content_judged: false,
            },
            HookCall::PrepareCommitMsg { file, edited, .. } => {
                return stamp_message(&*repo, host, &file, edited);
            }
            HookCall::CommitMsg { file, edited } => {
                return commit_msg(&*repo, host, terminal, &file, edited);
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
        };
        Ok(judge(&*repo, host, terminal, what))
    }

    /// Runs the hook that was there before, with the same arguments, input and surroundings.
    fn previous(&self, repo: &dyn Repo, host: &Host, stdin: &[u8]) -> Result<Option<Exit>> {
        let dir = install::hooks_dir(repo, host)?;
        let stdin = if reads_stdin(&self.name) {
            Stdin::Bytes(stdin)
        } else {
            Stdin::Inherit
        };
        let ran = run_previous(&Previous {
            hooks_dir: &dir.path,
            hook: &self.name,
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

fn judge(repo: &dyn Repo, host: &Host, terminal: &Terminal, what: What) -> Exit {
    let jobs = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let request = Request {
        what,
        stage: None,
        policy: None,
        as_of: None,
        jobs,
        host,
        progress: &Silent,
    };
    tell(&check::run(repo, &request), terminal)
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

fn commit_msg(
    repo: &dyn Repo,
    host: &Host,
    terminal: &Terminal,
    file: &Path,
    edited: bool,
) -> Result<Exit> {
    let text = read_message(host, file)?;
    let comment = message::comment_style(repo, &text)?;
    let shape = MessageFile {
        text: &text,
        comment: comment.mark(),
        edited,
    };
    let stamped = text.find(KEY.as_bytes()).is_some();
    if edited && stamped && says_only(&shape, KEY) {
        output::complain(
            "the message is empty but for the trailer that the hook wrote: no commit is made",
        );
        return Ok(Exit::Fail);
    }
    let message = message::message(repo, &text, edited)?;
    Ok(judge(
        repo,
        host,
        terminal,
        What::Staged {
            message: Some(message),
            content_judged: true,
        },
    ))
}

/// Writes the trailer of the agent in whose environment the commit is made, if the policy asks.
fn stamp_message(repo: &dyn Repo, host: &Host, file: &Path, edited: bool) -> Result<Exit> {
    if git_state(&repo.facts().git_dir)?.repeats_a_commit() {
        return Ok(Exit::Pass);
    }
    let policy = policy(repo, None);
    let catalogue = match &policy {
        Ok(policy) => Catalogue::of(policy),
        Err(_) => Cow::Borrowed(Catalogue::builtin()),
    };
    let signs = environment(&catalogue, &host.env);
    let strong = |evidence: &&Evidence| evidence.strength >= Strength::Strong;
    let Some(sign) = signs.iter().find(strong) else {
        return Ok(Exit::Pass);
    };
    match &policy {
        Ok(policy) if policy.stamps() => {}
        Ok(_) => return Ok(Exit::Pass),
        // The commit-msg hook says what is wrong with the policy, and fails.
        Err(error) => {
            output::complain(&format!("no trailer is written: {error:#}"));
            return Ok(Exit::Pass);
        }
    }
    let text = read_message(host, file)?;
    let comment = message::comment_style(repo, &text)?;
    let declared = message::message(repo, &text, edited)?
        .trailers()
        .iter()
        .any(|trailer| {
            names_agent(&catalogue, trailer).is_some_and(|(agent, _)| agent == sign.agent)
        });
    if declared {
        return Ok(Exit::Pass);
    }
    let shape = MessageFile {
        text: &text,
        comment: comment.mark(),
        edited,
    };
    let value = stamp_value(&sign.agent, sign.model.as_deref());
    if let Some(stamped) = stamp(&shape, KEY, &value) {
        std::fs::write(host.cwd.join(file), stamped).context("cannot write the commit message")?;
    }
    Ok(Exit::Pass)
}

/// The policy that judges the next commit.
pub(super) fn policy(repo: &dyn Repo, given: Option<&Given>) -> Result<Policy> {
    let index = match repo.facts().work_dir {
        Some(_) => repo.index()?,
        None => Index::default(),
    };
    let judged = Judged::Staged {
        head: repo.head()?,
        index: std::sync::Arc::new(index),
    };
    crate::policy::load(repo, &judged, given, check::vocabulary())
        .map(|loaded| loaded.policy)
        .map_err(|error| anyhow::anyhow!("{error}"))
}

fn read_message(host: &Host, file: &Path) -> Result<Vec<u8>> {
    let path = host.cwd.join(file);
    std::fs::read(&path)
        .with_context(|| format!("cannot read the commit message {}", path.display()))
}

fn read_stdin() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .context("cannot read what Git says of the push")?;
    Ok(bytes)
}
