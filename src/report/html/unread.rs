//! What could not be read, and what mends it.

use super::markup::{Room, code, facts, foreign, more, section};
use crate::report::{IncompleteRow, Report};

/// How much of what was not read. One command mostly mends many.
const UNREAD: Room = Room {
    rows: 200,
    bytes: 500_000,
};

/// The section of what could not be read; none where all was.
pub(super) fn unread(report: &Report) -> String {
    if report.incomplete.is_empty() {
        return String::new();
    }
    let mut room = UNREAD;
    let mut list = String::new();
    for row in &report.incomplete {
        room.push(&mut list, || obstacle(row));
    }
    let left_out = more(report.incomplete.len() - room.held(UNREAD));
    let body = format!(
        "<p class=\"means\">What could not be read was not judged.</p>\n\
         <ul class=\"cards unread\" role=\"list\">\n{list}</ul>\n{left_out}"
    );
    section("unread", "Not read", &body)
}

fn obstacle(row: &IncompleteRow) -> String {
    let rows = [
        Some(("Kind", code(row.code))),
        row.commit.as_deref().map(|id| ("Commit", code(id))),
        row.path.as_ref().map(|path| ("Path", code(path.as_str()))),
        row.reference
            .as_ref()
            .map(|it| ("Reference", code(it.as_str()))),
        row.mend.as_ref().map(|mend| ("Mend", code(mend.as_str()))),
    ];
    let rows: Vec<_> = rows.into_iter().flatten().collect();
    format!(
        "<li>\n<p class=\"message\">{}</p>\n{}</li>\n",
        foreign(row.message.as_str()),
        facts("facts", &rows)
    )
}
