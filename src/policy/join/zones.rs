//! Zones: what is in them, and who may change it.

mod permissions;

use std::collections::BTreeMap;
use std::sync::Arc;

use bstr::BString;

use super::Policy;
use crate::finding::Mode;
use crate::policy::authority::{Authority, ZoneEntry};
use crate::policy::copy_out::CopyOut;
use crate::policy::groups::has_say;
use crate::policy::path_index::PathIndex;
use crate::policy::paths::{FoldedPath, PathList, PathSet, repository_ends};
use crate::policy::raw::{HumanProof, ZoneClass};
use crate::policy::ruling::Ruling;
use crate::text::Spanned;

/// The zone of all files of a repository that carries a class as a whole.
const WHOLE: &str = "repository";

/// A zone, by name: what each authority says of it.
#[derive(Debug)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// The authorities' entries that hold here, the highest first.
    parts: Vec<Part>,
    /// The classes of the repository as a whole, each with the authority's position: then every file is in
    /// the zone.
    whole: Vec<(usize, ZoneClass)>,
}

/// What one authority says of a zone.
#[derive(Debug)]
struct Part {
    /// The authority's position.
    authority: usize,
    entry: Arc<ZoneEntry>,
    /// Whether it is known to hold here: not, where it names repositories and this one has no name.
    certain: bool,
}

/// All zones, by name, and where to look for those of a path.
#[derive(Debug, Default)]
pub(super) struct Zones {
    list: Vec<Zone>,
    index: PathIndex,
}

impl Zones {
    /// The zones of all authorities that hold in a repository of that name. The name unknown, zones of
    /// named repositories hold.
    pub(super) fn new(authorities: &[Authority], repository: Option<&str>) -> Self {
        let mut zones: BTreeMap<&str, Zone> = BTreeMap::new();
        let named = |name: &str| Zone {
            name: name.to_owned(),
            parts: Vec::new(),
            whole: Vec::new(),
        };
        let ends = repository.map(repository_ends);
        for (position, authority) in authorities.iter().enumerate() {
            for (name, entry) in &authority.zones {
                let holds = match (&entry.repos, &ends) {
                    (Some(repos), Some(ends)) => repos.set().contains_any(ends),
                    (None, _) | (_, None) => true,
                };
                if holds {
                    let zone = zones.entry(name).or_insert_with(|| named(name));
                    zone.parts.push(Part {
                        authority: position,
                        entry: Arc::clone(entry),
                        certain: entry.repos.is_none() || repository.is_some(),
                    });
                }
            }
            if !authority.repository_classes.is_empty() {
                let zone = zones.entry(WHOLE).or_insert_with(|| named(WHOLE));
                let classes = authority.repository_classes.iter();
                zone.whole
                    .extend(classes.map(|class| (position, class.value)));
            }
        }
        let list: Vec<Zone> = zones.into_values().collect();
        let mut index = PathIndex::default();
        for (at, zone) in list.iter().enumerate() {
            let paths = zone.entries().filter_map(|entry| entry.paths.as_ref());
            paths.for_each(|paths| index.add(at, paths.set()));
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
        &self.held_zones().list
    }

    /// The zones in which a path lies, by name.
    pub fn zones_of<'a>(&'a self, path: &FoldedPath<'_>) -> impl Iterator<Item = &'a Zone> {
        let zones = self.held_zones();
        let candidates = zones.index.candidates(path).into_iter();
        let held = candidates.filter_map(|at| zones.list.get(at));
        held.filter(move |zone| zone.contains(path))
    }

    /// The zones of which a pattern begins below a directory, by name:
    /// what stands in the directory's place stands in theirs.
    pub fn zones_below<'a>(&'a self, directory: &FoldedPath<'_>) -> impl Iterator<Item = &'a Zone> {
        let zones = self.zones().iter();
        zones.filter(move |zone| {
            let mut sets = zone.path_sets();
            sets.any(|(paths, _)| paths.begins_below(directory))
        })
    }

    /// Which proof of a person a change of a zone needs.
    pub fn human_proof(&self, zone: &Zone) -> Ruling<HumanProof> {
        zone.entries()
            .filter_map(|entry| entry.human_proof)
            .map(|proof| Ruling::written(proof.value, proof.span))
            .reduce(Ruling::max)
            .unwrap_or(Ruling::default_of(HumanProof::None))
    }

    /// Whether people of these groups are enough for a zone: one of each list.
    pub fn suffices(&self, zone: &Zone, groups: &[String]) -> bool {
        let lists = self.approver_lists(zone);
        let of = |list: &Vec<String>| list.iter().any(|name| groups.contains(name));
        !groups.is_empty() && lists.iter().all(of)
    }

    /// The lists of groups that a zone asks for. An authority that speaks of the zone and lists none means all of
    /// its own. Where one that has none speaks of it so, or a class of the whole repository makes the zone, each
    /// authority that has groups means its own: one more that lists some takes nothing of that back.
    pub fn approver_lists(&self, zone: &Zone) -> Vec<Vec<String>> {
        let mut lists: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        let mut open = zone.is_whole();
        for part in &zone.parts {
            let listed = part.entry.approvers.clone();
            match listed.or_else(|| self.own_groups(part.authority)) {
                Some(list) => {
                    lists.insert(part.authority, list);
                }
                None => open = true,
            }
        }
        if open {
            for at in 0..self.authorities.len() {
                if let Some(own) = self.own_groups(at) {
                    lists.entry(at).or_insert(own);
                }
            }
        }
        lists.into_values().collect()
    }

    /// The groups of an authority that has a say in who is in them, if it has groups.
    fn own_groups(&self, authority: usize) -> Option<Vec<String>> {
        let own = self.authorities.get(authority)?;
        let counts = !own.approvers.is_empty() && has_say(&self.authorities, own.role);
        counts.then(|| own.approvers.keys().cloned().collect())
    }

    /// Why it is not known who may approve in a zone, if it is not.
    pub fn unread_approvers(&self, zone: &Zone) -> Option<&str> {
        let lists = self.approver_lists(zone);
        let mut named = lists.iter().flatten();
        named.find_map(|name| self.groups().unread(name))
    }

    /// The zone of that name.
    pub fn zone(&self, name: &str) -> Option<&Zone> {
        let zones = self.zones();
        let at = zones.binary_search_by(|zone| zone.name.as_str().cmp(name));
        zones.get(at.ok()?)
    }
}

impl Zone {
    /// The patterns of its paths as they are written, those of the highest authority first.
    pub fn patterns(&self) -> impl Iterator<Item = &Spanned<String>> {
        let listed = self.entries().filter_map(|entry| entry.paths.as_ref());
        listed.flat_map(PathList::written)
    }

