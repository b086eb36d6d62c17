//! A policy out of the store, held to what its lock says of it.

use super::address::GitSource;
use super::folder::{Folder, FolderError, Reach, entry, file_of};
use super::lock::{LOCK, Locked};
use super::signed::signed;
use super::stores::stores;
use crate::git::{self, Id, Kind, Repo, Store, peel_to_commit, tree_of};
use crate::policy::system::SystemError;
use crate::policy::yaml::{self, Limits, Node, canonical_json};
use crate::policy::{Policies, hex_digest};
use crate::text::show::shell_quoted;

/// A policy file as a commit has it.
#[derive(Debug)]
pub struct Stored {
    /// Its bytes.
    pub text: Vec<u8>,
    /// The commit.
    pub commit: Id,
    /// What lies beside it.
    pub folder: Folder,
}

/// Why a policy from Git does not judge, and with it nothing.
#[derive(Debug, thiserror::Error)]
#[error("{told}")]
pub struct SourceError {
    /// The `code` of an `incomplete` row.
    pub code: &'static str,
    /// The reason.
    pub told: String,
    /// One shell command that mends it, where there is one.
    pub mend: Option<String>,
}

impl SourceError {
    /// An error that no one command mends.
    pub fn new(code: &'static str, told: impl Into<String>) -> Self {
        let told = told.into();
        let mend = None;
        Self { code, told, mend }
    }

    /// The same, with the command that mends it.
    #[must_use]
    pub fn mended_by(self, mend: impl Into<String>) -> Self {
        let mend = Some(mend.into());
        Self { mend, ..self }
    }

    /// The same; where it is about the signature, with the command that takes a newer version.
    pub(super) fn unsigned(self, newer: Option<&str>) -> Self {
        match newer {
            Some(newer) if self.code == "policy-signature" => self.mended_by(newer),
            _ => self,
        }
    }

    /// No lock says which version of a source holds.
    pub fn unlocked(source: &GitSource) -> Self {
        let told = format!("no {LOCK} beside the policy says which commit of {source} holds");
        Self::new("policy-lock", told).mended_by("cordon policy update")
    }
}

impl From<git::Error> for SourceError {
    fn from(error: git::Error) -> Self {
        let mend = error.mend();
        Self {
            mend,
            ..Self::new(error.code(), error.to_string())
        }
    }
}

impl From<SystemError> for SourceError {
    fn from(error: SystemError) -> Self {
        let mend = error.mend();
        Self {
            mend,
            ..Self::new("policy-system", error.to_string())
        }
    }
}

impl From<FolderError> for SourceError {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::Git(error) => error.into(),
            other => Self::new("policy-source", other.to_string()),
        }
    }
}

/// The policy that a lock names. `mend` fills the store with it.
pub fn stored(locked: &Locked, reach: Reach<'_>, mend: &str) -> Result<Stored, SourceError> {
    let at = |told: String| format!("{}: {told}", locked.source);
    let mut unread = None;
    for store in stores(reach) {
        // What another has under these ids is the same.
        let repo = match store.reader(reach.host, &locked.commit) {
            Ok(Some(repo)) => repo,
            Ok(None) => continue,
            Err(error) => {
                unread.get_or_insert(error);
                continue;
            }
        };
        // A version that was fetched since has the commit among its ancestors, and not the tag.
        let of_tag = locked.tag.map_or(Ok(true), |tag| repo.has(&tag));
        if !(of_tag? && repo.has(&locked.commit)?) {
            continue;
        }
        let newer = newer_version(&locked.source, reach);
        let read = held(&*repo, &store, locked, reach, newer);
        let read = read.map_err(|error| of_store(error, &locked.source, &store, Some(mend)))?;
        let facts = facts_of(&read.text, reach.cache).ok_or_else(|| {
            SourceError::new("policy-source", at("the file is no policy".to_owned()))
        })?;
        held_to(locked, facts).map_err(|error| SourceError {
            told: at(error.told),
            ..error
        })?;
        return Ok(read);
    }
    if let Some(error) = unread {
        return Err(error.into());
    }
    let what = match &locked.tag {
        Some(tag) => format!("the tag {tag}"),
        None => format!("the commit {}", locked.commit),
    };
    let told = at(format!("{what} is not in the store of policies"));
    Err(SourceError::new("policy-source", told).mended_by(mend))
}

