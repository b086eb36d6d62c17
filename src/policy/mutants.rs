//! Mutants of a policy: in each, one thing that it says is relaxed. For `trial`, which asks whether one of
//! the policy's tests sees it.
//!
//! What can be relaxed, and to what, follows from the key's [`Direction`]: no key is known here by its
//! name. What [`Versions::weakened`] does not call weaker is no mutant, and neither is what is no policy.

use jiff::civil::Date;

use super::lattice::{Direction, MODES, SAME, direction, is_seen};
use super::pending::pending;
use super::show::RuleDefault;
use super::yaml::{Limits, Node, NodeKind, canonical_json, parse};
use super::{Loader, Versions, Vocabulary};
use crate::text::Span;

/// A day that no test reaches.
const NEVER: &str = "9999-12-31";
/// Whom nobody named, as a member of a group: tests may let them approve.
const STRANGER: &str = "stranger@nowhere.example (stranger)";
/// A pattern of repositories that fits none.
const NOWHERE: &str = "no-owner/no-repository";

/// Something of a policy that can be relaxed.
#[derive(Clone, Debug)]
pub struct Relaxation {
    /// The key as a path, `zones.ci.mode`; of a list with the entry, `zones.ci.paths[.circleci/**]`.
    pub key: String,
    /// What it says.
    pub was: String,
    /// Where that stands.
    pub span: Span,
    path: Vec<String>,
    /// What may stand there instead, the least relaxed first; `None`: nothing.
    ways: Vec<Option<Node>>,
    /// Whether what it belongs to may go as a whole, where it cannot be without it.
    whole: bool,
}

/// What comes of relaxing something.
#[derive(Clone, Debug)]
pub enum Relaxed {
    /// A policy that enforces less.
    Mutant(Mutant),
    /// Nothing that would enforce less.
    AsStrict,
    /// Nothing that would be a policy, in any way that is known here: no test was asked.
    Unmade,
}

/// A policy in which something is relaxed.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What it says now; `None`: nothing.
    pub now: Option<String>,
    /// The whole policy.
    pub text: Vec<u8>,
}

/// The policy that mutants are made of.
pub struct Original<'a> {
    name: &'a str,
    text: &'a [u8],
    tree: Node,
    vocabulary: &'a Vocabulary,
    rules: &'a [RuleDefault],
    date: Date,
}

impl<'a> Original<'a> {
    /// Reads it; `None` where it is none. `rules` are the rules' own modes.
    pub fn read(
        name: &'a str,
        text: &'a [u8],
        vocabulary: &'a Vocabulary,
        rules: &'a [RuleDefault],
        date: Date,
    ) -> Option<Self> {
        let tree = parse(0, text, &Limits::ORG, &mut Vec::new())?;
        Some(Self {
            name,
            text,
            tree,
            vocabulary,
            rules,
            date,
        })
    }

    /// All that can be relaxed in what it says itself, in the order of its lines.
    pub fn relaxations(&self) -> Vec<Relaxation> {
        let mut found = Vec::new();
        collect(&mut Vec::new(), &self.tree, &mut found);
        found
    }

    /// The policy with that relaxed, as little as can be.
    pub fn mutant(&self, relaxation: &Relaxation) -> Relaxed {
        let path: Vec<&str> = relaxation.path.iter().map(String::as_str).collect();
        let above = path.split_last().map(|(_, above)| above);
        let whole = above
            .filter(|above| relaxation.whole && above.len() > 1)
            .map(|above| (above, None));
        let ways = relaxation
            .ways
            .iter()
            .map(|way| (path.as_slice(), way.as_ref()));
        let mut none = if relaxation.ways.is_empty() {
            Relaxed::AsStrict
        } else {
            Relaxed::Unmade
        };
        for (path, way) in ways.chain(whole) {
            let tree = replaced(&self.tree, path, way);
            let text = tree.map(|tree| canonical_json(&tree).into_bytes());
            let Some(text) = text.filter(|text| self.is_policy(text)) else {
                continue;
            };
            if self.is_weaker(&text) {
                let now = way.map(said);
                return Relaxed::Mutant(Mutant { now, text });
            }
            none = Relaxed::AsStrict;
        }
        none
    }

    fn is_policy(&self, text: &[u8]) -> bool {
        let mut loader = Loader::new(self.vocabulary.clone());
        let read = loader.read(self.name, text, &Limits::ORG, true);
        read.is_some_and(|(node, _)| pending(&node).is_empty())
    }

    fn is_weaker(&self, text: &[u8]) -> bool {
        let mut versions = Versions::new(self.rules, self.date);
        let mut read = |text| versions.read(self.name, text, &Limits::ORG, true).ok();
        let (Some(old), Some(new)) = (read(self.text), read(text)) else {
            return false;
        };
        !versions.weakened(&old, &new).is_empty()
    }
}

