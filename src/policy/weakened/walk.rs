//! Two trees compared key by key, each by its direction.

use std::collections::{BTreeMap, BTreeSet};

use super::models::normalised;
use super::{Part, Weakening, cover, keeps};
use crate::policy::lattice::{Direction, direction};
use crate::policy::yaml::{Node, NodeKind};
use crate::text::Span;

/// Sections whose keys are names: one that is gone is told once.
const NAMED: &[&str] = &[
    "accounts",
    "agents",
    "approvers",
    "automation",
    "catalogue",
    "classes",
    "models",
    "rules",
    "zones",
];

/// What is true where the highest policy says nothing.
const TRUE_BY_DEFAULT: &[&str] = &["secrets", "entropy"];

pub(super) type Entry = (Node, Node);

/// What was found weaker so far.
pub(super) struct Walker<'a> {
    /// Whether the defaults are its opinion too.
    pub(super) highest: bool,
    /// Keys that somebody else compares.
    pub(super) leave_out: fn(&[&str]) -> bool,
    pub(super) found: &'a mut Vec<Weakening>,
}

/// A map's entries by key, and the keys of both in the order of the first and then of the second.
pub(super) fn both<'n>(
    old: Option<&'n Node>,
    new: Option<&'n Node>,
) -> Vec<(&'n str, Option<&'n Entry>, Option<&'n Entry>)> {
    let (old, new) = (entries(old), entries(new));
    let by_key = |entries: &'n [Entry]| -> BTreeMap<&'n str, &'n Entry> {
        let keyed = entries.iter().filter_map(|one| Some((one.0.text()?, one)));
        keyed.collect()
    };
    let (before, after) = (by_key(old), by_key(new));
    let added = new.iter().filter_map(|(key, _)| key.text());
    let added = added.filter(|key| !before.contains_key(key));
    let keys = old.iter().filter_map(|(key, _)| key.text()).chain(added);
    keys.map(|key| (key, before.get(key).copied(), after.get(key).copied()))
        .collect()
}

pub(super) fn entries(node: Option<&Node>) -> &[Entry] {
    match node.map(|node| &node.kind) {
        Some(NodeKind::Map(entries)) => entries,
        _ => &[],
    }
}

