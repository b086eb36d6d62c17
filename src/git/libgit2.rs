//! The library as a reader: libgit2, used for references, configuration, ancestry, and for the objects
//! that our own reader of packs does not answer. For `open.rs` alone.

use std::cell::OnceCell;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

use bstr::{BStr, BString};
use git2::{ConfigLevel, ErrorClass, ErrorCode, Oid, Repository, RepositoryOpenFlags};

mod errors;
mod facts;
mod objects;
mod packed;
mod references;
mod sound;

use errors::{object_error, open_error, other, reference_error, unnamed_object_error};
use facts::{facts, value};
use objects::kind_of;
use packed::Packed;
use references::reference_target;

use super::index::IndexFile;
use super::loose_object;
use super::peel::whole_id;
use super::plumbing::Git;
use super::{Error, Facts, Header, Id, Index, Kind, Open, Repo, Result, peel_to_commit};

/// Opens a repository.
///
/// With `verify_objects` every object is hashed when it is read; else those of long histories are not,
/// of which our own reader checks what they are read by. `index_file` is the value of `GIT_INDEX_FILE`.
/// `git` reads an index whose form we do not know. Extensions that libgit2 does not know are refused.
pub(super) fn open(
    how: Open<'_>,
    verify_objects: bool,
    index_file: Option<&Path>,
    git: Option<Git>,
) -> Result<Box<dyn Repo + Send>> {
    static SWITCHES: Once = Once::new();
    SWITCHES.call_once(|| {
        // Our own caches know better what is read twice.
        git2::opts::enable_caching(false);
        // By a damaged index of a pack libgit2 would read other objects than were asked for.
        git2::opts::strict_hash_verification(true);
    });
    let at = match how {
        Open::FromEnv => None,
        Open::At(path) => Some(path.to_owned()),
    };
    let repo = open_raw(at.as_deref())?;
    let facts = facts(&repo)?;
    Ok(Box::new(Library {
        repo,
        at,
        index_file: IndexFile::named(&facts, index_file)?,
        facts,
        packed: Packed::new(verify_objects),
        directories: OnceCell::new(),
        git,
    }))
}

fn open_raw(at: Option<&Path>) -> Result<Repository> {
    let opened = match at {
        None => Repository::open_from_env(),
        Some(path) => {
            let ceilings: &[&OsStr] = &[];
            Repository::open_ext(path, RepositoryOpenFlags::empty(), ceilings)
        }
    };
    let repo = opened.map_err(|error| open_error(&error, at.unwrap_or(Path::new("."))))?;
    // A namespace is for transports: with it, HEAD would not be found.
    repo.remove_namespace().map_err(|error| other(&error))?;
    Ok(repo)
}

struct Library {
    repo: Repository,
    facts: Facts,
    at: Option<PathBuf>,
    index_file: IndexFile,
    packed: Packed,
    /// Where loose objects lie.
    directories: OnceCell<Vec<PathBuf>>,
    git: Option<Git>,
}

impl Repo for Library {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn reopen(&self) -> Result<Box<dyn Repo + Send>> {
        Ok(Box::new(Self {
            repo: open_raw(self.at.as_deref())?,
            facts: self.facts.clone(),
            at: self.at.clone(),
            index_file: self.index_file.clone(),
            packed: self.packed.again(),
            directories: self.directories.clone(),
            git: self.git.clone(),
        }))
    }

    fn expect_many(&self) {
        self.packed.expect_many();
    }

    fn header(&self, id: &Id) -> Result<Header> {
        let odb = self.repo.odb().map_err(|error| other(&error))?;
        let (size, kind) = odb.read_header(oid(id)?).map_err(|error| {
            match object_error(&error, id, self.facts.partial) {
                Error::Corrupt { .. } => loose_object::damaged(self.directories(), id),
                error => error,
            }
        })?;
        Ok(Header {
            kind: kind_of(kind).ok_or(Error::Corrupt {
                id: *id,
                what: "it is of no known kind",
            })?,
            size: size as u64,
        })
    }

