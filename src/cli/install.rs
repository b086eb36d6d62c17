//! `cordon install` and `cordon uninstall`.

mod everywhere;
mod template;
mod undo;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use bstr::ByteSlice as _;
use clap::{ArgGroup, Args};

use super::hook::configured_policy;
use super::{Exit, open, output};
use crate::check::vocabulary;
use crate::git::Repo;
use crate::hook::everywhere::{Whose, is_folder};
use crate::hook::{self, Ask, AskError, Configured, HooksDir, Installed, Scope, Step, Warning};
use crate::host::Host;
use crate::policy::{Outside, load_alone};
use crate::text::show::escaped;

/// Install the Git hooks of this repository, of a user or of a machine; a hook that is there runs first
#[derive(Debug, Args)]
pub(super) struct Install {
    #[command(flatten)]
    place: Place,
    /// Install the hook of a Git server, pre-receive [default: in a bare repository without worktrees]
    #[arg(long, conflicts_with = "template")]
    server: bool,
    /// With --user or --system, for any Git: by a folder that core.hooksPath names [default: one of Cordon's own];
    /// without it by Git's configuration, which needs Git 2.54 or later
    #[arg(
        long,
        value_name = "DIR",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        requires = "everywhere",
        conflicts_with = "server"
    )]
    hooks_path: Option<OsString>,
}

/// Take the Git hooks away again and put back what was there
#[derive(Debug, Args)]
pub(super) struct Uninstall {
    #[command(flatten)]
    place: Place,
}

/// Whose hooks: one of four.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("everywhere").args(["user", "system"])))]
struct Place {
    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR", conflicts_with = "everywhere")]
    repo: Option<PathBuf>,
    /// Every repository of this user
    #[arg(long, visible_alias = "global")]
    user: bool,
    /// Every repository of this machine
    #[arg(long)]
    system: bool,
    /// The folder that `git init` and `git clone` copy from [default: init.templateDir]
    #[arg(
        long,
        value_name = "DIR",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        conflicts_with_all = ["everywhere", "repo"]
    )]
    template: Option<OsString>,
}

impl Place {
    /// Whose all repositories are meant, if all of somebody's are.
    fn whose(&self) -> Option<Whose> {
        match (self.user, self.system) {
            (true, _) => Some(Whose::User),
            (_, true) => Some(Whose::Machine),
            _ => None,
        }
    }
}

impl Install {
    pub(super) fn run(&self, host: &Host) -> Result<Exit> {
        if let Some(dir) = &self.place.template {
            return template::install(host, named(dir));
        }
        match (self.place.whose(), &self.hooks_path) {
            (Some(whose), Some(dir)) => everywhere::by_folder(host, whose, named(dir)),
            (Some(whose), None) => everywhere::by_configuration(host, whose, self.server),
            (None, _) => self.repository(host),
        }
    }

    fn repository(&self, host: &Host) -> Result<Exit> {
        let repo = open::repository(host, self.place.repo.as_deref(), false)?;
        let dir = hooks_dir_by_git(&*repo, host)?;
        if is_folder(&dir.path) {
            let told = format!(
                "Cordon's hooks are in place for every repository here, in {}",
                shown(&dir.path)
            );
            output::print(&format!("{told}\n"))?;
            return Ok(Exit::Pass);
        }
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
        output::print(&format!(
            "{}{judge}in {}\n",
            rows(&installed),
            shown(&dir.path)
        ))?;
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
        if let Some(dir) = &self.place.template {
            return template::uninstall(host, named(dir));
        }
        if let Some(whose) = self.place.whose() {
            return everywhere::undone(host, whose);
        }
        let repo = open::repository(host, self.place.repo.as_deref(), false)?;
        undo::repository(&*repo, host)
    }
}

/// The folder that an option names, if it has a value.
fn named(value: &OsStr) -> Option<&Path> {
    (!value.is_empty()).then(|| Path::new(value))
}

/// One line a hook.
fn rows(installed: &[Installed]) -> String {
    let row = |one: &Installed| format!("{:<20} {}\n", one.hook, done(&one.step));
    installed.iter().map(row).collect()
}

fn done(step: &Step) -> String {
    match step {
        Step::New => "installed".to_owned(),
        Step::SetAside(path) => format!(
            "installed; the hook that was there runs first, as {}",
            file_name(path)
        ),
        Step::Refreshed => "brought up to date".to_owned(),
        Step::Unchanged => "in place already".to_owned(),
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

/// The same, as Git itself says it: by every file and variable. For whoever changes it.
fn hooks_dir_by_git(repo: &dyn Repo, host: &Host) -> Result<HooksDir> {
    let facts = repo.facts();
    let top = facts.work_dir.as_ref().unwrap_or(&facts.git_dir);
    let ask = Ask::about(&host.env, top, &facts.git_dir);
    let setting = match hook::hooks_path(&ask) {
        Ok(setting) => setting,
        // Where there is no Git, only what is read here decides.
        Err(AskError::Start(_)) => return hooks_dir(repo, host),
        Err(error) => return Err(error.into()),
    };
    let home = host.var("HOME").and_then(|home| home.to_path().ok());
    let configured = setting.as_ref().map(|setting| setting.configured(home));
    hook::hooks_dir(facts, configured.as_ref()).map_err(with_help)
}

fn with_help(error: hook::Error) -> anyhow::Error {
    match error.help() {
        Some(help) => anyhow!("{error}\n{help}"),
        None => error.into(),
    }
}

/// The same, of an error that stays where it is.
fn with_help_of(error: &hook::Error) -> anyhow::Error {
    match error.help() {
        Some(help) => anyhow!("{error}\n{help}"),
        None => anyhow!("{error}"),
    }
}

fn shown(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    escaped(path.as_os_str().as_bytes())
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| shown(name.as_ref()))
        .unwrap_or_default()
}
