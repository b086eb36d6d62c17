//! `cordon policy`: look at policies.

mod changes;
mod diff;
mod differences;
mod fetch;
mod page;
mod show;
mod test;
mod trials;
mod update;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};

use super::output::Terminal;
use super::{Exit, open, output};
use crate::check::vocabulary;
use crate::git;
use crate::host::Host;
use crate::policy::origin::{Folder, Reach};
use crate::policy::yaml::{Problem, Severity};
use crate::policy::{
    Beside, Loader, is_system_file, left_out, packs, policy_schema, render, unused_patterns,
};
use crate::secret::Engine;
use crate::starter::starter;
use crate::text::redacted;
use crate::text::show::escaped;
use crate::trial::Suite;

/// Look at policies
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Tell every problem of a policy file, and what of it has no effect yet
    Check(Check),
    /// Print a policy with what it inherits and the defaults, each value with where it comes from
    Show(show::Show),
    /// Run a policy's own tests, which lie beside it
    Test(test::Test),
    /// Say what a policy enforces more, less and otherwise than another one
    Diff(diff::Diff),
    /// Fetch what the policy builds on in Git, show what changes, and write .cordon.lock
    Update(update::Update),
    /// Fetch what is locked, where it is not here; lock what is not; move nothing
    Lock(update::LockArgs),
    /// Write what the lock names to a bundle, for machines that no network reaches
    Bundle(update::Bundle),
    /// Fetch a policy by its address into the store, for --policy and for servers
    Fetch(fetch::Fetch),
    /// Print the JSON Schema of policies, for editors
    Schema,
    /// Write a commented .cordon.yml for this repository, by what is tracked and who commits
    Init(Init),
}

/// Write a commented .cordon.yml for this repository, by what is tracked and who commits
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// Write over a policy that is there
    #[arg(long)]
    force: bool,
    /// Print the policy, and write nothing
    #[arg(long, conflicts_with = "force")]
    stdout: bool,
}

/// A policy file
#[derive(Debug, Args)]
pub(super) struct PolicyFile {
    /// The policy: a file, or pack:NAME [default: .cordon.yml in the working directory]
    #[arg(value_name = "FILE|pack:NAME")]
    file: Option<PathBuf>,
}

/// A policy file, and the repository that its zones are compared with
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    file: PolicyFile,

    /// Note zone patterns that match no file of this repository [default: the one around a .cordon.yml]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,

    /// Check it as the policy of a machine's owner, who alone says by `signers` who signs others [default: as an
    /// organisation's, unless it is this machine's]
    #[arg(long, conflicts_with = "repo")]
    system: bool,
}

impl PolicyCommand {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        match self {
            Self::Check(check) => check.run(host, terminal),
            Self::Show(show) => show.run(host, terminal),
            Self::Init(init) => init.run(host),
            Self::Test(test) => test.run(host, terminal),
            Self::Diff(diff) => diff.run(host, terminal),
            Self::Update(update) => update.run(host),
            Self::Lock(lock) => lock.run(host),
            Self::Bundle(bundle) => bundle.run(host),
            Self::Fetch(fetch) => fetch.run(host),
            Self::Schema => {
                output::print(&format!("{:#}\n", policy_schema(&vocabulary())))?;
                Ok(Exit::Pass)
            }
        }
    }
}

impl Init {
    fn run(&self, host: &Host) -> Result<Exit> {
        let repo = open::repository(host, self.repo.as_deref(), false)?;
        let starter = starter(&*repo, host, vocabulary())?;
        if self.stdout {
            output::print(&starter.text)?;
            return Ok(Exit::Pass);
        }
        let top = repo.facts().work_dir.as_ref();
        let top = top.context("a bare repository has no work tree to write to: use --stdout")?;
        let path = top.join(".cordon.yml");
        self.write(&path, &starter.text)?;
        let zones = starter.zones;
        let (by, commits) = (starter.by_agents, starter.commits);
        output::print(&format!(
            "{} is written: zones of its own: {zones}; of the last {commits} commits by agents: {by}\n\
             Read it, then: cordon policy check && git add .cordon.yml\n",
            escaped(path.as_os_str().as_encoded_bytes())
        ))?;
        Ok(Exit::Pass)
    }

    /// Writes a new file; over a regular one, whole or not at all, when told to; never through a link.
    fn write(&self, path: &Path, text: &str) -> Result<()> {
        let shown = path.display();
        let over = match std::fs::symlink_metadata(path) {
            Ok(meta) if !meta.is_file() => bail!("{shown} is there and no regular file"),
            Ok(_) if self.force => true,
            Ok(_) => bail!("{shown} is there: --force writes over it, --stdout only prints"),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
            Err(error) => return Err(error).with_context(|| format!("cannot look at {shown}")),
        };
        let written = if over {
            output::write_whole(path, text.as_bytes())
        } else {
            output::write_new(path, text.as_bytes())
        };
        written.with_context(|| format!("cannot write {shown}"))
    }
}

