//! The extension `TREE`: the trees that Git has written of parts of the index.

use bstr::{BString, ByteSlice as _};

use super::{PATH_BYTES, limit, unreadable};
use crate::git::{Error, Id, Result};

/// Directories inside one another.
const DEPTH: usize = 1024;

/// A directory whose tree is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedTree {
    /// The directory with a slash at its end; empty for the top.
    pub path: BString,
    /// How many entries stand below it.
    pub entries: usize,
    /// Its tree.
    pub id: Id,
}

/// Reads the extension: every directory whose tree holds, by path. A directory that changed since
/// has none.
pub(super) fn cached_trees(mut rest: &[u8], id_length: usize) -> Result<Vec<CachedTree>> {
    let mut found = Vec::new();
    // For each directory on the way: its path's length, and how many below it are still to come.
    let mut open: Vec<(usize, u32)> = Vec::new();
    let mut path = BString::default();
    let mut path_bytes = 0;
    let mut started = false;
    while !rest.is_empty() {
        while let Some((length, 0)) = open.last() {
            path.truncate(*length);
            open.pop();
        }
        let (name, after) = rest.split_once_str(b"\0").ok_or_else(damaged)?;
        let (counts, after) = after.split_once_str(b"\n").ok_or_else(damaged)?;
        let (entries, below) = counts.split_once_str(b" ").ok_or_else(damaged)?;
        let below: u32 = decimal(below).ok_or_else(damaged)?;
        let is_top = !started;
        started = true;
        if let Some((_, left)) = open.last_mut() {
            *left -= 1;
        } else if !is_top {
            return Err(damaged());
        }
        if name.is_empty() != is_top || name.contains(&b'/') || open.len() > DEPTH {
            return Err(damaged());
        }
        let length = path.len();
        if !name.is_empty() {
            path.extend_from_slice(name);
            path.push(b'/');
        }
        rest = after;
        if entries != b"-1" {
            path_bytes += path.len();
            if path_bytes > PATH_BYTES {
                return Err(limit());
            }
            let entries = decimal(entries).ok_or_else(damaged)?;
            let (id, after) = rest.split_at_checked(id_length).ok_or_else(damaged)?;
            rest = after;
            found.push(CachedTree {
                path: path.clone(),
                entries: usize::try_from(entries).map_err(|_| damaged())?,
                id: Id::from_bytes(id).ok_or_else(damaged)?,
            });
        }
        open.push((length, below));
    }
    if open.iter().any(|(_, left)| *left != 0) {
        return Err(damaged());
    }
    found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    if found
        .windows(2)
        .any(|pair| matches!(pair, [one, other] if one.path == other.path))
    {
        return Err(damaged());
    }
    Ok(found)
}

fn decimal(digits: &[u8]) -> Option<u32> {
    digits.to_str().ok()?.parse().ok()
}

fn damaged() -> Error {
    unreadable("its cached trees cannot be read")
}
