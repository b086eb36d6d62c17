//! Who commits here: the agents of the commits nearest to HEAD.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::agent::{Catalogue, Signs, attribute};
use crate::git::{self, Commit, Kind, Reading, Repo};
use crate::text::fold::letters;

/// How many commits are looked at.
const COMMITS: usize = 1000;

/// What the newest commits say.
#[derive(Debug, Default)]
pub(super) struct History {
    /// How many were looked at.
    pub(super) commits: usize,
    /// How many of them an agent took part in.
    pub(super) by_agents: usize,
    /// In how many each agent took part.
    pub(super) agents: BTreeMap<String, usize>,
    /// How many carry a `Signed-off-by`.
    pub(super) signed_off: usize,
    /// Whether a shallow clone ends among them.
    pub(super) cut: bool,
}

impl History {
    /// Walks breadth first from HEAD, so that what is read is bounded and always the same.
    pub(super) fn read(repo: &dyn Repo) -> git::Result<Self> {
        let mut history = Self::default();
        let mut waiting: VecDeque<_> = repo.head()?.into_iter().collect();
        let mut seen: BTreeSet<_> = waiting.iter().copied().collect();
        while let Some(id) = waiting.pop_front().filter(|_| history.commits < COMMITS) {
            let commit = Commit::parse(id, &repo.read(&id, Kind::Commit)?)?;
            history.add(&commit);
            if repo.facts().shallow.contains(&id) {
                history.cut = true;
                continue;
            }
            for parent in commit.parents {
                if seen.insert(parent) {
                    waiting.push_back(parent);
                }
            }
        }
        Ok(history)
    }

    fn add(&mut self, commit: &Commit) {
        self.commits += 1;
        let trailers = commit.message.trailers();
        let signed_off = trailers
            .iter()
            .any(|one| one.reading == Reading::Git && one.folded == letters(b"Signed-off-by"));
        self.signed_off += usize::from(signed_off);
        let attribution = attribute(Catalogue::builtin(), commit, &trailers, &Signs::default());
        let mut any = false;
        for claim in attribution.judged() {
            *self.agents.entry(claim.agent.clone()).or_default() += 1;
            any = true;
        }
        self.by_agents += usize::from(any);
    }
}
