//! The index as libgit2 reads it.

use std::path::Path;

use git2::ObjectFormat;

use super::errors::index_error;
use super::id;
use crate::git::{Error, FileMode, Index, IndexEntry, Result};

/// Reads an index file; no file is an empty index.
pub(super) fn read(path: &Path, format: ObjectFormat) -> Result<Index> {
    // Git, too, takes a repository without an index for one where nothing is staged.
    if !path.exists() {
        return Ok(Index::default());
    }
    let index = git2::Index::open_ext(path, format).map_err(|error| index_error(&error))?;
    let mut entries = index
        .iter()
        .map(index_entry)
        .collect::<Result<Vec<IndexEntry>>>()?;
    // libgit2 keeps them so, but only while it is not told that case does not matter.
    entries.sort_by(|one, other| (&one.path, one.stage).cmp(&(&other.path, other.stage)));
    Ok(Index { entries })
}

fn index_entry(entry: git2::IndexEntry) -> Result<IndexEntry> {
    /// Bits 12 and 13 of the flags are the stage; bit 13 of the extended ones is `git add -N`.
    const INTENT_TO_ADD: u16 = 1 << 13;
    let mode = FileMode::from_bits(entry.mode)
        .filter(|mode| *mode != FileMode::Tree)
        .ok_or_else(|| Error::UnreadableIndex("an entry has an unknown mode".to_owned()))?;
    Ok(IndexEntry {
        path: entry.path.into(),
        mode,
        id: id(entry.id)?,
        stage: u8::try_from(entry.flags >> 12 & 3).unwrap_or(0),
        intent_to_add: entry.flags_extended & INTENT_TO_ADD != 0,
    })
}
