//! Several authorities' policies in one tree: of each value the one that holds, and beside it what
//! the others say.
//!
//! For people only: decisions ask [`crate::policy::Policy`].

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::RuleDefault;
use super::as_of::as_of;
use crate::policy::raw::parsed_size;
use crate::policy::yaml::{Node, NodeKind, canonical_json};
use crate::text::Span;

/// What else is said, by the place of the value that holds.
pub(super) type Others = BTreeMap<Span, Vec<Other>>;

/// What another authority says of a value.
#[derive(Debug)]
pub(super) struct Other {
    /// What it says.
    pub(super) node: Node,
    /// What becomes of it.
    pub(super) fate: Fate,
}

/// What becomes of a value of which another authority says something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The stricter one holds.
    Weaker,
    /// Only the highest authority's counts.
    Lower,
    /// Both hold.
    Holds,
}

/// How the values of several authorities become one.
#[derive(Clone, Copy)]
enum Join {
    /// The last of these words that one of them says.
    Words(&'static [&'static str]),
    /// The largest number.
    Most,
    /// The smallest number.
    Least,
    /// The smallest amount; 0 is none, and the largest.
    Limit,
    /// The earliest date.
    Earliest,
    /// What any of them lists.
    Union,
    /// What each of them lists.
    Each,
    /// The highest authority's.
    Highest,
}

const MODES: Join = Join::Words(&["disabled", "audit", "warn", "block"]);
const PERMISSIONS: Join = Join::Words(&["allowed", "approval", "denied"]);
const STATUS: Join = Join::Words(&["approved", "conditional", "retired", "denied"]);
const TRUTH: Join = Join::Words(&["false", "true"]);
const ANSWERS: Join = Join::Words(&["allow", "ask", "deny"]);

/// `*` is any key. A path that is not here is the highest authority's.
const JOINS: &[(&str, Join)] = &[
    ("agents.*.accounts", Join::Each),
    ("agents.*.classes.*", PERMISSIONS),
    ("agents.*.models", Join::Each),
    ("agents.*.models_required", TRUTH),
    ("agents.*.since", Join::Earliest),
    ("agents.*.status", STATUS),
    ("agents.*.until", Join::Earliest),
    ("agents.*.warn_days", Join::Most),
    ("classes.*.agents", PERMISSIONS),
    ("commands.*", ANSWERS),
    ("guard.on_error", ANSWERS),
    ("incomplete.commit", MODES),
    ("limits.*", Join::Limit),
    ("models.*.status", STATUS),
    ("policy.review_by", Join::Earliest),
    ("repository.classes", Join::Union),
    ("rules.*.agents", MODES),
    ("rules.*.humans", MODES),
    ("rules.*.waivable", Join::Words(&["true", "false"])),
    ("secrets.detectors", Join::Union),
    ("secrets.inline_allow", Join::Words(&["humans", "nobody"])),
    ("stages.*", MODES),
    ("trailers.forbid", Join::Union),
    ("trailers.require", Join::Union),
    ("trailers.stamp", TRUTH),
    ("waivers.max_days", Join::Least),
    ("zones.*.agents", PERMISSIONS),
    ("zones.*.copy_out.min_lines", Join::Least),
    ("zones.*.copy_out.similarity", Join::Least),
    (
        "zones.*.human_proof",
        Join::Words(&["none", "signed", "presence"]),
    ),
    ("zones.*.markers", Join::Union),
    ("zones.*.mode", MODES),
    ("zones.*.paths", Join::Union),
];

/// Joins the trees, the highest authority's first, as they are on a date.
pub(super) fn joined(mut trees: Vec<Node>, rules: &[RuleDefault], date: Date) -> (Node, Others) {
    as_of(&mut trees, rules, date);
    let mut others = Others::new();
    let trees: Vec<&Node> = trees.iter().collect();
    (join(&mut Vec::new(), &trees, &mut others), others)
}

