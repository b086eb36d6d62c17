//! A worktree for trying things out, and its certain end.
//!
//! The worktree lies outside the repository, has no branch, and writes its objects beside itself.
//! What takes it away is a process of its own that waits for us to end: it does its work also when
//! we are interrupted or killed.

use std::fs::{self, DirBuilder};
use std::hash::{BuildHasher as _, Hasher as _};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use super::super::WITNESS_DIR;
use super::ask::{Ask, AskError};
use super::shown;

/// Waits for the end of its input, which comes when the doctor ends, however that is. Git's own
/// command goes first; what it leaves has a name that nothing else has.
const CLEANER: &str = r#"trap '' INT HUP TERM
cat >/dev/null
git --git-dir="$1" worktree remove --force "$2" >/dev/null 2>&1
rm -rf "$3" "$1/worktrees/$4"
rmdir "$1/worktrees" 2>/dev/null
exit 0
"#;

/// The worktree and what lies around it.
pub(super) struct Scratch {
    /// The folder of everything.
    pub(super) root: PathBuf,
    /// The worktree.
    pub(super) tree: PathBuf,
    /// Where hooks leave their witness.
    pub(super) witness: PathBuf,
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
        let add = ["worktree", "add", "-q", "--detach", "--no-checkout"].map(std::ffi::OsStr::new);
        let mut add = add.to_vec();
        add.extend([scratch.tree.as_os_str(), "HEAD".as_ref()]);
        ask.git(&add, b"")?;
        Ok(scratch)
    }

    /// In a process group of its own, so that Ctrl-C does not reach it.
    fn start_cleaner(&mut self, ask: &Ask, common_dir: &Path, name: &str) -> io::Result<()> {
        let mut command = ask.command("/bin/sh");
        command.args(["-c", CLEANER, "sh"]);
        command
            .arg(common_dir)
            .arg(&self.tree)
            .arg(&self.root)
            .arg(name);
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
