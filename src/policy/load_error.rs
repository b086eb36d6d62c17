//! Why there is no policy to judge by. For the loader, and for `check`, which makes rows of it.

use super::origin::SourceError;
use super::system::SystemError;
use crate::git;

/// Why there is no policy to judge by.
#[derive(Debug)]
pub enum LoadError {
    /// The repository could not be read.
    Git(git::Error),
    /// A file of the system authority is not believed.
    System(SystemError),
    /// A policy from Git could not be had, or is not what its lock says.
    Source(SourceError),
    /// Files have problems: a code and `file:line:column: message`, one for each.
    Invalid(Vec<(&'static str, String)>),
    /// The organisation's policy is not the one that was pinned.
    Digest {
        /// Its name.
        name: String,
        /// The digest of its bytes.
        found: String,
    },
}

impl LoadError {
    /// Whether a policy is to blame, and not the repository that is judged.
    pub(super) fn is_of_policy(&self) -> bool {
        match self {
            Self::Invalid(_) => true,
            Self::Source(error) => error.code.starts_with("policy-"),
            Self::Git(_) | Self::System(_) | Self::Digest { .. } => false,
        }
    }
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Git(error) => error.fmt(f),
            Self::System(error) => error.fmt(f),
            Self::Source(error) => error.fmt(f),
            Self::Invalid(problems) => problems
                .iter()
                .try_for_each(|(_, line)| writeln!(f, "{line}")),
            Self::Digest { name, found } => {
                write!(
                    f,
                    "{name} has the SHA-256 {found}, which is not the pinned one"
                )
            }
        }
    }
}
