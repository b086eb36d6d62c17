//! Which commit was told about last, so that `post-commit` and `post-rewrite` do not say again what
//! `commit-msg` has said.
//!
//! A file of the worktree's own Git directory. `prepare-commit-msg`, which runs for every
//! commit, takes it away. `commit-msg` notes the commit that it lets pass, by what is known of it:
//! tree, message, author, and the `HEAD` it is made on, and what it told. `post-commit` puts the id of the commit that
//! was made in its place. What cannot be read counts as not told: then a warning comes twice, and
//! none is lost.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;
use sha2::{Digest as _, Sha256};

use super::{Error, Result};
use crate::git::{Commit, Id, Identity, Message};

/// The file's name.
const FILE: &str = "cordon-told";

/// A commit, as `commit-msg` knows it.
#[derive(Clone, Copy, Debug)]
pub struct Unmade<'a> {
    /// The commit of `HEAD`; `None` while unborn.
    pub head: Option<Id>,
    /// Its tree.
    pub tree: Id,
    /// Its author.
    pub author: &'a Identity,
    /// Its message.
    pub message: &'a [u8],
    /// What else the message may become: no hook is told of `git commit --cleanup`.
    pub otherwise: &'a [Message],
}

/// What was told of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing.
    Nothing,
    /// These findings, by fingerprint. An amended commit was judged by what it changes in the one
    /// that it replaces, and one whose message was cleaned up in another way by another message.
    Part(BTreeSet<String>),
    /// All that there is to tell.
    Whole,
}

/// Notes a commit that is about to be made, and the fingerprints of the findings that were told.
pub fn note_unmade<'f>(
    git_dir: &Path,
    commit: &Unmade<'_>,
    told: impl IntoIterator<Item = &'f str>,
) -> Result<()> {
    let head = commit.head.map_or("-".to_owned(), |id| id.to_string());
    let mut text = format!("commit-msg {head}");
    let otherwise = commit.otherwise.iter().map(|message| &**message.raw());
    for message in std::iter::once(commit.message).chain(otherwise) {
        text.push(' ');
        text.push_str(&digest(&commit.tree, commit.author, message));
    }
    text.push('\n');
    for fingerprint in told {
        text.push_str(fingerprint);
        text.push('\n');
    }
    write(git_dir, &text)
}

/// Notes a commit that was made.
pub fn note_made(git_dir: &Path, commit: &Id) -> Result<()> {
    write(git_dir, &format!("made {commit}\n"))
}

/// Forgets what was noted.
pub fn forget(git_dir: &Path) -> Result<()> {
    let path = path(git_dir);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("remove", &path)(error)),
        _ => Ok(()),
    }
}

/// What was told of this commit. `parents_of` reads the parents of a commit: one that was amended was
/// made on the parents of `HEAD`.
pub fn what_was_told<E>(
    git_dir: &Path,
    id: &Id,
    commit: &Commit,
    parents_of: impl FnOnce(&Id) -> Result<Vec<Id>, E>,
) -> Result<Told, E> {
    let text = fs::read(path(git_dir)).unwrap_or_default();
    let mut lines = text.lines();
    let words: Vec<&[u8]> = lines.next().unwrap_or_default().split_str(" ").collect();
    let (head, known) = match words.as_slice() {
        [b"made", made] if Id::from_hex(made) == Some(*id) => return Ok(Told::Whole),
        [b"commit-msg", head, known @ ..] => (Id::from_hex(head), known),
        _ => return Ok(Told::Nothing),
    };
    let digest = |tree| digest(tree, &commit.author, commit.message.raw());
    let digest = commit.tree.as_ref().map(digest).unwrap_or_default();
    let Some(place) = known.iter().position(|known| *known == digest.as_bytes()) else {
        return Ok(Told::Nothing);
    };
    let on_head = match head {
        None => commit.parents.is_empty(),
        Some(head) => commit.parents.first() == Some(&head),
    };
    if on_head && place == 0 {
        return Ok(Told::Whole);
    }
    let instead_of = |head: Option<Id>| -> Result<bool, E> {
        head.map_or(Ok(false), |head| Ok(parents_of(&head)? == commit.parents))
    };
    if !on_head && !instead_of(head)? {
        return Ok(Told::Nothing);
    }
    let told = lines.map(|line| line.to_str_lossy().into_owned());
    Ok(Told::Part(told.collect()))
}

