//! `concise`: one line a finding, for editors and for `grep`.

use std::fmt::Write as _;

use super::forge::is_hidden;
use super::words::{decision_word, place, summary, waiver_text};
use super::{Format, Report, Style, Verdict};

/// One line a finding.
pub(super) struct Concise;

impl Format for Concise {
    fn name(&self) -> &'static str {
        "concise"
    }

    fn render(&self, report: &Report, style: &Style) -> String {
        let mut out = String::new();
        for finding in &report.findings {
            if is_hidden(finding.decision, style) {
                continue;
            }
            let waiver = finding.waiver.as_ref();
            let waiver = waiver.map(|waiver| format!("; waiver {}", waiver_text(waiver)));
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{}: {}: {}: {}{}",
                place(finding),
                decision_word(finding.decision),
                finding.rule,
                finding.message,
                waiver.unwrap_or_default()
            );
        }
        for row in &report.incomplete {
            let _ = writeln!(out, "incomplete: {}: {}", row.code, row.message);
        }
        for note in report.notes.iter().filter(|_| !style.quiet) {
            let _ = writeln!(out, "note: {note}");
        }
        if report.verdict != Verdict::Pass || !style.quiet {
            let _ = writeln!(out, "{}", summary(report));
        }
        out
    }

    fn tells_notes(&self) -> bool {
        true
    }
}
