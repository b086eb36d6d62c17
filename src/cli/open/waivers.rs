//! The waivers beside a policy file: `waivers/*.yml` in its folder.

use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::policy::waiver::{MOST, is_waiver};

/// The files that are meant to be waivers, unread: they are when something is found that one could except. A folder
/// that cannot be listed is an error.
pub(in crate::cli) fn beside(policy: &Path) -> Result<Vec<PathBuf>> {
    let folder = policy.with_file_name("waivers");
    let shown = folder.display();
    let meta = match std::fs::symlink_metadata(&folder) {
        Ok(meta) => meta,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {shown}")),
    };
    if !meta.is_dir() {
        bail!("{shown} is no directory of waivers");
    }
    let mut files = Vec::new();
    let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot list {shown}"))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot list {shown}"))?;
        if !is_waiver(entry.file_name().as_bytes().into()) {
            continue;
        }
        if files.len() == MOST {
            bail!("{shown} holds more than {MOST} waivers");
        }
        files.push(entry.path());
    }
    files.sort_unstable();
    Ok(files)
}
