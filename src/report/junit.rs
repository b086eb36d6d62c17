//! `junit`: JUnit XML, for every CI system that shows test results.
//!
//! A finding that blocks is a failure, what could not be read an error, a waived finding a skipped test. A
//! finding that does not block, and a commit without any, are tests that pass.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::forge::{clipped, file_name};
use super::words::{decision_word, place, short, summary, waiver_text};
use super::{FindingRow, Format, IncompleteRow, Report, Style};
use crate::finding::Decision;

/// One test suite.
pub(super) struct JUnit;

/// How many characters of a text are kept.
const TEXT: usize = 4000;

/// How many characters of a name are kept.
const NAME: usize = 300;

impl Format for JUnit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn render(&self, report: &Report, _style: &Style) -> String {
        let clean = clean_commits(report);
        let tests = report.findings.len() + report.incomplete.len() + clean.len() + 1;
        let counts = format!(
            "tests=\"{tests}\" failures=\"{}\" errors=\"{}\"",
            report.counts.blocked,
            report.incomplete.len()
        );
        let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "<testsuites name=\"cordon\" {counts}>");
        let skipped = report.counts.waived;
        let _ = writeln!(
            out,
            "<testsuite name=\"cordon\" {counts} skipped=\"{skipped}\">"
        );
        let told = element("system-out", &summary(report));
        push_case(&mut out, "cordon", "run", &told);
        for (id, subject) in clean {
            let name = format!("{} {subject}", short(id));
            push_case(&mut out, "cordon.commit", name.trim_end(), "");
        }
        for row in &report.findings {
            finding(&mut out, row);
        }
        for row in &report.incomplete {
            incomplete(&mut out, row);
        }
        out += "</testsuite>\n</testsuites>\n";
        out
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

fn finding(out: &mut String, row: &FindingRow) {
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
    push_case(out, &format!("cordon.{}", row.rule), &name, &body);
}

fn incomplete(out: &mut String, row: &IncompleteRow) {
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
    push_case(
        out,
        "cordon.incomplete",
        &clipped(name.trim_end(), NAME),
        &body,
    );
}

fn push_case(out: &mut String, class: &str, name: &str, body: &str) {
    let name = attribute(&clipped(name, NAME + 20));
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<testcase classname=\"{class}\" name=\"{name}\">{body}</testcase>"
    );
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
