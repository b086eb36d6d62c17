//! What attribution tools recorded of a commit: notes on it, and records in the files that it adds.
//!
//! Both only add evidence, and whoever may write them may leave them out. So one that is there and
//! says nothing understandable counts as none, and is told; it does not make the verdict incomplete,
//! or any note would block the repository. An object that is missing here is another matter.

use std::collections::BTreeSet;

use bstr::BString;

use super::rows::Obstacle;
use crate::agent::{
    Catalogue, Evidence, NOTES, TraceRecord, is_trace_path, note_evidence, trace_records,
};
use crate::git::{self, Blobs, Change, Commit, FileMode, Id, Notes, Repo, TreeReader};

/// The largest note or file of records that is read.
const LARGEST: u64 = 8 << 20;

/// Reads what is recorded, with one run's notes.
pub(super) struct Recorder<'a> {
    catalogue: &'a Catalogue,
    notes: Vec<Notes>,
}

/// What was found.
#[derive(Default)]
pub(super) struct Recorded {
    /// Of this commit.
    pub(super) evidence: Vec<Evidence>,
    /// Of other commits, which a record names.
    pub(super) named: Vec<Named>,
    /// What says nothing that is understood, and why.
    pub(super) remarks: Vec<String>,
    /// What could not be read.
    pub(super) obstacles: Vec<Obstacle>,
}

/// What a record says of another commit than the one that adds it.
#[derive(Clone)]
pub(super) struct Named {
    /// That commit.
    pub(super) commit: Id,
    /// The files of which it must have changed one.
    paths: BTreeSet<BString>,
    evidence: Vec<Evidence>,
    /// The record's file.
    place: String,
}

impl Recorded {
    /// Adds what others say of this commit, which makes these changes.
    pub(super) fn add(&mut self, others: &[Named], changes: &[Change]) {
        let ends = Ends::of(if others.is_empty() { &[] } else { changes });
        for named in others {
            if named.paths.iter().any(|path| ends.holds(path)) {
                self.evidence.extend(named.evidence.iter().cloned());
            } else if !named.paths.is_empty() {
                let (place, commit) = (&named.place, named.commit);
                self.remarks.push(format!(
                    "a record in {place} counts as no evidence of {commit}, which changes none of its files"
                ));
            }
        }
    }
}

/// The paths that changes begin and end at.
struct Ends<'a>(BTreeSet<&'a [u8]>);

impl<'a> Ends<'a> {
    fn of(changes: &'a [Change]) -> Self {
        let both = |change: &'a Change| change.old_path.iter().chain([&change.path]);
        Self(
            changes
                .iter()
                .flat_map(both)
                .map(|path| path.as_slice())
                .collect(),
        )
    }

    /// Whether one of them is meant by a path as a tool writes it, from the root of the work tree or from
    /// that of the machine.
    fn holds(&self, path: &[u8]) -> bool {
        let path = path.strip_prefix(b"./").unwrap_or(path);
        let from_top = path.starts_with(b"/") || path.contains(&b':');
        let slashes = memchr::memchr_iter(b'/', path).filter(|_| from_top);
        let mut parts = slashes.map(|at| &path[at + 1..]).chain([path]);
        parts.any(|part| self.0.contains(part))
    }
}

impl Recorded {
    /// An object that is not here is an obstacle; one that is here and is no good is told.
    fn met(&mut self, commit: Option<Id>, what: &str, error: &git::Error) {
        match error {
            git::Error::Corrupt { .. }
            | git::Error::WrongKind { .. }
            | git::Error::TooLarge { .. }
            | git::Error::Limit { .. } => self.remarks.push(format!("{what}: {error}")),
            _ => self.obstacles.push(Obstacle::at(commit, error)),
        }
    }
}

impl<'a> Recorder<'a> {
    /// Finds the notes, if they are there, and those at a commit that is not at their reference yet.
    pub(super) fn new(
        repo: &dyn Repo,
        catalogue: &'a Catalogue,
        coming: Option<Id>,
    ) -> (Self, Recorded) {
        let mut recorded = Recorded::default();
        let mut notes = Vec::new();
        let coming = coming.map(|commit| Notes::at(repo, &commit).map(Some));
        for opened in coming.into_iter().chain([Notes::open(repo, NOTES)]) {
            match opened {
                Ok(found) => notes.extend(found),
                Err(error) => recorded.met(None, NOTES, &error),
            }
        }
        (Self { catalogue, notes }, recorded)
    }

