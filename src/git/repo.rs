//! What a repository can be asked. One trait, so that Git's own commands (`plumbing`) can stand beside
//! libgit2 where that cannot read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bstr::{BStr, BString};

use super::{Error, Id, Index, Result, files, peel_to_commit};

/// What is known of a repository when it opens.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The worktree's own Git directory, absolute.
    pub git_dir: PathBuf,
    /// The directory that all worktrees share, absolute.
    pub common_dir: PathBuf,
    /// The top of the work tree, absolute; `None` for a bare repository.
    pub work_dir: Option<PathBuf>,
    /// 20 or 32.
    pub id_length: usize,
    /// Commits at which a shallow clone ends: their parents are not here.
    pub shallow: BTreeSet<Id>,
    /// Whether `info/grafts` rewrites history, which would hide commits.
    pub grafted: bool,
    /// Whether it is a partial clone, in which objects may be absent on purpose.
    pub partial: bool,
}

/// An object's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A commit.
    Commit,
    /// A tree.
    Tree,
    /// A blob.
    Blob,
    /// An annotated tag.
    Tag,
}

impl Kind {
    /// Git's word for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }

    /// The kind of that name.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        let all = [Self::Commit, Self::Tree, Self::Blob, Self::Tag];
        all.into_iter().find(|kind| kind.name().as_bytes() == name)
    }

    /// The error of an object that is not of this kind.
    pub(super) fn mismatch(self, id: &Id) -> Error {
        let expected = self.name();
        Error::WrongKind { id: *id, expected }
    }

    /// Whether an object that was found is of this kind and within the cap.
    pub(super) fn check(self, id: &Id, found: Self, size: u64, cap: u64) -> Result<()> {
        if found != self {
            return Err(self.mismatch(id));
        }
        if size > cap {
            return Err(Error::TooLarge {
                id: *id,
                size,
                limit: cap,
            });
        }
        Ok(())
    }
}

/// An object's kind and size, without its content.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// Its kind.
    pub kind: Kind,
    /// Bytes of content.
    pub size: u64,
}

/// A reader of one repository. Not shared between threads: each takes its own by [`Repo::reopen`].
///
/// Replace refs are never honoured; nothing is ever fetched; nothing is ever written.
pub trait Repo {
    /// What is known of it.
    fn facts(&self) -> &Facts;

    /// Another reader of the same repository, for another thread.
    fn reopen(&self) -> Result<Box<dyn Repo + Send>>;

    /// Says that many objects will be asked for, so that it is settled now how they are read.
    fn expect_many(&self) {}

    /// The directory below which a run may keep what it has read, for the next one; `None` where there
    /// is none.
    fn keeps(&self) -> Option<&Path> {
        Some(&self.facts().common_dir)
    }

    /// An object's kind and size.
    fn header(&self, id: &Id) -> Result<Header>;

    /// Whether there is such an object. One that a partial clone left with its remote is an error: Git
    /// would ask the remote.
    fn has(&self, id: &Id) -> Result<bool>;

    /// An object's raw content. An object of another kind is an error.
    fn read(&self, id: &Id, kind: Kind) -> Result<Vec<u8>>;

    /// Like [`Repo::read`], without a copy where the reader holds the content anyway. One of more
    /// than `cap` bytes is [`Error::TooLarge`], and is not read.
    fn content(&self, id: &Id, kind: Kind, cap: u64) -> Result<Arc<Vec<u8>>> {
        if cap < u64::MAX {
            let header = self.header(id)?;
            kind.check(id, header.kind, header.size, cap)?;
        }
        self.read(id, kind).map(Arc::new)
    }

    /// The index that the running hook sees (`GIT_INDEX_FILE` honoured), or the repository's.
    fn index(&self) -> Result<Index>;

    /// The commit that a revision names: any form of `git rev-parse`, peeled.
    fn resolve(&self, revision: &str) -> Result<Id>;

    /// The commit of `HEAD`; `None` while unborn.
    fn head(&self) -> Result<Option<Id>>;

    /// The branch that `HEAD` points to, as `refs/heads/…`, born or not; `None` when detached.
    fn head_ref(&self) -> Result<Option<BString>> {
        self.symbolic("HEAD".into())
    }

    /// All references whose full name starts with `prefix`, by name, each with the object it names,
    /// tags peeled; those that peel to no commit are left out.
    fn references(&self, prefix: &str) -> Result<Vec<(BString, Id)>> {
        let mut found = Vec::new();
        for (name, id) in self.named(prefix)? {
            if let Some(commit) = peel_to_commit(self, &id)? {
                found.push((name, commit));
            }
        }
        Ok(found)
    }

    /// All references whose full name starts with `prefix`, by name, each with the very object that
    /// it names: a tag is not peeled, and may lead to no commit.
    fn named(&self, prefix: &str) -> Result<Vec<(BString, Id)>>;

    /// The object that the reference of exactly this full name names in the end, not peeled; `None` where
    /// there is none, or it leads to one that is not there.
    fn reference(&self, name: &str) -> Result<Option<Id>>;

    /// The full name that a symbolic reference points to (`refs/remotes/origin/HEAD`).
    fn symbolic(&self, name: &BStr) -> Result<Option<BString>>;

    /// Whether Git keeps a commit under a name beside the references, such as `CHERRY_PICK_HEAD`.
    fn is_under_way(&self, name: &str) -> Result<bool> {
        files::exists(&self.facts().git_dir.join(name))
    }

    /// Every stash, as the log of `refs/stash` names them.
    fn stashes(&self) -> Result<Vec<(BString, Id)>> {
        files::stashes(self.facts())
    }

    /// The HEAD of each worktree that has it detached, and the references that other worktrees have to
    /// themselves; each name begins with the worktree's.
    fn worktrees(&self) -> Result<Vec<(BString, Id)>> {
        files::worktrees(self.facts())
    }

    /// A configuration value as Git joins it, the last one for several.
    fn config(&self, key: &str) -> Result<Option<BString>>;

    /// A configuration value of the repository alone: neither the user's nor the machine's.
    fn own_config(&self, key: &str) -> Result<Option<BString>>;

    /// The commits reachable from `include` and not from `exclude`, in no particular order.
    fn reachable(&self, include: &[Id], exclude: &[Id]) -> Result<Vec<Id>>;

    /// The best common ancestors of `one` and a merge of all `others`, sorted: what
    /// `git merge-base --all` answers. At least one other.
    fn merge_bases(&self, one: &Id, others: &[Id]) -> Result<Vec<Id>>;

    /// The best common ancestor; the smallest id where there are several.
    fn merge_base(&self, one: &Id, other: &Id) -> Result<Option<Id>> {
        Ok(self.merge_bases(one, &[*other])?.first().copied())
    }
}
