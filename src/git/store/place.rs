//! How a store lies on disk, so that no service of Git takes it for a repository: who may push to a server by any
//! path would choose the judge. For `store.rs` alone.
//!
//! In two folders each of which lacks something. The outer one has all that a library reads, and a `HEAD` that Git
//! takes for none. `git/` inside has a good one, and no objects: Git works there, told in a variable where they lie.

use std::ffi::OsString;
use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// No name of a reference, and no id.
const NO_HEAD: &str = "A store of policies, and no repository: nothing is pushed here or cloned.\n";

/// One store.
#[derive(Debug)]
pub(super) struct Place {
    dir: PathBuf,
    sha256: bool,
}

impl Place {
    /// The one in a folder, for ids of 64 digits or of 40.
    pub(super) fn at(folder: &Path, sha256: bool) -> Self {
        let name = if sha256 { "store-sha256" } else { "store" };
        let dir = folder.join(name);
        Self { dir, sha256 }
    }

    /// What the library opens.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// What Git is told of it.
    pub(super) fn variables(&self) -> [(OsString, OsString); 2] {
        [
            ("GIT_DIR".into(), self.dir.join("git").into()),
            (
                "GIT_OBJECT_DIRECTORY".into(),
                self.dir.join("objects").into(),
            ),
        ]
    }

    /// Whether it is there. One that may not be looked at is an error, since another would judge in its place.
    pub(super) fn is_there(&self) -> Result<bool> {
        for part in ["HEAD", "objects", "refs"] {
            match fs::metadata(self.dir.join(part)) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Makes it where there is none: beside its place, so that nobody sees half of one.
    pub(super) fn make(&self) -> Result<()> {
        if self.is_there()? {
            return Ok(());
        }
        let mut name = self.dir.clone().into_os_string();
        name.push(format!(".{}", std::process::id()));
        let beside = PathBuf::from(name);
        let made = self
            .lay_out(&beside)
            .and_then(|()| fs::rename(&beside, &self.dir));
        if made.is_err() {
            let _ = fs::remove_dir_all(&beside);
        }
        // Another may have been quicker.
        made.or_else(|error: Error| self.is_there()?.then_some(()).ok_or(error))
    }

    fn lay_out(&self, dir: &Path) -> Result<()> {
        for part in ["objects", "refs", "git"] {
            fs::create_dir_all(dir.join(part))?;
        }
        let config = if self.sha256 {
            "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n"
        } else {
            "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
        };
        fs::write(dir.join("config"), config)?;
        fs::write(dir.join("HEAD"), NO_HEAD)?;
        fs::write(dir.join("git/HEAD"), "ref: refs/heads/none\n")?;
        symlink("../config", dir.join("git/config"))?;
        symlink("../refs", dir.join("git/refs"))
    }
}
