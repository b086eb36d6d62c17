//! What cannot be compared key by key: modes of rules and zones, agents, models, and what a policy
//! builds on.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::models::models;
use super::walk::{Entry, Walker, both, items, said};
use super::{Part, Weakening, plain};
use crate::policy::WARN_DAYS;
use crate::policy::lattice::{Direction, Rank, direction};
use crate::policy::show::{RuleDefault, agent_on};
use crate::policy::yaml::{Node, NodeKind, at};
use crate::text::Span;

/// The keys that are compared here.
pub(super) fn elsewhere(path: &[&str]) -> bool {
    match path {
        [section] => matches!(*section, "agents" | "extends" | "models"),
        ["rules", _, key] => *key != "waivable",
        ["zones", _, key] => *key == "mode",
        _ => false,
    }
}

/// Of an agent the days are compared by what holds on them.
fn of_days(path: &[&str]) -> bool {
    matches!(path, ["agents", _, "since" | "until"])
}

/// Two versions of a policy.
pub(super) struct Units<'a> {
    pub(super) old: &'a Node,
    pub(super) new: &'a Node,
    pub(super) highest: bool,
    pub(super) rules: &'a [RuleDefault],
    pub(super) date: Date,
}

/// How long `*` may be, times the agents that it holds for, to be compared at each of them where it
/// changes. Beyond it all of them are weaker.
const STARS: usize = 1 << 24;

const SIDES: [&str; 2] = ["agents", "humans"];

/// A mode and who says it; `None` for a rule's own.
type Said<'n> = (Rank, Option<&'n Node>);

impl<'a> Units<'a> {
    pub(super) fn compare(&self, found: &mut Vec<Weakening>) {
        self.extends(found);
        self.agents(found);
        let section = |tree: &'a Node| at(tree, &["models"]);
        models(section(self.old), section(self.new), found);
        self.rule_modes(found);
        self.zone_modes(found);
    }

    /// What a policy builds on. What packs say is compared by itself; what else a source says nobody
    /// knows.
    fn extends(&self, found: &mut Vec<Weakening>) {
        let default = [pack("default")];
        let sources = |tree: &'a Node| at(tree, &["extends"]).map(|list| items(Some(list)));
        let known = |tree| match sources(tree) {
            None if self.highest => &default[..],
            sources => sources.unwrap_or_default(),
        };
        let texts = |list: &[Node]| -> BTreeSet<String> {
            list.iter().map(|item| said(Some(item))).collect()
        };
        let (before, after) = (known(self.old), known(self.new));
        let (were, are) = (texts(before), texts(after));
        let lacks = |list: &BTreeSet<String>, item| !list.contains(&said(Some(item)));
        let gone = before.iter().find(|item| lacks(&are, item));
        let pack = |item: &Node| item.entry("pack").is_some();
        let came = after.iter().find(|item| !pack(item) && lacks(&were, item));
        if gone.is_none() && came.is_none() {
            return;
        }
        let now = came.or_else(|| at(self.new, &["extends"]));
        found.push(weakening("extends", gone.map(Part::of), now.map(Part::of)));
    }

    fn agents(&self, found: &mut Vec<Weakening>) {
        let section = |tree: &'a Node| at(tree, &["agents"]);
        let (old, new) = (section(self.old), section(self.new));
        let star = |section: Option<&'a Node>| at(section?, &["*"]);
        let mut told: BTreeSet<(Option<Span>, Option<Span>)> = BTreeSet::new();
        let mut ids = both(old, new);
        // What `*` says is told there, not at each agent.
        ids.sort_by_key(|(id, ..)| *id != "*");
        let stars = [star(old), star(new)];
        let [before, after] = stars.map(said);
        let changed = before != after;
        let most = before.len().max(after.len()).saturating_mul(ids.len());
        if changed && most > STARS {
            let [was, now] = stars.map(|star| star.map(Part::of));
            found.push(weakening("agents.*", was, now));
            return;
        }
        for (id, before, after) in ids {
            let own = [before, after].map(|entry| entry.map(|(_, value)| value));
            if !changed && said(own[0]) == said(own[1]) {
                continue;
            }
            for day in self.days(
                own.iter().chain(&stars).flatten().copied(),
                &["since", "until"],
            ) {
                let on = |place: usize| self.filled(agent_on(own[place], stars[place], day));
                let mut weaker = Vec::new();
                let mut walker = Walker {
                    highest: self.highest,
                    leave_out: of_days,
                    found: &mut weaker,
                };
                walker.compare(&mut vec!["agents", id], Some(&on(0)), Some(&on(1)));
                for mut one in weaker {
                    let span = |part: &Option<Part>| part.as_ref().map(|part| part.span);
                    if told.insert((span(&one.was), span(&one.now))) {
                        one.from = (day > self.date).then_some(day);
                        found.push(one);
                    }
                }
            }
        }
    }

    /// The default of `warn_days`, where it is this policy's opinion.
    fn filled(&self, mut agent: Node) -> Node {
        let silent = self.highest && agent.entry("warn_days").is_none();
        if let (true, NodeKind::Map(entries)) = (silent, &mut agent.kind) {
            entries.push((plain("warn_days"), plain(&WARN_DAYS.to_string())));
        }
        agent
    }