fn path(git_dir: &Path) -> PathBuf {
    git_dir.join(FILE)
}

fn write(git_dir: &Path, line: &str) -> Result<()> {
    let path = path(git_dir);
    fs::write(&path, line).map_err(Error::io("write", &path))
}

/// Each part with its length before it, so that no two commits have the same parts.
fn digest(tree: &Id, author: &Identity, message: &[u8]) -> String {
    let parts = [tree.as_bytes(), &author.name, &author.email, message];
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    format!("{:x}", hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(digit: &str) -> Id {
        Id::from_hex(digit.repeat(40).as_bytes()).unwrap()
    }

    fn author(name: &str) -> Identity {
        Identity {
            name: name.into(),
            email: "a@b".into(),
        }
    }

    fn made(parent: &str, message: &str) -> Commit {
        Commit {
            id: Some(id("c")),
            parents: vec![id(parent)],
            tree: Some(id("1")),
            author: author("Ann"),
            committer: author("Ann"),
            message: Message::new(message),
            signed: false,
        }
    }

    fn told(dir: &Path, commit: &Commit) -> Told {
        // The commit 8 was made on 7.
        let parents = |head: &Id| {
            let on_seven = *head == id("8");
            Ok::<_, Error>(if on_seven { vec![id("7")] } else { Vec::new() })
        };
        what_was_told(dir, &id("c"), commit, parents).unwrap()
    }

    #[test]
    fn the_commit_that_was_noted_is_told_and_no_other() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path();
        assert_eq!(told(dir, &made("8", "One\n")), Told::Nothing);
        let ann = author("Ann");
        let noted = Unmade {
            head: Some(id("8")),
            tree: id("1"),
            author: &ann,
            message: b"One\n",
            otherwise: &[Message::new("1\n")],
        };
        note_unmade(dir, &noted, ["f1", "f2"]).unwrap();
        assert_eq!(told(dir, &made("8", "One\n")), Told::Whole);
        let part = Told::Part(["f1".to_owned(), "f2".to_owned()].into());
        assert_eq!(
            told(dir, &made("7", "One\n")),
            part.clone(),
            "an amended one"
        );
        assert_eq!(told(dir, &made("6", "One\n")), Told::Nothing, "elsewhere");
        assert_eq!(told(dir, &made("8", "1\n")), part, "by another message");
        assert_eq!(told(dir, &made("8", "Two\n")), Told::Nothing);
        let mut other = made("8", "One\n");
        other.author = author("Bob");
        assert_eq!(told(dir, &other), Told::Nothing);
        other = made("8", "One\n");
        other.tree = Some(id("2"));
        assert_eq!(told(dir, &other), Told::Nothing);
        forget(dir).unwrap();
        forget(dir).unwrap();
        assert_eq!(told(dir, &made("8", "One\n")), Told::Nothing);
    }

    #[test]
    fn a_commit_that_was_made_is_known_by_its_id() {
        let temp = tempfile::tempdir().unwrap();
        note_made(temp.path(), &id("c")).unwrap();
        assert_eq!(told(temp.path(), &made("8", "One\n")), Told::Whole);
        note_made(temp.path(), &id("d")).unwrap();
        assert_eq!(told(temp.path(), &made("8", "One\n")), Told::Nothing);
        fs::write(temp.path().join(FILE), "commit-msg\n").unwrap();
        assert_eq!(told(temp.path(), &made("8", "One\n")), Told::Nothing);
    }
}
