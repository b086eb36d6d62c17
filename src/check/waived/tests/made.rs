//! Findings and waivers that are made up, and whether one excepts the other by the letter of its scope.

use bstr::BString;
use proptest::prelude::*;

use crate::finding::{Finding, Place, Subject};
use crate::policy::waiver::WaiverFile;
use crate::report::FindingRow;

pub(super) const CORE: &str = "acme/radio-core";
pub(super) const RULES: [&str; 4] = [
    "zone-agent",
    "zone-copy-out",
    "agent-denied",
    "secret-added",
];
const PATHS: [&str; 5] = ["src/a", "src/a/b", "src/c", "lib/x", "SRC/a"];
const AGENTS: [&str; 2] = ["claude-code", "cursor"];

/// Patterns, and what they name by the letter.
type Pattern = (&'static str, fn(&str) -> bool);
const PATTERNS: [Pattern; 5] = [
    ("**", |_| true),
    ("src/**", |path| path.starts_with("src/")),
    ("src/a", |path| {
        path == "src/a" || path.starts_with("src/a/")
    }),
    ("lib/*", |path| path == "lib/x"),
    ("SRC/a", |path| path == "SRC/a"),
];
/// What is taken out, by whatever looks like it.
const WITHOUT: [Pattern; 2] = [
    ("!src/a/**", |path| path.to_lowercase().starts_with("src/a")),
    ("!lib/x", |path| path == "lib/x"),
];

/// A waiver as it is made up. Numbers are places in the lists above.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) rule: usize,
    pub(super) repository: &'static str,
    pub(super) paths: Option<(Vec<usize>, Vec<usize>)>,
    pub(super) agents: Option<usize>,
    /// Positions of findings.
    pub(super) fingerprints: Option<Vec<usize>>,
    pub(super) expired: bool,
    pub(super) stranger: bool,
}

impl Made {
    pub(super) fn file(&self, at: usize, rows: &[FindingRow]) -> WaiverFile {
        let quoted = |all: Vec<String>| {
            let all: Vec<String> = all.iter().map(|one| format!("\"{one}\"")).collect();
            all.join(", ")
        };
        let mut scope = format!("  repos: [{}]\n", self.repository);
        if let Some((with, without)) = &self.paths {
            let with = with.iter().map(|at| PATTERNS[*at].0.to_owned());
            let without = without.iter().map(|at| WITHOUT[*at].0.to_owned());
            let all = quoted(with.chain(without).collect());
            scope.push_str(&["  paths: [", &all, "]\n"].concat());
        }
        if let Some(agent) = self.agents {
            scope.push_str(&["  agents: [", AGENTS[agent], "]\n"].concat());
        }
        if self.fingerprints.is_some() {
            let all = quoted(self.named(rows));
            scope.push_str(&["  fingerprints: [", &all, "]\n"].concat());
        }
        let who = if self.stranger {
            "x@y"
        } else {
            "lee@acme.example"
        };
        let expires = if self.expired {
            "2026-11-24"
        } else {
            "2026-12-20"
        };
        WaiverFile {
            name: format!("{at}.yml"),
            text: Ok(format!(
                "waiver: W-{at}\nrule: {}\nscope:\n{scope}reason: Why\nrequested_by: ono@acme.example\n\
                 approved_by: [{{who: {who}, date: 2026-11-20}}]\nexpires: {expires}\n",
                RULES[self.rule]
            )
            .into_bytes()),
        }
    }

    fn named(&self, rows: &[FindingRow]) -> Vec<String> {
        let row = |at: &usize| rows.get(at % rows.len().max(1));
        let of =
            |row: Option<&FindingRow>| row.map_or("0".repeat(64), |row| row.fingerprint.clone());
        let all = self.fingerprints.iter().flatten();
        all.map(|at| of(row(at))).collect()
    }

    /// Whether its scope names a finding, by the letter; and it stands.
    pub(super) fn excepts(&self, row: &FindingRow, rows: &[FindingRow]) -> bool {
        let path = row.path.as_ref().map(ToString::to_string);
        let old = row.old_path.as_ref().map(ToString::to_string);
        let named = |path: &str| {
            self.paths.as_ref().is_none_or(|(with, without)| {
                with.iter().any(|at| PATTERNS[*at].1(path))
                    && !without.iter().any(|at| WITHOUT[*at].1(path))
            })
        };
        RULES[self.rule] == row.rule
            && self.repository != "acme/other"
            && (self.paths.is_none() || path.is_some())
            && path.iter().chain(&old).all(|path| named(path))
            && self
                .agents
                .is_none_or(|at| row.agent.as_deref() == Some(AGENTS[at]))
            && (self.fingerprints.is_none() || self.named(rows).contains(&row.fingerprint))
            && !self.expired
            && !self.stranger
    }
}

pub(super) fn one_waiver() -> impl Strategy<Value = Made> {
    let some = |most: usize| prop::collection::vec(0..most, 1..3);
    let paths = (
        some(PATTERNS.len()),
        prop::collection::vec(0..WITHOUT.len(), 0..2),
    );
    (
        0..RULES.len(),
        prop::sample::select(vec![CORE, "radio-core", "acme/*", "acme/other"]),
        prop::option::of(paths),
        prop::option::of(0..AGENTS.len()),
        prop::option::of(some(12)),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
    )
        .prop_map(
            |(rule, repository, paths, agents, fingerprints, expired, stranger)| {
                let needed = paths.is_none() || RULES[rule].starts_with("secret-");
                Made {
                    rule,
                    repository,
                    paths,
                    agents,
                    fingerprints: fingerprints.or(needed.then(|| vec![0])),
                    expired,
                    stranger,
                }
            },
        )
}

pub(super) fn one_finding() -> impl Strategy<Value = Finding> {
    let path = || prop::option::of(prop::sample::select(PATHS.to_vec()));
    let agent = prop::option::of(prop::sample::select(AGENTS.to_vec()));
    (
        0..RULES.len(),
        path(),
        path(),
        agent,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(rule, path, old, agent, person, note)| {
            let place = Place {
                old_path: path.and(old).map(BString::from),
                path: path.map(BString::from),
                ..Place::message(None)
            };
            let mut found = Finding::of_run(RULES[rule], place, "found".to_owned(), "");
            found.agent = agent.map(str::to_owned);
            found.note = note;
            if !person {
                found.subject = Subject::Agent;
            }
            found
        })
}
