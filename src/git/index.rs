//! The index file, versions 2 to 4, as Git's `index-format` documents it.
//!
//! A sparse or a split index is [`Error::IndexForm`]; everything that cannot be understood to the
//! last byte is [`Error::UnreadableIndex`].

mod cached;
mod entries;
mod file;

use bstr::BString;

use self::cached::cached_trees;
use self::entries::Entries;
use super::hash::is_sum_of;
use super::{Error, FileMode, Id, Result};
use crate::text::show::escaped;

pub use self::cached::CachedTree;
pub(super) use self::file::IndexFile;

/// Bytes of all paths together.
const PATH_BYTES: usize = 1 << 28;

/// One entry of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexEntry {
    /// The path from the top.
    pub path: BString,
    /// Its mode.
    pub mode: FileMode,
    /// The blob or the submodule's commit.
    pub id: Id,
    /// 0, or 1 to 3 for an unmerged path.
    pub stage: u8,
    /// `git add -N`: the path will be added, its content is not staged.
    pub intent_to_add: bool,
}

/// The index, in its own order: by path bytes, then stage.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The entries.
    pub entries: Vec<IndexEntry>,
    /// The directories whose trees Git has written already, by path, each with a slash at its end;
    /// the top is the empty path. Git takes such a tree for a commit without another look at the
    /// entries.
    pub trees: Vec<CachedTree>,
}

impl Index {
    /// Reads an index file of a repository whose ids have that length.
    pub fn parse(raw: &[u8], id_length: usize) -> Result<Self> {
        let end = raw.len().checked_sub(id_length).ok_or_else(cut)?;
        let (body, sum) = raw.split_at(end);
        let rest = body
            .strip_prefix(b"DIRC")
            .ok_or_else(|| unreadable("it does not begin as an index does"))?;
        let (version, rest) = number(rest).ok_or_else(cut)?;
        let (count, rest) = number(rest).ok_or_else(cut)?;
        if !(2..=4).contains(&version) {
            return Err(unreadable("it is of a version that is not known"));
        }
        // Git leaves the sum out where `index.skipHash` says so.
        if sum.iter().any(|&byte| byte != 0) && !is_sum_of(sum, body) {
            return Err(unreadable("its checksum is wrong"));
        }
        let mut entries = Entries::new(rest, version, id_length);
        let mut found = Vec::new();
        // What is wrong with an entry may come of a form that an extension names.
        let mut wrong = None;
        for _ in 0..count {
            match entries.next(found.last())? {
                Ok(entry) => found.push(entry),
                Err(error) => wrong = wrong.or(Some(error)),
            }
        }
        let trees = extensions(entries.rest(), id_length)?;
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        Ok(Self {
            entries: found,
            trees,
        })
    }
}

/// Reads the extensions; one that is not known and not optional is an error.
fn extensions(mut rest: &[u8], id_length: usize) -> Result<Vec<CachedTree>> {
    let mut trees = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let (size, after) = number(after).ok_or_else(cut)?;
        let size = usize::try_from(size).map_err(|_| cut())?;
        let (content, after) = after.split_at_checked(size).ok_or_else(cut)?;
        match name {
            b"TREE" => trees = cached_trees(content, id_length)?,
            b"link" => return Err(Error::IndexForm { split: true }),
            b"sdir" => return Err(Error::IndexForm { split: false }),
            // What is optional begins with a capital.
            [b'A'..=b'Z', ..] => {}
            _ => {
                let name = escaped(name);
                return Err(Error::UnreadableIndex(format!(
                    "its extension `{name}` is not known"
                )));
            }
        }
        rest = after;
    }
    Ok(trees)
}

/// A number of 32 bits, and what follows it.
fn number(raw: &[u8]) -> Option<(u32, &[u8])> {
    let (bytes, rest) = raw.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*bytes), rest))
}

fn cut() -> Error {
    unreadable("it is cut off")
}

fn unreadable(what: &str) -> Error {
    Error::UnreadableIndex(what.to_owned())
}

fn limit() -> Error {
    Error::Limit {
        what: "bytes of paths in the index",
        limit: PATH_BYTES as u64,
    }
}

#[cfg(test)]
mod tests;
