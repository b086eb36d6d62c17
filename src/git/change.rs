//! What a commit changes: two trees compared, entry by entry.

use bstr::BString;

use super::Id;

/// The mode of a tree entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileMode {
    /// `100644`, and the older `100664`.
    Regular,
    /// `100755`.
    Executable,
    /// `120000`: a symbolic link.
    Link,
    /// `160000`: a submodule's commit.
    Submodule,
    /// `040000`.
    Tree,
}

/// What was done to a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    /// It is new.
    Add,
    /// Its content changed.
    Modify,
    /// It is gone.
    Delete,
    /// It is gone from one path and stands, byte for byte, at another.
    Rename,
    /// Only the executable bit changed.
    Mode,
    /// It became another kind of thing: file, link, submodule.
    Type,
}

/// One changed path.
#[derive(Clone, Debug)]
pub struct Change {
    /// What was done.
    pub op: Op,
    /// The path; after the change, for a rename.
    pub path: BString,
    /// The path before, for a rename alone.
    pub old_path: Option<BString>,
    /// The mode before; `None` for an added path.
    pub old_mode: Option<FileMode>,
    /// The mode after; `None` for a deleted path.
    pub mode: Option<FileMode>,
    /// The object before.
    pub old_blob: Option<Id>,
    /// The object after.
    pub blob: Option<Id>,
}
