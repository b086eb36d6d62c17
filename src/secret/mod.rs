//! Secrets in texts: where they are, and how they are kept out of every output.
//!
//! Rules call [`Engine::scan`] and [`Engine::scan_file`]; whatever shows a foreign text calls a
//! [`crate::text::Redact`], that is an [`Engine`] or a [`Redactor`]. Detectors are data, in
//! `policies/secrets/`. A secret's text never leaves this module, not even in `Debug`.

pub mod decode;
mod detector;
mod engine;
mod filter;
mod hit;
pub mod kind;
pub mod mark;
mod own;
mod pass;
mod pem;
#[cfg(test)]
mod properties;
pub mod raw;
mod redact;
#[cfg(test)]
mod template;
#[cfg(test)]
mod tests;
mod url;

pub use engine::{Engine, Error};
pub use hit::{Hit, Place};
pub use pem::spans_lines;
pub use redact::{Learned, Redactor};
