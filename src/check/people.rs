//! Who made the commits of a run: authors, committers, and those whom a message names beside them. They
//! approve no exception for their own work.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, ByteSlice as _};

use crate::git::{Commit, Id, Identity, squashed_authors};

/// The key by which messages name a second author, folded.
const CO_AUTHOR: &str = "co-authored-by";

/// Who made the commits of a run.
#[derive(Default)]
pub(super) struct People<'a> {
    commits: &'a [Commit],
    by_commit: OnceCell<BTreeMap<Option<Id>, BTreeSet<String>>>,
    all: OnceCell<BTreeSet<String>>,
}

impl<'a> People<'a> {
    pub(super) fn new(commits: &'a [Commit]) -> Self {
        Self {
            commits,
            ..Self::default()
        }
    }

    /// The e-mail addresses, in lower case, of those who made a commit; of all commits where a finding is
    /// about none of them.
    pub(super) fn of(&self, commit: Option<Id>) -> &BTreeSet<String> {
        let by_commit = self.by_commit.get_or_init(|| {
            let one = |commit: &Commit| (commit.id, makers(commit));
            self.commits.iter().map(one).collect()
        });
        by_commit.get(&commit).unwrap_or_else(|| self.all())
    }

    /// Those of all commits.
    pub(super) fn all(&self) -> &BTreeSet<String> {
        self.all
            .get_or_init(|| self.commits.iter().flat_map(makers).collect())
    }
}

fn makers(commit: &Commit) -> BTreeSet<String> {
    let address = |email: &BStr| email.to_str_lossy().trim().to_lowercase();
    let named = |who: &[u8]| Identity::parse(who).map(|who| address(who.email.as_ref()));
    let mut makers = BTreeSet::new();
    makers.insert(address(commit.author.email.as_ref()));
    makers.insert(address(commit.committer.email.as_ref()));
    for trailer in commit.message.trailers() {
        if trailer.folded == CO_AUTHOR {
            makers.extend(named(&trailer.value));
        }
    }
    let squashed = squashed_authors(commit.message.raw());
    makers.extend(squashed.into_iter().filter_map(|(_, who)| named(who)));
    makers
}
