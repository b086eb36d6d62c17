//! What Git is in the middle of, read from the files it keeps for that.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use bstr::ByteSlice;

use super::{Error, Result};

/// What Git is in the middle of. Several may hold at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts that do not exclude each other"
)]
pub struct State {
    /// A cherry-pick; a rebase picks too.
    pub cherry_pick: bool,
    /// A revert.
    pub revert: bool,
    /// A rebase, or `git am`.
    pub rebase: bool,
    /// A merge.
    pub merge: bool,
}

impl State {
    /// Whether the commit being made repeats or takes back one that exists: its message is that
    /// commit's, and is not stamped.
    pub fn repeats_a_commit(&self) -> bool {
        self.cherry_pick || self.revert || self.rebase
    }
}

/// Enough of a message to see that Git wrote it for a revert.
const MESSAGE_HEAD: u64 = 16 * 1024;

/// Reads the state from the worktree's own Git directory. The files are those of Git's usual
/// reference storage; a `reftable` repository keeps two of them elsewhere.
pub fn git_state(git_dir: &Path) -> Result<State> {
    let has = |name: &str| exists(&git_dir.join(name));
    let cherry_pick = has("CHERRY_PICK_HEAD")?;
    let merge = has("MERGE_HEAD")?;
    let rebase = has("rebase-merge")? || has("rebase-apply")?;
    // A revert without conflicts leaves no REVERT_HEAD, only the message it prepared.
    let revert = has("REVERT_HEAD")?
        || (!cherry_pick && !merge && !rebase && reverts(&git_dir.join("MERGE_MSG"))?);
    Ok(State {
        cherry_pick,
        revert,
        rebase,
        merge,
    })
}

fn exists(path: &Path) -> Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io("look at", path)(error)),
    }
}

/// Whether a prepared message says that it reverts a commit, in the words Git always writes.
fn reverts(path: &Path) -> Result<bool> {
    if !exists(path)? {
        return Ok(false);
    }
    let mut text = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MESSAGE_HEAD).read_to_end(&mut text))
        .map_err(Error::io("read", path))?;
    Ok(text.contains_str("\nThis reverts commit "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The state of a directory with one entry in it.
    fn with(name: &str, text: &str) -> State {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join(name), text).unwrap();
        git_state(temp.path()).unwrap()
    }

    #[test]
    fn each_state_has_its_own_file() {
        assert!(with("CHERRY_PICK_HEAD", "").cherry_pick);
        assert!(with("REVERT_HEAD", "").revert);
        assert!(with("rebase-merge", "").rebase);
        assert!(with("rebase-apply", "").rebase);
        assert!(with("MERGE_HEAD", "").merge);
        assert_eq!(with("ORIG_HEAD", ""), State::default());
    }

    #[test]
    fn a_prepared_message_is_a_revert_only_in_gits_words() {
        assert!(with("MERGE_MSG", "Reapply \"x\"\n\nThis reverts commit 12.\n").revert);
        assert!(!with("MERGE_MSG", "Merge branch 'x'\n").revert);
        assert!(!with("MERGE_MSG", "Say: This reverts commit 12\n").revert);
    }

    #[test]
    fn what_cannot_be_looked_at_is_an_error() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(git_state(&file).is_err());
    }
}
