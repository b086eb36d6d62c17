//! `jsonl`: the report a row at a time, for what reads line by line: each line is one JSON object.
//!
//! The first line is `{"report": …}`, all of `cordon.report/v1` but its three lists. Then come the rows
//! of these, in the report's order: `{"commit": …}`, `{"finding": …}` and `{"incomplete": …}`.

use serde::Serialize;

use super::{
    CommitRow, Counts, FindingRow, Format, IncompleteRow, PolicyRow, RangeRow, Report, Run, Style,
    Tool, Verdict,
};
use crate::finding::Stage;
use crate::text::Clean;

/// One object a line.
pub(super) struct Jsonl;

/// What a line holds, under its own name.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Row<'r> {
    Report(Head<'r>),
    Commit(&'r CommitRow),
    Finding(&'r FindingRow),
    Incomplete(&'r IncompleteRow),
}

/// The report without its lists.
#[derive(Serialize)]
struct Head<'r> {
    schema: &'r str,
    tool: &'r Tool,
    verdict: Verdict,
    stage: Stage,
    as_of: &'r Option<String>,
    repository: &'r Option<Clean>,
    run: &'r Run,
    range: &'r RangeRow,
    policy: &'r PolicyRow,
    counts: Counts,
}

impl Format for Jsonl {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn is_json(&self) -> bool {
        true
    }

    fn render(&self, report: &Report, _style: &Style) -> String {
        let commits = report.commits.iter().map(Row::Commit);
        let findings = report.findings.iter().map(Row::Finding);
        let incomplete = report.incomplete.iter().map(Row::Incomplete);
        let rows = commits.chain(findings).chain(incomplete);
        let mut text = String::new();
        for row in std::iter::once(Row::Report(head(report))).chain(rows) {
            // The rows are strings, numbers and booleans: writing them as JSON cannot fail.
            text += &serde_json::to_string(&row).unwrap_or_default();
            text.push('\n');
        }
        text
    }
}

/// Every field is named here, so that the compiler asks what becomes of a new one.
fn head(report: &Report) -> Head<'_> {
    let Report {
        schema,
        tool,
        verdict,
        stage,
        as_of,
        repository,
        run,
        range,
        policy,
        commits: _,
        findings: _,
        counts,
        incomplete: _,
        notes: _,
        tolerated: _,
    } = report;
    Head {
        schema,
        tool,
        verdict: *verdict,
        stage: *stage,
        as_of,
        repository,
        run,
        range,
        policy,
        counts: *counts,
    }
}
