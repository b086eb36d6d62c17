//! Waivers out of Git: a repository's own, `.cordon/waivers/*.yml` on its trusted side, and the
//! organisation's, `waivers/*.yml` beside its policy.

use std::collections::BTreeSet;

use bstr::BStr;

use super::WaiverFile;
use crate::git::{self, Error, FileMode, Id, Kind, Repo, TreeReader};
use crate::host::Host;
use crate::policy::origin::Folder;
use crate::policy::trusted::{Judged, revisions};
use crate::text::show::escaped;

/// Where a repository's own lie.
const OWN: &str = ".cordon/waivers";
/// Where they lie beside a policy.
const BESIDE: &str = "waivers";

/// The largest file that is read, in bytes.
pub const LARGEST: u64 = 64 << 10;

/// The most files that are read.
pub const MOST: usize = 10_000;

/// The waivers of the trusted side: those that each of its revisions has. What one of them lacks, or
/// has otherwise, somebody took back, or nobody has let in yet.
pub(super) fn trusted_waivers(repo: &dyn Repo, judged: &Judged) -> git::Result<Vec<WaiverFile>> {
    let (revisions, _) = revisions(repo, judged)?;
    let mut all = Vec::new();
    for revision in revisions.iter().filter(|one| one.trusted) {
        if let Some(commit) = git::peel_to_commit(repo, &revision.id)? {
            all.push(files(repo, &git::tree_of(repo, &commit)?, OWN)?);
        }
    }
    Ok(common(all))
}

/// The waivers beside the organisation's policy, as the trusted sides name it: those that lie beside each
/// version of it that holds.
pub(super) fn stored_waivers<'f>(
    host: &Host,
    folders: impl Iterator<Item = &'f Folder>,
) -> git::Result<Vec<WaiverFile>> {
    let mut all = Vec::new();
    for folder in folders {
        if let Folder::Stored { store, tree } = folder {
            let repo = store.reader(host, tree)?.ok_or(Error::Missing(*tree))?;
            all.push(files(&*repo, tree, BESIDE)?);
        }
    }
    Ok(common(all))
}

/// What all have.
fn common(all: Vec<BTreeSet<WaiverFile>>) -> Vec<WaiverFile> {
    let common = all.into_iter().reduce(|known, found| &known & &found);
    common.unwrap_or_default().into_iter().collect()
}

fn files(repo: &dyn Repo, tree: &Id, folder: &str) -> git::Result<BTreeSet<WaiverFile>> {
    let mut trees = TreeReader::new(repo);
    let Some((FileMode::Tree, below)) = trees.find(tree, folder.as_bytes())? else {
        return Ok(BTreeSet::new());
    };
    let mut entries = trees.entries(&below)?;
    entries.retain(|(name, _)| is_waiver(name.as_ref()));
    if entries.len() > MOST {
        return Err(Error::Limit {
            what: "waivers",
            limit: MOST as u64,
        });
    }
    let file = |(name, (mode, id)): (bstr::BString, (FileMode, Id))| {
        Ok(WaiverFile {
            name: format!("{folder}/{}", escaped(&name)),
            text: text(repo, mode, &id)?,
        })
    };
    entries.into_iter().map(file).collect()
}

/// Whether a file of that name is meant to be a waiver.
pub fn is_waiver(name: &BStr) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(b".yml") || name.ends_with(b".yaml")
}

fn text(repo: &dyn Repo, mode: FileMode, id: &Id) -> git::Result<Result<Vec<u8>, String>> {
    let kind = match mode {
        FileMode::Regular | FileMode::Executable => {
            if repo.header(id)?.size > LARGEST {
                return Ok(Err(format!("is larger than {} KiB", LARGEST >> 10)));
            }
            return Ok(Ok(repo.read(id, Kind::Blob)?));
        }
        FileMode::Link => "is a symbolic link",
        FileMode::Submodule => "is a submodule",
        FileMode::Tree => "is a directory",
    };
    Ok(Err(kind.to_owned()))
}
