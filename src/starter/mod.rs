//! A first policy for a repository: looks at what is tracked and who commits, and writes a commented
//! `.cordon.yml`. For `cordon policy init`.
//!
//! It only reads, asks nobody, and gives the same text for the same commit. Names from the repository
//! are hostile: one becomes part of a pattern only where it can be written so that it reads back.

mod areas;
mod history;
mod owners;
mod survey;
mod write;

use crate::git::{self, Blobs, Index, Repo};
use crate::host::Host;
use crate::policy::yaml::Limits;
use crate::policy::{
    LoadError, Loader, Policy, RepositoryNameError, Vocabulary, packs, repository_name,
};
use history::History;
use owners::Owners;
use survey::Survey;

/// Why there is no first policy.
#[derive(Debug, thiserror::Error)]
pub enum StarterError {
    /// The repository could not be read.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// Nobody knows its name for sure.
    #[error(transparent)]
    Name(#[from] RepositoryNameError),
    /// The built-in policy is broken.
    #[error("{0}")]
    Builtin(LoadError),
}

/// A first policy, and what it is made of.
#[derive(Debug)]
pub struct Starter {
    /// The text of `.cordon.yml`.
    pub text: String,
    /// How many zones it draws.
    pub zones: usize,
    /// How many commits were looked at.
    pub commits: usize,
    /// How many of them an agent took part in.
    pub by_agents: usize,
}

/// Looks at a repository and writes a first policy for it.
pub fn starter(
    repo: &dyn Repo,
    host: &Host,
    vocabulary: Vocabulary,
) -> Result<Starter, StarterError> {
    let index = tracked(repo)?;
    let builtin = builtin(vocabulary)?;
    let survey = Survey::new(&index, &builtin);
    let owners = Owners::read(&index, &Blobs::new(repo, owners::LARGEST))?;
    let history = History::read(repo)?;
    let text = write::policy(&id(repo, host)?, &survey, &owners, &history);
    Ok(Starter {
        zones: survey.zones().count(),
        commits: history.commits,
        by_agents: history.by_agents,
        text,
    })
}

/// The index. What is not tracked is nobody's business.
fn tracked(repo: &dyn Repo) -> Result<Index, git::Error> {
    let mut index = repo.index()?;
    index.entries.dedup_by(|one, other| one.path == other.path);
    Ok(index)
}

/// What holds already, where there is no policy.
fn builtin(vocabulary: Vocabulary) -> Result<Policy, StarterError> {
    let mut loader = Loader::new(vocabulary);
    let text = packs::DEFAULT.as_bytes();
    let Some((_, authority)) = loader.read(packs::DEFAULT_NAME, text, &Limits::ORG, false) else {
        return Err(StarterError::Builtin(LoadError::Invalid(Vec::new())));
    };
    Ok(Policy::join(vec![authority], loader.sources))
}

/// A name for the policy: the repository's, in letters, digits and hyphens.
fn id(repo: &dyn Repo, host: &Host) -> Result<String, StarterError> {
    let known = repository_name(repo, &Policy::default(), &host.env)?;
    let folder = repo.facts().work_dir.as_ref().and_then(|dir| {
        let name = dir.file_name()?;
        Some(name.to_string_lossy().into_owned())
    });
    let name = known.or(folder).unwrap_or_default();
    let last = name.rsplit('/').next().unwrap_or_default();
    let mut id = String::new();
    for character in last.chars().take(60) {
        match character.to_ascii_lowercase() {
            plain @ ('a'..='z' | '0'..='9') => id.push(plain),
            _ if id.ends_with('-') || id.is_empty() => {}
            _ => id.push('-'),
        }
    }
    let id = id.trim_end_matches('-');
    // A bare number would be one for YAML too.
    let usable = id.starts_with(|c: char| c.is_ascii_lowercase());
    Ok(if usable { id } else { "my-repository" }.to_owned())
}
