//! `history-incomplete`: something of the range could not be read. The engine tells it; it stands
//! in the report's `incomplete`, never among the findings.

use super::{Meta, Rule};

pub(super) struct HistoryIncomplete;

static META: Meta = Meta {
    id: "history-incomplete",
    finds: "A shallow range, a missing object, an unreadable blob, grafts, or a limit exceeded. It stands \
            in the report's `incomplete`, and the exit code is 2 unless a finding blocks.",
    why: "What was not read was not judged, and what was not judged is no pass.",
    example: "`cordon check --range A..B` in a clone of depth 1.",
    mend: "Run the command that the report gives: `git fetch --unshallow` for a shallow clone.",
    configure: "incomplete: {commit: warn}   # stage commit alone; elsewhere incomplete always fails\nlimits: {commits: 100000, files: 500000, blob_bytes: 64MiB}",
    agents: None,
    humans: None,
    net: false,
    content: false,
};

impl Rule for HistoryIncomplete {
    fn meta(&self) -> &'static Meta {
        &META
    }
}