/// Why a source was not read out of a store. What is damaged there is taken away and fetched again.
pub(super) fn of_store(
    error: SourceError,
    source: &GitSource,
    store: &Store,
    mend: Option<&str>,
) -> SourceError {
    if !matches!(error.code, "corrupt-object" | "missing-object") {
        let told = format!("{source}: {}", error.told);
        return SourceError { told, ..error };
    }
    let folder = shell_quoted(store.folder().as_os_str().as_encoded_bytes());
    let mend = folder.zip(mend);
    let mend = mend.map(|(word, mend)| format!("rm -rf {word} && {mend}"));
    let told = format!("{source}: the store of policies is damaged: {}", error.told);
    SourceError {
        mend,
        ..SourceError::new("policy-source", told)
    }
}

/// A policy's tree as it is written; `None` where it is none.
pub(super) fn parsed(text: &[u8]) -> Option<Node> {
    let mut problems = Vec::new();
    let node = yaml::parse(0, text, &Limits::ORG, &mut problems);
    node.filter(|_| problems.is_empty())
}

/// The SHA-256 of a policy as written, and its version.
pub(super) fn facts(node: &Node) -> (String, Option<u64>) {
    let version = yaml::at(node, &["policy", "version"]).and_then(Node::text);
    let digest = hex_digest(canonical_json(node).as_bytes());
    (digest, version.and_then(|version| version.parse().ok()))
}

/// The same of a text, out of the cache where that has it; `None` where it is no policy.
fn facts_of(text: &[u8], cache: Option<&Policies>) -> Option<(String, Option<u64>)> {
    let known = || parsed(text).as_ref().map(facts);
    match cache {
        Some(cache) => cache.facts(text, known),
        None => known(),
    }
}

/// Whether a policy is the one that was locked, and not older than what was seen.
fn held_to(locked: &Locked, (sha256, version): (String, Option<u64>)) -> Result<(), SourceError> {
    if sha256 != locked.sha256 {
        let told = format!(
            "the policy has the SHA-256 {sha256}, and {LOCK} says {}",
            locked.sha256
        );
        return Err(SourceError::new("policy-digest", told).mended_by("cordon policy update"));
    }
    not_older(locked.version, version)
}

/// Whether a version may follow another.
pub(super) fn not_older(floor: Option<u64>, version: Option<u64>) -> Result<(), SourceError> {
    let Some(floor) = floor else {
        return Ok(());
    };
    if version.is_some_and(|version| version >= floor) {
        return Ok(());
    }
    let found = version.map_or_else(|| "none".to_owned(), |version| version.to_string());
    let told =
        format!("the policy's version is {found}, and {floor} was seen already: it only goes up");
    Err(SourceError::new("policy-rollback", told))
}

/// The command that takes a newer version of what is locked: none on a server, where no lock is written, and
/// none where a whole id is named, which leads to no other.
fn newer_version(source: &GitSource, reach: Reach<'_>) -> Option<&'static str> {
    let moves = source.whole_id().is_none() && !reach.serves();
    moves.then_some("cordon policy update")
}

/// The file of a commit, every object of the way to it hashed, and signed where somebody asks for that.
/// `newer` takes another version, if one that is not signed rightly has any.
pub(super) fn held(
    repo: &dyn Repo,
    store: &Store,
    locked: &Locked,
    reach: Reach<'_>,
    newer: Option<&str>,
) -> Result<Stored, SourceError> {
    let read = taken(repo, store, locked)?;
    signed(repo, locked, reach).map_err(|error| error.unsigned(newer))?;
    Ok(read)
}

/// The same, signed or not: for what is no more than compared.
pub(super) fn taken(
    repo: &dyn Repo,
    store: &Store,
    locked: &Locked,
) -> Result<Stored, SourceError> {
    if let Some(tag) = &locked.tag
        && peel_to_commit(repo, tag)? != Some(locked.commit)
    {
        let told = format!(
            "the tag {tag} does not lead to the commit {}",
            locked.commit
        );
        return Err(SourceError::new("policy-source", told));
    }
    // A commit's id says its kind only once it is read as one.
    repo.read(&locked.commit, Kind::Commit)?;
    let tree = tree_of(repo, &locked.commit)?;
    let path = locked.source.path.as_str();
    let cap = Limits::ORG.bytes as u64;
    let text = file_of(repo, &tree, path, cap)?;
    let text = text.ok_or_else(|| {
        let told = format!("the commit {} has no file {path}", locked.commit);
        SourceError::new("policy-source", told)
    })?;
    let beside = match path.rsplit_once('/') {
        Some((folder, _)) => entry(repo, &tree, folder)?.map_or(tree, |(_, id)| id),
        None => tree,
    };
    Ok(Stored {
        text,
        commit: locked.commit,
        folder: Folder::Stored {
            store: store.clone(),
            tree: beside,
        },
    })
}
