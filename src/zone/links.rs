//! What a symbolic link leads to, followed inside a tree and nowhere else. For the matcher.

use std::collections::HashMap;

use bstr::{BStr, BString, ByteSlice as _};

use crate::git::{Blobs, Error, FileMode, Id, Object, Result, TreeReader};
use crate::text::fold::{caseless, folded};
use crate::text::landing::is_git_directory;

/// Bytes of a link's target. No system follows a longer one.
const TARGET: usize = 1 << 16;

/// Links that one way may lead over. No system follows more.
const HOPS: usize = 64;

/// Names that one way may have.
const NAMES: usize = 1 << 15;

/// Entries of directories that are kept in other letters.
const KEPT: usize = 1 << 18;

/// Entries that one way may be looked for among, each directory counted as often as it is asked.
const LOOKED: usize = 1 << 24;

/// Where a link leads.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Way {
    /// The paths of the links on the way, and at last what the link stands for; the top is empty.
    pub(super) paths: Vec<BString>,
    /// Whether it leaves the repository, or leads into Git's own directory.
    pub(super) leaves: bool,
}

/// What stands under a name, by its name without case.
type Caseless = HashMap<Vec<u8>, (BString, Object)>;

/// The entries of directories as a system finds them that knows no case, for all links together.
#[derive(Default)]
pub(super) struct Alike {
    directories: HashMap<Id, Caseless>,
    entries: usize,
}

impl Alike {
    /// Those of one directory; of names that are alike the first.
    fn of(&mut self, trees: &mut TreeReader<'_>, directory: &Id) -> Result<&Caseless> {
        if !self.directories.contains_key(directory) {
            let mut names = Caseless::new();
            for (name, object) in trees.entries(directory)? {
                names.entry(caseless(&name)).or_insert((name, object));
            }
            if self.entries + names.len() > KEPT {
                self.directories.clear();
                self.entries = 0;
            }
            self.entries += names.len();
            self.directories.insert(*directory, names);
        }
        Ok(self.directories.entry(*directory).or_default())
    }
}

/// Follows the link at a path, whose text is the blob `target`, in the tree `root`; without one, by
/// the names alone.
pub(super) fn follow(
    trees: &mut TreeReader<'_>,
    blobs: &Blobs<'_>,
    alike: &mut Alike,
    root: Option<&Id>,
    link: &BStr,
    target: &Id,
) -> Result<Way> {
    let text = text_of(blobs, target)?;
    let mut follower = Follower {
        trees,
        blobs,
        alike,
        root,
        hops: 0,
        names: 0,
        looked: 0,
    };
    let mut way = follower.follow(link, &text)?;
    // Windows reads a backslash as a slash.
    if text.contains(&b'\\') {
        follower.hops = 0;
        let other = follower.follow(link, &text.replace(b"\\", b"/"))?;
        way.paths.extend(other.paths);
        way.leaves |= other.leaves;
    }
    Ok(way)
}

/// The text of a link as a system takes it: up to its first NUL.
pub(super) fn text_of(blobs: &Blobs<'_>, target: &Id) -> Result<Vec<u8>> {
    let data = blobs.read(target)?.data;
    let end = data.find_byte(0).unwrap_or(data.len());
    if end > TARGET {
        return Err(Error::Limit {
            what: "bytes of a link's target",
            limit: TARGET as u64,
        });
    }
    Ok(data[..end].to_vec())
}

struct Follower<'f, 'r> {
    trees: &'f mut TreeReader<'r>,
    blobs: &'f Blobs<'f>,
    alike: &'f mut Alike,
    root: Option<&'f Id>,
    hops: usize,
    names: usize,
    looked: usize,
}

impl Follower<'_, '_> {
    fn follow(&mut self, link: &BStr, target: &[u8]) -> Result<Way> {
        let mut way = Way::default();
        let mut at: Vec<BString> = split(link).collect();
        at.pop();
        if is_absolute(target) {
            way.leaves = true;
            return Ok(way);
        }
        // The next name is the last.
        let mut names: Vec<BString> = split(target).rev().collect();
        while let Some(name) = names.pop() {
            self.names += 1;
            if self.names > NAMES {
                return Err(Error::Limit {
                    what: "names on a link's way",
                    limit: NAMES as u64,
                });
            }
            match name.as_slice() {
                b"" | b"." => continue,
                b".." => {
                    if at.pop().is_none() {
                        way.leaves = true;
                        return Ok(way);
                    }
                    continue;
                }
                name => way.leaves |= is_git_directory(&folded(name)),
            }
            at.push(name);
            let Some((FileMode::Link, blob)) = self.find(&mut at)? else {
                continue;
            };
            way.paths.push(joined(&at));
            self.hops += 1;
            if self.hops > HOPS {
                return Ok(way);
            }
            let text = text_of(self.blobs, &blob)?;
            if is_absolute(&text) {
                way.leaves = true;
                return Ok(way);
            }
            at.pop();
            names.extend(split(&text).rev());
        }
        way.paths.push(joined(&at));
        Ok(way)
    }

    /// What stands at a path; where nothing does, what does in other letters, as a system that knows
    /// no case finds it. The last name is then as it stands in the tree.
    fn find(&mut self, at: &mut Vec<BString>) -> Result<Option<Object>> {
        let Some(root) = self.root else {
            return Ok(None);
        };
        if let Some(found) = self.trees.find(root, &joined(at))? {
            return Ok(Some(found));
        }
        let Some((name, above)) = at.split_last() else {
            return Ok(None);
        };
        let directory = match above {
            [] => Some((FileMode::Tree, *root)),
            above => self.trees.find(root, &joined(above))?,
        };
        let Some((FileMode::Tree, directory)) = directory else {
            return Ok(None);
        };
        let key = caseless(name);
        let names = self.alike.of(self.trees, &directory)?;
        self.looked += names.len();
        if self.looked > LOOKED {
            return Err(Error::Limit {
                what: "entries beside a link's way",
                limit: LOOKED as u64,
            });
        }
        let alike = names.get(&key).cloned();
        Ok(alike.map(|(name, object)| {
            at.pop();
            at.push(name);
            object
        }))
    }
}

fn split(path: &[u8]) -> impl DoubleEndedIterator<Item = BString> {
    path.split(|&byte| byte == b'/').map(BString::from)
}

fn joined(names: &[BString]) -> BString {
    bstr::join("/", names).into()
}

/// Whether a target begins at the top of a system: by a slash, a backslash or a drive.
fn is_absolute(target: &[u8]) -> bool {
    let drive = |first: &u8| first.is_ascii_alphabetic() && target.get(1) == Some(&b':');
    target.starts_with(b"/") || target.starts_with(b"\\") || target.first().is_some_and(drive)
}
