//! `cordon policy update`, `lock` and `bundle`: policies from Git, fetched and locked. With `fetch` the only
//! commands that use the network.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;

use super::changes::changes;
use crate::cli::open::SignedBy;
use crate::cli::{Exit, open, output};
use crate::git::{Repo, peel_to_commit, tree_of};
use crate::host::Host;
use crate::policy::origin::{
    Fetcher, Folder, GitSource, LOCK, Lock, Locked, Reach, SourceError, file_of,
};
use crate::policy::sources_of;
use crate::policy::yaml::Limits;
use crate::secret::Engine;
use crate::text::redacted;
use crate::text::show::escaped;

/// Bytes of a lock.
const LARGEST_LOCK: u64 = 64 << 10;

/// The policy whose sources are meant
#[derive(Debug, Args)]
pub(super) struct Of {
    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// The policy whose sources are meant [default: .cordon.yml at the top of the repository]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    signed_by: SignedBy,
}

/// Fetch what the policy builds on in Git, show what changes, and write .cordon.lock
#[derive(Debug, Args)]
pub(in crate::cli) struct Update {
    #[command(flatten)]
    of: Of,
    /// Take it from this bundle, made by `cordon policy bundle` or `git bundle`, instead of the network
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Fetch what is locked, where it is not here; lock what is not; move nothing
#[derive(Debug, Args)]
pub(in crate::cli) struct LockArgs {
    #[command(flatten)]
    of: Of,
    /// Take it from this bundle instead of the network
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Fetch what the lock of this revision says, and write nothing
    #[arg(long = "of", value_name = "REV", conflicts_with = "file")]
    of_revision: Option<String>,
    /// Fail where the lock would have to be written
    #[arg(long)]
    frozen: bool,
}

/// Write what the lock names to a bundle, for machines that no network reaches
#[derive(Debug, Args)]
pub(in crate::cli) struct Bundle {
    #[command(flatten)]
    of: Of,
    /// Where to write it
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// A policy, its sources and its lock.
struct Place {
    /// The policy file.
    policy: PathBuf,
    lock_path: PathBuf,
    sources: Vec<GitSource>,
    /// Whether there is a lock.
    has_lock: bool,
    lock: Lock,
}

impl Of {
    fn repository(&self, host: &Host) -> Result<Option<Box<dyn Repo + Send>>> {
        match open::repository(host, self.repo.as_deref(), false) {
            Ok(repo) => Ok(Some(repo)),
            Err(crate::git::Error::NotARepository(_)) if self.file.is_some() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn place(&self, host: &Host, repo: Option<&dyn Repo>) -> Result<Place> {
        let policy = match (&self.file, repo) {
            (Some(file), _) => host.cwd.join(file),
            (None, Some(repo)) => {
                let top = repo.facts().work_dir.as_ref();
                top.context("a bare repository has no .cordon.yml: name a policy with --file")?
                    .join(".cordon.yml")
            }
            (None, None) => bail!("there is no repository here: name a policy with --file"),
        };
        let text = open::policy_file(&policy)?;
        let own = policy.file_name().is_some_and(|name| name == ".cordon.yml");
        let sources = sources_of(&text, own).map_err(|error| anyhow!("{error}"))?;
        let folder = policy.parent().unwrap_or(Path::new("/"));
        let beside = Folder::Disk(folder.to_owned());
        let reach = Reach::new(repo, host);
        let text = beside.file(reach, LOCK, LARGEST_LOCK)?;
        let lock = match &text {
            Some(text) => Lock::parse(LOCK, text).map_err(|problems| {
                let told = problems.join("\n");
                anyhow!("{told}\nto lock anew, move {LOCK} away; its floors are lost with it")
            })?,
            None => Lock::default(),
        };
        Ok(Place {
            lock_path: folder.join(LOCK),
            has_lock: text.is_some(),
            policy,
            sources,
            lock,
        })
    }
}

impl Update {
    pub(super) fn run(&self, host: &Host) -> Result<Exit> {
        let repo = self.of.repository(host)?;
        let repo = repo.as_deref().map(|repo| repo as &dyn Repo);
        let place = self.of.place(host, repo)?;
        let bundle = whole(host, self.bundle.as_deref());
        let signers = self.of.signed_by.keys()?;
        let reach = Reach::new(repo, host).signed_by(&signers);
        let from = Fetcher {
            reach,
            bundle: bundle.as_deref(),
            own_store: false,
        };
        if place.sources.is_empty() {
            return nothing(&place);
        }
        let mut lock = Lock::default();
        let mut told = String::new();
        for source in &place.sources {
            let fetched = match from.newest(source, &place.lock) {
                Ok(fetched) => fetched,
                Err(error) => return Ok(refused(&error)),
            };
            told += &line(&fetched.locked);
            told += &changes(reach, &place.lock, &fetched);
            lock.sources.push(fetched.locked);
        }
        told += &written(&place, &lock, self.dry_run)?;
        output::print(&redacted(Engine::builtin(), &told))?;
        Ok(Exit::Pass)
    }
}

impl LockArgs {
    pub(super) fn run(&self, host: &Host) -> Result<Exit> {
        let repo = self.of.repository(host)?;
        let repo = repo.as_deref().map(|repo| repo as &dyn Repo);
        let bundle = whole(host, self.bundle.as_deref());
        let signers = self.of.signed_by.keys()?;
        let from = Fetcher {
            reach: Reach::new(repo, host).signed_by(&signers),
            bundle: bundle.as_deref(),
            own_store: false,
        };
        if let (Some(revision), Some(repo)) = (&self.of_revision, repo) {
            return of_revision(&from, repo, revision);
        }
        let place = self.of.place(host, repo)?;
        if place.sources.is_empty() {
            return nothing(&place);
        }
        let mut lock = Lock::default();
        let mut told = String::new();
        for source in &place.sources {
            let known = place.lock.of_source(source);
            let fetched = match known {
                Some(locked) => from.held(locked),
                None => from.newest(source, &place.lock),
            };
            match fetched {
                Ok(fetched) => {
                    told += &line(&fetched.locked);
                    lock.sources.push(fetched.locked);
                }
                Err(error) => return Ok(refused(&error)),
            }
        }
        if self.frozen && (lock != place.lock || !place.has_lock) {
            let told = format!("{LOCK} is not what the policy asks for");
            let error = SourceError::new("policy-lock", told).mended_by("cordon policy lock");
            return Ok(refused(&error));
        }
        told += &written(&place, &lock, false)?;
        output::print(&redacted(Engine::builtin(), &told))?;
        Ok(Exit::Pass)
    }
}

impl Bundle {
    pub(super) fn run(&self, host: &Host) -> Result<Exit> {
        let repo = self.of.repository(host)?;
        let repo = repo.as_deref().map(|repo| repo as &dyn Repo);
        let place = self.of.place(host, repo)?;
        let signers = self.of.signed_by.keys()?;
        let from = Fetcher {
            reach: Reach::new(repo, host).signed_by(&signers),
            bundle: None,
            own_store: false,
        };
        let bundle = match from.bundled(&place.lock) {
            Ok(bundle) => bundle,
            Err(error) => return Ok(refused(&error)),
        };
        let path = host.cwd.join(&self.output);
        output::write_whole(&path, &bundle)
            .with_context(|| format!("cannot write {}", path.display()))?;
        let count = place.lock.sources.len();
        output::print(&format!(
            "{}: {count} {}. There: cordon policy update --bundle FILE\n",
            shown(&path),
            if count == 1 { "policy" } else { "policies" }
        ))?;
        Ok(Exit::Pass)
    }
}

/// Fills the store with what a revision's lock says.
fn of_revision(from: &Fetcher<'_>, repo: &dyn Repo, revision: &str) -> Result<Exit> {
    let commit = repo.resolve(revision)?;
    let commit = peel_to_commit(repo, &commit)?.context("the revision names no commit")?;
    let tree = tree_of(repo, &commit)?;
    let read = |path: &str, cap: usize| file_of(repo, &tree, path, cap as u64);
    let policy = read(".cordon.yml", Limits::REPOSITORY.bytes)?;
    let sources = policy.map_or(Ok(Vec::new()), |policy| sources_of(&policy, true));
    let sources = sources.map_err(|error| anyhow!("{error}"))?;
    let lock = read(LOCK, 64 << 10)?.unwrap_or_default();
    let mut told = String::new();
    for source in &sources {
        let lock = Lock::parse(LOCK, &lock).map_err(|problems| anyhow!(problems.join("\n")))?;
        let fetched = match lock.of_source(source) {
            Some(locked) => from.held(locked),
            None => Err(SourceError::unlocked(source)),
        };
        match fetched {
            Ok(fetched) => told += &line(&fetched.locked),
            Err(error) => return Ok(refused(&error)),
        }
    }
    output::print(&redacted(Engine::builtin(), &told))?;
    Ok(Exit::Pass)
}

fn nothing(place: &Place) -> Result<Exit> {
    let shown = shown(&place.policy);
    output::print(&format!(
        "{shown} names no policy in Git: nothing to lock\n"
    ))?;
    Ok(Exit::Pass)
}

pub(super) fn refused(error: &SourceError) -> Exit {
    let mend = error.mend.as_ref();
    let mend = mend.map(|mend| format!("\nto mend it: {mend}"));
    output::complain(&format!("{}{}", error.told, mend.unwrap_or_default()));
    Exit::Incomplete
}

/// Writes the lock, if it says something else than the one that is there.
fn written(place: &Place, lock: &Lock, dry_run: bool) -> Result<String> {
    let shown = shown(&place.lock_path);
    if place.has_lock && *lock == place.lock {
        return Ok(format!("{shown} stays as it is\n"));
    }
    if dry_run {
        return Ok(format!("{shown} would be written\n"));
    }
    let text = lock.text();
    let done = if place.has_lock {
        output::write_whole(&place.lock_path, text.as_bytes())
    } else {
        output::write_new(&place.lock_path, text.as_bytes())
    };
    done.with_context(|| format!("cannot write {shown}"))?;
    Ok(format!("{shown} is written: commit it with the policy\n"))
}

pub(super) fn line(locked: &Locked) -> String {
    let version = locked.version.map(|version| format!(", version {version}"));
    let commit = locked.commit;
    format!(
        "{}: commit {commit}{}\n",
        locked.source,
        version.unwrap_or_default()
    )
}

pub(super) fn whole(host: &Host, path: Option<&Path>) -> Option<PathBuf> {
    path.map(|path| host.cwd.join(path))
}

pub(super) fn shown(path: &Path) -> String {
    escaped(path.as_os_str().as_encoded_bytes())
}
