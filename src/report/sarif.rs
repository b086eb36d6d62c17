//! `sarif`: SARIF 2.1.0 with what GitHub's code scanning asks for, for it and for other readers.
//!
//! A result without a file (a message, a reference) stands at line 1 of `.cordon.yml`, since GitHub takes
//! none without a place; its logical location says where it really is. Columns are left out: ours count
//! bytes, and SARIF has no such column.

use serde_json::{Value, json};

use super::forge::{NO_FILE, Row, clipped, path_bytes, ranked};
use super::words::{decision_word, place, waiver_text};
use super::{FindingRow, Format, IncompleteRow, Report, Style, Verdict};
use crate::finding::{Decision, In, Mode};
use crate::rule::{Meta, RULES, SECRET_RULES};
use crate::text::show::harmless_json;

/// One run, with all rules.
pub(super) struct Sarif;

/// GitHub takes 10 MB, packed, and 25,000 results. What is no larger unpacked is no larger packed, and so
/// many results are larger: each has more than 400 bytes.
const BYTES: usize = 9_000_000;

/// How many characters GitHub takes of a rule's descriptions; a result's message is held to it too.
const TEXT: usize = 1024;

impl Format for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn is_json(&self) -> bool {
        true
    }

    fn render(&self, report: &Report, _style: &Style) -> String {
        let (results, left_out) = results(report);
        let left_out = notification(&left_out);
        let rules: Vec<Value> = RULES.iter().map(|rule| described(rule.meta())).collect();
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": report.tool.name,
                    "semanticVersion": report.tool.version,
                    "rules": rules,
                }},
                "automationDetails": {"id": "cordon/"},
                "originalUriBaseIds": {"%SRCROOT%": {
                    "description": {"text": "The root of the repository."},
                }},
                "invocations": [{
                    "executionSuccessful": report.verdict != Verdict::Incomplete,
                    "toolExecutionNotifications": notifications(report, left_out),
                }],
                "results": results,
            }],
        });
        let mut text = harmless_json(&log.to_string());
        text.push('\n');
        text
    }
}

fn described(meta: &Meta) -> Value {
    let level = match meta.agents.max(meta.humans) {
        Some(Mode::Block) => "error",
        Some(Mode::Warn) => "warning",
        _ => "note",
    };
    let problem = if level == "note" {
        "recommendation"
    } else {
        level
    };
    let mut properties = json!({
        "tags": ["security"],
        "precision": "high",
        "problem.severity": problem,
    });
    // What is about who wrote a commit is no weakness of the code: GitHub shows it by its level.
    let severity = if SECRET_RULES.contains(&meta.id) {
        Some("9.1")
    } else {
        meta.net.then_some("7.0")
    };
    if let Some(severity) = severity {
        properties["security-severity"] = severity.into();
    }
    let page = format!("{}\n\n{}\n\n{}", meta.finds, meta.why, meta.mend);
    json!({
        "id": meta.id,
        "name": pascal(meta.id),
        "shortDescription": {"text": clipped(meta.finds, TEXT)},
        "fullDescription": {"text": clipped(meta.why, TEXT)},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": level},
        "properties": properties,
    })
}

/// `ZoneAgent` of `zone-agent`: by the standard a rule's name is no repetition of its id.
fn pascal(id: &str) -> String {
    let words = id.split('-').map(|word| word.split_at(word.len().min(1)));
    words
        .flat_map(|(first, rest)| [first.to_ascii_uppercase(), rest.to_owned()])
        .collect()
}

/// The results, most severe first, and those for which there was no room.
fn results(report: &Report) -> (Vec<Value>, Vec<&FindingRow>) {
    let mut results = Vec::new();
    let mut room = BYTES;
    let mut left_out = Vec::new();
    for row in ranked(report) {
        let Row::Finding(finding) = row else {
            continue;
        };
        let result = result(finding);
        let size = harmless_json(&result.to_string()).len() + 1;
        if size > room {
            left_out.push(finding);
            continue;
        }
        room -= size;
        results.push(result);
    }
    (results, left_out)
}

