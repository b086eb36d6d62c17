//! Hooks for every repository of one user, or of a whole machine: by Git's configuration where Git runs
//! hooks by it, else by a folder that `core.hooksPath` names. For `cordon install` and `uninstall`;
//! `doctor` knows both.

mod configured;
mod folder;
mod shims;

pub(super) use configured::is_ours;
pub use configured::{configure, deconfigure};
pub use folder::{install_folder, is_folder, uninstall_folder};
pub(super) use shims::JUDGED;

use std::path::PathBuf;

use bstr::BString;

use super::Step;
use super::ask::AskError;
use crate::text::show::escaped;

/// Whose repositories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those of the user who asks.
    User,
    /// Those of everybody on this machine.
    Machine,
}

impl Whose {
    /// Git's word for where that is configured.
    pub fn scope(self) -> &'static str {
        match self {
            Self::User => "global",
            Self::Machine => "system",
        }
    }
}

/// What was done about one hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub hook: &'static str,
    /// What was done.
    pub step: Step,
}

/// The first version of Git that runs hooks by configuration.
pub const CONFIGURED_SINCE: (u32, u32) = (2, 54);

/// Why hooks could not be installed everywhere, or taken away.
#[derive(Debug, thiserror::Error)]
pub enum EverywhereError {
    /// Git is too old.
    #[error("Git {}.{} does not run hooks by configuration: Git 2.54 and later do", .0.0, .0.1)]
    TooOld((u32, u32)),
    /// `core.hooksPath` is set by somebody else.
    #[error("core.hooksPath is set already, to {} in {} ({scope})", escaped(.value), escaped(.origin))]
    Taken {
        /// The value.
        value: BString,
        /// Its scope.
        scope: String,
        /// Its file.
        origin: BString,
    },
    /// The folder holds what is not ours.
    #[error("{} holds a file that Cordon did not write", escaped(.0.as_os_str().as_encoded_bytes()))]
    InUse(PathBuf),
    /// A hook of our name starts another program.
    #[error("{} is configured already, and is not Cordon's", escaped(.0))]
    Foreign(BString),
    /// Git gave no answer.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// A file could not be written.
    #[error(transparent)]
    Hook(#[from] super::Error),
}
