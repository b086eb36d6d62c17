//! What holds where no file says anything, as a tree like that of a file.

use crate::finding::Mode;
use crate::policy::WARN_DAYS;
use crate::policy::copy_out::{MIN_LINES, SIMILARITY, is_content};
use crate::policy::waiver::MAX_DAYS;
use crate::policy::yaml::{Node, NodeKind, at};
use crate::text::Span;

/// A rule's own modes, for agents' changes and for people's.
#[derive(Clone, Copy, Debug)]
pub struct RuleDefault {
    /// The rule's id.
    pub rule: &'static str,
    /// For agents' changes; `None` where it does not judge them.
    pub agents: Option<Mode>,
    /// For people's changes; `None` where it does not judge them.
    pub humans: Option<Mode>,
}

/// Makes nodes that stand in no file, each at a place of its own.
#[derive(Default)]
struct Maker {
    made: u32,
}

/// The defaults that the highest policy leaves in force.
pub(super) fn defaults(policy: &Node, rules: &[RuleDefault]) -> Node {
    let mut make = Maker::default();
    let stages = ["commit", "push", "ci", "receive"].map(|stage| make.pair(stage, "block"));
    let incomplete = make.pair("commit", "block");
    let limits = [
        ("commits", "100000"),
        ("files", "500000"),
        ("blob_bytes", "64MiB"),
    ];
    let limits = limits.map(|(key, value)| make.pair(key, value));
    let secrets = [("entropy", "true"), ("inline_allow", "humans")];
    let secrets = secrets.map(|(key, value)| make.pair(key, value));
    let agents = make.agents(policy);
    let rules = make.rules(policy, rules);
    let zones = make.zones(policy);
    let silent = |terms: &&Node| terms.entry("max_days").is_none();
    let days = at(policy, &["waivers"]).filter(silent);
    let mut terms: Vec<(Node, Node)> = Vec::new();
    terms.extend(days.map(|_| make.pair("max_days", &MAX_DAYS.to_string())));
    let emergency = at(policy, &["waivers", "emergency"]);
    if emergency.is_some_and(|terms| terms.entry("hours").is_none()) {
        let none = make.pair("hours", "0");
        terms.extend(make.section("emergency", vec![none]));
    }
    let sections = [
        make.section("stages", stages.into()),
        make.section("incomplete", vec![incomplete]),
        make.section("limits", limits.into()),
        make.section("secrets", secrets.into()),
        make.section("agents", agents),
        make.section("rules", rules),
        make.section("zones", zones),
        make.section("waivers", terms),
    ];
    make.map(sections.into_iter().flatten().collect())
}

/// The default of `warn_days`, for the agent of that number.
pub(super) fn warn_days(number: u32) -> (Node, Node) {
    // Behind all that `defaults` makes: no two nodes are at one place.
    let made = (1 << 24) + 2 * number;
    Maker { made }.pair("warn_days", &WARN_DAYS.to_string())
}

/// When the zones of a policy that is not the highest count as copied, for the one of that number.
pub(super) fn copy_out(policy: &Node, number: u32) -> Node {
    let mut make = Maker {
        made: (1 << 25) + (number << 16),
    };
    let zones = make.zones(policy);
    let section = make.section("zones", zones);
    make.map(section.into_iter().collect())
}

impl Maker {
    /// When a zone counts as copied, for those that ask for it and leave numbers out.
    fn zones(&mut self, policy: &Node) -> Vec<(Node, Node)> {
        let Some(NodeKind::Map(zones)) = at(policy, &["zones"]).map(|zones| &zones.kind) else {
            return Vec::new();
        };
        let mut said = Vec::new();
        for (name, zone) in zones {
            let word = |key| zone.entry(key).and_then(|(_, value)| value.text());
            let written = zone.entry("copy_out").map(|(_, written)| written);
            if written.is_none() && !(word("agents") == Some("denied") && is_content(word("class")))
            {
                continue;
            }
            let numbers = [
                ("similarity", SIMILARITY.to_string()),
                ("min_lines", MIN_LINES.to_string()),
            ];
            let missing = numbers
                .iter()
                .filter(|(key, _)| written.is_none_or(|written| written.entry(key).is_none()));
            let pairs = missing.map(|(key, value)| self.pair(key, value)).collect();
            if let Some(numbers) = self.section("copy_out", pairs) {
                let zone = self.map(vec![numbers]);
                said.push((self.scalar(name.text().unwrap_or_default(), false), zone));
            }
        }
        said
    }

    /// When the warnings begin, for agents whose approval ends.
    fn agents(&mut self, policy: &Node) -> Vec<(Node, Node)> {
        let Some(NodeKind::Map(agents)) = at(policy, &["agents"]).map(|agents| &agents.kind) else {
            return Vec::new();
        };
        if at(policy, &["agents", "*", "warn_days"]).is_some() {
            return Vec::new();
        }
        let mut said = Vec::new();
        for (id, agent) in agents {
            if agent.entry("until").is_some() && agent.entry("warn_days").is_none() {
                let days = self.pair("warn_days", &WARN_DAYS.to_string());
                let entry = self.map(vec![days]);
                said.push((self.scalar(id.text().unwrap_or_default(), false), entry));
            }
        }
        said
    }

    fn rules(&mut self, policy: &Node, rules: &[RuleDefault]) -> Vec<(Node, Node)> {
        let mut said = Vec::new();
        for default in rules {
            let setting = at(policy, &["rules", default.rule]);
            let says = |key| setting.is_some_and(|setting| setting.entry(key).is_some());
            // One mode is for both sides.
            if says("mode") {
                continue;
            }
            if says("then") {
                // What holds before the ramp begins; a mode of a side would hold after it too.
                let before = default.agents.or(default.humans);
                let one = default.humans.is_none_or(|humans| before == Some(humans));
                let mode = before
                    .filter(|_| one)
                    .map(|mode| self.pair("mode", mode_word(mode)));
                said.extend(self.section(default.rule, mode.into_iter().collect()));
                continue;
            }
            let sides = [("agents", default.agents), ("humans", default.humans)];
            let mut modes = Vec::new();
            for (side, mode) in sides {
                if let Some(mode) = mode.filter(|_| !says(side)) {
                    modes.push(self.pair(side, mode_word(mode)));
                }
            }
            said.extend(self.section(default.rule, modes));
        }
        said
    }

    fn section(&mut self, key: &str, entries: Vec<(Node, Node)>) -> Option<(Node, Node)> {
        let map = (!entries.is_empty()).then(|| self.map(entries))?;
        Some((self.scalar(key, true), map))
    }

    fn pair(&mut self, key: &str, value: &str) -> (Node, Node) {
        (self.scalar(key, true), self.scalar(value, true))
    }

    fn map(&mut self, entries: Vec<(Node, Node)>) -> Node {
        self.node(NodeKind::Map(entries))
    }

    fn scalar(&mut self, text: &str, plain: bool) -> Node {
        let text = text.to_owned();
        self.node(NodeKind::Scalar { text, plain })
    }

    fn node(&mut self, kind: NodeKind) -> Node {
        self.made += 1;
        let span = Span {
            file: u16::MAX,
            start: self.made,
            end: self.made,
        };
        Node { span, kind }
    }
}

/// A mode as policies write it.
pub(super) fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Disabled => "disabled",
        Mode::Audit => "audit",
        Mode::Warn => "warn",
        Mode::Block => "block",
    }
}
