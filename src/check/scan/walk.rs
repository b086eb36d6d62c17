//! Which files a scan of paths reads.
//!
//! Below a directory: everything, hidden files too, but `.git` and what Git ignores. What a
//! repository tracks is read although it is ignored. Links are not followed.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bstr::{BString, ByteSlice as _};
use ignore::WalkBuilder;

use super::read::{no_file, obstacle, unreadable};
use crate::check::rows::Obstacle;
use crate::git::{self, Facts, FileMode, Index, Open, Opening};
use crate::text::show::escaped;

/// Where a scan walks.
pub(super) struct Tree<'a> {
    pub(super) cwd: &'a Path,
    pub(super) facts: Option<&'a Facts>,
    /// What the repository tracks.
    pub(super) index: &'a Index,
    /// Whether what Git ignores is read too.
    pub(super) ignored: bool,
    /// How repositories inside are opened.
    pub(super) opening: &'a Opening<'a>,
}

/// One file that is to be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct File {
    /// As the report names it: from the top of the repository, else from the working directory.
    pub(super) shown: BString,
    /// Its absolute path.
    pub(super) path: PathBuf,
}

/// What a walk found.
#[derive(Default)]
pub(super) struct Found {
    /// The files, by the bytes of their paths.
    pub(super) files: Vec<File>,
    /// What was not looked at.
    pub(super) obstacles: Vec<Obstacle>,
    /// Pipes, sockets and devices on the way.
    special: Vec<BString>,
}

impl Found {
    /// What the reader should know of the walk.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.files.is_empty() && self.obstacles.is_empty() {
            notes.push("there was nothing to scan".to_owned());
        }
        if let Some(first) = self.special.first() {
            let more = match self.special.len() - 1 {
                0 => String::new(),
                count => format!(" and {count} more"),
            };
            let first = escaped(first);
            notes.push(format!(
                "not read, since it is no regular file: {first}{more}"
            ));
        }
        notes
    }
}

