//! Which path sets are worth asking about a path: one look instead of one for each of a thousand.
//!
//! Each pattern has a key, a literal part that is in every path which it matches. What has no key of
//! a path cannot match it. For the join, for waivers, and for the patterns that match nothing.

use std::collections::{BTreeSet, HashMap};

use super::paths::{FoldedPath, PathSet};

/// Path sets by the keys of their patterns. A set is known by a number of the caller's.
#[derive(Clone, Debug, Default)]
pub(super) struct PathIndex {
    starts: Keys,
    components: Keys,
    ends: Keys,
    always: Vec<usize>,
    /// How many there are.
    owners: usize,
}

/// What is in every path that a pattern matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key<'p> {
    /// Whole components, from the root.
    Start(&'p str),
    /// One whole component.
    Component(&'p str),
    /// The end of a component.
    End(&'p str),
    /// Nothing that could be looked for.
    None,
}

/// Owners by key, and which lengths the keys have.
#[derive(Clone, Debug, Default)]
struct Keys {
    owners: HashMap<Vec<u8>, Vec<usize>>,
    lengths: BTreeSet<usize>,
}

impl<'p> Key<'p> {
    /// The key of a pattern that begins anywhere: its longest component.
    pub(super) fn of_components(text: &'p str) -> Self {
        let longest = text.split('/').max_by_key(|part| part.len());
        longest.map_or(Self::None, Key::Component)
    }

    /// The key of a glob.
    pub(super) fn of_glob(text: &'p str) -> Self {
        const SPECIAL: [char; 7] = ['*', '?', '[', ']', '{', '}', '\\'];
        let literal = &text[..text.find(SPECIAL).unwrap_or(text.len())];
        if let Some((start, _)) = literal.rsplit_once('/') {
            return Self::Start(start);
        }
        // In brackets a slash divides no components.
        if text.contains(['[', '{', '\\']) {
            return Self::None;
        }
        let parts = text.split('/').filter(|part| !part.contains(SPECIAL));
        let longest = parts.max_by_key(|part| part.len());
        longest.map_or(Self::None, Key::Component)
    }
}

impl PathIndex {
    /// Adds the set that `owner` stands for.
    pub(super) fn add(&mut self, owner: usize, set: &PathSet) {
        self.owners = self.owners.max(owner + 1);
        for key in set.keys() {
            match key {
                Key::Start(text) => self.starts.add(text, owner),
                Key::Component(text) => self.components.add(text, owner),
                Key::End(text) => self.ends.add(text, owner),
                Key::None => self.add_always(owner),
            }
        }
    }

    /// Adds an owner that is asked about every path.
    pub(super) fn add_always(&mut self, owner: usize) {
        if self.always.last() != Some(&owner) {
            self.always.push(owner);
        }
    }

    /// The owners that may have a path, and some that do not.
    pub(super) fn candidates(&self, path: &FoldedPath<'_>) -> BTreeSet<usize> {
        // No key says what a short name is short for.
        if path.has_short_names() {
            return self.always.iter().copied().chain(0..self.owners).collect();
        }
        let mut found: BTreeSet<usize> = self.always.iter().copied().collect();
        for form in path.forms() {
            self.find(form, &mut found);
        }
        found
    }

    /// The owners that may have a path by its very bytes, and some that do not.
    pub(super) fn candidates_as_written(&self, path: &[u8]) -> BTreeSet<usize> {
        let mut found: BTreeSet<usize> = self.always.iter().copied().collect();
        self.find(path, &mut found);
        found
    }

    fn find(&self, form: &[u8], found: &mut BTreeSet<usize>) {
        let mut end = 0;
        for component in form.split(|&byte| byte == b'/') {
            end += component.len();
            self.starts.find(&form[..end], found);
            self.components.find(component, found);
            for &length in self.ends.lengths.range(..=component.len()) {
                let start = component.len() - length;
                self.ends.find(&component[start..], found);
            }
            end += 1;
        }
    }
}

impl Keys {
    fn add(&mut self, text: &str, owner: usize) {
        let owners = self.owners.entry(text.into()).or_default();
        if owners.last() != Some(&owner) {
            owners.push(owner);
            self.lengths.insert(text.len());
        }
    }

    fn find(&self, text: &[u8], found: &mut BTreeSet<usize>) {
        // A text that no key is as long as is not hashed.
        if self.lengths.contains(&text.len())
            && let Some(owners) = self.owners.get(text)
        {
            found.extend(owners);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_key_of_a_glob_is_in_every_path_that_it_matches() {
        for (glob, key) in [
            ("src/team/*.c", Key::Start("src/team")),
            ("src/te*m/deep/x", Key::Start("src")),
            ("**/deep/*.c", Key::Component("deep")),
            ("*/a/longer/?", Key::Component("longer")),
            ("**/{a/deep/b,c}", Key::None),
            ("x/{a/deep/b,c}", Key::Start("x")),
            ("[a/deep/b]", Key::None),
            ("*.c", Key::None),
        ] {
            assert_eq!(Key::of_glob(glob), key, "{glob}");
        }
    }

    proptest! {
        #[test]
        fn no_set_that_has_a_path_is_left_out(
            patterns in prop::collection::vec(
                "(\\*\\*/)?([abA]{1,2}|\\*|\\*\\*|\\?|\\*b|a\\*|\\{a,b/a\\}|\\[!a\\])(/([ab]{1,2}|\\*|\\*\\*|\\*a)){0,2}",
                1..4,
            ),
            path in "[aAb\u{430}]{1,2}(/[ab]{1,2}){0,3}",
        ) {
            let mut index = PathIndex::default();
            let sets: Vec<_> = patterns.iter().map(|one| PathSet::new([one.as_str()])).collect();
            for (at, set) in sets.iter().enumerate() {
                if let Ok(set) = set {
                    index.add(at, set);
                }
            }
            let path = FoldedPath::new(path.as_bytes());
            let candidates = index.candidates(&path);
            let as_written = index.candidates_as_written(path.raw());
            for (at, set) in sets.iter().enumerate() {
                if set.as_ref().is_ok_and(|set| set.contains(&path)) {
                    prop_assert!(candidates.contains(&at), "{}", patterns[at]);
                }
                if set.as_ref().is_ok_and(|set| set.contains_as_written(&path)) {
                    prop_assert!(as_written.contains(&at), "{}", patterns[at]);
                }
            }
        }
    }
}
