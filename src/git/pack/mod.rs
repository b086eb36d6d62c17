//! Objects out of packs, faster than libgit2 reads them: for histories, in which nearly the same
//! trees and files are read again and again. For `libgit2.rs` alone.
//!
//! It answers only what it is sure of. A form that it does not know, a damaged entry, an object that
//! is in no pack: all of that is `None`, and libgit2 reads it or says what is wrong. An index whose
//! checksum is wrong is no such case: libgit2 would read other objects by it, and not notice.

mod blocks;
mod cache;
mod delta;
mod entry;
mod index;
mod reader;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bstr::ByteSlice as _;

use self::blocks::Blocks;
use self::cache::Cache;
use self::entry::Pack;
use self::index::PackIndex;
pub(super) use self::reader::PackReader;
use super::{Id, Kind};

/// Bytes of all indexes that are read.
const INDEXES: u64 = 1 << 30;

/// Packs that are kept open: libgit2 opens files too, and a process may have 256 of them on some
/// systems.
const OPEN: usize = 96;

/// Blocks of all packs that are kept.
const BLOCKS: u64 = 512;

/// Object directories that borrow from one another, as for Git.
const ALTERNATES: usize = 5;

/// The packs of a repository, for all threads.
pub(super) struct Packs {
    open: Vec<Pack>,
    /// An index whose checksum is wrong.
    damaged: Option<PathBuf>,
    cache: Cache,
}

/// An object that was found.
pub(super) enum Found {
    /// Its content.
    Object(Kind, Arc<Vec<u8>>),
    /// It is larger than it may be.
    TooLarge(Kind, u64),
    /// Nothing can be said: this index of a pack is damaged.
    Damaged(PathBuf),
}

impl Packs {
    /// The packs below an `objects` directory and those that it borrows from. What cannot be read
    /// is left to libgit2, and so are the smallest of too many packs.
    pub(super) fn open(objects: &Path, id_length: usize) -> Self {
        let directories = directories(objects);
        let files = directories.iter().flat_map(|one| packs_below(one));
        let files = files.collect();
        let mut packs = Self {
            open: Vec::new(),
            damaged: None,
            cache: Cache::default(),
        };
        for (files, blocks) in worth_opening(files) {
            let pack = packs.open_one(&files, blocks, id_length);
            packs.open.extend(pack);
        }
        packs
    }

    /// Opens a pack and keeps up to so many blocks of it.
    fn open_one(&mut self, files: &Files, blocks: usize, id_length: usize) -> Option<Pack> {
        let index = std::fs::read(&files.index).ok()?;
        if !index::is_whole(&index, id_length) {
            self.damaged.get_or_insert_with(|| files.index.clone());
            return None;
        }
        let index = PackIndex::parse(index, id_length)?;
        let blocks = Blocks::new(File::open(&files.pack).ok()?, blocks)?;
        Pack::new(index, blocks, id_length)
    }
}

/// The objects of one pack that we can read: for the fuzz target, which has no repository.
pub fn read_pack(
    index: Vec<u8>,
    pack: File,
    ids: &[Id],
    cap: u64,
) -> Option<Vec<Option<Arc<Vec<u8>>>>> {
    let id_length = ids.first()?.as_bytes().len();
    let index = PackIndex::parse(index, id_length)?;
    let pack = Pack::new(index, Blocks::new(pack, 1)?, id_length)?;
    let packs = Packs {
        open: vec![pack],
        damaged: None,
        cache: Cache::default(),
    };
    let mut reader = PackReader::new(Arc::new(packs));
    let read = |id| match reader.read(id, cap) {
        Some(Found::Object(_, data)) => Some(data),
        Some(Found::TooLarge(..) | Found::Damaged(_)) | None => None,
    };
    Some(ids.iter().map(read).collect())
}

/// A pack's files, not opened yet.
struct Files {
    index: PathBuf,
    index_bytes: u64,
    pack: PathBuf,
    pack_bytes: u64,
}

fn packs_below(objects: &Path) -> Vec<Files> {
    let Ok(entries) = std::fs::read_dir(objects.join("pack")) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.filter_map(files).collect()
}

fn files(index: PathBuf) -> Option<Files> {
    if index.extension().is_none_or(|extension| extension != "idx") {
        return None;
    }
    let pack = index.with_extension("pack");
    let bytes = |path: &Path| Some(std::fs::metadata(path).ok()?.len());
    Some(Files {
        index_bytes: bytes(&index)?,
        pack_bytes: bytes(&pack)?,
        index,
        pack,
    })
}

/// The largest, as far as files and memory go, and how many blocks each may keep.
fn worth_opening(mut files: Vec<Files>) -> impl Iterator<Item = (Files, usize)> {
    files.sort_by(|one, other| {
        let order = other.pack_bytes.cmp(&one.pack_bytes);
        order.then_with(|| one.index.cmp(&other.index))
    });
    let mut room = INDEXES;
    files.retain(|one| {
        let fits = one.index_bytes <= room;
        room -= if fits { one.index_bytes } else { 0 };
        fits
    });
    files.truncate(OPEN);
    let all: u64 = files.iter().map(|one| one.pack_bytes).sum();
    files.into_iter().map(move |one| {
        // Its share in all bytes, and one.
        let share = u128::from(BLOCKS) * u128::from(one.pack_bytes) / u128::from(all.max(1));
        (one, usize::try_from(share + 1).unwrap_or(1))
    })
}

/// An `objects` directory and those that it borrows from.
pub(super) fn directories(objects: &Path) -> Vec<PathBuf> {
    let mut found = vec![(objects.to_owned(), 0)];
    let mut at = 0;
    while let Some((directory, depth)) = found.get(at).cloned() {
        at += 1;
        if depth < ALTERNATES {
            for other in alternates(&directory) {
                if found.iter().all(|(known, _)| *known != other) {
                    found.push((other, depth + 1));
                }
            }
        }
    }
    found.into_iter().map(|(directory, _)| directory).collect()
}

/// The directories that `info/alternates` names; a quoted one is left to libgit2.
fn alternates(objects: &Path) -> Vec<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    let text = std::fs::read(objects.join("info/alternates")).unwrap_or_default();
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b"\""))
        .map(|line| objects.join(std::ffi::OsStr::from_bytes(line)))
        .collect()
}

#[cfg(test)]
mod tests;
