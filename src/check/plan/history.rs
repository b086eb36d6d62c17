//! Everything that a repository holds by a name: every reference, every stash, every worktree's HEAD.

use bstr::BStr;

use super::walks::Walk;
use super::{Plan, tags};
use crate::check::rows::Obstacle;
use crate::git::{self, Id, Kind, Repo};
use crate::policy::Judged;
use crate::report::RangeKind;

/// The largest blob that a reference names itself and that is read.
const LARGEST: u64 = 64 << 20;

pub(super) fn history(repo: &dyn Repo) -> git::Result<Plan> {
    let head = repo.head()?;
    let mut found = Found {
        tips: head.into_iter().collect(),
        plan: Plan::new(RangeKind::Commits, Judged::All { head }),
    };
    let mut named = repo.named("refs/")?;
    named.extend(repo.stashes()?);
    named.extend(repo.worktrees()?);
    for (name, id) in named {
        if let Err(error) = found.follow(repo, name.as_ref(), id) {
            let obstacle = Obstacle::met(repo, &error).at_ref(name.as_ref());
            found.plan.obstacles.push(obstacle);
        }
    }
    found.tips.sort_unstable();
    found.tips.dedup();
    let Found { tips, mut plan } = found;
    plan.walks = vec![Walk::of(tips, Vec::new())];
    Ok(plan)
}

struct Found {
    tips: Vec<Id>,
    plan: Plan,
}

impl Found {
    /// A reference may lead to no commit at all: a blob is read as a message is, a tree is not read.
    fn follow(&mut self, repo: &dyn Repo, name: &BStr, id: Id) -> git::Result<()> {
        let peeled = git::peel(repo, &id)?;
        self.plan.tags.extend(tags::messages(name, &peeled));
        match peeled.kind {
            Kind::Commit => self.tips.push(peeled.id),
            Kind::Blob => {
                let blob = git::Blobs::new(repo, LARGEST).read(&peeled.id)?;
                let text = blob.data.as_slice().into();
                self.plan.tags.push((name.to_owned(), text));
            }
            Kind::Tree | Kind::Tag => {
                let told =
                    "the reference leads to a tree without a commit: what it holds is not read";
                let obstacle = Obstacle::told("not-a-commit", told.to_owned());
                self.plan.obstacles.push(obstacle.at_ref(name));
            }
        }
        Ok(())
    }
}
