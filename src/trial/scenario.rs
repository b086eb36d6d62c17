//! What a test describes, made: a repository in memory with the base, and the commits on top of it.
//!
//! A path that a commit changes and that nobody put there lies at the base, with a text that no other
//! path has.

mod parts;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use bstr::{BString, ByteSlice as _};
use sha2::{Digest as _, Sha256};

use crate::git::{self, FileMode, Files, Id, Kind, Memory, NewCommit, Repo as _};
use crate::policy::OWN_FILE;
use crate::policy::raw::test_case::{RawGiven, RawTestChange, RawTestCommit, RawTestFile};
use crate::policy::yaml::Problem;
use crate::text::{Span, Spanned};
use parts::{Written, branch, can_lie_at, identity, line_ended, lines, mode, signature, written};

const AUTHOR: &str = "A Person <person@acme.example>";
const MESSAGE: &str = "A change";
const BRANCH: &str = "change";
/// Lines of a text that nobody wrote.
const LINES: u32 = 40;

type Result<T, E = Problem> = std::result::Result<T, E>;

/// What a test judges: `base..branch` of a repository.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) repo: Memory,
    pub(super) base: Id,
    pub(super) head: Id,
    pub(super) branch: String,
}

/// Makes it. `own` is the repository's own policy, where that is under test.
pub(super) fn make(given: &RawGiven, own: Option<&[u8]>) -> Result<Made> {
    let mut maker = Maker::default();
    let at = given.commits.span;
    if given.commits.value.is_empty() {
        return Err(Problem::error(at, "without a commit nothing is judged"));
    }
    if let Some(own) = own {
        maker.write(at, OWN_FILE, FileMode::Regular, own)?;
    }
    for file in given.files.iter().flat_map(|files| &files.value) {
        maker.put(&file.value)?;
    }
    for path in assumed(given, &maker.files) {
        maker.write(
            path.span,
            &path.value,
            FileMode::Regular,
            stand_in(&path.value).as_bytes(),
        )?;
    }
    let base = maker.commit(at, &RawTestCommit::default(), None)?;
    let mut head = base;
    for commit in &given.commits.value {
        for change in commit.value.changes.iter().flat_map(|list| &list.value) {
            maker.change(&change.value, change.span)?;
        }
        head = maker.commit(commit.span, &commit.value, Some(head))?;
    }
    let branch = branch(&given.branch)?;
    maker.repo.set("refs/heads/main", base);
    maker.repo.set(&format!("refs/heads/{branch}"), head);
    Ok(Made {
        repo: maker.repo,
        base,
        head,
        branch,
    })
}

/// The paths that commits change and that nobody put there before.
fn assumed<'g>(given: &'g RawGiven, files: &Files) -> Vec<&'g Spanned<String>> {
    let mut known: BTreeSet<&str> = files.keys().filter_map(|path| path.to_str().ok()).collect();
    let mut assumed = Vec::new();
    let commits = given.commits.value.iter();
    let changes =
        commits.flat_map(|commit| commit.value.changes.iter().flat_map(|list| &list.value));
    for change in changes {
        let change = &change.value;
        let old = [
            &change.modify,
            &change.replace,
            &change.delete,
            &change.rename,
            &change.copy_of,
        ];
        for path in old.into_iter().flatten() {
            if known.insert(&path.value) {
                assumed.push(path);
            }
        }
        known.extend(
            change
                .add
                .iter()
                .chain(&change.to)
                .map(|path| path.value.as_str()),
        );
    }
    assumed
}

/// Forty lines that no other path has, so that copies of them are found and nothing else is.
fn stand_in(path: &str) -> String {
    (0..LINES).fold(String::new(), |mut text, line| {
        let digest = Sha256::digest(format!("{path}\0{line}"));
        let number =
            |at: usize| u32::from_be_bytes([1, digest[at], digest[at + 1], digest[at + 2]]);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "step({}, {}) + {};", number(0), number(3), number(6));
        text
    })
}

#[derive(Default)]
struct Maker {
    repo: Memory,
    files: Files,
}

impl Maker {
    /// A file at the base.
    fn put(&mut self, file: &RawTestFile) -> Result<()> {
        self.is_free(&file.path)?;
        let written = written(
            file.path.span,
            [&file.text, &file.template, &file.link, &None],
        )?;
        let mode = mode(file.link.is_some(), file.mode.as_ref(), None);
        let text = written.map_or_else(|| stand_in(&file.path.value), Written::text);
        self.write(file.path.span, &file.path.value, mode, text.as_bytes())
    }

