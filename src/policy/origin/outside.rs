//! A policy that is named from outside by its address: `--policy URL#REF:PATH`, `cordon.policy`.
//!
//! No lock says which version holds. A whole id does; of a branch, a tag or nothing it is what `cordon
//! policy fetch` took last. That stands under a name of its own, which no lock of a repository moves.

use super::address::GitSource;
use super::folder::Reach;
use super::lock::Locked;
use super::signed::{askers, signed};
use super::stored::{SourceError, Stored, facts, held, of_store, parsed, stores, taken};
use crate::git::{Error, Id, Store, peel_to_commit};
use crate::policy::hex_digest;
use crate::text::show::{escaped, shell_quoted};

/// A version, and the store that has it.
type InStore = (Store, Locked);

/// What the stores have of a source.
pub(super) struct Kept {
    /// What is signed by whom it must be, the user's before the repository's own.
    pub(super) versions: Vec<InStore>,
    /// Why another was passed over.
    refused: Option<SourceError>,
}

/// The policy out of the store, held to its signature.
pub fn outside(source: &GitSource, reach: Reach<'_>) -> Result<(Stored, Locked), SourceError> {
    let mend = fetch_command(source, reach);
    let Kept { versions, refused } = kept(source, reach)?;
    let (store, locked) = judging(source, versions, reach)?.ok_or_else(|| {
        let told = format!("{source} is not in the store of policies");
        let mend = mend.clone();
        let missing = SourceError {
            mend,
            ..SourceError::new("policy-source", told)
        };
        refused.unwrap_or(missing)
    })?;
    let repo = store.reader(reach.host, &locked.commit)?;
    let repo = repo.ok_or(Error::Missing(locked.commit))?;
    let read = held(&*repo, &store, &locked, reach, None);
    let read = read.map_err(|error| of_store(error, source, &store, mend.as_deref()))?;
    Ok((read, locked))
}

/// Of several versions the highest.
fn judging(
    source: &GitSource,
    versions: Vec<InStore>,
    reach: Reach<'_>,
) -> Result<Option<InStore>, SourceError> {
    let mut best: Option<InStore> = None;
    for one in versions {
        best = Some(match best {
            None => one,
            Some(known) => of_two(source, known, one, reach)?,
        });
    }
    Ok(best)
}

/// The higher of two versions. Of equal ones, or of none that say one, the commit that has the other among its
/// ancestors; on a server what its own store has, so that it is the same whoever runs the hook.
fn of_two(
    source: &GitSource,
    known: InStore,
    one: InStore,
    reach: Reach<'_>,
) -> Result<InStore, SourceError> {
    if known.1.version != one.1.version {
        let higher = one.1.version > known.1.version;
        return Ok(if higher { one } else { known });
    }
    // In one store the name that every fetch moves comes first.
    if known.0 == one.0 || known.1.commit == one.1.commit {
        return Ok(known);
    }
    // A repository's own store is the last.
    if reach.serves() || follows(&one, &known.1.commit, reach)? {
        return Ok(one);
    }
    if follows(&known, &one.1.commit, reach)? {
        return Ok(known);
    }
    let folder = |store: &Store| escaped(store.folder().as_os_str().as_encoded_bytes());
    let told = format!(
        "{source}: {} has the commit {}, and {} has {}: neither follows the other, and no version tells which \
         is newer",
        folder(&known.0),
        known.1.commit,
        folder(&one.0),
        one.1.commit
    );
    let mend = fetch_both(source, reach);
    Err(SourceError {
        mend,
        ..SourceError::new("policy-source", told)
    })
}

/// Whether a version has this commit among its ancestors.
fn follows((store, locked): &InStore, older: &Id, reach: Reach<'_>) -> Result<bool, SourceError> {
    if locked.commit.as_bytes().len() != older.as_bytes().len() {
        return Ok(false);
    }
    let repo = store.reader(reach.host, &locked.commit)?;
    let repo = repo.ok_or(Error::Missing(locked.commit))?;
    Ok(repo.has(older)? && repo.merge_base(&locked.commit, older)? == Some(*older))
}

