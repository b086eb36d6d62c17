//! Which agent took part in a commit, and by what evidence.
//!
//! Data in (`policies/agents/*.yml`, embedded as [`Catalogue`]), commits and trailers in, and
//! [`Attribution`] out. Knows nothing of policy: whether an agent may do so is for the rules.

mod account;
mod assisted_by;
mod attribution;
mod catalogue;
mod claim_key;
mod environment;
mod evidence;
mod house;
mod mailbox;
mod mark;
pub mod model;
mod note;
mod page;
mod process;
pub mod raw;
mod trace;
mod under;
mod words;

#[cfg(test)]
mod tests;

pub use account::{AccountHint, account_hints};
pub use assisted_by::{names_agent, stamp_value};
pub use attribution::{Attribution, AttributionKind, Claim, attribute};
pub use catalogue::{Catalogue, UNLISTED};
pub use claim_key::claims_work;
pub use environment::{environment, surroundings};
pub use evidence::{Evidence, EvidenceKind, Signs, Strength};
pub use note::{NOTES, note_evidence};
pub use page::{kinds_of_signs, page};
pub use raw::{AccountClass, Entry};
pub use trace::{TraceRecord, is_trace_path, trace_records};
pub use under::{Under, under};
