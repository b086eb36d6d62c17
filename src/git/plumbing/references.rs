//! References, as Git lists them.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use bstr::{BStr, BString, ByteSlice as _};

use super::git::{Git, odd};
use crate::git::{Id, Result};

/// What Git says of a reference that it leaves out.
const BROKEN: &[u8] = b"warning: ignoring broken ref ";

const FORMAT: &str = "--format=%(objectname) %(refname)";

/// All references by name, each with the object that it names.
pub(super) fn all(git: &Git) -> Result<Vec<(BString, Id)>> {
    list(git, &[b"for-each-ref", FORMAT.as_bytes()])
}

/// The object that one reference names, if it is there.
pub(super) fn one(git: &Git, name: &BStr) -> Result<Option<Id>> {
    let found = list(git, &[b"for-each-ref", FORMAT.as_bytes(), b"--", name])?;
    let found = found.into_iter().find(|(known, _)| known == name);
    Ok(found.map(|(_, id)| id))
}

/// What a symbolic reference points to; `None` for one that is not symbolic, or not there.
pub(super) fn symbolic(git: &Git, name: &BStr) -> Result<Option<BString>> {
    let words = [b"symbolic-ref", b"-q" as &[u8], b"--", name];
    let said = git.run(&words.map(OsStr::from_bytes), b"")?;
    match said.code {
        Some(0) => Ok(Some(said.stdout.trim_end().into())),
        Some(1) => Ok(None),
        _ => Err(said.failed("symbolic-ref")),
    }
}

fn list(git: &Git, words: &[&[u8]]) -> Result<Vec<(BString, Id)>> {
    let words: Vec<&OsStr> = words.iter().map(|word| OsStr::from_bytes(word)).collect();
    let said = git.run(&words, b"")?;
    for line in said.stderr.lines() {
        // What only points to nothing names nothing: `refs/remotes/origin/HEAD` outlives its branch.
        let dangles = |name: &BStr| matches!(symbolic(git, name), Ok(Some(_)));
        if let Some(name) = line.strip_prefix(BROKEN)
            && !dangles(name.as_bstr())
        {
            return Err(said.failed("for-each-ref"));
        }
    }
    let listed = said.succeeded("for-each-ref")?;
    let mut found = Vec::new();
    for line in listed.lines() {
        let (id, name) = line
            .split_once_str(" ")
            .and_then(|(id, name)| Some((Id::from_hex(id)?, name)))
            .ok_or_else(|| odd("for-each-ref", line))?;
        found.push((name.into(), id));
    }
    found.sort();
    Ok(found)
}
