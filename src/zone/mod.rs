//! Zones: which of them a change touches, and what it copies out of them.

mod copies;
pub mod gitmodules;
mod leads;
mod links;
mod markers;
mod matcher;
mod submodules;
mod touched;
mod twins;

pub use copies::{Added, Copied, Copies, Part, Past, Suspect};
pub use matcher::Matcher;
pub use touched::{Around, Lead, Likeness, Touched};
pub use twins::twins;
