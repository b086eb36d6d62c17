//! What a policy leaves out of what it builds on: a list replaces the one below it, and a pack what
//! an earlier pack says more strictly. For `cordon policy check`: either may be meant, and neither
//! shall go unseen.

use std::collections::BTreeSet;

use super::lattice::direction;
use super::loader::without_identity;
use super::packs;
use super::raw::RawPolicy;
use super::yaml::{self, Limits, Node, NodeKind, Problem, canonical_json, merge};
use crate::text::Span;

/// How many entries of a list are named.
const NAMED: usize = 3;

/// A note for each list of the policy that lacks entries of what it builds on, and for each list or
/// stricter value of a pack that a later one replaces, at their places. `file` is the policy's position among
/// the sources. Empty where the policy cannot be read.
pub fn left_out(file: u16, text: &[u8]) -> Vec<Problem> {
    let mut unseen = Vec::new();
    let read = yaml::parse(file, text, &Limits::ORG, &mut unseen).and_then(|own| {
        let raw: RawPolicy = yaml::read(&own, &mut unseen)?;
        Some((own, raw))
    });
    let Some((own, raw)) = read else {
        return Vec::new();
    };
    let mut notes = Vec::new();
    let mut lower: Option<Node> = None;
    for pack in packs::bases(&raw, true) {
        let parsed = yaml::parse(file, pack.text.as_bytes(), &Limits::ORG, &mut unseen);
        let Some(node) = parsed.map(without_identity) else {
            continue;
        };
        let Some(below) = lower.take() else {
            lower = Some(node);
            continue;
        };
        let place = named(&raw, pack.name);
        for (path, was, is) in replaced(&below, &node) {
            if let Some(was) = lost(was, is).or_else(|| laxer(&path, was, is)) {
                let told = format!("`{path}` of this pack replaces {was} of an earlier one");
                notes.push(Problem::note(place, told));
            }
        }
        lower = Some(merge(below, node));
    }
    if let Some(lower) = &lower {
        for (path, was, is) in replaced(lower, &own) {
            if let Some(lost) = lost(was, is) {
                let told = format!("a list replaces the one below it: `{path}` leaves out {lost}");
                notes.push(Problem::note(is.span, told));
            }
        }
    }
    notes
}

/// Where `extends` names a pack.
fn named(raw: &RawPolicy, name: &str) -> Span {
    let sources = raw.extends.iter().flat_map(|sources| sources.iter());
    let mut packs = sources.filter_map(|source| source.pack.as_ref());
    let found = packs.rfind(|pack| pack.value == name);
    found.map_or(raw.cordon.span, |pack| pack.span)
}

/// Every list and value that both have: its path, what was, and what stands there now.
fn replaced<'n>(base: &'n Node, over: &'n Node) -> Vec<(String, &'n Node, &'n Node)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), base, over)];
    while let Some((path, base, over)) = open.pop() {
        let (NodeKind::Map(_), NodeKind::Map(entries)) = (&base.kind, &over.kind) else {
            found.push((path, base, over));
            continue;
        };
        for (key, value) in entries.iter().rev() {
            let name = key.text().unwrap_or_default();
            if let Some((_, below)) = base.entry(name) {
                let path = match path.as_str() {
                    "" => name.to_owned(),
                    path => format!("{path}.{name}"),
                };
                open.push((path, below, value));
            }
        }
    }
    found
}

/// The value that another one replaces and that was stricter.
fn laxer(path: &str, base: &Node, over: &Node) -> Option<String> {
    let was = base.text()?;
    let steps: Vec<&str> = path.split('.').collect();
    let rank = |node| direction(&steps)?.rank(Some(node));
    let tightens = rank(base)
        .zip(rank(over))
        .is_some_and(|(was, is)| is >= was);
    (!tightens && over.text() != Some(was)).then(|| format!("`{was}`"))
}

/// The entries of `base` that `over` lacks, as a text; `None` where it has all.
fn lost(base: &Node, over: &Node) -> Option<String> {
    let (NodeKind::Seq(base), NodeKind::Seq(over)) = (&base.kind, &over.kind) else {
        return None;
    };
    let kept: BTreeSet<String> = over.iter().map(canonical_json).collect();
    let gone: Vec<String> = base.iter().map(canonical_json).collect();
    let gone: Vec<&String> = gone.iter().filter(|item| !kept.contains(*item)).collect();
    if gone.is_empty() {
        return None;
    }
    let names = gone.iter().take(NAMED);
    let names: Vec<String> = names
        .map(|item| format!("`{}`", item.trim_matches('"')))
        .collect();
    let more = match gone.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!("{}{more}", names.join(", ")))
}
