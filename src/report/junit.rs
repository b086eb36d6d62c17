//! `junit`: JUnit XML, for every CI system that shows test results.
//!
//! A finding that blocks is a failure, what could not be read an error, a waived finding a skipped test. A
//! finding that does not block, and a commit without any, are tests that pass. The most severe come first; where
//! there is no room for all the last test counts the others.

use std::collections::BTreeSet;

use super::forge::{BYTES, Row, clipped, file_name, ranked};
use super::words::{decision_word, place, short, summary, waiver_text};
use super::{FindingRow, Format, IncompleteRow, Report, Style};
use crate::finding::Decision;

/// One test suite.
pub(super) struct JUnit;

/// How many tests there may be. GitLab 17.6 takes 250,000 elements, of which a test has up to three.
const CASES: usize = 80_000;

/// How many characters of a text are kept.
const TEXT: usize = 4000;

/// How many characters of a name are kept.
const NAME: usize = 300;

impl Format for JUnit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn render(&self, report: &Report, _style: &Style) -> String {
        let mut suite = Suite::default();
        let told = element("system-out", &summary(report));
        suite.add(Outcome::Passed, &case("cordon", "run", &told));
        for row in ranked(report) {
            match row {
                Row::Finding(row) => suite.add(Outcome::of(row.decision), &finding(row)),
                Row::Incomplete(row) => suite.add(Outcome::Error, &incomplete(row)),
            }
        }
        for (id, subject) in clean_commits(report) {
            let name = format!("{} {subject}", short(id));
            suite.add(Outcome::Passed, &case("cordon.commit", name.trim_end(), ""));
        }
        suite.whole()
    }
}

/// What comes of a test.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failure,
    Error,
    Skipped,
}

impl Outcome {
    fn of(decision: Decision) -> Self {
        match decision {
            Decision::Blocked => Self::Failure,
            Decision::Waived => Self::Skipped,
            Decision::Warned | Decision::Audited => Self::Passed,
        }
    }
}

/// Tests, as many as there is room for.
#[derive(Default)]
struct Suite {
    cases: String,
    outcomes: Vec<Outcome>,
    left_out: usize,
}

impl Suite {
    fn add(&mut self, outcome: Outcome, case: &str) {
        let is_full = self.outcomes.len() >= CASES || self.cases.len() + case.len() > BYTES;
        if is_full || self.left_out > 0 {
            self.left_out += 1;
            return;
        }
        self.cases += case;
        self.outcomes.push(outcome);
    }

    fn whole(mut self) -> String {
        if self.left_out > 0 {
            let told = element(
                "system-out",
                &format!("{} more have no room here.", self.left_out),
            );
            self.cases += &case("cordon", "more", &told);
            self.outcomes.push(Outcome::Passed);
        }
        let of = |wanted| self.outcomes.iter().filter(|one| **one == wanted).count();
        let counts = format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\"",
            self.outcomes.len(),
            of(Outcome::Failure),
            of(Outcome::Error)
        );
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cordon\" {counts}>\n\
             <testsuite name=\"cordon\" {counts} skipped=\"{}\">\n{}</testsuite>\n</testsuites>\n",
            of(Outcome::Skipped),
            self.cases
        )
    }
}

/// The commits in which nothing was found, by id and subject.
fn clean_commits(report: &Report) -> Vec<(&str, &str)> {
    let found: BTreeSet<&str> = report
        .findings
        .iter()
        .filter_map(|row| row.commit.as_deref())
        .collect();
    let commits = report.commits.iter().filter_map(|commit| {
        let subject = commit.subject.as_ref();
        Some((
            commit.id.as_deref()?,
            subject.map_or("", |subject| subject.as_str()),
        ))
    });
    commits.filter(|(id, _)| !found.contains(id)).collect()
}

fn finding(row: &FindingRow) -> String {
    let waiver = row.waiver.as_ref();
    let waiver = waiver.map(|waiver| format!("waiver {}\n", waiver_text(waiver)));
    let commit = row.commit.as_deref().map(|id| format!("commit {id}\n"));
    let text = format!(
        "{}: {}: {}\n{}{}policy {}:{}\nmend {}",
        place(row),
        decision_word(row.decision),
        row.message,
        commit.unwrap_or_default(),
        waiver.unwrap_or_default(),
        row.policy.file,
        row.policy.line,
        row.help
    );
    let message = attribute(&clipped(row.message.as_str(), TEXT));
    let body = match row.decision {
        Decision::Blocked => format!(
            "<failure type=\"{}\" message=\"{message}\">{}</failure>",
            row.rule,
            content(&clipped(&text, TEXT))
        ),
        Decision::Waived => format!(
            "<skipped message=\"{message}\"/>{}",
            element("system-out", &text)
        ),
        Decision::Warned | Decision::Audited => element("system-out", &text),
    };
    let at = match (&row.path, &row.commit) {
        (Some(path), Some(commit)) => format!("{} {}", short(commit), file_name(path)),
        (Some(path), None) => file_name(path),
        (None, _) => place(row),
    };
    // The fingerprint keeps tests apart; its beginning will do.
    let name = format!("{} [{}]", clipped(&at, NAME), short(&row.fingerprint));
    case(&format!("cordon.{}", row.rule), &name, &body)
}

fn incomplete(row: &IncompleteRow) -> String {
    let mend = row.mend.as_ref().map(|mend| format!("\nmend {mend}"));
    let text = format!("{}{}", row.message, mend.unwrap_or_default());
    let body = format!(
        "<error type=\"{}\" message=\"{}\">{}</error>",
        row.code,
        attribute(&clipped(row.message.as_str(), TEXT)),
        content(&clipped(&text, TEXT))
    );
    let at = row.path.as_ref().or(row.reference.as_ref());
    let at = at.map_or("", |at| at.as_str());
    let commit = row.commit.as_deref().map_or("", short);
    let name = format!("{} {commit} {at}", row.code);
    case("cordon.incomplete", &clipped(name.trim_end(), NAME), &body)
}

fn case(class: &str, name: &str, body: &str) -> String {
    let name = attribute(&clipped(name, NAME + 20));
    format!("<testcase classname=\"{class}\" name=\"{name}\">{body}</testcase>\n")
}

fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", content(&clipped(text, TEXT)))
}

/// Text between tags. `>` is escaped too, for `]]>` may not stand there.
fn content(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            // XML cannot hold these in any form.
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            '\n' | '\t' => out.push(character),
            character if character.is_control() => out.push('\u{FFFD}'),
            character => out.push(character),
        }
    }
    out
}

/// An attribute's value: readers would make spaces of line feeds.
fn attribute(text: &str) -> String {
    content(text).replace('\n', "&#10;").replace('\t', "&#9;")
}
