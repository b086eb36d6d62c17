//! What a commit changes: trees compared, entry by entry.
//!
//! Attributes, filters and text conversions play no part, and nothing is left out for being large
//! or binary.

use std::collections::BTreeMap;

use bstr::{BStr, BString};

use super::tree::{Object, TreeReader, Visitor, walk};
use super::{Id, Result};

/// The mode of a tree entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileMode {
    /// `100644`, and the older `100664`.
    Regular,
    /// `100755`.
    Executable,
    /// `120000`: a symbolic link.
    Link,
    /// `160000`: a submodule's commit.
    Submodule,
    /// `040000`.
    Tree,
}

impl FileMode {
    /// From the octal digits of a tree entry. Permissions are read as Git reads them: a file is
    /// executable if its owner may execute it. `None` for a kind that Git does not write.
    pub fn from_octal(digits: &[u8]) -> Option<Self> {
        if digits.is_empty() || digits.len() > 7 {
            return None;
        }
        let mut bits = 0_u32;
        for digit in digits {
            bits = bits * 8 + char::from(*digit).to_digit(8)?;
        }
        Self::from_bits(bits)
    }

    /// From the mode bits of an index entry.
    pub(super) fn from_bits(bits: u32) -> Option<Self> {
        match bits & !0o7777 {
            0o100_000 if bits & 0o100 != 0 => Some(Self::Executable),
            0o100_000 => Some(Self::Regular),
            0o120_000 => Some(Self::Link),
            0o160_000 => Some(Self::Submodule),
            0o040_000 => Some(Self::Tree),
            _ => None,
        }
    }

    /// As Git writes it in a tree.
    pub(super) fn octal(self) -> &'static str {
        match self {
            Self::Regular => "100644",
            Self::Executable => "100755",
            Self::Link => "120000",
            Self::Submodule => "160000",
            Self::Tree => "40000",
        }
    }

    /// Whether it is a file with content of its own.
    pub fn is_file(self) -> bool {
        matches!(self, Self::Regular | Self::Executable)
    }

    /// Whether it has a text: a file's content, or where a link leads.
    pub fn has_text(self) -> bool {
        self.is_file() || self == Self::Link
    }

    fn is_same_kind(self, other: Self) -> bool {
        self == other || (self.is_file() && other.is_file())
    }
}

/// What was done to a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    /// It is new.
    Add,
    /// Its content changed.
    Modify,
    /// It is gone.
    Delete,
    /// It is gone from one path and stands, byte for byte, at another.
    Rename,
    /// Only the executable bit changed.
    Mode,
    /// It became another kind of thing: file, link, submodule.
    Type,
}

/// One changed path.
#[derive(Clone, Debug)]
pub struct Change {
    /// What was done.
    pub op: Op,
    /// The path; after the change, for a rename.
    pub path: BString,
    /// The path before, for a rename alone.
    pub old_path: Option<BString>,
    /// The mode before; `None` for an added path.
    pub old_mode: Option<FileMode>,
    /// The mode after; `None` for a deleted path.
    pub mode: Option<FileMode>,
    /// The object before.
    pub old_blob: Option<Id>,
    /// The object after.
    pub blob: Option<Id>,
    /// What else it was before, in the other parents of a merge. A line of any of them is not new.
    pub other_blobs: Vec<Id>,
}

impl Change {
    /// The change at one path; `None` if nothing differs.
    pub(super) fn at(path: &BStr, old: Option<Object>, new: Option<Object>) -> Option<Self> {
        let op = match (old, new) {
            (None, Some(_)) => Op::Add,
            (Some(_), None) => Op::Delete,
            (Some((mode, _)), Some((new, _))) if !mode.is_same_kind(new) => Op::Type,
            (Some((_, blob)), Some((_, new))) if blob != new => Op::Modify,
            (Some((mode, _)), Some((new, _))) if mode != new => Op::Mode,
            (None, None) | (Some(_), Some(_)) => return None,
        };
        Some(Self {
            op,
            path: path.into(),
            old_path: None,
            old_mode: old.map(|(mode, _)| mode),
            mode: new.map(|(mode, _)| mode),
            old_blob: old.map(|(_, id)| id),
            blob: new.map(|(_, id)| id),
            other_blobs: Vec::new(),
        })
    }
}

/// What differs between two trees, by path bytes; `None` is the empty tree. A file that is gone from
/// one path and stands unchanged at another, and is not empty, is one [`Op::Rename`].
pub fn tree_changes(
    trees: &mut TreeReader<'_>,
    old: Option<&Id>,
    new: Option<&Id>,
) -> Result<Vec<Change>> {
    let mut two = Two(Vec::new());
    walk(trees, &[old.copied(), new.copied()], &mut two)?;
    Ok(pair_renames(two.0))
}

struct Two(Vec<Change>);

impl Visitor for Two {
    fn skip(&self, row: &[Option<Object>]) -> bool {
        matches!(row, [old, new] if old == new)
    }

    fn leaf(&mut self, path: &BStr, row: &[Option<Object>]) {
        if let [old, new] = row {
            self.0.extend(Change::at(path, *old, *new));
        }
    }
}

/// Joins each delete with an add of the same content, in the order of paths.
fn pair_renames(changes: Vec<Change>) -> Vec<Change> {
    let mut gone: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate().rev() {
        if let (Op::Delete, Some(blob)) = (change.op, change.old_blob)
            && change.old_mode != Some(FileMode::Submodule)
            && !is_empty_blob(&blob)
        {
            gone.entry(blob).or_default().push(at);
        }
    }
    if gone.is_empty() {
        return changes;
    }
    let mut sources: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate() {
        if let (Op::Add, Some(blob), Some(mode)) = (change.op, change.blob, change.mode)
            && let Some(candidates) = gone.get_mut(&blob)
            && let Some(from) = candidates.last()
            && changes[*from]
                .old_mode
                .is_some_and(|old| old.is_same_kind(mode))
        {
            sources.insert(at, *from);
            candidates.pop();
        }
    }
    let mut folded: Vec<bool> = vec![false; changes.len()];
    for from in sources.values() {
        folded[*from] = true;
    }
    let mut renamed = changes.clone();
    for (at, from) in sources {
        let source = &changes[from];
        let change = &mut renamed[at];
        change.op = Op::Rename;
        change.old_path = Some(source.path.clone());
        change.old_mode = source.old_mode;
        change.old_blob = source.old_blob;
    }
    let mut folded = folded.into_iter();
    renamed.retain(|_| !folded.next().unwrap_or(false));
    renamed
}

fn is_empty_blob(id: &Id) -> bool {
    const SHA1: &[u8] = b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
    const SHA256: &[u8] = b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813";
    [SHA1, SHA256]
        .iter()
        .any(|hex| Id::from_hex(hex) == Some(*id))
}

#[cfg(test)]
pub(super) mod tests;
