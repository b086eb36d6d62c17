//! Whoever is added below, no blocking finding goes away: random authorities, random changes, and the
//! engine itself. The answers of the join alone are held by `tests/lattice.rs`.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and decides nothing by its surroundings"
)]

mod drawn;
mod fetched;
mod generate;

use std::collections::BTreeSet;

use cordon::check::progress::Silent;
use cordon::check::{Request, What, run};
use cordon::finding::{Decision, Stage};
use cordon::git::{FileMode, Files, Id, Memory, NewCommit};
use cordon::host::Host;
use cordon::policy::Given;
use cordon::report::{FindingRow, Report};
use cordon::text::Clean;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::{Map, Value};

use drawn::policy;
use fetched::Fetched;
use generate::{Choices, Language};

const TODAY: Date = date(2026, 11, 22);

/// Days on which policies that are drawn say something else: between those that they name, and behind all.
const RUN_DAYS: &[Date] = &[
    TODAY,
    date(2026, 11, 1),
    date(2026, 12, 25),
    date(2027, 7, 1),
];

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
        let files = 1 + choices.of(4);
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

/// What a repository says itself, and which version of the organisation's policy it has locked.
#[derive(Debug)]
struct Own {
    policy: String,
    lock: Option<String>,
}

impl From<String> for Own {
    fn from(policy: String) -> Self {
        let lock = None;
        Self { policy, lock }
    }
}

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
            signature: None,
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
    fn grow(&mut self, own: Option<&Own>, heads: Option<&Own>, change: &[Made<'_>]) -> (Id, Id) {
        let base = self.begin(own);
        let mut head = base;
        for (number, (author, message, written)) in change.iter().enumerate() {
            if let (0, Some(own)) = (number, heads) {
                self.say(own);
            }
            for (path, text) in written {
                self.write(path, text);
            }
            head = self.commit(&[head], author, message);
        }
        (base, head)
    }

    /// A merge of two branches that have these policies, with the first's own and what the changes write.
    fn merge(&mut self, own: [&Own; 2], change: &[Made<'_>]) -> Id {
        let first = self.begin(Some(own[0]));
        self.say(own[1]);
        let second = self.commit(&[first], PERSON, "Another\n");
        self.say(own[0]);
        for (path, text) in change.iter().flat_map(|(_, _, written)| written) {
            self.write(path, text);
        }
        let (author, message, _) = &change[0];
        self.commit(&[first, second], author, message)
    }

    fn begin(&mut self, own: Option<&Own>) -> Id {
        for path in PATHS {
            let line = |text: String, line| text + &format!("{path} {line};\n");
            self.write(path, &(0..30).fold(String::new(), line));
        }
        if let Some(own) = own {
            self.say(own);
        }
        self.commit(&[], PERSON, "Begin\n")
    }

    fn say(&mut self, own: &Own) {
        self.write(".cordon.yml", &own.policy);
        if let Some(lock) = &own.lock {
            self.write(".cordon.lock", lock);
        }
    }
}

/// How a change is judged: by whom beside the repository itself, and on which day.
#[derive(Clone, Copy, Default)]
struct Asked<'a> {
    /// The organisation's policy from outside.
    org: Option<&'a str>,
    /// Where fetched policies lie.
    store: Option<&'a Fetched>,
    /// Another day than the run's.
    as_of: Option<Date>,
}

/// What blocks a change, and whether something could not be read.
fn judged(
    asked: Asked<'_>,
    own: Option<&Own>,
    heads: Option<&Own>,
    change: &[Made<'_>],
) -> (Blocked, bool) {
    let mut growing = Growing::default();
    let (base, head) = growing.grow(own, heads, change);
    let what = What::Range {
        base: base.to_string(),
        head: head.to_string(),
    };
    asked.judge(&growing.repo, what)
}

impl Asked<'_> {
    fn judge(self, repo: &Memory, what: What) -> (Blocked, bool) {
        // Whoever names the repository decides which zones are of it: here that is the platform alone.
        let mut env = vec![("GITHUB_REPOSITORY".into(), "acme/radio".into())];
        env.extend(
            self.store
                .map(|store| ("XDG_CACHE_HOME".into(), store.place().into())),
        );
        let host = Host {
            env: env.into_iter().collect(),
            today: TODAY,
            ..Host::default()
        };
        let request = Request {
            what,
            stage: Some(Stage::Ci),
            policy: self.org.map(|org| Given {
                name: "org.yml".to_owned(),
                text: org.into(),
                ..Given::default()
            }),
            signers: &[],
            approvals: None,
            emergency: None,
            as_of: self.as_of,
            jobs: 1,
            host: &host,
            progress: &Silent,
        };
        let report = run(repo, &request);
        let blocked = report.findings.iter();
        let blocked = blocked.filter(|row| row.decision == Decision::Blocked);
        let key = |row| blocked_by(&report, row);
        (blocked.map(key).collect(), !report.incomplete.is_empty())
    }
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
    let (mut blocking, mut unread, mut ramps, mut ended) = (0, 0, 0, 0);
    let mut rules = BTreeSet::new();
    for _ in 0..150 {
        let org = policy(&language, &draw(400), &draw(400), None);
        let change = change(&draw(60));
        let on = |as_of| {
            let org = Some(org.as_str());
            let asked = Asked {
                org,
                as_of,
                ..Asked::default()
            };
            judged(asked, None, None, &change)
        };
        let (blocked, incomplete) = on(None);
        unread += usize::from(incomplete);
        blocking += usize::from(!blocked.is_empty());
        let ramped = org.contains("\"then\"");
        ramps += usize::from(ramped);
        ended += usize::from(ramped && on(Some(RUN_DAYS[3])).0 != blocked);
        rules.extend(blocked.iter().map(|one| one.0));
        let org: Map<String, Value> = serde_json::from_str(&org).unwrap();
        said.extend(org.keys().cloned());
    }
    let silent = |key: &&&str| !said.contains(**key);
    let silent: Vec<_> = SECTIONS.iter().filter(silent).collect();
    assert!(silent.is_empty(), "{silent:?}");
    assert!(blocking >= 15 && rules.len() >= 5, "{blocking} {rules:?}");
    assert!(
        unread <= 50,
        "what is not read is held to nothing: {unread}"
    );
    assert!(ramps >= 10 && ended >= 1, "{ramps} {ended}");
}

