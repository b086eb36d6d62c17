//! Everything that a repository holds by a name: every reference, every stash, every worktree's HEAD.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice as _};

use super::{Plan, tags};
use crate::check::rows::Obstacle;
use crate::git::{self, Id, Kind, Loose, Repo, Target};
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

/// `refs/stash` names the last stash alone; the others stand in its log.
fn stashes(repo: &dyn Repo) -> git::Result<Vec<(BString, Id)>> {
    let path = repo.facts().common_dir.join("logs/refs/stash");
    let log = git::read_optional(&path)?;
    let mut found = Vec::new();
    for line in log.lines().filter(|line| !line.trim().is_empty()) {
        let id = line.split_str(" ").nth(1).and_then(Id::from_hex);
        let Some(id) = id.filter(|id| id.as_bytes().len() == repo.facts().id_length) else {
            let what = "a line of it names no stash";
            let source = std::io::Error::new(std::io::ErrorKind::InvalidData, what);
            return Err(git::Error::UnreadableFile { path, source });
        };
        if !id.is_zero() {
            found.push(("refs/stash".into(), id));
        }
    }
    Ok(found)
}

/// Each worktree has a HEAD of its own, which no reference names when it is detached, and references
/// that the others do not see. Those of this one are known.
fn worktrees(repo: &dyn Repo) -> git::Result<Vec<(BString, Id)>> {
    let facts = repo.facts();
    let mut found = Vec::new();
    for (name, dir) in worktree_dirs(&facts.common_dir)? {
        let mut files = vec![Loose {
            name: "HEAD".into(),
            path: dir.join("HEAD"),
        }];
        if dir != facts.git_dir {
            files.extend(git::own_references(&dir, "refs/")?);
        }
        for file in files {
            // What another reference names is found by that one.
            if let Some(Target::Object(id)) = file.target(facts.id_length)? {
                found.push(([name.as_slice(), &file.name].concat().into(), id));
            }
        }
    }
    Ok(found)
}

/// The Git directories of all worktrees, each with what Git writes before its references' names.
fn worktree_dirs(common: &Path) -> git::Result<Vec<(BString, PathBuf)>> {
    let folder = common.join("worktrees");
    let unreadable = |source| git::Error::UnreadableFile {
        path: folder.clone(),
        source,
    };
    let mut dirs = vec![("main-worktree/".into(), common.to_owned())];
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.collect::<std::io::Result<Vec<_>>>(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    for entry in entries.map_err(unreadable)? {
        let path = entry.path();
        if std::fs::metadata(&path).map_err(unreadable)?.is_dir() {
            let name = entry.file_name();
            dirs.push(([b"worktrees/", name.as_bytes(), b"/"].concat().into(), path));
        }
    }
    dirs.sort();
    Ok(dirs)
}
