//! The texts of zones, and by which shingles they are found.

use std::collections::BTreeMap;

use bstr::BString;

use super::shingle::winnowed;
use crate::git::Id;

/// Texts that one shingle leads to: what more of them share says little of any.
const SAME: usize = 8;

/// A text that lies or lay in a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// Its content.
    pub(super) blob: Id,
    /// Where it lies: the path in each zone, by the zone's number; the first of several.
    pub(super) places: BTreeMap<usize, BString>,
    /// Since when: 0 is before the run's first commit, `n` is the run's commit of that number.
    pub(super) since: u32,
}

/// Texts by content, by their whole and by the shingles that are kept of them. What is found is the
/// number of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// The texts; the index knows them by their places here.
    pub(super) texts: Vec<Text>,
    /// Texts by their content's id.
    blobs: BTreeMap<Id, u32>,
    /// What was read of the texts, in as many parts as it came.
    prints: Vec<Prints>,
}

/// What is kept of texts: numbers, each with the number of its text, sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Prints {
    /// The winnowed shingles.
    pub(super) shingles: Vec<(u64, u32)>,
    /// The whole texts.
    pub(super) wholes: Vec<(u64, u32)>,
}

impl Prints {
    /// Adds what a text has: its whole in each form, where it says enough for itself, and its shingles.
    pub(super) fn add(
        &mut self,
        text: u32,
        wholes: impl IntoIterator<Item = u64>,
        shingles: &[u64],
    ) {
        let wholes = wholes.into_iter();
        self.wholes.extend(wholes.map(|whole| (whole, text)));
        let kept = winnowed(shingles);
        self.shingles
            .extend(kept.into_iter().map(|hash| (hash, text)));
    }

    /// Puts all in order, once all are added.
    pub(super) fn sort(&mut self) {
        self.shingles.sort_unstable();
        self.shingles.dedup();
        let mut same = (0, 0);
        self.shingles.retain(|(hash, _)| {
            same = if same.0 == *hash {
                (*hash, same.1 + 1)
            } else {
                (*hash, 1)
            };
            same.1 <= SAME
        });
        self.wholes.sort_unstable();
        self.wholes.dedup();
    }
}

impl Index {
    /// An index of these texts, each content once, with what was read of them.
    pub(super) fn new(texts: Vec<Text>, prints: Vec<Prints>) -> Self {
        let blobs = texts.iter().map(|text| text.blob).zip(0..).collect();
        Self {
            texts,
            blobs,
            prints,
        }
    }

    /// The text with that content.
    pub(super) fn of_blob(&self, blob: &Id) -> Option<u32> {
        self.blobs.get(blob).copied()
    }

    /// The texts that are this as a whole.
    pub(super) fn of_whole(&self, whole: u64) -> impl Iterator<Item = u32> {
        let parts = self.prints.iter();
        parts.flat_map(move |part| matches(&part.wholes, whole))
    }

    /// The texts in which this shingle was kept.
    pub(super) fn of_shingle(&self, shingle: u64) -> impl Iterator<Item = u32> {
        let parts = self.prints.iter();
        parts.flat_map(move |part| matches(&part.shingles, shingle))
    }
}

/// The numbers of texts that stand beside `hash`.
fn matches(sorted: &[(u64, u32)], hash: u64) -> impl Iterator<Item = u32> {
    let start = sorted.partition_point(|(other, _)| *other < hash);
    let same = sorted[start..]
        .iter()
        .take_while(move |(other, _)| *other == hash);
    same.map(|(_, text)| *text)
}