    /// A reader of records alone, for a commit that has no id and so no note yet.
    pub(super) fn without_notes(catalogue: &'a Catalogue) -> Self {
        Self {
            catalogue,
            notes: Vec::new(),
        }
    }

    /// Everything recorded of a commit with these changes.
    pub(super) fn of(
        &self,
        trees: &mut TreeReader<'_>,
        commit: &Commit,
        changes: &[Change],
    ) -> Recorded {
        let mut recorded = Recorded::default();
        for notes in &self.notes {
            if let Some(id) = commit.id {
                self.note(notes, trees, &id, &mut recorded);
            }
        }
        let blobs = Blobs::new(trees.repo(), LARGEST);
        let mut traces = changes
            .iter()
            .filter(|one| is_trace_path(&one.path))
            .peekable();
        if traces.peek().is_some() {
            let ends = Ends::of(changes);
            traces.for_each(|trace| self.records(&blobs, commit, &ends, trace, &mut recorded));
        }
        recorded
    }

    fn note(
        &self,
        notes: &Notes,
        trees: &mut TreeReader<'_>,
        commit: &Id,
        recorded: &mut Recorded,
    ) {
        let what = format!("the note on {commit} in {NOTES} counts as no evidence");
        let blobs = Blobs::new(trees.repo(), LARGEST);
        let read = notes.of(trees, commit).and_then(|blob| {
            let Some(blob) = blob else { return Ok(None) };
            blobs.read(&blob).map(Some)
        });
        match read {
            Ok(None) => {}
            Ok(Some(note)) => match note_evidence(self.catalogue, &note.data) {
                Ok(evidence) => recorded.evidence.extend(evidence),
                Err(why) => recorded.remarks.push(format!("{what}: {why}")),
            },
            Err(error) => recorded.met(Some(*commit), &what, &error),
        }
    }

    /// The records that a change adds to a file. Those that were there speak of earlier work.
    fn records(
        &self,
        blobs: &Blobs<'_>,
        commit: &Commit,
        ends: &Ends<'_>,
        change: &Change,
        recorded: &mut Recorded,
    ) {
        let Some(blob) = change
            .blob
            .filter(|_| change.mode.is_some_and(FileMode::is_file))
        else {
            return;
        };
        let place = String::from_utf8_lossy(&change.path).into_owned();
        let what = format!("a record in {place} counts as no evidence");
        let mut known = BTreeSet::new();
        let old = change
            .old_blob
            .filter(|_| change.old_mode.is_some_and(FileMode::is_file));
        for old in old.iter().chain(&change.other_blobs) {
            match blobs.read(old) {
                Ok(old) => known.extend(trace_records(&old.data).0.into_iter().map(|one| one.id)),
                Err(error) => recorded.met(commit.id, &what, &error),
            }
        }
        let text = match blobs.read(&blob) {
            Ok(text) => text.data,
            Err(error) => return recorded.met(commit.id, &what, &error),
        };
        let (records, whole) = trace_records(&text);
        if !whole {
            let why = "it has not the form of Agent Trace";
            recorded.remarks.push(format!("{what}: {why}"));
        }
        for record in records.iter().filter(|record| !known.contains(&record.id)) {
            let evidence = record.evidence(self.catalogue, &place);
            let Some(named) = named(record) else {
                recorded.evidence.extend(evidence);
                continue;
            };
            // Tools write down what `HEAD` was while they worked, and the commit that then holds the
            // work holds the record too. So each file speaks of the commit that adds the record if
            // that one changes it, else of the named one if that one did.
            let mut paths: BTreeSet<BString> = record.paths().collect();
            let all = paths.len();
            paths.retain(|path| !ends.holds(path));
            let own = paths.len() < all;
            recorded.named.push(Named {
                commit: named,
                paths,
                evidence: evidence.clone(),
                place: place.clone(),
            });
            if own {
                recorded.evidence.extend(evidence);
            }
        }
    }
}

/// The commit that a record names.
fn named(record: &TraceRecord) -> Option<Id> {
    Id::from_hex(record.revision()?.as_bytes())
}
