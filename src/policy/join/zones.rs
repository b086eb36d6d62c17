//! Zones: what is in them, and what agents may do there.

use std::collections::BTreeMap;

use bstr::BString;
use jiff::civil::Date;

use super::Policy;
use super::agents::entry_within;
use crate::finding::Mode;
use crate::policy::authority::{Authority, ZoneEntry};
use crate::policy::copy_out::CopyOut;
use crate::policy::path_index::PathIndex;
use crate::policy::paths::{FoldedPath, PathSet};
use crate::policy::raw::{Permission, ZoneClass};
use crate::policy::ruling::Ruling;
use crate::text::Spanned;

/// The zone of all files of a repository that carries a class as a whole.
const WHOLE: &str = "repository";

/// A zone, by name: what each authority says of it.
#[derive(Debug)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// The authorities' entries, the highest first, each with its authority's position.
    parts: Vec<(usize, ZoneEntry)>,
    /// The classes of the repository as a whole: then every file is in the zone.
    whole: Vec<ZoneClass>,
}

/// All zones, by name, and where to look for those of a path.
#[derive(Debug, Default)]
pub(super) struct Zones {
    list: Vec<Zone>,
    index: PathIndex,
}

impl Zones {
    /// The zones of all authorities.
    pub(super) fn new(authorities: &[Authority]) -> Self {
        let mut zones: BTreeMap<&str, Zone> = BTreeMap::new();
        let named = |name: &str| Zone {
            name: name.to_owned(),
            parts: Vec::new(),
            whole: Vec::new(),
        };
        for (position, authority) in authorities.iter().enumerate() {
            for (name, entry) in &authority.zones {
                let zone = zones.entry(name).or_insert_with(|| named(name));
                zone.parts.push((position, entry.clone()));
            }
            if !authority.repository_classes.is_empty() {
                let zone = zones.entry(WHOLE).or_insert_with(|| named(WHOLE));
                let classes = authority.repository_classes.iter();
                zone.whole.extend(classes.map(|class| class.value));
            }
        }
        let list: Vec<Zone> = zones.into_values().collect();
        let mut index = PathIndex::default();
        for (at, zone) in list.iter().enumerate() {
            let paths = zone
                .parts
                .iter()
                .filter_map(|(_, part)| part.paths.as_ref());
            paths.for_each(|paths| index.add(at, paths));
            if !zone.whole.is_empty() {
                index.add_always(at);
            }
        }
        Self { list, index }
    }
}

impl Policy {
    /// Every zone, by name.
    pub fn zones(&self) -> &[Zone] {
        &self.zones.list
    }

    /// The zones in which a path lies, by name, in a repository of that name.
    pub fn zones_of<'a>(
        &'a self,
        path: &FoldedPath<'_>,
        repository: Option<&str>,
    ) -> impl Iterator<Item = &'a Zone> {
        let candidates = self.zones.index.candidates(path).into_iter();
        let zones = candidates.filter_map(|at| self.zones.list.get(at));
        zones.filter(move |zone| zone.contains(path, repository))
    }

    /// The zones of which a pattern begins below a directory, by name, in a repository of that name:
    /// what stands in the directory's place stands in theirs.
    pub fn zones_below<'a>(
        &'a self,
        directory: &FoldedPath<'_>,
        repository: Option<&str>,
    ) -> impl Iterator<Item = &'a Zone> {
        let zones = self.zones.list.iter();
        zones.filter(move |zone| {
            let mut sets = zone.path_sets(repository);
            sets.any(|(paths, _)| paths.begins_below(directory))
        })
    }

    /// What agents, or this agent, may do in a zone on a date.
    pub fn permission(&self, zone: &Zone, agent: Option<&str>, date: Date) -> Ruling<Permission> {
        let of_zone = zone.parts.iter().filter_map(|(_, part)| part.agents);
        let whole = self.authorities.iter().flat_map(|authority| {
            let classes = zone.whole.iter();
            classes.filter_map(|class| authority.classes.get(class).copied())
        });
        let classes = zone.classes();
        let entries = self
            .authorities
            .iter()
            .filter_map(|authority| entry_within(authority, agent?, date));
        let of_class = entries.flat_map(|entry| {
            let classes = classes.iter();
            classes.filter_map(|class| entry.classes.get(class).copied())
        });
        of_zone
            .chain(whole)
            .chain(of_class)
            .map(|permission| Ruling::written(permission.value, permission.span))
            .reduce(Ruling::max)
            .unwrap_or(Ruling::default_of(Permission::Allowed))
    }

    /// The zone of that name.
    pub(super) fn zone(&self, name: &str) -> Option<&Zone> {
        let zones = &self.zones.list;
        let at = zones.binary_search_by(|zone| zone.name.as_str().cmp(name));
        zones.get(at.ok()?)
    }
}

