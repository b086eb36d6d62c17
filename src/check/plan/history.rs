//! Everything that a repository holds by a name: every reference, every stash, every worktree's HEAD.

use bstr::{BStr, BString, ByteSlice as _};

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
    named.extend(stashes(repo)?);
    named.extend(worktrees(repo)?);
    for (name, id) in named {
        if let Err(error) = found.follow(repo, name.as_ref(), id) {
            let obstacle = Obstacle::met(repo, &error).at_ref(name.as_ref());
            found.plan.obstacles.push(obstacle);
        }
    }
    found.tips.sort_unstable();
    found.tips.dedup();
    let Found { tips, mut plan } = found;
    plan.walks = Some((tips, Vec::new()));
    Ok(plan)
}

struct Found {
    tips: Vec<Id>,
    plan: Plan,
}

impl Found {
    /// A reference may lead to no commit at all: a blob is read as a message is, a tree is not read.
    fn follow(&mut self, repo: &dyn Repo, name: &BStr, id: Id) -> git::Result<()> {
        let (messages, target) = tags::messages(repo, id)?;
        let messages = messages.into_iter();
        let named = |text: BString| (name.to_owned(), text);
        self.plan.tags.extend(messages.map(named));
        match repo.header(&target)?.kind {
            Kind::Commit => self.tips.push(target),
            Kind::Blob => {
                let blob = git::Blobs::new(repo, LARGEST).read(&target)?;
                self.plan.tags.push(named(blob.data.as_slice().into()));
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

/// `refs/stash` names the last stash alone; the others stand in its log.
fn stashes(repo: &dyn Repo) -> git::Result<Vec<(BString, Id)>> {
    let log = git::read_optional(&repo.facts().common_dir.join("logs/refs/stash"))?;
    let ids = log
        .lines()
        .filter_map(|line| Id::from_hex(line.split_str(" ").nth(1)?));
    let ids = ids.filter(|id| !id.is_zero());
    Ok(ids.map(|id| ("refs/stash".into(), id)).collect())
}

/// Each worktree has a HEAD of its own, which no reference names when it is detached.
fn worktrees(repo: &dyn Repo) -> git::Result<Vec<(BString, Id)>> {
    let common = &repo.facts().common_dir;
    let folder = common.join("worktrees");
    let unreadable = |source| git::Error::UnreadableFile {
        path: folder.clone(),
        source,
    };
    let mut dirs = vec![common.clone()];
    match std::fs::read_dir(&folder) {
        Ok(entries) => {
            for entry in entries {
                dirs.push(entry.map_err(unreadable)?.path());
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(unreadable(error)),
    }
    let mut heads = Vec::new();
    for dir in dirs {
        let head = git::read_optional(&dir.join("HEAD"))?;
        heads.extend(Id::from_hex(head.trim()).map(|id| ("HEAD".into(), id)));
    }
    Ok(heads)
}