    fn change(&mut self, change: &RawTestChange, at: Span) -> Result<()> {
        let all = [
            &change.add,
            &change.modify,
            &change.replace,
            &change.delete,
            &change.rename,
        ];
        let mut which = all.into_iter().flatten();
        let (Some(path), None) = (which.next(), which.next()) else {
            let told = "a change has one of `add`, `modify`, `replace`, `delete`, `rename`";
            return Err(Problem::error(at, told));
        };
        if change.to.is_some() != change.rename.is_some() {
            return Err(Problem::error(at, "`rename` and `to` belong together"));
        }
        let parts = [
            &change.text,
            &change.template,
            &change.link,
            &change.copy_of,
        ];
        let written = written(at, parts)?;
        if change.add.is_some() {
            self.is_free(path)?;
        } else {
            self.is_there(path)?;
        }
        if change.delete.is_some() {
            if written.is_some() || change.mode.is_some() {
                return Err(Problem::error(
                    at,
                    "what is deleted has neither text nor mode",
                ));
            }
            self.files.remove(path.value.as_bytes().as_bstr());
            return Ok(());
        }
        let old = self.files.get(path.value.as_bytes().as_bstr()).copied();
        let text = match (written, &change.copy_of) {
            (_, Some(source)) => self.content(source)?,
            (Some(written), _) if change.add.is_some() || change.replace.is_some() => {
                written.text().into_bytes()
            }
            (Some(Written::Link(target)), _) => target.into_bytes(),
            (Some(written), _) => [self.content(path)?, lines(&written.text())].concat(),
            (None, _) if change.add.is_some() => stand_in(&path.value).into_bytes(),
            (None, _) if change.replace.is_some() => {
                return Err(Problem::error(at, "`replace` says by which text"));
            }
            (None, _) if change.rename.is_some() || change.mode.is_some() => self.content(path)?,
            (None, _) => [self.content(path)?, lines("changed")].concat(),
        };
        let old_mode = old.map(|(mode, _)| mode);
        let mode = mode(change.link.is_some(), change.mode.as_ref(), old_mode);
        let to = change.to.as_ref().unwrap_or(path);
        if change.rename.is_some() {
            self.files.remove(path.value.as_bytes().as_bstr());
            self.is_free(to)?;
        }
        self.write(to.span, &to.value, mode, &text)
    }

    fn write(&mut self, at: Span, path: &str, mode: FileMode, text: &[u8]) -> Result<()> {
        can_lie_at(at, path)?;
        let above = path.match_indices('/').map(|(end, _)| &path[..end]);
        let below = BString::from(format!("{path}/"));
        let next = self.files.range(below.clone()..).next();
        let is_above = next.is_some_and(|(other, _)| other.starts_with(&below));
        let taken = |above: &str| self.files.contains_key(above.as_bytes().as_bstr());
        if is_above || above.into_iter().any(taken) {
            let told = format!("`{path}` cannot be a file and a folder at once");
            return Err(Problem::error(at, told));
        }
        let id = match mode {
            // No repository has the commits of its submodules.
            FileMode::Submodule => Id::from_bytes(&Sha256::digest(text)[..20]),
            _ => Some(self.repo.blob(text).map_err(|error| unmade(at, &error))?),
        };
        let id = id.ok_or_else(|| Problem::error(at, "an id has an odd length"))?;
        self.files.insert(path.into(), (mode, id));
        Ok(())
    }

    fn content(&self, path: &Spanned<String>) -> Result<Vec<u8>> {
        self.is_there(path)?;
        let found = self.files.get(path.value.as_bytes().as_bstr());
        let found = found.filter(|(mode, _)| *mode != FileMode::Submodule);
        let Some((_, id)) = found else {
            let told = format!("`{}` is a submodule, and has no text", path.value);
            return Err(Problem::error(path.span, told));
        };
        let read = self.repo.read(id, Kind::Blob);
        read.map_err(|error| unmade(path.span, &error))
    }

    fn is_free(&self, path: &Spanned<String>) -> Result<()> {
        if self.files.contains_key(path.value.as_bytes().as_bstr()) {
            let told = format!("`{}` is there already", path.value);
            return Err(Problem::error(path.span, told));
        }
        Ok(())
    }

    fn is_there(&self, path: &Spanned<String>) -> Result<()> {
        if !self.files.contains_key(path.value.as_bytes().as_bstr()) {
            let told = format!("`{}` is not there any more", path.value);
            return Err(Problem::error(path.span, told));
        }
        Ok(())
    }

    fn commit(&mut self, at: Span, commit: &RawTestCommit, parent: Option<Id>) -> Result<Id> {
        let author = identity(&commit.author)?.unwrap_or(AUTHOR);
        let committer = identity(&commit.committer)?.unwrap_or(author);
        let message = commit.message.as_ref().map_or(MESSAGE, |text| &text.value);
        let made = self.repo.commit(&NewCommit {
            parents: parent.as_slice(),
            files: &self.files,
            author,
            committer,
            message: &line_ended(message),
            signature: signature(at, commit)?.as_deref(),
        });
        made.map_err(|error| unmade(at, &error))
    }
}

fn unmade(at: Span, error: &git::Error) -> Problem {
    Problem::error(at, format!("this cannot be made: {error}"))
}

#[cfg(test)]
mod tests;
