//! The entries of an index, one after another.

use bstr::{BString, ByteSlice as _};

use super::{IndexEntry, PATH_BYTES, cut, limit, unreadable};
use crate::git::distance::distance;
use crate::git::{FileMode, Id, Result};

/// Times, device, inode, mode, owner and size.
const STAT: usize = 40;
/// Where the mode stands in it.
const MODE: usize = 24;
/// A path of that length or more has its length nowhere.
const LONG: u16 = 0xfff;
/// There are more flags.
const EXTENDED: u16 = 1 << 14;
/// Of those: `git add -N`.
const INTENT_TO_ADD: u16 = 1 << 13;
/// Of those: the file is not wanted in the work tree.
const SKIP_WORKTREE: u16 = 1 << 14;

/// What is left of the entries.
pub(super) struct Entries<'a> {
    rest: &'a [u8],
    version: u32,
    id_length: usize,
    /// The last path, which version 4 shortens the next one by.
    path: BString,
    /// Bytes of all paths so far: in version 4 a small file may hold many long ones.
    path_bytes: usize,
}

impl<'a> Entries<'a> {
    pub(super) fn new(rest: &'a [u8], version: u32, id_length: usize) -> Self {
        Self {
            rest,
            version,
            id_length,
            path: BString::default(),
            path_bytes: 0,
        }
    }

    /// What follows the entries.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next entry, which is to stand behind `before`. The outer error ends the reading; after
    /// the inner one the next entry can be read.
    pub(super) fn next(&mut self, before: Option<&IndexEntry>) -> Result<Result<IndexEntry>> {
        let entry = self.rest;
        let stat = self.take(STAT)?;
        let id = Id::from_bytes(self.take(self.id_length)?).ok_or_else(cut)?;
        let flags = self.short()?;
        let extended = if flags & EXTENDED != 0 {
            self.short()?
        } else {
            0
        };
        if flags & EXTENDED != 0 && self.version < 3
            || extended & !(INTENT_TO_ADD | SKIP_WORKTREE) != 0
        {
            return Err(unreadable("an entry has flags that are not known"));
        }
        if self.version == 4 {
            self.shortened_path()?;
        } else {
            self.padded_path(entry)?;
        }
        self.path_bytes += self.path.len();
        if self.path_bytes > PATH_BYTES {
            return Err(limit());
        }
        let length = flags & LONG;
        if length != LONG && usize::from(length) != self.path.len() {
            return Err(unreadable("a path has another length than its entry says"));
        }
        let mode = stat.get(MODE..).and_then(|rest| rest.first_chunk::<4>());
        let mode = u32::from_be_bytes(*mode.ok_or_else(cut)?);
        let stage = u8::try_from(flags >> 12 & 3).unwrap_or_default();
        Ok(self.entry(before, mode, id, stage, extended & INTENT_TO_ADD != 0))
    }

    fn entry(
        &self,
        before: Option<&IndexEntry>,
        mode: u32,
        id: Id,
        stage: u8,
        intent_to_add: bool,
    ) -> Result<IndexEntry> {
        let mode = FileMode::from_bits(mode)
            .filter(|mode| *mode != FileMode::Tree)
            .ok_or_else(|| unreadable("an entry has an unknown mode"))?;
        if self.path.is_empty() {
            return Err(unreadable("an entry has no path"));
        }
        if before.is_some_and(|before| !is_in_order(before, &self.path, stage)) {
            return Err(unreadable("its entries are out of order"));
        }
        Ok(IndexEntry {
            path: self.path.clone(),
            mode,
            id,
            stage,
            intent_to_add,
        })
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(cut)?;
        self.rest = rest;
        Ok(taken)
    }

    fn short(&mut self) -> Result<u16> {
        let (taken, rest) = self.rest.split_first_chunk::<2>().ok_or_else(cut)?;
        self.rest = rest;
        Ok(u16::from_be_bytes(*taken))
    }

    /// Versions 2 and 3: the path, and NULs up to a length of the entry that eight divides.
    fn padded_path(&mut self, entry: &[u8]) -> Result<()> {
        let length = self.rest.find_byte(0).ok_or_else(cut)?;
        self.path = self.take(length)?.into();
        let taken = entry.len() - self.rest.len();
        let padding = self.take(8 - taken % 8)?;
        if padding.iter().any(|&byte| byte != 0) {
            return Err(unreadable("what should be NULs behind a path are none"));
        }
        Ok(())
    }

    /// Version 4: how much of the last path goes away, and what takes its place.
    fn shortened_path(&mut self) -> Result<()> {
        let (gone, rest) = distance(self.rest).ok_or_else(cut)?;
        self.rest = rest;
        let gone = usize::try_from(gone).ok();
        let kept = gone.and_then(|gone| self.path.len().checked_sub(gone));
        let kept = kept.ok_or_else(|| unreadable("a path is shortened by more than it has"))?;
        let length = self.rest.find_byte(0).ok_or_else(cut)?;
        let own = self.take(length + 1)?;
        self.path.truncate(kept);
        self.path.extend_from_slice(&own[..length]);
        Ok(())
    }
}

/// By path, then stage. A path that is merged has no other entry.
fn is_in_order(before: &IndexEntry, path: &[u8], stage: u8) -> bool {
    match before.path.as_slice().cmp(path) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Equal => before.stage != 0 && before.stage < stage,
        std::cmp::Ordering::Greater => false,
    }
}
