//! An existing CODEOWNERS, as far as a comment needs it.

use std::collections::BTreeMap;

use bstr::{BStr, ByteSlice as _};

use crate::git::{self, Blobs, FileMode, Index};
use crate::policy::{FoldedPath, PathSet};

/// The largest file that is read.
pub(super) const LARGEST: u64 = 1 << 20;
/// How many of its lines count, and how many files are looked up.
const LINES: usize = 2000;
const FILES: usize = 200;
/// How many owners are named.
const NAMED: usize = 3;

/// Where forges look for it, in this order.
const PLACES: &[&str] = &[
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
];

/// Who owns what: the last line that covers a path counts.
#[derive(Debug, Default)]
pub(super) struct Owners {
    /// Where it was read.
    pub(super) place: Option<&'static str>,
    lines: Vec<(PathSet, Vec<String>)>,
}

impl Owners {
    /// Reads the first file that there is. A larger one is as if it were not there.
    pub(super) fn read(index: &Index, blobs: &Blobs<'_>) -> git::Result<Self> {
        for place in PLACES {
            let mut entries = index.entries.iter();
            let Some(entry) = entries.find(|entry| entry.path == *place && is_file(entry.mode))
            else {
                continue;
            };
            let text = match blobs.read(&entry.id) {
                Ok(blob) => blob.data,
                Err(git::Error::TooLarge { .. }) => continue,
                Err(error) => return Err(error),
            };
            return Ok(Self {
                place: Some(place),
                lines: text.lines().filter_map(line).take(LINES).collect(),
            });
        }
        Ok(Self::default())
    }

    /// The owners of most of these files, with how many each has.
    pub(super) fn of(&self, files: &[&BStr]) -> Vec<(&str, usize)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for path in files.iter().take(FILES) {
            let folded = FoldedPath::new(path);
            let mut lines = self.lines.iter().rev();
            if let Some((_, owners)) = lines.find(|(paths, _)| paths.contains(&folded)) {
                for owner in owners {
                    *counts.entry(owner).or_default() += 1;
                }
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(owner, count)| (std::cmp::Reverse(*count), *owner));
        counts.truncate(NAMED);
        counts
    }
}

fn is_file(mode: FileMode) -> bool {
    matches!(mode, FileMode::Regular | FileMode::Executable)
}

/// `PATTERN OWNER…`. What cannot be one of our patterns is left out: it is for a comment.
fn line(line: &[u8]) -> Option<(PathSet, Vec<String>)> {
    let mut words = line.to_str().ok()?.split_ascii_whitespace();
    let first = words.next()?;
    if first.starts_with(['#', '[', '^', '!']) {
        return None;
    }
    let words = words.take_while(|word| !word.starts_with('#'));
    let owners: Vec<String> = words
        .filter(|word| is_owner(word))
        .map(str::to_owned)
        .collect();
    let inner = first.trim_matches('/');
    let pattern = match inner {
        "" | "*" | "**" => "**".to_owned(),
        _ if first.starts_with('/') || inner.contains('/') => inner.to_owned(),
        _ => format!("**/{inner}"),
    };
    Some((PathSet::new([pattern.as_str()]).ok()?, owners))
}

/// `@name`, `@org/team` or an address, and nothing that could be anything else in a comment.
fn is_owner(word: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@/-_.+".contains(&byte);
    word.contains('@') && word.len() <= 100 && word.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(text: &str, path: &str) -> Vec<String> {
        let owners = Owners {
            place: None,
            lines: text.as_bytes().lines().filter_map(line).collect(),
        };
        let named = owners.of(&[path.into()]);
        named
            .into_iter()
            .map(|(owner, _)| owner.to_owned())
            .collect()
    }

    #[test]
    fn the_last_line_that_covers_a_path_counts() {
        let text = "* @all\n# x @no\n[Section]\n/src/ @src # and why\ndocs/*.md d@x.example\n*.c @c\n/b/c.c\n";
        assert_eq!(owners(text, "README"), ["@all"]);
        assert_eq!(owners(text, "src/a.rs"), ["@src"]);
        assert_eq!(owners(text, "src/a.c"), ["@c"]);
        assert_eq!(owners(text, "docs/a.md"), ["d@x.example"]);
        assert_eq!(owners(text, "a/src/b"), ["@all"]);
        assert!(owners(text, "b/c.c").is_empty());
    }

    #[test]
    fn what_is_no_owner_is_not_named() {
        for odd in ["@a\u{202e}", "nobody", "@\"x", "@#x"] {
            assert!(owners(&format!("* {odd}"), "a").is_empty(), "{odd}");
        }
    }
}
