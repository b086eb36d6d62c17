//! The reader behind [`Repo`]: libgit2, used for references, configuration, ancestry, and for the objects
//! that our own reader of packs does not answer.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

use bstr::BString;
use git2::{ConfigLevel, ErrorClass, ErrorCode, ObjectType, Oid, Repository, RepositoryOpenFlags};

mod errors;
mod facts;
mod packed;
mod references;

use errors::{object_error, open_error, other, reference_error, unnamed_object_error};
pub use facts::read_optional;
use facts::{facts, value};
use packed::Packed;
use references::reference_target;

use super::pack::Found;
use super::peel::peel_to_commit;
use super::{Error, Facts, Header, Id, Index, Kind, Repo, Result};

/// Which repository is opened.
#[derive(Clone, Copy, Debug)]
pub enum Open<'p> {
    /// The one that Git's variables name, or that holds the working directory. For hooks: no other
    /// way sees the index of `git commit -a` and the objects of a push that is being received.
    FromEnv,
    /// The one at or above a path. Git's variables play no part.
    At(&'p Path),
}

/// Opens a repository.
///
/// With `verify_objects` every object is hashed when it is read; else those of long histories are not,
/// of which our own reader checks what they are read by. `index_file`
/// is the value of `GIT_INDEX_FILE`: relative to the top of the work tree, as for Git. Extensions
/// that libgit2 does not know are refused.
pub fn open(
    how: Open<'_>,
    verify_objects: bool,
    index_file: Option<&Path>,
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
    let index_file = match index_file {
        Some(path) => {
            let top = facts.work_dir.as_ref().unwrap_or(&facts.git_dir);
            let path = top.join(path);
            if !path.exists() {
                return Err(Error::MissingIndex(path));
            }
            Some(path)
        }
        None => None,
    };
    Ok(Box::new(Reader {
        repo,
        facts,
        at,
        index_file,
        packed: Packed::new(verify_objects),
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

struct Reader {
    repo: Repository,
    facts: Facts,
    at: Option<PathBuf>,
    index_file: Option<PathBuf>,
    packed: Packed,
}

impl Repo for Reader {
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
        }))
    }

    fn expect_many(&self) {
        self.packed.expect_many();
    }

    fn header(&self, id: &Id) -> Result<Header> {
        let odb = self.repo.odb().map_err(|error| other(&error))?;
        let (size, kind) = odb
            .read_header(oid(id)?)
            .map_err(|error| object_error(&error, id, self.facts.partial))?;
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
        match self.packed.read(&self.facts, id, cap) {
            Some(Found::Object(found, data)) => {
                kind.check(id, found, data.len() as u64, cap)?;
                return Ok(data);
            }
            Some(Found::TooLarge(found, size)) => kind.check(id, found, size, cap)?,
            Some(Found::Damaged(index)) => return Err(Error::PackIndex(index)),
            None if cap < u64::MAX => {
                let header = self.header(id)?;
                kind.check(id, header.kind, header.size, cap)?;
            }
            None => {}
        }
        self.read_odb(id, kind).map(Arc::new)
    }

    fn index(&self) -> Result<Index> {
        let path = match &self.index_file {
            Some(path) if !path.exists() => return Err(Error::MissingIndex(path.clone())),
            Some(path) => path.clone(),
            None => self.facts.git_dir.join("index"),
        };
        match std::fs::read(&path) {
            Ok(raw) => Index::parse(&raw, self.facts.id_length),
            // Git, too, takes a repository without an index for one where nothing is staged.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Index::default()),
            Err(source) => Err(Error::UnreadableFile { path, source }),
        }
    }

    fn resolve(&self, revision: &str) -> Result<Id> {
        if revision.is_empty() || revision.starts_with('-') || revision.contains("..") {
            return Err(Error::BadRevision(revision.into()));
        }
        let name = || BString::from(revision);
        // Git takes a whole id for one even where a reference has that name.
        let found = match Id::from_hex(revision.as_bytes()) {
            Some(found) if found.as_bytes().len() == self.facts.id_length => found,
            _ => self.parse_revision(revision)?,
        };
        peel_to_commit(self, &found)?.ok_or_else(|| Error::MissingReference(name()))
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

    fn head_ref(&self) -> Result<Option<BString>> {
        self.symbolic("HEAD")
    }

    fn references(&self, prefix: &str) -> Result<Vec<(BString, Id)>> {
        let mut found = Vec::new();
        for (name, id) in self.named(prefix)? {
            if let Some(commit) = peel_to_commit(self, &id)? {
                found.push((name, commit));
            }
        }
        Ok(found)
    }

    fn named(&self, prefix: &str) -> Result<Vec<(BString, Id)>> {
        references::named(&self.repo, &self.facts, prefix)
    }

    fn reference(&self, name: &str) -> Result<Option<Id>> {
        references::exact(&self.repo, name)
    }

    fn symbolic(&self, name: &str) -> Result<Option<BString>> {
        match self.repo.find_reference(name) {
            Ok(reference) => Ok(reference.symbolic_target_bytes().map(BString::from)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(reference_error(&error, name.as_bytes())),
        }
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

impl Reader {
    fn read_odb(&self, id: &Id, kind: Kind) -> Result<Vec<u8>> {
        let odb = self.repo.odb().map_err(|error| other(&error))?;
        let object = odb
            .read(oid(id)?)
            .map_err(|error| object_error(&error, id, self.facts.partial))?;
        if kind_of(object.kind()) != Some(kind) {
            return Err(kind.mismatch(id));
        }
        Ok(object.data().to_vec())
    }

    fn parse_revision(&self, revision: &str) -> Result<Id> {
        let name = || BString::from(revision);
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

fn kind_of(kind: ObjectType) -> Option<Kind> {
    match kind {
        ObjectType::Commit => Some(Kind::Commit),
        ObjectType::Tree => Some(Kind::Tree),
        ObjectType::Blob => Some(Kind::Blob),
        ObjectType::Tag => Some(Kind::Tag),
        ObjectType::Any => None,
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
