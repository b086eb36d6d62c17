//! The trusted side: the author of a change does not choose its judge.
//!
//! For each thing that is judged, which revisions' policy files are trusted, and where the change's
//! own lies, which can only tighten.

mod revisions;
mod trees;

use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice as _};

use super::origin::{Folder, LOCK};
use super::own_path::looks_like_policy;
use crate::git::{self, DefaultBranch, FileMode, Id, Index, Kind, Repo, TreeReader};

use revisions::Revision;
pub(super) use revisions::revisions;
pub use trees::{export_trees, trusted_trees};

/// The repository's policy file.
pub const FILE: &str = ".cordon.yml";

/// Where more of the repository's own policy lies.
const FOLDER: &str = ".cordon";

/// Files below [`FOLDER`].
const FILES: usize = 20_000;

/// What is judged, as far as the choice of policy goes.
#[derive(Clone, Debug)]
pub enum Judged {
    /// The index against HEAD.
    Staged {
        /// HEAD; `None` while unborn.
        head: Option<Id>,
        /// The index.
        index: Arc<Index>,
    },
    /// The commits of a range.
    Range {
        /// Where it starts: trusted.
        base: Id,
        /// Where it ends.
        head: Id,
    },
    /// The commits of a range, judged by what is given in the place of the repository's own policy.
    Again {
        /// Where it starts.
        base: Id,
        /// Where it ends.
        head: Id,
    },
    /// One commit.
    Commit {
        /// Its parents: trusted.
        parents: Vec<Id>,
        /// The commit.
        commit: Id,
    },
    /// A whole history: nothing of it is trusted.
    All {
        /// HEAD; `None` while unborn.
        head: Option<Id>,
    },
    /// A push to a remote.
    Push {
        /// One for each reference.
        sides: Vec<PushSide>,
    },
    /// What a CI job is about.
    Event {
        /// The commits whose policy is trusted, each with its name.
        trusted: Vec<(String, Id)>,
        /// Where it ends.
        head: Option<Id>,
    },
    /// A push that a server receives.
    Receive {
        /// The default branch before the push: trusted.
        default: Option<DefaultBranch>,
        /// The commits that its references will be.
        new: Vec<Id>,
    },
}

/// One reference of a push.
#[derive(Clone, Debug)]
pub struct PushSide {
    /// What it is at the remote: trusted.
    pub old: Option<Id>,
    /// The commit that it will be.
    pub new: Option<Id>,
}

/// A policy file that was found.
#[derive(Clone, Debug)]
pub(super) struct Side {
    /// Whether it is trusted.
    pub(super) trusted: bool,
    /// The revision, or `index`.
    pub(super) source: String,
    /// The commit that it was read from.
    pub(super) commit: Option<Id>,
    /// The commits under judgement that have this very content, or lie below what has it.
    pub(super) changes: Vec<Id>,
    /// Its bytes.
    pub(super) text: Vec<u8>,
    /// What lies beside it.
    pub(super) folder: Folder,
}

/// What was found on all sides.
pub(super) struct Sides {
    /// The policy files, the trusted first, each content once.
    pub(super) files: Vec<Side>,
    /// Whether there is a trusted side at all, with a file or without.
    pub(super) trusted: bool,
}

/// Why a policy file is not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum TrustedError {
    /// The repository could not be read.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// It is a link, a submodule or a directory.
    #[error("{FILE} in {place} is {kind}: the policy must be a regular file")]
    NotAFile {
        /// Where.
        place: String,
        /// What it is.
        kind: &'static str,
    },
    /// Another file pretends to be the policy.
    #[error("{place} has a file named {name}, which a reader could take for {FILE}")]
    Variant {
        /// Where.
        place: String,
        /// Its name, made harmless.
        name: String,
    },
    /// It is larger than a policy may be.
    #[error("{FILE} in {place} is larger than 1 MiB")]
    TooLarge {
        /// Where.
        place: String,
    },
}

/// Finds the policy files that judge.
pub(super) fn sides(repo: &dyn Repo, judged: &Judged) -> Result<Sides, TrustedError> {
    let (mut revisions, trusted) = revisions(repo, judged)?;
    if let Judged::Again { .. } = judged {
        revisions.clear();
    }
    let mut finder = Finder {
        repo,
        sides: Sides {
            files: Vec::new(),
            trusted,
        },
    };
    for revision in revisions {
        finder.commit(revision)?;
    }
    if let Judged::Staged { index, head } = judged {
        finder.index(index, *head)?;
    }
    Ok(finder.sides)
}

struct Finder<'r> {
    repo: &'r dyn Repo,
    sides: Sides,
}

