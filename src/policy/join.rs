//! The join of the authorities. Every question is put to each; the strictest answer holds.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::authority::{AgentEntry, Authority, Forbid, Limits, Require, Role, ZoneEntry};
use super::paths::FoldedPath;
use super::raw::{Permission, RawCatalogueEntry, Status, ZoneClass};
use super::ruling::Ruling;
use super::source::Sources;
use crate::finding::{Mode, PolicyLine, Stage, Subject};
use crate::text::Span;

/// The joined policy, the highest authority first.
#[derive(Debug, Default)]
pub struct Policy {
    authorities: Vec<Authority>,
    zones: Vec<Zone>,
    sources: Sources,
}

/// A zone, by name: what each authority says of it.
#[derive(Debug)]
pub struct Zone {
    /// Its name.
    pub name: String,
    /// The authorities' entries, the highest first, each with its authority's position.
    parts: Vec<(usize, ZoneEntry)>,
}

const DEFAULT_LIMITS: (u64, u64, u64) = (100_000, 500_000, 64 << 20);

impl Policy {
    /// Joins authorities, the highest first.
    pub fn join(authorities: Vec<Authority>, sources: Sources) -> Self {
        let mut zones: BTreeMap<String, Zone> = BTreeMap::new();
        for (position, authority) in authorities.iter().enumerate() {
            for (name, entry) in &authority.zones {
                let zone = Zone {
                    name: name.clone(),
                    parts: Vec::new(),
                };
                zones
                    .entry(name.clone())
                    .or_insert(zone)
                    .parts
                    .push((position, entry.clone()));
            }
        }
        Self {
            authorities,
            zones: zones.into_values().collect(),
            sources,
        }
    }

    /// An agent's status on a date. An agent that no authority lists counts as approved.
    pub fn status(&self, agent: &str, date: Date) -> Ruling<Status> {
        self.authorities
            .iter()
            .filter_map(|authority| status_within(authority, agent, date))
            .reduce(Ruling::max)
            .unwrap_or(Ruling::default_of(Status::Approved))
    }

    /// The catalogue entries that count, the highest authority's first: the organisation's; without
    /// one, those of the repository's trusted sides. Never the change's own: more signs make more
    /// changes an agent's, and a policy may be milder with those.
    pub fn catalogue(&self) -> impl Iterator<Item = (&str, &RawCatalogueEntry)> {
        let role = self.catalogue_role();
        let counting = self.authorities.iter().filter(move |one| one.role == role);
        counting.flat_map(|one| one.catalogue.iter().map(|(id, entry)| (id.as_str(), entry)))
    }

    /// Whether a repository's own catalogue does not count, since the organisation has a say.
    pub fn has_idle_catalogue(&self) -> bool {
        let mut own = self
            .authorities
            .iter()
            .filter(|one| one.role == Role::Repository);
        self.catalogue_role() == Role::Org && own.any(|one| !one.catalogue.is_empty())
    }

    fn catalogue_role(&self) -> Role {
        let org = self.authorities.iter().any(|one| one.role == Role::Org);
        if org { Role::Org } else { Role::Repository }
    }

    /// What agents, or this agent, may do in a zone on a date.
    pub fn permission(&self, zone: &Zone, agent: Option<&str>, date: Date) -> Ruling<Permission> {
        let of_zone = zone.parts.iter().filter_map(|(_, part)| part.agents);
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
            .chain(of_class)
            .map(|permission| Ruling::written(permission.value, permission.span))
            .reduce(Ruling::max)
            .unwrap_or(Ruling::default_of(Permission::Allowed))
    }

    /// The mode of a rule's finding before the stage's cap.
    ///
    /// `default` is the rule's own, the opinion of the highest authority.
    pub fn mode(
        &self,
        rule: &str,
        subject: Subject,
        zone: Option<&str>,
        default: Mode,
        date: Date,
    ) -> Ruling<Mode> {
        let at = |name| {
            self.zones
                .binary_search_by(|zone| zone.name.as_str().cmp(name))
        };
        let zone = zone.and_then(|name| self.zones.get(at(name).ok()?));
        self.authorities
            .iter()
            .enumerate()
            .filter_map(|(position, authority)| {
                let of_zone = zone.and_then(|zone| zone.mode_within(position));
                let written = of_zone.or_else(|| mode_within(authority, rule, subject, date));
                written.or(authority.defaults.then_some(Ruling::default_of(default)))
            })
            .reduce(Ruling::max)
            .unwrap_or(Ruling::default_of(default))
    }

    /// The strongest mode that a stage applies.
    pub fn cap(&self, stage: Stage) -> Mode {
        let said = |authority: &Authority| authority.stages.get(&stage).map(|mode| mode.value);
        self.opinions(said, Mode::Block)
            .max()
            .unwrap_or(Mode::Block)
    }

    /// What incomplete does at stage commit.
    pub fn incomplete_at_commit(&self) -> Mode {
        let said = |authority: &Authority| authority.incomplete_commit.map(|mode| mode.value);
        self.opinions(said, Mode::Block)
            .max()
            .unwrap_or(Mode::Block)
    }

    /// The limits; 0 is none.
    pub fn limits(&self) -> (u64, u64, u64) {
        let least = |pick: fn(&Limits) -> Option<u64>, default: u64| {
            // 0 means none, so it is the largest.
            self.opinions(|authority| pick(&authority.limits), default)
                .min_by_key(|&limit| if limit == 0 { u64::MAX } else { limit })
                .unwrap_or(default)
        };
        (
            least(|limits| limits.commits, DEFAULT_LIMITS.0),
            least(|limits| limits.files, DEFAULT_LIMITS.1),
            least(|limits| limits.blob_bytes, DEFAULT_LIMITS.2),
        )
    }

