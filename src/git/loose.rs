//! References as files: what stands below `refs/` of a Git directory. For the readers of references,
//! since libgit2 passes over a file and a directory that it cannot read.

use std::ffi::OsStr;
use std::fs::{self, DirEntry, File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice as _};

use super::{Error, Id, Result};

/// Directories inside one another.
const DEPTH: usize = 128;

/// Links to directories on one way: one may lead to other references, two may lead round and round.
const LINKS: usize = 1;

/// Bytes of a file, of which a name is the longest part.
const BYTES: u64 = 1 << 16;

/// A file that Git takes for a reference.
#[derive(Debug)]
pub(super) struct Loose {
    /// The reference's full name.
    pub(super) name: BString,
    /// The file.
    pub(super) path: PathBuf,
}

/// What a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// An object.
    Object(Id),
    /// Another reference.
    Reference(BString),
}

/// Where each worktree has references of its own.
const OWN: [&str; 3] = ["refs/bisect/", "refs/rewritten/", "refs/worktree/"];

/// Every file below `refs/` of a Git directory whose reference's name begins with `prefix`, by name.
/// What cannot be listed is an error; a directory that is not there holds none.
pub(super) fn loose_references(git_dir: &Path, prefix: &str) -> Result<Vec<Loose>> {
    let mut found = Vec::new();
    let mut open = vec![Directory {
        name: "refs/".into(),
        path: git_dir.join("refs"),
        depth: 0,
        links: 0,
    }];
    while let Some(directory) = open.pop() {
        for entry in directory.entries()? {
            let Some(name) = directory.name_of(&entry, prefix.as_bytes().as_bstr()) else {
                continue;
            };
            let path = entry.path();
            match look(&entry).map_err(|source| unreadable(&path, source))? {
                Some((file, is_link)) if file.is_dir() => {
                    open.push(directory.below(name, path, is_link)?);
                }
                Some((file, _)) if !file.is_file() => {
                    return Err(unreadable(&path, ErrorKind::InvalidInput.into()));
                }
                Some(_) if name.starts_with(prefix.as_bytes()) => found.push(Loose { name, path }),
                None | Some(_) => {}
            }
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// Like [`loose_references`], of those alone that the worktree of this Git directory does not share.
pub(super) fn own_references(git_dir: &Path, prefix: &str) -> Result<Vec<Loose>> {
    let mut found = loose_references(git_dir, prefix)?;
    found.retain(Loose::is_own);
    Ok(found)
}

/// What the file of one reference below a Git directory points to, where it is symbolic.
pub(super) fn loose_symbolic(
    git_dir: &Path,
    id_length: usize,
    name: &BStr,
) -> Result<Option<BString>> {
    // Git takes no such name: none may lead out of the directory.
    let odd = |part: &[u8]| part.is_empty() || part.starts_with(b".");
    if !name.starts_with(b"refs/") || name.split_str("/").any(odd) {
        return Ok(None);
    }
    let path = git_dir.join(OsStr::from_bytes(name));
    // Git's oldest form: a link.
    if let Ok(link) = fs::read_link(&path) {
        let target = BString::from(link.into_os_string().into_vec());
        if target.starts_with(b"refs/") {
            return Ok(Some(target));
        }
    }
    match fs::metadata(&path) {
        Ok(file) if file.is_dir() => return Ok(None),
        Ok(_) => {}
        Err(error) if is_absent(&error) && !path.is_symlink() => return Ok(None),
        Err(error) => return Err(unreadable(&path, error)),
    }
    let name = name.to_owned();
    Ok(match (Loose { name, path }).target(id_length)? {
        Some(Target::Reference(target)) => Some(target),
        Some(Target::Object(_)) | None => None,
    })
}

/// Whether nothing is there, nor can be: a file may stand where a directory would.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Whether each worktree has a reference of this name to itself.
pub(super) fn is_own(name: &BStr) -> bool {
    OWN.iter().any(|own| name.starts_with_str(own))
}

impl Loose {
    /// Whether each worktree has a reference of this name to itself.
    pub(super) fn is_own(&self) -> bool {
        is_own(self.name.as_ref())
    }

    /// What the file says, as Git reads it; `None` where it is gone since.
    pub(super) fn target(&self, id_length: usize) -> Result<Option<Target>> {
        let mut text = Vec::new();
        let read = File::open(&self.path).and_then(|file| file.take(BYTES).read_to_end(&mut text));
        match read {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound && !self.path.is_symlink() => {
                return Ok(None);
            }
            Err(error) => return Err(unreadable(&self.path, error)),
        }
        let target = target(&text, id_length).ok_or_else(|| self.names_nothing())?;
        Ok(Some(target))
    }

    /// The error of a file that is no reference.
    pub(super) fn names_nothing(&self) -> Error {
        let what = "it names no object";
        unreadable(&self.path, io::Error::new(ErrorKind::InvalidData, what))
    }
}

/// What a file's text names; `None` for what Git calls broken.
fn target(text: &[u8], id_length: usize) -> Option<Target> {
    let text = text.trim_ascii_end();
    if let Some(name) = text.strip_prefix(b"ref:") {
        return Some(Target::Reference(name.trim_ascii_start().into()));
    }
    let (id, rest) = text.split_at_checked(id_length * 2)?;
    let ends = rest.first().is_none_or(u8::is_ascii_whitespace);
    Id::from_hex(id).filter(|_| ends).map(Target::Object)
}

struct Directory {
    /// What the names in it begin with.
    name: BString,
    path: PathBuf,
    depth: usize,
    links: usize,
}

impl Directory {
    fn entries(&self) -> Result<Vec<DirEntry>> {
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries.collect::<io::Result<Vec<_>>>(),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        };
        entries.map_err(|source| unreadable(&self.path, source))
    }

    /// The full name of an entry; `None` for one that is not asked for, or that Git passes over.
    fn name_of(&self, entry: &DirEntry, prefix: &BStr) -> Option<BString> {
        let own = entry.file_name();
        let own = own.as_bytes();
        if own.starts_with(b".") || own.ends_with(b".lock") {
            return None;
        }
        let mut name = self.name.clone();
        name.extend_from_slice(own);
        let shared = name.len().min(prefix.len());
        (name[..shared] == prefix[..shared]).then_some(name)
    }

    fn below(&self, mut name: BString, path: PathBuf, is_link: bool) -> Result<Self> {
        name.push(b'/');
        let links = self.links + usize::from(is_link);
        if links > LINKS {
            let what = "links lead to links of directories";
            return Err(unreadable(&path, io::Error::other(what)));
        }
        if self.depth >= DEPTH {
            return Err(Error::Limit {
                what: "directories of references inside one another",
                limit: DEPTH as u64,
            });
        }
        Ok(Self {
            name,
            path,
            depth: self.depth + 1,
            links,
        })
    }
}

/// What an entry is, and whether a link leads there; `None` where it is gone since.
fn look(entry: &DirEntry) -> io::Result<Option<(Metadata, bool)>> {
    let own = match entry.metadata() {
        Ok(own) => own,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !own.is_symlink() {
        return Ok(Some((own, false)));
    }
    Ok(Some((fs::metadata(entry.path())?, true)))
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::UnreadableFile {
        path: path.to_owned(),
        source,
    }
}
