//! A policy that is named from outside by its address: `--policy URL#REF:PATH`, `cordon.policy`.
//!
//! No lock says which version holds. A whole id does; of a branch, a tag or nothing it is what `cordon
//! policy fetch` took last. That stands under a name of its own, which no lock of a repository moves.

use super::address::GitSource;
use super::folder::Reach;
use super::lock::Locked;
use super::stored::{SourceError, Stored, facts, held, of_store, parsed, stores, taken};
use crate::git::{Error, Id, Store, peel_to_commit};
use crate::policy::hex_digest;
use crate::text::show::shell_quoted;

/// The policy out of the store, held to its signature.
pub fn outside(source: &GitSource, reach: Reach<'_>) -> Result<(Stored, Locked), SourceError> {
    let (store, locked) = kept(source, reach)?.ok_or_else(|| {
        let told = format!("{source} is not in the store of policies");
        let mend = fetch_command(source, reach);
        SourceError {
            mend,
            ..SourceError::new("policy-source", told)
        }
    })?;
    let repo = store.reader(reach.host, &locked.commit)?;
    let repo = repo.ok_or(Error::Missing(locked.commit))?;
    let mend = fetch_command(source, reach);
    let read = held(&*repo, &store, &locked, reach);
    let read = read.map_err(|error| of_store(error, source, &store, mend.as_deref()))?;
    Ok((read, locked))
}

/// The command that puts a source into the store: a server's repository has one of its own, which its hooks
/// read whoever runs them.
pub fn fetch_command(source: &GitSource, reach: Reach<'_>) -> Option<String> {
    let word = shell_quoted(source.text().as_bytes())?;
    let Some(bare) = reach.repo.filter(|repo| repo.facts().work_dir.is_none()) else {
        return Some(format!("cordon policy fetch {word}"));
    };
    let dir = shell_quoted(bare.facts().common_dir.as_os_str().as_encoded_bytes())?;
    Some(format!("cordon policy fetch --repo {dir} {word}"))
}

/// What the stores have of a source: of several versions the highest, of none that say one the first. Not
/// held to a signature: whoever signed it then may not be asked any more.
pub(super) fn kept(
    source: &GitSource,
    reach: Reach<'_>,
) -> Result<Option<(Store, Locked)>, SourceError> {
    let mut best: Option<(Store, Locked)> = None;
    for store in stores(reach) {
        let ids = match source.whole_id() {
            Some(id) => vec![id],
            None => store.kept(reach.host, &kept_outside(source))?,
        };
        for id in ids {
            let Some(locked) = version(source, &store, &id, reach)? else {
                continue;
            };
            let higher = |(_, known): &(Store, Locked)| locked.version > known.version;
            if best.as_ref().is_none_or(higher) {
                best = Some((store.clone(), locked));
            }
        }
    }
    Ok(best)
}

/// The policy that an object leads to, as a lock would say it; `None` where the object is not there.
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
    let read = taken(&*repo, store, &locked);
    let read = read.map_err(|error| of_store(error, source, store, mend.as_deref()))?;
    let node = parsed(&read.text).ok_or_else(|| told("the file is no policy".to_owned()))?;
    (locked.sha256, locked.version) = facts(&node);
    Ok(Some(locked))
}

/// By which name the store keeps what was fetched for those who name a source from outside.
pub(super) fn kept_outside(source: &GitSource) -> String {
    let digest = hex_digest(source.text().as_bytes());
    format!("refs/outside/{}", &digest[..32])
}
