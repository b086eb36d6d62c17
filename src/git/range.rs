//! Which commits are judged: ranges, the lines that Git gives to hooks, and the walk.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use bstr::{BString, ByteSlice as _};

use super::{Commit, Error, Id, Kind, Repo, Result};

/// An update of a reference, as `pre-receive` is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefUpdate {
    /// The reference's full name.
    pub name: BString,
    /// What it named; `None` for a new one.
    pub old: Option<Id>,
    /// What it will name; `None` where it is deleted.
    pub new: Option<Id>,
}

impl RefUpdate {
    /// Reads the standard input of `pre-receive`: `old SP new SP name LF`.
    pub fn parse(input: &[u8]) -> Result<Vec<Self>> {
        lines(input, |line| {
            let mut fields = line.splitn_str(3, b" ");
            let old = id(fields.next()?)?;
            let new = id(fields.next()?)?;
            let name = fields.next().filter(|name| !name.is_empty())?.into();
            Some(Self { name, old, new })
        })
    }
}

/// A line that `pre-push` is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is pushed, as the user named it: a full name, `HEAD`, `(delete)`, or any revision, which
    /// may hold spaces.
    pub local_ref: BString,
    /// Its object; `None` where the remote's reference is deleted.
    pub local: Option<Id>,
    /// The remote's reference.
    pub remote_ref: BString,
    /// What it names there now; `None` if it is new.
    pub remote: Option<Id>,
}

impl Line {
    /// Reads the standard input of `pre-push`: `local-ref SP local-id SP remote-ref SP remote-id LF`.
    pub fn parse(input: &[u8]) -> Result<Vec<Self>> {
        lines(input, |line| {
            // References hold no spaces, revisions do.
            let mut fields = line.rsplitn_str(4, b" ");
            let remote = id(fields.next()?)?;
            let remote_ref = fields.next().filter(|name| !name.is_empty())?.into();
            let local = id(fields.next()?)?;
            let local_ref = fields.next().filter(|name| !name.is_empty())?.into();
            Some(Self {
                local_ref,
                local,
                remote_ref,
                remote,
            })
        })
    }
}

/// Reads each line; one that cannot be read is an error, as is a last one that is cut off.
fn lines<T>(input: &[u8], read: impl Fn(&[u8]) -> Option<T>) -> Result<Vec<T>> {
    input
        .lines_with_terminator()
        .map(|line| {
            let whole = line.strip_suffix(b"\n");
            whole
                .and_then(&read)
                .ok_or_else(|| Error::HookInput(line.trim_end().into()))
        })
        .collect()
}

/// An id, or `Some(None)` for the zeros that stand for none.
#[expect(
    clippy::option_option,
    reason = "no id at all is another thing than Git's zeros"
)]
fn id(hex: &[u8]) -> Option<Option<Id>> {
    let id = Id::from_hex(hex)?;
    Some((!id.is_zero()).then_some(id))
}

/// The commits of a range, and what of it could not be read.
#[derive(Debug, Default)]
pub struct Walked {
    /// The commits, parents before children, ties by id.
    pub commits: Vec<Commit>,
    /// What is missing from them: a commit that cannot be read, or at which a shallow clone ends
    /// (it is in `commits`, but what it changed is unknown); `None` for the range as a whole.
    pub incomplete: Vec<(Option<Id>, Error)>,
}

/// Reads the commits that `include` reach and `exclude` do not. More than `max_commits` are not
/// read at all: that is one incomplete row with the code `limit`.
///
/// A missing commit, on the way or named, is an error: what lies behind it is unknown.
pub fn walk(repo: &dyn Repo, include: &[Id], exclude: &[Id], max_commits: u64) -> Result<Walked> {
    let mut walked = Walked::default();
    if repo.facts().grafted {
        walked.incomplete.push((None, Error::Grafts));
    }
    let mut ids = repo.reachable(include, exclude)?;
    ids.sort_unstable();
    ids.dedup();
    if ids.len() as u64 > max_commits {
        let error = Error::Limit {
            what: "commits in the range",
            limit: max_commits,
        };
        walked.incomplete.push((None, error));
        return Ok(walked);
    }
    let mut commits = BTreeMap::new();
    for id in ids {
        let read = repo.read(&id, Kind::Commit);
        match read.and_then(|raw| Commit::parse(id, &raw)) {
            Ok(commit) => {
                if repo.facts().shallow.contains(&id) && !commit.parents.is_empty() {
                    walked.incomplete.push((Some(id), Error::Shallow(id)));
                }
                commits.insert(id, commit);
            }
            Err(error) => walked.incomplete.push((Some(id), error)),
        }
    }
    walked.commits = sorted(commits);
    Ok(walked)
}

/// Parents before children; of several that could be next, the smallest id.
fn sorted(mut commits: BTreeMap<Id, Commit>) -> Vec<Commit> {
    let mut children: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    let mut waiting: BTreeMap<Id, usize> = BTreeMap::new();
    let mut ready = BinaryHeap::new();
    for (id, commit) in &commits {
        let mut parents: Vec<Id> = commit.parents.clone();
        parents.retain(|parent| commits.contains_key(parent));
        parents.sort_unstable();
        parents.dedup();
        if parents.is_empty() {
            ready.push(Reverse(*id));
        } else {
            waiting.insert(*id, parents.len());
        }
        for parent in parents {
            children.entry(parent).or_default().push(*id);
        }
    }
    let mut out = Vec::with_capacity(commits.len());
    while let Some(Reverse(id)) = ready.pop() {
        out.extend(commits.remove(&id));
        for child in children.remove(&id).unwrap_or_default() {
            if let Some(left) = waiting.get_mut(&child) {
                *left -= 1;
                if *left == 0 {
                    ready.push(Reverse(child));
                }
            }
        }
    }
    // Ids are digests, so there are no circles; were there one, its commits are judged all the same.
    out.extend(commits.into_values());
    out
}

#[cfg(test)]
mod tests;
