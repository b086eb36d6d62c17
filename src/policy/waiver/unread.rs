//! The waivers of a run, before they are read: most runs find nothing that one could except, and then none of
//! a thousand files is opened.

use std::path::PathBuf;

use super::trusted::{stored_waivers, trusted_waivers};
use super::{WaiverFile, Waivers, disk};
use crate::policy::Given;
use crate::policy::origin::{Folder, FolderError, Reach};
use crate::policy::trusted::Judged;
use crate::policy::vocabulary::Vocabulary;

/// The waivers of those who have the say.
#[derive(Debug)]
pub struct WaiverFiles {
    place: Place,
    /// The names that they may use.
    vocabulary: Vocabulary,
    /// Whether only signed approvals count: the digest of a pinned policy does not cover what lies beside it.
    pub all_signed: bool,
}

/// Where they are.
#[derive(Debug)]
enum Place {
    /// In the file system; and those that a policy's test gives.
    Disk(Vec<PathBuf>, Vec<WaiverFile>),
    /// On the trusted side of what is judged.
    Trusted(Judged),
    /// Beside each version of the organisation's policy that holds.
    Stored(Vec<Folder>),
    /// At hand.
    Read(Vec<WaiverFile>),
}

impl WaiverFiles {
    /// Those beside the organisation's policy, if it is given.
    pub(in crate::policy) fn beside(given: Option<&Given>, vocabulary: Vocabulary) -> Self {
        let place = match given {
            None => Place::Disk(Vec::new(), Vec::new()),
            Some(given) if matches!(given.folder, Folder::Stored { .. }) => {
                Place::Stored(vec![given.folder.clone()])
            }
            Some(given) => Place::Disk(given.waivers.clone(), given.more_waivers.clone()),
        };
        Self {
            place,
            vocabulary,
            all_signed: given.is_some_and(|given| given.sha256.is_some()),
        }
    }

    /// In their place a repository's own.
    pub(in crate::policy) fn are_trusted(&mut self, judged: &Judged) {
        self.place = Place::Trusted(judged.clone());
    }

    /// In their place those that lie in these folders.
    pub(in crate::policy) fn are_stored(&mut self, folders: Vec<Folder>) {
        self.place = Place::Stored(folders);
    }

    /// Others in their place, to look at before they are in force.
    pub fn replace(&mut self, files: Vec<WaiverFile>) {
        self.place = Place::Read(files);
    }

    /// Reads them.
    pub fn read(&self, reach: Reach<'_>) -> Result<Waivers, FolderError> {
        let files = match (&self.place, reach.repo) {
            (Place::Disk(paths, more), _) => {
                let read = paths.iter().map(|path| disk::file(path));
                let read = read.collect::<Result<Vec<_>, _>>()?;
                &[read, more.clone()].concat()
            }
            (Place::Trusted(judged), Some(repo)) => &trusted_waivers(repo, judged)?,
            (Place::Stored(folders), _) => &stored_waivers(reach.host, folders.iter())?,
            (Place::Read(files), _) => files,
            // Without a repository there is no trusted side.
            (Place::Trusted(_), None) => &Vec::new(),
        };
        Ok(Waivers::read(files, &self.vocabulary))
    }
}
