//! What is known of a repository when it opens.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bstr::{BString, ByteSlice as _};
use git2::{Config, ConfigEntry, ObjectFormat, Repository};

use super::errors::other;
use crate::git::{Error, Facts, Id, Result};

/// What is known of a repository when it opens.
pub(super) fn facts(repo: &Repository) -> Result<Facts> {
    let common_dir = absolute(repo.commondir())?;
    let grafts = read_optional(&common_dir.join("info/grafts"))?;
    let shallow_path = common_dir.join("shallow");
    let mut shallow = BTreeSet::new();
    for line in read_optional(&shallow_path)?.lines() {
        let id = Id::from_hex(line).ok_or_else(|| Error::UnreadableFile {
            path: shallow_path.clone(),
            source: std::io::ErrorKind::InvalidData.into(),
        })?;
        shallow.insert(id);
    }
    Ok(Facts {
        git_dir: absolute(repo.path())?,
        work_dir: repo.workdir().map(absolute).transpose()?,
        id_length: match repo.object_format() {
            ObjectFormat::Sha1 => 20,
            ObjectFormat::Sha256 => 32,
        },
        shallow,
        grafted: !grafts.trim().is_empty(),
        partial: is_partial(repo)?,
        common_dir,
    })
}

fn is_partial(repo: &Repository) -> Result<bool> {
    let config = config(repo)?;
    let failed = |error: git2::Error| other(&error);
    if config.get_entry("extensions.partialclone").is_ok() {
        return Ok(true);
    }
    let mut entries = config
        .entries(Some("^remote\\..*\\.promisor$"))
        .map_err(failed)?;
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(failed)?;
        if !entry.has_value() || Config::parse_bool(entry.value_bytes()).unwrap_or(true) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The configuration as it is now.
pub(super) fn config(repo: &Repository) -> Result<Config> {
    repo.config()
        .and_then(|mut config| config.snapshot())
        .map_err(|error| other(&error))
}

/// A configuration value. For Git, a key without one is set to true.
pub(super) fn value(entry: &ConfigEntry<'_>) -> BString {
    if entry.has_value() {
        entry.value_bytes().into()
    } else {
        "true".into()
    }
}

pub(super) fn absolute(path: &Path) -> Result<PathBuf> {
    path.canonicalize().map_err(|source| Error::UnreadableFile {
        path: path.to_owned(),
        source,
    })
}

/// A file's content, or nothing where there is no such file.
pub fn read_optional(path: &Path) -> Result<Vec<u8>> {
    match std::fs::read(path) {
        Ok(content) => Ok(content),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(Error::UnreadableFile {
            path: path.to_owned(),
            source,
        }),
    }
}
