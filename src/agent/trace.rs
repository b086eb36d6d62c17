//! Records of Agent Trace 0.1, committed beside the work: which tool's conversation wrote which lines.
//!
//! The standard leaves open where a tool keeps them. Looked at are JSON and JSON-lines files that are
//! named for it: in a folder `.agent-trace`, in `.cursor/agent-trace…`, or `….agent-trace.json`.

use std::collections::BTreeSet;

use bstr::{BString, ByteSlice as _};
use serde::Deserialize;

use super::catalogue::Catalogue;
use super::evidence::{Evidence, EvidenceKind};
use super::note::recorded;

/// One record.
#[derive(Clone, Debug, Deserialize)]
pub struct TraceRecord {
    /// Its id.
    pub id: String,
    version: String,
    #[serde(default)]
    vcs: Option<Vcs>,
    #[serde(default)]
    tool: Option<Tool>,
    files: Vec<File>,
}

#[derive(Clone, Debug, Deserialize)]
struct Vcs {
    revision: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Tool {
    name: String,
}

#[derive(Clone, Debug, Deserialize)]
struct File {
    path: String,
    #[serde(default)]
    conversations: Vec<Conversation>,
}

#[derive(Clone, Debug, Deserialize)]
struct Conversation {
    #[serde(default)]
    contributor: Option<Contributor>,
    #[serde(default)]
    ranges: Vec<Range>,
}

#[derive(Clone, Debug, Deserialize)]
struct Range {
    #[serde(default)]
    contributor: Option<Contributor>,
}

#[derive(Clone, Debug, Deserialize)]
struct Contributor {
    r#type: String,
    #[serde(default)]
    model_id: Option<String>,
}

impl TraceRecord {
    /// The revision that it speaks of, as it names it.
    pub fn revision(&self) -> Option<&str> {
        self.vcs.as_ref().map(|vcs| vcs.revision.as_str())
    }

    /// The paths that it speaks of, with Git's slashes.
    pub fn paths(&self) -> impl Iterator<Item = BString> {
        let paths = self.files.iter().map(|file| file.path.as_bytes());
        paths.map(|path| path.replace(b"\\", b"/").into())
    }

