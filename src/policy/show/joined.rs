//! Several authorities' policies in one tree: of each value the one that holds, and beside it what
//! the others say.
//!
//! For people only: decisions ask [`crate::policy::Policy`].

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::RuleDefault;
use super::as_of::as_of;
use crate::policy::lattice::{Direction, direction};
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

/// How the values of several authorities become one.
#[derive(Clone, Copy)]
enum Join {
    /// The stricter.
    Stricter(Direction),
    /// What any of them lists.
    Union,
    /// What each of them lists.
    Each,
    /// The highest authority's.
    Highest,
}

/// Sections of which the highest authority's alone count.
const ONE_SAY: &[&str] = &["accounts", "approvers", "automation", "catalogue"];

fn how(path: &[String]) -> Join {
    if path
        .first()
        .is_some_and(|section| ONE_SAY.contains(&section.as_str()))
    {
        return Join::Highest;
    }
    match direction(path) {
        Some(Direction::Union | Direction::Covers) => Join::Union,
        Some(Direction::Admits) => Join::Each,
        Some(Direction::Rising) | None => Join::Highest,
        Some(stricter) if stricter.rank(None).is_some() => Join::Stricter(stricter),
        Some(_) => Join::Highest,
    }
}

fn is_stricter(how: Join, node: &Node, than: &Node) -> bool {
    match how {
        Join::Stricter(direction) if node.text().is_some() && than.text().is_some() => {
            // Of two words that judge alike, as `retired` and `denied`, the policy answers the stricter.
            let of = |node: &Node| (direction.rank(Some(node)), direction.place(node));
            of(node) > of(than)
        }
        _ => false,
    }
}
