//! What was read of zones, kept in files below the repository's common Git directory: only believed if it is
//! of the very texts that are asked for. `docs/threat-model.md` says who may write there.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::index::{Prints, Text};
use crate::cache;

/// The folder, below the common Git directory.
const FOLDER: &str = "cordon/zones";
/// The form of the files, and of the shingles in them.
const FORM: &[u8] = b"cordon zones 4\n";
/// Files that are kept.
const FILES: usize = 8;
/// Bytes of a number and its text.
const PAIR: usize = 12;

/// The cache of one repository.
#[derive(Clone, Debug)]
pub(super) struct Cache(cache::Cache);

impl Cache {
    /// The cache below a common Git directory. Nothing is made of it before something is kept.
    pub(super) fn below(common_dir: &Path) -> Self {
        Self(cache::Cache::at(common_dir.join(FOLDER), FILES))
    }

    /// What was kept of these texts.
    pub(super) fn get(&self, texts: &[Text]) -> Option<Prints> {
        parse(&self.0.get(&name(texts))?, texts.len())
    }

    /// Keeps what was read of these texts, where that can be written.
    pub(super) fn put(&self, texts: &[Text], prints: &Prints) {
        self.0.put(&name(texts), &bytes(prints));
    }
}

/// The digest of what the texts are and where they lie.
fn name(texts: &[Text]) -> String {
    use std::fmt::Write as _;
    let mut hash = Sha256::new_with_prefix(FORM);
    hash.update(env!("CARGO_PKG_VERSION"));
    for text in texts {
        hash.update(text.blob.as_bytes());
    }
    hash.finalize()
        .iter()
        .fold(String::new(), |mut name, byte| {
            // Writing to a String cannot fail.
            let _ = write!(name, "{byte:02x}");
            name
        })
}

fn bytes(prints: &Prints) -> Vec<u8> {
    let pairs = prints.shingles.len() + prints.wholes.len();
    let mut out = Vec::with_capacity(8 + pairs * PAIR);
    out.extend((prints.shingles.len() as u64).to_le_bytes());
    for (hash, text) in prints.shingles.iter().chain(&prints.wholes) {
        out.extend(hash.to_le_bytes());
        out.extend(text.to_le_bytes());
    }
    out
}

fn parse(raw: &[u8], texts: usize) -> Option<Prints> {
    let (count, rest) = raw.split_first_chunk::<8>()?;
    let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
    let (pairs, []) = rest.as_chunks::<PAIR>() else {
        return None;
    };
    let pair = |raw: &[u8; PAIR]| {
        let (hash, text) = raw.split_first_chunk::<8>()?;
        let text = u32::from_le_bytes(text.try_into().ok()?);
        Some((u64::from_le_bytes(*hash), text))
    };
    let pairs: Vec<(u64, u32)> = pairs.iter().map(pair).collect::<Option<_>>()?;
    let (shingles, wholes) = pairs.split_at_checked(count)?;
    let known = |pairs: &[(u64, u32)]| {
        pairs.is_sorted() && pairs.iter().all(|(_, text)| (*text as usize) < texts)
    };
    (known(shingles) && known(wholes)).then(|| Prints {
        shingles: shingles.to_vec(),
        wholes: wholes.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::Id;

    fn text(byte: u8) -> Text {
        Text {
            blob: Id::from_bytes(&[byte; 20]).unwrap(),
            places: [(0, "a".into())].into(),
            since: 0,
        }
    }

    fn prints() -> Prints {
        let mut prints = Prints::default();
        prints.add(0, Some(9), &[5, 6, 7, 8]);
        prints.add(1, None, &[1]);
        prints.sort();
        prints
    }

    #[test]
    fn what_is_kept_is_found_and_for_no_other_texts() {
        let temp = tempfile::tempdir().unwrap();
        let cache = Cache::below(temp.path());
        let texts = [text(1), text(2)];
        assert_eq!(cache.get(&texts), None);
        cache.put(&texts, &prints());
        assert_eq!(cache.get(&texts), Some(prints()));
        assert_eq!(cache.get(&[text(2), text(1)]), None);
    }

    #[test]
    fn what_is_of_fewer_texts_or_out_of_order_counts_as_none() {
        let good = bytes(&prints());
        assert_eq!(parse(&good, 2), Some(prints()));
        assert_eq!(parse(&good, 1), None);
        let mut wrong = prints();
        wrong.shingles.reverse();
        assert_eq!(parse(&bytes(&wrong), 2), None);
        for at in 0..good.len() {
            drop(parse(&good[..at], 2));
        }
    }
}
