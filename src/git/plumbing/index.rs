//! The index, as Git reads it: for a sparse or a split one, which is not parsed here.

use std::collections::HashSet;

use bstr::{BStr, ByteSlice as _};

use super::git::{Git, odd};
use crate::git::hash::object_id;
use crate::git::index::IndexFile;
use crate::git::{Error, FileMode, Id, Index, IndexEntry, Kind, Result, empty_tree};

/// How often an index is read that changes meanwhile.
const TRIES: usize = 4;

impl Git {
    /// Every entry, those of directories that are out of the work tree too.
    ///
    /// The trees that Git has written already are not told.
    pub(in crate::git) fn index(&self, file: &IndexFile, id_length: usize) -> Result<Index> {
        for _ in 0..TRIES {
            let before = file.read()?;
            let mut entries = self.entries(id_length)?;
            self.mark_intended(&mut entries, id_length)?;
            if file.read()? == before {
                let trees = Vec::new();
                return Ok(Index { entries, trees });
            }
        }
        let what = "it changes while it is read";
        Err(Error::UnreadableIndex(what.to_owned()))
    }

    fn entries(&self, id_length: usize) -> Result<Vec<IndexEntry>> {
        let words = ["ls-files", "--stage", "-z", "--full-name", "--", ":/"];
        let listed = self.run(&words, b"")?.succeeded("ls-files")?;
        let rows = rows(&listed).into_iter();
        let read = |row: &[u8]| entry(row, id_length).ok_or_else(|| odd("ls-files", row));
        let mut entries = rows.map(read).collect::<Result<Vec<IndexEntry>>>()?;
        entries.sort_by(|one, other| (&one.path, one.stage).cmp(&(&other.path, other.stage)));
        Ok(entries)
    }

    /// Marks the entries of `git add -N`: a comparison with nothing leaves them out.
    fn mark_intended(&self, entries: &mut [IndexEntry], id_length: usize) -> Result<()> {
        let said = self.run(
            &[
                "diff-index",
                "--cached",
                "--raw",
                "-r",
                "-z",
                "--ita-invisible-in-index",
                "--no-renames",
                "--no-relative",
                "--no-ext-diff",
                "--ignore-submodules=none",
                empty_tree(id_length),
                "--",
            ],
            b"",
        )?;
        let listed = said.succeeded("diff-index")?;
        let fields = rows(&listed);
        let mut staged: HashSet<&BStr> = HashSet::new();
        for pair in fields.chunks(2) {
            match pair {
                [about, path] if about.starts_with(b":") => staged.insert(path.as_bstr()),
                _ => return Err(odd("diff-index", &listed)),
            };
        }
        let nothing = object_id(Kind::Blob, b"", id_length);
        for entry in entries {
            if staged.contains(entry.path.as_bstr()) {
                continue;
            }
            // There is no content to it, so that nothing else can be left out here.
            if Some(entry.id) != nothing || entry.stage != 0 {
                return Err(odd("diff-index", &entry.path));
            }
            entry.intent_to_add = true;
        }
        Ok(())
    }
}

/// What NULs end.
fn rows(listed: &[u8]) -> Vec<&[u8]> {
    let mut rows: Vec<&[u8]> = listed.split(|&byte| byte == 0).collect();
    rows.pop_if(|last| last.is_empty());
    rows
}

fn entry(row: &[u8], id_length: usize) -> Option<IndexEntry> {
    let (about, path) = row.split_once_str("\t")?;
    let mut words = about.split_str(" ");
    let (mode, id, stage) = (words.next()?, words.next()?, words.next()?);
    let mode = u32::from_str_radix(mode.to_str().ok()?, 8).ok()?;
    let stage: u8 = stage.to_str().ok()?.parse().ok()?;
    if words.next().is_some() || path.is_empty() || stage > 3 {
        return None;
    }
    Some(IndexEntry {
        path: path.into(),
        mode: FileMode::from_bits(mode).filter(|mode| *mode != FileMode::Tree)?,
        id: Id::from_hex(id).filter(|id| id.as_bytes().len() == id_length)?,
        stage,
        intent_to_add: false,
    })
}
