//! Zones: which of them a change touches.

mod matcher;

pub use matcher::Matcher;
