//! The classes of the zones that changes touch, by markers and links too. For the waivers of a run: findings
//! in zones of some classes ask for two approvers.

use std::collections::{BTreeMap, BTreeSet};

use bstr::BString;

use super::judge::Outcome;
use crate::finding::Finding;
use crate::git::{Change, Commit, Id};
use crate::policy::ZoneClass;
use crate::zone::Touched;

/// The classes that one commit's changes touch, or the net change's. Those of the repository as a whole are left
/// out: every change touches them.
#[derive(Default)]
pub(super) struct Classes(BTreeMap<BString, BTreeSet<ZoneClass>>);

impl Classes {
    /// Adds those of a change.
    pub(super) fn add(&mut self, change: &Change, touched: &Touched<'_>) {
        let zones = touched.zones.iter().filter(|zone| !zone.is_whole());
        let classes: BTreeSet<ZoneClass> = zones.flat_map(|zone| zone.classes()).collect();
        if classes.is_empty() {
            return;
        }
        for end in change.old_path.iter().chain([&change.path]) {
            self.0.entry(end.clone()).or_default().extend(&classes);
        }
    }
}

/// Those of all commits of a run and of its net change; none where files alone are scanned.
#[derive(Default)]
pub(super) struct AllClasses<'a> {
    by_commit: BTreeMap<Id, &'a Classes>,
    all: Vec<&'a Classes>,
}

impl<'a> AllClasses<'a> {
    /// The outcomes stand in the order of the commits, that of the net change behind them.
    pub(super) fn new(commits: &[Commit], outcomes: &'a [Outcome]) -> Self {
        let known = commits.iter().zip(outcomes);
        let known = known.filter_map(|(commit, outcome)| Some((commit.id?, &outcome.classes)));
        Self {
            by_commit: known.collect(),
            all: outcomes.iter().map(|outcome| &outcome.classes).collect(),
        }
    }

    /// Those that a finding is about: of its paths; where it has none, of all that its commit touched. One about
    /// no single commit is about all of them.
    pub(super) fn of(&self, finding: &Finding) -> BTreeSet<ZoneClass> {
        let commit = finding.commit.and_then(|id| self.by_commit.get(&id));
        let among = commit.map_or(self.all.as_slice(), std::slice::from_ref);
        let ends = [&finding.place.path, &finding.place.old_path];
        let ends: Vec<&BString> = ends.into_iter().flatten().collect();
        let mut found = BTreeSet::new();
        for Classes(by_path) in among {
            if ends.is_empty() {
                found.extend(by_path.values().flatten());
            }
            let here = ends.iter().filter_map(|end| by_path.get(*end));
            found.extend(here.flatten());
        }
        found
    }
}
