//! When our own reader of packs stands in for libgit2's.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, OnceLock};

use crate::git::pack::{Found, PackReader, Packs};
use crate::git::{Facts, Id};

/// After so many objects it is a history that is read, and opening the packs ourselves pays.
const MANY: u32 = 256;

/// Our reader of packs, once it is worth it.
pub(super) struct Packed {
    /// The packs, for all readers of this repository; `None` where every object is to be hashed,
    /// which only libgit2 does.
    packs: Option<Arc<OnceLock<Arc<Packs>>>>,
    /// How many objects were asked for, up to [`MANY`].
    asked: Cell<u32>,
    reader: RefCell<Option<PackReader>>,
}

impl Packed {
    pub(super) fn new(verify_objects: bool) -> Self {
        Self {
            packs: (!verify_objects).then(Arc::default),
            asked: Cell::new(0),
            reader: RefCell::default(),
        }
    }

    /// The same for another thread's reader.
    pub(super) fn again(&self) -> Self {
        Self {
            packs: self.packs.clone(),
            asked: self.asked.clone(),
            reader: RefCell::default(),
        }
    }

    /// An object of up to `cap` bytes; `None`: libgit2 is to read it, or to say why it cannot.
    pub(super) fn read(&self, facts: &Facts, id: &Id, cap: u64) -> Option<Found> {
        let packs = self.packs.as_ref()?;
        if self.asked.get() < MANY {
            self.asked.set(self.asked.get() + 1);
            return None;
        }
        let mut reader = self.reader.try_borrow_mut().ok()?;
        let reader = reader.get_or_insert_with(|| {
            let objects = facts.common_dir.join("objects");
            let open = || Arc::new(Packs::open(&objects, facts.id_length));
            PackReader::new(Arc::clone(packs.get_or_init(open)))
        });
        reader.read(id, cap)
    }
}
