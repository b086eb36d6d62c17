//! What of the known kinds of files a repository has, as patterns that match it.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, ByteSlice as _};

use super::areas::{Area, areas};
use crate::git::Index;
use crate::policy::{FoldedPath, PathSet, Policy};
use crate::secret::Engine;
use crate::text::Redact as _;
use crate::text::show::is_invisible;

/// Ends of files that tell about things and are none.
const PROSE: &[&[u8]] = &[
    b"adoc", b"gif", b"html", b"jpg", b"md", b"mdx", b"pdf", b"png", b"po", b"rst", b"snap",
    b"svg", b"txt",
];

/// Ends of files that hold data: their names say what it is about.
const DATA: &[&[u8]] = &[b"csv", b"json", b"lock", b"toml", b"xml", b"yaml", b"yml"];

/// Folders of tests.
const TESTS: &[&[u8]] = &[
    b"__tests__",
    b"fixtures",
    b"spec",
    b"test",
    b"testdata",
    b"tests",
];

/// A name by which something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Folder(&'static str),
    File(&'static str),
}

/// How many folders or files of one name are listed one by one.
const LISTED: usize = 6;

/// What was found.
pub(super) struct Survey<'i> {
    /// How many files are tracked.
    pub(super) files: usize,
    /// What of the built-in zones is here: the zone, its patterns that match, each with a count.
    pub(super) inherited: Vec<(String, Vec<(String, usize)>)>,
    /// Every kind of files, in the order of [`areas`].
    pub(super) areas: Vec<Found<'i>>,
    /// How many names hold what looks like a secret, and are not written down.
    pub(super) secret_names: usize,
}

/// What was found of one kind.
pub(super) struct Found<'i> {
    pub(super) area: &'static Area,
    /// The patterns, each with the number of files that it covers.
    pub(super) patterns: Vec<(String, usize)>,
    /// The files, by path.
    pub(super) files: Vec<&'i BStr>,
}

impl<'i> Survey<'i> {
    pub(super) fn new(index: &'i Index, builtin: &Policy) -> Self {
        let paths: Vec<&BStr> = index
            .entries
            .iter()
            .map(|entry| entry.path.as_bstr())
            .collect();
        let folded: Vec<FoldedPath<'i>> = paths.iter().map(|path| FoldedPath::new(path)).collect();
        let mut survey = Self {
            files: paths.len(),
            inherited: inherited(builtin, &folded),
            areas: Vec::new(),
            secret_names: 0,
        };
        for area in areas() {
            let zone = area.adds_to.and_then(|name| {
                let mut zones = builtin.zones().iter();
                zones.find(|zone| zone.name == name)
            });
            let is_new = |at: &usize| zone.is_none_or(|zone| !zone.contains(&folded[*at]));
            let candidates: Vec<usize> = (0..paths.len()).filter(is_new).collect();
            let found = survey.area(area, &candidates, &paths, &folded);
            survey.areas.push(found);
        }
        survey
    }

    /// The kinds that become zones.
    pub(super) fn zones(&self) -> impl Iterator<Item = &Found<'i>> {
        // The policy itself is in the first, and is about to be there.
        let own = |found: &&Found<'_>| found.area.class == "policy";
        let drawn = |found: &&Found<'_>| found.area.drawn && !found.patterns.is_empty();
        self.areas
            .iter()
            .filter(move |found| own(found) || drawn(found))
    }

    fn area(
        &mut self,
        area: &'static Area,
        candidates: &[usize],
        paths: &[&'i BStr],
        folded: &[FoldedPath<'i>],
    ) -> Found<'i> {
        let here = |pattern: &&&str| {
            let files = || candidates.iter().map(|at| paths[*at]);
            plain_name(pattern).is_none_or(|name| files().any(|path| last(path) == name))
        };
        let known = area.patterns.iter().filter(here);
        let mut patterns: Vec<String> = known.map(ToString::to_string).collect();
        let mut named: BTreeMap<Name, BTreeSet<&[u8]>> = BTreeMap::new();
        for &at in candidates.iter().filter(|at| !is_beside(paths[**at])) {
            if let Some((name, text)) = folder(area, paths[at]).or_else(|| file(area, paths[at])) {
                named.entry(name).or_default().insert(text);
            }
        }
        for (name, places) in named {
            patterns.extend(self.written(name, &places));
        }
        let mut found = Found {
            area,
            patterns: Vec::new(),
            files: Vec::new(),
        };
        let mut covered = BTreeSet::new();
        for pattern in patterns {
            let Ok(set) = PathSet::new([pattern.as_str()]) else {
                continue;
            };
            let inside = |at: &&usize| set.contains(&folded[**at]);
            let before = covered.len();
            let count = candidates.iter().filter(inside).inspect(|at| {
                covered.insert(**at);
            });
            let count = count.count();
            // What others cover already needs no line of its own.
            if count > 0 && covered.len() > before {
                found.patterns.push((pattern, count));
            }
        }
        found.files = covered.into_iter().map(|at| paths[at]).collect();
        found
    }

    /// The places of one name as patterns: each by itself, or all at once where there are many.
    fn written(&mut self, name: Name, places: &BTreeSet<&[u8]>) -> Vec<String> {
        let (end, all) = match name {
            Name::Folder(name) => ("/**", format!("**/{name}/**")),
            Name::File(name) => ("", format!("**/{name}.*")),
        };
        if places.len() > LISTED {
            return vec![all];
        }
        let mut patterns = Vec::new();
        for place in places {
            if !Engine::builtin().secrets(place).is_empty() {
                self.secret_names += 1;
                continue;
            }
            patterns.push(format!("{}{end}", pattern(place)));
        }
        patterns.dedup();
        patterns
    }
}

