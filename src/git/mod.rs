//! The repository as facts: objects, references, index, commits, changes. Knows nothing of policy.
//!
//! The only user of git2, and of that only as a reader of references, configuration, ancestry and
//! objects: trees are compared, and messages and the index parsed here, from raw bytes, so that
//! attributes, filters, text conversions and replace refs cannot blind us. In long histories packs are
//! read here too. Where libgit2 cannot read, Git's own commands do.

mod alias;
mod blobs;
mod change;
mod commit;
mod distance;
mod error;
mod files;
mod hash;
mod history;
mod id;
mod index;
mod libgit2;
mod lines;
mod loose;
mod loose_object;
mod memory;
mod merge;
mod message;
mod moved;
mod notes;
mod open;
mod pack;
mod peel;
mod plumbing;
mod range;
mod remote;
mod repo;
mod served;
mod signature;
mod squash;
mod squash_message;
mod staged;
mod store;
#[cfg(test)]
pub(crate) mod testing;
mod trailer;
mod tree;

pub use alias::end_of;
pub use blobs::{Blob, Blobs};
pub use change::{Change, FileMode, Op, tree_changes};
pub use commit::{Commit, Identity, Message};
pub use error::{Error, Result};
pub use history::History;
pub use id::Id;
pub use index::{CachedTree, Index, IndexEntry};
pub use lines::{AddedRun, added_lines, added_to_all, changed_lines};
pub use memory::{Files, Memory, NewCommit};
pub use merge::{base_trees, commit_changes, merge_changes, tree_of};
pub use message::{Cleanup, CommentStyle};
pub use moved::{Sense, picked_from, quoted, reverted, same_patch};
pub use notes::Notes;
pub use open::{Open, Opening, Reader, open};
pub use pack::read_pack;
pub use peel::{Peeled, empty_tree, peel, peel_to_commit};
pub use range::{Line as PushLine, RefUpdate, Walked, walk};
pub use remote::{Depth, Remote};
pub use repo::{Facts, Header, Kind, Repo};
pub use served::{
    DefaultBranch, DefaultNames, NamespaceDefaults, Standing, Taken, default_branch,
    is_namespace_head,
};
pub use signature::{Signature, commit_signature, of_commit, of_tag};
pub use squash::{squashed_authors, unsquashed};
pub use squash_message::{GithubMessage, GithubTitle, Habit, Pull};
pub use staged::{index_changes, index_tree, merge_heads, staged_changes};
pub use store::{Heads, Store};
pub use trailer::{Fault, Reading, Trailer, lenient_trailers, trailers};
pub use tree::{Object, TreeReader};
