//! Files that may be lost at any time: what was made of something large, under the digest of what it was made
//! of. Who reads them knows where they may be believed: see `docs/threat-model.md`.
//!
//! Each file's name is a digest, in 64 hexadecimal digits; others are not this cache's, and are left alone. A file is written beside its place and moved there. One that is damaged, or lies under another name than
//! its own, counts as none, and so does one that cannot be read or written.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::hash::{DefaultHasher, Hasher as _};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Bytes of a file.
const LARGEST: u64 = 256 << 20;

/// Bytes of a seal.
const SEAL: usize = 8;

/// A folder of such files.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    most: usize,
    user: Option<u32>,
}

impl Cache {
    /// The one in a folder, with that many files at most. Nothing is made of it before something is kept.
    pub fn at(folder: PathBuf, most: usize) -> Self {
        Self {
            folder,
            most,
            user: None,
        }
    }

    /// The same for one user alone: what another may write is not believed.
    #[must_use]
    pub fn of_user(self, user: u32) -> Self {
        let user = Some(user);
        Self { user, ..self }
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is kept under a name.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        if !self.is_own() {
            return None;
        }
        let path = self.folder.join(name);
        if !fs::symlink_metadata(&path).ok()?.is_file() {
            return None;
        }
        let mut file = File::open(&path).ok()?;
        let meta = file.metadata().ok()?;
        if meta.len() > LARGEST || !self.believes(&meta) {
            return None;
        }
        let mut found = [0; SEAL];
        file.read_exact(&mut found).ok()?;
        let mut kept = Vec::with_capacity(usize::try_from(meta.len()).ok()?);
        file.take(LARGEST).read_to_end(&mut kept).ok()?;
        (found == seal(name, &kept)).then_some(kept)
    }

    /// Whether a file, or the folder, is the user's and nobody else may write it.
    fn believes(&self, meta: &Metadata) -> bool {
        let own = |user| meta.uid() == user && meta.mode() & 0o022 == 0;
        self.user.is_none_or(own)
    }

    /// Whether the folder is one to read from and to write to, or may be made: what it would lie in is then the user's.
    fn is_own(&self) -> bool {
        match fs::symlink_metadata(&self.folder) {
            Ok(folder) => folder.is_dir() && self.believes(&folder),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let above = self.folder.ancestors().skip(1);
                let mut there = above.filter_map(|above| fs::metadata(above).ok());
                there
                    .next()
                    .is_some_and(|above| self.user.is_none_or(|user| above.uid() == user))
            }
            Err(_) => false,
        }
    }

    /// Keeps something under a name, where that can be written.
    pub fn put(&self, name: &str, kept: &[u8]) {
        // What cannot be kept is made again the next time: the place may be read-only.
        let _ = self.write(name, kept);
    }

    fn write(&self, name: &str, kept: &[u8]) -> io::Result<()> {
        if !self.is_own() {
            return Ok(());
        }
        let mut folder = DirBuilder::new();
        if self.user.is_some() {
            folder.mode(0o700);
        }
        folder.recursive(true).create(&self.folder)?;
        if !self.is_own() {
            return Ok(());
        }
        let beside = self.folder.join(format!("{name}.{}", std::process::id()));
        let mut options = OpenOptions::new();
        // Never through a link that somebody put there.
        options.write(true).create_new(true);
        if self.user.is_some() {
            options.mode(0o600);
        }
        let mut file = options.open(&beside)?;
        let written = file
            .write_all(&seal(name, kept))
            .and_then(|()| file.write_all(kept))
            .and_then(|()| fs::rename(&beside, self.folder.join(name)));
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written?;
        self.prune()
    }

    /// Takes all but the newest files away, those too that were left half written.
    fn prune(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if is_ours(entry.file_name().as_encoded_bytes()) {
                files.push((entry.metadata()?.modified()?, entry.path()));
            }
        }
        files.sort_by(|one, other| other.cmp(one));
        files
            .iter()
            .skip(self.most)
            .try_for_each(|(_, path)| fs::remove_file(path))
    }
}

/// Whether a file has such a name, or is one that was left half written.
fn is_ours(name: &[u8]) -> bool {
    let mut parts = name.splitn(2, |byte| *byte == b'.');
    let digest = parts.next().unwrap_or_default();
    let process = parts.next().unwrap_or_default();
    digest.len() == 64
        && digest.iter().all(u8::is_ascii_hexdigit)
        && process.iter().all(u8::is_ascii_digit)
}