    fn has(&self, id: &Id) -> Result<bool> {
        let odb = self.repo.odb().map_err(|error| other(&error))?;
        // To know an object's kind costs more.
        if odb.exists(oid(id)?) {
            return Ok(true);
        }
        match self.header(id) {
            Ok(_) => Ok(true),
            Err(Error::Missing(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn read(&self, id: &Id, kind: Kind) -> Result<Vec<u8>> {
        self.content(id, kind, u64::MAX).map(Arc::unwrap_or_clone)
    }

    fn content(&self, id: &Id, kind: Kind, cap: u64) -> Result<Arc<Vec<u8>>> {
        self.object(id, kind, cap)
    }

    fn index(&self) -> Result<Index> {
        let id_length = self.facts.id_length;
        let Some(raw) = self.index_file.read()? else {
            return Ok(Index::default());
        };
        match (Index::parse(&raw, id_length), &self.git) {
            (Err(Error::IndexForm { .. }), Some(git)) => git.index(&self.index_file, id_length),
            (parsed, _) => parsed,
        }
    }

    fn resolve(&self, revision: &str) -> Result<Id> {
        let found = match whole_id(revision, self.facts.id_length)? {
            Some(found) => found,
            None => self.parse_revision(revision)?,
        };
        peel_to_commit(self, &found)?.ok_or_else(|| Error::MissingReference(revision.into()))
    }

    fn head(&self) -> Result<Option<Id>> {
        match self.repo.head() {
            Ok(head) => match reference_target(&head)? {
                Some(id) => peel_to_commit(self, &id),
                None => Ok(None),
            },
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(None),
            Err(error) => Err(reference_error(&error, b"HEAD")),
        }
    }

    fn named(&self, prefix: &str) -> Result<Vec<(BString, Id)>> {
        references::named(&self.repo, &self.facts, prefix)
    }

    fn reference(&self, name: &str) -> Result<Option<Id>> {
        references::exact(&self.repo, name)
    }

    fn symbolic(&self, name: &BStr) -> Result<Option<BString>> {
        references::symbolic(&self.repo, &self.facts, name)
    }

    fn config(&self, key: &str) -> Result<Option<BString>> {
        // A snapshot would look at every file anew, for each question.
        let config = self.repo.config().map_err(|error| other(&error))?;
        match config.get_entry(key) {
            Ok(entry) => Ok(Some(value(&entry))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(other(&error)),
        }
    }

    fn own_config(&self, key: &str) -> Result<Option<BString>> {
        let config = self.repo.config().map_err(|error| other(&error))?;
        let own = [ConfigLevel::Worktree, ConfigLevel::Local];
        for level in own {
            let value = config.open_level(level).and_then(|config| {
                let entry = config.get_entry(key)?;
                Ok(value(&entry))
            });
            match value {
                Ok(value) => return Ok(Some(value)),
                Err(error) if error.code() == ErrorCode::NotFound => {}
                Err(error) => return Err(other(&error)),
            }
        }
        Ok(None)
    }

    fn reachable(&self, include: &[Id], exclude: &[Id]) -> Result<Vec<Id>> {
        self.sound(include.iter().chain(exclude).copied())?;
        let mut walk = self.repo.revwalk().map_err(|error| other(&error))?;
        for tip in include {
            walk.push(oid(tip)?)
                .map_err(|error| object_error(&error, tip, self.facts.partial))?;
        }
        for tip in exclude {
            walk.hide(oid(tip)?)
                .map_err(|error| object_error(&error, tip, self.facts.partial))?;
        }
        walk.map(|found| {
            found
                .map_err(|error| unnamed_object_error(&error, self.facts.partial))
                .and_then(id)
        })
        .collect()
    }

    fn merge_bases(&self, one: &Id, others: &[Id]) -> Result<Vec<Id>> {
        self.sound([one].into_iter().chain(others).copied())?;
        let mut all = vec![oid(one)?];
        for other in others {
            all.push(oid(other)?);
        }
        let found = match self.repo.merge_bases_many(&all) {
            Ok(found) => found,
            // `NotFound` is also what a missing object answers.
            Err(error) if error.class() == ErrorClass::Merge => return Ok(Vec::new()),
            Err(error) => return Err(unnamed_object_error(&error, self.facts.partial)),
        };
        let mut bases = found
            .iter()
            .map(|base| id(*base))
            .collect::<Result<Vec<Id>>>()?;
        bases.sort_unstable();
        bases.dedup();
        Ok(bases)
    }
}

impl Library {
    fn parse_revision(&self, revision: &str) -> Result<Id> {
        let name = || BString::from(revision);
        self.sound_revision(revision)?;
        let found = self.repo.revparse_single(revision);
        let found = found.map_err(|error| match (error.code(), error.class()) {
            (ErrorCode::Ambiguous, _) => Error::Ambiguous(name()),
            (ErrorCode::InvalidSpec, _) => Error::BadRevision(name()),
            (ErrorCode::NotFound, ErrorClass::Odb) => {
                unnamed_object_error(&error, self.facts.partial)
            }
            (ErrorCode::NotFound, _) => Error::MissingReference(name()),
            _ => other(&error),
        })?;
        id(found.id())
    }
}

fn oid(id: &Id) -> Result<Oid> {
    Oid::from_bytes(id.as_bytes()).map_err(|error| other(&error))
}

fn id(oid: Oid) -> Result<Id> {
    Id::from_bytes(oid.as_bytes())
        .ok_or_else(|| Error::Unreadable("an object id of an unknown length".to_owned()))
}

#[cfg(test)]
mod tests;
