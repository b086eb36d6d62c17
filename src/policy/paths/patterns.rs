//! Patterns of one sign, compiled. For [`PathSet`](super::PathSet) alone.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::PatternError;
use crate::policy::path_index::Key;
use crate::text::landing::ShortName;

/// Patterns of one sign. Most have no wildcard but at an end; those are compared as they are, since
/// compiling them would cost more than all the rest of a hook. A policy may have thousands of these: small.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    simple: Vec<Simple<Box<str>>>,
    globs: Option<Box<Globs>>,
}

/// Those that are compiled, and what they were made of.
#[derive(Clone, Debug)]
struct Globs {
    set: GlobSet,
    texts: Vec<String>,
}

impl Patterns {
    /// What covers every path.
    pub(super) fn everything() -> Self {
        Self {
            simple: vec![Simple::End("".into())],
            globs: None,
        }
    }

    /// Whether one covers these very bytes.
    pub(super) fn is_match(&self, path: &[u8]) -> bool {
        let simple = |one: &Simple<Box<str>>| match one {
            Simple::Rooted(text) => stands_at(path, 0, text),
            Simple::Anywhere(text) => {
                let mut starts = memchr::memmem::find_iter(path, text.as_bytes());
                starts.any(|at| (at == 0 || path[at - 1] == b'/') && stands_at(path, at, text))
            }
            Simple::End(text) => {
                let mut components = path.split(|&byte| byte == b'/');
                components.any(|component| component.ends_with(text.as_bytes()))
            }
        };
        let globs = self.globs.as_ref();
        self.simple.iter().any(simple)
            || globs.is_some_and(|globs| globs.set.is_match(as_path(path)))
    }

    /// Whether one begins with names that lie below a directory.
    pub(super) fn begin_below(&self, directory: &[u8]) -> bool {
        let mut texts = self.rooted_texts();
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
        let end = |text: &str| {
            let extension = text.rsplit_once('.').map_or("", |(_, extension)| extension);
            let short = |name: &&str| {
                ShortName::of(name).is_some_and(|short| short.is_cut_from_extension(extension))
            };
            names.iter().any(short)
        };
        let mut starts = self.rooted_texts();
        starts.any(|text| stands_short_at(&names, text))
            || self.simple.iter().any(|one| match one {
                Simple::Rooted(_) => false,
                Simple::Anywhere(text) => {
                    (0..names.len()).any(|at| stands_short_at(&names[at..], text))
                }
                Simple::End(text) => end(text),
            })
    }

    /// What is in every path that each one matches.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key<'_>> {
        let simple = self.simple.iter().map(|one| match one {
            Simple::Rooted(text) => Key::Start(text),
            Simple::Anywhere(text) => Key::of_components(text),
            Simple::End(text) => Key::End(text),
        });
        simple.chain(self.texts().map(Key::of_glob))
    }

    /// Those that begin at the root, as they are written.
    fn rooted_texts(&self) -> impl Iterator<Item = &str> {
        let rooted = self.simple.iter().filter_map(|one| match one {
            Simple::Rooted(text) => Some(&**text),
            Simple::Anywhere(_) | Simple::End(_) => None,
        });
        rooted.chain(self.texts())
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = self.globs.iter().flat_map(|globs| &globs.texts);
        texts.map(String::as_str)
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
    simple: Vec<Simple<Box<str>>>,
    globs: Vec<Glob>,
    texts: Vec<String>,
}

impl PatternsBuilder {
    pub(super) fn add(&mut self, pattern: &str) -> Result<(), PatternError> {
        let pattern = plain(pattern)?;
        if let Some(simple) = simple(pattern) {
            self.simple.push(simple.owned());
        } else {
            self.globs.extend(globs(pattern)?);
            self.texts.push(pattern.to_owned());
        }
        Ok(())
    }

    pub(super) fn build(self) -> Result<Patterns, PatternError> {
        let mut globs = None;
        if !self.globs.is_empty() {
            let mut set = GlobSetBuilder::new();
            for glob in self.globs {
                set.add(glob);
            }
            let set = set.build();
            let set = set.map_err(|error| PatternError::Glob(error.to_string()))?;
            let texts = self.texts;
            globs = Some(Box::new(Globs { set, texts }));
        }
        Ok(Patterns {
            simple: self.simple,
            globs,
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
    // Most have no part that begins with a dot.
    if pattern.starts_with('.') || memchr::memmem::find(pattern.as_bytes(), b"/.").is_some() {
        if pattern.split('/').any(|part| part == "..") {
            return Err(PatternError::Parent);
        }
        if pattern.split('/').any(|part| part == ".") {
            return Err(PatternError::Current);
        }
    }
    Ok(pattern.strip_suffix("/**").unwrap_or(pattern))
}

/// A pattern that is compared as it is.
#[derive(Clone, Debug)]
pub(super) enum Simple<T> {
    /// It has no wildcard.
    Rooted(T),
    /// It has none but a `**/` before it.
    Anywhere(T),
    /// It has none but a `**/*` before the end of one component.
    End(T),
}

impl Simple<&str> {
    fn owned(&self) -> Simple<Box<str>> {
        match *self {
            Self::Rooted(text) => Simple::Rooted(text.into()),
            Self::Anywhere(text) => Simple::Anywhere(text.into()),
            Self::End(text) => Simple::End(text.into()),
        }
    }
}

/// Whether a pattern can be compiled.
pub(super) fn check(pattern: &str) -> Result<(), PatternError> {
    let pattern = plain(pattern)?;
    if simple(pattern).is_some() {
        return Ok(());
    }
    globs(pattern).map(|_| ())
}

pub(super) fn simple(pattern: &str) -> Option<Simple<&str>> {
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
