//! What several formats say in the same words.

use std::fmt::Write as _;

use super::{FindingRow, PolicyRow, RangeKind, Report, WaiverRow};
use crate::finding::Decision;
use crate::text::Clean;

/// `fail: 2 blocked, 1 warned; 12 commits a..b; policy acme-agents 42`.
pub(super) fn summary(report: &Report) -> String {
    let counts = report.counts;
    let mut parts: Vec<String> = [
        (counts.blocked, "blocked"),
        (counts.warned, "warned"),
        (counts.audited, "audited"),
        (counts.waived, "waived"),
        (report.incomplete.len(), "unread"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    if parts.is_empty() {
        parts.push("nothing found".to_owned());
    }
    let verdict = report.verdict.word();
    format!(
        "{verdict}: {}; {}; {}",
        parts.join(", "),
        range_text(report),
        policy_name(&report.policy)
    )
}

/// `path:line:column`, or what stands for it outside files.
pub(super) fn place(finding: &FindingRow) -> String {
    let mut text = match (&finding.path, &finding.commit) {
        (Some(path), _) => path.to_string(),
        (None, Some(commit)) => format!("{} message", short(commit)),
        (None, None) => "message".to_owned(),
    };
    for number in [finding.line, finding.column].into_iter().flatten() {
        let _ = write!(text, ":{number}");
    }
    text
}

/// The word for a decision, as headings say it.
pub(super) fn decision_word(decision: Decision) -> &'static str {
    match decision {
        Decision::Blocked => "blocked",
        Decision::Warned => "warned",
        Decision::Audited => "audited",
        Decision::Waived => "waived",
    }
}

/// `W-2026-0117 by r.lee@acme.example until 2026-12-20 (LEG-352)`.
pub(super) fn waiver_text(waiver: &WaiverRow) -> String {
    let approvers: Vec<&str> = waiver.approved_by.iter().map(Clean::as_str).collect();
    let ticket = waiver.ticket.as_ref();
    let ticket = ticket.map(|ticket| format!(" ({ticket})"));
    format!(
        "{} by {} until {}{}",
        waiver.id,
        approvers.join(" and "),
        waiver.expires,
        ticket.unwrap_or_default()
    )
}

fn range_text(report: &Report) -> String {
    let range = &report.range;
    let commits = match range.commits {
        1 => "1 commit".to_owned(),
        count => format!("{count} commits"),
    };
    match (range.kind, &range.base, &range.head) {
        (RangeKind::Staged, ..) => "staged changes".to_owned(),
        (RangeKind::Message, ..) => "a message".to_owned(),
        (RangeKind::Text, ..) => "a text".to_owned(),
        (RangeKind::Worktree, ..) => match range.files {
            Some(1) => "1 file".to_owned(),
            Some(count) => format!("{count} files"),
            None => "files".to_owned(),
        },
        (_, Some(base), Some(head)) => format!("{commits} {}..{}", short(base), short(head)),
        (_, None, Some(head)) => format!("{commits} up to {}", short(head)),
        _ => commits,
    }
}

/// `policy acme-agents 42 (base)`.
pub(super) fn policy_name(policy: &PolicyRow) -> String {
    let mut text = match &policy.id {
        Some(id) => format!("policy {id}"),
        None => "policy".to_owned(),
    };
    if let Some(version) = policy.version {
        let _ = write!(text, " {version}");
    }
    let paths: Vec<&str> = policy
        .layers
        .iter()
        .map(|layer| layer.source.as_str())
        .collect();
    if !paths.is_empty() {
        let _ = write!(text, " ({})", paths.join(", "));
    }
    text
}

/// The first ten digits of an id.
pub(super) fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}
