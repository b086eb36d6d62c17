//! What lies beside a policy: the files that it builds on, its lock, its waivers, exports of groups, tests.
//!
//! Bytes by names, from wherever the policy came from. Nothing is followed: neither a link nor `..`.

use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice as _};

use super::address::path_problem;
use crate::git::{self, FileMode, Id, Kind, Repo, Store, TreeReader};
use crate::host::Host;
use crate::policy::Policies;
use crate::sign::AllowedKey;
use crate::text::show::escaped;

/// Files of one folder, and folders inside one another.
const FILES: usize = 20_000;
const DEPTH: usize = 8;

/// The folder of a policy file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Folder {
    /// There is none: a built-in policy.
    #[default]
    Nowhere,
    /// A folder of the file system.
    Disk(PathBuf),
    /// What a commit or the index of the judged repository has beside `.cordon.yml`: its lock and
    /// what is below `.cordon/`.
    Here(Vec<(BString, FileMode, Id)>),
    /// A folder of a policy repository's commit, out of the store.
    Stored {
        /// Where the objects lie.
        store: Store,
        /// The tree of the policy file's folder.
        tree: Id,
    },
}

/// What is needed to read what lies beside a policy.
#[derive(Clone, Copy)]
pub struct Reach<'a> {
    /// The judged repository, where there is one.
    pub repo: Option<&'a dyn Repo>,
    /// The surroundings.
    pub host: &'a Host,
    /// By which keys policies from Git must be signed, as whoever runs Cordon says; the machine's owner may say
    /// others besides. None: nobody asks for it here.
    pub signers: &'a [AllowedKey],
    /// Whether it is judged what a server receives.
    received: bool,
    /// What was made of large policies, where that may be believed.
    pub cache: Option<&'a Policies>,
}

impl<'a> Reach<'a> {
    /// In a repository, if there is one.
    pub fn new(repo: Option<&'a dyn Repo>, host: &'a Host) -> Self {
        Self {
            repo,
            host,
            signers: &[],
            received: false,
            cache: None,
        }
    }

    /// The same, where policies from Git must be signed by one of these keys.
    #[must_use]
    pub fn signed_by(self, signers: &'a [AllowedKey]) -> Self {
        Self { signers, ..self }
    }

    /// The same, where it is judged what a server `received`.
    #[must_use]
    pub fn receiving(self, received: bool) -> Self {
        Self { received, ..self }
    }

    /// Whether the repository is a server's: one that receives, or a bare one, in which nobody works.
    pub(in crate::policy) fn serves(&self) -> bool {
        let bare = |repo: &dyn Repo| repo.facts().work_dir.is_none();
        self.received || self.repo.is_some_and(bare)
    }

    /// The same, where what was made of large policies may be believed.
    #[must_use]
    pub fn with_cache(self, cache: Option<&'a Policies>) -> Self {
        Self { cache, ..self }
    }
}

/// Why a file beside a policy is not read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A repository could not be read.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// A file could not be read.
    #[error("{} cannot be read: {source}", escaped(.path.as_os_str().as_encoded_bytes()))]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no regular file, or lies behind a link.
    #[error("{name} is {kind}: beside a policy only regular files are read")]
    NotAFile {
        /// Its name, made harmless.
        name: String,
        /// What it is.
        kind: &'static str,
    },
    /// Too much.
    #[error("{name} is larger than {cap} bytes")]
    TooLarge {
        /// Its name, made harmless.
        name: String,
        /// The most that is read.
        cap: u64,
    },
    /// Too many.
    #[error("{name} has more than {FILES} files, or folders too deep inside one another")]
    TooMany {
        /// Its name, made harmless.
        name: String,
    },
    /// A path that leads elsewhere.
    #[error("{name}: {told}")]
    Path {
        /// It, made harmless.
        name: String,
        /// What is wrong.
        told: &'static str,
    },
}

