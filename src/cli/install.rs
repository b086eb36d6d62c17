//! `cordon install` and `cordon uninstall`.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use bstr::ByteSlice as _;
use clap::Args;

use super::{Exit, open, output};
use crate::git::Repo;
use crate::hook::{self, Configured, HooksDir, Scope, Step, Undone, Warning};
use crate::host::Host;
use crate::text::show::escaped;

/// Install the Git hooks of this repository; a hook that is there runs first
#[derive(Debug, Args)]
pub(super) struct Install {
    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
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
        let installed = hook::install(repo.facts(), &dir, program).map_err(with_help)?;
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
        let dir = hooks_dir(&*repo, host)?;
        let mut out = String::new();
        for one in hook::uninstall(&dir.path).map_err(with_help)? {
            let done = match one.step {
                Undone::NotThere => "was not installed",
                Undone::Removed => "removed",
                Undone::Restored => "removed; the hook that was there is back",
                Undone::LeftEdited => "left: it is ours, but somebody edited it",
                Undone::LeftForeign => "left: it is not ours",
            };
            let _ = writeln!(out, "{:<20} {done}", one.hook);
            if let Some(path) = &one.still_aside {
                let _ = writeln!(
                    out,
                    "{:<20} the hook from before is still {}",
                    "",
                    file_name(path)
                );
            }
        }
        output::print(&format!("{out}in {}\n", shown(&dir.path)))?;
        Ok(Exit::Pass)
    }
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
