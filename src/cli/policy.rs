//! `cordon policy`: look at policies.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};

use super::output::Terminal;
use super::{Exit, open, output};
use crate::check::vocabulary;
use crate::git;
use crate::host::Host;
use crate::policy::yaml::{Limits, Problem, Severity};
use crate::policy::{
    Loader, hex_digest, packs, pending, policy_schema, render, show, unused_patterns,
};
use crate::secret::Engine;
use crate::starter::starter;
use crate::text::redacted;
use crate::text::show::escaped;

/// Look at policies
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Tell every problem of a policy file, and what of it has no effect yet
    Check(PolicyFile),
    /// Print a policy with what it inherits, each value with the line it comes from
    Show(PolicyFile),
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

impl PolicyCommand {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        match self {
            Self::Check(file) => file.check(host, terminal),
            Self::Show(file) => file.show(host, terminal),
            Self::Init(init) => init.run(host),
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
            "{} is written: {zones} zones of its own; {by} of the last {commits} commits are by agents\n\
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
        let new = if over {
            path.with_extension("yml.new")
        } else {
            path.to_owned()
        };
        let told = || format!("cannot write {}", new.display());
        let mut file = std::fs::File::create_new(&new).with_context(told)?;
        file.write_all(text.as_bytes()).with_context(told)?;
        if over {
            std::fs::rename(&new, path).with_context(|| format!("cannot replace {shown}"))?;
        }
        Ok(())
    }
}

impl PolicyFile {
    fn check(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let (name, text) = self.read(host)?;
        let mut loader = Loader::new(vocabulary());
        let good = loader.inspect(&name, &text);
        let notes = loader.problems.len();
        if good {
            unused(host, &name, &text, &mut loader)?;
        }
        let unused = loader.problems.len() - notes;
        let sources = loader.sources.list();
        let told = render(&loader.problems, sources, terminal.stdout_style().colour);
        output::print(&redacted(Engine::builtin(), &told))?;
        let summary = if good {
            let told = [
                (notes, "without effect yet"),
                (unused, "without a file here"),
            ];
            let told = told.into_iter().filter(|(count, _)| *count > 0);
            let told = told.map(|(count, what)| format!(", {count} {what}"));
            format!("good{}", told.collect::<String>())
        } else {
            let severe = |one: &&Problem| one.severity == Severity::Error;
            match loader.problems.iter().filter(severe).count() {
                1 => "1 problem".to_owned(),
                errors => format!("{errors} problems"),
            }
        };
        output::print(&format!("{}: {summary}\n", escaped(name.as_bytes())))?;
        Ok(if good { Exit::Pass } else { Exit::Incomplete })
    }

    fn show(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let (name, text) = self.read(host)?;
        let mut loader = Loader::new(vocabulary());
        let read = loader.read(&name, &text, &Limits::ORG, true);
        let Some((node, _)) = read else {
            let told = render(
                &loader.problems,
                loader.sources.list(),
                terminal.stderr_style().colour,
            );
            output::tell(&redacted(Engine::builtin(), &told));
            return Ok(Exit::Incomplete);
        };
        let canonical = crate::policy::yaml::canonical_json(&node);
        let unused = pending::pending(&node);
        output::print(&format!(
            "# {}, with what it inherits\n# sha256 of its canonical form: {}\n{}",
            escaped(name.as_bytes()),
            hex_digest(canonical.as_bytes()),
            redacted(Engine::builtin(), &show(&node, &loader.sources, &unused))
        ))?;
        Ok(Exit::Pass)
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

/// Notes the zone patterns that match nothing in the repository around, if there is one.
fn unused(host: &Host, name: &str, text: &[u8], loader: &mut Loader) -> Result<()> {
    if name.starts_with("pack:") {
        return Ok(());
    }
    let own = Path::new(name)
        .file_name()
        .is_some_and(|name| name == ".cordon.yml");
    let found = match open::repository(host, None, false) {
        Ok(repo) => unused_patterns(&*repo, &host.env, 0, text, own),
        Err(git::Error::NotARepository(_)) => return Ok(()),
        Err(error) => Err(error.into()),
    };
    match found {
        Ok(notes) => loader.problems.extend(notes),
        Err(error) => output::print(&redacted(
            Engine::builtin(),
            &format!("note: the zones were not compared with the files here: {error}\n\n"),
        ))?,
    }
    Ok(())
}
