//! What a merged commit takes over of its pull request.

use crate::check::progress::Silent;
use crate::check::{Event, Merged, Request, What, run};
use crate::git::Id;
use crate::git::testing::Sandbox;
use crate::host::Host;
use crate::report::Report;

const POLICY: &str = "cordon: 1
extends: []
zones: {pay: {class: pci, paths: [\"pay/**\"], agents: denied}}
trailers: {require: [{any_of: [Assisted-by, Co-authored-by]}]}
";

const CLAUDE: &str = "Co-Authored-By: Claude <noreply@anthropic.com>";

/// A repository with a pull request of an agent's commit and a person's, on a base that has moved since.
struct Pulled {
    sandbox: Sandbox,
    base: Id,
    source: Id,
}

impl Pulled {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[(".cordon.yml", POLICY), ("a", "1\n2\n3\n4\n5\n6\n7\n")]);
        sandbox.git(&["checkout", "-q", "-b", "side"]);
        sandbox.write("a", "1\n2\n3\n4\n5\n6\nseven\n");
        sandbox.commit(&format!("Change a\n\n{CLAUDE}\n"));
        sandbox.write("b", "b\n");
        let source = sandbox.commit("Add b");
        sandbox.git(&["checkout", "-q", "main"]);
        let base = sandbox.commit_files(&[("a", "one\n2\n3\n4\n5\n6\n7\n")]);
        Self {
            sandbox,
            base,
            source,
        }
    }

    fn squash(&self, message: &str) -> Id {
        self.sandbox.git(&["merge", "-q", "--squash", "side"]);
        self.sandbox.commit(message)
    }

    fn judged(&self, commit: Id) -> Report {
        self.by(commit, self.source)
    }

    fn by(&self, commit: Id, source: Id) -> Report {
        let event = Event {
            head: Some(self.sandbox.id("HEAD")),
            bases: vec![self.base],
            trusted: vec![("base".to_owned(), self.base)],
            merged: vec![Merged {
                commit,
                source,
                number: 7,
            }],
            ..Event::default()
        };
        let request = Request {
            what: What::Event(Box::new(event)),
            stage: None,
            policy: None,
            signers: &[],
            approvals: None,
            as_of: None,
            jobs: 1,
            host: &Host::default(),
            emergency: None,
            progress: &Silent,
        };
        run(&*self.sandbox.open(), &request)
    }
}

fn rules(report: &Report) -> Vec<&str> {
    assert_eq!(report.incomplete, []);
    report.findings.iter().map(|row| row.rule).collect()
}

fn evidence(report: &Report) -> Vec<(&str, &str, String)> {
    let agents = report.commits.iter().flat_map(|row| &row.agents);
    let all = agents.flat_map(|agent| agent.evidence.iter().map(move |one| (agent, one)));
    all.map(|(agent, one)| (agent.id.as_str(), one.kind, one.value.to_string()))
        .collect()
}

fn notes(report: &Report) -> Vec<String> {
    report.notes.iter().map(ToString::to_string).collect()
}

#[test]
fn what_a_squash_dropped_is_evidence_and_told() {
    let pulled = Pulled::new();
    let report = pulled.judged(pulled.squash("Change a (#7)"));
    assert_eq!(rules(&report), ["agent-undisclosed", "trailer-missing"]);
    let first = pulled.sandbox.id("side~1");
    let wanted = ("claude-code", "squash", format!("squash of {first}"));
    assert_eq!(evidence(&report), [wanted]);
    assert_eq!(notes(&report), [""; 0]);
}

#[test]
fn a_squash_that_says_it_needs_no_word() {
    let pulled = Pulled::new();
    let report = pulled.judged(pulled.squash(&format!("Change a (#7)\n\n{CLAUDE}\n")));
    assert_eq!(rules(&report), [""; 0]);
    assert_eq!(notes(&report), [""; 0]);
}

#[test]
fn an_agent_that_only_the_squash_names_is_noted() {
    let pulled = Pulled::new();
    let cursor = "Co-authored-by: Cursor <cursoragent@cursor.com>";
    let commit = pulled.squash(&format!("Change a (#7)\n\n{CLAUDE}\n{cursor}\n"));
    let told = format!("the commit {commit} names cursor, and no commit of pull request #7 does");
    assert_eq!(notes(&pulled.judged(commit)), [told]);
}

#[test]
fn another_change_takes_nothing_over() {
    let pulled = Pulled::new();
    pulled.sandbox.write("c", "c\n");
    let commit = pulled.squash("Change a (#7)");
    let report = pulled.judged(commit);
    assert_eq!(rules(&report), [""; 0]);
    assert_eq!(evidence(&report), []);
    let told = notes(&report);
    let wanted = format!("the commit {commit} differs from pull request #7 as it was last pushed");
    assert!(told.len() == 1 && told[0].starts_with(&wanted), "{told:?}");
}

#[test]
fn a_pull_request_that_is_not_here_is_incomplete() {
    let pulled = Pulled::new();
    let commit = pulled.squash("Change a (#7)");
    let gone = Id::from_hex(&[b'1'; 40]).unwrap();
    let report = pulled.by(commit, gone);
    assert_eq!(report.incomplete.len(), 1, "{:?}", report.incomplete);
    let at = report.incomplete[0].commit.clone();
    assert_eq!(at, Some(commit.to_string()));
}

#[test]
fn a_rebase_takes_over_what_the_copied_commit_said() {
    let pulled = Pulled::new();
    pulled.sandbox.git(&["cherry-pick", "-n", "side~1"]);
    let commit = pulled.sandbox.commit("Change a (#7)");
    let report = pulled.judged(commit);
    assert_eq!(rules(&report), ["agent-undisclosed", "trailer-missing"]);
    let pulled = Pulled::new();
    pulled.sandbox.git(&["cherry-pick", "-n", "side"]);
    let commit = pulled.sandbox.commit("Add b (#7)");
    assert_eq!(evidence(&pulled.judged(commit)), []);
}

#[test]
fn a_merge_that_names_it_stands_for_the_squash_below_it() {
    let pulled = Pulled::new();
    let sandbox = &pulled.sandbox;
    sandbox.git(&["checkout", "-q", "-b", "squashed"]);
    let squash = pulled.squash("Change a");
    sandbox.git(&["checkout", "-q", "main"]);
    let merge = [
        "merge",
        "-q",
        "--no-ff",
        "-m",
        "Merge\n\nSee merge request a/b!7",
        "squashed",
    ];
    sandbox.git(&merge);
    let report = pulled.judged(sandbox.id("HEAD"));
    assert_eq!(rules(&report), ["agent-undisclosed", "trailer-missing"]);
    let at: Vec<_> = report
        .findings
        .iter()
        .map(|row| row.commit.clone())
        .collect();
    assert_eq!(at, [Some(squash.to_string()), Some(squash.to_string())]);
}

#[test]
fn a_true_merge_brings_its_commits_itself() {
    let pulled = Pulled::new();
    let sandbox = &pulled.sandbox;
    sandbox.git(&[
        "merge",
        "-q",
        "--no-ff",
        "-m",
        "Merge\n\nSee merge request a/b!7",
        "side",
    ]);
    let report = pulled.judged(sandbox.id("HEAD"));
    assert_eq!(report.range.commits, 3);
    assert!(
        evidence(&report)
            .iter()
            .all(|(_, kind, _)| *kind != "squash")
    );
}

#[test]
fn zones_hold_for_the_agents_of_a_squash() {
    let pulled = Pulled::new();
    let sandbox = &pulled.sandbox;
    sandbox.git(&["checkout", "-q", "side"]);
    sandbox.write("pay/a", "a\n");
    let source = sandbox.commit(&format!("Pay\n\n{CLAUDE}\n"));
    sandbox.git(&["checkout", "-q", "main"]);
    let commit = pulled.squash("Change a (#7)");
    let report = pulled.by(commit, source);
    assert!(rules(&report).contains(&"zone-agent"));
}