/// What a file begins with: it is of this name, and whole. It finds damage, not malice: who may write there
/// could write it too.
fn seal(name: &str, kept: &[u8]) -> [u8; SEAL] {
    let mut hasher = DefaultHasher::new();
    hasher.write(name.as_bytes());
    hasher.write(kept);
    hasher.finish().to_le_bytes()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn cache(most: usize) -> (tempfile::TempDir, Cache) {
        let dir = tempfile::tempdir().unwrap();
        let user = dir.path().metadata().unwrap().uid();
        let cache = Cache::at(dir.path().join("a/b"), most).of_user(user);
        (dir, cache)
    }

    fn digest(number: u32) -> String {
        format!("{number:064x}")
    }

    #[test]
    fn what_is_anothers_is_neither_written_nor_taken_away() {
        let (dir, cache) = cache(2);
        cache.put(&digest(1), b"kept");
        let theirs = [
            "photo.jpg",
            "notes",
            &digest(2)[1..],
            &format!("{}.old", digest(3)),
        ];
        for name in theirs {
            fs::write(cache.folder().join(name), "theirs").unwrap();
        }
        for number in 4..9 {
            cache.put(&digest(number), b"kept");
        }
        for name in theirs {
            assert!(cache.folder().join(name).exists(), "{name}");
        }
        assert_eq!(fs::read_dir(cache.folder()).unwrap().count(), 6);
        // Through a link to the folder nothing is written or read, nor in a folder that another may write.
        let link = dir.path().join("link");
        symlink(cache.folder(), &link).unwrap();
        let user = dir.path().metadata().unwrap().uid();
        for through in [Cache::at(link.clone(), 2), Cache::at(link, 2).of_user(user)] {
            through.put(&digest(9), b"kept");
            assert_eq!(through.get(&digest(8)), None);
        }
        let set = |mode| {
            let mode = fs::Permissions::from_mode(mode);
            fs::set_permissions(cache.folder(), mode).unwrap();
        };
        set(0o770);
        cache.put(&digest(9), b"kept");
        set(0o700);
        assert_eq!(cache.get(&digest(9)), None);
        assert_eq!(cache.get(&digest(8)), Some(b"kept".to_vec()));
    }

    #[test]
    fn nothing_is_made_below_a_folder_of_another() {
        let dir = tempfile::tempdir().unwrap();
        let user = dir.path().metadata().unwrap().uid();
        let below = || Cache::at(dir.path().join("cordon/policies"), 2);
        below().of_user(user + 1).put(&digest(1), b"kept");
        assert!(!dir.path().join("cordon").exists());
        below().of_user(user).put(&digest(1), b"kept");
        assert!(below().get(&digest(1)).is_some());
    }

    #[test]
    fn what_is_kept_is_found_under_its_name_alone() {
        let (_dir, cache) = cache(4);
        assert_eq!(cache.get("one"), None);
        cache.put("one", b"kept");
        assert_eq!(cache.get("one"), Some(b"kept".to_vec()));
        fs::copy(cache.folder().join("one"), cache.folder().join("two")).unwrap();
        assert_eq!(cache.get("two"), None);
        symlink("one", cache.folder().join("three")).unwrap();
        assert_eq!(cache.get("three"), None);
    }

    #[test]
    fn what_is_damaged_counts_as_none() {
        let (_dir, cache) = cache(4);
        cache.put("one", b"kept");
        let path = cache.folder().join("one");
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bad = whole.clone();
            bad[at] ^= 1;
            fs::write(&path, &bad).unwrap();
            assert_eq!(cache.get("one"), None, "{at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(cache.get("one"), None, "{at}");
        }
    }

    #[test]
    fn what_another_may_write_is_not_believed() {
        let (_dir, cache) = cache(4);
        cache.put("one", b"kept");
        let path = cache.folder().join("one");
        for (path, bad, good) in [
            (path.as_path(), 0o620, 0o600),
            (path.as_path(), 0o602, 0o600),
            (cache.folder(), 0o770, 0o700),
            (cache.folder(), 0o707, 0o700),
        ] {
            let set = |mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
            set(bad);
            assert_eq!(cache.get("one"), None, "{bad:o}");
            set(good);
            assert_eq!(cache.get("one"), Some(b"kept".to_vec()));
        }
        let other = fs::metadata(&path).unwrap().uid() + 1;
        assert_eq!(cache.of_user(other).get("one"), None);
    }

    #[test]
    fn few_files_are_kept_and_a_folder_that_cannot_be_written_does_no_harm() {
        let (dir, cache) = cache(3);
        for name in 0..9 {
            cache.put(&digest(name), b"");
        }
        assert_eq!(fs::read_dir(cache.folder()).unwrap().count(), 3);
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let cache = Cache::at(file, 3);
        cache.put("one", b"kept");
        assert_eq!(cache.get("one"), None);
    }
}
