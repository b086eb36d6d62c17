//! What can go wrong when a repository is read, and the command that mends it.
//!
//! Every error here becomes an `incomplete` row of the report: nothing unread is a pass.

use std::io;
use std::path::PathBuf;

use bstr::BString;

use super::Id;
use crate::text::show::{escaped, shell_quoted};

/// The result of reading a repository.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be read. Foreign bytes are shown escaped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no repository at or above the path.
    #[error("there is no Git repository at or above {}", shown(.0))]
    NotARepository(PathBuf),
    /// The repository belongs to another user, and Git's `safe.directory` does not name it.
    #[error("the repository {} belongs to another user", shown(.0))]
    ForeignOwner(PathBuf),
    /// The repository uses a form that this reader does not know.
    #[error("the repository uses `{}`, which cannot be read here", escaped(.0.as_bytes()))]
    UnsupportedExtension(String),
    /// The repository uses a form that Git alone reads, and Git does not.
    #[error("the repository uses `{extension}`, which Git 2.45 or newer reads: {}", escaped(.why.as_bytes()))]
    OnlyGit {
        /// The form.
        extension: &'static str,
        /// Why Git does not read it.
        why: String,
    },
    /// Git is to read the repository, and is not here.
    #[error("no `git` is in a directory that PATH names in full")]
    NoGit,
    /// An object that ought to be there is not.
    #[error("the object {0} is missing")]
    Missing(Id),
    /// An object that a partial clone left with its remote.
    #[error("the object {0} was left with the remote by a partial clone")]
    Promised(Id),
    /// An object whose bytes are not what Git writes.
    #[error("the object {id} is corrupt: {what}")]
    Corrupt {
        /// The object.
        id: Id,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A loose object that cannot be unpacked.
    #[error("the object {id} is corrupt: it cannot be unpacked")]
    Loose {
        /// The object.
        id: Id,
        /// Its file.
        file: PathBuf,
    },
    /// An index of a pack whose checksum is wrong: other objects may be read by it than it names.
    #[error("the index {} of a pack is damaged: its checksum is wrong", shown(.0))]
    PackIndex(PathBuf),
    /// An object of another kind than the place asks for.
    #[error("the object {id} is not a {expected}")]
    WrongKind {
        /// The object.
        id: Id,
        /// The kind that was asked for.
        expected: &'static str,
    },
    /// A revision or reference that names nothing.
    #[error("`{}` names no commit here", escaped(.0))]
    MissingReference(BString),
    /// A revision that could be several objects.
    #[error("`{}` could be several objects", escaped(.0))]
    Ambiguous(BString),
    /// A revision that is an option to Git, or is otherwise none.
    #[error("`{}` is not a revision", escaped(.0))]
    BadRevision(BString),
    /// The file that `GIT_INDEX_FILE` names does not exist.
    #[error("GIT_INDEX_FILE names {}, which does not exist", shown(.0))]
    MissingIndex(PathBuf),
    /// The index is sparse (`sdir`) or split (`link`).
    #[error("the index is {kind}, which cannot be read here", kind = if *.split { "split" } else { "sparse" })]
    IndexForm {
        /// Split, else sparse.
        split: bool,
    },
    /// The index cannot be read.
    #[error("the index cannot be read: {}", escaped(.0.as_bytes()))]
    UnreadableIndex(String),
    /// A path is in conflict: there is no staged content to judge.
    #[error("`{}` is unmerged", escaped(.0))]
    Unmerged(BString),
    /// A file beside the objects cannot be read.
    #[error("{} cannot be read: {source}", shown(.path))]
    UnreadableFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A shallow clone ends here: what the commit changed, or where histories meet, is unknown.
    #[error("the shallow clone ends at the commit {0}, whose parents are not here")]
    Shallow(Id),
    /// `info/grafts` rewrites history, which hides commits.
    #[error("`info/grafts` rewrites history and may hide commits")]
    Grafts,
    /// A cap was reached.
    #[error("{what}: over the limit of {limit}")]
    Limit {
        /// What is too large.
        what: &'static str,
        /// The cap.
        limit: u64,
    },
    /// A blob is larger than the cap.
    #[error("the blob {id} has {size} bytes, over the limit of {limit}")]
    TooLarge {
        /// The blob.
        id: Id,
        /// Its size in bytes.
        size: u64,
        /// The cap in bytes.
        limit: u64,
    },
    /// A line of a hook's standard input is not what Git writes.
    #[error("`{}` is not a line that Git gives to this hook", escaped(.0))]
    HookInput(BString),
    /// Any other failure of the reader.
    #[error("the repository cannot be read: {}", escaped(.0.as_bytes()))]
    Unreadable(String),
}

