//! Pack indexes of version 2: which object stands where in its pack.

use std::cmp::Ordering;

use crate::git::Id;
use crate::git::hash::is_sum_of;

const HEADER: usize = 8;
const FAN_OUT: usize = 256 * 4;
/// How far from its likely place an id is looked for first.
const STEP: usize = 8;
/// Set in a 32-bit offset that is a place in the table of 64-bit ones.
const LONG: u32 = 1 << 31;

/// A pack's index, checked for its size alone: what it says of an offset is checked by the pack.
pub(super) struct PackIndex {
    raw: Vec<u8>,
    count: usize,
    id_length: usize,
}

/// Whether an index of any version has the checksum that it ends with.
pub(super) fn is_whole(raw: &[u8], id_length: usize) -> bool {
    let end = raw.len().checked_sub(id_length);
    let parts = end.and_then(|end| raw.split_at_checked(end));
    parts.is_some_and(|(body, sum)| is_sum_of(sum, body))
}

impl PackIndex {
    /// Reads an index; `None` for another version, or one that is not whole.
    pub(super) fn parse(raw: Vec<u8>, id_length: usize) -> Option<Self> {
        if raw.get(..HEADER)? != b"\xfftOc\0\0\0\x02" {
            return None;
        }
        let mut before = 0;
        for slot in 0..256 {
            let here = number(&raw, HEADER + slot * 4)?;
            if here < before {
                return None;
            }
            before = here;
        }
        let count = usize::try_from(before).ok()?;
        let index = Self {
            raw,
            count,
            id_length,
        };
        let long = index
            .raw
            .len()
            .checked_sub(index.long_offsets()? + 2 * id_length)?;
        (long % 8 == 0 && long / 8 <= count).then_some(index)
    }

    /// How many objects the pack has.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// What the pack ends with.
    pub(super) fn pack_sum(&self) -> Option<&[u8]> {
        let end = self.raw.len().checked_sub(self.id_length)?;
        self.raw.get(end.checked_sub(self.id_length)?..end)
    }

    /// Where an object stands in the pack; `None` if the index does not name it.
    pub(super) fn find(&self, id: &Id) -> Option<u64> {
        let wanted = id.as_bytes();
        if wanted.len() != self.id_length {
            return None;
        }
        let slot = usize::from(*wanted.first()?);
        let bound = |slot: usize| {
            let number = number(&self.raw, HEADER + slot * 4)?;
            usize::try_from(number).ok()
        };
        let mut low = match slot.checked_sub(1) {
            Some(before) => bound(before)?,
            None => 0,
        };
        let mut high = bound(slot)?.min(self.count);
        // Ids are spread evenly, so that their next bytes nearly say where they stand.
        let share = u64::from(number(wanted, 1)?);
        let span = u64::try_from(high.checked_sub(low)?).ok()?;
        let mut middle = low + usize::try_from(span.checked_mul(share)? >> 32).ok()?;
        let mut step = STEP;
        while low < high {
            let start = HEADER + FAN_OUT + middle * self.id_length;
            let here = self.raw.get(start..start + self.id_length)?;
            match here.cmp(wanted) {
                Ordering::Less => {
                    low = middle + 1;
                    middle = (middle + step).min(low + (high - low) / 2);
                }
                Ordering::Greater => {
                    high = middle;
                    middle = middle.saturating_sub(step).max(low + (high - low) / 2);
                }
                Ordering::Equal => return self.offset(middle),
            }
            step *= 2;
        }
        None
    }

    fn offset(&self, at: usize) -> Option<u64> {
        // Behind the ids and the checksums of each entry.
        let offsets = HEADER + FAN_OUT + self.count * (self.id_length + 4);
        let offset = number(&self.raw, offsets + at * 4)?;
        if offset & LONG == 0 {
            return Some(u64::from(offset));
        }
        let at = usize::try_from(offset & !LONG).ok()?;
        let start = self.long_offsets()?.checked_add(at.checked_mul(8)?)?;
        let end = self.raw.len().checked_sub(2 * self.id_length)?;
        let long = self.raw.get(..end)?.get(start..start.checked_add(8)?)?;
        Some(u64::from_be_bytes(long.try_into().ok()?))
    }

    fn long_offsets(&self) -> Option<usize> {
        let entry = self.id_length + 8;
        self.count.checked_mul(entry)?.checked_add(HEADER + FAN_OUT)
    }
}

fn number(raw: &[u8], at: usize) -> Option<u32> {
    let bytes = raw.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}
