//! The agent catalogue, indexed by everything that a commit may show.

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, OnceLock};

use bstr::ByteSlice as _;

use super::mailbox;
use super::mark;
use super::raw::{Entry, ExactTrailer};
use crate::git::Identity;
use crate::policy::{PathTable, SignKind};
use crate::text::{fold, shape::Shape};

/// The agent of a well-formed `NAME:MODEL` whose name the catalogue lacks.
pub const UNLISTED: &str = "unlisted";

/// All agents, by id, and where each of their signs leads. An index value is a place in `entries`.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// One whose signs come first, so that none of them can be taken away.
    first: Option<&'static Catalogue>,
    entries: Vec<Entry>,
    aliases: HashMap<String, usize>,
    mailboxes: HashMap<String, usize>,
    mailbox_shapes: Vec<(Shape, usize)>,
    slugs: HashMap<String, usize>,
    ids: HashMap<u64, usize>,
    /// Shared mailboxes, with the display names.
    shared: HashMap<String, Vec<(String, usize)>>,
    keys: HashMap<String, (usize, bool)>,
    together: Vec<(Vec<String>, usize)>,
    trailers: HashMap<String, Vec<(Wanted, usize)>>,
    marks: mark::Marks,
    suffixes: Vec<(String, usize)>,
    branches: Vec<(String, usize)>,
    /// By what each is steered, made when somebody asks.
    steering: OnceLock<PathTable>,
}

/// What a trailer's value must be.
#[derive(Clone, Debug)]
enum Wanted {
    Value(String),
    Shape(Shape),
}

impl Wanted {
    /// `None` where the entry says neither, or a shape that is none: it never fits.
    fn of(trailer: &ExactTrailer) -> Option<Self> {
        match (&trailer.value, &trailer.shape) {
            (Some(value), _) => Some(Self::Value(value.to_lowercase())),
            (None, Some(shape)) => Shape::parse(shape).map(Self::Shape),
            (None, None) => None,
        }
    }

    fn fits(&self, folded: &str) -> bool {
        match self {
            Self::Value(value) => value == folded,
            Self::Shape(shape) => shape.fits(folded),
        }
    }
}

/// An entry that something leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'c> {
    /// The entry's id.
    pub(super) agent: &'c str,
    /// Whether it was found only once look-alike and invisible characters were folded away.
    pub(super) disguised: bool,
}

static BUILTIN: LazyLock<Catalogue> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the build step wrote it from the same type; an empty catalogue would see no agent"
    )]
    let entries = serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/agents.json")))
        .expect("the embedded catalogue is what the build step wrote");
    Catalogue::new(entries)
});

