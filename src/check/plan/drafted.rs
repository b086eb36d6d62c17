//! The messages that a forge holds or would write, as commits that are not there.

use super::Plan;
use crate::check::{Draft, Event, Merged};
use crate::git::{self, Commit, Id, Identity, Repo};

/// A message, as the commit that would have it.
pub(in crate::check) struct Drafted {
    /// What it is, as findings name it.
    pub(in crate::check) what: &'static str,
    /// Whether it would stand for all commits.
    pub(in crate::check) repeats: bool,
    /// Without an id: on the commit at which the head forks, with the head's tree.
    pub(in crate::check) commit: Commit,
}

/// The messages that an event asks about, between which ends their change lies, and the commits that are said to be
/// pull requests.
pub(super) struct Asked {
    drafts: Vec<Draft>,
    merged: Vec<Merged>,
    head: Id,
    bases: Vec<Id>,
}

impl Asked {
    pub(super) fn of(event: &Event, head: Id) -> Option<Self> {
        let any = !event.drafts.is_empty() || !event.merged.is_empty();
        any.then(|| Self {
            drafts: event.drafts.clone(),
            merged: event.merged.clone(),
            head,
            bases: event.bases.clone(),
        })
    }
}

impl Plan {
    /// Writes the messages that are asked about and finds the merged commits, now that the commits are known. `is_agent`
    /// knows agents.
    pub(in crate::check) fn answer(
        &mut self,
        repo: &dyn Repo,
        is_agent: &dyn Fn(&Identity) -> bool,
    ) -> git::Result<()> {
        let Some(asked) = self.asked.take() else {
            return Ok(());
        };
        self.place_merged(asked.merged);
        if asked.drafts.is_empty() {
            return Ok(());
        }
        let forks = if asked.bases.is_empty() {
            Vec::new()
        } else {
            repo.merge_bases(&asked.head, &asked.bases)?
        };
        let parents: Vec<Id> = forks
            .first()
            .or(asked.bases.first())
            .copied()
            .into_iter()
            .collect();
        let tree = Some(git::tree_of(repo, &asked.head)?);
        for draft in &asked.drafts {
            let Some(message) = draft.message(&self.commits, is_agent) else {
                continue;
            };
            self.drafts.push(Drafted {
                what: draft.what,
                repeats: draft.repeats(),
                commit: Commit {
                    id: None,
                    parents: parents.clone(),
                    tree,
                    author: draft.author.clone(),
                    committer: Identity::default(),
                    message,
                    signed: false,
                },
            });
        }
        Ok(())
    }
}
