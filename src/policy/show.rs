//! A policy as `policy show` prints it: block YAML, each value with the line that it comes from.

mod as_of;
mod defaults;
mod joined;
mod page;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::Sources;
use super::authority::Role;
use super::pending::pending;
use super::yaml::{Node, NodeKind, Problem, canonical_json, merge};
use crate::finding::PolicyLine;
use crate::text::Span;

pub(super) use as_of::{agent_on, as_of};
pub use defaults::RuleDefault;
use joined::{Fate, Others};
use page::Page;

/// A policy as it is shown: whole, and each value with its origin.
#[derive(Debug)]
pub struct Shown {
    tree: Node,
    others: Others,
    unused: Vec<Problem>,
    /// Whose each file is. A file that is nobody's is built in.
    layers: Vec<(u16, Role)>,
}

/// One authority's policy: its merged tree, the position of its file, and whose it is.
type Layered = (Node, u16, Role);

impl Shown {
    /// The policies of some authorities, the highest first, as they are on a date. The rules' own
    /// modes and the other defaults are the highest one's.
    pub fn new(layered: Vec<Layered>, rules: &[RuleDefault], date: Date) -> Self {
        let unused = layered
            .iter()
            .flat_map(|(node, ..)| pending(node))
            .collect();
        let layers = layered
            .iter()
            .map(|(_, file, role)| (*file, *role))
            .collect();
        let mut trees: Vec<Node> = layered.into_iter().map(|(node, ..)| node).collect();
        if let Some(highest) = trees.first_mut() {
            *highest = with_defaults(highest, rules);
        }
        let (mut tree, others) = match trees.pop() {
            Some(only) if trees.is_empty() => (only, Others::new()),
            last => {
                trees.extend(last);
                joined::joined(trees, rules, date)
            }
        };
        in_order(&mut tree);
        Self {
            tree,
            others,
            unused,
            layers,
        }
    }

    /// As block YAML.
    pub fn yaml(&self, sources: &Sources) -> String {
        Page::new(sources, &self.unused, Some(self)).of(&self.tree)
    }

    /// Every value in a list of its own: its path, its origin, and what others say of it.
    pub fn json(&self, sources: &Sources) -> Value {
        let mut rows = Vec::new();
        self.rows(&self.tree, &mut Vec::new(), true, sources, &mut rows);
        Value::Array(rows)
    }

    fn rows(
        &self,
        node: &Node,
        path: &mut Vec<Value>,
        effect: bool,
        sources: &Sources,
        rows: &mut Vec<Value>,
    ) {
        let mut below = |step: Value, node: &Node, effect: bool| {
            path.push(step);
            self.rows(node, path, effect, sources, rows);
            path.pop();
        };
        match &node.kind {
            NodeKind::Map(entries) if !entries.is_empty() => {
                for (key, value) in entries {
                    let effect = effect && self.has_effect(key.span);
                    below(key.text().unwrap_or_default().into(), value, effect);
                }
            }
            NodeKind::Seq(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    below(at.into(), item, effect);
                }
            }
            _ => {
                let others = self.others.get(&node.span).into_iter().flatten();
                let others: Vec<Value> = others
                    .map(|other| {
                        let mut row = self.row(&other.node, sources);
                        row["holds"] = (other.fate == Fate::Holds).into();
                        row
                    })
                    .collect();
                let mut row = self.row(node, sources);
                row["path"] = Value::Array(path.clone());
                row["effect"] = (effect && self.has_effect(node.span)).into();
                row["others"] = others.into();
                rows.push(row);
            }
        }
    }

    fn has_effect(&self, span: Span) -> bool {
        !self.unused.iter().any(|one| one.span == span)
    }

    /// A value and its origin.
    fn row(&self, node: &Node, sources: &Sources) -> Value {
        let PolicyLine { file, line } = sources.line(node.span);
        let layer = self.layer(node.span).word();
        let value = serde_json::from_str::<Value>(&canonical_json(node)).unwrap_or_default();
        json!({"value": value, "layer": layer, "file": file, "line": line})
    }

    fn layer(&self, span: Span) -> Role {
        let mut layers = self.layers.iter();
        let own = layers.find(|(file, _)| *file == span.file);
        own.map_or(Role::Builtin, |(_, role)| *role)
    }
}

/// A highest policy with its defaults; those of `rules` too.
pub(super) fn with_defaults(policy: &Node, rules: &[RuleDefault]) -> Node {
    merge(defaults::defaults(policy, rules), policy.clone())
}

/// A policy that is not the highest, with when its zones count as copied. `number` tells it from others.
pub(super) fn with_copy_out(policy: &Node, number: u32) -> Node {
    merge(defaults::copy_out(policy, number), policy.clone())
}

