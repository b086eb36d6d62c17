//! Patterns of one sign, compiled. For [`PathSet`](super::PathSet) alone.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::PatternError;
use crate::policy::path_index::Key;
use crate::text::landing::ShortName;

/// Patterns of one sign. Most have no wildcard but at an end; those are compared as they are, since
/// compiling them would cost more than all the rest of a hook.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
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

impl Patterns {
    /// Whether one covers these very bytes.
    pub(super) fn is_match(&self, path: &[u8]) -> bool {
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

    /// Whether one begins with names that lie below a directory.
    pub(super) fn begin_below(&self, directory: &[u8]) -> bool {
        let mut texts = self.rooted.iter().chain(&self.texts);
        texts.any(|text| {
            let names = &text[..text.find(WILD).unwrap_or(text.len())];
            let rest = names.as_bytes().strip_prefix(directory);
            let below = |rest: &[u8]| {
                let name = if directory.is_empty() {
                    Some(rest)
                } else {
                    rest.strip_prefix(b"/")
                };
                name.is_some_and(|name| !name.is_empty())
            };
            rest.is_some_and(below)
        })
    }

    /// Whether one may cover a path in which short names stand for others.
    pub(super) fn may_be_short(&self, path: &[u8]) -> bool {
        let Ok(path) = std::str::from_utf8(path) else {
            return false;
        };
        let names: Vec<&str> = path.split('/').collect();
        let rooted = self.rooted.iter().chain(&self.texts);
        let end = |text: &String| {
            let extension = text.rsplit_once('.').map_or("", |(_, extension)| extension);
            let short = |name: &&str| {
                ShortName::of(name).is_some_and(|short| short.is_cut_from_extension(extension))
            };
            names.iter().any(short)
        };
        rooted
            .map(|text| (text, 0..1))
            .chain(self.anywhere.iter().map(|text| (text, 0..names.len())))
            .any(|(text, mut starts)| starts.any(|at| stands_short_at(&names[at..], text)))
            || self.ends.iter().any(end)
    }

    /// What is in every path that each one matches.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key<'_>> {
        let rooted = self.rooted.iter().map(|text| Key::Start(text));
        let anywhere = self.anywhere.iter().map(|text| Key::of_components(text));
        let ends = self.ends.iter().map(|text| Key::End(text));
        let globs = self.texts.iter().map(|text| Key::of_glob(text));
        rooted.chain(anywhere).chain(ends).chain(globs)
    }
}

/// What makes a text more than a name.
const WILD: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];

/// Whether the names of a pattern, each itself or cut short, are those with which `names` begin. A name with
/// wildcards is compared up to the first.
fn stands_short_at(names: &[&str], pattern: &str) -> bool {
    // Before which names the pattern's next part may stand.
    let mut starts = vec![false; names.len() + 1];
    starts[0] = true;
    for part in pattern.split('/') {
        let mut next = vec![false; names.len() + 1];
        for (at, _) in starts.iter().enumerate().filter(|(_, may)| **may) {
            if part == "**" {
                next[at..].fill(true);
            } else if names.get(at).is_some_and(|name| may_be_name(name, part)) {
                next[at + 1] = true;
            }
        }
        starts = next;
    }
    starts.contains(&true)
}

fn may_be_name(name: &str, part: &str) -> bool {
    let wild = part.find(WILD);
    let start = &part[..wild.unwrap_or(part.len())];
    let short = ShortName::of(name).is_some_and(|short| short.may_be(start, wild.is_none()));
    short
        || if wild.is_some() {
            name.starts_with(start)
        } else {
            name == part
        }
}

/// Whether whole components of a path, from `at` on, are this text.
fn stands_at(path: &[u8], at: usize, text: &str) -> bool {
    let rest = path[at..].strip_prefix(text.as_bytes());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

#[derive(Default)]
pub(super) struct PatternsBuilder {
    rooted: Vec<String>,
    anywhere: Vec<String>,
    ends: Vec<String>,
    globs: Vec<Glob>,
    texts: Vec<String>,
}

impl PatternsBuilder {
    pub(super) fn add(&mut self, pattern: &str) -> Result<(), PatternError> {
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

    pub(super) fn build(self) -> Result<Patterns, PatternError> {
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
pub(super) fn plain(pattern: &str) -> Result<&str, PatternError> {
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
pub(super) enum Simple<'p> {
    /// It has no wildcard.
    Rooted(&'p str),
    /// It has none but a `**/` before it.
    Anywhere(&'p str),
    /// It has none but a `**/*` before the end of one component.
    End(&'p str),
}

/// Whether a pattern can be compiled.
pub(super) fn check(pattern: &str) -> Result<(), PatternError> {
    let pattern = plain(pattern)?;
    if simple(pattern).is_some() {
        return Ok(());
    }
    globs(pattern).map(|_| ())
}

pub(super) fn simple(pattern: &str) -> Option<Simple<'_>> {
    let literal = |text: &&str| !text.is_empty() && !text.contains(WILD);
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
pub(super) fn globs(pattern: &str) -> Result<Vec<Glob>, PatternError> {
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

#[cfg(unix)]
fn as_path(raw: &[u8]) -> &std::path::Path {
    use std::os::unix::ffi::OsStrExt as _;
    std::path::Path::new(std::ffi::OsStr::from_bytes(raw))
}
