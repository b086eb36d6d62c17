//! Fetching: the one part that uses the network. For `cordon policy update`, `lock`, `fetch` and `bundle` alone.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::address::GitSource;
use super::folder::Reach;
use super::lock::{LOCK, Lock, Locked};
use super::outside::{fetch_command, kept, kept_outside, kept_signed};
use super::signed::askers;
use super::stored::{SourceError, Stored, facts, held, not_older, parsed, stored};
use super::stores::filled;
use crate::git::{Heads, Id, Store, peel_to_commit};
use crate::policy::hex_digest;

/// What is fetched into, and from where.
#[derive(Clone, Copy)]
pub struct Fetcher<'a> {
    /// The surroundings, and the repository whose policy it is.
    pub reach: Reach<'a>,
    /// A bundle to take everything from, instead of the sources; a whole path.
    pub bundle: Option<&'a Path>,
    /// Whether it goes into the repository's own store, and not the user's.
    pub own_store: bool,
}

/// A version of a source, and the policy that it is.
#[derive(Debug)]
pub struct Fetched {
    /// As the lock will say it.
    pub locked: Locked,
    /// The policy.
    pub policy: Stored,
}

/// What a source's reference is.
struct Target {
    /// The object that is fetched.
    id: Id,
    /// The commit, where the remote says it.
    commit: Option<Id>,
    /// Whether it is a tag, which stays where it is.
    is_tag: bool,
    /// Its full name there.
    name: String,
}

