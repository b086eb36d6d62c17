use bstr::BString;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::agent::Catalogue;
use crate::check::decide::Decider;
use crate::check::vocabulary;
use crate::finding::{Decision, Mode, Subject};
use crate::host::Host;
use crate::policy::waiver::WaiverFile;
use crate::policy::{Bots, Given, Groups, Loaded, Outside, Reviews, Signers, load_alone};
use crate::report::{Counts, FindingRow};
use crate::secret::{Engine, Redactor};
use crate::sign::Gpg;
use crate::zone::Copies;

const TODAY: Date = date(2026, 11, 25);
const CORE: &str = "acme/radio-core";
const RULES: [&str; 4] = [
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
struct Made {
    rule: usize,
    repository: &'static str,
    paths: Option<(Vec<usize>, Vec<usize>)>,
    agents: Option<usize>,
    /// Positions of findings.
    fingerprints: Option<Vec<usize>>,
    expired: bool,
    stranger: bool,
}

impl Made {
    fn file(&self, at: usize, rows: &[FindingRow]) -> WaiverFile {
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
    fn excepts(&self, row: &FindingRow, rows: &[FindingRow]) -> bool {
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

fn one_waiver() -> impl Strategy<Value = Made> {
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

fn one_finding() -> impl Strategy<Value = Finding> {
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

fn loaded(modes: &[Mode]) -> Loaded {
    load(&given(modes))
}

fn load(given: &Given) -> Loaded {
    let given = Some(given);
    let host = &Host::default();
    load_alone(Outside { given, host }, vocabulary()).unwrap()
}

/// A policy with modes for the rules.
fn given(modes: &[Mode]) -> Given {
    let modes = RULES.iter().zip(modes);
    let modes: Vec<String> = modes
        .map(|(rule, mode)| format!("  {rule}: {{mode: {}}}\n", mode.word()))
        .collect();
    let text = format!(
        "cordon: 1\nextends: []\npolicy: {{id: acme}}\nrules:\n{}approvers: {{appsec: {{members: \
         [lee@acme.example]}}}}\nwaivers: {{approvers: [appsec]}}\n",
        modes.concat()
    );
    Given {
        name: "policy.yml".to_owned(),
        text: text.into_bytes(),
        ..Given::default()
    }
}

/// A run at a stage, and its waivers.
fn run<T>(
    loaded: &Loaded,
    stage: Stage,
    look: impl for<'a> FnOnce(&'a Context<'a>, Exceptions<'a>, &'a Redactor<'a>) -> T,
) -> T {
    let context = Context {
        policy: &loaded.policy,
        copies: &Copies::none(&loaded.policy),
        trusted: true,
        catalogue: Catalogue::builtin(),
        secrets: Engine::builtin(),
        bots: &Bots::default(),
        signers: &Signers::new(&Groups::default(), TODAY, Gpg::default()),
        reviews: &Reviews::default(),
        stage,
        date: TODAY,
    };
    let run = Run {
        repository: Some(CORE),
        stage,
        whole: false,
        people: People::default(),
        classes: AllClasses::default(),
        reach: Reach {
            repo: None,
            host: &Host::default(),
        },
    };
    let redactor = Redactor::new(Engine::builtin());
    let exceptions = Exceptions::new(&context, &loaded.waivers, run);
    look(&context, exceptions, &redactor)
}

/// What the engine decides, but on the waivers.
fn decided(loaded: &Loaded, stage: Stage, findings: &[Finding]) -> Vec<FindingRow> {
    run(loaded, stage, |context, exceptions, redactor| {
        let mut decider = Decider::new(context, stage, redactor).with(exceptions);
        decider.add(findings);
        let (mut rows, unread) = decider.finish();
        assert!(unread.is_none());
        rows.retain(|row| !row.rule.starts_with("waiver-"));
        rows
    })
}

proptest! {
    #[test]
    fn every_finding_is_decided_on_and_only_what_a_scope_names_is_waived(
        findings in prop::collection::vec(one_finding(), 0..12),
        waivers in prop::collection::vec(one_waiver(), 0..8),
        modes in prop::collection::vec(prop::sample::select(vec![
            Mode::Disabled, Mode::Audit, Mode::Warn, Mode::Block,
        ]), RULES.len()),
        in_ci in any::<bool>(),
    ) {
        let stage = if in_ci { Stage::Ci } else { Stage::Commit };
        let mut loaded = loaded(&modes);
        let detected = decided(&loaded, stage, &findings);
        prop_assert!(detected.iter().all(|row| row.decision != Decision::Waived));
        let files = waivers.iter().enumerate();
        let files = files.map(|(at, waiver)| waiver.file(at, &detected)).collect();
        loaded.waivers.replace(files);
        let rows = decided(&loaded, stage, &findings);
        let counts = Counts::of(&rows);
        let sum = counts.blocked + counts.warned + counts.audited + counts.waived;
        prop_assert_eq!(sum, detected.len());
        for (row, was) in rows.iter().zip(&detected) {
            prop_assert_eq!(&row.fingerprint, &was.fingerprint);
            let mut waivers = waivers.iter().enumerate();
            let first = waivers.find(|(_, waiver)| waiver.excepts(was, &detected));
            let by = row.waiver.as_ref().map(|waiver| waiver.id.to_string());
            prop_assert_eq!(by, first.map(|(at, _)| format!("W-{at}")));
            let decision = first.map_or(was.decision, |_| Decision::Waived);
            prop_assert_eq!(row.decision, decision);
        }
    }
}

fn in_zone(path: &str) -> Finding {
    let place = Place {
        path: Some(path.into()),
        ..Place::message(None)
    };
    let mut found = Finding::of_run("zone-agent", place, "found".to_owned(), "");
    found.subject = Subject::Agent;
    found
}

/// A thousand waivers, every tenth of which is for the repository.
fn thousand() -> Vec<WaiverFile> {
    let made = |at: usize| Made {
        rule: 0,
        repository: if at.is_multiple_of(10) {
            CORE
        } else {
            "acme/other"
        },
        paths: Some((vec![if at == 500 { 3 } else { 2 }], Vec::new())),
        agents: None,
        fingerprints: None,
        expired: false,
        stranger: false,
    };
    (0..1000).map(|at| made(at).file(at, &[])).collect()
}

/// How many waivers were read and how many verified, once that was found.
fn work(loaded: &Loaded, stage: Stage, findings: &[Finding]) -> (usize, usize) {
    run(loaded, stage, |_, mut exceptions, redactor| {
        for finding in findings {
            exceptions.of(finding, "", redactor);
        }
        exceptions.findings();
        let known = exceptions.read.get().map(|read| read.as_ref().unwrap());
        known.map_or((0, 0), |known| {
            let verified = known.standings.iter().filter(|one| one.get().is_some());
            (known.waivers.good.len(), verified.count())
        })
    })
}

#[test]
fn no_more_is_read_and_verified_than_what_is_found_and_the_stage_ask_for() {
    let mut loaded = loaded(&[Mode::Block; 4]);
    loaded.waivers.replace(thousand());
    let (read_by_one, elsewhere) = (in_zone("lib/x"), in_zone("src/c"));
    // No waiver excepts such a finding.
    let weakened = Finding::of_run(
        "policy-weakened",
        Place::message(None),
        "found".to_owned(),
        "",
    );
    for (stage, findings, counts) in [
        (Stage::Commit, vec![], (0, 0)),
        (Stage::Push, vec![], (0, 0)),
        (Stage::Commit, vec![weakened], (0, 0)),
        (Stage::Commit, vec![elsewhere], (1000, 0)),
        (Stage::Commit, vec![read_by_one], (1000, 1)),
        // All that name the repository are told of, and no others.
        (Stage::Ci, vec![], (1000, 100)),
    ] {
        assert_eq!(work(&loaded, stage, &findings), counts, "{stage:?}");
    }
}

#[test]
fn a_waiver_that_cannot_be_read_is_in_the_way_once_somebody_asks_for_it() {
    let mut given = given(&[Mode::Block; 4]);
    given.waivers = vec!["/nowhere/waivers/w.yml".into()];
    let loaded = load(&given);
    for (stage, findings, unread) in [
        (Stage::Commit, vec![], false),
        (Stage::Commit, vec![in_zone("lib/x")], true),
        (Stage::Ci, vec![], true),
    ] {
        run(&loaded, stage, |context, exceptions, redactor| {
            let mut decider = Decider::new(context, stage, redactor).with(exceptions);
            decider.add(&findings);
            let (rows, obstacle) = decider.finish();
            assert_eq!(obstacle.is_some(), unread, "{stage:?}");
            assert!(rows.iter().all(|row| row.decision == Decision::Blocked));
        });
    }
}
