//! `github`: workflow commands, which GitHub Actions shows as annotations.
//!
//! Each line is a command of ours, so that the runner looks for no other in it: foreign text stands in a
//! command's data or properties, escaped. A step shows ten annotations of each kind and drops the others
//! without a word: so the most severe come first, and the last line says how many more there are.

use super::forge::{Row, clipped, file_name, is_hidden, ranked};
use super::words::{decision_word, place, summary, waiver_text};
use super::{FindingRow, Format, IncompleteRow, Report, Style, Verdict};
use crate::finding::Decision;

/// Annotations.
pub(super) struct GitHub;

/// How many annotations of one kind a step shows.
const OF_A_KIND: usize = 10;

/// GitHub cuts a message at 64 KiB, a title at 255 characters. Nobody reads as much.
const MESSAGE: usize = 4000;
const TITLE: usize = 255;

/// The kinds of annotation, the gravest first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Error,
    Warning,
    Notice,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Notice];

    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }

    /// How many are written: the last line is a notice too.
    fn most(self) -> usize {
        match self {
            Self::Notice => OF_A_KIND - 1,
            Self::Error | Self::Warning => OF_A_KIND,
        }
    }
}

impl Format for GitHub {
    fn name(&self) -> &'static str {
        "github"
    }

    fn render(&self, report: &Report, style: &Style) -> String {
        let mut all: Vec<(Kind, String)> = ranked(report)
            .into_iter()
            .filter(|row| !matches!(row, Row::Finding(row) if is_hidden(row.decision, style)))
            .map(|row| match row {
                Row::Finding(row) => (kind(row.decision), finding(row)),
                Row::Incomplete(row) => (Kind::Error, incomplete(row)),
            })
            .collect();
        if !style.quiet {
            let note = |text: &str| command(Kind::Notice, &[("title", "note")], text);
            let notes = report.notes.iter();
            all.extend(notes.map(|text| (Kind::Notice, note(text.as_str()))));
        }
        let mut out = String::new();
        let mut more = Vec::new();
        for kind in Kind::ALL {
            let lines = all.iter().filter(|(of, _)| *of == kind);
            let unshown = lines.clone().count().saturating_sub(kind.most());
            lines.take(kind.most()).for_each(|(_, line)| out += line);
            if unshown > 0 {
                more.push(format!("{unshown} {}s", kind.word()));
            }
        }
        out += &last(report, style, &more, out.is_empty());
        out
    }

    fn tells_notes(&self) -> bool {
        true
    }
}

/// What it comes to, and how many more there are. Where there is nothing to see, the log alone has it.
fn last(report: &Report, style: &Style, more: &[String], nothing: bool) -> String {
    if style.quiet && nothing && report.verdict == Verdict::Pass {
        return String::new();
    }
    let mut text = summary(report);
    if !more.is_empty() {
        text = format!("{} more are not shown here. {text}", more.join(", "));
    }
    if nothing {
        return format!("::debug::{}\n", data(&clipped(&text, MESSAGE)));
    }
    command(Kind::Notice, &[("title", "cordon")], &text)
}

fn kind(decision: Decision) -> Kind {
    match decision {
        Decision::Blocked => Kind::Error,
        Decision::Warned => Kind::Warning,
        Decision::Audited | Decision::Waived => Kind::Notice,
    }
}

fn finding(row: &FindingRow) -> String {
    let title = match row.decision {
        Decision::Waived => format!("{} (waived)", row.rule),
        _ => row.rule.to_owned(),
    };
    let waiver = row.waiver.as_ref();
    let waiver = waiver.map(|waiver| format!("\nWaiver {}.", waiver_text(waiver)));
    let text = format!(
        "{}: {}: {}{}\n{}",
        place(row),
        decision_word(row.decision),
        row.message,
        waiver.unwrap_or_default(),
        row.help
    );
    let Some(path) = &row.path else {
        return command(kind(row.decision), &[("title", &title)], &text);
    };
    let line = row.line.unwrap_or(1).max(1);
    let end = row.end_line.unwrap_or(line).max(line);
    let properties = [
        ("file", file_name(path)),
        ("line", line.to_string()),
        ("endLine", end.to_string()),
        ("title", title),
    ];
    let properties = properties
        .each_ref()
        .map(|(key, value)| (*key, value.as_str()));
    command(kind(row.decision), &properties, &text)
}

fn incomplete(row: &IncompleteRow) -> String {
    let mend = row.mend.as_ref().map(|mend| format!("\n{mend}"));
    let text = format!("incomplete: {}{}", row.message, mend.unwrap_or_default());
    command(Kind::Error, &[("title", row.code)], &text)
}

/// `::error file=F,line=1::TEXT` and a line feed.
fn command(kind: Kind, properties: &[(&str, &str)], text: &str) -> String {
    let properties: Vec<String> = properties
        .iter()
        .map(|(key, value)| match *key {
            "title" => format!("title={}", property(&clipped(value, TITLE))),
            key => format!("{key}={}", property(value)),
        })
        .collect();
    let text = data(&clipped(text, MESSAGE));
    format!("::{} {}::{text}\n", kind.word(), properties.join(","))
}

/// A command's text, as the runner unescapes it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property's value: what would end it is escaped too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