/// Puts the sections into the order in which the language is explained.
fn in_order(tree: &mut Node) {
    const ORDER: [&str; 9] = [
        "cordon",
        "policy",
        "extends",
        "repository",
        "stages",
        "incomplete",
        "limits",
        "agents",
        "models",
    ];
    if let NodeKind::Map(sections) = &mut tree.kind {
        let last = |key: &Node| key.text() == Some("rules");
        let place = |key: &Node| ORDER.iter().position(|name| key.text() == Some(*name));
        sections.sort_by_key(|(key, _)| (last(key), place(key).unwrap_or(ORDER.len())));
    }
}

/// A tree as YAML. What is in `unused` is marked as having no effect yet.
pub fn show(node: &Node, sources: &Sources, unused: &[Problem]) -> String {
    Page::new(sources, unused, None).of(node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::yaml::{Limits, at, canonical_json, parse};

    fn read(text: &str) -> Node {
        let mut problems = Vec::new();
        let node = parse(0, text.as_bytes(), &Limits::REPOSITORY, &mut problems);
        assert!(problems.is_empty(), "{text}: {problems:?}");
        node.unwrap()
    }

    fn shown(text: &str) -> String {
        show(&read(text), &Sources::default(), &[])
    }

    /// What is shown of `value`, after it was read back as the same.
    fn value(value: &str) -> String {
        let text = format!("a: {value}\n");
        let shown = shown(&text);
        let (node, back) = (read(&text), read(&shown));
        assert_eq!(canonical_json(&back), canonical_json(&node), "{shown}");
        let null = |node: &Node| node.entry("a").unwrap().1.is_null();
        assert_eq!(null(&back), null(&node), "{shown}");
        let end = shown.find(" #").unwrap();
        shown["a:".len()..end].trim().to_owned()
    }

    #[test]
    fn what_was_left_out_stays_left_out() {
        assert_eq!(value(""), "");
        assert_eq!(value("~"), "~");
        assert_eq!(value("null"), "null");
        assert_eq!(value("\"\""), "\"\"");
        assert_eq!(value("\"~\""), "\"~\"");
    }

    #[test]
    fn a_quoted_text_does_not_become_a_boolean_or_nothing() {
        for text in ["\"true\"", "\"false\"", "\"null\"", "\"NULL\"", "\"12\""] {
            assert_eq!(value(text), text);
        }
        assert_eq!(value("true"), "true");
        assert_eq!(value("\"plain-word\""), "plain-word");
    }

    #[test]
    fn days_of_waivers_that_the_highest_policy_does_not_say_are_the_default() {
        let joined = |own: &str| {
            let above = read("cordon: 1\nwaivers: {two_for: [pci]}\n");
            let own = read(&format!("cordon: 1\nwaivers: {{max_days: {own}}}\n"));
            let layered = vec![(above, 0, Role::Org), (own, 1, Role::Repository)];
            let shown = Shown::new(layered, &[], jiff::civil::date(2026, 11, 25));
            canonical_json(at(&shown.tree, &["waivers", "max_days"]).unwrap())
        };
        assert_eq!(joined("365"), "90");
        assert_eq!(joined("30"), "30");
    }

    #[test]
    fn a_negative_number_stays_a_number() {
        assert_eq!(value("-5"), "-5");
        assert_eq!(value("-0.5"), "-0.5");
        assert_eq!(value("\"-5\""), "\"-5\"");
        assert_eq!(value("-x"), "\"-x\"");
    }

    #[test]
    fn a_long_key_is_read_back() {
        for length in [1020, 1022, 1023, 1024, 1025, 1500] {
            for key in ["k".repeat(length), " ".repeat(length)] {
                let text = format!("? \"{key}\"\n: [1, {{? \"{key}\"\n: 2}}]\n");
                let shown = shown(&text);
                assert_eq!(canonical_json(&read(&shown)), canonical_json(&read(&text)));
            }
        }
    }

    #[test]
    fn nothing_that_is_shown_steers_a_terminal() {
        for (written, shown) in [
            ("\"\\x1b[2J\"", "\"\\x1b[2J\""),
            ("\"\\x9b2J\"", "\"\\x9b2J\""),
            ("\"\\x7f\"", "\"\\x7f\""),
            ("a\u{202E}b", "\"a\\u202eb\""),
            ("\u{E0041}", "\"\\U000e0041\""),
            ("\"a\\\\\\\"\\tb\\n\"", "\"a\\\\\\\"\\tb\\n\""),
            ("\"\\uFFFE\"", "\"\\ufffe\""),
            ("\u{e9}", "\"\u{e9}\""),
        ] {
            assert_eq!(value(written), shown);
        }
    }
}
