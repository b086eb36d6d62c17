//! Secrets in texts: where they are, and how they are kept out of every output.
//!
//! Rules call [`Engine::scan`] on each of [`crate::text::decode::READINGS`]; whatever shows a foreign text calls a
//! [`crate::text::Redact`], that is an [`Engine`] or a [`Redactor`]. Detectors are data, in
//! `policies/secrets/`. A secret's text never leaves this module, not even in `Debug`.

mod assign;
mod detector;
mod engine;
mod example;
mod filter;
mod form;
mod hit;
mod joined;
mod keywords;
pub mod kind;
pub mod mark;
mod near;
mod own;
mod pass;
mod pem;
#[cfg(test)]
mod properties;
mod random;
pub mod raw;
mod redact;
mod spelled;
mod template;
#[cfg(test)]
mod tests;
mod url;

pub use engine::{Engine, Error, Unread};
pub use example::made_up;
pub use form::Refused;
pub use hit::Hit;
pub use pem::spans_lines;
pub use redact::{Learned, Redactor};
