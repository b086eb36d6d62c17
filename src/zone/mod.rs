//! Zones: which of them a change touches.

mod leads;
mod links;
mod markers;
mod matcher;
mod submodules;
mod touched;
mod twins;

pub use matcher::Matcher;
pub use touched::{Around, Lead, Likeness, Touched};
pub use twins::twins;
