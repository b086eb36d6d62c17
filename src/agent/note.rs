//! Notes of the git-ai standard, version 3: whose lines a commit has.
//!
//! A note attests lines of files to sessions of agents or to people, and after a line `---` says in
//! JSON which session is whose.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BString, ByteSlice as _};
use serde::Deserialize;

use super::catalogue::{Catalogue, UNLISTED};
use super::evidence::{Evidence, EvidenceKind, Strength};
use super::model;

/// The reference under which the notes are kept.
pub const NOTES: &str = "refs/notes/ai";

/// What stands before the version.
const SCHEMA: &str = "authorship/3.";

#[derive(Deserialize)]
struct Metadata {
    schema_version: String,
    #[serde(default)]
    sessions: BTreeMap<String, Session>,
    /// As older versions of the tool have it.
    #[serde(default)]
    prompts: BTreeMap<String, Session>,
}

#[derive(Deserialize)]
struct Session {
    agent_id: AgentId,
    /// What became of its work, where the tool counted: lines that are still there, …
    #[serde(default)]
    accepted_lines: Option<u64>,
    /// … and lines that it took away, which nothing can be attested of.
    #[serde(default)]
    total_deletions: Option<u64>,
}

impl Session {
    /// Whether it may have taken lines away and nothing else.
    fn only_took_away(&self) -> bool {
        self.accepted_lines.unwrap_or(0) == 0 && self.total_deletions != Some(0)
    }
}

#[derive(Deserialize)]
struct AgentId {
    tool: String,
    #[serde(default)]
    model: Option<String>,
}

/// The evidence in a note: one piece for each agent and model to whom it attests a line, or of whose
/// session it tells. Who only took lines away has none that could be attested, so in a note that attests
/// none to an agent such a session is strong too; else it is weak, since the tool keeps sessions of which
/// nothing is left. Or why it is no note of this standard, and so no evidence at all.
pub fn note_evidence(catalogue: &Catalogue, note: &[u8]) -> Result<Vec<Evidence>, &'static str> {
    let (attested, json) = parts(note)?;
    let metadata: Metadata =
        serde_json::from_slice(json).map_err(|_| "what follows its `---` is no authorship data")?;
    if !metadata.schema_version.starts_with(SCHEMA) {
        return Err("it is of another version than authorship/3");
    }
    let sessions = metadata.sessions.iter().chain(&metadata.prompts);
    let known: BTreeMap<&str, &Session> = sessions
        .rev()
        .map(|(id, session)| (id.as_str(), session))
        .collect();
    let mut found: BTreeMap<_, Evidence> = BTreeMap::new();
    for &id in attested.iter().chain(known.keys()) {
        let session = known.get(id).copied();
        let took_away = || attested.is_empty() && session.is_some_and(Session::only_took_away);
        let left = attested.contains(id) || took_away();
        let mut evidence = evidence(catalogue, session);
        if !left {
            evidence.strength = Strength::Weak;
        }
        let same = (evidence.value.clone(), evidence.model.clone());
        let kept = found.entry(same).or_insert_with(|| evidence.clone());
        kept.strength = kept.strength.max(evidence.strength);
    }
    Ok(found.into_values().collect())
}

/// The ids of the sessions to which lines are attested, without those of people, and the JSON.
fn parts(note: &[u8]) -> Result<(BTreeSet<&str>, &[u8]), &'static str> {
    let mut attested = BTreeSet::new();
    let mut rest = note;
    while !rest.is_empty() {
        let (line, next) = rest.split_once_str(b"\n").unwrap_or((rest, b""));
        rest = next;
        if line.trim_end() == b"---" {
            return Ok((attested, rest));
        }
        let Some(entry) = line.strip_prefix(b"  ") else {
            continue;
        };
        let id = entry.split(|&byte| byte == b' ').next().unwrap_or(entry);
        let id = id.to_str().map_err(|_| "an attestation is not UTF-8")?;
        let session = id.split("::").next().unwrap_or(id);
        // Older versions of the tool attest a person's lines to `human`.
        if session != "human" && !session.starts_with("h_") {
            attested.insert(session);
        }
    }
    Err("it has no line `---`")
}

/// An attestation to a session that the note does not explain is an agent's all the same.
fn evidence(catalogue: &Catalogue, session: Option<&Session>) -> Evidence {
    let tool = session.map_or("", |session| session.agent_id.tool.trim());
    let model = session.and_then(|session| session.agent_id.model.as_deref());
    recorded(catalogue, EvidenceKind::Note, NOTES, tool, model)
}

