//! When our own reader of packs stands in for libgit2's.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use crate::git::pack::{Found, PackReader, Packs};
use crate::git::{Facts, Id};

/// After so many objects it is a history that is read, and opening the packs ourselves pays.
const MANY: u32 = 256;

/// Our reader of packs, once it is worth it.
pub(super) struct Packed {
    /// `None` where every object is to be hashed, which only libgit2 does.
    shared: Option<Arc<Shared>>,
    reader: RefCell<Option<PackReader>>,
}

/// What all threads' readers of a repository have in common, so that they answer the same.
#[derive(Default)]
struct Shared {
    /// How many objects were asked for, up to [`MANY`].
    asked: AtomicU32,
    packs: OnceLock<Arc<Packs>>,
}

impl Packed {
    pub(super) fn new(verify_objects: bool) -> Self {
        Self {
            shared: (!verify_objects).then(Arc::default),
            reader: RefCell::default(),
        }
    }

    /// The same for another thread's reader.
    pub(super) fn again(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            reader: RefCell::default(),
        }
    }

    /// Reads packs from now on.
    pub(super) fn expect_many(&self) {
        if let Some(shared) = &self.shared {
            shared.asked.store(MANY, Ordering::Relaxed);
        }
    }

    /// An object of up to `cap` bytes; `None`: libgit2 is to read it, or to say why it cannot.
    pub(super) fn read(&self, facts: &Facts, id: &Id, cap: u64) -> Option<Found> {
        let shared = self.shared.as_ref()?;
        if shared.asked.load(Ordering::Relaxed) < MANY {
            shared.asked.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        self.look(facts, id, cap)
    }

    /// The same, however few objects were asked for.
    pub(super) fn look(&self, facts: &Facts, id: &Id, cap: u64) -> Option<Found> {
        let shared = self.shared.as_ref()?;
        let mut reader = self.reader.try_borrow_mut().ok()?;
        let reader = reader.get_or_insert_with(|| {
            let objects = facts.common_dir.join("objects");
            let open = || Arc::new(Packs::open(&objects, facts.id_length));
            PackReader::new(Arc::clone(shared.packs.get_or_init(open)))
        });
        reader.read(id, cap)
    }
}
