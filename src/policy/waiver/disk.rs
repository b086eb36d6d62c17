//! A waiver's file in the file system.

use std::path::{Path, PathBuf};

use super::{LARGEST, WaiverFile};
use crate::policy::origin::FolderError;

/// Reads one. What is no file of a waiver's kind is told of with the others, since it can only make the verdict
/// stricter; one that cannot be read is an error.
pub(super) fn file(path: &Path) -> Result<WaiverFile, FolderError> {
    Ok(WaiverFile {
        name: path.display().to_string(),
        text: text(path).map_err(|source| FolderError::Disk {
            path: PathBuf::from(path),
            source,
        })?,
    })
}

fn text(path: &Path) -> std::io::Result<Result<Vec<u8>, String>> {
    let meta = std::fs::symlink_metadata(path)?;
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
    std::fs::read(path).map(Ok)
}
