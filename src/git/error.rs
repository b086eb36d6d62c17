//! What can go wrong when a repository is read, and the command that mends it.

use super::Id;

/// The result of reading a repository.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An object that ought to be there is not.
    #[error("the object {0} is missing")]
    Missing(Id),
}
