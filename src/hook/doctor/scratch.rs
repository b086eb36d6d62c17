//! A worktree for trying things out, and its certain end.
//!
//! The worktree lies outside the repository, has no branch, and writes its objects beside itself.
//! What takes it away is a process of its own that waits for us to end: it does its work also when
//! we are interrupted or killed.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder};
use std::hash::{BuildHasher as _, Hasher as _};
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use super::super::WITNESS_DIR;
use super::super::ask::{Ask, AskError};
use super::shown;
use super::surroundings::quoted;

/// Waits for the end of its input, which comes when the doctor ends, however that is.
const CLEANER: &str = include_str!("cleaner.sh");

/// The worktree and what lies around it.
pub(super) struct Scratch {
    /// The folder of everything.
    pub(super) root: PathBuf,
    /// The worktree.
    pub(super) tree: PathBuf,
    /// Where hooks leave their witness.
    pub(super) witness: PathBuf,
    /// Where the process group of what runs is written down.
    pub(super) running: PathBuf,
    /// What Git knows the worktree by.
    entry: PathBuf,
    cleaner: Option<Child>,
}

/// Why there is no scratch worktree.
#[derive(Debug, thiserror::Error)]
pub(super) enum ScratchError {
    /// A folder could not be made, or the cleaner not be started.
    #[error("cannot {doing} {}: {source}", shown(path))]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// Git made none.
    #[error(transparent)]
    Git(#[from] AskError),
}

impl Scratch {
    /// Makes one below `temp`, at the commit of `HEAD`, with no file checked out.
    pub(super) fn new(ask: &Ask, common_dir: &Path, temp: &Path) -> Result<Self, ScratchError> {
        let failed = |doing, path: &Path| {
            let path = path.to_owned();
            move |source| ScratchError::Io {
                doing,
                path,
                source,
            }
        };
        let temp = fs::canonicalize(temp).map_err(failed("look at", temp))?;
        let name = format!("{WITNESS_DIR}{}", nonce());
        let root = temp.join(&name);
        let make = |path: &Path| {
            let mut builder = DirBuilder::new();
            builder
                .mode(0o700)
                .create(path)
                .map_err(failed("make", path))
        };
        make(&root)?;
        let mut scratch = Self {
            tree: root.join(&name),
            witness: root.join(format!("{WITNESS_DIR}witness")),
            running: root.join("running"),
            entry: common_dir.join("worktrees").join(&name),
            cleaner: None,
            root,
        };
        let started = scratch.start_cleaner(ask, common_dir, &name);
        if let Err(source) = started {
            // Nothing but an empty folder is there yet.
            let _ = fs::remove_dir(&scratch.root);
            return Err(failed("clean up after", &scratch.root)(source));
        }
        make(&scratch.witness)?;
        make(&scratch.root.join("objects"))?;
        let refs = ask.git(&["for-each-ref", "--format=%(objectname) %(refname)"], b"")?;
        let before = scratch.root.join("refs");
        fs::write(&before, refs).map_err(failed("write", &before))?;
        // A relative path would make Git raise the repository's format for good.
        let add = ["-c", "worktree.useRelativePaths=false", "worktree", "add"];
        let mut add: Vec<&OsStr> = add.into_iter().map(OsStr::new).collect();
        add.extend(["-q", "--detach", "--no-checkout"].map(OsStr::new));
        add.extend([scratch.tree.as_os_str(), OsStr::new("HEAD")]);
        ask.git(&add, b"")?;
        Ok(scratch)
    }

    /// In a process group of its own, so that Ctrl-C does not reach it.
    fn start_cleaner(&mut self, ask: &Ask, common_dir: &Path, name: &str) -> io::Result<()> {
        let objects = common_dir.join("objects").into_os_string().into_vec();
        let alternate = quoted(&objects.into());
        let mut command = ask.command("/bin/sh");
        command.args(["-c", CLEANER, "sh"]);
        command
            .arg(common_dir)
            .arg(&self.tree)
            .arg(&self.root)
            .arg(name)
            .arg(OsString::from_vec(alternate.into()));
        command.current_dir("/").process_group(0);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        self.cleaner = Some(command.spawn()?);
        Ok(())
    }

    /// Ends it, and gives what is left of it all the same.
    pub(super) fn end(mut self) -> Option<PathBuf> {
        self.clean();
        [&self.root, &self.entry]
            .into_iter()
            .find(|path| fs::symlink_metadata(path).is_ok())
            .cloned()
    }

    fn clean(&mut self) {
        if let Some(mut cleaner) = self.cleaner.take() {
            drop(cleaner.stdin.take());
            // What it left is looked for; how it ended says no more.
            let _ = cleaner.wait();
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.clean();
    }
}

/// A name that nobody else has.
fn nonce() -> String {
    let random = std::hash::RandomState::new().build_hasher().finish();
    format!("{}-{random:016x}", std::process::id())
}
