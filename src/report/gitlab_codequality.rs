//! `gitlab-codequality`: GitLab's Code Quality report, for the widget of a merge request.
//!
//! GitLab drops what has a fingerprint twice: so a second finding alike has a number in its own. What could
//! not be read is a row too, since an empty list would look like a pass. Where there is no room for all rows
//! the last one counts the others.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::forge::{BYTES, NO_FILE, Row, Unique, clipped, file_name, ranked};
use super::words::{decision_word, place, waiver_text};
use super::{FindingRow, Format, IncompleteRow, Report, Style};
use crate::finding::Decision;
use crate::text::Clean;
use crate::text::show::harmless_json;

/// A list of rows, most severe first.
pub(super) struct GitLabCodeQuality;

/// A description is one line in a widget.
const TEXT: usize = 1000;

impl Format for GitLabCodeQuality {
    fn name(&self) -> &'static str {
        "gitlab-codequality"
    }

    fn is_json(&self) -> bool {
        true
    }

    fn render(&self, report: &Report, _style: &Style) -> String {
        let mut unique = Unique::default();
        let mut rows = Vec::new();
        let mut room = BYTES;
        let mut left_out = Vec::new();
        for row in ranked(report) {
            let made = match row {
                Row::Finding(row) => finding(row, &mut unique),
                Row::Incomplete(row) => incomplete(row, &mut unique),
            };
            let made = harmless_json(&made.to_string());
            if !left_out.is_empty() || made.len() >= room {
                left_out.push(row);
                continue;
            }
            room -= made.len() + 1;
            rows.push(made);
        }
        if let Some(first) = left_out.first() {
            rows.push(more(left_out.len(), severity(*first)));
        }
        format!("[{}]\n", rows.join(","))
    }
}

fn severity(row: Row<'_>) -> &'static str {
    match row {
        Row::Incomplete(_) => "critical",
        Row::Finding(row) => match row.decision {
            Decision::Blocked => "blocker",
            Decision::Warned => "major",
            Decision::Audited | Decision::Waived => "info",
        },
    }
}

/// The last row, as severe as the first that has no room.
fn more(count: usize, severity: &str) -> String {
    let text = format!("{count} more have no room here");
    let fingerprint = format!("{:x}", Sha256::digest(&text));
    let mut unique = Unique::default();
    entry(
        "cordon",
        &text,
        &fingerprint,
        severity,
        None,
        None,
        &mut unique,
    )
    .to_string()
}

fn finding(row: &FindingRow, unique: &mut Unique) -> Value {
    let severity = severity(Row::Finding(row));
    let mut text = format!("{}: {}", decision_word(row.decision), row.message);
    if row.path.is_none() {
        text = format!("{}: {text}", place(row));
    }
    if let Some(waiver) = &row.waiver {
        text = format!("{text}; waiver {}", waiver_text(waiver));
    }
    entry(
        row.rule,
        &text,
        &row.fingerprint,
        severity,
        row.path.as_ref(),
        row.line,
        unique,
    )
}

fn incomplete(row: &IncompleteRow, unique: &mut Unique) -> Value {
    let text = format!("incomplete: {}", row.message);
    let mut state = Sha256::new();
    let path = row.path.as_ref().map_or("", Clean::as_str);
    let reference = row.reference.as_ref().map_or("", Clean::as_str);
    for part in [
        row.code,
        row.commit.as_deref().unwrap_or_default(),
        path,
        reference,
    ] {
        state.update(part.len().to_be_bytes());
        state.update(part);
    }
    let fingerprint = format!("{:x}", state.finalize());
    entry(
        "history-incomplete",
        &text,
        &fingerprint,
        severity(Row::Incomplete(row)),
        row.path.as_ref(),
        None,
        unique,
    )
}

fn entry(
    check: &str,
    text: &str,
    fingerprint: &str,
    severity: &str,
    path: Option<&Clean>,
    line: Option<u32>,
    unique: &mut Unique,
) -> Value {
    json!({
        "description": clipped(text, TEXT),
        "check_name": check,
        "fingerprint": unique.name(fingerprint),
        "severity": severity,
        "location": {
            "path": path.map_or_else(|| NO_FILE.to_owned(), file_name),
            "lines": {"begin": line.filter(|_| path.is_some()).unwrap_or(1).max(1)},
        },
    })
}
