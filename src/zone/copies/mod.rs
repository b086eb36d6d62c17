//! Copies: content of a zone that reappears outside it.
//!
//! For rules, which ask about one change at a time, from every thread. What lies in zones is read when
//! the first change could hold a copy, and once; where no zone asks nothing is read. What is like what
//! is decided here; what that means, in the rule.

mod cache;
mod index;
mod known;
mod read;
mod region;
mod search;
mod shingle;
mod sources;
mod statement;

use std::ops::Range;
use std::sync::OnceLock;

use bstr::BString;

use super::markers::Markers;
use crate::git::{self, Blobs, Change, Commit, Id};
use crate::policy::{CopyOut, FoldedPath, Judged, Policy, Zone};
use known::Known;
use search::Search;

/// Finds copies. One for a run, shared by its threads.
pub struct Copies<'a> {
    asking: Asking<'a>,
    past: Option<Past<'a>>,
    markers: Option<Markers>,
    known: OnceLock<git::Result<Known>>,
}

/// What there was to be copied, and where that may be kept.
pub struct Past<'a> {
    /// What is judged, and so which trees are trusted.
    pub judged: &'a Judged,
    /// The run's commits, parents before children.
    pub commits: &'a [Commit],
    /// Whether what was read of zones is kept for the next run, and believed.
    pub cached: bool,
    /// How many threads may read.
    pub jobs: usize,
}

/// A change that may hold a copy.
pub struct Suspect<'a> {
    /// The change.
    pub change: &'a Change,
    /// The commit that makes it; `None` for one that is being made, and for the net change.
    pub commit: Option<Id>,
    /// Its texts.
    pub views: Vec<Added<'a>>,
}

/// What a change adds to a text.
pub struct Added<'a> {
    /// The whole text after the change.
    pub text: &'a [u8],
    /// Bytes of it outside of which nothing is added.
    pub within: Range<usize>,
    /// The added lines in runs, from 1: asked for where it matters.
    pub lines: &'a dyn Fn() -> Vec<Range<u32>>,
}

/// A copy that was found.
#[derive(Debug)]
pub struct Copied<'a> {
    /// The zone.
    pub zone: &'a Zone,
    /// By which settings it counts.
    pub by: CopyOut,
    /// The file of the zone.
    pub path: BString,
    /// The part that is a copy; `None` where the whole content is.
    pub part: Option<Part>,
}

/// A part of a text that is a copy.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// Its lines, from 1, the last one not included.
    pub lines: Range<u32>,
    /// Statements of the zone's file in it.
    pub copied: usize,
    /// All its statements.
    pub of: usize,
}

/// The zones that ask for copies.
struct Asking<'a> {
    policy: &'a Policy,
    /// By their positions among all zones.
    zones: Vec<(usize, &'a Zone, CopyOut)>,
}

impl Asking<'_> {
    /// Those in which a path lies.
    fn inside(&self, path: &FoldedPath<'_>) -> impl Iterator<Item = usize> {
        let zones = self.policy.zones_of(path);
        zones.filter_map(|zone| {
            let mut asking = self.zones.iter();
            let found = asking.find(|(_, other, _)| std::ptr::eq(*other, zone));
            found.map(|(at, ..)| *at)
        })
    }

    /// The markers of all zones, where one of those that ask has any: then all files are read for them.
    fn markers(&self) -> Option<Markers> {
        let mut zones = self.zones.iter();
        let marked = zones.any(|(_, zone, _)| zone.markers().next().is_some());
        marked.then(|| Markers::new(self.policy)).flatten()
    }

    fn asks(&self, zone: usize) -> bool {
        self.zones.iter().any(|(at, ..)| *at == zone)
    }
}

impl<'a> Copies<'a> {
    /// Where nothing is asked.
    pub fn none(policy: &'a Policy) -> Self {
        Self {
            asking: Asking {
                policy,
                zones: Vec::new(),
            },
            past: None,
            markers: None,
            known: OnceLock::new(),
        }
    }

    /// For a run in a repository of that name.
    pub fn new(policy: &'a Policy, past: Past<'a>) -> Self {
        let zones = policy.zones().iter().enumerate();
        // Of a zone of all files nothing can be copied out.
        let zones = zones.filter(|(_, zone)| !zone.is_whole());
        let zones = zones.filter_map(|(at, zone)| Some((at, zone, zone.copy_out()?)));
        let asking = Asking {
            policy,
            zones: zones.collect(),
        };
        Self {
            markers: asking.markers(),
            asking,
            past: Some(past),
            known: OnceLock::new(),
        }
    }

    /// Whether any zone asks.
    pub fn is_asked(&self) -> bool {
        !self.asking.zones.is_empty()
    }

    /// What a change copies out of zones, for each zone one copy: the longest.
    ///
    /// Where the zones could not be read it is nothing, and [`Copies::failure`] says so.
    pub fn of(&self, suspect: &Suspect<'_>, blobs: &Blobs<'_>) -> git::Result<Vec<Copied<'a>>> {
        let Some(past) = &self.past else {
            return Ok(Vec::new());
        };
        let Some(search) = Search::new(&self.asking, suspect) else {
            return Ok(Vec::new());
        };
        let known = self
            .known
            .get_or_init(|| Known::read(&self.asking, past, blobs));
        match known {
            Ok(known) => search.run(known, self.markers.as_ref(), blobs),
            Err(_) => Ok(Vec::new()),
        }
    }

    /// Why the zones could not be read.
    pub fn failure(&self) -> Option<&git::Error> {
        self.known.get()?.as_ref().err()
    }
}
