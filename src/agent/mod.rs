//! Which agent took part in a commit, and by what evidence.
//!
//! Data in (`policies/agents/*.yml`, embedded as [`Catalogue`]), commits and trailers in, and
//! [`Attribution`] out. Knows nothing of policy: whether an agent may do so is for the rules.

mod assisted_by;
mod attribution;
mod catalogue;
mod environment;
mod evidence;
mod mailbox;
mod mark;
pub mod model;
pub mod raw;

#[cfg(test)]
mod tests;

pub use assisted_by::{claims_work, names_agent, stamp_value};
pub use attribution::{Attribution, AttributionKind, Claim, attribute};
pub use catalogue::{Catalogue, UNLISTED};
pub use environment::environment;
pub use evidence::{Evidence, EvidenceKind, Signs, Strength};
pub use raw::Entry;