/// The command that fills the user's store and the repository's own.
fn fetch_both(source: &GitSource, reach: Reach<'_>) -> Option<String> {
    let word = shell_quoted(source.text().as_bytes())?;
    let dir = reach.repo?.facts().work_dir.as_ref()?;
    let dir = shell_quoted(dir.as_os_str().as_encoded_bytes())?;
    Some(format!(
        "cordon policy fetch {word} && cordon policy fetch --repo {dir} {word}"
    ))
}

/// The command that puts a source into the store: a server's repository has one of its own, which its hooks
/// read whoever runs them.
pub fn fetch_command(source: &GitSource, reach: Reach<'_>) -> Option<String> {
    let word = shell_quoted(source.text().as_bytes())?;
    let Some(bare) = reach.repo.filter(|_| reach.serves()) else {
        return Some(format!("cordon policy fetch {word}"));
    };
    let dir = shell_quoted(bare.facts().common_dir.as_os_str().as_encoded_bytes())?;
    Some(format!("cordon policy fetch --repo {dir} {word}"))
}

/// What the stores have of a source. Where signatures are asked for, what is not signed by whom it must be
/// neither judges nor forbids an older version: anybody may have served it.
pub(super) fn kept(source: &GitSource, reach: Reach<'_>) -> Result<Kept, SourceError> {
    let mut names = vec![kept_outside(source)];
    if !askers(reach)?.is_empty() {
        names.push(kept_signed(source));
    }
    let newer = fetch_command(source, reach).filter(|_| source.whole_id().is_none());
    let (mut versions, mut refused) = (Vec::new(), None);
    for store in stores(reach) {
        for id in ids(source, &store, &names, reach)? {
            match version(source, &store, &id, reach) {
                Ok(found) => versions.extend(found.map(|locked| (store.clone(), locked))),
                Err(error) if error.code == "policy-signature" => {
                    refused.get_or_insert(error.unsigned(newer.as_deref()));
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(Kept { versions, refused })
}

/// The objects that these names keep in a store, or the one that a whole id names.
fn ids(
    source: &GitSource,
    store: &Store,
    names: &[String],
    reach: Reach<'_>,
) -> Result<Vec<Id>, SourceError> {
    if let Some(id) = source.whole_id() {
        return Ok(vec![id]);
    }
    let mut ids = Vec::new();
    for name in names {
        ids.extend(store.kept(reach.host, name)?);
    }
    Ok(ids)
}

/// The policy that an object leads to, as a lock would say it, held to its signature; `None` where the object
/// is not there.
fn version(
    source: &GitSource,
    store: &Store,
    id: &Id,
    reach: Reach<'_>,
) -> Result<Option<Locked>, SourceError> {
    let Some(repo) = store.reader(reach.host, id)? else {
        return Ok(None);
    };
    if !repo.has(id)? {
        return Ok(None);
    }
    let told = |told: String| SourceError::new("policy-source", format!("{source}: {told}"));
    let commit = peel_to_commit(&*repo, id)?;
    let commit = commit.ok_or_else(|| told(format!("{id} leads to no commit")))?;
    let mut locked = Locked {
        source: source.clone(),
        commit,
        tag: (*id != commit).then_some(*id),
        sha256: String::new(),
        version: None,
    };
    let mend = fetch_command(source, reach);
    let of_it = |error| of_store(error, source, store, mend.as_deref());
    let read = taken(&*repo, store, &locked).map_err(of_it)?;
    signed(&*repo, &locked, reach).map_err(of_it)?;
    let node = parsed(&read.text).ok_or_else(|| told("the file is no policy".to_owned()))?;
    (locked.sha256, locked.version) = facts(&node);
    Ok(Some(locked))
}

/// By which name the store keeps what was fetched last for those who name a source from outside.
pub(super) fn kept_outside(source: &GitSource) -> String {
    let digest = hex_digest(source.text().as_bytes());
    format!("refs/outside/{}", &digest[..32])
}

/// The same, of what was fetched last for somebody who asks for a signature.
pub(super) fn kept_signed(source: &GitSource) -> String {
    let digest = hex_digest(source.text().as_bytes());
    format!("refs/signed/{}", &digest[..32])
}