#[test]
fn a_policy_out_of_the_store_judges() {
    let store = Fetched::new();
    let denied = r#"{"cordon": 1, "agents": {"claude-code": {"status": "denied"}}}"#;
    let own = store.locked("one", denied, r#"{"cordon": 1}"#);
    let change = [(PERSON, MESSAGES[1], vec![("README", "one\n")])];
    let asked = Asked {
        store: Some(&store),
        ..Asked::default()
    };
    let (blocked, unread) = judged(asked, Some(&own), None, &change);
    assert_eq!(
        blocked.iter().map(|one| one.0).collect::<Vec<_>>(),
        ["agent-denied"]
    );
    assert!(!unread);
    assert!(judged(Asked::default(), Some(&own), None, &change).1);
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..400)
}

fn day() -> impl Strategy<Value = Option<Date>> {
    prop::option::of(prop::sample::select(RUN_DAYS))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_authority_below_takes_a_blocking_finding_away(
        shape in bytes(), org in bytes(), own in (prop::option::of(bytes()), bytes()),
        heads in (prop::option::of(bytes()), bytes()), changes in prop::collection::vec(any::<u8>(), 0..60),
        as_of in day(),
    ) {
        let language = Language::new();
        let org = policy(&language, &shape, &org, None);
        let own = policy(&language, own.0.as_ref().unwrap_or(&shape), &own.1, Some(&org)).into();
        let heads = policy(&language, heads.0.as_ref().unwrap_or(&shape), &heads.1, Some(&org)).into();
        let change = change(&changes);
        let asked = Asked { org: Some(&org), as_of, ..Asked::default() };
        let (alone, _) = judged(asked, None, None, &change);
        let (both, unread) = judged(asked, Some(&own), None, &change);
        let lost: Vec<_> = alone.difference(&both).collect();
        prop_assert!(unread || lost.is_empty(), "{lost:?}\n{org}\n---\n{own:?}\n{change:?}");
        let (all, unread) = judged(asked, Some(&own), Some(&heads), &change);
        let lost: Vec<_> = both.difference(&all).collect();
        prop_assert!(unread || lost.is_empty(), "{lost:?}\n{org}\n---\n{own:?}\n---\n{heads:?}\n{change:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn no_second_organisation_takes_a_blocking_finding_of_the_first_away(
        shape in bytes(), orgs in [bytes(), bytes()], own in [bytes(), bytes()], other in prop::option::of(bytes()),
        changes in prop::collection::vec(any::<u8>(), 0..60), as_of in day(),
    ) {
        let language = Language::new();
        let store = Fetched::new();
        let side = |number: usize, shape: &[u8]| {
            let org = policy(&language, shape, &orgs[number], None);
            let own = policy(&language, shape, &own[number], Some(&org));
            store.locked(["one", "two"][number], &org, &own)
        };
        let (one, two) = (side(0, &shape), side(1, other.as_ref().unwrap_or(&shape)));
        let change = change(&changes);
        let asked = Asked { store: Some(&store), as_of, ..Asked::default() };
        // The change moves the source.
        let (alone, _) = judged(asked, Some(&one), None, &change);
        let (both, unread) = judged(asked, Some(&one), Some(&two), &change);
        let lost: Vec<_> = alone.difference(&both).collect();
        prop_assert!(unread || lost.is_empty(), "{lost:?}\n{one:?}\n---\n{two:?}\n{change:?}");
        // Two trusted sides name one each.
        let merged = |second| {
            let mut growing = Growing::default();
            let merge = growing.merge([&one, second], &change);
            asked.judge(&growing.repo, What::Commit(merge.to_string()))
        };
        let (alone, (both, unread)) = (merged(&one).0, merged(&two));
        let lost: Vec<_> = alone.difference(&both).collect();
        prop_assert!(unread || lost.is_empty(), "merge {lost:?}\n{one:?}\n---\n{two:?}\n{change:?}");
    }
}
