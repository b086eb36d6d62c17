mod unseen;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::date;
use proptest::prelude::*;

use super::Versions;
use crate::finding::Mode;
use crate::policy::lattice::{DIRECTIONS, Direction};
use crate::policy::show::RuleDefault;
use crate::policy::yaml::Limits;

const RULES: &[RuleDefault] = &[RuleDefault {
    rule: "zone-agent",
    agents: Some(Mode::Block),
    humans: None,
}];

/// A key of the language with a stricter and a laxer value, and what must stand beside it.
struct Sample {
    path: String,
    strict: String,
    lax: String,
    beside: Option<(String, &'static str)>,
}

/// One for every key that decides something; each entry of a section has one key alone.
fn samples() -> Vec<Sample> {
    let mut all = Vec::new();
    for (number, (pattern, direction)) in DIRECTIONS.iter().enumerate() {
        let text = |strict: &str, lax: &str| (strict.to_owned(), lax.to_owned());
        let (strict, lax) = match (*pattern, direction) {
            // Sources have tests of their own, and a version of the format there is one of.
            ("extends" | "cordon", _) | (_, Direction::Free | Direction::Dated) => continue,
            ("agents.*.accounts", _) => text("[enterprise]", "[enterprise, personal]"),
            ("automation.*.verified_by", _) => text("platform", "key"),
            ("zones.*.class", _) => text("pci", "ci"),
            ("repository.classes" | "waivers.two_for", _) => text("[pci, ci]", "[pci]"),
            ("trailers.require", _) => text("[{any_of: [A]}, {any_of: [B]}]", "[{any_of: [A]}]"),
            ("trailers.forbid", _) => text("[{key: A}, {text: b}]", "[{text: b}]"),
            ("secrets.detectors", _) => text("[{id: a}, {id: b}]", "[{id: a}]"),
            ("accounts.*.*" | "automation.*.identities", _) => text("[a]", "[b]"),
            ("automation.*.keys", _) => text("[{key: a}]", "[{key: b}]"),
            ("approvers.*.keys" | "signers", _) => text("[{key: a}]", "[{key: a}, {key: b}]"),
            ("catalogue.*.environment.*", _) => text("[{var: A}, {var: B}]", "[{var: B}]"),
            ("catalogue.*.ids", _) => text("[1, 2]", "[1]"),
            ("catalogue.*.shared", _) => text("[{name: a, email: b}]", "[]"),
            ("catalogue.*.keys" | "catalogue.*.trailers", _) => text("[{key: a}]", "[]"),
            (_, Direction::Words(words)) => text(words[words.len() - 1], words[0]),
            (_, Direction::Most | Direction::Rising) => text("7", "3"),
            (_, Direction::Least | Direction::Within(_) | Direction::Allowance) => text("3", "7"),
            (_, Direction::Limit) => text("7", "0"),
            (_, Direction::Earliest) => text("2027-03-01", "2027-04-01"),
            (_, Direction::Union | Direction::Holds) => text("[a, b]", "[a]"),
            (_, Direction::Admits | Direction::Grants | Direction::Allows) => text("[a]", "[a, b]"),
            (_, Direction::Covers) => text("[a, \"b/**\"]", "[a, \"!a/c\", \"b/c\"]"),
            (_, Direction::Kept | Direction::Source) => text("one", "two"),
        };
        let path = match *pattern {
            "accounts.*.*" => "accounts.personal.hosts".to_owned(),
            "agents.*.classes.*" => format!("agents.n{number}.classes.pci"),
            "catalogue.*.environment.*" => format!("catalogue.n{number}.environment.strong"),
            "classes.*.agents" => "classes.pci.agents".to_owned(),
            "limits.*" => "limits.files".to_owned(),
            "stages.*" => "stages.ci".to_owned(),
            other if other.starts_with("accounts") => other.replace('*', "hosts"),
            other => {
                let path = other.replacen('*', &format!("n{number}"), 1);
                path.replace("review.*", "review.data_handling")
            }
        };
        let entry = |key: &str| {
            path.rsplit_once('.')
                .map(|(entry, _)| format!("{entry}.{key}"))
        };
        let beside = match *pattern {
            "agents.*.until" => entry("status").map(|path| (path, "conditional")),
            "agents.*.since" => entry("status").map(|path| (path, "denied")),
            _ => None,
        };
        all.push(Sample {
            path,
            strict,
            lax,
            beside,
        });
    }
    all
}

/// A map in which values stand under paths.
#[derive(Default)]
struct Tree(BTreeMap<String, Result<String, Tree>>);

impl Tree {
    fn put(&mut self, path: &str, value: &str) {
        match path.split_once('.') {
            None => {
                self.0.insert(path.to_owned(), Ok(value.to_owned()));
            }
            Some((key, rest)) => {
                let below = self.0.entry(key.to_owned());
                let below = below.or_insert_with(|| Err(Self::default()));
                if let Err(tree) = below {
                    tree.put(rest, value);
                }
            }
        }
    }