type Result<T, E = FolderError> = std::result::Result<T, E>;

impl Folder {
    /// A regular file's bytes, up to `cap`; `None` where nothing has that name. `path` is relative to the
    /// policy file.
    pub fn file(&self, reach: Reach<'_>, path: &str, cap: u64) -> Result<Option<Vec<u8>>> {
        if let Err(told) = path_problem(path) {
            let name = escaped(path.as_bytes());
            return Err(FolderError::Path { name, told });
        }
        match self {
            Self::Nowhere => Ok(None),
            Self::Disk(folder) => on_disk(folder, Path::new(path), cap),
            Self::Here(entries) => {
                let found = entries.iter().find(|(name, ..)| *name == path);
                let Some((name, mode, id)) = found else {
                    return Ok(None);
                };
                blob(reach.repo, name.as_bstr(), *mode, id, cap)
            }
            Self::Stored { store, tree } => {
                let repo = store.reader(reach.host, tree)?;
                let Some(repo) = repo else {
                    return Err(git::Error::Missing(*tree).into());
                };
                let Some((mode, id)) = entry(&*repo, tree, path)? else {
                    return Ok(None);
                };
                blob(Some(&*repo), path.as_bytes().as_bstr(), mode, &id, cap)
            }
        }
    }

    /// The files below a folder, each by its path relative to the policy file and with its bytes, in the
    /// order of their names. What is no regular file is an error.
    pub fn files(
        &self,
        reach: Reach<'_>,
        folder: &str,
        cap: u64,
    ) -> Result<Vec<(String, Vec<u8>)>> {
        let mut names = Vec::new();
        match self {
            Self::Nowhere => {}
            Self::Disk(top) => names_on_disk(top, folder, 0, &mut names)?,
            Self::Here(entries) => {
                let below = |name: &BStr| {
                    let rest = name.strip_prefix(folder.as_bytes());
                    rest.is_some_and(|rest| rest.starts_with(b"/"))
                };
                let found = entries.iter().filter(|(name, ..)| below(name.as_bstr()));
                names.extend(found.map(|(name, ..)| name.to_string()));
            }
            Self::Stored { store, tree } => {
                let repo = store.reader(reach.host, tree)?;
                let repo = repo.ok_or(git::Error::Missing(*tree))?;
                if let Some((mode, id)) = entry(&*repo, tree, folder)? {
                    names_in_tree(&*repo, folder, mode, &id, 0, &mut names)?;
                }
            }
        }
        names.sort();
        if names.len() > FILES {
            let name = escaped(folder.as_bytes());
            return Err(FolderError::TooMany { name });
        }
        let mut files = Vec::with_capacity(names.len());
        for name in names {
            if let Some(text) = self.file(reach, &name, cap)? {
                files.push((name, text));
            }
        }
        Ok(files)
    }
}

