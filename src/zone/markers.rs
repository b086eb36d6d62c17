//! Markers: words by which a file is in a zone wherever it lies.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use crate::git::{Blobs, Error, Id, Result};
use crate::policy::{MARKER_REACH, Policy};

/// The markers of all zones, looked for in one pass.
pub(super) struct Markers {
    /// `None` where there are more than can be looked for.
    words: Option<AhoCorasick>,
    /// The zone of each word, by position.
    zones: Vec<usize>,
    /// What was found in the blobs that were read.
    known: HashMap<Id, Arc<BTreeSet<usize>>>,
}

impl Markers {
    /// The markers of a policy; `None` where there are none.
    pub(super) fn new(policy: &Policy) -> Option<Self> {
        let mut words = Vec::new();
        let mut zones = Vec::new();
        for (at, zone) in policy.zones().iter().enumerate() {
            for marker in zone.markers() {
                for word in spellings(marker) {
                    words.push(word);
                    zones.push(at);
                }
            }
        }
        (!words.is_empty()).then(|| Self {
            words: AhoCorasick::new(&words).ok(),
            zones,
            known: HashMap::new(),
        })
    }

    /// The zones whose markers stand at the start of a blob, by position.
    pub(super) fn of_blob(&mut self, id: &Id, blobs: &Blobs<'_>) -> Result<Arc<BTreeSet<usize>>> {
        if let Some(found) = self.known.get(id) {
            return Ok(Arc::clone(found));
        }
        let found = Arc::new(self.find(id, blobs)?);
        self.known.insert(*id, Arc::clone(&found));
        Ok(found)
    }

    /// [`Markers::of_blob`] for those who share the markers: nothing is remembered.
    pub(super) fn find(&self, id: &Id, blobs: &Blobs<'_>) -> Result<BTreeSet<usize>> {
        let words = self.words.as_ref().ok_or(Error::Limit {
            what: "markers to look for",
            limit: self.zones.len() as u64,
        })?;
        let data = blobs.read(id)?.data;
        let start = &data[..data.len().min(MARKER_REACH)];
        let hits = words.find_overlapping_iter(start);
        let zones = hits.filter_map(|hit| self.zones.get(hit.pattern().as_usize()));
        Ok(zones.copied().collect())
    }
}

/// A marker's bytes as they are, and as a text in UTF-16 has them.
fn spellings(marker: &str) -> [Vec<u8>; 3] {
    let units = || marker.encode_utf16();
    [
        marker.as_bytes().to_vec(),
        units().flat_map(u16::to_le_bytes).collect(),
        units().flat_map(u16::to_be_bytes).collect(),
    ]
}
