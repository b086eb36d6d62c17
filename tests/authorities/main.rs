//! Whoever is added below, no blocking finding goes away: random authorities, random changes, and the
//! engine itself. The answers of the join alone are held by `tests/lattice.rs`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod generate;

use std::collections::BTreeSet;

use cordon::check::progress::Silent;
use cordon::check::{Request, What, run, vocabulary};
use cordon::finding::{Decision, Stage};
use cordon::git::{FileMode, Files, Id, Memory, NewCommit};
use cordon::host::Host;
use cordon::policy::yaml::Limits;
use cordon::policy::{Given, Loader};
use cordon::report::{FindingRow, Report};
use cordon::text::Clean;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Map, Value};

use generate::{Choices, Language};

const PERSON: &str = "A Person <dev@acme.example>";
const AUTHORS: &[&str] = &[
    PERSON,
    "Claude <noreply@anthropic.com>",
    "Bot <bot@acme.example>",
    "Acme Bot <agent@acme.example>",
];
const MESSAGES: &[&str] = &[
    "Change\n",
    "Change\n\nCo-authored-by: Claude <noreply@anthropic.com>\nAgent-Account: enterprise/acme\n",
    "Change\n\nAssisted-by: cursor:gpt-5\nTicket: ABC-1\n",
    "Change\n\nAssisted-by: acme-bot:claude-opus-5\nSigned-off-by: Claude <noreply@anthropic.com>\n",
    "skip\n\nAssisted-by: house:model\nAgent-Account: me\n",
];
const PATHS: &[&str] = &[
    "src/a.c",
    "src/deep/b.c",
    "lib/c",
    "README",
    "CLAUDE.md",
    "Cargo.lock",
];
const TEXTS: &[&str] = &[
    "one\n",
    "EXPORT-CONTROLLED\ntwo\n",
    "key = acme_abcdefgh\n",
    "a\u{200b}b\n",
];

/// What policies say here.
const SECTIONS: &[&str] = &[
    "accounts",
    "agents",
    "approvers",
    "automation",
    "catalogue",
    "classes",
    "extends",
    "incomplete",
    "limits",
    "models",
    "policy",
    "repository",
    "rules",
    "secrets",
    "stages",
    "trailers",
    "waivers",
    "zones",
];

/// A policy that is good, and says as much as it can of what was drawn.
fn policy(language: &Language, shape: &[u8], values: &[u8], highest: bool) -> String {
    let drawn = language.policy(&mut Choices { shape, values });
    let mut kept = Map::new();
    kept.insert("cordon".to_owned(), 1.into());
    // Groups are named by other sections.
    let first = |key: &&String| **key != "approvers";
    let mut keys: Vec<&String> = drawn.keys().collect();
    keys.sort_by_key(first);
    for key in keys {
        let before = kept.insert(key.clone(), drawn[key].clone());
        if !is_good(&kept, highest) {
            match (before, &drawn[key]) {
                (Some(before), _) => kept.insert(key.clone(), before),
                (None, Value::Object(entries)) => {
                    kept.insert(key.clone(), Value::Object(Map::new()));
                    for (name, entry) in entries {
                        kept[key][name] = entry.clone();
                        if !is_good(&kept, highest) {
                            kept[key].as_object_mut().unwrap().remove(name);
                        }
                    }
                    None
                }
                (None, _) => kept.remove(key),
            };
        }
        if !is_good(&kept, highest) {
            kept.remove(key);
        }
    }
    Value::Object(kept).to_string()
}

fn is_good(policy: &Map<String, Value>, highest: bool) -> bool {
    let text = Value::Object(policy.clone()).to_string();
    let mut loader = Loader::new(vocabulary());
    loader
        .read("policy.yml", text.as_bytes(), &Limits::ORG, highest)
        .is_some()
}

/// A commit that is to be made: by whom, with which message, and what it writes where.
type Made<'c> = (&'c str, &'c str, Vec<(&'c str, &'c str)>);

fn change(bytes: &[u8]) -> Vec<Made<'static>> {
    let mut choices = Choices {
        shape: bytes,
        values: bytes,
    };
    let commits = 1 + choices.of(3);
    let commit = |choices: &mut Choices<'_>| {
        let (author, message) = (*choices.one(AUTHORS), *choices.one(MESSAGES));
        let files = 1 + choices.of(2);
        let file = |choices: &mut Choices<'_>| (*choices.one(PATHS), *choices.one(TEXTS));
        (author, message, (0..files).map(|_| file(choices)).collect())
    };
    (0..commits).map(|_| commit(&mut choices)).collect()
}

/// What blocks: rule, number of the commit, path, agent, zone and place.
type Key = (
    &'static str,
    Option<usize>,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
);
type Blocked = BTreeSet<Key>;

/// A repository in memory, as it grows.
#[derive(Default)]
struct Growing {
    repo: Memory,
    files: Files,
}

impl Growing {
    fn write(&mut self, path: &str, text: &str) {
        let blob = self.repo.blob(text.as_bytes()).unwrap();
        self.files.insert(path.into(), (FileMode::Regular, blob));
    }