    fn rule_modes(&self, found: &mut Vec<Weakening>) {
        let section = |tree: &'a Node| at(tree, &["rules"]);
        for (id, before, after) in both(section(self.old), section(self.new)) {
            let own = [before, after].map(|entry| entry.map(|(_, value)| value));
            for side in SIDES {
                let days = self.days(own.iter().flatten().copied(), &["from"]);
                for day in days {
                    let on = |place: usize| self.mode(id, own[place], side, day);
                    if let Some(one) = weaker(&format!("rules.{id}.{side}"), on(0), on(1)) {
                        let from = (day > self.date).then_some(day);
                        let same = |other: &Weakening| other.was == one.was && other.now == one.now;
                        if !found.iter().rev().take(2).any(same) {
                            found.push(Weakening { from, ..one });
                        }
                        break;
                    }
                }
            }
        }
    }

    /// A zone's own mode stands before that of the rules which find something in zones.
    fn zone_modes(&self, found: &mut Vec<Weakening>) {
        let section = |tree: &'a Node| at(tree, &["zones"]);
        for (name, before, after) in both(section(self.old), section(self.new)) {
            let mode = |entry: Option<&'a Entry>| at(&entry?.1, &["mode"]);
            let own = [mode(before), mode(after)];
            if after.is_none() || (own[0].is_none() && own[1].is_none()) {
                continue;
            }
            let judging = self
                .rules
                .iter()
                .filter(|rule| rule.rule.starts_with("zone-"));
            let judging = judging.flat_map(|rule| {
                let sides = SIDES.into_iter().zip([rule.agents, rule.humans]);
                let judged = sides.filter(|(_, mode)| mode.is_some());
                judged.map(|(side, _)| (rule.rule, side))
            });
            let mut weaker = judging.filter_map(|(rule, side)| {
                let rules = [self.old, self.new].map(|tree| at(tree, &["rules", rule]));
                let days = self.days(rules.into_iter().flatten(), &["from"]);
                days.into_iter().find_map(|day| {
                    let said = |place: usize| match own[place] {
                        Some(mode) => Some((rank_of(mode), Some(mode))),
                        None => self.mode(rule, rules[place], side, day),
                    };
                    // A zone that is new had no findings.
                    let was = before.and_then(|_| said(0));
                    let one = weaker(&format!("zones.{name}.mode"), was, said(1))?;
                    let from = (day > self.date).then_some(day);
                    Some(Weakening { from, ..one })
                })
            });
            found.extend(weaker.next());
        }
    }

    /// What a policy says of a rule's mode on a day; `None` where it has no opinion, or the rule does
    /// not judge that side.
    fn mode<'n>(
        &self,
        id: &str,
        rule: Option<&'n Node>,
        side: &str,
        day: Date,
    ) -> Option<Said<'n>> {
        let known = self.rules.iter().find(|default| default.rule == id);
        let default = known.map(|known| {
            if side == "agents" {
                known.agents
            } else {
                known.humans
            }
        });
        if default == Some(None) {
            return None;
        }
        let value = |key| rule.and_then(|rule| at(rule, &[key]));
        let begun = value("from").and_then(date).is_some_and(|from| from <= day);
        let written = value(side)
            .or_else(|| value("then").filter(|_| begun))
            .or_else(|| value("mode"));
        match (written, default.flatten()) {
            (Some(mode), _) => Some((rank_of(mode), Some(mode))),
            (None, Some(mode)) if self.highest => Some((rank_of(&plain(mode.word())), None)),
            _ => None,
        }
    }

    /// The run's date, and the later days on which something that these say changes.
    fn days<'n>(&self, nodes: impl Iterator<Item = &'n Node>, keys: &[&str]) -> BTreeSet<Date> {
        let mut days = BTreeSet::from([self.date]);
        for node in nodes {
            for key in keys {
                let day = at(node, &[key]).and_then(date);
                // An end includes its day.
                let change = if *key == "until" {
                    day.and_then(|day| day.tomorrow().ok())
                } else {
                    day
                };
                days.extend(change.filter(|day| *day > self.date));
            }
        }
        days
    }
}

fn weaker(key: &str, old: Option<Said<'_>>, new: Option<Said<'_>>) -> Option<Weakening> {
    let rank = |said: &Option<Said<'_>>| said.as_ref().map(|(rank, _)| rank.clone());
    if rank(&new) >= rank(&old) {
        return None;
    }
    let part = |said: Option<Said<'_>>| said.and_then(|(_, node)| node.map(Part::of));
    Some(weakening(key, part(old), part(new)))
}

pub(super) fn weakening(key: &str, was: Option<Part>, now: Option<Part>) -> Weakening {
    Weakening {
        key: key.to_owned(),
        was,
        now,
        more: 0,
        from: None,
    }
}

fn rank_of(mode: &Node) -> Rank {
    let modes = direction(&["zones", "*", "mode"]).unwrap_or(Direction::Free);
    modes.rank(Some(mode)).unwrap_or(Rank::Number(0))
}

fn date(node: &Node) -> Option<Date> {
    node.text()?.parse().ok()
}

fn pack(name: &str) -> Node {
    let kind = NodeKind::Map(vec![(plain("pack"), plain(name))]);
    let span = Span::default();
    Node { span, kind }
}
