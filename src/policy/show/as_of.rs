//! Policies as they are on a date, so that their values can be compared one by one: a rule's modes by
//! side, ramps and ends of approvals done, and what `*` says at each agent.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::defaults::warn_days;
use super::{RuleDefault, with_copy_out};
use crate::finding::Mode;
use crate::policy::yaml::{Node, NodeKind, at, merge};
use crate::text::Span;

/// Rewrites the trees to what they say on a date.
pub(in crate::policy) fn as_of(trees: &mut [Node], rules: &[RuleDefault], date: Date) {
    star(trees);
    let ends = |agent: &Node| agent.entry("until").is_some() || agent.entry("warn_days").is_some();
    let ending: BTreeSet<String> = trees
        .iter()
        .flat_map(agents)
        .filter(|(_, agent)| ends(agent))
        .filter_map(|(id, _)| id.text().map(str::to_owned))
        .collect();
    if let Some(highest) = trees.first_mut() {
        warnings(highest, &ending);
    }
    for (number, tree) in (0..).zip(&mut *trees).skip(1) {
        *tree = with_copy_out(tree, number);
    }
    for tree in trees {
        for_each(tree, "rules", |id, rule| {
            by_side(rule, &sides(id, rules), date);
        });
        for_each(tree, "agents", |_, agent| lapse(agent, date));
    }
}

/// What a policy says of an agent on a day, by its own entry and by `*`.
pub(in crate::policy) fn agent_on(own: Option<&Node>, star: Option<&Node>, day: Date) -> Node {
    let begun = |entry: &&Node| {
        let since = entry.entry("since").and_then(|(_, since)| since.text());
        since.is_none_or(|since| since.parse::<Date>().is_ok_and(|since| since <= day))
    };
    let star = star.filter(begun);
    let mut agent = match (own.filter(begun), star) {
        (Some(own), star) => {
            let mut own = own.clone();
            if let Some(star) = star {
                fill(&mut own, star);
            }
            own
        }
        (None, Some(star)) => star.clone(),
        (None, None) => Node {
            span: Span::default(),
            kind: NodeKind::Map(Vec::new()),
        },
    };
    lapse(&mut agent, day);
    agent
}

/// Whose changes a rule judges.
fn sides(id: &str, rules: &[RuleDefault]) -> Vec<&'static str> {
    let rule = rules.iter().find(|default| default.rule == id);
    let judges =
        |mode: fn(&RuleDefault) -> Option<Mode>| rule.is_none_or(|rule| mode(rule).is_some());
    let agents = judges(|rule| rule.agents).then_some("agents");
    let humans = judges(|rule| rule.humans).then_some("humans");
    agents.into_iter().chain(humans).collect()
}

/// A rule's setting as what it is for each side on a date.
fn by_side(rule: &mut Node, sides: &[&str], date: Date) {
    let value = |key: &str| rule.entry(key).map(|(_, value)| value.clone());
    let begun = value("from")
        .and_then(|from| from.text()?.parse::<Date>().ok())
        .is_some_and(|from| from <= date);
    let mode = value("then").filter(|_| begun).or_else(|| value("mode"));
    let NodeKind::Map(entries) = &mut rule.kind else {
        return;
    };
    let Some(mode) = mode else {
        return;
    };
    for side in sides {
        if !entries.iter().any(|(key, _)| key.text() == Some(side)) {
            let text = (*side).to_owned();
            let kind = NodeKind::Scalar { text, plain: true };
            let key = Node {
                span: mode.span,
                kind,
            };
            entries.push((key, mode.clone()));
        }
    }
    entries.retain(|(key, _)| !matches!(key.text(), Some("mode")));
    if begun {
        entries.retain(|(key, _)| !matches!(key.text(), Some("then" | "from")));
    }
}

