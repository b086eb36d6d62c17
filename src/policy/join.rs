//! The join of the authorities. Every question is put to each; the strictest answer holds.

mod accounts;
mod agents;
mod register;
mod zones;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::civil::Date;

use super::authority::{Authority, Forbid, Limits, Require, Role};
use super::automation::Automation;
use super::export::ReadExport;
use super::groups::Groups;
use super::raw::RawCatalogueEntry;
use super::ruling::Ruling;
use super::source::Sources;
use crate::finding::{Mode, PolicyLine, Stage, Subject};
use crate::sign::Gpg;
use crate::text::Span;
use zones::Zones;

pub use agents::WARN_DAYS;
pub use register::Registered;
pub use zones::Zone;

/// The joined policy, the highest authority first.
#[derive(Debug, Default)]
pub struct Policy {
    authorities: Vec<Authority>,
    /// The name of the repository, where it is known.
    repository: Option<String>,
    zones: OnceLock<Zones>,
    groups: Groups,
    sources: Sources,
}

const DEFAULT_LIMITS: (u64, u64, u64) = (100_000, 500_000, 64 << 20);

impl Policy {
    /// Joins authorities, the highest first.
    pub fn join(mut authorities: Vec<Authority>, sources: Sources) -> Self {
        // What several authorities say is one requirement, told once and at the highest.
        let (mut required, mut forbidden) = (BTreeSet::new(), BTreeSet::new());
        for authority in &mut authorities {
            authority.require.retain(|one| required.insert(one.key()));
            authority.forbid.retain(|one| forbidden.insert(one.key()));
        }
        let groups = Groups::of(&authorities);
        Self {
            authorities,
            repository: None,
            zones: OnceLock::new(),
            groups,
            sources,
        }
    }

    /// The same in a repository of that name: what is said of zones of other repositories is left out.
    /// Without a name all of it holds.
    #[must_use]
    pub fn in_repository(self, name: Option<&str>) -> Self {
        Self {
            repository: name.map(str::to_owned),
            zones: OnceLock::new(),
            ..self
        }
    }

    /// All zones that hold here, made when the first of them is asked for.
    fn held_zones(&self) -> &Zones {
        let repository = self.repository.as_deref();
        self.zones
            .get_or_init(|| Zones::new(&self.authorities, repository))
    }

    /// The catalogue entries that count, the highest authority's first: the system's and the
    /// organisation's; without these, those of the repository's trusted sides. Never the change's own:
    /// more signs make more changes an agent's, and a policy may be milder with those.
    pub fn catalogue(&self) -> impl Iterator<Item = (&str, &RawCatalogueEntry)> {
        let counting = self.with_the_say();
        counting.flat_map(|one| one.catalogue.iter().map(|(id, entry)| (id.as_str(), entry)))
    }

    /// Whether somebody stands above the repository and has the defaults.
    pub fn is_below_another(&self) -> bool {
        let above = |one: &Authority| matches!(one.role, Role::System | Role::Org) && one.defaults;
        self.authorities.iter().any(above)
    }

    /// The bots that are neither agents nor people, by those who may say who somebody is.
    pub fn automation(&self) -> impl Iterator<Item = Automation> {
        let sides = self.with_the_say().enumerate();
        sides.flat_map(|(side, one)| {
            let entries = one.automation.iter().cloned();
            entries.map(move |entry| Automation { side, ..entry })
        })
    }

    /// The trusted sides that are of one rank, by the [`Automation::side`] of their bots: the organisation's
    /// policies where they name several, else the repository's own. None makes a bot for another.
    pub fn sides_of_one_rank(&self) -> Vec<usize> {
        let least = self.least_with_a_say();
        let sides = self.with_the_say().enumerate();
        let lowest = sides.filter(|(_, one)| one.role == least);
        lowest.map(|(side, _)| side).collect()
    }

    /// Whether a repository's own catalogue does not count, since the organisation has a say.
    pub fn has_idle_catalogue(&self) -> bool {
        let mut own = self
            .authorities
            .iter()
            .filter(|one| one.role == Role::Repository);
        self.least_with_a_say() == Role::Org && own.any(|one| !one.catalogue.is_empty())
    }

