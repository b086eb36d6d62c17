//! Path patterns of the policy, compiled.
//!
//! Anchored at the root; `*`, `?`, `[…]` do not cross `/`; `**` does; `{a,b}`; `X/**` covers `X`
//! itself; a plain name covers what lies below it. `?` and `[…]` stand for one byte. Positive
//! patterns match folded or as they are written, on the deny side; a `!` pattern matches the exact
//! bytes only.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::path_index::Key;
use crate::text::fold::folded_forms;

/// The union of its patterns minus the union of its `!` patterns.
#[derive(Clone, Debug)]
pub struct PathSet {
    positive: Patterns,
    negative: Patterns,
}

/// Patterns of one sign. Most have no wildcard but at an end; those are compared as they are, since
/// compiling them would cost more than all the rest of a hook.
#[derive(Clone, Debug, Default)]
struct Patterns {
    /// From the root.
    rooted: Vec<String>,
    /// Behind a `**/`.
    anywhere: Vec<String>,
    /// Ends of a component, behind a `**/*`.
    ends: Vec<String>,
    globs: GlobSet,
    /// What the globs were made of.
    texts: Vec<String>,
}

/// A path with its folded forms, made once and matched with many sets.
pub struct FoldedPath<'a> {
    raw: &'a [u8],
    folded: Vec<String>,
}

/// Why a pattern is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It begins with a slash.
    #[error("a pattern is anchored at the root already: write it without the leading `/`")]
    LeadingSlash,
    /// It has a `..` component.
    #[error("a pattern cannot leave the repository by `..`")]
    Parent,
    /// It has a `.` component.
    #[error("no path has a `.` in it: leave it out")]
    Current,
    /// It is empty.
    #[error("an empty pattern matches nothing")]
    Empty,
    /// It is not a glob.
    #[error("{0}")]
    Glob(String),
    /// There are only `!` patterns.
    #[error("a list of `!` patterns alone matches nothing: say first what is in it")]
    OnlyNegative,
}

impl<'a> FoldedPath<'a> {
    /// Folds a path.
    pub fn new(path: &'a [u8]) -> Self {
        Self {
            raw: path,
            folded: folded_forms(path),
        }
    }

    /// It as it is, and folded.
    pub(super) fn forms(&self) -> impl Iterator<Item = &[u8]> {
        let folded = self.folded.iter().map(String::as_bytes);
        std::iter::once(self.raw).chain(folded)
    }
}

impl PathSet {
    /// Checks one pattern, `!` or not.
    pub fn check(pattern: &str) -> Result<(), PatternError> {
        let pattern = plain(pattern.strip_prefix('!').unwrap_or(pattern))?;
        if simple(pattern).is_some() {
            return Ok(());
        }
        globs(pattern).map(|_| ())
    }

    /// Compiles patterns.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, PatternError> {
        let mut positive = PatternsBuilder::default();
        let mut negative = PatternsBuilder::default();
        let mut any = false;
        for pattern in patterns {
            if let Some(exact) = pattern.strip_prefix('!') {
                negative.add(exact)?;
                continue;
            }
            any = true;
            for form in forms(pattern) {
                positive.add(&form)?;
            }
        }
        if !any {
            return Err(PatternError::OnlyNegative);
        }
        Ok(Self {
            positive: positive.build()?,
            negative: negative.build()?,
        })
    }

    /// Whether a path is in the set: folded or exact for the positive patterns, exact for the `!`
    /// ones.
    pub fn contains(&self, path: &FoldedPath<'_>) -> bool {
        let raw = path.raw;
        let folded = || {
            path.folded
                .iter()
                .any(|form| self.positive.is_match(form.as_bytes()))
        };
        (self.positive.is_match(raw) || folded()) && !self.negative.is_match(raw)
    }

    /// The keys of its positive patterns.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key<'_>> {
        let positive = &self.positive;
        let rooted = positive.rooted.iter().map(|text| Key::Start(text));
        let anywhere = positive
            .anywhere
            .iter()
            .map(|text| Key::of_components(text));
        let ends = positive.ends.iter().map(|text| Key::End(text));
        let globs = positive.texts.iter().map(|text| Key::of_glob(text));
        rooted.chain(anywhere).chain(ends).chain(globs)
    }

    /// Whether a repository's name is in the set: as `owner/name`, as `name`, or as any end of a
    /// longer path, folded. An address may have a server's folders before the owner.
    pub fn names(&self, name: &str) -> bool {
        let mut rest = Some(name);
        std::iter::from_fn(|| {
            let name = rest?;
            rest = name.split_once('/').map(|(_, shorter)| shorter);
            Some(name)
        })
        .any(|name| self.contains(&FoldedPath::new(name.as_bytes())))
    }
}