/// The highest authority's default of `warn_days`, where one agent's approval ends for anybody.
fn warnings(highest: &mut Node, ending: &BTreeSet<String>) {
    let known = agents(highest);
    for (number, id) in (0..).zip(ending) {
        let own = known.iter().find(|(key, _)| key.text() == Some(id));
        let entry = own.or_else(|| known.iter().find(|(key, _)| key.text() == Some("*")));
        if entry.is_some_and(|(_, entry)| entry.entry("warn_days").is_some()) {
            continue;
        }
        let (key, days) = warn_days(number);
        let map = |key: &Node, value: Node| Node {
            span: value.span,
            kind: NodeKind::Map(vec![(key.clone(), value)]),
        };
        let named = |text: &str| Node {
            span: key.span,
            kind: NodeKind::Scalar {
                text: text.to_owned(),
                plain: false,
            },
        };
        let entry = map(&named(id), map(&key, days));
        *highest = merge(map(&named("agents"), entry), highest.clone());
    }
}

/// The agents that a policy lists.
fn agents(tree: &Node) -> Vec<(Node, Node)> {
    match at(tree, &["agents"]).map(|agents| &agents.kind) {
        Some(NodeKind::Map(entries)) => entries.clone(),
        _ => Vec::new(),
    }
}

/// Gives each agent that anybody lists what the same tree's `*` says of it.
fn star(trees: &mut [Node]) {
    let all: Vec<(Node, Node)> = trees.iter().flat_map(agents).collect();
    for tree in trees {
        let Some(star) = at(tree, &["agents", "*"]).cloned() else {
            continue;
        };
        let NodeKind::Map(sections) = &mut tree.kind else {
            continue;
        };
        let section = sections
            .iter_mut()
            .find(|(key, _)| key.text() == Some("agents"));
        let Some(NodeKind::Map(entries)) = section.map(|(_, agents)| &mut agents.kind) else {
            continue;
        };
        for (id, _) in &all {
            match entries.iter_mut().find(|(key, _)| key.text() == id.text()) {
                Some((_, agent)) => fill(agent, &star),
                None => entries.push((id.clone(), star.clone())),
            }
        }
    }
}

/// Fills in what an entry leaves to `*`.
fn fill(agent: &mut Node, star: &Node) {
    let (NodeKind::Map(own), NodeKind::Map(star)) = (&mut agent.kind, &star.kind) else {
        return;
    };
    let says =
        |key: &str, own: &[(Node, Node)]| own.iter().any(|(name, _)| name.text() == Some(key));
    let has_status = says("status", own);
    if !has_status && says("status", star) {
        // An end is that of the status beside it.
        own.retain(|(name, _)| name.text() != Some("until"));
    }
    for (key, value) in star {
        let name = key.text().unwrap_or_default();
        let wanted = match name {
            "models" | "models_required" | "warn_days" => true,
            "status" | "until" => !has_status,
            _ => false,
        };
        if wanted && !says(name, own) {
            own.push((key.clone(), value.clone()));
        }
    }
}

/// An approval that has ended is a denial, by the line that ended it.
fn lapse(agent: &mut Node, date: Date) {
    let until = agent.entry("until").map(|(_, until)| until);
    let ended = until.filter(|until| {
        let until = until.text().and_then(|until| until.parse::<Date>().ok());
        until.is_some_and(|until| until < date)
    });
    let Some(span) = ended.map(|until| until.span) else {
        return;
    };
    if let NodeKind::Map(entries) = &mut agent.kind {
        for (key, value) in entries {
            let approved = matches!(value.text(), Some("approved" | "conditional"));
            if key.text() == Some("status") && approved {
                let text = "denied".to_owned();
                let kind = NodeKind::Scalar { text, plain: true };
                *value = Node { span, kind };
            }
        }
    }
}

fn for_each(tree: &mut Node, section: &str, mut change: impl FnMut(&str, &mut Node)) {
    let NodeKind::Map(sections) = &mut tree.kind else {
        return;
    };
    for (key, value) in sections {
        if let (Some(name), NodeKind::Map(entries)) = (key.text(), &mut value.kind)
            && name == section
        {
            for (key, entry) in entries.iter_mut() {
                change(key.text().unwrap_or_default(), entry);
            }
        }
    }
}
