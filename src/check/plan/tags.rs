//! Annotated tags on the way from a reference to what it leads to.

use bstr::{BString, ByteSlice as _};

use crate::git::{self, Id, Kind, Repo};

/// Tags inside one another whose messages are read.
const TAGS: usize = 32;

/// The messages of the tags that begin at an object, and the first object that is no tag.
pub(super) fn messages(repo: &dyn Repo, id: Id) -> git::Result<(Vec<BString>, Id)> {
    let mut messages = Vec::new();
    let mut next = id;
    for _ in 0..TAGS {
        if repo.header(&next)?.kind != Kind::Tag {
            return Ok((messages, next));
        }
        let raw = repo.read(&next, Kind::Tag)?;
        let target = raw
            .lines()
            .next()
            .and_then(|first| first.strip_prefix(b"object "));
        let message = raw
            .split_once_str("\n\n")
            .map_or(&b""[..], |(_, message)| message);
        messages.push(message.into());
        let what = "a tag names no object";
        next = target
            .and_then(Id::from_hex)
            .ok_or(git::Error::Corrupt { id: next, what })?;
    }
    Err(git::Error::Limit {
        what: "tags inside one another",
        limit: TAGS as u64,
    })
}
