//! The waivers beside a policy file: `waivers/*.yml` in its folder.

use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::policy::waiver::{LARGEST, MOST, WaiverFile, is_waiver};

/// Reads them, as files that may be waivers or not. A file that is not read as it should be is told of
/// later, since it can only make the verdict stricter; a folder that cannot be listed is an error.
pub(in crate::cli) fn beside(policy: &Path) -> Result<Vec<WaiverFile>> {
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
        files.push(WaiverFile {
            name: entry.path().display().to_string(),
            text: text(&entry.path())?,
        });
    }
    files.sort_unstable();
    Ok(files)
}

/// The bytes of a file; or why it is none that may be a waiver.
fn text(path: &Path) -> Result<Result<Vec<u8>, String>> {
    let context = || format!("cannot read the waiver {}", path.display());
    let meta = std::fs::symlink_metadata(path).with_context(context)?;
    if !meta.is_file() {
        let kind = if meta.is_symlink() {
            "is a symbolic link"
        } else {
            "is no regular file"
        };
        return Ok(Err(kind.to_owned()));
    }
    if meta.len() > LARGEST {
        return Ok(Err(format!("is larger than {} KiB", LARGEST >> 10)));
    }
    std::fs::read(path).with_context(context).map(Ok)
}