    /// What each authority says of one thing; the default is the opinion of the highest.
    fn opinions<T: Copy>(
        &self,
        said: impl Fn(&Authority) -> Option<T>,
        default: T,
    ) -> impl Iterator<Item = T> {
        let of =
            move |authority: &Authority| said(authority).or(authority.defaults.then_some(default));
        self.authorities.iter().filter_map(of)
    }

    /// Every zone, by name.
    pub fn zones(&self) -> &[Zone] {
        &self.zones
    }

    /// Every required trailer of every authority.
    pub fn required_trailers(&self) -> impl Iterator<Item = &Require> {
        self.authorities
            .iter()
            .flat_map(|authority| &authority.require)
    }

    /// Every forbidden trailer of every authority.
    pub fn forbidden_trailers(&self) -> impl Iterator<Item = &Forbid> {
        self.authorities
            .iter()
            .flat_map(|authority| &authority.forbid)
    }

    /// Whether the prepare-commit-msg hook writes the agent's trailer.
    pub fn stamps(&self) -> bool {
        self.authorities
            .iter()
            .any(|authority| authority.stamp.is_some_and(|stamp| stamp.value))
    }

    /// The id and version of the highest authority that has them.
    pub fn identity(&self) -> (Option<&str>, Option<u64>) {
        let id = self
            .authorities
            .iter()
            .find_map(|authority| authority.id.as_ref());
        let version = self
            .authorities
            .iter()
            .find_map(|authority| authority.version.as_ref());
        (
            id.map(|id| id.value.as_str()),
            version.map(|version| version.value),
        )
    }

    /// The earliest date by which an authority wanted its policy reviewed.
    pub fn review_by(&self) -> Option<Date> {
        self.authorities
            .iter()
            .filter_map(|authority| authority.review_by.as_ref())
            .map(|date| date.value)
            .min()
    }

    /// The repository's name as its trusted side says, if it does: a change does not rename the
    /// repository out of a zone.
    pub fn repository_name(&self) -> Option<&str> {
        let trusted = self
            .authorities
            .iter()
            .filter(|one| one.role < Role::Change);
        let mut names = trusted.filter_map(|one| one.repository.as_ref());
        names.next().map(|name| name.value.as_str())
    }

    /// The line of a place in a policy file.
    pub fn line(&self, span: Span) -> PolicyLine {
        self.sources.line(span)
    }
}

impl Zone {
    /// Its class, as the highest authority that says one has it.
    pub fn class(&self) -> Option<ZoneClass> {
        self.parts
            .iter()
            .find_map(|(_, part)| part.class)
            .map(|class| class.value)
    }

    /// Whether any authority gives it that class.
    pub fn has_class(&self, class: ZoneClass) -> bool {
        self.classes().contains(&class)
    }

    /// Whether a path lies in it, in a repository of that name. The repository's name unknown, a
    /// zone of named repositories holds.
    pub fn contains(&self, path: &FoldedPath<'_>, repository: Option<&str>) -> bool {
        self.parts.iter().any(|(_, part)| {
            let here = match (&part.repos, repository) {
                (Some(repos), Some(name)) => repos.names(name),
                (None, _) | (_, None) => true,
            };
            here && part
                .paths
                .as_ref()
                .is_some_and(|paths| paths.contains(path))
        })
    }

    fn classes(&self) -> Vec<ZoneClass> {
        self.parts
            .iter()
            .filter_map(|(_, part)| part.class)
            .map(|class| class.value)
            .collect()
    }

    fn mode_within(&self, authority: usize) -> Option<Ruling<Mode>> {
        let part = self
            .parts
            .iter()
            .find(|(position, _)| *position == authority)?;
        part.1
            .mode
            .map(|mode| Ruling::written(mode.value, mode.span))
    }
}

/// An authority's entry for an agent on a date. `*` stands for agents that the same authority does
/// not list. Before its `since` an entry is as if it were not there.
fn entry_within<'a>(authority: &'a Authority, agent: &str, date: Date) -> Option<&'a AgentEntry> {
    let begun = |entry: &&AgentEntry| entry.since.as_ref().is_none_or(|since| since.value <= date);
    let mut entries = [agent, "*"]
        .into_iter()
        .filter_map(|id| authority.agents.get(id));
    entries.find(begun)
}

fn status_within(authority: &Authority, agent: &str, date: Date) -> Option<Ruling<Status>> {
    let own = entry_within(authority, agent, date).filter(|entry| entry.status.is_some());
    let entry = own.or_else(|| entry_within(authority, "*", date))?;
    let status = entry.status.as_ref()?;
    let lapsed = entry.until.as_ref().filter(|until| until.value < date);
    Some(match (status.value, lapsed) {
        (Status::Approved | Status::Conditional, Some(until)) => {
            Ruling::written(Status::Denied, until.span)
        }
        (value, _) => Ruling::written(value, status.span),
    })
}

/// `agents` or `humans` before `mode`, `mode` after its ramp.
fn mode_within(
    authority: &Authority,
    rule: &str,
    subject: Subject,
    date: Date,
) -> Option<Ruling<Mode>> {
    let setting = authority.rules.get(rule)?;
    let own = match subject {
        Subject::Agent => setting.agents,
        Subject::Human => setting.humans,
    };
    let ramped = setting
        .then
        .filter(|(_, from)| *from <= date)
        .map(|(mode, _)| mode);
    own.or(ramped)
        .or(setting.mode)
        .map(|mode| Ruling::written(mode.value, mode.span))
}
