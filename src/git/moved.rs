//! Commits that say where their change comes from: picked from another commit, or taking one back.
//!
//! What the message says is a claim. Whether the changes bear it out, [`same_patch`] tells.

use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use super::{Blobs, Change, FileMode, Id, Op, Result, added_lines};

/// Commits that one message may name.
const NAMED: usize = 16;

/// Whether a change is compared with another as it is, or with what takes it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// As it is.
    Same,
    /// Taken back.
    Inverse,
}

/// The commits that a message names as the source of a cherry-pick, each with its line from 1: what
/// `git cherry-pick -x` writes, as a line of its own.
pub fn picked_from(message: &[u8]) -> Vec<(u32, Id)> {
    named(message, b"(cherry picked from commit ", b")")
}

/// The commits that a message says it reverts, each with its line from 1: what `git revert` writes.
pub fn reverted(message: &[u8]) -> Vec<(u32, Id)> {
    let mut found = named(message, b"This reverts commit ", b".");
    // Of a merge it goes on.
    found.extend(named(message, b"This reverts commit ", b", reversing"));
    found.sort_unstable();
    found.dedup();
    found
}

fn named(message: &[u8], before: &[u8], after: &[u8]) -> Vec<(u32, Id)> {
    let numbered = (1..).zip(message.lines());
    let named = numbered.filter_map(|(number, line): (u32, &[u8])| {
        let rest = line.trim_end().strip_prefix(before)?;
        let end = rest.find_byteset(b"),. ").unwrap_or(rest.len());
        let (id, rest) = rest.split_at(end);
        let whole = rest.starts_with(after) && (after.len() > 1 || rest.len() == 1);
        Some((number, Id::from_hex(id).filter(|_| whole)?))
    });
    named.take(NAMED).collect()
}

/// The lines of a message, from 1, that repeat another message from its subject on.
pub fn quoted(message: &[u8], source: &[u8]) -> BTreeSet<u32> {
    let filled = |text| -> Vec<(u32, &[u8])> {
        let numbered = (1..).zip(bstr::ByteSlice::lines(text));
        let trimmed = numbered.map(|(number, line): (u32, &[u8])| (number, line.trim()));
        trimmed.filter(|(_, line)| !line.is_empty()).collect()
    };
    let (lines, source) = (filled(message), filled(source));
    let mut found = BTreeSet::new();
    // The subject itself is the commit's own.
    let mut at = 1;
    while at < lines.len() {
        let pairs = lines[at..].iter().zip(&source);
        let same = pairs.take_while(|((_, line), (_, other))| line == other);
        let length = same.count();
        found.extend(lines[at..at + length].iter().map(|(number, _)| *number));
        at += length.max(1);
    }
    found
}