    /// The lowest role that has a say where only one side may: the organisation's where somebody
    /// stands above the repository, else the repository's own.
    fn least_with_a_say(&self) -> Role {
        if self.is_below_another() {
            Role::Org
        } else {
            Role::Repository
        }
    }

    /// The authorities that may say who somebody is: the organisation and what stands above it; of one
    /// repository alone its trusted sides. Never the change itself.
    fn with_the_say(&self) -> impl Iterator<Item = &Authority> {
        let least = self.least_with_a_say();
        self.authorities.iter().filter(move |one| one.role <= least)
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
        let zone = zone.and_then(|name| self.zone(name));
        self.authorities
            .iter()
            .enumerate()
            .filter_map(|(position, authority)| {
                let default = authority.defaults.then_some(Ruling::default_of(default));
                let of_rule = mode_within(authority, rule, subject, date).or(default);
                match zone {
                    Some(zone) => zone.mode_within(position, of_rule),
                    None => of_rule,
                }
            })
            .reduce(Ruling::max)
            .unwrap_or(Ruling::default_of(default))
    }

    /// The strongest mode that a stage applies.
    pub fn cap(&self, stage: Stage) -> Mode {
        self.cap_ruling(stage).value
    }

    /// The strongest mode that a stage applies, and who says so.
    pub fn cap_ruling(&self, stage: Stage) -> Ruling<Mode> {
        let default = Ruling::default_of(Mode::Block);
        let said = |authority: &Authority| {
            let mode = authority.stages.get(&stage)?;
            Some(Ruling::written(mode.value, mode.span))
        };
        self.opinions(said, default)
            .reduce(Ruling::max)
            .unwrap_or(default)
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
    pub(super) fn opinions<T: Copy>(
        &self,
        said: impl Fn(&Authority) -> Option<T>,
        default: T,
    ) -> impl Iterator<Item = T> {
        let of =
            move |authority: &Authority| said(authority).or(authority.defaults.then_some(default));
        self.authorities.iter().filter_map(of)
    }

    /// Every agent that an authority lists, by id; `*` among them where it is listed.
    pub fn listed_agents(&self) -> BTreeSet<&str> {
        let ids = self.authorities.iter().flat_map(|one| one.agents.keys());
        ids.map(String::as_str).collect()
    }

    pub(super) fn authorities(&self) -> &[Authority] {
        &self.authorities
    }

    pub(super) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Reads the exports of groups, as of a day.
    pub fn read_exports(&mut self, read: &ReadExport<'_>, date: Date, gpg: &Gpg) {
        self.groups.read_exports(read, date, gpg);
    }

    /// The groups of people who may approve.
    pub fn groups(&self) -> &Groups {
        &self.groups
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

    /// The repository's names as its trusted sides say, each once: a change does not rename the
    /// repository out of a zone.
    pub fn repository_names(&self) -> Vec<&str> {
        let trusted = self.authorities.iter();
        let trusted = trusted.filter(|one| one.role < Role::Change);
        let mut names: Vec<&str> = Vec::new();
        for name in trusted.filter_map(|one| one.repository.as_ref()) {
            if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                names.push(name);
            }
        }
        names
    }

    /// Whether a path of the repository is one by which a policy file was named.
    pub fn is_file(&self, path: &[u8]) -> bool {
        let mut files = self.sources.list().iter();
        files.any(|file| {
            let name = file.name.as_bytes();
            !name.starts_with(b"pack:") && name.strip_prefix(b"./").unwrap_or(name) == path
        })
    }

    /// The files of those who have that role, each with its name and its text, the highest first.
    pub fn files(&self, role: Role) -> impl Iterator<Item = (&str, &[u8])> {
        let of_role = self.authorities.iter().filter(move |one| one.role == role);
        let files = of_role.filter_map(|one| self.sources.list().get(usize::from(one.file?)));
        files.map(|file| (file.name.as_str(), file.text.as_slice()))
    }

    /// The line of a place in a policy file.
    pub fn line(&self, span: Span) -> PolicyLine {
        self.sources.line(span)
    }

    /// The text of a policy line, where it is known which file is meant.
    pub fn text_of(&self, line: &PolicyLine) -> Option<&[u8]> {
        self.sources.text_of(line)
    }
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
