//! `cordon policy test`: a policy put to its own tests.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};

use super::{PolicyFile, errors_of, is_own, trials};
use crate::check::vocabulary;
use crate::cli::output::Terminal;
use crate::cli::{Exit, open, output};
use crate::host::Host;
use crate::policy::problem::Source;
use crate::policy::yaml::{Limits, Severity};
use crate::policy::{Loader, OWN_FILE, pending, render};
use crate::secret::Engine;
use crate::text::redacted;
use crate::text::show::{escaped, harmless_json};
use crate::trial::{Subject, Suite, Trial, mutate, try_one};

/// Run a policy's own tests
#[derive(Debug, Args)]
pub(in crate::cli) struct Test {
    #[command(flatten)]
    file: PolicyFile,

    /// The tests: a file, or a folder of .yml files [default: those that lie beside the policy]
    #[arg(long, value_name = "FILE|DIR")]
    tests: Vec<PathBuf>,

    /// Relax each thing that the policy says in turn, and tell what no test sees
    #[arg(long)]
    mutate: bool,

    /// How to print what came out
    #[arg(long, value_enum, default_value_t = TestFormat::Full)]
    format: TestFormat,

    /// How many threads try mutants [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    /// Tell the tests that pass too
    #[arg(short, long)]
    verbose: bool,
}

/// How to print what came out of tests
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TestFormat {
    /// For people
    Full,
    /// JSON
    Json,
}

impl Test {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let subject = self.subject(host)?;
        let colour = terminal.stderr_style().colour;
        if let Some(told) = unusable(&subject, colour) {
            output::tell(&redacted(Engine::builtin(), &told));
            return Ok(Exit::Incomplete);
        }
        let suite = match Suite::read(self.sources(&subject)?, &vocabulary(), subject.own) {
            Ok(suite) => suite,
            Err(unread) => {
                let told = render(&unread.problems, &unread.sources, colour);
                output::tell(&redacted(Engine::builtin(), &told));
                return Ok(Exit::Incomplete);
            }
        };
        let tests = suite.tests.iter();
        let tried: Vec<Trial<'_>> = tests.map(|test| try_one(&subject, test, host)).collect();
        let passed = tried.iter().all(Trial::passed);
        // Mutants of a policy whose tests fail say nothing of the tests.
        let mutation = (self.mutate && passed).then(|| mutate(&subject, &suite, host, self.jobs()));
        let out = match self.format {
            TestFormat::Full => {
                let mut style = terminal.stdout_style();
                style.verbose = self.verbose;
                trials::text(&subject, &tried, mutation.as_ref(), &style)
            }
            TestFormat::Json => harmless_json(&format!(
                "{:#}\n",
                trials::json(&subject, &tried, mutation.as_ref())
            )),
        };
        output::print(&redacted(Engine::builtin(), &out))?;
        Ok(
            if passed && mutation.is_none_or(|mutation| mutation.passed()) {
                Exit::Pass
            } else {
                Exit::Fail
            },
        )
    }

    fn jobs(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.jobs.map_or_else(all, NonZeroUsize::get)
    }

    /// The policy. Where none is named, the one that is here: of two nobody knows which is meant.
    fn subject(&self, host: &Host) -> Result<Subject> {
        let is_here = |name: &str| host.cwd.join(name).exists();
        let org = PolicyFile {
            file: Some("policy.yml".into()),
        };
        let (name, text) = match (&self.file.file, is_here("policy.yml"), is_here(OWN_FILE)) {
            (None, true, true) => bail!("policy.yml and {OWN_FILE} are here: name one of them"),
            (None, true, false) => org.read(host)?,
            _ => self.file.read(host)?,
        };
        let own = is_own(&name);
        // A repository's own waivers lie in it: a test puts them there.
        let waivers = if own || name.starts_with("pack:") {
            Vec::new()
        } else {
            open::waivers_beside(Path::new(&name))?
        };
        Ok(Subject {
            name,
            text,
            own,
            waivers,
        })
    }

    /// The files of tests. That there are none is an error: then nothing was shown.
    fn sources(&self, subject: &Subject) -> Result<Vec<Source>> {
        let named = match self.tests.as_slice() {
            [] => beside(Path::new(&subject.name)),
            named => named.to_vec(),
        };
        let mut paths = Vec::new();
        for path in &named {
            if path.is_dir() {
                paths.extend(files_of(path)?);
            } else if path.exists() || !self.tests.is_empty() {
                paths.push(path.clone());
            }
        }
        if paths.is_empty() {
            let places: Vec<String> = named
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            bail!("no tests lie in {}", places.join(" or "));
        }
        let read = |path: PathBuf| {
            let text = open::tests_file(&path)?;
            let name = path.display().to_string();
            Ok(Source { name, text })
        };
        paths.into_iter().map(read).collect()
    }
}

/// Tells every problem of a file of tests.
pub(super) fn check(name: String, text: Vec<u8>, terminal: &Terminal) -> Result<Exit> {
    let shown = escaped(name.as_bytes());
    let own = Path::new(&name)
        .parent()
        .is_some_and(|folder| folder.ends_with(".cordon/tests"));
    match Suite::read(vec![Source { name, text }], &vocabulary(), own) {
        Ok(_) => {
            output::print(&format!("{shown}: good\n"))?;
            Ok(Exit::Pass)
        }
        Err(unread) => {
            let colour = terminal.stdout_style().colour;
            let told = render(&unread.problems, &unread.sources, colour);
            output::print(&redacted(Engine::builtin(), &told))?;
            output::print(&format!("{shown}: {}\n", errors_of(&unread.problems)))?;
            Ok(Exit::Incomplete)
        }
    }
}

/// Where the tests of a policy lie. Beside `policy.yml` everything in `tests` is of it; other policies
/// of a folder have a file or a folder of their name there.
fn beside(policy: &Path) -> Vec<PathBuf> {
    let folder = policy.parent().unwrap_or(Path::new(""));
    let name = policy.file_name().unwrap_or_default();
    if name == ".cordon.yml" {
        return vec![folder.join(".cordon/tests")];
    }
    let tests = folder.join("tests");
    if name == "policy.yml" {
        return vec![tests];
    }
    let own = tests.join(policy.file_stem().unwrap_or_default());
    vec![own.with_extension("yml"), own]
}

/// The YAML files of a folder, by name.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let shown = folder.display();
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {shown}"))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry
            .with_context(|| format!("cannot list {shown}"))?
            .path();
        let yaml = path
            .extension()
            .is_some_and(|end| end == "yml" || end == "yaml");
        if yaml && !path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Why a policy can judge nothing: its errors, and what of it has no effect yet.
fn unusable(subject: &Subject, colour: bool) -> Option<String> {
    let mut loader = Loader::new(vocabulary());
    let read = loader.read(&subject.name, &subject.text, &Limits::ORG, true);
    let mut problems = std::mem::take(&mut loader.problems);
    problems.retain(|one| one.severity == Severity::Error);
    if let Some((node, _)) = read {
        problems.extend(pending::pending(&node));
    }
    let told = render(&problems, loader.sources.list(), colour);
    (!told.is_empty()).then_some(told)
}
