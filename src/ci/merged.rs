//! After a merge: which commits of a push say that they are a pull request, and what that last was.
//!
//! A check of the pull request cannot see what whoever merges it writes. The engine finds out whether such a commit is the change that
//! it says it is, and lets it answer for the agents of the commits that it stands for.

use bstr::{BStr, ByteSlice as _};

use super::checkout::{Checkout, told};
use super::{Source, System};
use crate::check::{Event, Merged, Obstacle};
use crate::git::{Commit, walk};

/// Requests that are looked for in one run: all by one question to the remote, and each is then compared with its commit.
const MOST: usize = 2000;

/// Names the pull requests of an event's commits.
pub(super) fn name_merged(
    checkout: &mut Checkout<'_>,
    system: &dyn System,
    event: &mut Event,
) -> Result<(), Box<Obstacle>> {
    let Some(head) = event.head else {
        return Ok(());
    };
    let walked = walk(&*checkout.repo, &[head], &event.bases, u64::MAX);
    // What is missing the check tells.
    let commits = walked.map_err(|error| told(&error))?.commits;
    let named = |commit: &Commit| {
        let source = system.source(commit)?;
        Some((commit.id?, commit.parents.first().copied()?, source))
    };
    let saying: Vec<_> = commits.iter().filter_map(named).collect();
    if saying.len() > MOST {
        let many = format!(
            "{} commits say that they are pull requests, more than {MOST}",
            saying.len()
        );
        return Err(Box::new(Obstacle::told("limit", many)));
    }
    let heads: Vec<&BStr> = saying
        .iter()
        .map(|(_, _, source)| source.name.as_str().into())
        .collect();
    let tips = checkout.tips(&heads)?;
    let mut unknown = Vec::new();
    for (commit, parent, Source { number, name }) in &saying {
        let Some(source) = tips.get(name.as_bytes().as_bstr()) else {
            unknown.push((commit, number));
            continue;
        };
        checkout.complete(*source, &[*parent])?;
        event.merged.push(Merged {
            commit: *commit,
            source: *source,
            number: *number,
        });
    }
    if let Some(((commit, number), others)) = unknown.split_first() {
        let more = match others.len() {
            0 => String::new(),
            more => format!("; so it is with {more} more commits"),
        };
        let told = format!("{commit} names #{number}, and origin has no such request{more}");
        event.remarks.push(told);
    }
    Ok(())
}

/// The number at the end of a subject: `Add a key (#12)`. Of a commit with one parent, since a merge brings the commits themselves.
pub(super) fn of_subject(commit: &Commit) -> Option<u64> {
    let subject = commit.message.subject();
    let number = subject
        .trim_end()
        .strip_suffix(b")")?
        .rsplit_once_str("(#")?
        .1;
    (commit.parents.len() == 1)
        .then(|| digits(number))
        .flatten()
}

/// The number in the line that GitLab ends a merge with: `See merge request acme/radio!12`.
pub(super) fn of_last_line(commit: &Commit) -> Option<u64> {
    let text = commit.message.raw();
    let line = text.trim_end().lines().next_back()?;
    let rest = line.strip_prefix(b"See merge request ")?;
    digits(rest.rsplit_once_str("!")?.1)
}

fn digits(text: &[u8]) -> Option<u64> {
    let plain = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    plain.then(|| text.to_str().ok()?.parse().ok()).flatten()
}
