//! Objects that were unpacked last, for all threads: the bases of what is read next.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::git::Kind;

/// Bytes that are kept.
const CACHE: usize = 192 << 20;

/// An object's kind and content.
#[derive(Clone)]
pub(super) struct Unpacked {
    pub(super) kind: Kind,
    pub(super) data: Arc<Vec<u8>>,
}

/// The number of the pack, and where the object stands in it.
pub(super) type Place = (usize, u64);

/// A cache in two generations: the young one becomes the old one when it is full.
#[derive(Default)]
pub(super) struct Cache(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<Place, Unpacked>,
    old: HashMap<Place, Unpacked>,
    young_bytes: usize,
}

impl Cache {
    pub(super) fn get(&self, place: Place) -> Option<Unpacked> {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = generations.young.get(&place) {
            return Some(found.clone());
        }
        let found = generations.old.remove(&place)?;
        let gone = generations.add(place, found.clone());
        drop(generations);
        drop(gone);
        Some(found)
    }

    pub(super) fn add(&self, place: Place, object: Unpacked) {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let gone = generations.add(place, object);
        drop(generations);
        // Many objects may go at once, and nobody shall wait for that.
        drop(gone);
    }
}

#[cfg(test)]
impl Cache {
    /// How many objects are kept.
    pub(super) fn count(&self) -> usize {
        let generations = self.0.lock().unwrap();
        generations.young.len() + generations.old.len()
    }
}

impl Generations {
    /// Adds an object, and hands out what is not kept any longer.
    fn add(&mut self, place: Place, object: Unpacked) -> HashMap<Place, Unpacked> {
        let bytes = object.data.len() + size_of::<(Place, Unpacked)>();
        let mut gone = HashMap::new();
        if self.young_bytes + bytes > CACHE / 2 {
            gone = std::mem::replace(&mut self.old, std::mem::take(&mut self.young));
            self.young_bytes = 0;
        }
        self.young_bytes += bytes;
        self.young.insert(place, object);
        gone
    }
}
