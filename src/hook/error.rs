//! What can go wrong with hooks, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use bstr::BString;

use crate::git;
use crate::text::show::escaped;

/// The result of working on hooks.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why hooks could not be put in place, taken away or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file system refused.
    #[error("cannot {doing} {}: {source}", shown(path))]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// What Git is in the middle of cannot be asked.
    #[error("{0}")]
    Repository(#[from] git::Error),
    /// `core.hooksPath` has a form that only Git itself can expand, or is empty.
    #[error("core.hooksPath = {}: this form of path cannot be followed", escaped(.0))]
    HooksPath(BString),
    /// The hooks directory serves other repositories too.
    #[error("the hooks directory {} is shared with other repositories", shown(.0))]
    Shared(PathBuf),
    /// `core.hooksPath` leads through `.git`, which is a file in this work tree.
    #[error("the hooks directory {} cannot be: .git is a file here", shown(.0))]
    ThroughGitFile(PathBuf),
    /// A hook is there, and so is one that was set aside before.
    #[error(
        "{} is in the way, and {} is taken already",
        shown(hook),
        shown(before)
    )]
    Taken {
        /// The hook.
        hook: PathBuf,
        /// The name it would be set aside under.
        before: PathBuf,
    },
    /// Our own shim, changed by somebody since.
    #[error("{} was changed since Cordon wrote it", shown(.0))]
    Edited(PathBuf),
    /// A link that leads to one of our shims.
    #[error("{} is a link to a Cordon hook", shown(.0))]
    LinkToOurs(PathBuf),
    /// The program's path is not absolute.
    #[error("the program's path {} is not absolute", shown(.0))]
    RelativeProgram(PathBuf),
    /// The hook from before is a Cordon hook: running it would go round in a circle.
    #[error("{} is itself a Cordon hook", shown(.0))]
    PreviousIsOurs(PathBuf),
    /// Installing failed, and so did undoing the part that was done.
    #[error("{cause}; undoing what was done failed too: {undo}")]
    HalfDone {
        /// Why installing failed.
        cause: Box<Error>,
        /// Why undoing failed.
        undo: Box<Error>,
    },
}

impl Error {
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }

    /// What the user can do, in one or two sentences; paths in it are escaped.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Io { .. } | Self::Repository(_) => None,
            Self::HooksPath(_) => Some(
                "Set it to an absolute path, or to one from the top of the work tree: \
                 git config core.hooksPath .githooks"
                    .to_owned(),
            ),
            Self::Shared(_) => Some(
                "Give this repository hooks of its own: \
                 git config core.hooksPath \"$(git rev-parse --path-format=absolute --git-common-dir)/hooks\". \
                 Hooks in the shared directory then no longer run here."
                    .to_owned(),
            ),
            Self::ThroughGitFile(_) => Some(
                "Write the path in full: \
                 git config core.hooksPath \"$(git rev-parse --path-format=absolute --git-common-dir)/hooks\""
                    .to_owned(),
            ),
            Self::Taken { before, .. } => Some(format!(
                "Look at both and keep one: delete or rename {}.",
                shown(before)
            )),
            Self::Edited(path) => Some(format!(
                "Move the added lines elsewhere, delete {}, and install again.",
                shown(path)
            )),
            Self::LinkToOurs(path) | Self::PreviousIsOurs(path) => {
                Some(format!("Delete {}, and install again.", shown(path)))
            }
            Self::RelativeProgram(_) => Some("Give the program's full path.".to_owned()),
            Self::HalfDone { .. } => Some("Run `cordon uninstall`, then look at the hooks.".to_owned()),
        }
    }
}

/// A path for people.
fn shown(path: &Path) -> String {
    escaped(path.as_os_str().as_encoded_bytes())
}
