//! Which file is the index. For the readers.

use std::path::{Path, PathBuf};

use crate::git::{Error, Facts, Result};

/// The index file that Git would read.
#[derive(Clone, Debug)]
pub(in crate::git) struct IndexFile {
    path: PathBuf,
    /// Whether somebody named it, so that it must be there.
    named: bool,
}

impl IndexFile {
    /// The file that `GIT_INDEX_FILE` names, relative to the top of the work tree as for Git; without
    /// it the repository's own.
    pub(in crate::git) fn named(facts: &Facts, name: Option<&Path>) -> Result<Self> {
        let top = facts.work_dir.as_ref().unwrap_or(&facts.git_dir);
        let file = match name {
            Some(name) => Self {
                path: top.join(name),
                named: true,
            },
            None => Self {
                path: facts.git_dir.join("index"),
                named: false,
            },
        };
        if file.named && !file.path.exists() {
            return Err(Error::MissingIndex(file.path));
        }
        Ok(file)
    }

    /// Its bytes; `None` where there is none: Git, too, takes that for nothing being staged.
    pub(in crate::git) fn read(&self) -> Result<Option<Vec<u8>>> {
        match std::fs::read(&self.path) {
            Ok(raw) => Ok(Some(raw)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if self.named {
                    return Err(Error::MissingIndex(self.path.clone()));
                }
                Ok(None)
            }
            Err(source) => Err(Error::UnreadableFile {
                path: self.path.clone(),
                source,
            }),
        }
    }
}