/// Evidence that a tool's record gives: of the agent that the tool is.
pub(super) fn recorded(
    catalogue: &Catalogue,
    kind: EvidenceKind,
    place: &str,
    tool: &str,
    model: Option<&str>,
) -> Evidence {
    let agent = catalogue
        .by_alias(tool)
        .map_or(UNLISTED, |found| found.agent);
    Evidence {
        agent: agent.to_owned(),
        kind,
        strength: Strength::Strong,
        key: Some(place.to_owned()),
        value: BString::from(tool),
        line: None,
        model: model.and_then(model::from_value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(note: &str) -> Result<Vec<(String, Option<String>)>, &'static str> {
        let found = note_evidence(Catalogue::builtin(), note.as_bytes())?;
        let pairs = found.into_iter().map(|one| (one.agent, one.model));
        Ok(pairs.collect())
    }

    fn pair(agent: &str, model: Option<&str>) -> (String, Option<String>) {
        (agent.to_owned(), model.map(str::to_owned))
    }

    const METADATA: &str = r#"---
{"schema_version": "authorship/3.0.0", "base_commit_sha": "0123", "git_ai_version": "1.3.4",
 "prompts": {"d4a7828bfdafe456": {"agent_id": {"tool": "cursor", "id": "x", "model": "unknown"}, "messages": []}},
 "sessions": {
   "s_a76964380084ef": {"agent_id": {"tool": "claude", "id": "y", "model": "claude-opus-4-7"}},
   "s_00000000000000": {"agent_id": {"tool": "house-tool", "id": "z", "model": "house-7b"}}},
 "humans": {"h_dca485b1adf836": {"author": "Jane"}}}
"#;

    /// The data of a note that tells of one session.
    fn one_session(session: &str) -> String {
        format!(
            "---\n{{\"schema_version\": \"authorship/3.0.0\", \"prompts\": {{\"d4a7828bfdafe456\": {{\
             \"agent_id\": {{\"tool\": \"cursor\", \"id\": \"x\"}}{session}}}}}}}\n"
        )
    }

    #[test]
    fn the_sessions_of_a_note_took_part() {
        let note = format!(
            "src/a.rs\n  s_a76964380084ef::t_a3a130d3e145e3 1-10,15\n  h_dca485b1adf836 3\n\
             \"with blank.rs\"\n  d4a7828bfdafe456 5-6\n  s_a76964380084ef::t_b 1\n{METADATA}"
        );
        let expected = [
            pair("claude-code", Some("claude-opus-4-7")),
            pair("cursor", None),
            pair(UNLISTED, Some("house-7b")),
        ];
        assert_eq!(seen(&note).unwrap(), expected);
    }

    #[test]
    fn a_tool_that_nobody_knows_is_unlisted() {
        let note = format!("a\n  s_ffffffffffffff::t_1 1\n{}", one_session(""));
        assert_eq!(
            seen(&note).unwrap(),
            [pair(UNLISTED, None), pair("cursor", None)]
        );
    }

    #[test]
    fn a_session_that_took_lines_away_has_none_and_took_part() {
        let strength = |note: &str| {
            let found = note_evidence(Catalogue::builtin(), note.as_bytes()).unwrap();
            assert_eq!(found[0].agent, "cursor");
            found[0].strength
        };
        let uncounted = one_session("");
        let took_away = one_session(r#", "accepted_lines": 0, "total_deletions": 10"#);
        let rewritten = one_session(r#", "accepted_lines": 0, "total_deletions": 0"#);
        assert_eq!(strength(&uncounted), Strength::Strong);
        assert_eq!(strength(&took_away), Strength::Strong);
        assert_eq!(strength(&rewritten), Strength::Weak);
        let attested = format!("a\n  d4a7828bfdafe456 1\n{rewritten}");
        assert_eq!(strength(&attested), Strength::Strong);
    }

    #[test]
    fn a_persons_lines_are_no_evidence() {
        let people = "---\n{\"schema_version\": \"authorship/3.0.0\", \"prompts\": {}}";
        assert_eq!(seen(people).unwrap(), []);
        for person in ["h_dca485b1adf836", "human"] {
            let note = format!("a\n  {person} 1-3\n{people}");
            assert_eq!(seen(&note).unwrap(), [], "{person}");
        }
    }

    #[test]
    fn another_note_is_refused() {
        for note in [
            "",
            "Looks good to me\n",
            "a\n  s_1 1\n---\n",
            "---\n{}",
            "---\n[1]",
            "---\n{\"schema_version\": \"authorship/4.0.0\"}",
            "---\n{\"schema_version\": 3}",
            "{\"schema_version\": \"authorship/3.0.0\"}",
        ] {
            assert!(seen(note).is_err(), "{note}");
        }
        assert!(note_evidence(Catalogue::builtin(), b"a\n  \xff 1\n---\n{}").is_err());
        let deep = format!("---\n{}", "[".repeat(100_000));
        assert!(seen(&deep).is_err());
    }
}
