//! What two hooks of one commit both find is told once. For the hook with the message.

use crate::finding::{Decision, In};
use crate::report::{Counts, FindingRow, Report};
use crate::rule::rule;

/// Leaves out what the pre-commit hook has told. What blocks is told again, in case it did not run.
pub fn leave_out_content(report: &mut Report) {
    let agent = report.run.actor.is_some();
    let told = |row: &FindingRow| is_about_content(row) || (agent && row.path.is_some());
    let blocks = |row: &FindingRow| row.decision == Decision::Blocked;
    report.findings.retain(|row| blocks(row) || !told(row));
    report.counts = Counts::of(&report.findings);
}

fn is_about_content(row: &FindingRow) -> bool {
    let in_file = matches!(row.within, In::File | In::Tree);
    in_file && rule(row.rule).is_some_and(|rule| rule.meta().content)
}
