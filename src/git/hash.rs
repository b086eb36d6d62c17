//! Object ids worked out in memory.

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::{Error, Id, Kind, Result};

/// The id of a tree with this content, in a repository whose ids have that length.
///
/// Git detects SHA-1 collisions where it stores an object. Nothing is stored here, and two trees of
/// one id are one tree to Git.
pub(super) fn tree_id(raw: &[u8], id_length: usize) -> Option<Id> {
    object_id(Kind::Tree, raw, id_length)
}

/// The id of an object with this content.
pub(super) fn object_id(kind: Kind, raw: &[u8], id_length: usize) -> Option<Id> {
    let header = format!("{} {}\0", kind.name(), raw.len());
    if id_length == 32 {
        let hash = Sha256::new().chain_update(header).chain_update(raw);
        Id::from_bytes(&hash.finalize())
    } else {
        let hash = Sha1::new().chain_update(header).chain_update(raw);
        Id::from_bytes(&hash.finalize())
    }
}

/// Whether an object has the id of its content.
pub(super) fn check_id(id: &Id, kind: Kind, raw: &[u8]) -> Result<()> {
    if object_id(kind, raw, id.as_bytes().len()) == Some(*id) {
        return Ok(());
    }
    let what = "its content has another id";
    Err(Error::Corrupt { id: *id, what })
}

/// Whether `sum` is the digest of `raw`, by the algorithm that has digests of that length.
pub(super) fn is_sum_of(sum: &[u8], raw: &[u8]) -> bool {
    match sum.len() {
        20 => Sha1::digest(raw).as_slice() == sum,
        32 => Sha256::digest(raw).as_slice() == sum,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::empty_tree;

    #[test]
    fn the_empty_tree_has_its_known_ids() {
        for length in [20, 32] {
            assert_eq!(
                tree_id(b"", length).unwrap().to_string(),
                empty_tree(length)
            );
        }
    }
}