impl Tree<'_> {
    /// Finds the files of these paths; of no path, those of the working directory.
    pub(super) fn walk(&self, paths: &[PathBuf]) -> Found {
        let here = [PathBuf::from(".")];
        let paths = if paths.is_empty() { &here } else { paths };
        let mut found = Found::default();
        let mut files = BTreeMap::new();
        for path in paths {
            if let Err(obstacle) = self.start(path, &mut files, &mut found) {
                let shown = path.as_os_str().as_bytes().as_bstr();
                found.obstacles.push(obstacle.at_path(shown));
            }
        }
        let shown = files.into_iter();
        found.files = shown.map(|(path, shown)| File { shown, path }).collect();
        found.files.sort();
        found.special.sort();
        found.special.dedup();
        found
    }

    fn start(
        &self,
        given: &Path,
        files: &mut BTreeMap<PathBuf, BString>,
        found: &mut Found,
    ) -> Result<(), Box<Obstacle>> {
        let path = located(&self.cwd.join(given)).map_err(|error| missing(given, &error))?;
        let meta = path
            .symlink_metadata()
            .map_err(|error| missing(given, &error))?;
        if meta.is_dir() {
            self.below(&path, files, found);
            return Ok(());
        }
        let tracked = self.tracks(&path);
        if !meta.is_file() && !meta.is_symlink() {
            return Err(no_file());
        }
        if meta.is_symlink() && !tracked {
            let told = "it is a symbolic link, which is not followed";
            return Err(obstacle("not-followed", told, "name what it leads to"));
        }
        files.insert(path.clone(), self.shown(&path));
        Ok(())
    }

    fn below(&self, root: &Path, files: &mut BTreeMap<PathBuf, BString>, found: &mut Found) {
        let nested = Arc::new(Mutex::new(BTreeSet::new()));
        for entry in self.walker(root, &nested).build() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    found.obstacles.push(self.stopped(root, &error));
                    continue;
                }
            };
            let Some(kind) = entry.file_type().filter(|kind| !kind.is_dir()) else {
                continue;
            };
            let shown = self.shown(entry.path());
            if kind.is_file() || kind.is_symlink() {
                files.insert(entry.into_path(), shown);
            } else {
                found.special.push(shown);
            }
        }
        if let Some(top) = self.facts.and_then(|facts| facts.work_dir.as_ref()) {
            self.add_tracked(top, self.index, root, files);
        }
        let nested = nested.lock().unwrap_or_else(PoisonError::into_inner);
        for top in nested.iter() {
            self.add_nested(top, root, files, found);
        }
    }

    /// A walker that notes the tops of repositories on its way.
    fn walker(&self, root: &Path, nested: &Arc<Mutex<BTreeSet<PathBuf>>>) -> WalkBuilder {
        let mut walker = WalkBuilder::new(root);
        walker
            .standard_filters(false)
            .git_ignore(!self.ignored)
            .git_exclude(!self.ignored)
            .parents(!self.ignored)
            .require_git(true)
            .follow_links(false);
        let own: Vec<PathBuf> = self
            .facts
            .into_iter()
            .flat_map(|facts| [facts.git_dir.clone(), facts.common_dir.clone()])
            .collect();
        let nested = Arc::clone(nested);
        walker.filter_entry(move |entry| {
            if entry.file_name() != OsStr::new(".git") {
                return !own.iter().any(|dir| dir == entry.path());
            }
            let top = entry.path().parent().map(Path::to_owned);
            let mut nested = nested.lock().unwrap_or_else(PoisonError::into_inner);
            nested.extend(top);
            false
        });
        walker
    }

    /// What a repository tracks below `root` is read, although it is ignored.
    fn add_tracked(
        &self,
        top: &Path,
        index: &Index,
        root: &Path,
        files: &mut BTreeMap<PathBuf, BString>,
    ) {
        for entry in &index.entries {
            if matches!(entry.mode, FileMode::Submodule | FileMode::Tree) {
                continue;
            }
            let path = top.join(OsStr::from_bytes(&entry.path));
            if path.starts_with(root) && !files.contains_key(&path) && stands(top, &path) {
                let shown = self.shown(&path);
                files.insert(path, shown);
            }
        }
    }

    /// The same for a repository inside the tree: a submodule, or a clone in a clone.
    fn add_nested(
        &self,
        top: &Path,
        root: &Path,
        files: &mut BTreeMap<PathBuf, BString>,
        found: &mut Found,
    ) {
        let known = self.facts.and_then(|facts| facts.work_dir.as_ref());
        if known.is_some_and(|known| known == top) {
            return;
        }
        let index = git::open(Open::At(top), self.opening).and_then(|repo| {
            let own = repo.facts().work_dir.as_deref() == Some(top);
            if own {
                repo.index()
            } else {
                Ok(Index::default())
            }
        });
        match index {
            Ok(index) => self.add_tracked(top, &index, root, files),
            // What is only called so tracks nothing.
            Err(git::Error::NotARepository(_)) => {}
            Err(error) => {
                let shown = self.shown(top);
                let obstacle = Obstacle::from(&error).at_path(shown.as_ref());
                found.obstacles.push(obstacle);
            }
        }
    }

    fn tracks(&self, path: &Path) -> bool {
        let top = self.facts.and_then(|facts| facts.work_dir.as_ref());
        let inside = top.and_then(|top| path.strip_prefix(top).ok());
        inside.is_some_and(|inside| {
            let inside = inside.as_os_str().as_bytes();
            self.index.entries.iter().any(|entry| entry.path == inside)
        })
    }

    /// A directory that could not be walked.
    fn stopped(&self, root: &Path, error: &ignore::Error) -> Obstacle {
        let path = place(error).unwrap_or(root);
        let obstacle = match error.io_error() {
            Some(io) => *unreadable(path, io),
            None => Obstacle::told("unreadable-file", escaped(error.to_string().as_bytes())),
        };
        obstacle.at_path(self.shown(path).as_ref())
    }

    fn shown(&self, path: &Path) -> BString {
        let top = self.facts.and_then(|facts| facts.work_dir.as_deref());
        let inside = [top, Some(self.cwd)]
            .into_iter()
            .flatten()
            .find_map(|top| path.strip_prefix(top).ok());
        match inside {
            Some(inside) if !inside.as_os_str().is_empty() => inside.as_os_str().as_bytes().into(),
            Some(_) => ".".into(),
            None => path.as_os_str().as_bytes().into(),
        }
    }
}

/// A path without links but, perhaps, the last name, which is the thing that was named.
fn located(path: &Path) -> std::io::Result<PathBuf> {
    let is_link = path.symlink_metadata()?.is_symlink();
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if is_link => Ok(parent.canonicalize()?.join(name)),
        _ => path.canonicalize(),
    }
}

/// Whether a tracked path is there, and not behind a link that took a directory's place.
fn stands(top: &Path, path: &Path) -> bool {
    let folders = path.ancestors().skip(1);
    let mut folders = folders.take_while(|folder| *folder != top && folder.starts_with(top));
    let linked = folders.any(Path::is_symlink);
    let there = path.symlink_metadata();
    !linked && there.is_ok_and(|meta| !meta.is_dir())
}

fn missing(path: &Path, error: &std::io::Error) -> Box<Obstacle> {
    if error.kind() == std::io::ErrorKind::NotFound {
        let told = "there is no such file or directory";
        return obstacle("missing-path", told, "name a path that is there");
    }
    unreadable(path, error)
}

/// The path that an error of the walker is about.
fn place(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            place(err)
        }
        _ => None,
    }
}