fn result(finding: &FindingRow) -> Value {
    let level = match finding.decision {
        Decision::Blocked => "error",
        Decision::Warned => "warning",
        Decision::Audited | Decision::Waived => "note",
    };
    let mut message = match finding.path {
        Some(_) => finding.message.to_string(),
        None => format!("{}: {}", place(finding), finding.message),
    };
    if finding.decision == Decision::Waived {
        message = format!("{}: {message}", decision_word(finding.decision));
    }
    let mut value = json!({
        "ruleId": finding.rule,
        "ruleIndex": RULES.iter().position(|rule| rule.meta().id == finding.rule),
        "level": level,
        "message": {"text": clipped(&message, TEXT)},
        "locations": [location(finding)],
        "partialFingerprints": {
            "primaryLocationLineHash": finding.fingerprint,
            "cordon/v1": finding.fingerprint,
        },
        "properties": {
            "decision": decision_word(finding.decision),
            "mode": finding.mode.word(),
            "commit": finding.commit,
            "agent": finding.agent,
            "zone": finding.zone.as_ref().map(|zone| clipped(zone.as_str(), TEXT)),
            "detector": finding.detector,
            "help": clipped(finding.help.as_str(), TEXT),
        },
    });
    if let Some(waiver) = &finding.waiver {
        let by = clipped(&waiver_text(waiver), TEXT);
        value["suppressions"] =
            json!([{"kind": "external", "status": "accepted", "justification": by}]);
    }
    value
}

fn location(finding: &FindingRow) -> Value {
    let Some(path) = &finding.path else {
        let kind = match finding.within {
            In::Ref => "reference",
            _ => "message",
        };
        return json!({
            "physicalLocation": physical(NO_FILE.as_bytes(), 1, 1),
            "logicalLocations": [{
                "name": clipped(&place(finding), TEXT),
                "kind": kind,
            }],
        });
    };
    let line = finding.line.unwrap_or(1).max(1);
    let end = finding.end_line.unwrap_or(line).max(line);
    json!({"physicalLocation": physical(&path_bytes(path), line, end)})
}

fn physical(path: &[u8], line: u32, end: u32) -> Value {
    json!({
        "artifactLocation": {"uri": uri(path), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": line, "endLine": end},
    })
}

/// A path as a relative reference (RFC 3986): what is not unreserved is percent-encoded, a colon too, so
/// that no first folder is taken for a scheme.
fn uri(path: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut uri = String::with_capacity(path.len());
    for byte in path {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// How many results were left out, as bad as the worst of them.
fn notification(left_out: &[&FindingRow]) -> Option<Value> {
    let blocks = left_out.iter().any(|row| row.decision == Decision::Blocked);
    let count = left_out.len();
    (count > 0).then(|| {
        json!({
            "level": if blocks { "error" } else { "warning" },
            "message": {"text": format!("{count} more findings have no room here.")},
        })
    })
}

/// What was not read, and what is told of results that were left out.
fn notifications(report: &Report, left_out: Option<Value>) -> Vec<Value> {
    let mut all: Vec<Value> = report.incomplete.iter().take(100).map(unread).collect();
    let unsaid = report.incomplete.len() - all.len();
    if unsaid > 0 {
        all.push(json!({
            "level": "error",
            "message": {"text": format!("{unsaid} more could not be read.")},
        }));
    }
    all.extend(left_out);
    all
}

fn unread(row: &IncompleteRow) -> Value {
    let mend = row.mend.as_ref().map(|mend| format!(" Mend: {mend}"));
    let text = format!("{}: {}{}", row.code, row.message, mend.unwrap_or_default());
    json!({"level": "error", "message": {"text": clipped(&text, TEXT)}})
}
