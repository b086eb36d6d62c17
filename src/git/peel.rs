//! Ids that are not commits yet: revisions, tags, the empty tree.

use bstr::ByteSlice as _;

use super::{Error, Id, Kind, Repo, Result};

/// Tags inside one another.
const DEPTH: usize = 32;

/// What an object leads to.
pub struct Peeled {
    /// The raw tags on the way, the outermost first.
    pub tags: Vec<Vec<u8>>,
    /// The first object that is no tag.
    pub id: Id,
    /// Its kind.
    pub kind: Kind,
}

/// Follows annotated tags, of which one that names no object is [`Error::Corrupt`].
pub fn peel<R: Repo + ?Sized>(repo: &R, id: &Id) -> Result<Peeled> {
    let mut tags = Vec::new();
    let mut id = *id;
    loop {
        let kind = repo.header(&id)?.kind;
        if kind != Kind::Tag {
            return Ok(Peeled { tags, id, kind });
        }
        if tags.len() >= DEPTH {
            return Err(Error::Limit {
                what: "tags inside one another",
                limit: DEPTH as u64,
            });
        }
        let raw = repo.read(&id, Kind::Tag)?;
        let target = raw
            .lines()
            .next()
            .and_then(|line| line.strip_prefix(b"object "));
        let what = "a tag names no object";
        id = target
            .and_then(Id::from_hex)
            .ok_or(Error::Corrupt { id, what })?;
        tags.push(raw);
    }
}

/// The commit that an object is or, as an annotated tag, leads to; `None` for a tree or a blob.
pub fn peel_to_commit<R: Repo + ?Sized>(repo: &R, id: &Id) -> Result<Option<Id>> {
    let peeled = peel(repo, id)?;
    Ok((peeled.kind == Kind::Commit).then_some(peeled.id))
}

/// The id that a revision is, as Git takes it: a whole one is an id even where a reference has that
/// name. `None` where it is to be looked up; an option to Git or a range is no revision.
pub(super) fn whole_id(revision: &str, id_length: usize) -> Result<Option<Id>> {
    if revision.is_empty() || revision.starts_with('-') || revision.contains("..") {
        return Err(Error::BadRevision(revision.into()));
    }
    let whole = Id::from_hex(revision.as_bytes());
    Ok(whole.filter(|id| id.as_bytes().len() == id_length))
}

/// The id of the tree without entries, which every repository has without holding it.
pub fn empty_tree(id_length: usize) -> &'static str {
    if id_length == 32 {
        "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
    } else {
        "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    }
}
