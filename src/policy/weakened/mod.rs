//! What a change of a policy weakens: two versions of one file compared, and what a file says against
//! the authority above it. For the rule `policy-weakened`.
//!
//! Each key is compared by its [`Direction`](super::lattice::Direction), on the run's date and on every
//! later day on which a value of it changes. In doubt it is weaker.

mod cover;
mod difference;
mod models;
mod units;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::authority::{Authority, Role};
use super::builds_on::Builder;
use super::problem::lines;
use super::raw::RawPolicy;
use super::show::{RuleDefault, as_of, with_copy_out, with_defaults};
use super::yaml::{self, Limits, Node, NodeKind, Problem, Severity};
use super::{Policy, Sources};
use crate::finding::PolicyLine;
use crate::text::Span;
use crate::text::show::escaped;
pub use difference::{Difference, Effect};
use walk::{Walker, items, said};

/// The longest value that is told.
const SHOWN: usize = 60;

const FILE: &str = super::trusted::FILE;

/// Something that a policy enforces less than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weakening {
    /// The key, as a path: `zones.crypto.agents`.
    pub key: String,
    /// What was said; `None` where nothing was. Empty for a whole entry.
    pub was: Option<Part>,
    /// What is said now; `None` where nothing is.
    pub now: Option<Part>,
    /// How many more entries of the same list are like it.
    pub more: usize,
    /// The day from which on it is weaker, where that is not today.
    pub from: Option<Date>,
}

/// A value, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The value, made harmless and short.
    pub text: String,
    /// Where.
    pub span: Span,
}

impl Part {
    pub(super) fn of(node: &Node) -> Self {
        let text = said(Some(node));
        let mut text = escaped(text.as_bytes());
        if let Some((end, _)) = text.char_indices().nth(SHOWN) {
            text.truncate(end);
            text.push('…');
        }
        let span = node.span;
        Self { text, span }
    }
}

/// Versions of policies, to be compared with each other.
pub struct Versions<'a> {
    rules: &'a [RuleDefault],
    date: Date,
    sources: Sources,
}

/// One of them.
#[derive(Debug)]
pub struct Version {
    tree: Node,
    /// Whether no authority stands above it.
    highest: bool,
}

impl<'a> Versions<'a> {
    /// No versions yet. `rules` are the rules' own modes.
    pub fn new(rules: &'a [RuleDefault], date: Date) -> Self {
        Self {
            rules,
            date,
            sources: Sources::default(),
        }
    }

    /// Reads one. Of the `highest` authority the defaults are its opinion too.
    ///
    /// A text that is no policy is an error: its first problem.
    pub fn read(
        &mut self,
        name: &str,
        text: &[u8],
        limits: &Limits,
        highest: bool,
    ) -> Result<Version, String> {
        let file = self.sources.add(name, text);
        let mut problems = Vec::new();
        let tree = self.tree(file, text, limits, highest, &mut problems);
        let bad = |problem: &&Problem| problem.severity == Severity::Error;
        let first: Vec<Problem> = problems.iter().filter(bad).take(1).cloned().collect();
        match (tree, lines(&first, self.sources.list()).pop()) {
            (Some(tree), None) => Ok(Version { tree, highest }),
            (_, problem) => Err(problem.unwrap_or_else(|| format!("{name} is no policy"))),
        }
    }

    /// What the authorities of a policy say that stand above the change, the highest first, each with
    /// its role: as they were read, with what they inherit.
    pub fn of(&mut self, policy: &Policy) -> Vec<(Role, Version)> {
        self.of_some(judging(policy), policy, &|_| true)
    }

    /// The same, of zones those alone of which two of them speak: nothing, where there is only one.
    pub fn of_both(&mut self, policy: &Policy) -> Vec<(Role, Version)> {
        let all = judging(policy);
        if all.len() < 2 {
            return Vec::new();
        }
        let mut spoken_of: BTreeMap<&str, usize> = BTreeMap::new();
        for name in all.iter().flat_map(|one| one.zones.keys()) {
            *spoken_of.entry(name).or_default() += 1;
        }
        let twice = |name: &str| spoken_of.get(name).is_some_and(|times| *times > 1);
        self.of_some(all, policy, &twice)
    }

    fn of_some(
        &mut self,
        judging: Vec<&Authority>,
        policy: &Policy,
        zones: &dyn Fn(&str) -> bool,
    ) -> Vec<(Role, Version)> {
        let by = self.sources.add_all(policy.sources());
        let version = |one: &Authority| {
            let tree = one.tree.as_ref()?.with_zones(zones)?.moved(by);
            let highest = one.defaults;
            Some((one.role, Version { tree, highest }))
        };
        judging.into_iter().filter_map(version).collect()
    }

    fn tree(
        &mut self,
        file: u16,
        text: &[u8],
        limits: &Limits,
        highest: bool,
        problems: &mut Vec<Problem>,
    ) -> Option<Node> {
        let own = yaml::parse(file, text, limits, problems)?;
        let raw: RawPolicy = yaml::salvage(&own, problems)?;
        // What lies beside it has a comparison of its own, or none: its own change is told.
        let mut builder = Builder {
            beside: None,
            sources: &mut self.sources,
            problems,
            unreached: &mut Vec::new(),
            tells_dropped: false,
        };
        builder.built(FILE, own, &raw, highest)
    }

    /// What holds where there is no file.
    pub fn none(&mut self, highest: bool) -> Result<Version, String> {
        if highest {
            return self.read("builtin", b"cordon: 1", &Limits::REPOSITORY, true);
        }
        let tree = Node {
            span: Span::default(),
            kind: NodeKind::Map(Vec::new()),
        };
        Ok(Version { tree, highest })
    }