impl Walker<'_> {
    /// Compares what stands under a path.
    pub(super) fn compare<'n>(
        &mut self,
        path: &mut Vec<&'n str>,
        old: Option<&'n Node>,
        new: Option<&'n Node>,
    ) {
        if (self.leave_out)(path) {
            return;
        }
        if let Some(direction) = direction(path) {
            self.leaf(path, direction, old, new);
            return;
        }
        let named = matches!(path.as_slice(), [section] if NAMED.contains(section));
        for (key, old, new) in both(old, new) {
            let before = self.found.len();
            path.push(key);
            self.compare(path, old.map(|one| &one.1), new.map(|one| &one.1));
            if let (true, Some((key, _)), None) = (named, old, new)
                && self.found.len() > before
            {
                self.found.truncate(before);
                let part = Part {
                    text: String::new(),
                    span: key.span,
                };
                self.push(path, Some(part), None, 0);
            }
            // So is one that is new, however much of it may loosen something.
            if let (true, None, Some((_, value))) = (named, old, new)
                && self.found.len() > before + 1
            {
                self.found.truncate(before);
                self.push(path, None, Some(Part::of(value)), 0);
            }
            path.pop();
        }
    }

    /// Compares two values of one key.
    pub(super) fn leaf(
        &mut self,
        path: &[&str],
        direction: Direction,
        old: Option<&Node>,
        new: Option<&Node>,
    ) {
        match direction {
            Direction::Free | Direction::Dated => {}
            Direction::Kept => {
                if old.is_some() && said(old) != said(new) {
                    self.push(path, old.map(Part::of), new.map(Part::of), 0);
                }
            }
            Direction::Source => {
                if said(old) != said(new) {
                    self.push(path, old.map(Part::of), new.map(Part::of), 0);
                }
            }
            Direction::Union => self.lost(path, old, new),
            Direction::Admits => match (old, new) {
                (Some(_), None) => self.push(path, old.map(Part::of), None, 0),
                (Some(_), Some(_)) => {
                    let form = match path.last() {
                        Some(&"models") => normalised,
                        _ => str::to_owned,
                    };
                    self.gained(path, old, new, form, cover::words);
                }
                (None, _) => {}
            },
            Direction::Grants => {
                let covers = match path.first() {
                    Some(&"accounts") => cover::words,
                    _ => |one: &str, other: &str| one == other,
                };
                self.gained(path, old, new, str::to_owned, covers);
            }
            // Where nothing was covered, a `!` takes nothing out.
            Direction::Covers if old.is_none() => {}
            Direction::Holds if new.is_none() => {}
            Direction::Holds if old.is_none() => self.push(path, None, new.map(Part::of), 0),
            Direction::Covers | Direction::Holds => self.patterns(path, old, new),
            Direction::Allows => self.widened(path, old, new),
            _ => self.ranked(path, direction, old, new),
        }
    }

    fn ranked(
        &mut self,
        path: &[&str],
        direction: Direction,
        old: Option<&Node>,
        new: Option<&Node>,
    ) {
        let truth = self.highest && path == TRUE_BY_DEFAULT;
        let rank = |value: Option<&Node>| match value {
            None if truth => direction.rank(Some(&super::plain("true"))),
            None if !self.highest => direction.rank_of_silence(),
            _ => direction.rank(value),
        };
        if rank(new) < rank(old) {
            self.push(path, old.map(Part::of), new.map(Part::of), 0);
        }
    }

    /// Entries of the old list that the new one does not keep.
    fn lost(&mut self, path: &[&str], old: Option<&Node>, new: Option<&Node>) {
        let after: BTreeSet<String> = items(new).iter().map(|item| said(Some(item))).collect();
        let mut lost: Vec<&Node> = items(old).iter().collect();
        lost.retain(|item| !after.contains(&said(Some(item))));
        let texts: Vec<String> = lost.iter().map(|item| said(Some(item))).collect();
        if cover::are_few(
            texts.iter().map(String::as_str),
            after.iter().map(String::as_str),
        ) {
            lost.retain(|item| !items(new).iter().any(|new| keeps(path, item, new)));
        }
        if let Some(first) = lost.first() {
            self.push(path, Some(Part::of(first)), None, lost.len() - 1);
        }
    }

    /// Entries of the new list that the old one has not, each in the form in which it counts.
    fn gained(
        &mut self,
        path: &[&str],
        old: Option<&Node>,
        new: Option<&Node>,
        form: fn(&str) -> String,
        covers: fn(&str, &str) -> bool,
    ) {
        let text = |item| form(&said(Some(item)));
        let texts = |node| -> Vec<String> { items(node).iter().map(text).collect() };
        let (before, after) = (texts(old), texts(new));
        let before: Vec<&str> = before.iter().map(String::as_str).collect();
        let narrow: Vec<&str> = after.iter().map(String::as_str).collect();
        let gained = cover::uncovered(&narrow, &before, covers);
        let Some(first) = gained.first() else {
            return;
        };
        let item = items(new).iter().find(|item| text(item) == *first);
        self.push(path, None, item.map(Part::of), gained.len() - 1);
    }

    /// A pattern that came, or a `!` that is gone, makes a set larger unless others make up for it.
    fn widened(&mut self, path: &[&str], old: Option<&Node>, new: Option<&Node>) {
        let before = self.found.len();
        self.patterns(path, new, old);
        for one in self.found.iter_mut().skip(before) {
            std::mem::swap(&mut one.was, &mut one.now);
        }
    }

    /// A pattern that is gone, or a `!` that came, makes a set smaller unless others make up for it.
    fn patterns(&mut self, path: &[&str], old: Option<&Node>, new: Option<&Node>) {
        let of = |node, negative: bool| -> Vec<&str> {
            let texts = items(node).iter().filter_map(Node::text);
            texts
                .filter(|text| text.starts_with('!') == negative)
                .collect()
        };
        let place = |node, text: &str| {
            let item = items(node).iter().find(|item| item.text() == Some(text));
            item.map(Part::of)
        };
        let lost = cover::uncovered(&of(old, false), &of(new, false), cover::paths);
        if let Some(first) = lost.first() {
            self.push(path, place(old, first), None, lost.len() - 1);
        }
        let taken_out = |wide: &str, narrow: &str| cover::paths(&wide[1..], &narrow[1..]);
        let taken = cover::uncovered(&of(new, true), &of(old, true), taken_out);
        if let Some(first) = taken.first() {
            self.push(path, None, place(new, first), taken.len() - 1);
        }
    }

    pub(super) fn push(
        &mut self,
        path: &[&str],
        was: Option<Part>,
        now: Option<Part>,
        more: usize,
    ) {
        let key = path.join(".");
        self.found.push(Weakening {
            key,
            was,
            now,
            more,
            from: None,
        });
    }
}

/// What `own` says less strictly than what stands above it says of the same key, each place once.
pub(super) fn lower<'n>(
    path: &mut Vec<&'n str>,
    above: &'n Node,
    own: &'n Node,
    told: &mut BTreeSet<Span>,
    found: &mut Vec<Weakening>,
) {
    for (key, above, own) in both(Some(above), Some(own)) {
        let (Some((_, above)), Some((_, own))) = (above, own) else {
            continue;
        };
        path.push(key);
        let direction = direction(path).filter(|direction| *direction != Direction::Rising);
        match direction {
            None => lower(path, above, own, told, found),
            Some(direction) => {
                // When a policy is to be reviewed is its own affair.
                let weaker = direction.rank(Some(own)) < direction.rank(Some(above));
                if weaker && path[0] != "policy" && told.insert(own.span) {
                    found.push(Weakening {
                        key: path.join("."),
                        was: Some(Part::of(above)),
                        now: Some(Part::of(own)),
                        more: 0,
                        from: None,
                    });
                }
            }
        }
        path.pop();
    }
}

pub(super) fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.kind) {
        Some(NodeKind::Seq(items)) => items,
        _ => &[],
    }
}

/// What a value says, whatever its quotes and the order of its keys: a scalar's text as it is.
pub(super) fn said(node: Option<&Node>) -> String {
    let within = |node: &Node| match node.text() {
        Some(text) => format!("{text:?}"),
        None => said(Some(node)),
    };
    match node.map(|node| &node.kind) {
        None => String::new(),
        Some(NodeKind::Scalar { text, .. }) => text.clone(),
        Some(NodeKind::Seq(items)) => {
            let items: Vec<String> = items.iter().map(within).collect();
            format!("[{}]", items.join(", "))
        }
        Some(NodeKind::Map(entries)) => {
            let pair = |(key, value): &Entry| format!("{}: {}", said(Some(key)), within(value));
            let mut pairs: Vec<String> = entries.iter().map(pair).collect();
            pairs.sort_unstable();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}
