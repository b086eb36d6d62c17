//! Objects, of two children of `git cat-file`: one tells kinds and sizes, one gives contents.
//!
//! What is wrong with an object the first one says: its errors come between its answers.

use std::cell::RefCell;
use std::path::PathBuf;

use bstr::ByteSlice as _;

use super::child::Child;
use super::git::{Git, last_line, odd};
use crate::git::hash::check_id;
use crate::git::loose_object;
use crate::git::pack::directories;
use crate::git::{Error, Facts, Header, Id, Kind, Result};

/// Lines that Git may say of one object before it answers.
const ERRORS: usize = 256;

pub(super) struct Objects {
    git: Git,
    partial: bool,
    verify: bool,
    /// Where loose objects lie, for what is said of a damaged one.
    directories: Vec<PathBuf>,
    headers: RefCell<Option<Child>>,
    contents: RefCell<Option<Child>>,
}

impl Objects {
    pub(super) fn new(git: Git, facts: &Facts, verify: bool) -> Self {
        Self {
            git,
            partial: facts.partial,
            verify,
            directories: directories(&facts.common_dir.join("objects")),
            headers: RefCell::default(),
            contents: RefCell::default(),
        }
    }

    /// The same with children of its own.
    pub(super) fn again(&self) -> Self {
        Self {
            git: self.git.clone(),
            partial: self.partial,
            verify: self.verify,
            directories: self.directories.clone(),
            headers: RefCell::default(),
            contents: RefCell::default(),
        }
    }

    pub(super) fn header(&self, id: &Id) -> Result<Header> {
        // An error leaves the child behind: nobody knows what it would say next.
        let mut child = match self.headers.take() {
            Some(child) => child,
            None => self.git.start(&["cat-file", "--batch-check"], true)?,
        };
        child.ask(id);
        let mut said = Vec::new();
        for _ in 0..ERRORS {
            let Some(line) = child.line() else {
                return Err(self.ended(&mut child, id, &said));
            };
            if let Some(rest) = answer(id, &line) {
                let header = self.answered(id, rest, &said);
                if !matches!(header, Err(Error::Unreadable(_))) {
                    self.headers.replace(Some(child));
                }
                return header;
            }
            said.extend_from_slice(&line);
            said.push(b'\n');
        }
        Err(odd("cat-file", &said))
    }

    fn answered(&self, id: &Id, rest: &[u8], said: &[u8]) -> Result<Header> {
        if rest != b"missing" {
            return header(rest).ok_or_else(|| odd("cat-file", rest));
        }
        Err(if said.contains_str("error: ") {
            self.unpackable(id)
        } else {
            self.missing(id)
        })
    }

    /// Why a child ended that was asked about an object.
    fn ended(&self, child: &mut Child, id: &Id, said: &[u8]) -> Error {
        if let Some(signal) = child.signal() {
            return Error::Unreadable(format!("git cat-file was ended by the signal {signal}"));
        }
        if !said.contains_str(id.to_string()) {
            return Error::Unreadable(format!("git cat-file: {}", last_line(said)));
        }
        // Git up to 2.44 ends where it may not fetch what was left with the remote.
        if said.contains_str("from promisor remote") {
            self.missing(id)
        } else {
            self.unpackable(id)
        }
    }

    fn unpackable(&self, id: &Id) -> Error {
        loose_object::damaged(&self.directories, id)
    }

    fn missing(&self, id: &Id) -> Error {
        if self.partial {
            Error::Promised(*id)
        } else {
            Error::Missing(*id)
        }
    }

    pub(super) fn content(&self, id: &Id, kind: Kind) -> Result<Vec<u8>> {
        let mut child = match self.contents.take() {
            Some(child) => child,
            None => self.git.start(&["cat-file", "--batch"], false)?,
        };
        child.ask(id);
        let line = child.line();
        let Some(rest) = line.as_deref().and_then(|line| answer(id, line)) else {
            return Err(match line {
                Some(line) => odd("cat-file", &line),
                None => self.unread(&mut child, id),
            });
        };
        if rest == b"missing" {
            self.contents.replace(Some(child));
            return Err(self.header(id).err().unwrap_or_else(|| self.unpackable(id)));
        }
        let found = header(rest).ok_or_else(|| odd("cat-file", rest))?;
        if found.kind != kind {
            return Err(kind.mismatch(id));
        }
        let Some(content) = child.bytes(found.size) else {
            return Err(self.unread(&mut child, id));
        };
        self.contents.replace(Some(child));
        if self.verify {
            check_id(id, kind, &content)?;
        }
        Ok(content)
    }

    /// Why a child ended that was to give an object's content.
    fn unread(&self, child: &mut Child, id: &Id) -> Error {
        let signal = child.signal();
        let why = self.header(id).err();
        why.unwrap_or_else(|| match signal {
            Some(signal) => {
                Error::Unreadable(format!("git cat-file was ended by the signal {signal}"))
            }
            None => self.unpackable(id),
        })
    }
}

/// What is said of an object in a line that is about it.
fn answer<'l>(id: &Id, line: &'l [u8]) -> Option<&'l [u8]> {
    line.strip_prefix(id.to_string().as_bytes())?
        .strip_prefix(b" ")
}

fn header(rest: &[u8]) -> Option<Header> {
    let (kind, size) = rest.split_once_str(" ")?;
    Some(Header {
        kind: Kind::named(kind)?,
        size: size.to_str().ok()?.parse().ok()?,
    })
}
