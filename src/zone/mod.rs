//! Zones: which of them a change touches.

mod markers;
mod matcher;

pub use matcher::{Matcher, Touched};
