//! `cordon policy`: look at policies.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand};

use super::output::Terminal;
use super::{Exit, open, output};
use crate::check::vocabulary;
use crate::host::Host;
use crate::policy::yaml::{Limits, Problem, Severity};
use crate::policy::{Loader, hex_digest, packs, pending, policy_schema, render, show};
use crate::secret::Engine;
use crate::text::redacted;

/// Look at policies
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Tell every problem of a policy file, and what of it has no effect yet
    Check(PolicyFile),
    /// Print a policy with what it inherits, each value with the line it comes from
    Show(PolicyFile),
    /// Print the JSON Schema of policies, for editors
    Schema,
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
            Self::Schema => {
                output::print(&format!("{:#}\n", policy_schema(&vocabulary())))?;
                Ok(Exit::Pass)
            }
        }
    }
}

impl PolicyFile {
    fn check(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let (name, text) = self.read(host)?;
        let mut loader = Loader::new(vocabulary());
        let read = loader.read(&name, &text, &Limits::ORG, true);
        let mut problems = std::mem::take(&mut loader.problems);
        if let Some((node, _)) = &read {
            problems.extend(pending::pending(node).into_iter().map(as_note));
        }
        let told = render(
            &problems,
            loader.sources.list(),
            terminal.stdout_style().colour,
        );
        output::print(&redacted(Engine::builtin(), &told))?;
        let errors = problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .count();
        if errors > 0 || read.is_none() {
            let word = if errors == 1 { "problem" } else { "problems" };
            output::print(&format!("{name}: {errors} {word}\n"))?;
            return Ok(Exit::Incomplete);
        }
        let notes = problems.len();
        let more = if notes == 0 {
            String::new()
        } else {
            format!(", {notes} without effect yet")
        };
        output::print(&format!("{name}: good{more}\n"))?;
        Ok(Exit::Pass)
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
            "# {name}, with what it inherits\n# sha256 of its canonical form: {}\n{}",
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

/// What has no effect yet does not make a policy bad: `check` and the hooks refuse it.
fn as_note(problem: Problem) -> Problem {
    Problem {
        severity: Severity::Note,
        ..problem
    }
}
