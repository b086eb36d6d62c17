//! The canonical form of a policy and its digests: what `policy show` gives, and what pins it. For the loader.

use std::ops::Range;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::hex_digest;
use super::load::hex;
use super::yaml::{Node, canonical_json};

/// A policy's canonical form, with what it inherits.
#[derive(Clone, Debug)]
pub(super) struct Canonical {
    /// JSON by RFC 8785: a part of these bytes.
    pub(super) bytes: Arc<Vec<u8>>,
    pub(super) place: Range<usize>,
    /// Its SHA-256, hexadecimal.
    pub(super) sha256: String,
    /// The SHA-256 of a join of this one alone.
    pub(super) alone: String,
}

impl Canonical {
    /// Of a tree.
    pub(super) fn of(node: &Node) -> Self {
        let text = canonical_json(node).into_bytes();
        Self {
            sha256: hex_digest(&text),
            alone: joined([text.as_slice()]),
            place: 0..text.len(),
            bytes: Arc::new(text),
        }
    }

    /// The JSON.
    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(self.place.clone()).unwrap_or_default()
    }

    /// The SHA-256 of a join of these, in this order.
    pub(super) fn joined(all: &[Self]) -> String {
        match all {
            [one] => one.alone.clone(),
            all => joined(all.iter().map(Self::text)),
        }
    }
}

/// The digest of these as a list.
fn joined<'t>(texts: impl IntoIterator<Item = &'t [u8]>) -> String {
    let mut hash = Sha256::new_with_prefix("[");
    for (place, text) in texts.into_iter().enumerate() {
        if place > 0 {
            hash.update(",");
        }
        hash.update(text);
    }
    hash.update("]");
    hex(&hash.finalize())
}
