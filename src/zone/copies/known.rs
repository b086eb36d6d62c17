//! What is known of the texts of zones, and of those that others have too.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::cache::Cache;
use super::index::{Index, Prints, Text};
use super::read::{Budget, all_shingles, part, read, read_in_threads};
use super::region::Places;
use super::shingle::{Shingle, known_by};
use super::sources::{Seen, sources};
use super::statement::Statements;
use super::{Asking, Past};
use crate::git::{Blobs, Id, Result};

/// Bytes of all texts of zones; and of all texts outside that are compared with them.
const BYTES: u64 = 1 << 30;
/// Bytes of texts from which what was read is kept: less is read again as fast.
const WORTH_KEEPING: u64 = 256 << 10;
/// Texts outside with which one text is compared.
const COMPARED: usize = 64;

/// What zones hold, and what they do not hold alone.
pub(super) struct Known {
    /// The texts of zones.
    pub(super) index: Index,
    /// The number of each commit of the run.
    numbers: HashMap<Id, u32>,
    commits: u32,
    /// Contents outside the zones.
    outside: Vec<(Id, Seen)>,
    /// By which shingles of the zones these are found: read when something is found.
    shared: OnceLock<Index>,
    /// Texts that were compared, by number.
    compared: Mutex<BTreeMap<u32, Arc<Compared>>>,
}

/// A zone's text that changes are compared with.
#[derive(Default)]
pub(super) struct Compared {
    /// Its shingles.
    pub(super) all: Places,
    shingles: Vec<Option<Shingle>>,
    own: OnceLock<Places>,
}

impl Known {
    /// Reads the zones' texts, or what was kept of them.
    pub(super) fn read(asking: &Asking<'_>, past: &Past<'_>, blobs: &Blobs<'_>) -> Result<Self> {
        let sources = sources(asking, past, blobs)?;
        let (before, made): (Vec<_>, Vec<_>) = sources
            .inside
            .into_iter()
            .partition(|(_, seen)| seen.since == 0);
        let (mut texts, _) = taken_apart(before);
        let below = blobs.repo().keeps().filter(|_| past.cached);
        let cache = below.map(Cache::below);
        let kept = cache.as_ref().and_then(|cache| cache.get(&texts));
        let budget = Budget::new(BYTES);
        let before = if let Some(prints) = kept {
            prints
        } else {
            let prints = read_in_threads(&texts, blobs, &budget, past.jobs)?;
            if let Some(cache) = cache.filter(|_| budget.spent() >= WORTH_KEEPING) {
                cache.put(&texts, &prints);
            }
            prints
        };
        let (more, olds) = taken_apart(made);
        let made = read(&more, &olds, texts.len(), blobs, &budget)?;
        texts.extend(more);
        let commits = past.commits.iter().zip(0..);
        Ok(Self {
            index: Index::new(texts, vec![before, made]),
            numbers: commits
                .filter_map(|(commit, at)| Some((commit.id?, at)))
                .collect(),
            commits: u32::try_from(past.commits.len()).unwrap_or(u32::MAX),
            outside: sources.outside.into_iter().collect(),
            shared: OnceLock::new(),
            compared: Mutex::default(),
        })
    }

    /// How much of the past a commit sees; without one, all of it.
    pub(super) fn moment(&self, commit: Option<Id>) -> u32 {
        let number = commit.and_then(|id| self.numbers.get(&id).copied());
        number.unwrap_or(self.commits)
    }

    /// Whether a content was outside as soon as the zone had it.
    pub(super) fn is_outside(&self, blob: &Id, since: u32) -> bool {
        let found = self.outside.binary_search_by_key(blob, |(id, _)| *id);
        let seen = found.ok().and_then(|at| self.outside.get(at));
        seen.is_some_and(|(_, seen)| seen.since <= since)
    }

    /// A zone's text, read once.
    pub(super) fn compared(&self, number: u32, blobs: &Blobs<'_>) -> Result<Arc<Compared>> {
        let lock = || self.compared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&number) {
            return Ok(Arc::clone(known));
        }
        let shingles = match self.index.texts.get(number as usize) {
            Some(text) => all_shingles(&blobs.read(&text.blob)?),
            None => Vec::new(),
        };
        let compared = Arc::new(Compared {
            all: Places::of(shingles.iter().copied()),
            shingles,
            own: OnceLock::new(),
        });
        lock().insert(number, Arc::clone(&compared));
        Ok(compared)
    }

    /// Those shingles of a zone's text that nothing outside had as soon as the zone.
    pub(super) fn own<'c>(
        &self,
        text: &Text,
        compared: &'c Compared,
        blobs: &Blobs<'_>,
    ) -> Result<&'c Places> {
        if let Some(own) = compared.own.get() {
            return Ok(own);
        }
        let shared = self.shared.get_or_init(|| self.read_shared(blobs));
        let mut votes: BTreeMap<u32, usize> = BTreeMap::new();
        let shingles = compared.shingles.iter().flatten();
        for other in shingles.flat_map(|one| shared.of_shingle(one.hash)) {
            *votes.entry(other).or_default() += 1;
        }
        let mut votes: Vec<(u32, usize)> = votes.into_iter().collect();
        votes.sort_by_key(|(other, count)| (usize::MAX - count, *other));
        let others = votes.iter();
        let others = others.filter_map(|(other, _)| shared.texts.get(*other as usize));
        let early = others.filter(|other| other.since <= text.since);
        let mut theirs: Vec<u64> = Vec::new();
        for other in early.take(COMPARED) {
            let shingles = all_shingles(&blobs.read(&other.blob)?);
            theirs.extend(shingles.iter().flatten().map(|one| one.hash));
        }
        theirs.sort_unstable();
        let own = compared.shingles.iter().copied();
        let own = own.map(|one| one.filter(|one| theirs.binary_search(&one.hash).is_err()));
        Ok(compared.own.get_or_init(|| Places::of(own)))
    }

    /// What cannot be read or is too much counts as not there: then more is found, never less.
    fn read_shared(&self, blobs: &Blobs<'_>) -> Index {
        let budget = Budget::new(BYTES);
        let mut prints = Prints::default();
        let mut texts = Vec::new();
        for ((blob, seen), number) in self.outside.iter().zip(0..) {
            texts.push(Text {
                blob: *blob,
                places: BTreeMap::new(),
                since: seen.since,
            });
            let taken = part(blob, seen.old.as_ref(), blobs, &budget, Statements::of);
            let Ok(Some(text)) = taken else {
                continue;
            };
            let hashes = known_by(&text).into_iter().flatten().map(|one| one.hash);
            let shared = hashes.filter(|hash| self.index.of_shingle(*hash).next().is_some());
            prints.shingles.extend(shared.map(|hash| (hash, number)));
        }
        prints.sort();
        Index::new(texts, vec![prints])
    }
}

/// The texts, and what each was made of.
fn taken_apart(seen: Vec<(Id, Seen)>) -> (Vec<Text>, Vec<Option<Id>>) {
    let texts = seen.into_iter().map(|(blob, seen)| {
        let text = Text {
            blob,
            places: seen.places,
            since: seen.since,
        };
        (text, seen.old)
    });
    texts.unzip()
}
