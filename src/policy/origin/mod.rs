//! Where policies come from: Git repositories by lock and store, files beside a policy.
//!
//! Reading never uses the network: what a lock names is in the store, by its id and its digest, or the run
//! is incomplete. `update` alone fetches.

mod address;
mod folder;
mod lock;
mod lock_change;
mod outside;
mod signed;
mod stored;
mod stores;
mod update;

pub use address::{GitSource, is_address};
pub use folder::{Folder, FolderError, Reach, file_of};
pub use lock::{LOCK, Lock, Locked};
pub use lock_change::lock_change;
pub use outside::{fetch_command, outside};
pub use stored::{SourceError, Stored, stored};
pub use stores::stores;
pub use update::{Fetched, Fetcher};
