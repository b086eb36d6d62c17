//! One pack, and its entries: headers and deflated data.

use std::sync::Arc;

use flate2::{Decompress, FlushDecompress, Status};

use super::blocks::{Blocks, Seen};
use super::delta;
use super::index::PackIndex;
use crate::git::distance::distance;
use crate::git::{Id, Kind};

/// The longest header: a size, and the id of a base.
const HEADER: usize = 10 + 32;

/// The longest sizes that a delta begins with.
const SIZES: usize = 20;

/// How much deflate makes of one byte, at most.
const RATIO: u64 = 1032;

/// A pack with its index.
pub(super) struct Pack {
    pub(super) index: PackIndex,
    blocks: Blocks,
    id_length: usize,
}

/// What an entry is.
pub(super) enum Form {
    /// An object as it is.
    Whole(Kind),
    /// A delta against the object that stands there.
    Delta(u64),
}

/// The header of an entry.
pub(super) struct Entry {
    pub(super) form: Form,
    /// Bytes of its data, inflated.
    pub(super) size: u64,
    /// Where the deflated data begins.
    pub(super) data: u64,
}

/// What one thread needs to inflate.
pub(super) struct Inflater {
    stream: Decompress,
    seen: Option<(usize, Seen)>,
}

impl Inflater {
    pub(super) fn new() -> Self {
        Self {
            stream: Decompress::new(true),
            seen: None,
        }
    }
}

impl Pack {
    /// A pack whose index belongs to it; `None` for a version that is not known here.
    pub(super) fn new(index: PackIndex, blocks: Blocks, id_length: usize) -> Option<Self> {
        let pack = Self {
            index,
            blocks,
            id_length,
        };
        let mut header = [0; 12];
        let mut sum = [0; 32];
        let sum = sum.get_mut(..id_length)?;
        let end = pack.end()?;
        let whole = pack.copy(0, &mut header) == header.len() && pack.copy(end, sum) == id_length;
        let known = matches!(&header[..8], b"PACK\0\0\0\x02" | b"PACK\0\0\0\x03");
        let count = u32::from_be_bytes(header.last_chunk().copied()?);
        let fits = usize::try_from(count) == Ok(pack.index.count());
        (whole && known && fits && pack.index.pack_sum() == Some(sum)).then_some(pack)
    }

    /// Where the entries end and the pack's sum begins.
    fn end(&self) -> Option<u64> {
        let sum = u64::try_from(self.id_length).ok()?;
        self.blocks.length().checked_sub(sum)
    }

    /// Copies what stands at `offset`; fewer bytes where the file ends.
    fn copy(&self, offset: u64, into: &mut [u8]) -> usize {
        let mut done = 0;
        while done < into.len() {
            let Some((seen, start)) = self.blocks.at(offset + done as u64) else {
                break;
            };
            let part = &seen.block[start..];
            let length = part.len().min(into.len() - done);
            into[done..done + length].copy_from_slice(&part[..length]);
            done += length;
        }
        done
    }

    /// Reads the header of the entry at `offset`.
    pub(super) fn entry(
        &self,
        number: usize,
        offset: u64,
        inflater: &mut Inflater,
    ) -> Option<Entry> {
        let (block, start) = self.block(number, offset, inflater)?;
        if let Some(raw) = block.get(start..start + HEADER) {
            return self.header(offset, raw);
        }
        let mut raw = [0; HEADER];
        let length = self.copy(offset, &mut raw);
        self.header(offset, raw.get(..length)?)
    }

    fn header(&self, offset: u64, raw: &[u8]) -> Option<Entry> {
        let mut at = 0;
        let mut byte = take(raw, &mut at)?;
        let kind = byte >> 4 & 7;
        let mut size = u64::from(byte & 0x0f);
        let mut shift = 4;
        while byte & 0x80 != 0 {
            byte = take(raw, &mut at)?;
            if shift > 53 {
                return None;
            }
            size |= u64::from(byte & 0x7f) << shift;
            shift += 7;
        }
        let form = match kind {
            1 => Form::Whole(Kind::Commit),
            2 => Form::Whole(Kind::Tree),
            3 => Form::Whole(Kind::Blob),
            4 => Form::Whole(Kind::Tag),
            6 => {
                let (back, rest) = distance(raw.get(at..)?)?;
                at = raw.len() - rest.len();
                Form::Delta(offset.checked_sub(back).filter(|base| *base < offset)?)
            }
            7 => {
                let base = Id::from_bytes(raw.get(at..at + self.id_length)?)?;
                at += self.id_length;
                Form::Delta(self.index.find(&base)?)
            }
            _ => return None,
        };
        let data = offset + at as u64;
        // A size that the rest of the pack cannot hold is a lie, and no memory is taken for it.
        let possible = self.end()?.checked_sub(data)?.saturating_mul(RATIO);
        (size <= possible).then_some(Entry { form, size, data })
    }

    /// Inflates an entry's data into `out`, in place of what is there; `None` unless it has exactly
    /// the size that its header says.
    pub(super) fn inflate(
        &self,
        number: usize,
        entry: &Entry,
        inflater: &mut Inflater,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let size = usize::try_from(entry.size).ok()?;
        out.clear();
        // One byte more, so that what is too long shows.
        out.reserve_exact(size.checked_add(1)?);
        inflater.stream.reset(true);
        let mut offset = entry.data;
        loop {
            let (seen, start) = self.block(number, offset, inflater)?;
            let before = inflater.stream.total_in();
            let written = out.len();
            let status = inflater
                .stream
                .decompress_vec(&seen[start..], out, FlushDecompress::None)
                .ok()?;
            let read = inflater.stream.total_in() - before;
            offset += read;
            if status == Status::StreamEnd {
                let whole = out.len() == size && offset <= self.end()?;
                return whole.then_some(());
            }
            if out.len() > size || (read == 0 && out.len() == written) {
                return None;
            }
        }
    }

    /// The size of what a delta makes, of its first bytes alone.
    pub(super) fn result_size(
        &self,
        number: usize,
        entry: &Entry,
        inflater: &mut Inflater,
    ) -> Option<u64> {
        let mut start = Vec::with_capacity(SIZES);
        inflater.stream.reset(true);
        let mut offset = entry.data;
        while start.len() < start.capacity() {
            let (seen, at) = self.block(number, offset, inflater)?;
            let before = inflater.stream.total_in();
            let written = start.len();
            let status = inflater
                .stream
                .decompress_vec(&seen[at..], &mut start, FlushDecompress::None)
                .ok()?;
            let read = inflater.stream.total_in() - before;
            offset += read;
            if status == Status::StreamEnd || (read == 0 && start.len() == written) {
                break;
            }
        }
        let (_, size, _) = delta::sizes(&start)?;
        Some(size)
    }

    /// The block at `offset`, from the thread's own view where that has it.
    fn block(
        &self,
        number: usize,
        offset: u64,
        inflater: &mut Inflater,
    ) -> Option<(Arc<Vec<u8>>, usize)> {
        if let Some((pack, seen)) = &inflater.seen
            && *pack == number
            && let Some(start) = self.blocks.within(seen, offset)
        {
            return Some((Arc::clone(&seen.block), start));
        }
        let (seen, start) = self.blocks.at(offset)?;
        inflater.seen = Some((number, seen.clone()));
        Some((seen.block, start))
    }
}

fn take(raw: &[u8], at: &mut usize) -> Option<u8> {
    let byte = *raw.get(*at)?;
    *at += 1;
    Some(byte)
}
