//! Which commits are judged: ranges, the lines that Git gives to hooks, and the walk.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use bstr::{BStr, BString, ByteSlice as _};

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

    /// Reads the arguments of `update`.
    pub fn read(name: &BStr, old: &BStr, new: &BStr) -> Result<Self> {
        let mut line = BString::from(bstr::join(" ", [old, new, name]));
        line.push(b'\n');
        match Self::parse(&line)?.pop() {
            Some(update) if update.name == name => Ok(update),
            _ => Err(Error::HookInput(line)),
        }
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
    let over = || Error::Limit {
        what: "commits in the range",
        limit: max_commits,
    };
    if exclude.is_empty()
        && let Some(commits) = whole_history(repo, include, max_commits)
    {
        if commits.len() as u64 > max_commits {
            walked.incomplete.push((None, over()));
        } else {
            walked.commits = sorted(commits);
        }
        return Ok(walked);
    }
    let mut ids = repo.reachable(include, exclude)?;
    ids.sort_unstable();
    ids.dedup();
    if ids.len() as u64 > max_commits {
        walked.incomplete.push((None, over()));
        return Ok(walked);
    }
    let mut commits = Vec::with_capacity(ids.len());
    for id in ids {
        let read = repo.read(&id, Kind::Commit);
        match read.and_then(|raw| Commit::parse(id, &raw)) {
            Ok(commit) => {
                if repo.facts().shallow.contains(&id) && !commit.parents.is_empty() {
                    walked.incomplete.push((Some(id), Error::Shallow(id)));
                }
                commits.push((id, commit));
            }
            Err(error) => walked.incomplete.push((Some(id), error)),
        }
    }
    walked.commits = sorted(commits);
    Ok(walked)
}

/// All commits that `include` reach, each read once, up to one more than `max_commits`. `None` where
/// that meets anything unusual, which is then told by the long way.
fn whole_history(repo: &dyn Repo, include: &[Id], max_commits: u64) -> Option<Vec<(Id, Commit)>> {
    if repo.facts().grafted || !repo.facts().shallow.is_empty() {
        return None;
    }
    let mut seen = HashSet::new();
    let mut next: Vec<Id> = include.to_vec();
    next.retain(|tip| seen.insert(*tip));
    let mut commits = Vec::new();
    while let Some(id) = next.pop() {
        let raw = repo.content(&id, Kind::Commit, u64::MAX).ok()?;
        let commit = Commit::parse(id, &raw).ok()?;
        next.extend(commit.parents.iter().filter(|parent| seen.insert(**parent)));
        commits.push((id, commit));
        if commits.len() as u64 > max_commits {
            break;
        }
    }
    Some(commits)
}

/// Parents before children; of several that could be next, the smallest id.
fn sorted(mut commits: Vec<(Id, Commit)>) -> Vec<Commit> {
    commits.sort_unstable_by_key(|(id, _)| *id);
    let places: HashMap<Id, usize> = commits
        .iter()
        .enumerate()
        .map(|(place, (id, _))| (*id, place))
        .collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); commits.len()];
    let mut waiting = vec![0_usize; commits.len()];
    let mut ready = BinaryHeap::new();
    for (place, (_, commit)) in commits.iter().enumerate() {
        let parents = commit.parents.iter();
        let mut parents: Vec<usize> = parents
            .filter_map(|parent| places.get(parent).copied())
            .collect();
        parents.sort_unstable();
        parents.dedup();
        waiting[place] = parents.len();
        if parents.is_empty() {
            ready.push(Reverse(place));
        }
        for parent in parents {
            children[parent].push(place);
        }
    }
    let mut left: Vec<Option<Commit>> = commits.into_iter().map(|(_, one)| Some(one)).collect();
    let mut out = Vec::with_capacity(left.len());
    while let Some(Reverse(place)) = ready.pop() {
        out.extend(left[place].take());
        for &child in &children[place] {
            waiting[child] -= 1;
            if waiting[child] == 0 {
                ready.push(Reverse(child));
            }
        }
    }
    // Ids are digests, so there are no circles; were there one, its commits are judged all the same.
    out.extend(left.into_iter().flatten());
    out
}

#[cfg(test)]
mod tests;
