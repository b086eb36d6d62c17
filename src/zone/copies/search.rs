//! One change, compared with what zones hold.

use std::collections::{BTreeMap, BTreeSet};

use super::index::Text;
use super::known::Known;
use super::read::{BINARY, says_enough};
use super::region::{Region, region};
use super::shingle::{STATEMENTS, Shingle, WHOLE, shingles, wholes};
use super::statement::Statements;
use super::{Added, Asking, Copied, Part, Suspect};
use crate::git::{Blobs, FileMode, Id, Result};
use crate::policy::{CopyOut, FoldedPath, Policy, Zone};
use crate::zone::markers::Markers;
use crate::zone::matcher::is_policy;

/// Texts of a zone with which a change is compared.
const COMPARED: usize = 8;

/// A change that may hold a copy, and the zones outside of which it is.
pub(super) struct Search<'s, 'a> {
    policy: &'a Policy,
    suspect: &'s Suspect<'s>,
    blob: Id,
    /// Whether it stood elsewhere before, as it is.
    moved: bool,
    zones: Vec<(usize, &'a Zone, CopyOut)>,
    /// The texts that add enough, all of each taken apart.
    texts: Vec<(&'s Added<'s>, Statements)>,
}

impl<'s, 'a> Search<'s, 'a> {
    /// `None` where it cannot hold a copy, which is found without reading any zone.
    pub(super) fn new(asking: &Asking<'a>, suspect: &'s Suspect<'s>) -> Option<Self> {
        let change = suspect.change;
        let blob = change
            .blob
            .filter(|_| change.mode.is_some_and(FileMode::is_file))?;
        let inside = |path: &[u8]| asking.inside(&FoldedPath::new(path)).collect::<Vec<_>>();
        let here = inside(&change.path);
        let moved = change.old_blob == Some(blob);
        // What was moved, and was no file of the zone before, is no copy of it.
        let from = change.old_path.as_ref().map(|path| inside(path));
        let stays = |zone: &usize| moved && !from.as_ref().is_some_and(|from| from.contains(zone));
        let zones = asking
            .zones
            .iter()
            .filter(|(at, ..)| !here.contains(at) && !stays(at));
        let zones: Vec<_> = zones.copied().collect();
        let least = zones.iter().map(|(_, _, by)| by.min_lines as usize).min()?;
        let texts = suspect.views.iter().filter_map(|view| {
            // Of a merge no line may be new to all its parents.
            let part = view.text.get(view.within.clone()).unwrap_or_default();
            let part = Statements::count(part);
            // Few statements are looked at where they are all that there are.
            let all = || view.within == (0..view.text.len());
            let enough = part >= least.max(STATEMENTS) || (part >= WHOLE && all());
            enough.then(|| (view, Statements::of(view.text)))
        });
        let texts: Vec<_> = texts.collect();
        let is_binary =
            |view: &Added<'_>| view.text.len() >= BINARY && memchr::memchr(0, view.text).is_some();
        let suspicious = moved || !texts.is_empty() || suspect.views.iter().any(is_binary);
        suspicious.then_some(Self {
            policy: asking.policy,
            suspect,
            blob,
            moved,
            zones,
            texts,
        })
    }

    /// For each zone the longest copy.
    pub(super) fn run(
        &self,
        known: &Known,
        markers: Option<&Markers>,
        blobs: &Blobs<'_>,
    ) -> Result<Vec<Copied<'a>>> {
        if self.moved && !says_enough(&blobs.read(&self.blob)?) {
            return Ok(Vec::new());
        }
        let moment = known.moment(self.suspect.commit);
        let marked = self.marked(markers, blobs)?;
        let wholes: Vec<u64> = self.texts.iter().flat_map(|(_, all)| wholes(all)).collect();
        let mut found = Vec::new();
        for (at, zone, by) in &self.zones {
            if marked.contains(at) {
                continue;
            }
            let copy = match self.as_a_whole(&wholes, known, moment, *at) {
                Some(text) => Some((text, None)),
                None => self.in_parts(known, moment, *at, *by, blobs)?,
            };
            if let Some((text, part)) = copy
                && let Some(path) = text.places.get(at)
            {
                let path = path.clone();
                found.push(Copied {
                    zone,
                    by: *by,
                    path,
                    part,
                });
            }
        }
        Ok(found)
    }

