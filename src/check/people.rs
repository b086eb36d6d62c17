//! Who made the commits of a run, with all that the policy's groups know of them. They approve no exception
//! for their own work.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::git::{Commit, Id};
use crate::policy::{self, Own};

/// Who made the commits of a run.
#[derive(Default)]
pub(super) struct People<'a> {
    /// The commits, and who is who; `None` where there are no commits.
    made: Option<(&'a [Commit], &'a policy::People)>,
    /// Those who would have made a commit that a forge would write.
    drafted: Own,
    by_commit: OnceCell<BTreeMap<Option<Id>, Own>>,
    all: OnceCell<Own>,
}

impl<'a> People<'a> {
    pub(super) fn new(commits: &'a [Commit], groups: &'a policy::People) -> Self {
        Self {
            made: Some((commits, groups)),
            ..Self::default()
        }
    }

    /// With those who would have made the commits that a forge would write: they count for what is about no commit.
    #[must_use]
    pub(super) fn with<'c>(mut self, drafts: impl Iterator<Item = &'c Commit>) -> Self {
        if let Some((_, groups)) = self.made {
            let own = drafts.map(|commit| Own::all(commit, groups));
            self.drafted = own.fold(Own::default(), Own::and);
        }
        self
    }

    /// Those who made a commit; of all commits where a finding is about none of them.
    pub(super) fn of(&self, commit: Option<Id>) -> &Own {
        let by_commit = self.by_commit.get_or_init(|| self.each().collect());
        by_commit.get(&commit).unwrap_or_else(|| self.all())
    }

    /// Those of all commits.
    pub(super) fn all(&self) -> &Own {
        let own = || self.each().map(|(_, own)| own);
        self.all
            .get_or_init(|| own().fold(self.drafted.clone(), Own::and))
    }

    fn each(&self) -> impl Iterator<Item = (Option<Id>, Own)> {
        let made = self.made.into_iter();
        made.flat_map(|(commits, groups)| {
            let one = move |commit: &Commit| (commit.id, Own::all(commit, groups));
            commits.iter().map(one)
        })
    }
}