fn collect(path: &mut Vec<String>, node: &Node, found: &mut Vec<Relaxation>) {
    if let Some(direction) = direction(path) {
        if is_seen(path) {
            found.extend(relaxed(path, direction, node));
        }
        return;
    }
    if let NodeKind::Map(entries) = &node.kind {
        for (key, value) in entries {
            path.push(key.text().unwrap_or_default().to_owned());
            collect(path, value, found);
            path.pop();
        }
    }
}

/// What a value of this direction can be relaxed to.
fn relaxed(path: &[String], direction: Direction, node: &Node) -> Vec<Relaxation> {
    let one = |ways: Vec<Option<Node>>| {
        vec![Relaxation {
            key: path.join("."),
            was: said(node),
            span: node.span,
            path: path.to_vec(),
            ways,
            whole: false,
        }]
    };
    let text = node.text().unwrap_or_default();
    let number = text.parse::<u64>().unwrap_or(0);
    let numbers = |numbers: &[u64]| {
        let ways = numbers
            .iter()
            .map(|number| Some(scalar(&number.to_string(), true)));
        ways.chain([None]).collect()
    };
    match direction {
        Direction::Words(words) => one(weaker(words, text)),
        Direction::Dated => match MODES {
            Direction::Words(modes) if modes.contains(&text) => one(weaker(modes, text)),
            _ => one(vec![Some(scalar(NEVER, true))]),
        },
        // Zero is the least of the one and no limit for the other.
        Direction::Most | Direction::Limit => one(numbers(&[0])),
        Direction::Least | Direction::Within(_) => {
            one(numbers(&[number.saturating_mul(2) + 1, 100]))
        }
        Direction::Allowance => one(numbers(&[number.saturating_mul(2)])),
        Direction::Earliest => one(vec![Some(scalar(NEVER, true)), None]),
        Direction::Admits => one(vec![None]),
        Direction::Grants | Direction::Allows => one(with_all(node)),
        Direction::Union | Direction::Source => without_each(path, node, |_| true, None),
        Direction::Covers => without_each(path, node, |text| !text.starts_with('!'), None),
        Direction::Holds => without_each(path, node, |_| true, Some(NOWHERE)),
        Direction::Rising | Direction::Kept | Direction::Free => Vec::new(),
    }
}

/// The weaker words, the nearest first.
fn weaker(words: &[&str], text: &str) -> Vec<Option<Node>> {
    let place = words.iter().position(|word| *word == text).unwrap_or(0);
    let weaker = words[..place].iter().rev();
    let other = |word: &&&str| !SAME.contains(&(text, **word));
    weaker
        .filter(other)
        .map(|word| Some(scalar(word, true)))
        .collect()
}

/// A list with one entry more, which stands for all there are: where entries are `Key: value`, for all
/// values of a key; where they are people, for somebody.
fn with_all(node: &Node) -> Vec<Option<Node>> {
    let with = |all: &str| {
        let mut list = items(node).to_vec();
        list.push(scalar(all, false));
        Some(of(node, NodeKind::Seq(list)))
    };
    let keys = items(node)
        .iter()
        .filter_map(|entry| entry.text()?.split_once(':'));
    let values = keys.map(|(key, _)| with(&format!("{key}: *")));
    let all = ["**", "*"].into_iter().map(with).chain(values);
    all.chain([with(STRANGER)]).collect()
}

/// A list without each of its entries in turn. `last` stands in for the only one.
fn without_each(
    path: &[String],
    node: &Node,
    is_meant: fn(&str) -> bool,
    last: Option<&str>,
) -> Vec<Relaxation> {
    let all = items(node);
    let meant = all.iter().enumerate();
    let meant = meant.filter(|(_, entry)| entry.text().is_none_or(is_meant));
    let without = |(place, entry): (usize, &Node)| {
        let mut rest = all.to_vec();
        rest.remove(place);
        if let (true, Some(last)) = (rest.is_empty(), last) {
            rest.push(scalar(last, false));
        }
        Relaxation {
            key: format!("{}[{}]", path.join("."), said(entry)),
            was: said(entry),
            span: entry.span,
            path: path.to_vec(),
            ways: vec![Some(of(node, NodeKind::Seq(rest))), None],
            whole: true,
        }
    };
    meant.map(without).collect()
}

