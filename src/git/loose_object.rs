//! Loose objects, read here: over one that is cut off libgit2 would turn in a circle for ever, and one
//! that is too short it fills up with NULs. For the readers.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;
use flate2::bufread::ZlibDecoder;

use super::{Error, Id, Kind};

/// Bytes of the longest header: a kind, a size and a NUL.
const HEADER: u64 = 32;

/// A loose object that was found.
pub(super) enum LooseObject {
    /// Its content.
    Object(Kind, Vec<u8>),
    /// It is larger than it may be.
    TooLarge(Kind, u64),
    /// It is not what Git writes.
    Damaged,
}

/// An object of up to `cap` bytes; `None` where no such file can be opened in these directories.
pub(super) fn read(directories: &[PathBuf], id: &Id, cap: u64) -> Option<LooseObject> {
    let file = directories
        .iter()
        .find_map(|objects| File::open(file(objects, id)).ok())?;
    Some(unpack(file, cap).unwrap_or(LooseObject::Damaged))
}

/// The error of an object that cannot be unpacked, loose or not.
pub(super) fn damaged(directories: &[PathBuf], id: &Id) -> Error {
    let mut files = directories.iter().map(|objects| file(objects, id));
    match files.find(|file| file.exists()) {
        Some(file) => Error::Loose { id: *id, file },
        None => Error::Corrupt {
            id: *id,
            what: "it cannot be unpacked",
        },
    }
}

fn file(objects: &Path, id: &Id) -> PathBuf {
    let hex = id.to_string();
    let (folder, name) = hex.split_at(2);
    objects.join(folder).join(name)
}

fn unpack(file: File, cap: u64) -> Option<LooseObject> {
    let mut from = BufReader::new(ZlibDecoder::new(BufReader::new(file)));
    let mut header = Vec::new();
    let mut start = (&mut from).take(HEADER);
    start.read_until(0, &mut header).ok()?;
    let (kind, size) = header.strip_suffix(b"\0")?.split_once_str(" ")?;
    let kind = Kind::named(kind)?;
    let size: u64 = size.to_str().ok()?.parse().ok()?;
    if size > cap {
        return Some(LooseObject::TooLarge(kind, size));
    }
    let mut content = Vec::new();
    let mut rest = (&mut from).take(size.checked_add(1)?);
    rest.read_to_end(&mut content).ok()?;
    let mut file = from.into_inner().into_inner();
    let ends = file.fill_buf().ok()?.is_empty();
    (ends && content.len() as u64 == size).then_some(LooseObject::Object(kind, content))
}
