//! How much of a history a checkout has, and what deepens a shallow one.

use bstr::BString;

use super::Checkout;
use crate::check::Obstacle;
use crate::git::{Depth, Id, Repo, walk};

/// Commits by which a shallow clone is deepened, step by step, before all is fetched.
const STEPS: [Depth; 4] = [
    Depth::More(100),
    Depth::More(1000),
    Depth::More(10_000),
    Depth::Whole,
];

/// Commits that are walked to see whether a history is here. What is longer the check finds incomplete by itself.
const LONGEST: u64 = 2_000_000;

impl Checkout<'_> {
    /// Whether one has the other among its ancestors, or is it. In a shallow clone that may not grow, nobody may know: then not.
    pub(in crate::ci) fn follows(&mut self, one: Id, older: Id) -> Result<bool, Box<Obstacle>> {
        if one == older {
            return Ok(true);
        }
        let follows = |repo: &dyn Repo| repo.merge_base(&one, &older).ok().flatten() == Some(older);
        self.deepen(&[one, older], |checkout| follows(&*checkout.repo))?;
        Ok(follows(&*self.repo))
    }

    /// Deepens a shallow clone until the range is whole. What cannot be had the check tells.
    pub(in crate::ci) fn complete(&mut self, head: Id, bases: &[Id]) -> Result<(), Box<Obstacle>> {
        let what: Vec<Id> = bases.iter().copied().chain([head]).collect();
        self.deepen(&what, |checkout| checkout.is_whole(head, bases))
    }

    /// Whether every commit of the range is here, and where it leaves each base.
    fn is_whole(&self, head: Id, bases: &[Id]) -> bool {
        let walked = walk(&*self.repo, &[head], bases, LONGEST);
        let fork = |base: &Id| self.repo.merge_base(&head, base);
        let forks = |base: &Id| fork(base).is_ok_and(|fork| fork.is_some());
        walked.is_ok_and(|walked| walked.incomplete.is_empty()) && bases.iter().all(forks)
    }

    /// Deepens a shallow clone step by step until enough is here, or all.
    fn deepen(&mut self, what: &[Id], enough: impl Fn(&Self) -> bool) -> Result<(), Box<Obstacle>> {
        let what: Vec<BString> = what.iter().map(|id| id.to_string().into()).collect();
        for depth in STEPS {
            if self.repo.facts().shallow.is_empty() || enough(self) {
                break;
            }
            let Some(remote) = &self.remote else { break };
            let fetched = remote.fetch(&what, depth);
            fetched.map_err(|error| self.unfetched("the commits of the range", &error))?;
            self.reopen()?;
        }
        Ok(())
    }
}
