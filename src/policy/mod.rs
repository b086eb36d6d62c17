//! The policy: as written ([`raw`]) → validated (`validate`, all problems at once) → one
//! [`Authority`] each → joined ([`Policy`]).
//!
//! Between authorities there is a lattice: a question is put to each of them, and the strictest
//! answer holds. So the join never weakens, whatever the order. Rules ask [`Policy`]; only `check`
//! and `cli` load one.

mod accounts;
mod authority;
mod automation;
mod builds_on;
mod cache;
mod canonical;
mod copy_out;
mod export;
mod file;
mod groups;
mod inspect;
mod join;
mod lattice;
mod left_out;
mod load;
mod load_error;
mod loader;
mod model_id;
mod models;
mod mutants;
mod named;
pub mod origin;
mod own;
mod own_path;
pub mod packs;
mod path_index;
mod path_table;
mod paths;
pub mod pending;
mod people;
pub mod problem;
pub mod raw;
mod reference;
mod repository;
mod reviews;
mod rollback;
mod ruling;
mod schema;
mod secrets;
mod show;
mod signers;
mod source;
mod system;
mod trusted;
mod unused;
mod validate;
mod vocabulary;
pub mod waiver;
mod weakened;
mod wildcard;
mod written;
pub mod yaml;

pub use accounts::{Account, AccountSign, Accounts};
pub use authority::{AgentEntry, Authority, Forbid, Limits, Require, Role, RuleSetting, ZoneEntry};
pub use automation::{Automation, Bots, Made};
pub use builds_on::Beside;
pub use cache::Policies;
pub use copy_out::CopyOut;
pub use export::{Found, LARGEST_EXPORT, ReadExport, Signed};
pub use file::Standing;
pub use groups::{Export, Group, Groups, Holders};
pub use join::{Policy, Registered, WARN_DAYS, Zone};
pub use left_out::left_out;
pub use load::{
    Given, Layer, Loaded, Outside, hex_digest, load, load_alone, load_kept, standing_above,
};
pub use load_error::LoadError;
pub use loader::Loader;
pub use model_id::ModelId;
pub use models::{CLAUDE_TIERS, ModelPattern, ModelPatternError};
pub use mutants::{Mutant, Original, Relaxation, Relaxed};
pub use named::sources_of;
pub use own::{Own, folded};
pub use own_path::{PolicyPath, policy_path};
pub use path_table::PathTable;
pub use paths::{FoldedPath, PathList, PathSet, PatternError};
pub use people::People;
pub use problem::render;
pub use raw::{
    AccountClass, HumanProof, InlineAllow, Permission, QUESTIONS, RawCatalogueEntry, RawReviewItem,
    Status, ZoneClass,
};
pub use reference::reference;
pub use repository::{RepositoryNameError, repository_name};
pub use reviews::{Review, Reviews};
pub use ruling::Ruling;
pub use schema::{policy_schema, policy_tests_schema};
pub use secrets::{OwnDetector, Secrets};
pub use show::{RuleDefault, Shown, show};
pub use signers::{CommitSignature, SignedBy, Signers};
pub use source::Sources;
pub use system::{SystemError, is_system_file};
pub use trusted::{FILE as OWN_FILE, Judged, PushSide, export_trees, trusted_trees};
pub use unused::{UnusedError, unused_patterns};
pub use validate::{MARKER_REACH, exact_date};
pub use vocabulary::{Judges, SignKind, Taken, Vocabulary};
pub use weakened::{Difference, Effect, Part, Version, Versions, Weakening};
pub use written::Written;