    /// What the new version of a policy enforces less than the old one, in the order of the old one.
    pub fn weakened(&self, old: &Version, new: &Version) -> Vec<Weakening> {
        let mut found = self.all_weakened(old, new);
        self.of_packs(&mut found);
        found
    }

    /// The same, with what follows from something else that is told.
    fn all_weakened(&self, old: &Version, new: &Version) -> Vec<Weakening> {
        let whole = |version: &Version| {
            if version.highest {
                with_defaults(&version.tree, &[])
            } else {
                with_copy_out(&version.tree, 0)
            }
        };
        let (before, after) = (whole(old), whole(new));
        let mut found = Vec::new();
        let mut walker = Walker {
            highest: new.highest,
            leave_out: units::elsewhere,
            found: &mut found,
        };
        walker.compare(&mut Vec::new(), Some(&before), Some(&after));
        let units = units::Units {
            old: &before,
            new: &after,
            highest: new.highest,
            rules: self.rules,
            date: self.date,
        };
        units.compare(&mut found);
        found
    }

    /// Where a source is gone, what a pack said is gone with it: that is told once. So is what a default
    /// makes of another key.
    fn of_packs(&self, found: &mut Vec<Weakening>) {
        // A default that is gone follows from what was said before it.
        let default = |part: &Part| self.line(part) == PolicyLine::builtin();
        let follows = |one: &Weakening| one.now.is_none() && one.was.as_ref().is_some_and(default);
        let mut told = BTreeSet::new();
        told.extend(found.iter().filter(|one| !follows(one)).filter_map(copies));
        found.retain(|one| {
            let first = copies(one).is_some_and(|zone| told.insert(zone));
            first || !follows(one)
        });
        let gone = |one: &Weakening| one.key == "extends" && one.was.is_some();
        if found.iter().any(gone) {
            let packs = |part: &Part| self.line(part).file.starts_with("pack:");
            found.retain(|one| one.now.is_some() || !one.was.as_ref().is_some_and(packs));
        }
    }

    /// What a policy says less strictly than the one above it, of which the stricter holds: `was` is
    /// what that one says.
    pub fn loosened(&self, above: &Version, own: &Version) -> Vec<Weakening> {
        let over = if above.highest {
            with_defaults(&above.tree, self.rules)
        } else {
            above.tree.clone()
        };
        let mut trees = [over, own.tree.clone()];
        trees.iter_mut().for_each(without_lists);
        as_of(&mut trees, self.rules, self.date);
        let [above, own] = &trees;
        let mut found = Vec::new();
        let mut told = BTreeSet::new();
        walk::lower(&mut Vec::new(), above, own, &mut told, &mut found);
        // A default that a word of its own brings with it is nobody's opinion.
        let written = |part: &Part| self.line(part) != PolicyLine::builtin();
        found.retain(|one| one.now.as_ref().is_none_or(written));
        found
    }

    /// The line of a part.
    pub fn line(&self, part: &Part) -> PolicyLine {
        let line = self.sources.line(part.span);
        if line.file == "builtin" {
            return PolicyLine::builtin();
        }
        line
    }
}

/// Those who stand above the change.
fn judging(policy: &Policy) -> Vec<&Authority> {
    let all = policy.authorities().iter();
    all.filter(|one| !matches!(one.role, Role::Builtin | Role::Change))
        .collect()
}

/// Takes out of `*` the lists, which have no order: each agent would get a copy of them.
fn without_lists(tree: &mut Node) {
    let section = tree.value_mut("agents");
    let star = section.and_then(|agents| agents.value_mut("*"));
    if let Some(NodeKind::Map(entries)) = star.map(|star| &mut star.kind) {
        entries.retain(|(_, value)| !matches!(value.kind, NodeKind::Seq(_)));
    }
}

/// The zone of which this says why its content may not count as copied any more, as it is without a word.
fn copies(one: &Weakening) -> Option<String> {
    let (zone, key) = one.key.strip_prefix("zones.")?.rsplit_once('.')?;
    let zone = match key {
        "agents" | "class" => zone,
        _ => zone.strip_suffix(".copy_out")?,
    };
    Some(zone.to_owned())
}

/// Whether the new entry of a list asks for as much as the old one.
fn keeps(path: &[&str], old: &Node, new: &Node) -> bool {
    let value = |node: &'_ Node, key: &str| said(node.entry(key).map(|(_, value)| value));
    let same = |key: &str| value(old, key) == value(new, key);
    let wider = |key: &str| value(new, key).is_empty() || same(key);
    let list = |node, key: &str| -> Vec<String> {
        let list = yaml::at(node, &[key]);
        let texts = items(list).iter().filter_map(Node::text);
        texts.map(str::to_ascii_lowercase).collect()
    };
    match path {
        // Fewer trailers satisfy it, more commits need it, and the value has the same form or any did.
        ["trailers", "require"] => {
            let (before, after) = (list(old, "any_of"), list(new, "any_of"));
            let fewer = after.iter().all(|key| before.contains(key));
            let (before, after) = (list(old, "in_classes"), list(new, "in_classes"));
            let more = before.iter().all(|class| after.contains(class));
            let everywhere = after.is_empty() || (!before.is_empty() && more);
            let form = value(old, "match").is_empty() || same("match");
            fewer && everywhere && form
        }
        ["trailers", "forbid"] => {
            let key = value(old, "key").eq_ignore_ascii_case(&value(new, "key"));
            key && wider("naming") && wider("text")
        }
        ["secrets", "detectors"] => ["id", "keywords", "pattern"].into_iter().all(same),
        _ => false,
    }
}

fn plain(text: &str) -> Node {
    let kind = NodeKind::Scalar {
        text: text.to_owned(),
        plain: true,
    };
    let span = Span::default();
    Node { span, kind }
}

#[cfg(test)]
mod tests;
