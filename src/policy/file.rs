//! A policy file that is to be read, and whose opinion it will be. For the loader.

use super::authority::Role;
use super::load::Given;
use super::origin::{Folder, GitSource, Stored};
use super::system::SystemFile;
use super::trusted::Side;
use super::yaml::Limits;
use super::{packs, trusted};
use crate::git::Id;

/// A policy of an authority, as `policy show` joins it with others.
#[derive(Debug)]
pub struct Standing {
    /// Whose it is.
    pub role: Role,
    /// How its lines are named.
    pub name: String,
    /// Its bytes.
    pub text: Vec<u8>,
    /// What lies beside it.
    pub folder: Folder,
    /// Whether the defaults may be its opinion.
    pub may_be_highest: bool,
}

/// A policy file that is to be read.
pub(super) struct File {
    pub(super) role: Role,
    /// How lines are named.
    pub(super) name: String,
    pub(super) source: String,
    pub(super) commit: Option<Id>,
    pub(super) text: Vec<u8>,
    pub(super) path: String,
    pub(super) limits: Limits,
    /// Whether it only adds to what holds without it.
    pub(super) added: bool,
    pub(super) folder: Folder,
}

impl File {
    pub(super) fn system(file: SystemFile) -> Self {
        Self {
            role: Role::System,
            name: file.path.clone(),
            source: file.path.clone(),
            commit: None,
            text: file.text,
            path: file.path,
            limits: Limits::ORG,
            added: file.added,
            folder: Folder::Nowhere,
        }
    }

    /// Whether the defaults may be its opinion. A change has none that it could drop.
    pub(super) fn may_be_highest(&self) -> bool {
        !self.added && self.role < Role::Change
    }

    pub(super) fn given(given: &Given) -> Self {
        Self {
            role: Role::Org,
            name: given.name.clone(),
            source: given.name.clone(),
            commit: given.commit,
            text: given.text.clone(),
            path: given.name.clone(),
            limits: Limits::ORG,
            added: false,
            folder: given.folder.clone(),
        }
    }

    pub(super) fn builtin() -> Self {
        Self {
            role: Role::Builtin,
            name: packs::DEFAULT_NAME.to_owned(),
            source: packs::DEFAULT_NAME.to_owned(),
            commit: None,
            text: packs::DEFAULT.as_bytes().to_vec(),
            path: "policies/default.yml".to_owned(),
            limits: Limits::REPOSITORY,
            added: false,
            folder: Folder::Nowhere,
        }
    }

    /// The organisation's policy, as the repository names it: from a trusted side, unless one is given
    /// from outside. What a change names can only tighten.
    pub(super) fn named((source, read): (GitSource, Stored), side: &Side, is_given: bool) -> Self {
        Self {
            role: match (side.trusted, is_given) {
                (true, false) => Role::Org,
                (true, true) => Role::Repository,
                (false, _) => Role::Change,
            },
            name: source.name_of(&source.path),
            commit: Some(read.commit),
            text: read.text,
            limits: Limits::ORG,
            added: false,
            folder: read.folder,
            path: source.path,
            source: source.url,
        }
    }

    pub(super) fn is_of_the_same(&self, other: &Self) -> bool {
        (&self.source, &self.path, &self.text, &self.folder)
            == (&other.source, &other.path, &other.text, &other.folder)
    }

    pub(super) fn side(side: Side) -> Self {
        Self {
            role: if side.trusted {
                Role::Repository
            } else {
                Role::Change
            },
            name: trusted::FILE.to_owned(),
            source: side.source,
            commit: side.commit,
            text: side.text,
            path: trusted::FILE.to_owned(),
            limits: Limits::REPOSITORY,
            added: false,
            folder: side.folder,
        }
    }

    pub(super) fn standing(self) -> Standing {
        Standing {
            may_be_highest: self.may_be_highest(),
            role: self.role,
            name: self.name,
            text: self.text,
            folder: self.folder,
        }
    }
}