impl Error {
    /// The `code` of an `incomplete` row.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotARepository(_) => "not-a-repository",
            Self::ForeignOwner(_) => "foreign-owner",
            Self::UnsupportedExtension(_) | Self::OnlyGit { .. } => "unsupported-repository",
            Self::Missing(_) | Self::Promised(_) => "missing-object",
            Self::Corrupt { .. }
            | Self::Loose { .. }
            | Self::WrongKind { .. }
            | Self::PackIndex(_) => "corrupt-object",
            Self::MissingReference(_) => "missing-reference",
            Self::Ambiguous(_) => "ambiguous-revision",
            Self::BadRevision(_) => "bad-revision",
            Self::MissingIndex(_) | Self::IndexForm { .. } | Self::UnreadableIndex(_) => {
                "unreadable-index"
            }
            Self::Unmerged(_) => "unmerged",
            Self::UnreadableFile { .. } => "unreadable-file",
            Self::Shallow(_) => "shallow",
            Self::Grafts => "grafts",
            Self::Limit { .. } | Self::TooLarge { .. } => "limit",
            Self::HookInput(_) => "hook-input",
            Self::Unreadable(_) | Self::NoGit => "unreadable-repository",
        }
    }

    /// Whether nothing can be read because of it, so that it says nothing of the commit where it was met.
    pub fn is_of_all(&self) -> bool {
        matches!(self, Self::PackIndex(_))
    }

    /// One shell command that mends it, run from inside the repository; `None` where there is none.
    pub fn mend(&self) -> Option<String> {
        use std::os::unix::ffi::OsStrExt as _;
        Some(match self {
            Self::ForeignOwner(path) => {
                let path = shell_quoted(path.as_os_str().as_bytes())?;
                format!("git config --global --add safe.directory {path}")
            }
            Self::PackIndex(index) => {
                let word = |path: &std::path::Path| shell_quoted(path.as_os_str().as_bytes());
                let (damaged, pack) = (word(index)?, word(&index.with_extension("pack"))?);
                // With the damaged one in its place Git reads by it.
                format!("mv {damaged} {damaged}.damaged && git index-pack {pack}")
            }
            Self::Loose { file, .. } => {
                let file = shell_quoted(file.as_os_str().as_bytes())?;
                // What is there Git does not write again, whole or not.
                format!("mv {file} {file}.damaged && git fetch --refetch")
            }
            Self::Missing(_) => "git fetch --refetch".to_owned(),
            Self::Promised(_) => "git fetch --refetch --no-filter".to_owned(),
            // Where the setting is on, Git splits the index again with the next change.
            Self::IndexForm { split: true } => {
                "git config core.splitIndex false && git update-index --no-split-index".to_owned()
            }
            Self::IndexForm { split: false } => {
                "git sparse-checkout reapply --no-sparse-index".to_owned()
            }
            Self::Shallow(_) => "git fetch --unshallow".to_owned(),
            Self::Grafts => "git replace --convert-graft-file".to_owned(),
            _ => return None,
        })
    }
}

fn shown(path: &std::path::Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    format!("`{}`", escaped(path.as_os_str().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_path_stays_one_shell_word() {
        let error = Error::ForeignOwner(PathBuf::from("/tmp/it's; rm -rf $HOME"));
        assert_eq!(
            error.mend().unwrap(),
            r"git config --global --add safe.directory '/tmp/it'\''s; rm -rf $HOME'"
        );
        assert_eq!(Error::ForeignOwner(PathBuf::from("/a\nb")).mend(), None);
    }

    #[test]
    fn foreign_bytes_are_shown_escaped() {
        let shown = Error::MissingReference(BString::from("a\u{1b}[2J\u{202e}")).to_string();
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
    }
}
