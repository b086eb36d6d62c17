//! The repository that a command is about, and files named on the command line.

mod signers;
mod waivers;

use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};

use crate::check::{EmergencyFile, Obstacle};
use crate::git::{self, Open, Opening, Reader, Repo};
use crate::host::Host;
use crate::policy::Given;
use crate::policy::origin::{Folder, GitSource, Reach, SourceError, is_address, outside};
use crate::policy::waiver;
pub(super) use signers::SignedBy;
pub(super) use waivers::beside as waivers_beside;

/// The largest policy file that is read.
const LARGEST: u64 = 8 << 20;

/// Opens the repository at `dir`, or the one that Git's variables and the working directory name.
pub(super) fn repository(
    host: &Host,
    dir: Option<&Path>,
    verify_objects: bool,
) -> git::Result<Box<dyn Repo + Send>> {
    let mut opening = Opening::new(host);
    opening.verify_objects = verify_objects;
    opened(dir, &opening)
}

/// The same, by the reader that was asked for.
pub(super) fn opened(dir: Option<&Path>, by: &Opening<'_>) -> git::Result<Box<dyn Repo + Send>> {
    git::open(dir.map_or(Open::FromEnv, Open::At), by)
}

/// What reads the repository, as the command line names it.
pub(super) fn reader(text: &str) -> Result<Reader, String> {
    match text {
        "auto" => Ok(Reader::Auto),
        "library" => Ok(Reader::Library),
        "git" => Ok(Reader::Git),
        _ => Err("a reader is auto, library or git".to_owned()),
    }
}

/// The organisation's policy as `--policy` names it: `pack:NAME`, a file, or an address that was fetched.
pub(super) fn given(policy: &str, sha256: Option<&str>, reach: Reach<'_>) -> Result<Given> {
    let sha256 = sha256.map(str::to_owned);
    if is_address(policy) {
        let given = fetched(policy, reach)?;
        return Ok(Given { sha256, ..given });
    }
    let (mut folder, mut waivers) = (Folder::Nowhere, Vec::new());
    let text = if let Some(name) = policy.strip_prefix("pack:") {
        format!("cordon: 1\nextends: [{{pack: {}}}]\n", quoted(name)).into_bytes()
    } else {
        let path = Path::new(policy);
        folder = Folder::Disk(path.parent().unwrap_or(Path::new("")).to_owned());
        waivers = waivers_beside(path)?;
        policy_file(path)?
    };
    Ok(Given {
        name: policy.to_owned(),
        text,
        sha256,
        waivers,
        folder,
        commit: None,
        more_waivers: Vec::new(),
    })
}

/// A policy by its address, out of the store.
fn fetched(policy: &str, reach: Reach<'_>) -> Result<Given> {
    let source = GitSource::parse(policy).map_err(|told| anyhow!("{policy}: {told}"))?;
    let (read, _) = outside(&source, reach)?;
    Ok(Given {
        name: source.name_of(&source.path),
        text: read.text,
        folder: read.folder,
        commit: Some(read.commit),
        ..Given::default()
    })
}

/// Why there is no policy from outside, for a report.
pub(super) fn no_policy(error: anyhow::Error) -> Box<Obstacle> {
    Box::new(match error.downcast::<SourceError>() {
        Ok(error) => Obstacle::source(error),
        Err(error) => Obstacle::told("policy-invalid", format!("{error:#}")),
    })
}

/// The bytes of a regular file of at most so many bytes.
pub(super) fn small_file(path: &Path, most: u64) -> Result<Vec<u8>> {
    let shown = path.display();
    let meta = std::fs::metadata(path).with_context(|| format!("cannot read {shown}"))?;
    if !meta.is_file() {
        bail!("{shown} is not a regular file");
    }
    if meta.len() > most {
        bail!("{shown} is larger than {} KiB", most >> 10);
    }
    std::fs::read(path).with_context(|| format!("cannot read {shown}"))
}

/// The bytes of a policy file: a regular one, of a size that a policy can have.
pub(super) fn policy_file(path: &Path) -> Result<Vec<u8>> {
    file_of("the policy", path)
}

/// The bytes of a file of policy tests, under the same conditions.
pub(super) fn tests_file(path: &Path) -> Result<Vec<u8>> {
    file_of("the file of tests", path)
}

fn file_of(what: &str, path: &Path) -> Result<Vec<u8>> {
    let shown = path.display();
    let cannot = || format!("cannot read {what} {shown}");
    let meta = std::fs::symlink_metadata(path).with_context(cannot)?;
    if meta.is_symlink() {
        bail!("{what} {shown} is a symbolic link: name the file itself");
    }
    if meta.is_dir() {
        bail!("{what} {shown} is a directory: name a file in it");
    }
    if !meta.is_file() {
        bail!("{what} {shown} is not a regular file");
    }
    if meta.len() > LARGEST {
        bail!("{what} {shown} is larger than 8 MiB");
    }
    std::fs::read(path).with_context(cannot)
}

/// The bytes of a file of reviews: of any kind, since a pipe is one too.
pub(super) fn approvals(path: &Path) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let shown = path.display();
    let file = std::fs::File::open(path);
    let file = file.with_context(|| format!("cannot read the reviews {shown}"))?;
    let mut text = Vec::new();
    // One byte more than is taken, so that a larger file shows.
    let read = file.take(LARGEST + 1).read_to_end(&mut text);
    read.with_context(|| format!("cannot read the reviews {shown}"))?;
    Ok(text)
}

/// The emergency waiver of this path, if one is handed over.
pub(super) fn emergency(path: Option<&Path>) -> Result<Option<EmergencyFile>, Box<Obstacle>> {
    let Some(path) = path else {
        return Ok(None);
    };
    let name = path.display().to_string();
    let text = small_file(path, waiver::LARGEST).map_err(|error| {
        let told = format!("cannot read the emergency waiver: {error:#}");
        Obstacle::told("emergency", told)
    })?;
    Ok(Some(EmergencyFile { name, text }))
}

/// A name as a YAML text in single quotes.
fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}