/// A tree with another value at a path, or with none.
fn replaced(node: &Node, path: &[&str], value: Option<&Node>) -> Option<Node> {
    let Some((key, rest)) = path.split_first() else {
        return value.cloned();
    };
    let NodeKind::Map(entries) = &node.kind else {
        return None;
    };
    let mut entries = entries.clone();
    let place = entries
        .iter()
        .position(|entry| entry.0.text() == Some(key))?;
    match replaced(&entries.get(place)?.1, rest, value) {
        Some(value) => entries.get_mut(place)?.1 = value,
        None => drop(entries.remove(place)),
    }
    Some(of(node, NodeKind::Map(entries)))
}

fn items(node: &Node) -> &[Node] {
    match &node.kind {
        NodeKind::Seq(items) => items,
        NodeKind::Map(_) | NodeKind::Scalar { .. } => &[],
    }
}

fn of(node: &Node, kind: NodeKind) -> Node {
    let span = node.span;
    Node { span, kind }
}

fn scalar(text: &str, plain: bool) -> Node {
    let text = text.to_owned();
    Node {
        span: Span::default(),
        kind: NodeKind::Scalar { text, plain },
    }
}

/// A value in one line.
fn said(node: &Node) -> String {
    node.text()
        .map_or_else(|| canonical_json(node), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::raw::RawPolicy;
    use crate::policy::yaml::read;

    const POLICY: &str = "\
cordon: 1
policy: {id: acme, version: 3}
extends: [{pack: default}]
stages: {push: block}
limits: {commits: 100}
agents:
  claude-code: {status: conditional, until: 2027-03-31, warn_days: 10, models: [\"claude-*\"]}
  cursor: {status: denied, note: no}
trailers: {stamp: true, require: [{any_of: [Ticket]}]}
zones:
  one: {class: export, repos: [a/b], paths: [\"a/**\", \"!a/b\"], agents: denied, copy_out: {similarity: 60}}
rules:
  zone-agent: {mode: warn, then: block, from: 2027-01-01}
";

    fn mutants(text: &str) -> Vec<String> {
        let rules = [RuleDefault {
            rule: "zone-agent",
            agents: Some(crate::finding::Mode::Block),
            humans: None,
        }];
        let names = Vocabulary {
            agents: vec!["claude-code".to_owned(), "cursor".to_owned()],
            rules: [(
                "zone-agent".to_owned(),
                crate::policy::Judges {
                    agents: true,
                    humans: false,
                },
            )]
            .into(),
            ..Vocabulary::default()
        };
        let today = "2026-11-25".parse().unwrap();
        let original =
            Original::read("policy.yml", text.as_bytes(), &names, &rules, today).unwrap();
        let mut told = Vec::new();
        for relaxation in original.relaxations() {
            let mutant = match original.mutant(&relaxation) {
                Relaxed::Mutant(mutant) => mutant,
                Relaxed::AsStrict => {
                    told.push(format!("{}: none", relaxation.key));
                    continue;
                }
                Relaxed::Unmade => panic!("{} cannot be relaxed", relaxation.key),
            };
            let mut problems = Vec::new();
            let tree = parse(0, &mutant.text, &Limits::ORG, &mut problems).unwrap();
            assert!(
                read::<RawPolicy>(&tree, &mut problems).is_some(),
                "{problems:?}"
            );
            let now = mutant.now.unwrap_or_else(|| "nothing".to_owned());
            told.push(format!("{}: {} → {now}", relaxation.key, relaxation.was));
        }
        told
    }

    #[test]
    fn each_thing_is_relaxed_by_itself_and_by_its_direction() {
        let expected = [
            "extends[{\"pack\":\"default\"}]: {\"pack\":\"default\"} → []",
            "stages.push: block → warn",
            "limits.commits: 100 → 0",
            "agents.claude-code.status: none",
            "agents.claude-code.until: 2027-03-31 → 9999-12-31",
            "agents.claude-code.warn_days: 10 → 0",
            "agents.claude-code.models: [\"claude-*\"] → nothing",
            "agents.cursor.status: denied → approved",
            "trailers.require[{\"any_of\":[\"Ticket\"]}]: {\"any_of\":[\"Ticket\"]} → []",
            "zones.one.repos[a/b]: a/b → [\"no-owner/no-repository\"]",
            "zones.one.paths[a/**]: a/** → nothing",
            "zones.one.agents: denied → approval",
            "zones.one.copy_out.similarity: 60 → 100",
            "rules.zone-agent.mode: warn → audit",
            "rules.zone-agent.then: block → warn",
            "rules.zone-agent.from: 2027-01-01 → 9999-12-31",
        ];
        assert_eq!(mutants(POLICY), expected);
    }

    #[test]
    fn what_is_relaxed_already_has_no_mutant() {
        let text = "cordon: 1\nagents: {cursor: {status: approved}}\nstages: {push: disabled}\n";
        let expected = ["agents.cursor.status: none", "stages.push: none"];
        assert_eq!(mutants(text), expected);
    }
}
