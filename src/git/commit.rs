//! A commit's raw bytes, read.

use bstr::{BStr, BString, ByteSlice as _};

use super::{Error, Id, Result, Trailer, message, trailer};

/// An author or committer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The display name.
    pub name: BString,
    /// The e-mail address, without the angle brackets.
    pub email: BString,
}

impl Identity {
    /// Reads `name <email> date`, as Git does: the address stands between the first `<` and the
    /// next `>`. `None` where there is no address.
    pub fn parse(line: &[u8]) -> Option<Self> {
        let open = line.find_byte(b'<')?;
        let close = open + 1 + line[open + 1..].find_byte(b'>')?;
        Some(Self {
            name: line[..open].trim_end().into(),
            email: line[open + 1..close].into(),
        })
    }
}

/// One commit, or the one being made.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// Its id; `None` for the commit being made.
    pub id: Option<Id>,
    /// Its parents, in order.
    pub parents: Vec<Id>,
    /// Its tree; `None` for the commit being made, whose tree is the index.
    pub tree: Option<Id>,
    /// Who wrote it.
    pub author: Identity,
    /// Who committed it.
    pub committer: Identity,
    /// Its message.
    pub message: Message,
    /// Whether it carries a signature, valid or not.
    pub signed: bool,
}

impl Commit {
    /// Reads a commit object's content. Headers that are not known are skipped; a missing, repeated
    /// or misplaced tree, parent, author or committer is [`Error::Corrupt`], since readers differ
    /// on what such a commit says.
    pub fn parse(id: Id, raw: &[u8]) -> Result<Self> {
        let corrupt = |what| Error::Corrupt { id, what };
        let (head, message) = match raw.find(b"\n\n") {
            Some(end) => (&raw[..=end], &raw[end + 2..]),
            None => (raw, &[][..]),
        };
        if head.contains(&0) {
            return Err(corrupt("its header holds a NUL"));
        }
        let object = |value: &[u8]| {
            Id::from_hex(value)
                .filter(|found| found.as_bytes().len() == id.as_bytes().len())
                .ok_or_else(|| corrupt("a header does not hold an object id"))
        };
        let mut lines = head.split(|&byte| byte == b'\n').peekable();
        let mut take = |key: &[u8]| lines.next_if_map_prefix(key);
        let tree = take(b"tree ").ok_or_else(|| corrupt("it has no tree"))?;
        let tree = object(tree)?;
        let mut parents = Vec::new();
        while let Some(parent) = take(b"parent ") {
            parents.push(object(parent)?);
        }
        let mut identity = |key: &[u8], what| {
            take(key)
                .and_then(Identity::parse)
                .ok_or_else(|| corrupt(what))
        };
        let author = identity(b"author ", "it has no author")?;
        let committer = identity(b"committer ", "it has no committer")?;
        let mut signed = false;
        for line in lines {
            let key = line.split_once_str(" ").map_or(line, |(key, _)| key);
            match key {
                b"tree" | b"parent" | b"author" | b"committer" => {
                    return Err(corrupt("a header is repeated or out of place"));
                }
                b"gpgsig" | b"gpgsig-sha256" => signed = true,
                // Continuation lines start with a space, so their key is empty.
                _ => {}
            }
        }
        Ok(Self {
            id: Some(id),
            parents,
            tree: Some(tree),
            author,
            committer,
            message: Message::new(message),
            signed,
        })
    }
}

/// The next line without `key`, if it starts with it.
trait NextPrefixed<'a> {
    fn next_if_map_prefix(&mut self, key: &[u8]) -> Option<&'a [u8]>;
}

impl<'a, I: Iterator<Item = &'a [u8]>> NextPrefixed<'a> for std::iter::Peekable<I> {
    fn next_if_map_prefix(&mut self, key: &[u8]) -> Option<&'a [u8]> {
        let value = self.peek()?.strip_prefix(key)?;
        self.next();
        Some(value)
    }
}

/// A commit message: raw bytes, in whatever encoding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    raw: BString,
}

impl Message {
    /// A message as a commit object holds it.
    pub fn new(raw: impl Into<BString>) -> Self {
        Self { raw: raw.into() }
    }

    /// What `git commit` makes of a message file that was edited: cut at the scissors line, without
    /// comment lines, white space cleaned up.
    pub fn from_file(raw: &[u8], comment: &message::CommentStyle) -> Self {
        Self::cleaned(raw, comment, message::Cleanup::Strip)
    }

    /// What `git commit` makes of a message file in the given cleanup mode.
    pub fn cleaned(raw: &[u8], comment: &message::CommentStyle, cleanup: message::Cleanup) -> Self {
        Self::new(message::clean_up(raw, comment, cleanup))
    }

    /// Its bytes.
    pub fn raw(&self) -> &BStr {
        self.raw.as_ref()
    }

    /// The first line that is not blank, without white space at its end; empty if there is none.
    pub fn subject(&self) -> &BStr {
        self.raw
            .lines()
            .map(message::trim_end)
            .find(|line| !line.is_empty())
            .unwrap_or_default()
            .as_bstr()
    }

    /// Git's trailers and those of the lenient reading, by line; within a line Git's first.
    pub fn trailers(&self) -> Vec<Trailer> {
        let mut all = trailer::trailers(&self.raw);
        all.extend(trailer::lenient_trailers(&self.raw));
        all.sort_by_key(|trailer| (trailer.line, trailer.reading));
        all
    }
}

#[cfg(test)]
mod tests;