impl Catalogue {
    /// The catalogue that this binary holds.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Indexes `entries`. Where two claim the same sign, the first by id has it.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|one, other| one.agent.cmp(&other.agent));
        let mut new = Self::default();
        for (at, entry) in entries.iter().enumerate() {
            new.index(at, entry);
        }
        new.entries = entries;
        new
    }

    /// Indexes `entries`, which are the built-in ones and more. A sign of a built-in agent stays its
    /// own, whatever other beginning or end of it another entry claims.
    pub(super) fn extending_builtin(entries: Vec<Entry>) -> Self {
        Self {
            first: Some(Self::builtin()),
            ..Self::new(entries)
        }
    }

    fn index(&mut self, at: usize, entry: &Entry) {
        for alias in std::iter::once(&entry.agent).chain(&entry.aliases) {
            self.aliases
                .entry(joined(&alias.to_lowercase()))
                .or_insert(at);
        }
        for email in &entry.emails {
            self.mailboxes.entry(email.to_lowercase()).or_insert(at);
        }
        let shapes = entry.email_shapes.iter();
        let shapes = shapes.filter_map(|shape| Some((Shape::parse(shape)?, at)));
        self.mailbox_shapes.extend(shapes);
        for slug in &entry.slugs {
            self.slugs.entry(slug.to_lowercase()).or_insert(at);
        }
        for id in &entry.ids {
            self.ids.entry(*id).or_insert(at);
        }
        for shared in &entry.shared {
            let name = (shared.name.to_lowercase(), at);
            let mailbox = shared.email.to_lowercase();
            self.shared.entry(mailbox).or_default().push(name);
        }
        for key in &entry.keys {
            self.keys
                .entry(key.key.to_lowercase())
                .or_insert((at, key.anywhere));
        }
        if !entry.together.is_empty() {
            let keys = entry.together.iter().map(|key| key.to_lowercase());
            self.together.push((keys.collect(), at));
        }
        for trailer in &entry.trailers {
            let wanted = Wanted::of(trailer).map(|wanted| (wanted, at));
            let key = trailer.key.to_lowercase();
            self.trailers.entry(key).or_default().extend(wanted);
        }
        self.marks.add(at, entry);
        if let Some(suffix) = &entry.author_suffix {
            self.suffixes.push((suffix.clone(), at));
        }
        let branches = entry.branches.iter().map(|prefix| (prefix.clone(), at));
        self.branches.extend(branches);
    }

    /// Who has a sign already: an agent by its id.
    pub fn owner(&self, kind: SignKind, sign: &str) -> Option<&str> {
        let folded = sign.to_lowercase();
        let at = match kind {
            SignKind::Alias => self.aliases.get(&joined(&folded)).copied(),
            SignKind::Email => return self.by_mailbox(&folded).map(|found| found.agent),
            SignKind::Slug => self.slugs.get(&folded).copied(),
            SignKind::Account => self.ids.get(&sign.parse().ok()?).copied(),
            SignKind::Key => self.keys.get(&folded).map(|(at, _)| *at),
            SignKind::Suffix => return self.by_suffix(sign.as_bytes()),
            SignKind::Branch => return self.by_branch(sign.as_bytes()),
            SignKind::Line => return self.marks(sign.as_bytes()).first().map(|(id, _)| *id),
        };
        self.id(at?)
    }

    /// The ids of all agents, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.agent.as_str())
    }

    /// All entries, by id.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of an id.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        let at = self
            .entries
            .binary_search_by(|entry| entry.agent.as_str().cmp(id))
            .ok()?;
        self.entries.get(at)
    }

    /// The agent whose mailbox this is. Never by domain, never by a part of it.
    pub(super) fn by_mailbox(&self, mailbox: &str) -> Option<Found<'_>> {
        let first = self.first.and_then(|first| first.by_mailbox(mailbox));
        first.or_else(|| self.own_mailbox(mailbox))
    }

    fn own_mailbox(&self, mailbox: &str) -> Option<Found<'_>> {
        self.folded(mailbox, |folded| {
            self.mailboxes
                .get(folded)
                .or_else(|| self.slugs.get(mailbox::slug(folded)?))
                .or_else(|| self.ids.get(&mailbox::account(folded)?))
                .copied()
                .or_else(|| {
                    let mut shapes = self.mailbox_shapes.iter();
                    let (_, at) = shapes.find(|(shape, _)| shape.fits(folded))?;
                    Some(*at)
                })
        })
    }

    /// Whether an address is an agent's.
    pub fn is_agent(&self, mailbox: &str) -> bool {
        self.by_address("", mailbox).is_some()
    }

    /// Whether somebody of this name and address is an agent: some share a mailbox with people.
    pub fn is_agents(&self, who: &Identity) -> bool {
        let (name, mailbox) = (who.name.to_str_lossy(), who.email.to_str_lossy());
        self.by_address(&name, &mailbox).is_some()
    }

    /// The agent whose address this is: by its mailbox, or by the name on a mailbox of several.
    pub(super) fn by_address(&self, name: &str, mailbox: &str) -> Option<Found<'_>> {
        let first = self.first.and_then(|first| first.by_address(name, mailbox));
        first.or_else(|| self.by_mailbox(mailbox)).or_else(|| {
            let names = self.shared.get(&fold::letters(mailbox.as_bytes()))?;
            let found = self.folded(name, |folded| {
                let (_, at) = names.iter().find(|(name, _)| name == folded)?;
                Some(*at)
            })?;
            Some(Found {
                disguised: found.disguised || !mailbox.is_ascii(),
                ..found
            })
        })
    }

    /// The agents all of whose keys are among these, each with the first of its keys.
    pub(super) fn by_keys(&self, has: impl Fn(&str) -> bool) -> Vec<(&str, &str)> {
        let all = self.together.iter();
        all.filter(|(keys, _)| keys.iter().all(|key| has(key)))
            .filter_map(|(keys, at)| Some((self.id(*at)?, keys.first()?.as_str())))
            .collect()
    }

    /// The agent that has this GitHub login.
    pub(super) fn by_slug(&self, slug: &str) -> Option<Found<'_>> {
        self.folded(slug, |folded| self.slugs.get(folded).copied())
    }

    /// The agent that this name means where an agent is asked for.
    pub(super) fn by_alias(&self, name: &str) -> Option<Found<'_>> {
        self.folded(name, |folded| self.aliases.get(&joined(folded)).copied())
    }

    /// The agent that alone writes this trailer key, as the trailer reader folded it, and whether
    /// it counts wherever it stands.
    pub(super) fn by_key(&self, folded: &str) -> Option<(&str, bool)> {
        let &(at, anywhere) = self.keys.get(folded)?;
        Some((self.id(at)?, anywhere))
    }

    /// The agent that alone writes trailers of this key, as the trailer reader folded it.
    pub fn agent_of_key(&self, folded: &str) -> Option<&str> {
        self.by_key(folded).map(|(agent, _)| agent)
    }

    /// The agents that a trailer means with this value alone.
    pub(super) fn by_trailer(&self, key: &str, value: &str) -> Vec<Found<'_>> {
        let wanted = self.trailers.get(key).into_iter().flatten();
        let found = wanted.filter_map(|(wanted, at)| {
            self.folded(value, |folded| wanted.fits(folded).then_some(*at))
        });
        found.collect()
    }

    /// The agent that ends people's names so.
    pub(super) fn by_suffix(&self, name: &[u8]) -> Option<&str> {
        if let Some(agent) = self.first.and_then(|first| first.by_suffix(name)) {
            return Some(agent);
        }
        let (_, at) = self
            .suffixes
            .iter()
            .find(|(suffix, _)| name.ends_with(suffix.as_bytes()))?;
        self.id(*at)
    }

    /// The agent that names branches so.
    pub(super) fn by_branch(&self, branch: &[u8]) -> Option<&str> {
        if let Some(agent) = self.first.and_then(|first| first.by_branch(branch)) {
            return Some(agent);
        }
        let (_, at) = self
            .branches
            .iter()
            .find(|(prefix, _)| branch.starts_with(prefix.as_bytes()))?;
        self.id(*at)
    }

    /// The marks in a message, and whose they are.
    pub(super) fn marks(&self, message: &[u8]) -> Vec<(&str, mark::Mark)> {
        let mut all = match self.first {
            Some(first) => first.marks(message),
            None => Vec::new(),
        };
        let known: BTreeSet<u32> = all.iter().map(|(_, mark)| mark.number).collect();
        let found = self.marks.find(message).into_iter();
        let found = found.filter(|mark| !known.contains(&mark.number));
        all.extend(found.filter_map(|mark| Some((self.id(mark.entry)?, mark))));
        all
    }

    /// The agents that a file of this path steers, by id.
    pub fn steered_by(&self, path: &[u8]) -> Vec<&str> {
        let table = self.steering.get_or_init(|| {
            let entries = self.entries.iter();
            PathTable::new(entries.map(|entry| entry.steered_by.iter().map(String::as_str)))
        });
        let owners = table.owners(path).into_iter();
        owners.filter_map(|at| self.id(at)).collect()
    }

    fn id(&self, at: usize) -> Option<&str> {
        self.entries.get(at).map(|entry| entry.agent.as_str())
    }

    fn folded(&self, text: &str, look_up: impl Fn(&str) -> Option<usize>) -> Option<Found<'_>> {
        let disguised = !text.is_ascii();
        let at = if disguised {
            look_up(&fold::letters(text.as_bytes()))
        } else {
            look_up(&text.to_ascii_lowercase())
        };
        Some(Found {
            agent: self.id(at?)?,
            disguised,
        })
    }
}

/// A name with hyphens between its words, however they are written apart: `claude_code`.
fn joined(name: &str) -> String {
    let words = name.split([' ', '\t', '_', '-']);
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}
