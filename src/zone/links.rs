//! What a symbolic link leads to, followed inside a tree and nowhere else. For the matcher.

use std::collections::HashMap;

use bstr::{BStr, BString, ByteSlice as _};

use crate::git::{Blobs, Error, FileMode, Id, Object, Result, TreeReader};
use crate::text::fold::{caseless, folded};
use crate::text::landing::is_git_directory;

/// Bytes of a link's target. No system follows a longer one.
const TARGET: usize = 1 << 15;

/// Links that one way may lead over. No system follows more.
const HOPS: usize = 64;

/// Names that one way may have.
const NAMES: usize = 1 << 15;

/// Names on the ways of all links that one matcher follows.
const ALL_NAMES: usize = 1 << 23;

/// Entries of directories that are kept in other letters.
const KEPT: usize = 1 << 18;

/// Entries that are put in other letters for all links, each directory counted as often as it is read.
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

/// The entries of directories as a system finds them that knows no case, and what was spent, for all
/// links together.
#[derive(Default)]
pub(super) struct Alike {
    directories: HashMap<Id, Caseless>,
    entries: usize,
    looked: usize,
    names: usize,
}

impl Alike {
    /// Those of one directory; of names that are alike the first.
    fn of(&mut self, trees: &mut TreeReader<'_>, directory: &Id) -> Result<&Caseless> {
        if !self.directories.contains_key(directory) {
            let mut names = Caseless::new();
            let entries = trees.entries(directory)?;
            spend(
                &mut self.looked,
                entries.len(),
                LOOKED,
                "entries beside links' ways",
            )?;
            for (name, object) in entries {
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
}

/// One name of a place: what it is called, and the directory that it is.
struct Step {
    name: BString,
    directory: Option<Id>,
}

impl Follower<'_, '_> {
    fn follow(&mut self, link: &BStr, target: &[u8]) -> Result<Way> {
        let mut way = Way::default();
        if is_absolute(target) {
            way.leaves = true;
            return Ok(way);
        }
        let mut at = self.beside(link)?;
        // The next name is the last.
        let mut names: Vec<BString> = split(target).rev().collect();
        while let Some(name) = names.pop() {
            spend(&mut self.names, 1, NAMES, "names on a link's way")?;
            spend(&mut self.alike.names, 1, ALL_NAMES, "names on links' ways")?;
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
            let (name, found) = self.find(&at, name)?;
            at.push(Step {
                name,
                directory: directory(found),
            });
            let Some((FileMode::Link, blob)) = found else {
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

    /// The directory in which a link stands.
    fn beside(&mut self, link: &BStr) -> Result<Vec<Step>> {
        let mut at: Vec<Step> = Vec::new();
        let mut names: Vec<BString> = split(link).collect();
        names.pop();
        for name in names {
            let found = match self.above(&at) {
                Some(above) => self.trees.find(&above, &name)?,
                None => None,
            };
            at.push(Step {
                name,
                directory: directory(found),
            });
        }
        Ok(at)
    }

    /// The directory in which the next name stands.
    fn above(&self, at: &[Step]) -> Option<Id> {
        at.last().map_or(self.root.copied(), |last| last.directory)
    }

    /// What stands under the next name; where nothing does, what does in other letters, as a system that
    /// knows no case finds it. The name is then as it stands in the tree.
    fn find(&mut self, at: &[Step], name: BString) -> Result<(BString, Option<Object>)> {
        let Some(above) = self.above(at) else {
            return Ok((name, None));
        };
        if let Some(found) = self.trees.find(&above, &name)? {
            return Ok((name, Some(found)));
        }
        let names = self.alike.of(self.trees, &above)?;
        Ok(match names.get(&caseless(&name)) {
            Some((other, object)) => (other.clone(), Some(*object)),
            None => (name, None),
        })
    }
}

fn directory(found: Option<Object>) -> Option<Id> {
    found
        .filter(|(mode, _)| *mode == FileMode::Tree)
        .map(|(_, id)| id)
}

fn spend(spent: &mut usize, more: usize, limit: usize, what: &'static str) -> Result<()> {
    *spent = spent.saturating_add(more);
    if *spent > limit {
        let limit = limit as u64;
        return Err(Error::Limit { what, limit });
    }
    Ok(())
}

fn split(path: &[u8]) -> impl DoubleEndedIterator<Item = BString> {
    path.split(|&byte| byte == b'/').map(BString::from)
}

fn joined(at: &[Step]) -> BString {
    bstr::join("/", at.iter().map(|step| &step.name)).into()
}

/// Whether a target begins at the top of a system: by a slash, a backslash or a drive.
fn is_absolute(target: &[u8]) -> bool {
    let drive = |first: &u8| first.is_ascii_alphabetic() && target.get(1) == Some(&b':');
    target.starts_with(b"/") || target.starts_with(b"\\") || target.first().is_some_and(drive)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Sandbox;

    #[test]
    fn what_all_links_cost_together_is_a_limit() {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[("docs/a", "text")]);
        let target = sandbox.object("blob", b"b/../docs/a");
        let root = sandbox.id("HEAD^{tree}");
        let repo = sandbox.open();
        let blobs = Blobs::new(&*repo, u64::MAX);
        let mut trees = TreeReader::new(&*repo);
        let mut follow = |alike: &mut Alike| {
            let link = b"docs/x".as_bstr();
            let way = follow(&mut trees, &blobs, alike, Some(&root), link, &target);
            way.map_err(|error| error.code())
        };
        let mut alike = Alike::default();
        assert_eq!(follow(&mut alike).unwrap().paths, ["docs/docs/a"]);
        // A directory that is kept is read once.
        assert_eq!((alike.names, alike.looked), (4, 1));
        assert!(follow(&mut alike).is_ok());
        assert_eq!((alike.names, alike.looked), (8, 1));
        for (names, looked) in [(ALL_NAMES - 3, 0), (0, LOOKED)] {
            let mut alike = Alike {
                looked,
                names,
                ..Alike::default()
            };
            assert_eq!(follow(&mut alike), Err("limit"));
        }
    }
}