fn join(path: &mut Vec<String>, nodes: &[&Node], others: &mut Others) -> Node {
    let Some((first, rest)) = nodes.split_first() else {
        return Node {
            span: Span::default(),
            kind: NodeKind::Map(Vec::new()),
        };
    };
    if nodes
        .iter()
        .all(|node| matches!(node.kind, NodeKind::Map(_)))
    {
        return Node {
            span: first.span,
            kind: NodeKind::Map(join_maps(path, nodes, others)),
        };
    }
    let how = how(path);
    if let Join::Union = how {
        return union(nodes);
    }
    let holds = rest.iter().fold(*first, |holds, node| {
        if is_stricter(how, node, holds) {
            node
        } else {
            holds
        }
    });
    let said = canonical_json(holds);
    let fate = match how {
        Join::Each => Fate::Holds,
        Join::Highest => Fate::Lower,
        _ => Fate::Weaker,
    };
    let other = nodes.iter().filter(|node| canonical_json(node) != said);
    let other: Vec<Other> = other
        .map(|node| Other {
            node: (*node).clone(),
            fate,
        })
        .collect();
    if !other.is_empty() {
        others.insert(holds.span, other);
    }
    holds.clone()
}

fn join_maps(path: &mut Vec<String>, nodes: &[&Node], others: &mut Others) -> Vec<(Node, Node)> {
    let mut keys: Vec<&Node> = Vec::new();
    let mut values: BTreeMap<&str, Vec<&Node>> = BTreeMap::new();
    for node in nodes {
        let NodeKind::Map(entries) = &node.kind else {
            continue;
        };
        for (key, value) in entries {
            let known = values.entry(key.text().unwrap_or_default()).or_default();
            if known.is_empty() {
                keys.push(key);
            }
            known.push(value);
        }
    }
    let mut entries = Vec::with_capacity(keys.len());
    for key in keys {
        let name = key.text().unwrap_or_default();
        path.push(name.to_owned());
        let nodes = values.get(name).map_or(&[][..], Vec::as_slice);
        let value = join(path, nodes, others);
        path.pop();
        entries.push((key.clone(), value));
    }
    entries
}

/// What any of the lists has, each once.
fn union(nodes: &[&Node]) -> Node {
    let mut items: BTreeMap<String, Node> = BTreeMap::new();
    let mut order = Vec::new();
    for node in nodes {
        if let NodeKind::Seq(listed) = &node.kind {
            for item in listed {
                let text = canonical_json(item);
                if !items.contains_key(&text) {
                    items.insert(text.clone(), item.clone());
                    order.push(text);
                }
            }
        }
    }
    let items = order.iter().filter_map(|text| items.remove(text)).collect();
    Node {
        span: nodes.first().map(|node| node.span).unwrap_or_default(),
        kind: NodeKind::Seq(items),
    }
}

fn how(path: &[String]) -> Join {
    let fits = |pattern: &str| {
        let steps = pattern.split('.');
        steps.clone().count() == path.len()
            && steps
                .zip(path)
                .all(|(step, key)| step == "*" || step == key)
    };
    JOINS
        .iter()
        .find(|(pattern, _)| fits(pattern))
        .map_or(Join::Highest, |(_, join)| *join)
}

fn is_stricter(how: Join, node: &Node, than: &Node) -> bool {
    let (Some(text), Some(other)) = (node.text(), than.text()) else {
        return false;
    };
    let least = |text: &str| parsed_size(text).unwrap_or(u64::MAX);
    let limit = |text: &str| match least(text) {
        0 => u64::MAX,
        amount => amount,
    };
    match how {
        Join::Words(words) => {
            let place = |text| words.iter().position(|word| *word == text);
            place(text) > place(other)
        }
        Join::Most => text.parse::<u64>().ok() > other.parse::<u64>().ok(),
        Join::Least => least(text) < least(other),
        Join::Limit => limit(text) < limit(other),
        // Dates are written so that they sort as texts.
        Join::Earliest => text < other,
        Join::Union | Join::Each | Join::Highest => false,
    }
}
