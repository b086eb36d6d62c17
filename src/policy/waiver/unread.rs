//! The waivers of a run, before they are read: most runs find nothing that one could except.

use super::{WaiverFile, Waivers};
use crate::policy::Given;
use crate::policy::vocabulary::Vocabulary;

/// The waivers of those who have the say, as files.
#[derive(Debug)]
pub struct WaiverFiles {
    files: Vec<WaiverFile>,
    /// The names that they may use.
    vocabulary: Vocabulary,
    /// Whether only signed approvals count: the digest of a pinned policy does not cover what lies beside it.
    pub all_signed: bool,
}

impl WaiverFiles {
    /// Those beside the organisation's policy, if it is given.
    pub(in crate::policy) fn beside(given: Option<&Given>, vocabulary: Vocabulary) -> Self {
        Self {
            files: given.map_or_else(Vec::new, |given| given.waivers.clone()),
            vocabulary,
            all_signed: given.is_some_and(|given| given.sha256.is_some()),
        }
    }

    /// Reads them.
    pub fn read(&self) -> Waivers {
        Waivers::read(&self.files, &self.vocabulary)
    }

    /// Others in their place: a repository's own, or some to look at before they are in force.
    pub fn replace(&mut self, files: Vec<WaiverFile>) {
        self.files = files;
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}
