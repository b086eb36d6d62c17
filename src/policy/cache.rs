//! What was made of a large policy, kept beside the store of policies under the digest of its text: a hook
//! need not read thousands of zones anew for each commit.
//!
//! For the loader, at a developer's stages alone. Who may write the user's own files may write these, so that
//! no server and no CI job reads one.

mod entry;
mod loading;
mod packed;
#[cfg(test)]
mod tests;

use std::fs;
use std::time::UNIX_EPOCH;

use sha2::{Digest as _, Sha256};

use super::load::hex;
use crate::cache::Cache;
use crate::finding::Stage;
use crate::host::Host;

use entry::Entry;
pub(super) use entry::KeptTree;
pub(super) use loading::Read;
use packed::{Packed, Reader, Writer};

/// A text that is read in no time is not kept.
const WORTH: usize = 32 << 10;

/// Entries.
const MOST: usize = 32;

/// The user's, and what this program's entries are known by.
#[derive(Clone, Debug)]
pub struct Policies {
    files: Cache,
    program: String,
}

/// What kind of entry.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A policy with what it inherits, validated.
    Policy,
    /// The digest of a policy as written, and its version.
    Facts,
}

impl Policies {
    /// Those of the user, where they may be believed: at the stages of a developer's hooks, who could as well
    /// leave these out. `None` elsewhere, and where there is no place for them.
    pub fn of(host: &Host, stage: Stage) -> Option<Self> {
        if host.is_ci() || !matches!(stage, Stage::Commit | Stage::Push) {
            return None;
        }
        let folder = host.caches()?.join("cordon/policies");
        let meta = fs::metadata(host.program.as_deref()?).ok()?;
        let built = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let (version, size) = (env!("CARGO_PKG_VERSION"), meta.len());
        Some(Self {
            files: Cache::at(folder, MOST).of_user(host.user),
            // Another build may read a policy differently.
            program: format!("{version} {size} {}", built.as_nanos()),
        })
    }

    /// The digest of a text's policy as written, and its version: kept, or as `found` finds them.
    pub(super) fn facts(
        &self,
        text: &[u8],
        found: impl FnOnce() -> Option<(String, Option<u64>)>,
    ) -> Option<(String, Option<u64>)> {
        if text.len() < WORTH {
            return found();
        }
        let key = self.key(Kind::Facts, &[text]);
        let kept = self.files.get(&key);
        if let Some(facts) = kept.and_then(|kept| Packed::unpack(&mut Reader::new(&kept, 0))) {
            return Some(facts);
        }
        let facts = found()?;
        let mut to = Writer::new(0);
        facts.pack(&mut to);
        self.files.put(&key, &to.out);
        Some(facts)
    }

    /// The name of what was made of these parts.
    fn key(&self, kind: Kind, parts: &[&[u8]]) -> String {
        let mut hash = Sha256::new();
        let kind = format!("{kind:?}");
        let begin = [self.program.as_bytes(), kind.as_bytes()];
        for part in begin.iter().chain(parts) {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hex(&hash.finalize())
    }
}
