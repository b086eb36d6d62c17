//! Texts, read and taken apart.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::index::{Prints, Text};
use super::shingle::{Shingle, WHOLE, known_by, wholes};
use super::statement::Statements;
use crate::git::{Blob, Blobs, Error, Id, Result, changed_lines};
use crate::text::decode::decode;

/// Bytes from which a content that is no text does.
pub(super) const BINARY: usize = 64;
/// Below this many texts a second thread costs more than it brings.
const TEXTS_PER_THREAD: usize = 128;
/// Lines around a change that its shingles may reach.
const AROUND: usize = 32;

/// How many bytes may still be read.
pub(super) struct Budget {
    most: u64,
    left: AtomicU64,
}

impl Budget {
    /// So many.
    pub(super) fn new(most: u64) -> Self {
        let left = AtomicU64::new(most);
        Self { most, left }
    }

    /// How many were read.
    pub(super) fn spent(&self) -> u64 {
        self.most - self.left.load(Ordering::Relaxed)
    }

    fn spend(&self, bytes: u64) -> Result<()> {
        let less = |left: u64| left.checked_sub(bytes);
        let spent = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        spent.map(drop).map_err(|_| Error::Limit {
            what: "bytes of zones' texts",
            limit: self.most,
        })
    }
}

/// [`read`], by several threads where there is much to read. What is read is the same.
pub(super) fn read_in_threads(
    texts: &[Text],
    blobs: &Blobs<'_>,
    budget: &Budget,
    jobs: usize,
) -> Result<Prints> {
    let size = texts.len().div_ceil(jobs.max(1)).max(TEXTS_PER_THREAD);
    let mut parts = texts.chunks(size).zip((0..).step_by(size));
    let own = parts.next();
    let all: Vec<Prints> = std::thread::scope(|scope| {
        let start = |(part, first)| {
            let reader = blobs.repo().reopen();
            let cap = blobs.cap();
            scope.spawn(move || read(part, &[], first, &Blobs::new(&*reader?, cap), budget))
        };
        let workers: Vec<_> = parts.map(start).collect();
        let own = own.map(|(part, first)| read(part, &[], first, blobs, budget));
        let others = workers.into_iter().map(|worker| {
            let joined = worker.join();
            joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        own.into_iter().chain(others).collect::<Result<_>>()
    })?;
    let mut prints = Prints::default();
    for part in all {
        prints.wholes.extend(part.wholes);
        prints.shingles.extend(part.shingles);
    }
    prints.sort();
    Ok(prints)
}

/// Reads texts, whose numbers begin with `first`; of those made of others the difference.
pub(super) fn read(
    texts: &[Text],
    olds: &[Option<Id>],
    first: usize,
    blobs: &Blobs<'_>,
    budget: &Budget,
) -> Result<Prints> {
    let mut prints = Prints::default();
    for (at, text) in texts.iter().enumerate() {
        let number = u32::try_from(first + at).map_err(|_| Error::Limit {
            what: "texts of zones",
            limit: u64::from(u32::MAX),
        })?;
        let old = olds.get(at).and_then(Option::as_ref);
        let add = |data: &[u8]| {
            let text = Statements::of(data);
            let wholes = wholes(&text).filter(|_| old.is_none());
            let hashes = known_by(&text).into_iter().flatten().map(|one| one.hash);
            prints.add(number, wholes, &hashes.collect::<Vec<_>>());
        };
        part(&text.blob, old, blobs, budget, add)?;
    }
    prints.sort();
    Ok(prints)
}

/// Takes a text, or the part of it that differs from `old`; `None` where it is no text.
pub(super) fn part<T>(
    blob: &Id,
    old: Option<&Id>,
    blobs: &Blobs<'_>,
    budget: &Budget,
    take: impl FnOnce(&[u8]) -> T,
) -> Result<Option<T>> {
    let blob = blobs.read(blob)?;
    budget.spend(blob.data.len() as u64)?;
    let Some(text) = readable(&blob) else {
        return Ok(None);
    };
    let old = old.map(|old| blobs.read(old)).transpose()?;
    let changed = match old.as_ref().and_then(readable) {
        Some(old) => around(&text, changed_lines(&old, &text)),
        None => 0..text.len(),
    };
    Ok(Some(take(&text[changed])))
}

/// A range of lines, and some lines before and after it.
fn around(text: &[u8], range: Range<usize>) -> Range<usize> {
    let before = memchr::memrchr_iter(b'\n', &text[..range.start]).nth(AROUND);
    let after = memchr::memchr_iter(b'\n', &text[range.end..]).nth(AROUND);
    let end = after.map_or(text.len(), |feed| range.end + feed + 1);
    before.map_or(0, |feed| feed + 1)..end
}

/// The shingles by which a blob is known; none where it is binary.
pub(super) fn all_shingles(blob: &Blob) -> Vec<Option<Shingle>> {
    let text = readable(blob);
    let statements = text.map(|text| Statements::of(&text));
    statements.map(|text| known_by(&text)).unwrap_or_default()
}

/// Whether a content is worth being called a copy as a whole.
pub(super) fn says_enough(blob: &Blob) -> bool {
    match readable(blob) {
        Some(text) => Statements::count(&text) >= WHOLE,
        None => blob.data.len() >= BINARY,
    }
}

/// A blob as text; `None` where it is binary.
fn readable(blob: &Blob) -> Option<Cow<'_, [u8]>> {
    let plain = || (!blob.is_binary()).then_some(Cow::Borrowed(blob.data.as_slice()));
    decode(&blob.data).map(Cow::Owned).or_else(plain)
}