    fn commit(&mut self, parents: &[Id], who: &str, message: &str) -> Id {
        let made = NewCommit {
            parents,
            files: &self.files,
            author: who,
            committer: who,
            message,
        };
        self.repo.commit(&made).unwrap()
    }

    /// The base, with the repository's own policy, and the head of a change, of which the first commit
    /// brings another.
    fn grow(&mut self, own: Option<&str>, heads: Option<&str>, change: &[Made<'_>]) -> (Id, Id) {
        for path in PATHS {
            let line = |text: String, line| text + &format!("{path} {line};\n");
            self.write(path, &(0..30).fold(String::new(), line));
        }
        if let Some(own) = own {
            self.write(".cordon.yml", own);
        }
        let base = self.commit(&[], PERSON, "Begin\n");
        let mut head = base;
        for (number, (author, message, written)) in change.iter().enumerate() {
            if let (0, Some(own)) = (number, heads) {
                self.write(".cordon.yml", own);
            }
            for (path, text) in written {
                self.write(path, text);
            }
            head = self.commit(&[head], author, message);
        }
        (base, head)
    }
}

/// What blocks a change, and whether something could not be read.
fn judged(
    org: &str,
    own: Option<&str>,
    heads: Option<&str>,
    change: &[Made<'_>],
) -> (Blocked, bool) {
    let mut growing = Growing::default();
    let (base, head) = growing.grow(own, heads, change);
    // Whoever names the repository decides which zones are of it: here that is the platform alone.
    let platform = ("GITHUB_REPOSITORY".into(), "acme/radio".into());
    let host = Host {
        env: [platform].into_iter().collect(),
        today: date(2026, 11, 22),
        ..Host::default()
    };
    let request = Request {
        what: What::Range {
            base: base.to_string(),
            head: head.to_string(),
        },
        stage: Some(Stage::Ci),
        policy: Some(Given {
            name: "org.yml".to_owned(),
            text: org.into(),
            ..Given::default()
        }),
        approvals: None,
        emergency: None,
        as_of: None,
        jobs: 1,
        host: &host,
        progress: &Silent,
    };
    let report = run(&growing.repo, &request);
    let blocked = report.findings.iter();
    let blocked = blocked.filter(|row| row.decision == Decision::Blocked);
    let key = |row| blocked_by(&report, row);
    (blocked.map(key).collect(), !report.incomplete.is_empty())
}

fn blocked_by(report: &Report, row: &FindingRow) -> Key {
    let text = |clean: &Option<Clean>| clean.as_ref().map(ToString::to_string);
    let number = |id: &String| {
        let mut commits = report.commits.iter();
        commits.position(|row| row.id.as_ref() == Some(id))
    };
    let within = format!("{:?}", row.within);
    let commit = row.commit.as_ref().and_then(number);
    let (path, zone) = (text(&row.path), text(&row.zone));
    (row.rule, commit, path, row.agent.clone(), zone, within)
}

#[test]
fn the_generator_knows_every_key_of_the_schema() {
    assert!(Language::new().every_key() > 90);
}

#[test]
fn what_is_drawn_says_something_and_blocks_something() {
    let language = Language::new();
    let mut state = 1_u32;
    let mut draw = |count: usize| -> Vec<u8> {
        let next = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..count).map(next).collect()
    };
    let mut said = BTreeSet::new();
    let mut blocking = 0;
    let mut rules = BTreeSet::new();
    for _ in 0..150 {
        let org = policy(&language, &draw(400), &draw(400), true);
        let (blocked, _) = judged(&org, None, None, &change(&draw(30)));
        blocking += usize::from(!blocked.is_empty());
        rules.extend(blocked.iter().map(|one| one.0));
        let org: Map<String, Value> = serde_json::from_str(&org).unwrap();
        said.extend(org.keys().cloned());
    }
    let silent = |key: &&&str| !said.contains(**key);
    let silent: Vec<_> = SECTIONS.iter().filter(silent).collect();
    assert!(silent.is_empty(), "{silent:?}");
    assert!(blocking >= 15 && rules.len() >= 5, "{blocking} {rules:?}");
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_authority_below_takes_a_blocking_finding_away(
        shape in bytes(), org in bytes(), own in (prop::option::of(bytes()), bytes()),
        heads in (prop::option::of(bytes()), bytes()), changes in prop::collection::vec(any::<u8>(), 0..30),
    ) {
        let language = Language::new();
        let org = policy(&language, &shape, &org, true);
        let own = policy(&language, own.0.as_ref().unwrap_or(&shape), &own.1, false);
        let heads = policy(&language, heads.0.as_ref().unwrap_or(&shape), &heads.1, false);
        let change = change(&changes);
        let (alone, _) = judged(&org, None, None, &change);
        let (both, unread) = judged(&org, Some(&own), None, &change);
        let lost: Vec<_> = alone.difference(&both).collect();
        prop_assert!(unread || lost.is_empty(), "{lost:?}\n{org}\n---\n{own}\n{change:?}");
        let (all, unread) = judged(&org, Some(&own), Some(&heads), &change);
        let lost: Vec<_> = both.difference(&all).collect();
        prop_assert!(unread || lost.is_empty(), "{lost:?}\n{org}\n---\n{own}\n---\n{heads}\n{change:?}");
    }
}
