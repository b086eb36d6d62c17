//! `gitlab-secrets`: GitLab's secret detection report, schema 15.0.6. Findings of the secret rules only.
//!
//! GitLab refuses the whole document for one bad field: so each text is held to the schema's length. The
//! schema asks for the scan's time, which is why this format alone has the moment of the run in it.

use serde_json::{Value, json};

use super::forge::{BYTES, Row, Unique, clipped, file_name, ranked};
use super::words::{decision_word, place, waiver_text};
use super::{FindingRow, Format, Report, Style, Verdict};
use crate::finding::Decision;
use crate::rule::SECRET_RULES;
use crate::text::show::harmless_json;

/// Secrets for GitLab's vulnerability report.
pub(super) struct GitLabSecrets;

const SCHEMA: &str = "15.0.6";

/// The lengths that the schema allows, and one for a text that may be as long as a book.
const NAME: usize = 255;
const SOLUTION: usize = 7000;
const DESCRIPTION: usize = 4000;

/// How many messages on what was not read.
const MESSAGES: usize = 100;

/// What GitLab's own analyzer writes where there is no commit.
const NO_COMMIT: &str = "0000000";

impl Format for GitLabSecrets {
    fn name(&self) -> &'static str {
        "gitlab-secrets"
    }

    fn is_json(&self) -> bool {
        true
    }

    fn render(&self, report: &Report, style: &Style) -> String {
        let (vulnerabilities, left_out) = vulnerabilities(report);
        let program = json!({
            "id": "cordon",
            "name": "Cordon",
            "version": report.tool.version,
            "vendor": {"name": "Cordon"},
        });
        let moment = style.moment.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let whole = report.incomplete.is_empty() && report.verdict != Verdict::Incomplete;
        let document = json!({
            "version": SCHEMA,
            "scan": {
                "type": "secret_detection",
                "analyzer": program,
                "scanner": program,
                "status": if whole { "success" } else { "failure" },
                "start_time": moment,
                "end_time": moment,
                "messages": messages(report, left_out),
            },
            "vulnerabilities": vulnerabilities,
        });
        let mut text = harmless_json(&document.to_string());
        text.push('\n');
        text
    }
}

/// The secrets, the most severe first, and how many there was no room for.
fn vulnerabilities(report: &Report) -> (Vec<Value>, usize) {
    let mut unique = Unique::default();
    let secrets = ranked(report).into_iter().filter_map(|row| match row {
        Row::Finding(row) if SECRET_RULES.contains(&row.rule) => Some(row),
        Row::Finding(_) | Row::Incomplete(_) => None,
    });
    let (mut all, mut room, mut left_out) = (Vec::new(), BYTES, 0);
    for row in secrets {
        let made = vulnerability(report, row, &mut unique);
        let size = harmless_json(&made.to_string()).len() + 1;
        if left_out > 0 || size > room {
            left_out += 1;
            continue;
        }
        room -= size;
        all.push(made);
    }
    (all, left_out)
}

fn vulnerability(report: &Report, row: &FindingRow, unique: &mut Unique) -> Value {
    let severity = match row.decision {
        Decision::Blocked => "Critical",
        Decision::Warned => "Medium",
        Decision::Audited | Decision::Waived => "Info",
    };
    let waiver = row.waiver.as_ref();
    let waiver = waiver.map(|waiver| format!("; waiver {}", waiver_text(waiver)));
    let description = format!(
        "{}: {}: {}{}",
        place(row),
        decision_word(row.decision),
        row.message,
        waiver.unwrap_or_default()
    );
    let what = row.detector.as_deref().unwrap_or(row.rule);
    let commit = row.commit.as_deref().or(report.range.head.as_deref());
    let mut location = json!({"commit": {"sha": commit.unwrap_or(NO_COMMIT)}});
    if let Some(path) = &row.path {
        let line = row.line.unwrap_or(1).max(1);
        location["file"] = file_name(path).into();
        location["start_line"] = line.into();
        location["end_line"] = row.end_line.unwrap_or(line).max(line).into();
    }
    json!({
        "id": unique.name(&row.fingerprint),
        "category": "secret_detection",
        "name": clipped(&format!("{}: {what}", row.rule), NAME),
        "description": clipped(&description, DESCRIPTION),
        "severity": severity,
        "solution": clipped(row.help.as_str(), SOLUTION),
        "identifiers": [{
            "type": "cordon_detector",
            "name": format!("Cordon detector {what}"),
            "value": what,
        }],
        "location": location,
    })
}

fn messages(report: &Report, left_out: usize) -> Vec<Value> {
    let rows = report.incomplete.iter().take(MESSAGES);
    let mut all: Vec<Value> = rows
        .map(|row| {
            let text = format!("{}: {}", row.code, row.message);
            json!({"level": "fatal", "value": clipped(&text, DESCRIPTION)})
        })
        .collect();
    let unsaid = report.incomplete.len() - all.len();
    if unsaid > 0 {
        all.push(json!({"level": "fatal", "value": format!("{unsaid} more could not be read")}));
    }
    if left_out > 0 {
        let told = format!("{left_out} more findings have no room here");
        all.push(json!({"level": "fatal", "value": told}));
    }
    all
}
