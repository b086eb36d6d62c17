//! The content of files, up to a size.

use std::sync::Arc;

use bstr::ByteSlice as _;

use super::{Id, Kind, Repo, Result};

/// Bytes at the start of a blob in which a NUL makes it binary, as for Git.
const BINARY_START: usize = 8000;

/// A reader of blobs with a cap on their size.
pub struct Blobs<'r> {
    repo: &'r dyn Repo,
    cap: u64,
}

/// A blob's content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blob {
    /// Its bytes, as the object database holds them: no filter or conversion has run.
    pub data: Arc<Vec<u8>>,
}

impl Blob {
    /// Whether Git takes it for binary, where no attribute says otherwise.
    pub fn is_binary(&self) -> bool {
        let start = self.data.len().min(BINARY_START);
        self.data[..start].find_byte(0).is_some()
    }
}

impl<'r> Blobs<'r> {
    /// A reader that refuses blobs of more than `cap` bytes.
    pub fn new(repo: &'r dyn Repo, cap: u64) -> Self {
        Self { repo, cap }
    }

    /// The repository it reads.
    pub fn repo(&self) -> &'r dyn Repo {
        self.repo
    }

    /// The most bytes of a blob that it reads.
    pub fn cap(&self) -> u64 {
        self.cap
    }

    /// A blob. One over the cap is [`Error::TooLarge`](super::Error::TooLarge), and is not read.
    pub fn read(&self, id: &Id) -> Result<Blob> {
        let data = self.repo.content(id, Kind::Blob, self.cap)?;
        Ok(Blob { data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Sandbox;

    #[test]
    fn a_blob_over_the_cap_is_refused() {
        let sandbox = Sandbox::new();
        let id = sandbox.object("blob", b"12345");
        let repo = sandbox.open();
        assert_eq!(
            Blobs::new(&*repo, 5).read(&id).unwrap().data[..],
            b"12345"[..]
        );
        let error = Blobs::new(&*repo, 4).read(&id).unwrap_err();
        assert_eq!(error.code(), "limit");
        let tree = sandbox.object("tree", b"");
        assert_eq!(
            Blobs::new(&*repo, 4).read(&tree).unwrap_err().code(),
            "corrupt-object"
        );
    }

    #[test]
    fn an_early_nul_makes_a_blob_binary() {
        let mut data = vec![b'a'; BINARY_START];
        data.push(0);
        assert!(
            !Blob {
                data: Arc::new(data.clone())
            }
            .is_binary()
        );
        data[BINARY_START - 1] = 0;
        assert!(
            Blob {
                data: Arc::new(data)
            }
            .is_binary()
        );
    }
}
