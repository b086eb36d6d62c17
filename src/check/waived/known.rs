//! The waivers of a run, once they are read: those for a finding are found by an index, and whether one stands
//! is found out once, when somebody asks.

use std::cell::OnceCell;

use super::standing::Judge;
use crate::policy::waiver::{Matter, Standing, Waiver, WaiverIndex, Waivers};

/// Waivers that were read.
pub(super) struct Known<'a> {
    pub(super) waivers: Waivers,
    judge: Judge<'a>,
    pub(super) standings: Vec<OnceCell<Standing>>,
    /// Those that name the repository.
    index: WaiverIndex,
}

impl<'a> Known<'a> {
    /// Those of a repository, if anybody knows its name.
    pub(super) fn new(waivers: Waivers, judge: Judge<'a>, repository: Option<&str>) -> Self {
        let mut index = WaiverIndex::default();
        for (at, waiver) in waivers.good.iter().enumerate() {
            if waiver.scope.names(repository) {
                index.add(at, waiver);
            }
        }
        Self {
            standings: waivers.good.iter().map(|_| OnceCell::new()).collect(),
            waivers,
            judge,
            index,
        }
    }

    /// Those whose scope a finding is in, whether they stand or not, with their positions; by id.
    pub(super) fn covering(&self, matter: &Matter<'_>) -> Vec<(usize, &Waiver)> {
        let candidates = self.index.candidates(matter).into_iter();
        let waivers = candidates.filter_map(|at| Some((at, self.waivers.good.get(at)?)));
        waivers
            .filter(|(_, waiver)| waiver.scope.covers(matter))
            .collect()
    }

    /// What the waiver at a position comes to.
    pub(super) fn standing(&self, at: usize) -> Option<&Standing> {
        let (waiver, known) = (self.waivers.good.get(at)?, self.standings.get(at)?);
        Some(known.get_or_init(|| self.judge.standing(waiver)))
    }
}
