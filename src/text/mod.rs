//! Bytes that came from outside: where they are, how they are shown, what they look like.
//!
//! The lowest module: it imports nothing of ours, and everybody may call it.

pub mod clean;
pub mod decode;
pub mod fold;
pub mod hidden;
pub mod landing;
pub mod line_index;
pub mod script;
pub mod shape;
pub mod show;
pub mod span;
pub mod wrap;

pub use clean::{Clean, Redact, redacted};
pub use line_index::LineIndex;
pub use span::{Span, Spanned};
