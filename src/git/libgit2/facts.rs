//! What is known of a repository when it opens.

use bstr::BString;
use git2::{Config, ConfigEntry, ObjectFormat, Repository};

use super::errors::other;
use crate::git::files::{absolute, grafted, shallow};
use crate::git::{Facts, Result};

/// What is known of a repository when it opens.
pub(super) fn facts(repo: &Repository) -> Result<Facts> {
    let common_dir = absolute(repo.commondir())?;
    Ok(Facts {
        git_dir: absolute(repo.path())?,
        work_dir: repo.workdir().map(absolute).transpose()?,
        id_length: match repo.object_format() {
            ObjectFormat::Sha1 => 20,
            ObjectFormat::Sha256 => 32,
        },
        shallow: shallow(&common_dir)?,
        grafted: grafted(&common_dir)?,
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
fn config(repo: &Repository) -> Result<Config> {
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
