//! The repository's name: what the platform says, else Git's configuration, else the trusted side,
//! else the path of `origin`. Where trusted sides contradict one another nobody knows it.

use std::collections::BTreeMap;

use bstr::{BString, ByteSlice as _};

use super::Policy;
use crate::git::{self, Repo};

/// The variables by which platforms name the repository, in the order of their weight.
const PLATFORM: &[&str] = &[
    "GITHUB_REPOSITORY",
    "CI_PROJECT_PATH",
    "GL_PROJECT_PATH",
    "GL_REPO",
];

/// Why the name could not be found.
#[derive(Debug, thiserror::Error)]
pub enum RepositoryNameError {
    /// The repository could not be read.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// A repository cannot rename itself out of a zone.
    #[error(
        "the policy says that this repository is {says}, and the platform says that it is {platform}"
    )]
    Contradiction {
        /// What the trusted side says.
        says: String,
        /// What the platform says.
        platform: String,
    },
}

/// The repository's name as `owner/name`, if anybody knows it.
pub fn repository_name(
    repo: &dyn Repo,
    policy: &Policy,
    env: &BTreeMap<BString, BString>,
) -> Result<Option<String>, RepositoryNameError> {
    name(repo, &policy.repository_names(), env)
}

/// The same, where the policy has these names for it.
pub(super) fn name(
    repo: &dyn Repo,
    says: &[&str],
    env: &BTreeMap<BString, BString>,
) -> Result<Option<String>, RepositoryNameError> {
    let platform = PLATFORM.iter().find_map(|name| {
        let value = env.get(name.as_bytes().as_bstr())?;
        (!value.is_empty()).then(|| value.to_string())
    });
    if let Some(platform) = platform {
        let mut others = says
            .iter()
            .filter(|says| !platform.eq_ignore_ascii_case(says));
        return match others.next() {
            Some(says) => Err(RepositoryNameError::Contradiction {
                says: (*says).to_owned(),
                platform,
            }),
            None => Ok(Some(platform)),
        };
    }
    if let Some(configured) = repo.config("cordon.repository")? {
        return Ok(Some(configured.to_string()));
    }
    match says {
        [] => Ok(repo
            .config("remote.origin.url")?
            .and_then(|url| path_of(&url.to_string()))),
        [one] => Ok(Some((*one).to_owned())),
        // Whoever has a branch of his own could else choose which zones are of the repository.
        _ => Ok(None),
    }
}

/// An address's path, without `.git`: `git@host:acme/radio.git` is `acme/radio`. A path that is
/// relative to where nobody knows names nothing.
fn path_of(url: &str) -> Option<String> {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None if url.starts_with(['/', '.']) => url,
        None => url.split_once(':').map_or(url, |(_, path)| path),
    };
    let path = path.trim_matches('/');
    let path = path
        .strip_suffix(".git")
        .unwrap_or(path)
        .trim_end_matches('/');
    let odd = path.split('/').any(|part| matches!(part, "" | "." | ".."));
    (!odd).then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn addresses_give_owner_and_name() {
        for (url, name) in [
            ("https://git.example/acme/radio.git", "acme/radio"),
            ("git@git.example:acme/radio.git", "acme/radio"),
            (
                "ssh://git@git.example:2222/group/acme/radio/",
                "group/acme/radio",
            ),
            ("https://git.example/acme/sub/web", "acme/sub/web"),
            ("/srv/git/radio.git", "srv/git/radio"),
        ] {
            assert_eq!(path_of(url).as_deref(), Some(name), "{url}");
        }
        for url in ["", "../radio", "./radio", "https://git.example/"] {
            assert_eq!(path_of(url), None, "{url}");
        }
    }
}
