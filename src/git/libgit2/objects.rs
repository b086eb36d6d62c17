//! Single objects: out of packs and loose files by our own readers, else by libgit2.

use std::path::PathBuf;
use std::sync::Arc;

use git2::ObjectType;

use super::errors::{object_error, other};
use super::{Library, oid};
use crate::git::hash::check_id;
use crate::git::loose_object::{self, LooseObject};
use crate::git::pack::{self, Found};
use crate::git::{Error, Id, Kind, Repo as _, Result};

impl Library {
    /// An object of up to `cap` bytes.
    pub(super) fn object(&self, id: &Id, kind: Kind, cap: u64) -> Result<Arc<Vec<u8>>> {
        if let Some(data) = packed(self.packed.read(&self.facts, id, cap), id, kind, cap)? {
            return Ok(data);
        }
        match loose_object::read(self.directories(), id, cap) {
            Some(LooseObject::Object(found, data)) => {
                kind.check(id, found, data.len() as u64, cap)?;
                check_id(id, kind, &data)?;
                Ok(Arc::new(data))
            }
            Some(LooseObject::TooLarge(found, size)) => {
                kind.check(id, found, size, cap)?;
                self.read_odb(id, kind).map(Arc::new)
            }
            Some(LooseObject::Damaged) => {
                // Git, too, then looks for it in the packs.
                let found = self.packed.look(&self.facts, id, cap);
                packed(found, id, kind, cap)?
                    .ok_or_else(|| loose_object::damaged(self.directories(), id))
            }
            None => {
                if cap < u64::MAX {
                    let header = self.header(id)?;
                    kind.check(id, header.kind, header.size, cap)?;
                }
                self.read_odb(id, kind).map(Arc::new)
            }
        }
    }

    /// Where loose objects lie.
    pub(super) fn directories(&self) -> &[PathBuf] {
        self.directories
            .get_or_init(|| pack::directories(&self.facts.common_dir.join("objects")))
    }

    fn read_odb(&self, id: &Id, kind: Kind) -> Result<Vec<u8>> {
        let odb = self.repo.odb().map_err(|error| other(&error))?;
        let object = odb
            .read(oid(id)?)
            .map_err(|error| object_error(&error, id, self.facts.partial))?;
        if kind_of(object.kind()) != Some(kind) {
            return Err(kind.mismatch(id));
        }
        Ok(object.data().to_vec())
    }
}

/// What our own reader of packs answered.
fn packed(found: Option<Found>, id: &Id, kind: Kind, cap: u64) -> Result<Option<Arc<Vec<u8>>>> {
    match found {
        Some(Found::Object(found, data)) => {
            kind.check(id, found, data.len() as u64, cap)?;
            Ok(Some(data))
        }
        Some(Found::TooLarge(found, size)) => kind.check(id, found, size, cap).map(|()| None),
        Some(Found::Damaged(index)) => Err(Error::PackIndex(index)),
        None => Ok(None),
    }
}

pub(super) fn kind_of(kind: ObjectType) -> Option<Kind> {
    match kind {
        ObjectType::Commit => Some(Kind::Commit),
        ObjectType::Tree => Some(Kind::Tree),
        ObjectType::Blob => Some(Kind::Blob),
        ObjectType::Tag => Some(Kind::Tag),
        ObjectType::Any => None,
    }
}
