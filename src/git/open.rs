//! Opening a repository: which one, and what reads it.

use std::path::Path;

use bstr::ByteSlice as _;

use super::plumbing::{self, Git};
use super::{Error, Repo, Result, libgit2};
use crate::host::Host;

/// The one extension that libgit2 does not know and that Git may be asked to read for us.
const REFTABLE: &str = "extensions.refstorage";

/// Which repository is opened.
#[derive(Clone, Copy, Debug)]
pub enum Open<'p> {
    /// The one that Git's variables name, or that holds the working directory. For hooks: no other
    /// way sees the index of `git commit -a` and the objects of a push that is being received.
    FromEnv,
    /// The one at or above a path. Git's variables play no part.
    At(&'p Path),
}

/// What reads a repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reader {
    /// The library; Git itself where that cannot read.
    #[default]
    Auto,
    /// The library alone.
    Library,
    /// Git's own commands alone.
    Git,
}

/// How a repository is opened.
#[derive(Clone, Copy)]
pub struct Opening<'h> {
    /// What reads it.
    pub reader: Reader,
    /// Whether every object is hashed when it is read; the same for all readers of one process.
    pub verify_objects: bool,
    /// Where Git is found, and what it is told of the surroundings.
    pub host: &'h Host,
}

impl<'h> Opening<'h> {
    /// As a hook opens it.
    pub fn new(host: &'h Host) -> Self {
        Self {
            reader: Reader::Auto,
            verify_objects: false,
            host,
        }
    }
}

/// Opens a repository.
///
/// An extension that its reader does not know is refused, since nobody can say what it means; but one
/// with reftables is left to Git.
pub fn open(how: Open<'_>, by: &Opening<'_>) -> Result<Box<dyn Repo + Send>> {
    let verify = by.verify_objects;
    let index = match how {
        Open::FromEnv => by.host.var("GIT_INDEX_FILE"),
        Open::At(_) => None,
    };
    let index = index.and_then(|path| path.to_path().ok());
    let git = || Git::new(how, by.host);
    match by.reader {
        Reader::Library => libgit2::open(how, verify, index, None),
        Reader::Git => plumbing::open(git()?, verify, index),
        Reader::Auto => match libgit2::open(how, verify, index, git().ok()) {
            Err(Error::UnsupportedExtension(name)) if name == REFTABLE => {
                reftable(git(), verify, index)
            }
            opened => opened,
        },
    }
}

fn reftable(git: Result<Git>, verify: bool, index: Option<&Path>) -> Result<Box<dyn Repo + Send>> {
    let only = |why: String| Error::OnlyGit {
        extension: REFTABLE,
        why,
    };
    let git = git.map_err(|error| only(error.to_string()))?;
    match plumbing::open(git.clone(), verify, index) {
        Err(Error::UnsupportedExtension(name)) if name == REFTABLE => {
            Err(only(format!("{} is too old", git.version())))
        }
        opened => opened,
    }
}
