//! What is found in the messages of a pull request that no commit has yet.

use super::*;
use crate::check::progress::Silent;
use crate::check::{Event, Request, What, run};
use crate::git::testing::Sandbox;
use crate::git::{GithubMessage, GithubTitle};
use crate::host::Host;
use crate::report::{FindingRow, Report};

const POLICY: &str = "cordon: 1
extends: []
zones:
  pay: {class: pci, paths: [\"pay/**\"], agents: denied}
  ci: {class: ci, paths: [\"ci/**\"], agents: approval, approvers: [build]}
  keys: {paths: [\"keys/**\"], human_proof: signed, approvers: [build]}
approvers: {build: {members: [\"lee@acme.example (lee)\", \"mono@acme.example (mono)\"]}}
trailers:
  require: [{any_of: [Assisted-by, Co-authored-by]}]
  forbid: [{text: \"skip-checks: true\"}]
";

const CLAUDE: &str = "Co-Authored-By: Claude <noreply@anthropic.com>";
const BODY: &str = "🤖 Generated with [Claude Code](https://claude.com/claude-code)";

/// A repository whose branch `main` holds the policy, and which is on a branch of its own.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[(".cordon.yml", POLICY)]);
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    sandbox
}

fn person() -> Identity {
    Identity {
        name: "ann".into(),
        email: "7+ann@users.noreply.github.com".into(),
    }
}

fn pull(title: &str, body: &str) -> Pull {
    Pull {
        number: 7,
        title: title.into(),
        body: body.into(),
        author: person(),
        named: Vec::new(),
    }
}

fn judged(sandbox: &Sandbox, drafts: Vec<Draft>, approvals: Option<&str>) -> Report {
    let base = sandbox.id("main");
    let event = Event {
        head: Some(sandbox.id("HEAD")),
        bases: vec![base],
        trusted: vec![("base".to_owned(), base)],
        drafts,
        ..Event::default()
    };
    let request = Request {
        what: What::Event(Box::new(event)),
        stage: None,
        policy: None,
        signers: &[],
        approvals: approvals.map(str::as_bytes),
        as_of: None,
        jobs: 1,
        host: &Host::default(),
        emergency: None,
        progress: &Silent,
    };
    run(&*sandbox.open(), &request)
}

fn found(report: &Report) -> Vec<(&str, bool, String)> {
    assert_eq!(report.incomplete, []);
    let row = |row: &'_ FindingRow| (row.rule, row.commit.is_some(), row.message.to_string());
    report.findings.iter().map(row).collect()
}

fn rules(report: &Report) -> Vec<&str> {
    found(report).into_iter().map(|(rule, ..)| rule).collect()
}

#[test]
fn a_title_and_a_body_are_judged_and_are_no_commit() {
    let sandbox = sandbox();
    sandbox.commit_files(&[("a", "a\n")]);
    let key = ["AKIA", "Z7QW3N5XK2VB6MTD"].concat();
    let body = format!("{key}\r\n\r\nskip-checks:true\r\n\r\nhid\u{200B}\u{2060}\u{200D}den\r\n");
    let report = judged(&sandbox, Draft::of(&pull("Add", &body), &[]), None);
    let told = found(&report);
    let mut rules: Vec<&str> = told.iter().map(|(rule, ..)| *rule).collect();
    rules.sort_unstable();
    assert_eq!(rules, ["hidden-text", "secret-added", "trailer-forbidden"]);
    for (_, commit, message) in &told {
        assert!(
            !commit && message.starts_with("in the title and the body: "),
            "{message}"
        );
        assert!(!message.contains(&key));
    }
    assert_eq!((report.commits.len(), report.range.commits), (1, 1));
}

#[test]
fn an_agent_that_only_the_body_names_is_judged_for_all_changes() {
    let sandbox = sandbox();
    sandbox.commit_files(&[("pay/a", "a\n"), ("ci/a", "a\n"), ("keys/a", "a\n")]);
    let plain = judged(&sandbox, Draft::of(&pull("Add", ""), &[]), None);
    let before = rules(&plain)
        .iter()
        .filter(|rule| **rule == "zone-human-proof")
        .count();
    let report = judged(&sandbox, Draft::of(&pull("Add", BODY), &[]), None);
    let told = found(&report);
    let of = |wanted: &str| {
        told.iter()
            .filter(|(rule, commit, _)| *rule == wanted && !commit)
            .count()
    };
    assert_eq!((of("zone-agent"), of("zone-approval")), (1, 1), "{told:?}");
    assert_eq!(
        (of("agent-undisclosed"), of("trailer-missing")),
        (1, 1),
        "{told:?}"
    );
    assert_eq!(of("zone-human-proof"), 0);
    assert_eq!(
        rules(&report)
            .iter()
            .filter(|rule| **rule == "zone-human-proof")
            .count(),
        before
    );
    let blocked = report
        .findings
        .iter()
        .find(|row| row.rule == "zone-agent" && row.commit.is_none());
    let told = blocked.unwrap().message.to_string();
    assert!(
        told.starts_with("by the title and the body: claude-code added a file"),
        "{told}"
    );
}

#[test]
fn a_person_s_body_judges_nothing_twice() {
    let sandbox = sandbox();
    sandbox.commit_files(&[("pay/a", "a\n")]);
    let with = judged(
        &sandbox,
        Draft::of(&pull("Add", "A body.\n"), &Habit::github()),
        None,
    );
    let without = judged(&sandbox, Vec::new(), None);
    assert_eq!(found(&with), found(&without));
}

#[test]
fn an_agent_s_account_that_opened_it_is_enough() {
    let sandbox = sandbox();
    sandbox.commit_files(&[("pay/a", "a\n")]);
    let copilot = Pull {
        author: Identity {
            name: "Copilot".into(),
            email: "198982749+Copilot@users.noreply.github.com".into(),
        },
        ..pull("Add", "")
    };
    let report = judged(&sandbox, Draft::of(&copilot, &[]), None);
    let mut blocked = report
        .findings
        .iter()
        .filter(|row| row.rule == "zone-agent");
    assert!(blocked.any(|row| row.agent.is_some() && row.commit.is_none()));
}

#[test]
fn an_agent_whose_commit_is_the_first_opened_no_request() {
    let policy =
        "cordon: 1\nextends: []\ntrailers: {forbid: [{key: Co-authored-by, naming: agent}]}\n";
    for (who, id) in [
        ("Cursor Agent <cursoragent@cursor.com>", "cursor"),
        // One of many at an address.
        ("Gemini <gemini@google.com>", "gemini-cli"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.commit_files(&[(".cordon.yml", policy)]);
        sandbox.git(&["checkout", "-q", "-b", "side"]);
        let by = |who: &str, message: &str| {
            sandbox.write(who, "a\n");
            sandbox.git(&["add", "."]);
            sandbox.git(&["commit", "-qm", message, &format!("--author={who}")]);
        };
        by(who, &format!("Add\n\nAssisted-by: {id}:x"));
        by("Ann <ann@home.example>", "Add");
        let drafts = Draft::of(&pull("Add", ""), &Habit::github());
        let report = judged(&sandbox, drafts, None);
        let told = found(&report);
        // GitHub would name the agent as a second author.
        let mut told_of = told.iter();
        assert!(
            told_of.any(|(rule, commit, _)| *rule == "trailer-forbidden" && !commit),
            "{who}: {told:?}"
        );
    }
}

#[test]
fn an_agent_that_a_commit_names_is_judged_there_alone() {
    let sandbox = sandbox();
    sandbox.write("pay/a", "a\n");
    sandbox.commit(&format!("Add\n\n{CLAUDE}\n"));
    let report = judged(&sandbox, Draft::of(&pull("Add", BODY), &[]), None);
    let told = found(&report);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1, "{told:?}");
}

/// A commit that names an agent by this line and one behind it, and what a habit would make of them.
fn squashed(line: &str, habits: &[Habit]) -> Vec<(String, String)> {
    let sandbox = sandbox();
    for (name, line) in [("a", line), ("b", "By hand.")] {
        sandbox.write(name, "a\n");
        sandbox.commit(&format!("Add {name}\n\n{line}\n"));
    }
    let report = judged(&sandbox, Draft::of(&pull("Add", ""), habits), None);
    let told = found(&report).into_iter();
    told.map(|(rule, commit, message)| {
        assert!(!commit);
        (rule.to_owned(), message)
    })
    .collect()
}

#[test]
fn what_a_squash_would_drop_is_told() {
    let github = Habit::github();
    assert_eq!(squashed(CLAUDE, &github), []);
    let told = squashed("Assisted-by: claude-code", &github[..1]);
    let rules: Vec<&str> = told.iter().map(|(rule, _)| rule.as_str()).collect();
    assert_eq!(
        rules,
        ["agent-undisclosed", "trailer-missing", "trailer-malformed"],
        "{told:?}"
    );
    let wanted = "in the squash message of the commits' messages: the commit by claude-code lacks";
    assert!(
        told.iter().any(|(_, message)| message.starts_with(wanted)),
        "{told:?}"
    );
    let told = squashed(CLAUDE, &[Habit::Gitlab(None)]);
    let rules: Vec<&str> = told.iter().map(|(rule, _)| rule.as_str()).collect();
    assert_eq!(rules, ["agent-undisclosed", "trailer-missing"], "{told:?}");
}

#[test]
fn whoever_made_the_first_commit_is_believed_to_have_opened_the_request() {
    let sandbox = sandbox();
    for name in ["a", "b"] {
        sandbox.write(name, "a\n");
        sandbox.commit(&format!("Add {name}\n\nAssisted-by: claude-code\n"));
    }
    // The last trailer ends the message, where no second author follows it.
    let drafts = Draft::of(&pull("Add", ""), &Habit::github()[..1]);
    assert_eq!(found(&judged(&sandbox, drafts, None)), []);
}

#[test]
fn what_several_possible_messages_lack_is_told_once() {
    let told = squashed("Assisted-by: claude-code", &Habit::github());
    let count = |rule: &str| told.iter().filter(|(found, _)| found == rule).count();
    assert_eq!(
        (count("agent-undisclosed"), count("trailer-missing")),
        (1, 1),
        "{told:?}"
    );
}

#[test]
fn what_a_commit_holds_is_not_told_again_for_its_squash() {
    let sandbox = sandbox();
    for name in ["a", "b"] {
        sandbox.write(name, "a\n");
        sandbox.commit(&format!("Add {name}\n\nskip-checks: true\n"));
    }
    let report = judged(
        &sandbox,
        Draft::of(&pull("Add", ""), &Habit::github()),
        None,
    );
    let told = found(&report);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.iter()
            .all(|(rule, commit, _)| *rule == "trailer-forbidden" && *commit)
    );
}

/// Whether the review of this login clears what only the body calls an agent's.
fn clears(login: &str) -> bool {
    let sandbox = sandbox();
    sandbox.write("ci/a", "a\n");
    sandbox.git(&["add", "-A"]);
    sandbox.git(&[
        "commit",
        "-q",
        "-m",
        "Add",
        "--author",
        "Mono <mono@acme.example>",
    ]);
    let reviews = format!(
        r#"[{{"id": 1, "user": {{"login": "{login}", "type": "User"}}, "state": "APPROVED", "commit_id": "{}",
        "submitted_at": "2026-11-25T10:00:00Z"}}]"#,
        sandbox.id("HEAD")
    );
    let report = judged(&sandbox, Draft::of(&pull("Add", BODY), &[]), Some(&reviews));
    !rules(&report).contains(&"zone-approval")
}

#[test]
fn a_review_clears_it_unless_the_reviewer_made_one_of_its_commits() {
    assert!(clears("lee"));
    assert!(!clears("mono"));
}

#[test]
fn a_secret_of_the_body_is_told_once_and_shown_nowhere() {
    let sandbox = sandbox();
    for name in ["a", "b"] {
        sandbox.commit_files(&[(name, "a\n")]);
    }
    let key = ["AKIA", "Z7QW3N5XK2VB6MTD"].concat();
    let report = judged(
        &sandbox,
        Draft::of(&pull("Add", &key), &Habit::github()),
        None,
    );
    assert_eq!(rules(&report), ["secret-added"]);
    assert!(!serde_json::to_string(&report).unwrap().contains(&key));
}

#[test]
fn a_setting_that_writes_a_text_of_its_own_is_judged_by_it() {
    let sandbox = sandbox();
    sandbox.commit_files(&[("a", "a\n")]);
    let template = Habit::Gitlab(Some("%{title}\n\nskip-checks: true".into()));
    let report = judged(&sandbox, Draft::of(&pull("Add", ""), &[template]), None);
    assert_eq!(rules(&report), ["trailer-forbidden"]);
    let only = Habit::Github(GithubTitle::PullTitle, GithubMessage::Blank);
    let report = judged(
        &sandbox,
        Draft::of(&pull("skip-checks: true", ""), &[only]),
        None,
    );
    assert_eq!(rules(&report), ["trailer-forbidden"]);
}
