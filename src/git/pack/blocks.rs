//! A pack's bytes, read in blocks when they are asked for.
//!
//! Mapping the file would need `unsafe`, and a file that somebody cuts short meanwhile would end the
//! process.

use std::collections::VecDeque;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of a block.
const BLOCK: u64 = 1 << 20;

/// A file of which the blocks that were read last are kept, for all threads.
pub(super) struct Blocks {
    file: File,
    length: u64,
    /// How many are kept.
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    blocks: Vec<Option<Arc<Vec<u8>>>>,
    /// The numbers of those that are there, the oldest first.
    order: VecDeque<usize>,
}

/// One thread's view: the block that it looked at last.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) number: usize,
    pub(super) block: Arc<Vec<u8>>,
}

impl Blocks {
    /// Keeps up to `most` blocks.
    pub(super) fn new(file: File, most: usize) -> Option<Self> {
        let length = file.metadata().ok()?.len();
        let count = usize::try_from(length.div_ceil(BLOCK)).ok()?;
        let kept = Kept {
            blocks: vec![None; count],
            order: VecDeque::new(),
        };
        Some(Self {
            file,
            length,
            most,
            kept: Mutex::new(kept),
        })
    }

    /// The file's length when it was opened.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// The bytes from `offset` to the end of its block, and how many bytes before them the block
    /// begins; `None` behind the end of the file, or where it cannot be read.
    pub(super) fn at(&self, offset: u64) -> Option<(Seen, usize)> {
        if offset >= self.length {
            return None;
        }
        let number = usize::try_from(offset / BLOCK).ok()?;
        let start = usize::try_from(offset % BLOCK).ok()?;
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(block) = kept.blocks.get(number)?.as_ref() {
            let block = Arc::clone(block);
            return Some((Seen { number, block }, start));
        }
        drop(kept);
        let block = Arc::new(self.load(number)?);
        self.keep(number, &block);
        Some((Seen { number, block }, start))
    }

    /// Where `offset` lies in a block that was seen; `None` if it lies in another.
    pub(super) fn within(&self, seen: &Seen, offset: u64) -> Option<usize> {
        let same = usize::try_from(offset / BLOCK) == Ok(seen.number) && offset < self.length;
        usize::try_from(offset % BLOCK).ok().filter(|_| same)
    }

    fn load(&self, number: usize) -> Option<Vec<u8>> {
        let from = u64::try_from(number).ok()?.checked_mul(BLOCK)?;
        let length = BLOCK.min(self.length.checked_sub(from)?);
        let mut block = vec![0; usize::try_from(length).ok()?];
        self.file.read_exact_at(&mut block, from).ok()?;
        Some(block)
    }

    fn keep(&self, number: usize, block: &Arc<Vec<u8>>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.order.len() >= self.most
            && let Some(oldest) = kept.order.pop_front()
            && let Some(slot) = kept.blocks.get_mut(oldest)
        {
            *slot = None;
        }
        if let Some(slot) = kept.blocks.get_mut(number)
            && slot.is_none()
        {
            *slot = Some(Arc::clone(block));
            kept.order.push_back(number);
        }
    }
}