/// What a path leads to in a tree, through trees alone.
pub(super) fn entry(repo: &dyn Repo, tree: &Id, path: &str) -> Result<Option<(FileMode, Id)>> {
    let mut trees = TreeReader::new(repo);
    let mut at = (FileMode::Tree, *tree);
    for part in path.split('/') {
        if at.0 != FileMode::Tree {
            let kind = kind_of(at.0);
            let name = escaped(path.as_bytes());
            return Err(FolderError::NotAFile { name, kind });
        }
        let entries = trees.entries(&at.1)?;
        match entries.iter().find(|(name, _)| *name == part) {
            Some((_, found)) => at = *found,
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}

fn kind_of(mode: FileMode) -> &'static str {
    match mode {
        FileMode::Regular | FileMode::Executable => "a file",
        FileMode::Link => "a symbolic link",
        FileMode::Submodule => "a submodule",
        FileMode::Tree => "a folder",
    }
}

/// A regular file of a tree.
pub fn file_of(repo: &dyn Repo, tree: &Id, path: &str, cap: u64) -> Result<Option<Vec<u8>>> {
    match entry(repo, tree, path)? {
        Some((mode, id)) => blob(Some(repo), path.as_bytes().as_bstr(), mode, &id, cap),
        None => Ok(None),
    }
}

pub(super) fn blob(
    repo: Option<&dyn Repo>,
    name: &BStr,
    mode: FileMode,
    id: &Id,
    cap: u64,
) -> Result<Option<Vec<u8>>> {
    let name = || escaped(name);
    if !mode.is_file() {
        let (name, kind) = (name(), kind_of(mode));
        return Err(FolderError::NotAFile { name, kind });
    }
    let repo = repo.ok_or(git::Error::Missing(*id))?;
    if repo.header(id)?.size > cap {
        return Err(FolderError::TooLarge { name: name(), cap });
    }
    Ok(Some(repo.read(id, Kind::Blob)?))
}

fn names_in_tree(
    repo: &dyn Repo,
    path: &str,
    mode: FileMode,
    id: &Id,
    depth: usize,
    names: &mut Vec<String>,
) -> Result<()> {
    let too_many = || FolderError::TooMany {
        name: escaped(path.as_bytes()),
    };
    if mode != FileMode::Tree {
        names.push(path.to_owned());
        return Ok(());
    }
    if depth >= DEPTH || names.len() > FILES {
        return Err(too_many());
    }
    let entries = TreeReader::new(repo).entries(id)?;
    for (name, (mode, id)) in &entries {
        let name = name.to_str().map_err(|_| FolderError::Path {
            name: escaped(name),
            told: "a name is UTF-8",
        })?;
        names_in_tree(repo, &format!("{path}/{name}"), *mode, id, depth + 1, names)?;
    }
    Ok(())
}

/// A file of the file system. No part of the path below the folder is a link.
fn on_disk(folder: &Path, path: &Path, cap: u64) -> Result<Option<Vec<u8>>> {
    use std::io::Read as _;
    let mut at = folder.to_owned();
    let mut last = None;
    for part in path.components() {
        at.push(part);
        let meta = match at.symlink_metadata() {
            Ok(meta) => meta,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(FolderError::Disk { path: at, source }),
        };
        if meta.is_symlink() {
            let name = escaped(at.as_os_str().as_encoded_bytes());
            let kind = "a symbolic link";
            return Err(FolderError::NotAFile { name, kind });
        }
        last = Some(meta);
    }
    let name = escaped(at.as_os_str().as_encoded_bytes());
    if !last.is_some_and(|meta| meta.is_file()) {
        let kind = "no regular file";
        return Err(FolderError::NotAFile { name, kind });
    }
    let mut text = Vec::new();
    let read = std::fs::File::open(&at).and_then(|file| file.take(cap + 1).read_to_end(&mut text));
    read.map_err(|source| FolderError::Disk { path: at, source })?;
    if text.len() as u64 > cap {
        return Err(FolderError::TooLarge { name, cap });
    }
    Ok(Some(text))
}

fn names_on_disk(top: &Path, folder: &str, depth: usize, names: &mut Vec<String>) -> Result<()> {
    let path = top.join(folder);
    let failed = |source| FolderError::Disk {
        path: path.clone(),
        source,
    };
    let meta = match path.symlink_metadata() {
        Ok(meta) => meta,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(failed(source)),
    };
    if !meta.is_dir() {
        names.push(folder.to_owned());
        return Ok(());
    }
    if depth >= DEPTH || names.len() > FILES {
        let name = escaped(folder.as_bytes());
        return Err(FolderError::TooMany { name });
    }
    for entry in std::fs::read_dir(&path).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let name = name.to_str().ok_or_else(|| FolderError::Path {
            name: escaped(name.as_encoded_bytes()),
            told: "a name is UTF-8",
        })?;
        names_on_disk(top, &format!("{folder}/{name}"), depth + 1, names)?;
    }
    Ok(())
}
