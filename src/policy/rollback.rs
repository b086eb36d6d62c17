//! No change takes an older version of the organisation's policy than it began with. For the loader.
//!
//! A lock says the lowest version that is taken. A change may write the lock anew, so the locks of the
//! trusted sides are held against its own. A branch that is behind has an older lock too, and took nothing
//! back: what counts is the lock where the two parted.

use super::load_error::LoadError;
use super::named::{LARGEST_LOCK, lock_of, of_side};
use super::origin::{GitSource, LOCK, Lock, Reach, SourceError, file_of};
use super::trusted::Side;
use crate::git::{Id, Repo, tree_of};

/// The locks of the trusted sides, each with its commit.
pub(super) struct Seen(Vec<(Id, Lock)>);

impl Seen {
    /// Those of these sides. One that cannot be read is told by who reads what it names.
    pub(super) fn by(sides: &[Side], reach: Reach<'_>) -> Self {
        let lock = |side: &Side| {
            let (_, lock) = lock_of(side, reach).ok()??;
            Some((side.commit?, lock))
        };
        let trusted = sides.iter().filter(|side| side.trusted);
        Self(trusted.filter_map(lock).collect())
    }

    /// Holds the lock of a side to them, as far as a change has it.
    pub(super) fn hold(&self, side: &Side, reach: Reach<'_>) -> Result<(), LoadError> {
        let (Some(repo), false) = (reach.repo, side.changes.is_empty()) else {
            return Ok(());
        };
        // What cannot be read is told by who reads what it names.
        let Ok(Some((source, lock))) = lock_of(side, reach) else {
            return Ok(());
        };
        let version = lock.of_source(&source).and_then(|locked| locked.version);
        for (trusted, seen) in &self.0 {
            let Some(floor) = seen
                .floor_of(&source)
                .filter(|floor| version < Some(*floor))
            else {
                continue;
            };
            for change in &side.changes {
                let began = began_with(repo, &source, (*trusted, floor), *change);
                let began = began.map_err(|error| of_side(side, error))?;
                if let Some(floor) = began.filter(|floor| version < Some(*floor)) {
                    return Err(of_side(side, rolled_back(&source, version, floor)));
                }
            }
        }
        Ok(())
    }
}

fn rolled_back(source: &GitSource, version: Option<u64>, floor: u64) -> SourceError {
    let now = version.map_or_else(|| "no version".to_owned(), |now| format!("version {now}"));
    let told = format!(
        "the change locks {now} of {source}, and {floor} was seen already: it only goes up"
    );
    SourceError::new("policy-rollback", told).mended_by("cordon policy update")
}

/// The lowest version that a change may take: the highest that was seen where it parted from a trusted
/// commit, and nothing above that one's own floor, which holds where the two have nothing in common.
fn began_with(
    repo: &dyn Repo,
    source: &GitSource,
    (trusted, floor): (Id, u64),
    change: Id,
) -> Result<Option<u64>, SourceError> {
    let bases = repo.merge_bases(&change, &[trusted])?;
    if bases.is_empty() {
        return Ok(Some(floor));
    }
    let mut began = None;
    for base in bases {
        began = began.max(floor_at(repo, source, &base)?);
    }
    Ok(began.map(|began| began.min(floor)))
}

fn floor_at(repo: &dyn Repo, source: &GitSource, commit: &Id) -> Result<Option<u64>, SourceError> {
    let tree = tree_of(repo, commit)?;
    let Some(text) = file_of(repo, &tree, LOCK, LARGEST_LOCK)? else {
        return Ok(None);
    };
    // A damaged lock took nothing.
    let lock = Lock::parse(LOCK, &text).ok();
    Ok(lock.and_then(|lock| lock.floor_of(source)))
}
