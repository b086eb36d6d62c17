//! A policy that is named from outside by its address: `--policy URL#REF:PATH`, `cordon.policy`.
//!
//! No lock says which version holds. A whole id does; of a branch, a tag or nothing it is what `cordon
//! policy fetch` took last. That stands under a name of its own, which no lock of a repository moves.

use super::address::GitSource;
use super::folder::Reach;
use super::lock::Locked;
use super::signed::{askers, signed};
use super::stored::{SourceError, Stored, facts, held, of_store, parsed, taken};
use super::stores::{naming, stores};
use crate::git::{Error, Id, Store, peel_to_commit};
use crate::policy::hex_digest;
use crate::text::show::{escaped, shell_quoted};

/// A version, and the store that has it.
type InStore = (Store, Locked);

/// What stores have of a source.
#[derive(Default)]
pub(super) struct Kept {
    /// What is signed by whom it must be, store by store.
    pub(super) versions: Vec<InStore>,
    /// Why another was passed over.
    refused: Option<SourceError>,
}

/// The policy out of the store, held to its signature.
pub fn outside(source: &GitSource, reach: Reach<'_>) -> Result<(Stored, Locked), SourceError> {
    let mend = fetch_command(source, reach);
    let Kept { versions, refused } = kept(source, reach)?;
    let (store, locked) = judging(source, &versions, reach)?.ok_or_else(|| {
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

/// Of several versions the highest. In one store, of equal ones, it is the name that every fetch moves.
fn judging(
    source: &GitSource,
    versions: &[InStore],
    reach: Reach<'_>,
) -> Result<Option<InStore>, SourceError> {
    let of_one = versions.chunk_by(|one, other| one.0 == other.0);
    let higher = |known: InStore, one: InStore| {
        if one.1.version > known.1.version {
            one
        } else {
            known
        }
    };
    let mut best = of_one.filter_map(|versions| versions.iter().cloned().reduce(higher));
    let Some(first) = best.next() else {
        return Ok(None);
    };
    let judging = best.try_fold(first, |known, one| of_two(source, known, one, reach));
    judging.map(Some)
}

/// The higher of what two stores have. Of equal ones, or of none that say one, the commit that has the other among its
/// ancestors.
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
    if known.1.commit == one.1.commit {
        return Ok(known);
    }
    if follows(&one, &known.1.commit, reach)? {
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

/// The command that fills the user's store and the repository's own with what is signed by whom it must be.
fn fetch_both(source: &GitSource, reach: Reach<'_>) -> Option<String> {
    let mut word = shell_quoted(source.text().as_bytes())?;
    for key in reach.signers {
        word += " --policy-signer ";
        word += &shell_quoted(key.openssh()?.trim().as_bytes())?;
    }
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

/// What the stores have of a source. On a server its own alone, where that has anything of it: whether it counts or
/// not, no other stands in for it.
pub(super) fn kept(source: &GitSource, reach: Reach<'_>) -> Result<Kept, SourceError> {
    let mut kept = Kept::default();
    let stores = match source.whole_id() {
        Some(_) => stores(reach),
        None => naming(reach),
    };
    for store in stores {
        let has = kept.add(source, &store, reach)?;
        if has && reach.serves() {
            break;
        }
    }
    Ok(kept)
}

impl Kept {
    /// Adds what a store has of a source; whether that is anything. Where signatures are asked for, what is not signed
    /// by whom it must be neither judges nor forbids an older version: anybody may have served it.
    pub(super) fn add(
        &mut self,
        source: &GitSource,
        store: &Store,
        reach: Reach<'_>,
    ) -> Result<bool, SourceError> {
        let ids = ids(source, store, reach)?;
        for id in &ids {
            match version(source, store, id, reach) {
                Ok(found) => self
                    .versions
                    .extend(found.map(|locked| (store.clone(), locked))),
                Err(error) if error.code == "policy-signature" => {
                    let newer = fetch_command(source, reach);
                    let newer = newer.filter(|_| source.whole_id().is_none());
                    self.refused.get_or_insert(error.unsigned(newer.as_deref()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(!ids.is_empty())
    }
}

/// The objects that a store keeps for a source, or the one that its whole id names, where it is there.
fn ids(source: &GitSource, store: &Store, reach: Reach<'_>) -> Result<Vec<Id>, SourceError> {
    if let Some(id) = source.whole_id() {
        let repo = store.reader(reach.host, &id)?;
        let has = repo.map_or(Ok(false), |repo| repo.has(&id))?;
        return Ok(has.then_some(id).into_iter().collect());
    }
    let mut ids = store.kept(reach.host, &kept_outside(source))?;
    if !askers(reach)?.is_empty() {
        ids.extend(store.kept(reach.host, &kept_signed(source))?);
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
