//! What was judged and by which policy, whole: for who checks the check.

use super::markup::{Room, code, facts, foreign, more, plain, row, section, table};
use crate::report::{LayerRow, RangeKind, RefRow, Report};

/// How many references of a push a page holds.
const REFERENCES: Room = Room {
    rows: 200,
    bytes: 500_000,
};

/// How many layers: there are five kinds, so that all have room.
const LAYERS: Room = Room {
    rows: 100,
    bytes: 500_000,
};

const REFERENCE: &[&str] = &["Reference", "From", "To"];
const LAYER: &[&str] = &["Authority", "File", "Commit", "SHA-256"];

/// The section on the range.
pub(super) fn judged(report: &Report) -> String {
    let range = &report.range;
    let kind = match range.kind {
        RangeKind::Staged => "staged changes",
        RangeKind::Commits => "commits",
        RangeKind::Push => "a push",
        RangeKind::Message => "a message",
        RangeKind::Worktree => "files as they stand",
        RangeKind::Text => "a text",
    };
    let repository = report.repository.as_ref();
    let rows = [
        repository.map(|name| ("Repository", foreign(name.as_str()))),
        Some(("Kind", kind.to_owned())),
        range.base.as_deref().map(|id| ("From", code(id))),
        range.head.as_deref().map(|id| ("To", code(id))),
        Some(("Commits", range.commits.to_string())),
        range.files.map(|files| ("Files", files.to_string())),
        Some(("Stage", report.stage.word().to_owned())),
        report.as_of.as_deref().map(|day| ("As of", plain(day))),
        report
            .run
            .actor
            .as_deref()
            .map(|agent| ("Run by", foreign(agent))),
    ];
    let rows: Vec<_> = rows.into_iter().flatten().collect();
    let body = facts("facts", &rows) + &references(&range.refs);
    section("judged", "What was judged", &body)
}

fn references(refs: &[RefRow]) -> String {
    if refs.is_empty() {
        return String::new();
    }
    let mut room = REFERENCES;
    let mut rows = String::new();
    let id = |id: Option<&str>, none: &str| id.map_or_else(|| none.to_owned(), code);
    for it in refs {
        room.push(&mut rows, || {
            let cells = [
                code(it.name.as_str()),
                id(it.base.as_deref(), "new"),
                id(it.head.as_deref(), "deleted"),
            ];
            row(REFERENCE, &cells)
        });
    }
    let left_out = more(refs.len() - room.held(REFERENCES));
    table("references", "The references of the push", REFERENCE, &rows) + &left_out
}

/// The section on the policy.
pub(super) fn policy(report: &Report) -> String {
    let policy = &report.policy;
    let trusted = if policy.trusted {
        "yes: a side that the change cannot alter was there to judge by"
    } else {
        "no: there was no side to judge by that the change cannot alter"
    };
    let pinned = if policy.pinned {
        "yes: the organisation&#39;s policy came from outside the repository"
    } else {
        "no: no policy came from outside the repository"
    };
    let rows = [
        policy.id.as_ref().map(|id| ("Id", foreign(id.as_str()))),
        policy
            .version
            .map(|version| ("Version", version.to_string())),
        policy
            .sha256
            .as_deref()
            .map(|digest| ("SHA-256", code(digest))),
        Some(("Trusted", trusted.to_owned())),
        Some(("Pinned", pinned.to_owned())),
    ];
    let rows: Vec<_> = rows.into_iter().flatten().collect();
    let body = facts("facts", &rows) + &layers(&policy.layers);
    section("policy", "Policy", &body)
}

fn layers(layers: &[LayerRow]) -> String {
    if layers.is_empty() {
        return String::new();
    }
    let mut room = LAYERS;
    let mut rows = String::new();
    for it in layers {
        room.push(&mut rows, || layer(it));
    }
    let left_out = more(layers.len() - room.held(LAYERS));
    table(
        "layers",
        "What was joined, highest authority first",
        LAYER,
        &rows,
    ) + &left_out
}

fn layer(layer: &LayerRow) -> String {
    let commit = layer.commit.as_deref();
    let cells = [
        plain(layer.name),
        format!(
            "{} from {}",
            code(layer.path.as_str()),
            code(layer.source.as_str())
        ),
        commit.map_or_else(|| "none".to_owned(), code),
        code(&layer.sha256),
    ];
    row(LAYER, &cells)
}
