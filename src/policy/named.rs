//! The organisation's policy as a repository names it: the one Git source of its `.cordon.yml`, at the
//! version that `.cordon.lock` beside it says.

use super::load_error::LoadError;
use super::origin::{
    GitSource, LOCK, Lock, Locked, Reach, SourceError, Stored, fetch_command, stored,
};
use super::problem::{Problem, Severity, Source, lines};
use super::raw::RawPolicy;
use super::trusted::{FILE, Side};
use super::yaml::{self, Limits};

/// Bytes of a lock.
pub(super) const LARGEST_LOCK: u64 = 64 << 10;

/// The policy that a side names; `None` where it names none. A file that is no policy is told by who
/// reads it.
pub(super) fn named(
    side: &Side,
    reach: Reach<'_>,
) -> Result<Option<(GitSource, Stored)>, LoadError> {
    let Some((source, lock)) = lock_of(side, reach)? else {
        return Ok(None);
    };
    let of = |error: SourceError| of_side(side, error);
    let locked = lock.of_source(&source);
    let locked = locked.ok_or_else(|| of(SourceError::unlocked(&source)))?;
    let mend = mend(side, locked, reach);
    Ok(Some((source, stored(locked, reach, &mend).map_err(of)?)))
}

/// The command that fills the store. A commit that is pushed is gone where the push is refused, so that none
/// could look at it; and a server's hooks may read another store than the one who looks after it.
fn mend(side: &Side, locked: &Locked, reach: Reach<'_>) -> String {
    let Some(commit) = side.commit else {
        return "cordon policy lock".to_owned();
    };
    let version = fetch_command(&locked.by_id(), reach);
    let version = version.filter(|_| reach.serves() || !side.trusted);
    version.unwrap_or_else(|| format!("cordon policy lock --of {commit}"))
}

/// What a side names, and the lock beside it; `None` where it names nothing.
pub(super) fn lock_of(
    side: &Side,
    reach: Reach<'_>,
) -> Result<Option<(GitSource, Lock)>, LoadError> {
    // What else cannot be read there is told by who reads the file.
    let (mut sources, problems) = listed(&side.text, true, &mut Vec::new());
    refused(&side.text, &problems)?;
    let Some(source) = sources.pop() else {
        return Ok(None);
    };
    let of = |error: SourceError| of_side(side, error);
    let lock = side.folder.file(reach, LOCK, LARGEST_LOCK);
    let lock = lock.map_err(|error| of(error.into()))?;
    let lock = lock.ok_or_else(|| of(SourceError::unlocked(&source)))?;
    let lock = Lock::parse(LOCK, &lock)
        .map_err(|problems| of(SourceError::new("policy-lock", problems.join("; "))))?;
    Ok(Some((source, lock)))
}

/// An error about what a side names.
pub(super) fn of_side(side: &Side, error: SourceError) -> LoadError {
    let told = format!("{FILE} in {}: {}", side.source, error.told);
    LoadError::Source(SourceError { told, ..error })
}

/// The Git sources of a policy. Of a repository's `own` a second is an error, and so is what cannot be read, since it
/// may name one.
pub fn sources_of(text: &[u8], own: bool) -> Result<Vec<GitSource>, LoadError> {
    let mut unread = Vec::new();
    let (found, problems) = listed(text, own, &mut unread);
    unread.retain(|problem| problem.severity == Severity::Error);
    unread.extend(problems);
    refused(text, &unread)?;
    Ok(found)
}

/// What can be read of a policy's Git sources, what is wrong with them, and what could not be read.
fn listed(text: &[u8], own: bool, unread: &mut Vec<Problem>) -> (Vec<GitSource>, Vec<Problem>) {
    let limits = if own { Limits::REPOSITORY } else { Limits::ORG };
    let node = yaml::parse(0, text, &limits, unread);
    let raw = node.and_then(|node| yaml::salvage::<RawPolicy>(&node, unread));
    let listed = raw.and_then(|raw| raw.extends);
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for entry in listed.iter().flat_map(|list| list.value.iter()) {
        let Some(git) = &entry.git else {
            continue;
        };
        if own && !found.is_empty() {
            let told = "a repository has one organisation: a second Git source is an error";
            problems.push(Problem::error(git.span, told));
        }
        found.extend(GitSource::of(entry, &mut problems));
    }
    (found, problems)
}

fn refused(text: &[u8], problems: &[Problem]) -> Result<(), LoadError> {
    if problems.is_empty() {
        return Ok(());
    }
    let source = Source {
        name: FILE.to_owned(),
        text: text.to_vec(),
    };
    let told = lines(problems, &[source]);
    let told = told.into_iter().map(|line| ("policy-invalid", line));
    Err(LoadError::Invalid(told.collect()))
}