/// What of the built-in zones is here.
fn inherited(builtin: &Policy, paths: &[FoldedPath<'_>]) -> Vec<(String, Vec<(String, usize)>)> {
    let zones = builtin.zones().iter().map(|zone| {
        let patterns = zone.patterns().filter_map(|pattern| {
            let set = PathSet::new([pattern.value.as_str()]).ok()?;
            let count = paths.iter().filter(|path| set.contains(path)).count();
            (count > 0).then(|| (pattern.value.clone(), count))
        });
        (zone.name.clone(), patterns.collect::<Vec<_>>())
    });
    zones.filter(|(_, patterns)| !patterns.is_empty()).collect()
}

/// The file's name that a pattern asks for. Patterns match without case and what lies in folders too:
/// a folder `build` makes nobody a user of Bazel.
fn plain_name(pattern: &str) -> Option<&[u8]> {
    let name = pattern.strip_prefix("**/")?;
    (!name.contains(['*', '?', '/', '{', '['])).then_some(name.as_bytes())
}

fn last(path: &BStr) -> &[u8] {
    path.rsplit_str("/").next().unwrap_or_default()
}

/// The first folder of a path that has a name of the area, and the path down to it.
fn folder<'p>(area: &Area, path: &'p BStr) -> Option<(Name, &'p [u8])> {
    for end in path.find_iter(b"/") {
        let above = &path[..end];
        for name in area.folders {
            let start = above.len().checked_sub(name.len());
            let whole = |start: &usize| *start == 0 || above[start - 1] == b'/';
            let same = |start: usize| above[start..].eq_ignore_ascii_case(name.as_bytes());
            if start.filter(whole).is_some_and(same) {
                return Some((Name::Folder(name), above));
            }
        }
    }
    None
}

/// A path whose last part, without what follows the first dot, is a name of the area.
fn file<'p>(area: &Area, path: &'p BStr) -> Option<(Name, &'p [u8])> {
    let (stem, end) = last(path).split_once_str(".")?;
    if DATA.contains(&end) {
        return None;
    }
    let name = area
        .files
        .iter()
        .find(|name| stem.eq_ignore_ascii_case(name.as_bytes()))?;
    Some((Name::File(name), path))
}

/// Whether a path is of a text about things, or of their tests, not of the things.
fn is_beside(path: &BStr) -> bool {
    if path.split_str("/").any(|part| TESTS.contains(&part)) {
        return true;
    }
    let end = path.rsplit_str(".").next().unwrap_or_default();
    PROSE.iter().any(|prose| end.eq_ignore_ascii_case(prose))
}

/// A path as a pattern. What a pattern could take for something else, or an editor would not show,
/// is any byte: that may cover more, never less.
fn pattern(path: &[u8]) -> String {
    let mut out = String::with_capacity(path.len());
    for (start, end, character) in path.char_indices() {
        let plain = character.is_alphanumeric() || "/._-+@, ()~=&#%':;".contains(character);
        let odd = character == char::REPLACEMENT_CHARACTER || is_invisible(character);
        if plain && !odd {
            out.push(character);
        } else {
            out.extend(std::iter::repeat_n('?', end - start));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_of_a_path_covers_it_and_reads_back() {
        for path in [
            b"src/crypto".as_slice(),
            b"a b/c'd\"e",
            b"new\nline/x",
            b"no\xff utf/8",
            b"glob[a]*?{b,c}!/x",
            b"!not/x",
            "gr\u{f6}\u{df}e/\u{202e}x".as_bytes(),
            "kana/\u{ff76}\u{ff9e}".as_bytes(),
            b"back\\slash/x",
        ] {
            let text = format!("{}/**", pattern(path));
            let below = [path, b"/file"].concat();
            let set = PathSet::new([text.as_str()]).unwrap();
            assert!(set.contains(&FoldedPath::new(&below)), "{text}");
            assert!(!text.contains(['"', '\\', '\n', '!']), "{text}");
        }
    }
}