    fn text(&self) -> String {
        let mut out = String::from("{");
        for (key, value) in &self.0 {
            let value = match value {
                Ok(value) => value.clone(),
                Err(tree) => tree.text(),
            };
            write!(out, "{key}: {value}, ").unwrap();
        }
        out + "}"
    }
}

/// A policy that says some of the samples, strict or lax; one that is left out is not said.
fn policy(said: &[Option<bool>]) -> String {
    let mut tree = Tree::default();
    tree.put("cordon", "1");
    for (sample, said) in samples().iter().zip(said) {
        if let Some(strict) = said {
            tree.put(
                &sample.path,
                if *strict { &sample.strict } else { &sample.lax },
            );
            if let Some((path, value)) = &sample.beside {
                tree.put(path, value);
            }
        }
    }
    tree.text()
}

/// The keys that the second of two policies weakens.
fn weakened(old: &str, new: &str, highest: bool) -> Vec<String> {
    let mut versions = Versions::new(RULES, date(2026, 11, 22));
    let mut read = |text: &str| {
        let read = versions.read("p.yml", text.as_bytes(), &Limits::ORG, highest);
        read.unwrap_or_else(|problem| panic!("{problem}\n{text}"))
    };
    let (old, new) = (read(old), read(new));
    let found = versions.weakened(&old, &new);
    found.into_iter().map(|one| one.key).collect()
}

/// Whether a change of that sample cannot be a tightening: nobody knows which value is stricter.
fn is_two_way(sample: &Sample) -> bool {
    let steps: Vec<&str> = sample.path.split('.').collect();
    let direction = crate::policy::lattice::direction(&steps);
    matches!(direction, Some(Direction::Kept | Direction::Source))
}

#[test]
fn every_key_that_is_lowered_is_found_and_raised_is_not() {
    let samples = samples();
    assert!(samples.len() > 55, "{}", samples.len());
    for (at, sample) in samples.iter().enumerate() {
        let mut said = vec![None; samples.len()];
        said[at] = Some(true);
        let strict = policy(&said);
        said[at] = Some(false);
        let lax = policy(&said);
        for highest in [true, false] {
            let told = weakened(&strict, &lax, highest);
            assert!(!told.is_empty(), "{}: {strict} → {lax}", sample.path);
            let told = weakened(&lax, &strict, highest);
            assert!(
                told.is_empty() || is_two_way(sample),
                "{told:?}: {lax} → {strict}"
            );
            assert_eq!(weakened(&strict, &strict, highest), [""; 0]);
        }
    }
}

#[test]
fn a_source_that_moves_is_found() {
    let git =
        "cordon: 1\nextends: [{git: \"https://a.example/p.git\", ref: policy/42, path: p.yml}]";
    for (old, new) in [
        (git, "cordon: 1"),
        ("cordon: 1", git),
        (git, &git.replace("policy/42", "policy/41")),
        (git, &git.replace("a.example", "b.example")),
        (git, &git.replace("p.yml", "q.yml")),
        (
            "cordon: 1\nextends: [{pack: default}, {pack: pci-dss}]",
            "cordon: 1",
        ),
        ("cordon: 1", "cordon: 1\nextends: []"),
    ] {
        let told = weakened(old, new, true);
        assert!(
            told.iter().any(|key| key == "extends"),
            "{old} → {new}: {told:?}"
        );
    }
    for (old, new) in [
        (
            "cordon: 1",
            "cordon: 1\nextends: [{pack: default}, {pack: pci-dss}]",
        ),
        ("cordon: 1\nextends: []", "cordon: 1"),
        // A new zone takes nothing out of an old one.
        (
            "cordon: 1",
            "cordon: 1\nzones: {z: {paths: [a, \"!a/b\"], agents: denied}}",
        ),
    ] {
        assert_eq!(weakened(old, new, true), [""; 0], "{old} → {new}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn tightening_is_never_found_and_lowering_one_key_always_is(
        before in prop::collection::vec(prop::option::of(any::<bool>()), samples().len()),
        raise in prop::collection::vec(any::<bool>(), samples().len()),
        lowered in prop::sample::select((0..samples().len()).collect::<Vec<_>>()),
        highest in any::<bool>(),
    ) {
        let samples = samples();
        let mut before = before;
        let mut after = before.clone();
        for (at, sample) in samples.iter().enumerate() {
            if before[at] == Some(false) && raise[at] && !is_two_way(sample) {
                after[at] = Some(true);
            }
        }
        let told = weakened(&policy(&before), &policy(&after), highest);
        prop_assert_eq!(told, Vec::<String>::new());
        before[lowered] = Some(true);
        after[lowered] = Some(false);
        let told = weakened(&policy(&before), &policy(&after), highest);
        let path = samples[lowered].path.as_str();
        let entry = path.rsplit_once('.').map_or(path, |(entry, _)| entry);
        let others = told.iter().filter(|key| !key.starts_with(entry));
        prop_assert!(!told.is_empty() && others.count() == 0, "{}: {:?}", samples[lowered].path, told);
    }
}

#[test]
fn days_that_nobody_says_are_the_default_of_the_highest_authority() {
    let days = |days: &str| match days {
        "" => "cordon: 1\nextends: []\nwaivers: {two_for: []}\n".to_owned(),
        days => format!("cordon: 1\nextends: []\nwaivers: {{two_for: [], max_days: {days}}}\n"),
    };
    for (old, new, of_highest, of_others) in [
        ("", "120", true, false),
        ("120", "", false, true),
        ("60", "", true, true),
        ("", "90", false, false),
        ("90", "", false, true),
        ("", "60", false, false),
    ] {
        for (highest, found) in [(true, of_highest), (false, of_others)] {
            let told = weakened(&days(old), &days(new), highest);
            assert_eq!(!told.is_empty(), found, "{old:?} → {new:?}: {told:?}");
        }
    }
}

#[test]
fn lists_of_models_are_compared_as_models_are() {
    let list = |models: &str| {
        format!("cordon: 1\nextends: []\nagents: {{cursor: {{models: {models}}}}}\n")
    };
    for (old, new, found) in [
        ("[\"Claude-Opus-4.6\"]", "[\"claude-opus-4-6\"]", false),
        ("[\"claude-*\"]", "[\"Opus-5\"]", false),
        ("[\"CLAUDE-*\"]", "[\"claude-opus-*\"]", false),
        // By the texts the old one covers it; no name of a model of Claude's has a dot.
        ("[\"*.6\"]", "[\"claude-opus-4.6\"]", true),
        ("[\"claude-opus-*\"]", "[\"claude-*\"]", true),
    ] {
        let keys = weakened(&list(old), &list(new), true);
        assert_eq!(!keys.is_empty(), found, "{old} {new} {keys:?}");
    }
}

#[test]
fn what_a_bot_may_change_is_widened_by_a_pattern_that_comes_or_an_exception_that_goes() {
    let bot = |paths: &str| {
        format!(
            "cordon: 1\nextends: []\nautomation: {{bot: {{identities: [a@b], verified_by: platform, paths: {paths}}}}}\n"
        )
    };
    for (old, new, found) in [
        ("[a, \"!a/b\"]", "[a]", true),
        ("[a]", "[a, b]", true),
        ("[a]", "[\"**\"]", true),
        ("[a, b]", "[a]", false),
        ("[\"a/**\"]", "[a/b, \"!a/b/c\"]", false),
    ] {
        let keys = weakened(&bot(old), &bot(new), true);
        assert_eq!(!keys.is_empty(), found, "{old} {new} {keys:?}");
    }
    // A new entry is told once, and one that is gone.
    let none = "cordon: 1\nextends: []\n";
    assert_eq!(weakened(none, &bot("[a]"), true), ["automation.bot"]);
    assert_eq!(weakened(&bot("[a]"), none, true), ["automation.bot"]);
}