impl Zone {
    /// The patterns of its paths as they are written, those of the highest authority first.
    pub fn patterns(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.parts.iter().flat_map(|(_, part)| &part.patterns)
    }

    /// Whether every file is in it, since the repository carries a class as a whole.
    pub fn is_whole(&self) -> bool {
        !self.whole.is_empty()
    }

    /// Its class, as the highest authority that says one has it.
    pub fn class(&self) -> Option<ZoneClass> {
        self.classes().first().copied()
    }

    /// Whether any authority gives it that class.
    pub fn has_class(&self, class: ZoneClass) -> bool {
        self.classes().contains(&class)
    }

    /// Whether a path lies in it, in a repository of that name. The repository's name unknown, a
    /// zone of named repositories holds.
    pub fn contains(&self, path: &FoldedPath<'_>, repository: Option<&str>) -> bool {
        let mut sets = self.path_sets(repository);
        !self.whole.is_empty() || sets.any(|(paths, _)| paths.contains(path))
    }

    /// The pattern that covers a path by another spelling alone, and what the path is then read as:
    /// nobody knows where a name in it may be short for another. `None` where it lies in the zone by its
    /// very bytes, or not at all.
    pub fn likeness(
        &self,
        path: &FoldedPath<'_>,
        repository: Option<&str>,
    ) -> Option<(&Spanned<String>, Option<BString>)> {
        let written = |(paths, _): (&PathSet, _)| paths.contains_as_written(path);
        if self.is_whole() || self.path_sets(repository).any(written) {
            return None;
        }
        let mut sets = self.path_sets(repository);
        let (paths, patterns) = sets.find(|(paths, _)| paths.contains(path))?;
        let covers = |pattern: &&Spanned<String>| {
            let one = PathSet::new([pattern.value.as_str()]);
            one.is_ok_and(|one| one.contains(path))
        };
        let pattern = patterns.iter().find(covers)?;
        Some((pattern, paths.form_of(path).map(BString::from)))
    }

    /// The paths of its parts that hold in a repository of that name, compiled and as written.
    fn path_sets(
        &self,
        repository: Option<&str>,
    ) -> impl Iterator<Item = (&PathSet, &[Spanned<String>])> {
        let parts = self.parts_of(repository);
        parts.filter_map(|part| Some((part.paths.as_ref()?, part.patterns.as_slice())))
    }

    /// The markers of its files, in a repository of that name.
    pub fn markers(&self, repository: Option<&str>) -> impl Iterator<Item = &str> {
        let parts = self.parts_of(repository);
        parts.flat_map(|part| part.markers.iter().map(String::as_str))
    }

    /// When its content counts as copied out of it, in a repository of that name; `None`: never.
    pub fn copy_out(&self, repository: Option<&str>) -> Option<CopyOut> {
        let opinions = self.parts_of(repository).filter_map(|part| part.copy_out);
        opinions.reduce(CopyOut::joined)
    }

    /// What is said of it that holds in a repository of that name.
    fn parts_of(&self, repository: Option<&str>) -> impl Iterator<Item = &ZoneEntry> {
        let parts = self.parts.iter().map(|(_, part)| part);
        parts.filter(move |part| match (&part.repos, repository) {
            (Some(repos), Some(name)) => repos.names(name),
            (None, _) | (_, None) => true,
        })
    }

    fn classes(&self) -> Vec<ZoneClass> {
        let parts = self.parts.iter().filter_map(|(_, part)| part.class);
        let classes = parts.map(|class| class.value);
        classes.chain(self.whole.iter().copied()).collect()
    }

    pub(super) fn mode_within(&self, authority: usize) -> Option<Ruling<Mode>> {
        let part = self
            .parts
            .iter()
            .find(|(position, _)| *position == authority)?;
        part.1
            .mode
            .map(|mode| Ruling::written(mode.value, mode.span))
    }
}