/// Whether two lists of changes are one patch: the same paths and kinds, and in each the same lines
/// taken away and added, wherever they stand. White space is not compared, as `git patch-id` does
/// not. With [`Sense::Inverse`], whether the first takes the second back.
///
/// Both lists are in the order of paths.
pub fn same_patch(
    blobs: &Blobs<'_>,
    one: &[Change],
    other: &[Change],
    sense: Sense,
) -> Result<bool> {
    let mut other = other.to_vec();
    if sense == Sense::Inverse {
        other = other.into_iter().map(taken_back).collect();
        other.sort_by(|one, other| one.path.cmp(&other.path));
    }
    let ends = |change: &Change| (change.old_mode, change.mode);
    let alike = |(one, other): (&Change, &Change)| {
        one.path == other.path && one.old_path == other.old_path && ends(one) == ends(other)
    };
    if one.len() != other.len() || !one.iter().zip(&other).all(alike) {
        return Ok(false);
    }
    for (one, other) in one.iter().zip(&other) {
        if !same_lines(blobs, one, other)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn taken_back(change: Change) -> Change {
    let (path, old_path) = match change.old_path {
        Some(old) => (old, Some(change.path)),
        None => (change.path, None),
    };
    Change {
        op: match change.op {
            Op::Add => Op::Delete,
            Op::Delete => Op::Add,
            op => op,
        },
        path,
        old_path,
        old_mode: change.mode,
        mode: change.old_mode,
        old_blob: change.blob,
        blob: change.old_blob,
        other_blobs: Vec::new(),
    }
}

fn same_lines(blobs: &Blobs<'_>, one: &Change, other: &Change) -> Result<bool> {
    if (one.old_blob, one.blob) == (other.old_blob, other.blob) {
        return Ok(true);
    }
    let file = |mode: Option<FileMode>| mode.is_none_or(FileMode::is_file);
    if !file(one.old_mode) || !file(one.mode) {
        return Ok(false);
    }
    let read = |id: Option<Id>| id.map(|id| blobs.read(&id)).transpose();
    let [old, new] = [read(one.old_blob)?, read(one.blob)?].map(Option::unwrap_or_default);
    let [before, after] = [read(other.old_blob)?, read(other.blob)?].map(Option::unwrap_or_default);
    if [&old, &new, &before, &after]
        .iter()
        .any(|blob| blob.is_binary())
    {
        return Ok(false);
    }
    let same = |[old, new]: [&[u8]; 2], [before, after]: [&[u8]; 2]| {
        gained(old, new) == gained(before, after)
    };
    Ok(same([&old.data, &new.data], [&before.data, &after.data])
        && same([&new.data, &old.data], [&after.data, &before.data]))
}

/// The added lines, without white space.
fn gained(old: &[u8], new: &[u8]) -> Vec<u8> {
    let runs = added_lines(old, new).into_iter();
    let bytes = runs.flat_map(|run| run.text.iter().copied());
    bytes.filter(|byte| !byte.is_ascii_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789012345678901234567890123456789";

    #[test]
    fn only_what_git_writes_names_a_source() {
        let lines = |message: &str| -> Vec<u32> {
            let found = picked_from(message.as_bytes());
            found.into_iter().map(|(line, _)| line).collect()
        };
        assert_eq!(
            lines(&format!("A\n\n(cherry picked from commit {ID})\n")),
            [3]
        );
        assert_eq!(
            lines(&format!("A\n\nB: c\n(cherry picked from commit {ID})")),
            [4]
        );
        for other in [
            format!("A\n\n    (cherry picked from commit {ID})\n"),
            format!("A\n\n(cherry picked from commit {ID}) too\n"),
            format!("A\n\nsee (cherry picked from commit {ID})\n"),
            "A\n\n(cherry picked from commit 0123456)\n".to_owned(),
        ] {
            assert_eq!(lines(&other), [0; 0], "{other}");
        }
        let found = |message: String| reverted(message.as_bytes()).len();
        assert_eq!(found(format!("R\n\nThis reverts commit {ID}.\n")), 1);
        assert_eq!(
            found(format!(
                "R\n\nThis reverts commit {ID}, reversing\nchanges made to {ID}.\n"
            )),
            1
        );
        assert_eq!(
            found(format!("R\n\nThis reverts commit {ID} in part.\n")),
            0
        );
    }

    #[test]
    fn a_quotation_begins_with_the_subject_and_ends_where_it_differs() {
        let source = b"Add a\n\nBody\n\nKey: value\n";
        let quotes = |message: &str| -> Vec<u32> {
            quoted(message.as_bytes(), source).into_iter().collect()
        };
        assert_eq!(
            quotes("Revert\n\nAdd a\nBody\n\nKey: value\nOther: b\n"),
            [3, 4, 6]
        );
        assert_eq!(quotes("Revert\n\nBody\n\nKey: value\n"), [0; 0]);
        assert_eq!(quotes("Revert\n\nAdd a\nmine\nKey: value\n"), [3]);
        assert_eq!(quotes("Add a\n\nBody\n\nKey: value\n"), [0; 0]);
    }
}