impl Finder<'_> {
    fn commit(&mut self, revision: Revision) -> Result<(), TrustedError> {
        // A reference may lead to a tree or a blob, which holds no policy of ours.
        let Some(commit) = git::peel_to_commit(self.repo, &revision.id)? else {
            return Ok(());
        };
        let raw = self.repo.read(&commit, Kind::Commit)?;
        let Some(tree) = git::Commit::parse(commit, &raw)?.tree else {
            return Ok(());
        };
        let mut trees = TreeReader::new(self.repo);
        let found = trees.entries(&tree)?;
        let entries = found
            .iter()
            .map(|(name, (mode, id))| (name.as_bstr(), *mode, *id));
        if let Some(text) = self.file(&revision.source, entries)? {
            let mut beside = Vec::new();
            for (name, (mode, id)) in &found {
                if name == LOCK || name == FOLDER {
                    below(&mut trees, name.clone(), (*mode, *id), &mut beside)?;
                }
            }
            self.add(Side {
                folder: Folder::Here(beside),
                trusted: revision.trusted,
                source: revision.source,
                commit: Some(commit),
                changes: (!revision.trusted).then_some(commit).into_iter().collect(),
                text,
            });
        }
        Ok(())
    }

    fn index(&mut self, index: &Index, head: Option<Id>) -> Result<(), TrustedError> {
        let staged = || index.entries.iter().filter(|entry| !entry.intent_to_add);
        let folders = staged().filter_map(|entry| entry.path.split_once_str("/"));
        let mut folders: Vec<&BStr> = folders.map(|(folder, _)| folder.as_bstr()).collect();
        folders.dedup();
        if folders.into_iter().any(looks_like_policy) {
            let (place, kind) = ("index".to_owned(), "a directory");
            return Err(TrustedError::NotAFile { place, kind });
        }
        let root = staged().filter(|entry| !entry.path.contains(&b'/'));
        let entries: Vec<_> = root
            .map(|entry| (entry.path.as_bstr(), entry.mode, entry.id))
            .collect();
        let is_beside = |path: &BStr| {
            let rest = path.strip_prefix(FOLDER.as_bytes());
            path == LOCK || rest.is_some_and(|rest| rest.starts_with(b"/"))
        };
        let beside = staged().filter(|entry| is_beside(entry.path.as_bstr()));
        let beside = beside.map(|entry| (entry.path.clone(), entry.mode, entry.id));
        if let Some(text) = self.file("index", entries.into_iter())? {
            self.add(Side {
                folder: Folder::Here(beside.collect()),
                trusted: false,
                source: "index".to_owned(),
                commit: None,
                changes: head.into_iter().collect(),
                text,
            });
        }
        Ok(())
    }

    fn file<'e>(
        &self,
        source: &str,
        entries: impl Iterator<Item = (&'e BStr, FileMode, Id)>,
    ) -> Result<Option<Vec<u8>>, TrustedError> {
        let place = source.to_owned();
        let mut found = None;
        for (name, mode, id) in entries {
            if name == FILE {
                found = Some((mode, id));
            } else if looks_like_policy(name) {
                return Err(TrustedError::Variant {
                    place,
                    name: crate::text::show::escaped(name),
                });
            }
        }
        let Some((mode, id)) = found else {
            return Ok(None);
        };
        let kind = match mode {
            FileMode::Regular | FileMode::Executable => {
                let size = self.repo.header(&id)?.size;
                if size > crate::policy::yaml::Limits::REPOSITORY.bytes as u64 {
                    return Err(TrustedError::TooLarge { place });
                }
                return Ok(Some(self.repo.read(&id, Kind::Blob)?));
            }
            FileMode::Link => "a symbolic link",
            FileMode::Submodule => "a submodule",
            FileMode::Tree => "a directory",
        };
        Err(TrustedError::NotAFile { place, kind })
    }

    /// The same content twice is one opinion.
    fn add(&mut self, side: Side) {
        let same = |known: &&mut Side| known.text == side.text && known.folder == side.folder;
        match self.sides.files.iter_mut().find(same) {
            Some(known) => known.changes.extend(side.changes),
            None => self.sides.files.push(side),
        }
    }
}

/// Every file of a tree beside the policy, by its path, in the order of a list of files.
fn below(
    trees: &mut TreeReader<'_>,
    path: BString,
    (mode, id): (FileMode, Id),
    found: &mut Vec<(BString, FileMode, Id)>,
) -> git::Result<()> {
    if mode != FileMode::Tree {
        found.push((path, mode, id));
        return Ok(());
    }
    if found.len() > FILES || path.find_iter("/").count() > 16 {
        let what = "files beside the policy";
        let limit = FILES as u64;
        return Err(git::Error::Limit { what, limit });
    }
    for (name, object) in trees.entries(&id)? {
        let path = [path.as_slice(), b"/", &name].concat().into();
        below(trees, path, object, found)?;
    }
    Ok(())
}
