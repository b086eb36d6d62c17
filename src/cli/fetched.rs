//! Policies from Git that a CI job is judged by, fetched before it judges: a fresh machine has none of them.
//!
//! What cannot be had the check tells, with the command that mends it.

use crate::check::Event;
use crate::git::{Id, Repo, tree_of};
use crate::host::Host;
use crate::policy::origin::{Fetcher, GitSource, LOCK, Lock, Reach, file_of};
use crate::policy::yaml::Limits;
use crate::policy::{OWN_FILE, sources_of};
use crate::sign::AllowedKey;

/// Bytes of a lock.
const LARGEST_LOCK: u64 = 64 << 10;

/// Fetches what the locks of the judging sides say; also what the change's own says, where that may be asked for.
pub(super) fn fill(
    repo: &dyn Repo,
    host: &Host,
    signers: &[AllowedKey],
    event: &Event,
    with_head: bool,
) {
    let from = fetcher(repo, host, signers);
    let sides = event.trusted.iter().map(|(_, id)| *id);
    for commit in sides.chain(event.head.filter(|_| with_head)) {
        // What cannot be read the check cannot read either, and says so.
        let Some((sources, lock)) = locked(repo, &commit) else {
            continue;
        };
        for locked in sources.iter().filter_map(|source| lock.of_source(source)) {
            // Why it cannot be had the check finds out again, and says.
            let _ = from.held(locked);
        }
    }
}

/// What fetches into the user's store.
pub(super) fn fetcher<'a>(
    repo: &'a dyn Repo,
    host: &'a Host,
    signers: &'a [AllowedKey],
) -> Fetcher<'a> {
    Fetcher {
        reach: Reach::new(Some(repo), host).signed_by(signers),
        bundle: None,
        own_store: false,
    }
}

/// The policies in Git that a commit's own names, and its lock.
fn locked(repo: &dyn Repo, commit: &Id) -> Option<(Vec<GitSource>, Lock)> {
    let tree = tree_of(repo, commit).ok()?;
    let read = |path, cap| file_of(repo, &tree, path, cap).ok().flatten();
    let policy = read(OWN_FILE, Limits::REPOSITORY.bytes as u64)?;
    let lock = Lock::parse(LOCK, &read(LOCK, LARGEST_LOCK)?).ok()?;
    Some((sources_of(&policy, true).ok()?, lock))
}
