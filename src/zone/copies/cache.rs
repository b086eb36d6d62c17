//! What was read of zones, kept in files below the repository's common Git directory.
//!
//! The only place where a check writes. A file is written beside its place and moved there, and is
//! only believed if it is whole and of the very texts that are asked for; else it counts as none, and
//! so does one that cannot be read or written. Its digest finds damage, not malice: see
//! `docs/threat-model.md` for who may write there.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::index::{Prints, Text};

/// The folder, below the common Git directory.
const FOLDER: &str = "cordon/zones";
/// The form of the files, and of the shingles in them.
const FORM: &[u8] = b"cordon zones 3\n";
/// Files that are kept.
const FILES: usize = 8;
/// Bytes of a digest.
const DIGEST: usize = 32;
/// Bytes of a number and its text.
const PAIR: usize = 12;

/// The cache of one repository.
#[derive(Clone, Debug)]
pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache below a common Git directory. Nothing is made of it before something is kept.
    pub(super) fn below(common_dir: &Path) -> Self {
        Self {
            folder: common_dir.join(FOLDER),
        }
    }

    /// What was kept of these texts.
    pub(super) fn get(&self, texts: &[Text]) -> Option<Prints> {
        let key = key(texts);
        let raw = fs::read(self.folder.join(name(&key))).ok()?;
        parse(&raw, &key, texts.len())
    }

    /// Keeps what was read of these texts, where that can be written.
    pub(super) fn put(&self, texts: &[Text], prints: &Prints) {
        // What cannot be kept is read again the next time: a repository may be read-only.
        let _ = self.write(&key(texts), prints);
    }

    fn write(&self, key: &[u8], prints: &Prints) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let name = name(key);
        let beside = self.folder.join(format!("{name}.{}", std::process::id()));
        // Never through a link that somebody put there.
        let mut file = fs::File::create_new(&beside)?;
        let written = file
            .write_all(&bytes(key, prints))
            .and_then(|()| fs::rename(&beside, self.folder.join(name)));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written?;
        self.prune()
    }

    /// Takes all but the newest files away, those too that were left half written.
    fn prune(&self) -> std::io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            files.push((entry.metadata()?.modified()?, entry.path()));
        }
        files.sort_by(|one, other| other.cmp(one));
        files
            .iter()
            .skip(FILES)
            .try_for_each(|(_, path)| fs::remove_file(path))
    }
}

/// The digest of what the texts are and where they lie.
fn key(texts: &[Text]) -> Vec<u8> {
    let mut hash = Sha256::new_with_prefix(FORM);
    hash.update(env!("CARGO_PKG_VERSION"));
    for text in texts {
        hash.update(text.blob.as_bytes());
    }
    hash.finalize().to_vec()
}

fn name(key: &[u8]) -> String {
    use std::fmt::Write as _;
    key.iter().fold(String::new(), |mut name, byte| {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

fn bytes(key: &[u8], prints: &Prints) -> Vec<u8> {
    let pairs = prints.shingles.len() + prints.wholes.len();
    let mut out = Vec::with_capacity(FORM.len() + 2 * DIGEST + 8 + pairs * PAIR);
    out.extend(FORM);
    out.extend(key);
    out.extend((prints.shingles.len() as u64).to_le_bytes());
    for (hash, text) in prints.shingles.iter().chain(&prints.wholes) {
        out.extend(hash.to_le_bytes());
        out.extend(text.to_le_bytes());
    }
    let digest = Sha256::digest(&out);
    out.extend(digest);
    out
}

fn parse(raw: &[u8], key: &[u8], texts: usize) -> Option<Prints> {
    let (body, digest) = raw.split_at_checked(raw.len().checked_sub(DIGEST)?)?;
    let rest = body.strip_prefix(FORM)?.strip_prefix(key)?;
    let (count, rest) = rest.split_first_chunk::<8>()?;
    let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
    if Sha256::digest(body).as_slice() != digest {
        return None;
    }
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
    fn a_damaged_file_counts_as_none() {
        let temp = tempfile::tempdir().unwrap();
        let cache = Cache::below(temp.path());
        let texts = [text(1), text(2)];
        cache.put(&texts, &prints());
        let path = cache.folder.join(name(&key(&texts)));
        let good = fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&path, &bad).unwrap();
            assert_eq!(cache.get(&texts), None, "{at}");
            fs::write(&path, &good[..at]).unwrap();
            assert_eq!(cache.get(&texts), None, "{at}");
        }
        // Whole, but of fewer texts or out of order.
        assert_eq!(parse(&good, &key(&texts), 1), None);
        let mut wrong = prints();
        wrong.shingles.reverse();
        assert_eq!(parse(&bytes(&key(&texts), &wrong), &key(&texts), 2), None);
        cache.put(&texts, &prints());
        assert_eq!(cache.get(&texts), Some(prints()));
    }

    #[test]
    fn few_files_are_kept_and_a_folder_that_cannot_be_written_does_no_harm() {
        let temp = tempfile::tempdir().unwrap();
        let cache = Cache::below(temp.path());
        for byte in 0..20 {
            cache.put(&[text(byte)], &Prints::default());
        }
        assert_eq!(fs::read_dir(&cache.folder).unwrap().count(), FILES);
        assert_eq!(cache.get(&[text(19)]), Some(Prints::default()));
        let file = temp.path().join("file");
        fs::write(&file, "").unwrap();
        let cache = Cache::below(&file);
        cache.put(&[text(1)], &prints());
        assert_eq!(cache.get(&[text(1)]), None);
    }
}
