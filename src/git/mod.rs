//! The repository as facts: objects, references, index, commits, changes. Knows nothing of policy.
//!
//! The only user of git2, and of that only as a reader of objects, references and the index: trees
//! are compared and messages are parsed here, from raw bytes, so that attributes, filters, text
//! conversions and replace refs cannot blind us.

mod change;
mod commit;
mod error;
mod id;
mod repo;
mod trailer;

pub use change::{Change, FileMode, Op};
pub use commit::{Commit, Identity, Message};
pub use error::{Error, Result};
pub use id::Id;
pub use repo::{Facts, Header, Index, IndexEntry, Kind, Repo};
pub use trailer::{Fault, Reading, Trailer};