    /// A text of the zone that is the same, layout and trivial parts aside.
    fn as_a_whole<'k>(
        &self,
        wholes: &[u64],
        known: &'k Known,
        moment: u32,
        zone: usize,
    ) -> Option<&'k Text> {
        let wholes = wholes.iter();
        let alike = wholes.flat_map(|whole| known.index.of_whole(*whole));
        let same = known.index.of_blob(&self.blob);
        let mut texts = same
            .into_iter()
            .chain(alike)
            .filter_map(|number| known.index.texts.get(number as usize));
        texts.find(|text| {
            text.since <= moment
                && text.places.contains_key(&zone)
                && !known.is_outside(&text.blob, text.since)
                && !known.is_outside(&self.blob, text.since)
        })
    }

    /// The text of the zone of which the most stands in what is added.
    fn in_parts<'k>(
        &self,
        known: &'k Known,
        moment: u32,
        zone: usize,
        by: CopyOut,
        blobs: &Blobs<'_>,
    ) -> Result<Option<(&'k Text, Option<Part>)>> {
        let mut best: Option<(usize, &Text, Part)> = None;
        for (view, statements) in &self.texts {
            let part = Piece::new(statements, &(view.lines)());
            if part.statements.len() < (by.min_lines as usize).max(STATEMENTS) {
                continue;
            }
            for number in part.candidates(known, moment, zone) {
                let Some(text) = known.index.texts.get(number as usize) else {
                    continue;
                };
                let compared = known.compared(number, blobs)?;
                let count = part.statements.len();
                let longest = |places| region(count, &part.shingles, places, by.similarity);
                let better = |found: &Region| {
                    let copied = best.as_ref().map_or(0, |(copied, ..)| *copied);
                    found.copied > copied && found.copied >= by.min_lines as usize
                };
                // What others have too is looked for where it could change anything.
                if longest(&compared.all)
                    .as_ref()
                    .is_none_or(|found| !better(found))
                {
                    continue;
                }
                let own = known.own(text, &compared, blobs)?;
                if let Some(found) = longest(own).filter(better) {
                    best = Some((found.copied, text, part.told(statements, &found)));
                }
            }
        }
        Ok(best.map(|(_, text, part)| (text, Some(part))))
    }

    /// The zones that the file is in by its markers, which is asked as everywhere else.
    fn marked(&self, markers: Option<&Markers>, blobs: &Blobs<'_>) -> Result<BTreeSet<usize>> {
        let is_policy = is_policy(self.suspect.change.path.as_ref(), self.policy);
        match markers.filter(|_| !is_policy) {
            Some(markers) => markers.find(&self.blob, blobs),
            None => Ok(BTreeSet::new()),
        }
    }
}

/// The statements that a change adds.
struct Piece {
    /// Which of the text's.
    statements: Vec<usize>,
    /// Their shingles; `None` where one would hold a statement that is not added.
    shingles: Vec<Option<Shingle>>,
}

impl Piece {
    fn new(text: &Statements, added: &[std::ops::Range<u32>]) -> Self {
        let is_added = |line: u32| {
            let at = added.partition_point(|run| run.end <= line);
            added.get(at).is_some_and(|run| run.contains(&line))
        };
        let list = text.list().iter().enumerate();
        let statements: Vec<usize> = list
            .filter(|(_, one)| one.lines.clone().any(is_added))
            .map(|(at, _)| at)
            .collect();
        let all = shingles(text);
        let adjacent = statements.windows(STATEMENTS);
        let shingles = adjacent.map(|run| {
            let whole = run
                .last()
                .zip(run.first())
                .is_some_and(|(last, first)| last - first == STATEMENTS - 1);
            all.get(*run.first()?).copied().filter(|_| whole)
        });
        Self {
            shingles: shingles.collect(),
            statements,
        }
    }

    /// The texts of a zone that share the most shingles with it, by number.
    fn candidates(&self, known: &Known, moment: u32, zone: usize) -> Vec<u32> {
        let mut votes: BTreeMap<u32, usize> = BTreeMap::new();
        let hashes = self.shingles.iter().flatten();
        for number in hashes.flat_map(|one| known.index.of_shingle(one.hash)) {
            *votes.entry(number).or_default() += 1;
        }
        let is_there = |text: &Text| text.since <= moment && text.places.contains_key(&zone);
        let text = |number: u32| known.index.texts.get(number as usize);
        votes.retain(|number, _| text(*number).is_some_and(is_there));
        let mut votes: Vec<(u32, usize)> = votes.into_iter().collect();
        votes.sort_by_key(|(number, count)| (usize::MAX - count, *number));
        votes
            .into_iter()
            .map(|(number, _)| number)
            .take(COMPARED)
            .collect()
    }

    /// A region of it, by lines.
    fn told(&self, text: &Statements, region: &Region) -> Part {
        let lines = |at: usize| {
            let statement = self.statements.get(at).and_then(|at| text.list().get(*at));
            statement
                .map(|statement| statement.lines.clone())
                .unwrap_or_default()
        };
        Part {
            lines: lines(region.range.start).start..lines(region.range.end - 1).end,
            copied: region.copied,
            of: region.range.len(),
        }
    }
}
