//! One thread's reader of all packs: it finds an object, and applies the deltas that it is told by.

use std::sync::Arc;

use super::cache::Unpacked;
use super::entry::{Entry, Form, Inflater, Pack};
use super::{Found, Packs, delta};
use crate::git::{Id, Kind};

/// Bytes of an object that is unpacked here.
const OBJECT: u64 = 1 << 28;

/// Bytes of an object that a smaller one is told by: a short chain of deltas can lead through many
/// large ones.
const BASE: u64 = 1 << 26;

/// Deltas upon one another. Git makes 50, and 4095 if it is told to.
const DEPTH: usize = 1 << 13;

/// Bytes that are kept for the next delta.
const SCRATCH: usize = 1 << 24;

/// One thread's reader.
pub(in crate::git) struct PackReader {
    packs: Arc<Packs>,
    inflater: Inflater,
    /// Where the delta is inflated that is applied next.
    scratch: Vec<u8>,
    /// The pack in which the last object was.
    last: usize,
}

/// An object's deltas with their places, the outermost first, and what they begin with.
struct Chain {
    deltas: Vec<(u64, Entry)>,
    base: Base,
}

enum Base {
    Unpacked(Unpacked),
    Packed(u64, Entry, Kind),
}

impl PackReader {
    pub(in crate::git) fn new(packs: Arc<Packs>) -> Self {
        Self {
            packs,
            inflater: Inflater::new(),
            scratch: Vec::new(),
            last: 0,
        }
    }

    /// An object of up to `cap` bytes; `None` for one that is to be asked of libgit2.
    pub(in crate::git) fn read(&mut self, id: &Id, cap: u64) -> Option<Found> {
        let packs = Arc::clone(&self.packs);
        if let Some(index) = &packs.damaged {
            return Some(Found::Damaged(index.clone()));
        }
        let count = packs.open.len();
        let order = (0..count).map(|number| (self.last + number) % count);
        for number in order {
            if let Some(pack) = packs.open.get(number)
                && let Some(offset) = pack.index.find(id)
            {
                self.last = number;
                return self.unpack(&packs, number, offset, cap.min(OBJECT));
            }
        }
        None
    }

    fn unpack(&mut self, packs: &Packs, number: usize, offset: u64, cap: u64) -> Option<Found> {
        let pack = packs.open.get(number)?;
        let chain = self.chain(packs, pack, number, offset)?;
        let (kind, size) = chain.base.kind_and_size();
        let too_large = |size| (size > cap && cap < OBJECT).then_some(Found::TooLarge(kind, size));
        let Some((_, outermost)) = chain.deltas.first() else {
            if size > cap {
                return too_large(size);
            }
            let found = self.base(packs, number, chain.base, kind != Kind::Commit)?;
            return Some(Found::Object(kind, found.data));
        };
        let most = cap.min(BASE);
        if size > most {
            return too_large(pack.result_size(number, outermost, &mut self.inflater)?);
        }
        let mut found = self.base(packs, number, chain.base, true)?;
        let mut left = chain.deltas.len();
        for (at, entry) in chain.deltas.iter().rev() {
            left -= 1;
            let size = self.delta(pack, number, entry, most);
            let size = match size {
                Some(size) if left == 0 || size <= most => size,
                _ => return too_large(pack.result_size(number, outermost, &mut self.inflater)?),
            };
            if size > cap {
                return too_large(size);
            }
            found.data = Arc::new(delta::apply(&found.data, &self.scratch)?);
            // A commit is read once, but those are bases again that were one.
            if kind != Kind::Commit || left > 0 {
                packs.cache.add((number, *at), found.clone());
            }
        }
        if self.scratch.capacity() > SCRATCH {
            self.scratch = Vec::new();
        }
        Some(Found::Object(kind, found.data))
    }

    /// Follows an object's deltas to what is there already, or to what is no delta.
    fn chain(&mut self, packs: &Packs, pack: &Pack, number: usize, offset: u64) -> Option<Chain> {
        let mut deltas = Vec::new();
        let mut at = offset;
        let base = loop {
            if let Some(found) = packs.cache.get((number, at)) {
                break Base::Unpacked(found);
            }
            let entry = pack.entry(number, at, &mut self.inflater)?;
            match entry.form {
                Form::Whole(kind) => break Base::Packed(at, entry, kind),
                Form::Delta(_) if deltas.len() >= DEPTH => return None,
                Form::Delta(base) => {
                    deltas.push((at, entry));
                    at = base;
                }
            }
        };
        Some(Chain { deltas, base })
    }

    fn base(&mut self, packs: &Packs, number: usize, base: Base, keep: bool) -> Option<Unpacked> {
        let (at, entry, kind) = match base {
            Base::Unpacked(found) => return Some(found),
            Base::Packed(at, entry, kind) => (at, entry, kind),
        };
        let mut data = Vec::new();
        let pack = packs.open.get(number)?;
        pack.inflate(number, &entry, &mut self.inflater, &mut data)?;
        let data = Arc::new(data);
        let unpacked = Unpacked { kind, data };
        if keep {
            packs.cache.add((number, at), unpacked.clone());
        }
        Some(unpacked)
    }

    /// Inflates a delta of up to `most` bytes, and answers the size of its result.
    fn delta(&mut self, pack: &Pack, number: usize, entry: &Entry, most: u64) -> Option<u64> {
        if entry.size > most {
            return None;
        }
        pack.inflate(number, entry, &mut self.inflater, &mut self.scratch)?;
        let (_, size, _) = delta::sizes(&self.scratch)?;
        Some(size)
    }
}

impl Base {
    fn kind_and_size(&self) -> (Kind, u64) {
        match self {
            Self::Unpacked(found) => (found.kind, found.data.len() as u64),
            Self::Packed(_, entry, kind) => (*kind, entry.size),
        }
    }
}
