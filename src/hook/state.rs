//! What Git is in the middle of, read from the files it keeps for that.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use bstr::{BString, ByteSlice};

use super::{Error, Result};
use crate::git::{Id, Identity, Repo};

/// What Git is in the middle of. Several may hold at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that do not exclude each other"
)]
pub struct State {
    /// A cherry-pick; a rebase picks too.
    pub cherry_pick: bool,
    /// A revert.
    pub revert: bool,
    /// A rebase, or `git am`.
    pub rebase: bool,
    /// `git am`, and no rebase.
    pub am: bool,
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

/// Reads the state from the worktree's own Git directory, and from where Git keeps the commits that are
/// being picked.
pub fn git_state(repo: &dyn Repo) -> Result<State> {
    let named = |name: &str| Ok(repo.is_under_way(name)?);
    state(&repo.facts().git_dir, named)
}

/// The state of a Git directory, in which commits may be kept under a name.
fn state(git_dir: &Path, named: impl Fn(&str) -> Result<bool>) -> Result<State> {
    let has = |name: &str| exists(&git_dir.join(name));
    let cherry_pick = named("CHERRY_PICK_HEAD")?;
    let merge = has("MERGE_HEAD")?;
    let apply = has("rebase-apply")?;
    let rebase = has("rebase-merge")? || apply;
    // `git rebase --apply` works through `git am`, and leaves this mark for it.
    let am = apply && !has("rebase-apply/rebasing")?;
    // A revert without conflicts leaves no REVERT_HEAD, only the message it prepared.
    let revert = named("REVERT_HEAD")?
        || (!cherry_pick && !merge && !rebase && reverts(&git_dir.join("MERGE_MSG"))?);
    Ok(State {
        cherry_pick,
        revert,
        rebase,
        am,
        merge,
    })
}

/// The state of a Git directory that keeps all in files.
#[cfg(test)]
pub(super) fn state_in(git_dir: &Path) -> Result<State> {
    state(git_dir, |name| exists(&git_dir.join(name)))
}

/// Where a rebase in progress puts its commits, if there is one.
pub fn rebase_onto(git_dir: &Path) -> Result<Option<Id>> {
    for place in ["rebase-merge/onto", "rebase-apply/onto"] {
        let path = git_dir.join(place);
        match fs::read(&path) {
            Ok(text) => return Ok(Id::from_hex(text.trim_ascii())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io("read", &path)(error)),
        }
    }
    Ok(None)
}

/// The author of the patch that `git am` is about to apply.
pub fn patch_author(git_dir: &Path) -> Result<Identity> {
    let path = git_dir.join("rebase-apply/author-script");
    let text = fs::read(&path).map_err(Error::io("read", &path))?;
    let value = |name: &str| {
        let quoted = text
            .lines()
            .find_map(|line| line.strip_prefix(name.as_bytes()));
        unquoted(quoted.unwrap_or_default())
    };
    Ok(Identity {
        name: value("GIT_AUTHOR_NAME="),
        email: value("GIT_AUTHOR_EMAIL="),
    })
}

/// A word as Git quotes it for a shell: in single quotes, `'` and `!` outside them with a backslash.
fn unquoted(word: &[u8]) -> BString {
    let mut out = BString::default();
    let mut inside = false;
    let mut bytes = word.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\'' => inside = !inside,
            b'\\' if !inside => out.extend(bytes.next()),
            _ => out.push(byte),
        }
    }
    out
}

/// The commits that `git merge` is about to merge, by the variables that it sets: while
/// `pre-merge-commit` runs there is no `MERGE_HEAD` yet.
pub fn merging(env: &BTreeMap<BString, BString>) -> Vec<Id> {
    env.keys()
        .filter_map(|name| name.strip_prefix(b"GITHEAD_"))
        .filter_map(Id::from_hex)
        .collect()
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
        state_in(temp.path()).unwrap()
    }

    #[test]
    fn each_state_has_its_own_file() {
        assert!(with("CHERRY_PICK_HEAD", "").cherry_pick);
        assert!(with("REVERT_HEAD", "").revert);
        assert!(with("rebase-merge", "").rebase);
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
    fn a_rebase_that_applies_patches_is_no_git_am() {
        let temp = tempfile::tempdir().unwrap();
        let apply = temp.path().join("rebase-apply");
        fs::create_dir(&apply).unwrap();
        assert!(state_in(temp.path()).unwrap().am);
        fs::write(apply.join("rebasing"), "").unwrap();
        let state = state_in(temp.path()).unwrap();
        assert!(state.rebase && !state.am);
    }

    #[test]
    fn the_author_of_a_patch_is_read_as_git_quotes_it() {
        let temp = tempfile::tempdir().unwrap();
        let apply = temp.path().join("rebase-apply");
        fs::create_dir(&apply).unwrap();
        assert!(patch_author(temp.path()).is_err());
        fs::write(
            apply.join("author-script"),
            "GIT_AUTHOR_NAME='It'\\''s \\ me'\\!''\nGIT_AUTHOR_EMAIL='a@b'\nGIT_AUTHOR_DATE='x'\n",
        )
        .unwrap();
        let author = patch_author(temp.path()).unwrap();
        assert_eq!(author.name, "It's \\ me!");
        assert_eq!(author.email, "a@b");
    }

    #[test]
    fn what_is_merged_stands_in_the_names_of_variables() {
        let id = "1".repeat(40);
        let env = [
            format!("GITHEAD_{id}"),
            "GITHEAD_x".into(),
            "GIT_DIR".into(),
        ]
        .map(|name| (name.into(), "side".into()));
        let ids = merging(&env.into_iter().collect());
        assert_eq!(ids, [Id::from_hex(id.as_bytes()).unwrap()]);
    }

    #[test]
    fn what_cannot_be_looked_at_is_an_error() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(state_in(&file).is_err());
    }
}
