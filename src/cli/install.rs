//! `cordon install` and `cordon uninstall`.

mod undo;

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use bstr::ByteSlice as _;
use clap::Args;

use super::hook::configured_policy;
use super::{Exit, open, output};
use crate::check::vocabulary;
use crate::git::Repo;
use crate::hook::{self, Configured, HooksDir, Scope, Step, Warning};
use crate::host::Host;
use crate::policy::{Outside, load_alone};
use crate::text::show::escaped;

/// Install the Git hooks of this repository; a hook that is there runs first
#[derive(Debug, Args)]
pub(super) struct Install {
    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// Install the hook of a Git server, pre-receive [default: in a bare repository without worktrees]
    #[arg(long)]
    server: bool,
}

/// Take the Git hooks away again and put back what was there
#[derive(Debug, Args)]
pub(super) struct Uninstall {
    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
}

impl Install {
    pub(super) fn run(&self, host: &Host) -> Result<Exit> {
        let repo = open::repository(host, self.repo.as_deref(), false)?;
        let dir = hooks_dir(&*repo, host)?;
        let program = host
            .program
            .as_ref()
            .context("cannot find the path of this program")?;
        let server = self.server || only_receives(&*repo);
        let install = if server {
            hook::install_server
        } else {
            hook::install
        };
        let judge = if server {
            judge(&*repo, host)?
        } else {
            String::new()
        };
        let installed = install(repo.facts(), &dir, program).map_err(with_help)?;
        let mut out = String::new();
        for one in &installed {
            let done = match &one.step {
                Step::New => "installed".to_owned(),
                Step::SetAside(path) => {
                    format!(
                        "installed; the hook that was there runs first, as {}",
                        file_name(path)
                    )
                }
                Step::Refreshed => "brought up to date".to_owned(),
                Step::Unchanged => "in place already".to_owned(),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{:<20} {done}", one.hook);
        }
        out.push_str(&judge);
        output::print(&format!("{out}in {}\n", shown(&dir.path)))?;
        for warning in &dir.warnings {
            output::complain(match warning {
                Warning::NotInLinkedWorktrees => {
                    "core.hooksPath leads through .git: Git runs no hook in linked worktrees. Unset it: git config --unset core.hooksPath"
                }
                Warning::InWorkTree => {
                    "the hooks lie in the work tree: a checkout may replace them, and every linked worktree needs its own"
                }
            });
        }
        Ok(Exit::Pass)
    }
}

impl Uninstall {
    pub(super) fn run(&self, host: &Host) -> Result<Exit> {
        let repo = open::repository(host, self.repo.as_deref(), false)?;
        undo::repository(&*repo, host)
    }
}

/// Whether nobody commits here: a bare repository, without a worktree elsewhere.
fn only_receives(repo: &dyn Repo) -> bool {
    let facts = repo.facts();
    facts.work_dir.is_none() && !facts.common_dir.join("worktrees").exists()
}

/// Which policy will judge what is pushed, as the hook will find it. One that cannot judge would
/// refuse every push: that is told now.
fn judge(repo: &dyn Repo, host: &Host) -> Result<String> {
    let configured = configured_policy(repo, host)?;
    if configured.is_some() {
        let given = configured.as_ref();
        let outside = Outside {
            given,
            host,
            signers: &[],
        };
        load_alone(outside, vocabulary()).map_err(|error| anyhow!("{error}"))?;
    }
    let pinned = match configured {
        Some(given) if given.sha256.is_some() => format!("{}, held to its SHA-256", given.name),
        Some(given) => given.name,
        None => "not configured (git config cordon.policy FILE); the default branch's own judges"
            .to_owned(),
    };
    Ok(format!("{:<20} {pinned}\n", "cordon.policy"))
}

/// Where this repository's hooks are.
pub(super) fn hooks_dir(repo: &dyn Repo, host: &Host) -> Result<HooksDir> {
    let value = repo.config("core.hooksPath")?;
    let own = repo.own_config("core.hooksPath")?;
    let home = host.var("HOME").and_then(|home| home.to_path().ok());
    let configured = value.as_ref().map(|value| Configured {
        value: value.as_bstr(),
        scope: Some(if own.as_ref() == Some(value) {
            Scope::Repository
        } else {
            Scope::Wider
        }),
        home,
    });
    hook::hooks_dir(repo.facts(), configured.as_ref()).map_err(with_help)
}

fn with_help(error: hook::Error) -> anyhow::Error {
    match error.help() {
        Some(help) => anyhow!("{error}\n{help}"),
        None => error.into(),
    }
}

fn shown(path: &std::path::Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    escaped(path.as_os_str().as_bytes())
}

fn file_name(path: &std::path::Path) -> String {
    path.file_name()
        .map(|name| shown(name.as_ref()))
        .unwrap_or_default()
}