impl Fetcher<'_> {
    /// What a source has now. `before` is the lock so far.
    pub fn newest(&self, source: &GitSource, before: &Lock) -> Result<Fetched, SourceError> {
        self.newer(source, before, Some("cordon policy update"))
    }

    /// The same. `again` is the command for the day when there is another version.
    fn newer(
        &self,
        source: &GitSource,
        before: &Lock,
        again: Option<&str>,
    ) -> Result<Fetched, SourceError> {
        let target = self.target(source)?;
        let store = self.store()?;
        self.fetch(&store, source, &target)?;
        let at = |error: SourceError| SourceError {
            told: format!("{source}: {}", error.told),
            ..error
        };
        let repo = store.reader(self.reach.host, &target.id)?;
        let repo = repo.ok_or(crate::git::Error::Missing(target.id))?;
        let commit = peel_to_commit(&*repo, &target.id)?;
        let commit = commit.filter(|commit| target.commit.is_none_or(|told| told == *commit));
        let commit = commit.ok_or_else(|| {
            let told = format!("{} leads to no commit", target.id);
            at(SourceError::new("policy-source", told))
        })?;
        let mut known = before.sources.iter().filter(|one| one.source == *source);
        let moved = |one: &&Locked| one.commit != commit && (target.is_tag || one.tag.is_some());
        if let Some(known) = known.find(moved) {
            let told = format!(
                "the tag has moved: it was the commit {}, and is {commit}. A tag stays: ask whose policy it \
                 is, and name another one in `extends`",
                known.commit
            );
            return Err(at(SourceError::new("policy-source", told)));
        }
        let mut locked = Locked {
            source: source.clone(),
            commit,
            tag: (target.id != commit).then_some(target.id),
            sha256: String::new(),
            version: before.floor_of(source),
        };
        let policy = held(&*repo, &store, &locked, self.reach, again).map_err(at)?;
        let node = parsed(&policy.text);
        let node =
            node.ok_or_else(|| at(SourceError::new("policy-source", "the file is no policy")))?;
        let (sha256, version) = facts(&node);
        not_older(locked.version, version).map_err(at)?;
        locked.version = version;
        locked.sha256 = sha256;
        Ok(Fetched { locked, policy })
    }

    /// The version that is locked, fetched where it is not in the store.
    pub fn held(&self, locked: &Locked) -> Result<Fetched, SourceError> {
        let mend = "cordon policy update";
        let policy = match stored(locked, self.reach, mend) {
            Err(error) if error.code == "policy-source" => {
                let target = Target {
                    id: locked.tag.unwrap_or(locked.commit),
                    commit: None,
                    is_tag: false,
                    name: String::new(),
                };
                self.fetch(&self.store()?, &locked.source, &target)?;
                stored(locked, self.reach, mend)?
            }
            read => read?,
        };
        let locked = locked.clone();
        Ok(Fetched { locked, policy })
    }

    /// What a source has now, for those who name it from outside: kept until the next time, and never an older
    /// version than what is kept and signed by whom it must be.
    pub fn outside(&self, source: &GitSource) -> Result<Fetched, SourceError> {
        let mut known = kept(source, self.reach)?;
        // It need not be one that judges.
        known.add(source, &self.store()?, self.reach)?;
        let sources = known.versions.into_iter();
        let before = Lock {
            sources: sources.map(|(_, locked)| locked).collect(),
        };
        let again = fetch_command(source, self.reach).filter(|_| source.whole_id().is_none());
        let fetched = self.newer(source, &before, again.as_deref())?;
        let id = fetched.locked.tag.unwrap_or(fetched.locked.commit);
        let (store, host) = (self.store()?, self.reach.host);
        store.keep(host, &id, &kept_outside(source))?;
        // Nobody who asks for no signature takes its place.
        if !askers(self.reach)?.is_empty() {
            store.keep(host, &id, &kept_signed(source))?;
        }
        Ok(fetched)
    }

    /// A bundle of what a lock names, for those whom no network reaches.
    pub fn bundled(&self, lock: &Lock) -> Result<Vec<u8>, SourceError> {
        let mut names = Vec::new();
        let Some(first) = lock.sources.first() else {
            return Err(SourceError::new(
                "policy-lock",
                format!("{LOCK} names no source"),
            ));
        };
        for locked in &lock.sources {
            self.held(locked)?;
            let id = locked.tag.unwrap_or(locked.commit);
            let name = kept_as(&locked.source);
            self.store()?.keep(self.reach.host, &id, &name)?;
            names.push(name);
        }
        names.sort();
        names.dedup();
        Ok(self
            .store()?
            .bundle(self.reach.host, &first.commit, &names)?)
    }

    /// Where it goes.
    pub fn store(&self) -> Result<Store, SourceError> {
        let store = filled(self.reach, self.own_store);
        store.ok_or_else(|| {
            let told = "neither XDG_CACHE_HOME nor HOME says where fetched policies may lie";
            SourceError::new("policy-source", told)
        })
    }

    fn fetch(&self, store: &Store, source: &GitSource, target: &Target) -> Result<(), SourceError> {
        let host = self.reach.host;
        let name = kept_as(source);
        let fetched = match self.bundle {
            Some(bundle) if target.name.is_empty() => {
                let head = self.target(source)?.name;
                store.unbundle(host, bundle.as_os_str(), &head, &target.id, &name)
            }
            Some(bundle) => {
                store.unbundle(host, bundle.as_os_str(), &target.name, &target.id, &name)
            }
            None => store.fetch(host, OsStr::new(&source.url), &target.id, &name),
        };
        fetched.map_err(|error| unreachable_source(source, &error))
    }

    /// By which name a bundle has an object, or the tag that leads to it.
    fn bundled_as(
        &self,
        source: &GitSource,
        bundle: &OsStr,
        id: &Id,
    ) -> Result<String, SourceError> {
        let heads = Store::heads(self.reach.host, bundle, &[]);
        let heads = heads.map_err(|error| unreachable_source(source, &error))?;
        let found = heads.iter().find(|(_, known)| known == id);
        let name = found.map(|(name, _)| name.to_string());
        let name = name.ok_or_else(|| {
            SourceError::new(
                "policy-source",
                format!("{source}: the bundle does not name it"),
            )
        })?;
        Ok(name.trim_end_matches("^{}").to_owned())
    }

    /// What the source's reference is, as the source says, or the bundle.
    fn target(&self, source: &GitSource) -> Result<Target, SourceError> {
        let mut names = match source.reference.as_deref() {
            None => vec!["HEAD".to_owned()],
            Some(full) if full.starts_with("refs/") => vec![full.to_owned()],
            Some(name) => vec![format!("refs/heads/{name}"), format!("refs/tags/{name}")],
        };
        let from: OsString = match self.bundle {
            Some(bundle) => {
                names.insert(0, kept_as(source));
                bundle.into()
            }
            None => OsString::from(&source.url),
        };
        if let Some(id) = source.whole_id() {
            let name = match self.bundle {
                Some(_) => self.bundled_as(source, &from, &id)?,
                None => id.to_string(),
            };
            let (commit, is_tag) = (None, false);
            return Ok(Target {
                id,
                commit,
                is_tag,
                name,
            });
        }
        let peeled = names.iter().map(|name| format!("{name}^{{}}"));
        let asked: Vec<String> = names.iter().cloned().chain(peeled).collect();
        let heads = Store::heads(self.reach.host, &from, &asked);
        let heads = heads.map_err(|error| unreachable_source(source, &error))?;
        let mut found = names.iter().filter_map(|name| target(&heads, name));
        let Some(first) = found.next() else {
            let told = format!("{source}: it has no branch and no tag of this name");
            return Err(SourceError::new("policy-source", told));
        };
        // In a bundle of our own the first name is the source's very own.
        if self.bundle.is_none() && found.next().is_some() {
            let told = format!(
                "{source}: it has a branch and a tag of this name: write `refs/heads/…` or `refs/tags/…`"
            );
            return Err(SourceError::new("policy-source", told));
        }
        Ok(first)
    }
}

fn target(heads: &Heads, name: &str) -> Option<Target> {
    let of = |name: &str| heads.iter().find(|(known, _)| known == name);
    let (_, id) = of(name)?;
    Some(Target {
        id: *id,
        commit: of(&format!("{name}^{{}}")).map(|(_, commit)| *commit),
        is_tag: name.starts_with("refs/tags/"),
        name: name.to_owned(),
    })
}

/// By which name the store keeps what was fetched last of a source.
fn kept_as(source: &GitSource) -> String {
    // A name of its own for each reference: Git has no `release` beside `release/42`.
    let name = source.reference.as_deref().unwrap_or("HEAD");
    let digest = hex_digest(format!("{} {name}", source.url).as_bytes());
    format!("refs/sources/{}", &digest[..32])
}

fn unreachable_source(source: &GitSource, error: &crate::git::Error) -> SourceError {
    SourceError::new(
        "policy-source",
        format!("{source} could not be fetched: {error}"),
    )
}
