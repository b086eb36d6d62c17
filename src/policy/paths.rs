//! Path patterns of the policy, compiled.
//!
//! Anchored at the root; `*`, `?`, `[…]` do not cross `/`; `**` does; `{a,b}`; `X/**` covers `X`
//! itself; a plain name covers what lies below it. `?` and `[…]` stand for one byte. Positive
//! patterns match folded or as they are written, on the deny side; a `!` pattern matches the exact
//! bytes only.

mod folded;
mod listed;
mod patterns;
mod repos;
#[cfg(test)]
mod tests;

use super::path_index::Key;
use crate::text::fold::folded_forms;
pub use folded::FoldedPath;
pub use listed::PathList;
use patterns::{Patterns, PatternsBuilder, check};
pub(super) use repos::Repos;

/// The union of its patterns minus the union of its `!` patterns.
#[derive(Clone, Debug)]
pub struct PathSet {
    /// The positive patterns as they are written.
    written: Patterns,
    /// Their folded forms, where these differ.
    folded: Patterns,
    negative: Patterns,
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

impl PathSet {
    /// Checks one pattern, `!` or not.
    pub fn check(pattern: &str) -> Result<(), PatternError> {
        check(pattern.strip_prefix('!').unwrap_or(pattern))
    }

    /// Compiles patterns.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, PatternError> {
        let mut written = PatternsBuilder::default();
        let mut folded = PatternsBuilder::default();
        let mut negative = PatternsBuilder::default();
        let mut any = false;
        for pattern in patterns {
            if let Some(exact) = pattern.strip_prefix('!') {
                negative.add(exact)?;
                continue;
            }
            any = true;
            written.add(pattern)?;
            if is_folded(pattern) {
                continue;
            }
            // `[!a]` and `?` can match a path and miss its folded form, so that both are kept.
            for form in folded_forms(pattern.as_bytes()) {
                if form != pattern {
                    folded.add(&form)?;
                }
            }
        }
        if !any {
            return Err(PatternError::OnlyNegative);
        }
        Ok(Self {
            written: written.build()?,
            folded: folded.build()?,
            negative: negative.build()?,
        })
    }

    /// Every path.
    fn everything() -> Self {
        Self {
            written: Patterns::everything(),
            folded: Patterns::default(),
            negative: Patterns::default(),
        }
    }

    /// Whether a path is in the set: exact, folded, or where it lands elsewhere for the positive
    /// patterns, exact for the `!` ones.
    pub fn contains(&self, path: &FoldedPath<'_>) -> bool {
        let mut forms = path.forms();
        let positive = forms.any(|form| self.matches(form)) || self.may_be_short(path);
        positive && !self.negative.is_match(path.raw())
    }

    /// Whether a path is in the set by its very bytes.
    pub fn contains_as_written(&self, path: &FoldedPath<'_>) -> bool {
        self.written.is_match(path.raw()) && !self.negative.is_match(path.raw())
    }

    /// The form in which a path is in the set; `None` where it is not, or only if a name in it is short
    /// for another.
    pub fn form_of<'p>(&self, path: &'p FoldedPath<'_>) -> Option<&'p [u8]> {
        let mut forms = path.forms();
        let form = forms.find(|form| self.matches(form));
        form.filter(|_| !self.negative.is_match(path.raw()))
    }

    /// Whether a pattern begins with names that lie below a directory; the top is the empty path.
    pub fn begins_below(&self, directory: &FoldedPath<'_>) -> bool {
        let mut forms = directory.forms();
        forms.any(|form| self.written.begin_below(form) || self.folded.begin_below(form))
    }

    fn matches(&self, form: &[u8]) -> bool {
        self.written.is_match(form) || self.folded.is_match(form)
    }

    fn may_be_short(&self, path: &FoldedPath<'_>) -> bool {
        path.has_short_names()
            && (self.written.may_be_short(path.last()) || self.folded.may_be_short(path.last()))
    }

    /// The keys of its positive patterns.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key<'_>> {
        self.written.keys().chain(self.folded.keys())
    }

    /// Whether a repository's name is in the set: as `owner/name`, as `name`, or as any end of a
    /// longer path, folded. An address may have a server's folders before the owner.
    pub fn names(&self, name: &str) -> bool {
        self.contains_any(&repository_ends(name))
    }

    /// Whether one of these paths is in the set.
    pub(super) fn contains_any(&self, paths: &[FoldedPath<'_>]) -> bool {
        paths.iter().any(|path| self.contains(path))
    }
}

/// Whether folding a pattern gives it again, at a look.
fn is_folded(pattern: &str) -> bool {
    let plain = |byte: &u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    pattern.as_bytes().iter().all(plain)
}

/// What a repository's name may be called by: itself, and every end of it. Folded once for many sets.
pub(super) fn repository_ends(name: &str) -> Vec<FoldedPath<'_>> {
    let ends = std::iter::successors(Some(name), |name| Some(name.split_once('/')?.1));
    ends.map(|end| FoldedPath::new(end.as_bytes())).collect()
}