/// A pattern as written, and folded. `[!a]` and `?` can match a path and miss its folded form.
fn forms(pattern: &str) -> Vec<String> {
    let mut forms = folded_forms(pattern.as_bytes());
    if !forms.iter().any(|form| form == pattern) {
        forms.push(pattern.to_owned());
    }
    forms
}

#[cfg(unix)]
fn as_path(raw: &[u8]) -> &std::path::Path {
    use std::os::unix::ffi::OsStrExt as _;
    std::path::Path::new(std::ffi::OsStr::from_bytes(raw))
}

impl Patterns {
    fn is_match(&self, path: &[u8]) -> bool {
        let rooted = |text: &String| stands_at(path, 0, text);
        let anywhere = |text: &String| {
            let mut starts = memchr::memmem::find_iter(path, text);
            starts.any(|at| (at == 0 || path[at - 1] == b'/') && stands_at(path, at, text))
        };
        let ends = |text: &String| {
            let mut components = path.split(|&byte| byte == b'/');
            components.any(|component| component.ends_with(text.as_bytes()))
        };
        self.rooted.iter().any(rooted)
            || self.anywhere.iter().any(anywhere)
            || self.ends.iter().any(ends)
            || self.globs.is_match(as_path(path))
    }
}

/// Whether whole components of a path, from `at` on, are this text.
fn stands_at(path: &[u8], at: usize, text: &str) -> bool {
    let rest = path[at..].strip_prefix(text.as_bytes());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

#[derive(Default)]
struct PatternsBuilder {
    rooted: Vec<String>,
    anywhere: Vec<String>,
    ends: Vec<String>,
    globs: Vec<Glob>,
    texts: Vec<String>,
}

impl PatternsBuilder {
    fn add(&mut self, pattern: &str) -> Result<(), PatternError> {
        let pattern = plain(pattern)?;
        match simple(pattern) {
            Some(Simple::Rooted(text)) => self.rooted.push(text.to_owned()),
            Some(Simple::Anywhere(text)) => self.anywhere.push(text.to_owned()),
            Some(Simple::End(text)) => self.ends.push(text.to_owned()),
            None => {
                self.globs.extend(globs(pattern)?);
                self.texts.push(pattern.to_owned());
            }
        }
        Ok(())
    }

    fn build(self) -> Result<Patterns, PatternError> {
        let mut globs = GlobSetBuilder::new();
        for glob in self.globs {
            globs.add(glob);
        }
        let globs = globs.build();
        Ok(Patterns {
            rooted: self.rooted,
            anywhere: self.anywhere,
            ends: self.ends,
            texts: self.texts,
            globs: globs.map_err(|error| PatternError::Glob(error.to_string()))?,
        })
    }
}

/// A pattern without what changes nothing at its end, if it can match a path at all.
fn plain(pattern: &str) -> Result<&str, PatternError> {
    let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
    if pattern.is_empty() {
        return Err(PatternError::Empty);
    }
    if pattern.starts_with('/') {
        return Err(PatternError::LeadingSlash);
    }
    if pattern.split('/').any(|part| part == "..") {
        return Err(PatternError::Parent);
    }
    if pattern.split('/').any(|part| part == ".") {
        return Err(PatternError::Current);
    }
    Ok(pattern.strip_suffix("/**").unwrap_or(pattern))
}

/// A pattern that is compared as it is.
enum Simple<'p> {
    /// It has no wildcard.
    Rooted(&'p str),
    /// It has none but a `**/` before it.
    Anywhere(&'p str),
    /// It has none but a `**/*` before the end of one component.
    End(&'p str),
}

fn simple(pattern: &str) -> Option<Simple<'_>> {
    let literal =
        |text: &&str| !text.is_empty() && !text.contains(['*', '?', '[', ']', '{', '}', '\\']);
    let Some(rest) = pattern.strip_prefix("**/") else {
        return Some(pattern).filter(literal).map(Simple::Rooted);
    };
    match rest.strip_prefix('*') {
        Some(end) => Some(end)
            .filter(|end| literal(end) && !end.contains('/'))
            .map(Simple::End),
        None => Some(rest).filter(literal).map(Simple::Anywhere),
    }
}

/// A plain pattern as globs: itself and what lies below it.
fn globs(pattern: &str) -> Result<Vec<Glob>, PatternError> {
    let mut texts = vec![pattern.to_owned()];
    if pattern != "**" {
        texts.push(format!("{pattern}/**"));
    }
    texts
        .iter()
        .map(|text| {
            let built = GlobBuilder::new(text).literal_separator(true).build();
            built.map_err(|error| PatternError::Glob(error.kind().to_string()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(patterns: &[&str], path: &str) -> bool {
        PathSet::new(patterns.iter().copied())
            .unwrap()
            .contains(&FoldedPath::new(path.as_bytes()))
    }

    #[test]
    fn a_pattern_is_anchored_and_covers_what_lies_below() {
        assert!(contains(&["src/crypto/**"], "src/crypto/aes.c"));
        assert!(contains(&["src/crypto/**"], "src/crypto/deep/aes.c"));
        assert!(contains(&["src/crypto/**"], "src/crypto"));
        assert!(contains(&["src/crypto"], "src/crypto/aes.c"));
        assert!(!contains(&["crypto"], "src/crypto/aes.c"));
        assert!(!contains(&["src/*.c"], "src/a/b.c"));
        assert!(contains(&["**/Makefile"], "a/b/Makefile"));
        assert!(contains(&["**/Makefile"], "Makefile"));
        assert!(contains(&["src/{a,b}/x"], "src/b/x"));
        assert!(contains(&["**"], "any/thing"));
    }

    #[test]
    fn positive_patterns_match_folded_and_negative_ones_exactly() {
        let set = &["src/crypto/**", "!src/crypto/README.md"];
        assert!(contains(set, "SRC/Crypto/a.c"));
        assert!(contains(set, "src/\u{441}rypto/a.c"));
        assert!(!contains(set, "src/crypto/README.md"));
        assert!(contains(set, "src/crypto/readme.md"));
    }

    #[test]
    fn what_a_pattern_matches_as_written_is_in_the_set() {
        for (pattern, path) in [
            ("k[!a-c]y", "kBy"),
            ("k[^a]/x", "kA/x"),
            ("k[!a]*", "kA\u{FF0F}b"),
            ("a*c", "a\u{FF0F}c"),
        ] {
            assert!(contains(&[pattern], path), "{pattern} misses {path}");
        }
        let set = PathSet::new(["a?b"]).unwrap();
        assert!(set.contains(&FoldedPath::new(b"a\xFFb")));
        assert!(!contains(&["a*c", "!a\u{FF0F}c"], "a\u{FF0F}c"));
    }

    #[test]
    fn a_path_that_is_no_utf_8_is_matched() {
        let set = PathSet::new(["src/crypto/**"]).unwrap();
        assert!(set.contains(&FoldedPath::new(b"src/crypto/\xFF.c")));
    }

    #[test]
    fn bad_patterns_are_refused() {
        for (pattern, error) in [
            ("/src", PatternError::LeadingSlash),
            ("a/../b", PatternError::Parent),
            ("./a", PatternError::Current),
            ("", PatternError::Empty),
            ("!a", PatternError::OnlyNegative),
        ] {
            assert_eq!(PathSet::new([pattern]).unwrap_err(), error, "{pattern}");
        }
        assert!(matches!(
            PathSet::new(["src/[a"]),
            Err(PatternError::Glob(_))
        ));
    }

    proptest::proptest! {
        #[test]
        fn what_is_compared_as_it_is_matches_as_its_globs_do(
            pattern in "((\\*\\*/)?[ab.]{1,2}(/[ab.]{1,2}){0,2}|\\*\\*/\\*[ab.]{1,2})(/\\*\\*)?",
            path in "[ab.]{1,2}(/[ab.]{1,2}){0,4}",
        ) {
            // No path of a tree has such a component, and globset has its own opinion of it.
            let odd = path.split('/').any(|part| matches!(part, "." | ".."));
            if let (Ok(text), false) = (plain(&pattern), odd) {
                let mut set = GlobSetBuilder::new();
                globs(text).unwrap().into_iter().for_each(|glob| { set.add(glob); });
                let by_globs = set.build().unwrap().is_match(&path);
                proptest::prop_assert_eq!(contains(&[&pattern], &path), by_globs);
                proptest::prop_assert!(simple(text).is_some());
            }
        }
    }
}
