//! What Git keeps in plain files of its directory, whatever reads the rest. For the readers.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use bstr::{BString, ByteSlice as _};

use super::loose::{Loose, Target, own_references};
use super::{Error, Facts, Id, Result};

/// A file's content, or nothing where there is no such file.
pub(super) fn read_optional(path: &Path) -> Result<Vec<u8>> {
    match std::fs::read(path) {
        Ok(content) => Ok(content),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(unreadable(path)(source)),
    }
}

pub(super) fn absolute(path: &Path) -> Result<PathBuf> {
    path.canonicalize().map_err(unreadable(path))
}

/// Whether there is such a file.
pub(super) fn exists(path: &Path) -> Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(unreadable(path)(source)),
    }
}

/// The commits at which a shallow clone ends.
pub(super) fn shallow(common_dir: &Path) -> Result<BTreeSet<Id>> {
    let path = common_dir.join("shallow");
    let text = read_optional(&path)?;
    let ids = text.lines().map(Id::from_hex).collect::<Option<_>>();
    ids.ok_or_else(|| unreadable(&path)(ErrorKind::InvalidData.into()))
}

/// Whether `info/grafts` says anything.
pub(super) fn grafted(common_dir: &Path) -> Result<bool> {
    let grafts = read_optional(&common_dir.join("info/grafts"))?;
    Ok(!grafts.trim().is_empty())
}

/// What the log of `refs/stash` names: the reference itself names the last stash alone.
pub(super) fn stashes(facts: &Facts) -> Result<Vec<(BString, Id)>> {
    let path = facts.common_dir.join("logs/refs/stash");
    let log = read_optional(&path)?;
    let mut found = Vec::new();
    for line in log.lines().filter(|line| !line.trim().is_empty()) {
        let id = line.split_str(" ").nth(1).and_then(Id::from_hex);
        let Some(id) = id.filter(|id| id.as_bytes().len() == facts.id_length) else {
            let what = "a line of it names no stash";
            let source = std::io::Error::new(ErrorKind::InvalidData, what);
            return Err(unreadable(&path)(source));
        };
        if !id.is_zero() {
            found.push(("refs/stash".into(), id));
        }
    }
    Ok(found)
}

/// Each worktree has a HEAD of its own, which no reference names when it is detached, and references
/// that the others do not see. Those of this one are known.
pub(super) fn worktrees(facts: &Facts) -> Result<Vec<(BString, Id)>> {
    let mut found = Vec::new();
    for (name, dir) in worktree_dirs(&facts.common_dir)? {
        let mut files = vec![Loose {
            name: "HEAD".into(),
            path: dir.join("HEAD"),
        }];
        if dir != facts.git_dir {
            files.extend(own_references(&dir, "refs/")?);
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
pub(super) fn worktree_dirs(common: &Path) -> Result<Vec<(BString, PathBuf)>> {
    let folder = common.join("worktrees");
    let mut dirs = vec![("main-worktree/".into(), common.to_owned())];
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.collect::<std::io::Result<Vec<_>>>(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    for entry in entries.map_err(unreadable(&folder))? {
        let path = entry.path();
        if std::fs::metadata(&path)
            .map_err(unreadable(&folder))?
            .is_dir()
        {
            let name = entry.file_name();
            dirs.push(([b"worktrees/", name.as_bytes(), b"/"].concat().into(), path));
        }
    }
    dirs.sort();
    Ok(dirs)
}

fn unreadable(path: &Path) -> impl Fn(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::UnreadableFile {
        path: path.clone(),
        source,
    }
}
