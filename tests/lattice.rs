//! The join of authorities: whoever is added, nothing gets weaker, and the order does not matter.

use cordon::check::vocabulary;
use cordon::finding::{Mode, Stage, Subject};
use cordon::policy::yaml::Limits;
use cordon::policy::{Authority, FoldedPath, Loader, Policy};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const AGENTS: &[&str] = &["claude-code", "cursor", "gemini-cli", "unlisted"];
const RULES: &[&str] = &[
    "agent-denied",
    "zone-agent",
    "secret-added",
    "trailer-missing",
];
const ZONES: &[&str] = &["a", "b", "ci"];
const PATHS: &[&str] = &["src/a.c", "src/deep/b.c", "lib/c", "LIB/C"];
const TODAY: Date = date(2026, 11, 22);

/// One line of each kind, or none.
fn policy() -> impl Strategy<Value = String> {
    let mode = prop::sample::select(vec!["disabled", "audit", "warn", "block"]);
    let maybe_mode = prop::option::of(mode.clone());
    let status = prop::sample::select(vec![
        "{status: approved}",
        "{status: denied}",
        "{status: retired}",
        "{status: conditional, until: 2026-11-21}",
        "{status: conditional, until: 2026-11-22}",
        "{status: denied, since: 2026-11-23}",
        "{status: approved, classes: {pci: denied}}",
    ]);
    let agents = prop::collection::btree_map(
        prop::sample::select(vec!["\"*\"", "claude-code", "cursor"]),
        status,
        0..3,
    );
    let setting = (maybe_mode.clone(), maybe_mode.clone(), maybe_mode.clone());
    let rules = prop::collection::btree_map(prop::sample::select(RULES.to_vec()), setting, 0..3);
    let zone = (
        prop::sample::select(vec!["[src]", "[\"src/**\", \"!src/a.c\"]", "[lib/*]"]),
        prop::option::of(prop::sample::select(vec!["allowed", "denied"])),
        maybe_mode.clone(),
        prop::option::of(prop::sample::select(vec!["pci", "ci"])),
    );
    let zones = prop::collection::btree_map(prop::sample::select(ZONES.to_vec()), zone, 0..3);
    let limit = prop::option::of(prop::sample::select(vec![0_u64, 10, 1000]));
    (agents, rules, zones, maybe_mode, limit, any::<bool>()).prop_map(
        |(agents, rules, zones, stage, limit, empty)| {
            let mut text = String::from("cordon: 1\n");
            if empty {
                text.push_str("extends: []\n");
            }
            let mut section = |name: &str, lines: Vec<String>| {
                if !lines.is_empty() {
                    text.extend([name, ":\n", &lines.concat()]);
                }
            };
            let pair =
                |key: &str, value: Option<&str>| value.map(|value| format!("{key}: {value}"));
            section(
                "agents",
                agents
                    .iter()
                    .map(|(id, entry)| format!("  {id}: {entry}\n"))
                    .collect(),
            );
            let setting = |(mode, agents, humans): &(Option<&str>, Option<&str>, Option<&str>)| {
                let parts = [
                    pair("mode", *mode),
                    pair("agents", *agents),
                    pair("humans", *humans),
                ];
                parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
            };
            section(
                "rules",
                rules
                    .iter()
                    .map(|(id, entry)| format!("  {id}: {{{}}}\n", setting(entry)))
                    .collect(),
            );
            let zone = |(paths, agents, mode, class): &(
                &str,
                Option<&str>,
                Option<&str>,
                Option<&str>,
            )| {
                let parts = [
                    pair("paths", Some(paths)),
                    pair("agents", *agents),
                    pair("mode", *mode),
                    pair("class", *class),
                ];
                parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
            };
            section(
                "zones",
                zones
                    .iter()
                    .map(|(name, entry)| format!("  {name}: {{{}}}\n", zone(entry)))
                    .collect(),
            );
            section(
                "stages",
                stage.iter().map(|mode| format!("  ci: {mode}\n")).collect(),
            );
            section(
                "limits",
                limit
                    .iter()
                    .map(|limit| format!("  commits: {limit}\n"))
                    .collect(),
            );
            text
        },
    )
}

/// The opinion that a text states; that of the highest authority has the defaults.
fn authority(loader: &mut Loader, text: &str, highest: bool) -> Authority {
    let read = loader.read("policy.yml", text.as_bytes(), &Limits::ORG, highest);
    let (_, authority) = read.unwrap_or_else(|| panic!("{text}\n{:?}", loader.problems));
    Authority {
        defaults: highest,
        ..authority
    }
}

/// Joins the texts, the first being the highest.
fn join(texts: &[&String]) -> Policy {
    let mut loader = Loader::new(vocabulary());
    let mut authorities = Vec::new();
    for (position, text) in texts.iter().enumerate() {
        authorities.push(authority(&mut loader, text, position == 0));
    }
    Policy::join(authorities, loader.sources)
}

/// Every answer as numbers that grow with strictness.
fn answers(policy: &Policy) -> Vec<u64> {
    let mut all = Vec::new();
    for agent in AGENTS {
        all.push(policy.status(agent, TODAY).value as u64);
    }
    for rule in RULES {
        for subject in [Subject::Agent, Subject::Human] {
            for zone in [None].into_iter().chain(ZONES.iter().copied().map(Some)) {
                all.push(policy.mode(rule, subject, zone, Mode::Block, TODAY).value as u64);
            }
        }
    }
    for name in ZONES {
        let zone = policy.zones().iter().find(|zone| zone.name == *name);
        for agent in AGENTS {
            all.push(zone.map_or(0, |zone| {
                policy.permission(zone, Some(agent), TODAY).value as u64
            }));
        }
        for path in PATHS {
            let inside =
                zone.is_some_and(|zone| zone.contains(&FoldedPath::new(path.as_bytes()), None));
            all.push(u64::from(inside));
        }
    }
    all.push(policy.cap(Stage::Ci) as u64);
    let (commits, ..) = policy.limits();
    all.push(if commits == 0 { 0 } else { u64::MAX - commits });
    all
}

fn weaker(before: &[u64], after: &[u64]) -> Vec<usize> {
    (0..before.len())
        .filter(|&at| after[at] < before[at])
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn an_authority_below_never_weakens(top in policy(), below in policy()) {
        let alone = answers(&join(&[&top]));
        let both = answers(&join(&[&top, &below]));
        // A mode of a zone that only the lower authority has cannot lower the rule's.
        prop_assert_eq!(weaker(&alone, &both), Vec::<usize>::new(), "{}\n---\n{}", top, below);
    }

    #[test]
    fn the_order_below_the_top_does_not_matter(top in policy(), one in policy(), other in policy()) {
        prop_assert_eq!(answers(&join(&[&top, &one, &other])), answers(&join(&[&top, &other, &one])));
    }

    #[test]
    fn the_same_authority_twice_is_said_once(top in policy(), below in policy()) {
        prop_assert_eq!(answers(&join(&[&top, &below])), answers(&join(&[&top, &below, &below])));
    }
}
