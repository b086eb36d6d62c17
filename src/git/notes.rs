//! Notes on commits, as `git notes` keeps them.
//!
//! A notes tree has one entry a commit, whose path is the commit's id: whole, or with a slash after
//! the first two digits, or after the first two pairs, and so on, as large as the tree has grown.

use super::peel::peel;
use super::{FileMode, Id, Kind, Repo, Result, TreeReader, tree_of};

/// The notes of one reference.
#[derive(Clone, Copy, Debug)]
pub struct Notes {
    tree: Id,
}

impl Notes {
    /// The notes that a reference holds; `None` where there is no reference of exactly that name. One
    /// that leads to neither a commit nor a tree is [`Error::WrongKind`](super::Error::WrongKind).
    pub fn open(repo: &dyn Repo, reference: &str) -> Result<Option<Self>> {
        let id = repo.reference(reference)?;
        id.map(|id| Self::at(repo, &id)).transpose()
    }

    /// The notes of an object that a reference holds, or will hold.
    pub fn at(repo: &dyn Repo, id: &Id) -> Result<Self> {
        let peeled = peel(repo, id)?;
        let tree = match peeled.kind {
            Kind::Commit => tree_of(repo, &peeled.id)?,
            Kind::Tree => peeled.id,
            Kind::Blob | Kind::Tag => return Err(Kind::Commit.mismatch(&peeled.id)),
        };
        Ok(Self { tree })
    }

    /// The blob that is the note on a commit.
    pub fn of(&self, trees: &mut TreeReader<'_>, commit: &Id) -> Result<Option<Id>> {
        let hex = commit.to_string();
        let mut rest = hex.as_bytes();
        let mut tree = self.tree;
        loop {
            match trees.find(&tree, rest)? {
                Some((mode, id)) if mode.is_file() => return Ok(Some(id)),
                _ => {}
            }
            let Some((pair, next)) = rest
                .split_at_checked(2)
                .filter(|(_, next)| !next.is_empty())
            else {
                return Ok(None);
            };
            match trees.find(&tree, pair)? {
                Some((FileMode::Tree, id)) => (tree, rest) = (id, next),
                _ => return Ok(None),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Sandbox;

    const NOTES: &str = "refs/notes/ai";

    fn note(sandbox: &Sandbox, commit: &Id) -> Option<Id> {
        let repo = sandbox.open();
        let notes = Notes::open(&*repo, NOTES).unwrap()?;
        notes.of(&mut TreeReader::new(&*repo), commit).unwrap()
    }

    /// Makes notes of which one alone lies at a path.
    fn keep(sandbox: &Sandbox, blob: &Id, path: &str) {
        sandbox.git(&["read-tree", "--empty"]);
        let entry = format!("100644,{blob},{path}");
        sandbox.git(&["update-index", "--add", "--cacheinfo", &entry]);
        let tree = sandbox.git(&["write-tree"]);
        let notes = sandbox.git(&["commit-tree", "-m", "Notes", &tree]);
        sandbox.git(&["update-ref", NOTES, &notes]);
    }

    #[test]
    fn a_note_that_git_wrote_is_found() {
        let sandbox = Sandbox::new();
        let (one, two) = (sandbox.commit("One"), sandbox.commit("Two"));
        assert_eq!(note(&sandbox, &one), None);
        sandbox.git(&["notes", "--ref=ai", "add", "-m", "hello", &one.to_string()]);
        assert_eq!(
            note(&sandbox, &one),
            Some(sandbox.object("blob", b"hello\n"))
        );
        assert_eq!(note(&sandbox, &two), None);
    }

    #[test]
    fn a_note_is_found_however_deep_its_tree_fans_out() {
        let sandbox = Sandbox::new();
        let commit = sandbox.commit("One");
        let blob = sandbox.object("blob", b"hello\n");
        for depth in 0..4 {
            let mut path = commit.to_string();
            for level in 0..depth {
                path.insert(2 + 3 * level, '/');
            }
            keep(&sandbox, &blob, &path);
            assert_eq!(note(&sandbox, &commit), Some(blob), "{path}");
        }
    }

    #[test]
    fn what_is_no_note_is_none() {
        let sandbox = Sandbox::new();
        let commit = sandbox.commit("One").to_string();
        let blob = sandbox.object("blob", b"hello\n");
        for path in [
            format!("{commit}/x"),
            commit[2..].to_owned(),
            commit[..2].to_owned(),
        ] {
            keep(&sandbox, &blob, &path);
            assert_eq!(note(&sandbox, &sandbox.id("HEAD")), None, "{path}");
        }
    }
}
