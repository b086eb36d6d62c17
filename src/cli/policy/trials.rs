//! What came out of a policy's tests, for people and as JSON.

use std::fmt::Write as _;

use anstyle::AnsiColor;
use serde_json::{Value, json};

use super::page::Page;
use crate::report::{Style, format};
use crate::secret::Engine;
use crate::text::Clean;
use crate::trial::{Mutation, Subject, Survived, Trial};

/// The form of the JSON.
const SCHEMA: &str = "cordon.policy-tests/v1";

/// The tests that failed, all of them where that was asked for, and the sum.
pub(super) fn text(
    subject: &Subject,
    tried: &[Trial<'_>],
    mutation: Option<&Mutation<'_>>,
    style: &Style,
) -> String {
    let mut page = Page::new(style);
    for trial in tried {
        match trial.passed() {
            true if style.verbose => page.head("ok", AnsiColor::Green, &trial.test.name),
            true => {}
            false => page.failed(trial),
        }
    }
    let failed = tried.iter().filter(|trial| !trial.passed()).count();
    let passed = tried.len() - failed;
    let name = Clean::prose(Engine::builtin(), &subject.name);
    let tests = if failed == 0 {
        counted(passed, "test passed", "tests passed")
    } else {
        format!("{failed} failed, {passed} passed")
    };
    let mutants = mutation
        .map(|mutation| page.mutants(mutation))
        .unwrap_or_default();
    let told = format!("{tests}{mutants}; {name}");
    if failed == 0 && mutation.is_none_or(Mutation::passed) {
        page.head("pass", AnsiColor::Green, &told);
    } else {
        page.head("fail", AnsiColor::Red, &told);
    }
    page.out
}

fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

impl Page<'_> {
    fn failed(&mut self, trial: &Trial<'_>) {
        let test = trial.test;
        self.head("failed", AnsiColor::Red, &test.name);
        self.line("where", &format!("{}:{}", test.place.file, test.place.line));
        for (key, wanted, got) in test.expected.compared(&trial.outcome) {
            if wanted == got {
                self.line(key, &format!("{got}, as expected"));
            } else {
                self.line(key, &format!("expected {wanted}, got {got}"));
            }
        }
        let concise = Style {
            colour: false,
            verbose: true,
            ..*self.style
        };
        let report = format("concise").map(|format| format.render(&trial.report, &concise));
        for (number, line) in report.unwrap_or_default().lines().enumerate() {
            self.line(if number == 0 { "report" } else { "" }, line);
        }
        self.out.push('\n');
    }

    /// The mutants that ought not to have survived, and in words how many there were.
    fn mutants(&mut self, mutation: &Mutation<'_>) -> String {
        let (explained, unseen): (Vec<_>, Vec<_>) = mutation
            .survived
            .iter()
            .partition(|mutant| mutant.explained.is_some());
        for mutant in &unseen {
            self.head("survived", AnsiColor::Red, &change(mutant));
            self.line(
                "where",
                &format!("{}:{}", mutant.place.file, mutant.place.line),
            );
            self.line(
                "mend",
                "a test that fails where this is relaxed, or a reason in `survivors`",
            );
            self.out.push('\n');
        }
        for mutant in explained.iter().filter(|_| self.style.verbose) {
            self.head("explained", AnsiColor::Yellow, &change(mutant));
            let reason = mutant.explained.map(|survivor| survivor.reason.as_str());
            self.line("reason", reason.unwrap_or_default());
        }
        for survivor in &mutation.idle {
            self.head(
                "explained",
                AnsiColor::Red,
                &format!("{}, and it does not survive", survivor.key),
            );
            self.line(
                "where",
                &format!("{}:{}", survivor.place.file, survivor.place.line),
            );
            self.line(
                "mend",
                "take the reason away: a test sees it, or the policy does not say it",
            );
            self.out.push('\n');
        }
        self.untried(mutation);
        let all = counted(mutation.mutants, "mutant", "mutants");
        let killed = mutation.mutants - mutation.survived.len();
        let mut told = format!("; {all}, {killed} killed");
        let counts = [
            (explained.len(), "explained"),
            (unseen.len(), "survived"),
            (mutation.unmade.len(), "untried"),
        ];
        for (count, word) in counts {
            if count > 0 {
                // Writing to a String cannot fail.
                let _ = write!(told, ", {count} {word}");
            }
        }
        told
    }

    /// What no test was asked about.
    fn untried(&mut self, mutation: &Mutation<'_>) {
        for unmade in &mutation.unmade {
            self.head("untried", AnsiColor::Yellow, &unmade.key);
            self.line(
                "where",
                &format!("{}:{}", unmade.place.file, unmade.place.line),
            );
            self.line(
                "why",
                "no laxer value is known here that the policy could have",
            );
            self.out.push('\n');
        }
    }
}

/// What a mutant relaxes, in one line.
fn change(mutant: &Survived<'_>) -> String {
    // An entry of a list stands in the key.
    if mutant.key.ends_with(']') {
        return format!("{} is gone", mutant.key);
    }
    let now = mutant.now.as_deref().unwrap_or("nothing");
    format!("{}: {} became {now}", mutant.key, mutant.was)
}

/// Everything, for programs.
pub(super) fn json(
    subject: &Subject,
    tried: &[Trial<'_>],
    mutation: Option<&Mutation<'_>>,
) -> Value {
    let tests: Vec<Value> = tried.iter().map(one).collect();
    let passed = tried.iter().filter(|trial| trial.passed()).count();
    json!({
        "schema": SCHEMA,
        "policy": subject.name,
        "tests": tests,
        "counts": {"passed": passed, "failed": tried.len() - passed},
        "mutants": mutation.map(mutants),
    })
}

fn mutants(mutation: &Mutation<'_>) -> Value {
    let survived = mutation.survived.iter().map(|mutant| {
        json!({
            "key": mutant.key,
            "was": mutant.was,
            "now": mutant.now,
            "file": mutant.place.file,
            "line": mutant.place.line,
            "reason": mutant.explained.map(|survivor| &survivor.reason),
        })
    });
    let idle = mutation.idle.iter().map(|survivor| {
        json!({
            "key": survivor.key,
            "reason": survivor.reason,
            "file": survivor.place.file,
            "line": survivor.place.line,
        })
    });
    let untried = mutation.unmade.iter().map(
        |unmade| json!({"key": unmade.key, "file": unmade.place.file, "line": unmade.place.line}),
    );
    json!({
        "tried": mutation.mutants,
        "killed": mutation.mutants - mutation.survived.len(),
        "survived": survived.collect::<Value>(),
        "untried": untried.collect::<Value>(),
        "idle_reasons": idle.collect::<Value>(),
    })
}

fn one(trial: &Trial<'_>) -> Value {
    let test = trial.test;
    json!({
        "name": test.name,
        "file": test.place.file,
        "line": test.place.line,
        "passed": trial.passed(),
        "expected": test.expected,
        "got": trial.outcome,
        "findings": trial.report.findings,
        "incomplete": trial.report.incomplete,
    })
}