    /// Whether every file is in it, since the repository carries a class as a whole.
    pub fn is_whole(&self) -> bool {
        !self.whole.is_empty()
    }

    /// Its class, as the highest authority that says one has it.
    pub fn class(&self) -> Option<ZoneClass> {
        self.classes().next()
    }

    /// Whether any authority gives it that class.
    pub fn has_class(&self, class: ZoneClass) -> bool {
        self.classes().any(|own| own == class)
    }

    /// Whether a path lies in it.
    pub fn contains(&self, path: &FoldedPath<'_>) -> bool {
        let mut sets = self.path_sets();
        !self.whole.is_empty() || sets.any(|(paths, _)| paths.contains(path))
    }

    /// The pattern that covers a path by another spelling alone, and what the path is then read as:
    /// nobody knows where a name in it may be short for another. `None` where it lies in the zone by its
    /// very bytes, or not at all.
    pub fn likeness(&self, path: &FoldedPath<'_>) -> Option<(&Spanned<String>, Option<BString>)> {
        let written = |(paths, _): (&PathSet, _)| paths.contains_as_written(path);
        if self.is_whole() || self.path_sets().any(written) {
            return None;
        }
        let mut sets = self.path_sets();
        let (paths, patterns) = sets.find(|(paths, _)| paths.contains(path))?;
        let covers = |pattern: &&Spanned<String>| {
            let one = PathSet::new([pattern.value.as_str()]);
            one.is_ok_and(|one| one.contains(path))
        };
        let pattern = patterns.iter().find(covers)?;
        Some((pattern, paths.form_of(path).map(BString::from)))
    }

    /// The paths of its parts, compiled and as written.
    fn path_sets(&self) -> impl Iterator<Item = (&PathSet, &[Spanned<String>])> {
        self.entries()
            .filter_map(|part| part.paths.as_ref())
            .map(|paths| (paths.set(), paths.written()))
    }

    /// The markers of its files.
    pub fn markers(&self) -> impl Iterator<Item = &str> {
        let markers = self.entries().flat_map(|entry| &entry.markers);
        markers.map(String::as_str)
    }

    /// When its content counts as copied out of it; `None`: never.
    pub fn copy_out(&self) -> Option<CopyOut> {
        let opinions = self.entries().filter_map(|part| part.copy_out);
        opinions.reduce(CopyOut::joined)
    }

    fn entries(&self) -> impl Iterator<Item = &ZoneEntry> {
        self.parts.iter().map(|part| &*part.entry)
    }

    /// Its classes, by whichever authority.
    pub fn classes(&self) -> impl Iterator<Item = ZoneClass> {
        self.given_classes().map(|(_, class)| class)
    }

    /// Its classes, each with the position of the authority that gives it.
    fn given_classes(&self) -> impl Iterator<Item = (usize, ZoneClass)> {
        let of_part = |part: &Part| Some((part.authority, part.entry.class?.value));
        let classes = self.parts.iter().filter_map(of_part);
        classes.chain(self.whole.iter().copied())
    }

    /// The mode that an authority gives its findings; `otherwise` where it gives none, and where the
    /// stricter of the two holds because nobody knows whether this one does.
    pub(super) fn mode_within(
        &self,
        authority: usize,
        otherwise: Option<Ruling<Mode>>,
    ) -> Option<Ruling<Mode>> {
        let part = self.parts.iter().find(|part| part.authority == authority);
        let own = part.and_then(|part| Some((part.certain, part.entry.mode?)));
        let Some((certain, mode)) = own else {
            return otherwise;
        };
        let own = Ruling::written(mode.value, mode.span);
        match otherwise {
            Some(otherwise) if !certain => Some(own.max(otherwise)),
            _ => Some(own),
        }
    }
}