    /// One piece of evidence for each model that wrote lines, alone or with a person; `place` is the
    /// record's file.
    pub fn evidence(&self, catalogue: &Catalogue, place: &str) -> Vec<Evidence> {
        let tool = self.tool.as_ref().map_or("", |tool| tool.name.trim());
        let conversations = self.files.iter().flat_map(|file| &file.conversations);
        let models: BTreeSet<Option<&str>> = conversations
            .flat_map(Conversation::contributors)
            .filter(|one| matches!(one.r#type.as_str(), "ai" | "mixed"))
            .map(|one| one.model_id.as_deref())
            .collect();
        let models = models.into_iter();
        models
            .map(|model| recorded(catalogue, EvidenceKind::Record, place, tool, model))
            .collect()
    }
}

impl Conversation {
    /// Who wrote its ranges: each range's own contributor, else the conversation's.
    fn contributors(&self) -> impl Iterator<Item = &Contributor> {
        let own = self.contributor.as_ref();
        let whole = own.filter(|_| self.ranges.is_empty());
        let ranges = self.ranges.iter();
        whole
            .into_iter()
            .chain(ranges.filter_map(move |range| range.contributor.as_ref().or(own)))
    }
}

/// Whether a path is one where records are kept.
pub fn is_trace_path(path: &[u8]) -> bool {
    let (folder, name) = path.rsplit_once_str(b"/").unwrap_or((b"", path));
    let Some(stem) = name
        .strip_suffix(b".json")
        .or_else(|| name.strip_suffix(b".jsonl"))
    else {
        return false;
    };
    let mut before: &[u8] = b"";
    let in_folder = folder.split(|&byte| byte == b'/').any(|part| {
        let cursors = before == b".cursor" && part.starts_with(b"agent-trace");
        before = part;
        part == b".agent-trace" || cursors
    });
    in_folder
        || stem == b"agent-trace"
        || stem.ends_with(b".agent-trace")
        || (before == b".cursor" && stem.starts_with(b"agent-trace"))
}

/// The records of a file: a record, a list of them, or one a line; and whether all of it was read.
pub fn trace_records(text: &[u8]) -> (Vec<TraceRecord>, bool) {
    if let Ok(records) = serde_json::from_slice::<Vec<TraceRecord>>(text) {
        return known(records, true);
    }
    if let Ok(record) = serde_json::from_slice::<TraceRecord>(text) {
        return known(vec![record], true);
    }
    let mut records = Vec::new();
    let mut whole = true;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match serde_json::from_slice::<TraceRecord>(line) {
            Ok(record) => records.push(record),
            Err(_) => whole = false,
        }
    }
    known(records, whole)
}

/// The versions with this form: the drafts, and 1 as the reference writes it.
fn known(mut records: Vec<TraceRecord>, whole: bool) -> (Vec<TraceRecord>, bool) {
    let all = records.len();
    records.retain(|record| {
        let major = record.version.split('.').next().unwrap_or_default();
        matches!(major, "0" | "1")
    });
    let whole = whole && records.len() == all;
    (records, whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"version": "0.1.0", "id": "00000000-0000-4000-8000-000000000001",
        "timestamp": "2026-02-06T10:00:00Z", "vcs": {"type": "git", "revision": "0123"},
        "tool": {"name": "cursor", "version": "2.4"}, "files": [{"path": "src/a.rs", "conversations": [
          {"contributor": {"type": "ai", "model_id": "anthropic/claude-opus-4-5"},
           "ranges": [{"start_line": 1, "end_line": 9},
                      {"start_line": 10, "end_line": 12, "contributor": {"type": "mixed", "model_id": "openai/gpt-5.6"}},
                      {"start_line": 13, "end_line": 14, "contributor": {"type": "human"}}]}]}]}"#;

    fn one_line() -> String {
        RECORD.replace('\n', " ")
    }

    fn models(text: &str) -> Vec<(String, Option<String>)> {
        let (records, _) = trace_records(text.as_bytes());
        let all = records
            .iter()
            .flat_map(|record| record.evidence(Catalogue::builtin(), "x"));
        all.map(|one| (one.agent, one.model)).collect()
    }

    #[test]
    fn every_model_that_wrote_lines_is_named() {
        let cursor = |model: &str| ("cursor".to_owned(), Some(model.to_owned()));
        assert_eq!(
            models(RECORD),
            [cursor("claude-opus-4-5"), cursor("gpt-5.6")]
        );
        let (records, whole) = trace_records(RECORD.as_bytes());
        assert!(whole && records[0].paths().eq([b"src/a.rs"]));
        assert_eq!(records[0].revision(), Some("0123"));
    }

    #[test]
    fn a_person_alone_and_nobody_known_are_no_evidence() {
        for kind in ["human", "unknown"] {
            let text = format!(
                r#"{{"version": "1.0", "id": "1", "files": [{{"path": "a", "conversations": [
                    {{"contributor": {{"type": "{kind}"}}, "ranges": []}}]}}]}}"#
            );
            assert_eq!(models(&text), [], "{kind}");
        }
    }

    #[test]
    fn a_record_without_a_known_tool_is_unlisted() {
        for tool in ["", r#""tool": {"name": "unknown"},"#] {
            let text = format!(
                r#"{{"version": "1.0", "id": "1", {tool} "files": [{{"path": "a", "conversations": [
                    {{"contributor": {{"type": "ai"}}, "ranges": []}}]}}]}}"#
            );
            assert_eq!(models(&text), [("unlisted".to_owned(), None)], "{tool}");
        }
    }

    #[test]
    fn records_stand_alone_in_a_list_or_one_a_line() {
        let line = one_line();
        for (text, count, whole) in [
            (format!("{line}\n\n{line}\n"), 2, true),
            (format!("[{RECORD}, {RECORD}]"), 2, true),
            (format!("{line}\nno record\n{line}"), 2, false),
            (line.replace("0.1.0", "7.0"), 0, false),
            ("{}".to_owned(), 0, false),
            (String::new(), 0, true),
            ("[".repeat(100_000), 0, false),
        ] {
            let (records, read) = trace_records(text.as_bytes());
            assert_eq!((records.len(), read), (count, whole));
        }
    }

    #[test]
    fn records_are_kept_in_files_named_for_them() {
        for path in [
            ".agent-trace/traces.jsonl",
            "sub/.agent-trace/2026/01.json",
            "src/a.agent-trace.json",
            "agent-trace.jsonl",
            ".cursor/agent-trace.jsonl",
            ".cursor/agent-traces/1.json",
        ] {
            assert!(is_trace_path(path.as_bytes()), "{path}");
        }
        for path in [
            ".agent-trace/README.md",
            "agent-trace/traces.jsonl",
            "src/agent-tracer.json",
            "x/.cursor/y/agent-trace-1.json",
            "package.json",
        ] {
            assert!(!is_trace_path(path.as_bytes()), "{path}");
        }
    }
}