impl PolicyFile {
    /// What lies beside it.
    fn folder(&self, host: &Host) -> Folder {
        match &self.file {
            None => Folder::Disk(host.cwd.clone()),
            Some(path)
                if path
                    .to_str()
                    .is_some_and(|name| packs::text(name).is_some()) =>
            {
                Folder::Nowhere
            }
            Some(path) => {
                let path = host.cwd.join(path);
                Folder::Disk(path.parent().unwrap_or(Path::new("/")).to_owned())
            }
        }
    }

    /// Whether this machine's owner speaks in it.
    fn is_system(&self, host: &Host) -> bool {
        let path = self.file.as_ref().map(|path| host.cwd.join(path));
        path.is_some_and(|path| is_system_file(host, &path))
    }

    fn read(&self, host: &Host) -> Result<(String, Vec<u8>)> {
        let Some(path) = &self.file else {
            let path = host.cwd.join(".cordon.yml");
            return Ok((".cordon.yml".to_owned(), open::policy_file(&path)?));
        };
        if let Some(text) = path.to_str().and_then(packs::text) {
            return Ok((path.display().to_string(), text.as_bytes().to_vec()));
        }
        Ok((
            path.display().to_string(),
            open::policy_file(Path::new(path))?,
        ))
    }
}

impl Check {
    fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let (name, text) = self.file.read(host)?;
        if Suite::is_one(&text) {
            return test::check(name, text, terminal);
        }
        if self.system && is_own(&name) {
            bail!(
                "a .cordon.yml is a repository's, and no machine owner's: --system is for another file"
            );
        }
        let is_system = self.system || self.file.is_system(host);
        let mut loader = Loader::new(vocabulary());
        let folder = if is_system {
            Folder::Nowhere
        } else {
            self.file.folder(host)
        };
        let beside = Beside {
            folder: &folder,
            reach: Reach::new(None, host),
            own: is_own(&name),
            may_say_who_signs: is_system,
        };
        let good = loader.inspect_beside(&name, &text, Some(beside));
        let notes = loader.problems.len();
        if good {
            loader.problems.extend(left_out(0, &text));
        }
        let dropped = loader.problems.len() - notes;
        let compared = !good || self.unused(host, &name, &text, &mut loader)?;
        let unused = loader.problems.len() - notes - dropped;
        let sources = loader.sources.list();
        let told = render(&loader.problems, sources, terminal.stdout_style().colour);
        output::print(&redacted(Engine::builtin(), &told))?;
        let summary = if good {
            let told = [
                (notes, "without effect yet"),
                (dropped, "left out"),
                (unused, "without a file here"),
            ];
            let told = told.into_iter().filter(|(count, _)| *count > 0);
            let told = told.map(|(count, what)| format!(", {count} {what}"));
            format!("good{}", told.collect::<String>())
        } else {
            errors_of(&loader.problems)
        };
        output::print(&format!("{}: {summary}\n", escaped(name.as_bytes())))?;
        Ok(if good && compared {
            Exit::Pass
        } else {
            Exit::Incomplete
        })
    }

    /// Notes the zone patterns that match nothing in the repository. An organisation's policy speaks
    /// of others than the one that it lies in. `false` where that was asked for and could not be told.
    fn unused(&self, host: &Host, name: &str, text: &[u8], loader: &mut Loader) -> Result<bool> {
        if self.repo.is_none() && !is_own(name) {
            return Ok(true);
        }
        let found = match open::repository(host, self.repo.as_deref(), false) {
            Ok(repo) => unused_patterns(&*repo, &host.env, 0, text),
            Err(git::Error::NotARepository(_)) if self.repo.is_none() => return Ok(true),
            Err(error) => Err(error.into()),
        };
        match found {
            Ok(notes) => {
                loader.problems.extend(notes);
                Ok(true)
            }
            Err(error) => {
                let told = format!("note: the zones were not compared with files: {error}\n\n");
                output::print(&redacted(Engine::builtin(), &told))?;
                Ok(self.repo.is_none())
            }
        }
    }
}

/// How many errors there are, in words.
fn errors_of(problems: &[Problem]) -> String {
    let severe = |one: &&Problem| one.severity == Severity::Error;
    match problems.iter().filter(severe).count() {
        1 => "1 problem".to_owned(),
        errors => format!("{errors} problems"),
    }
}

/// Whether a name is that of a repository's own policy.
fn is_own(name: &str) -> bool {
    Path::new(name)
        .file_name()
        .is_some_and(|name| name == ".cordon.yml")
}
