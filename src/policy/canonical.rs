//! The canonical form of a policy and its digests: what `policy show` gives, and what pins it. For the loader.

use super::hex_digest;
use super::yaml::{Node, canonical_json};

/// A policy's canonical form, with what it inherits.
#[derive(Clone, Debug)]
pub(super) struct Canonical {
    /// JSON by RFC 8785.
    pub(super) text: String,
    /// Its SHA-256, hexadecimal.
    pub(super) sha256: String,
    /// The SHA-256 of a join of this one alone.
    pub(super) alone: String,
}

impl Canonical {
    /// Of a tree.
    pub(super) fn of(node: &Node) -> Self {
        let text = canonical_json(node);
        Self {
            sha256: hex_digest(text.as_bytes()),
            alone: joined([text.as_str()]),
            text,
        }
    }

    /// The SHA-256 of a join of these, in this order.
    pub(super) fn joined(all: &[Self]) -> String {
        match all {
            [one] => one.alone.clone(),
            all => joined(all.iter().map(|one| one.text.as_str())),
        }
    }
}

fn joined<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let texts: Vec<&str> = texts.into_iter().collect();
    hex_digest(format!("[{}]", texts.join(",")).as_bytes())
}
