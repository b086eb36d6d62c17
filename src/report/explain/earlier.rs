//! A finding of an earlier run, read back from its JSON report. The file may come from anywhere:
//! every text of it passes the redactor again.

use jiff::civil::Date;
use serde_json::Value;

use super::{About, AgentPart, CommitPart, EXPLAIN_SCHEMA, EvidencePart, Explanation};
use crate::finding::{Decision, In, Mode};
use crate::report::{FindingRow, LineRow, PolicyRow, SCHEMA, Tool, WaiverRow};
use crate::rule::rule;
use crate::text::{Clean, Redact};

/// What an earlier report says of a fingerprint.
pub enum Earlier {
    /// One finding, perhaps at several places.
    Found(Box<Explanation>),
    /// Several fingerprints begin so.
    Ambiguous(Vec<String>),
    /// None.
    Unknown,
}

/// Why an earlier report cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EarlierError {
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is another kind of file.
    #[error("it is no report of the schema {SCHEMA}")]
    Schema,
    /// A finding, or the run that it is of, cannot be read.
    #[error("it has no good `{0}`")]
    Field(&'static str),
    /// There is none among what was read, and not all was.
    #[error("it has no such finding, and not everything could be read when it was made")]
    Incomplete,
}

/// Looks for a fingerprint, or what begins one, in an earlier report.
pub fn earlier(
    redactor: &dyn Redact,
    text: &[u8],
    fingerprint: &str,
) -> Result<Earlier, EarlierError> {
    let report: Value = serde_json::from_slice(text)?;
    if report["schema"] != SCHEMA {
        return Err(EarlierError::Schema);
    }
    let all = report["findings"].as_array().ok_or(EarlierError::Schema)?;
    let begins = |row: &&Value| {
        let known = row["fingerprint"].as_str();
        known.is_some_and(|known| known.starts_with(fingerprint))
    };
    let reader = Reader { redactor };
    let findings = all.iter().filter(begins).map(|row| reader.finding(row));
    let findings = findings.collect::<Result<Vec<_>, _>>()?;
    let mut known: Vec<String> = findings.iter().map(|row| row.fingerprint.clone()).collect();
    known.sort_unstable();
    known.dedup();
    let unread = report["incomplete"].as_array();
    let unread = unread.ok_or(EarlierError::Schema)?;
    let Some(first) = findings.first() else {
        return if unread.is_empty() {
            Ok(Earlier::Unknown)
        } else {
            Err(EarlierError::Incomplete)
        };
    };
    if known.len() > 1 {
        return Ok(Earlier::Ambiguous(known));
    }
    let commits = report["commits"].as_array();
    let commit = commits.into_iter().flatten().find(|commit| {
        let same = commit["id"].as_str() == first.commit.as_deref();
        same && !first.net
    });
    Ok(Earlier::Found(Box::new(Explanation {
        schema: EXPLAIN_SCHEMA,
        tool: Tool {
            name: "cordon",
            version: env!("CARGO_PKG_VERSION"),
        },
        about: About::Finding,
        stage: Some(
            serde_json::from_value(report["stage"].clone())
                .map_err(|_| EarlierError::Field("stage"))?,
        ),
        date: date(&report["as_of"])?,
        repository: reader.maybe(&report["repository"]),
        policy: PolicyRow {
            id: reader.maybe(&report["policy"]["id"]),
            version: report["policy"]["version"].as_u64(),
            ..PolicyRow::default()
        },
        commit: commit.map(|commit| reader.commit(commit)),
        paths: Vec::new(),
        rules: Vec::new(),
        findings,
        incomplete: Vec::new(),
    })))
}

/// The date that a run was made for, where it is another than its own.
fn date(value: &Value) -> Result<Option<String>, EarlierError> {
    if value.is_null() {
        return Ok(None);
    }
    let date: Option<Date> = value.as_str().and_then(|text| text.parse().ok());
    let date = date.ok_or(EarlierError::Field("as_of"))?;
    Ok(Some(date.to_string()))
}

struct Reader<'a> {
    redactor: &'a dyn Redact,
}

impl Reader<'_> {
    fn maybe(&self, value: &Value) -> Option<Clean> {
        // It was escaped when it was written: a backslash stays one.
        Some(Clean::prose(self.redactor, value.as_str()?))
    }

    fn text(&self, value: &Value) -> Clean {
        self.maybe(value).unwrap_or_default()
    }

    fn finding(&self, row: &Value) -> Result<FindingRow, EarlierError> {
        let word = |name: &'static str| row[name].as_str().ok_or(EarlierError::Field(name));
        let number = |name: &str| row[name].as_u64().and_then(|n| u32::try_from(n).ok());
        let mode: Result<Mode, _> = serde_json::from_value(row["mode"].clone());
        let decision: Result<Decision, _> = serde_json::from_value(row["decision"].clone());
        let within: Result<In, _> = serde_json::from_value(row["in"].clone());
        let line = row["policy"]["line"].as_u64();
        Ok(FindingRow {
            rule: rule(word("rule")?)
                .ok_or(EarlierError::Field("rule"))?
                .meta()
                .id,
            mode: mode.map_err(|_| EarlierError::Field("mode"))?,
            decision: decision.map_err(|_| EarlierError::Field("decision"))?,
            commit: self.maybe(&row["commit"]).map(|id| id.to_string()),
            net: row["net"].as_bool().ok_or(EarlierError::Field("net"))?,
            within: within.map_err(|_| EarlierError::Field("in"))?,
            path: self.maybe(&row["path"]),
            old_path: self.maybe(&row["old_path"]),
            line: number("line"),
            column: number("column"),
            end_line: number("end_line"),
            agent: self.maybe(&row["agent"]).map(|id| id.to_string()),
            zone: self.maybe(&row["zone"]),
            detector: self.maybe(&row["detector"]).map(|id| id.to_string()),
            message: self.text(&row["message"]),
            help: self.text(&row["help"]),
            policy: LineRow {
                file: self.text(&row["policy"]["file"]),
                line: line
                    .and_then(|line| u32::try_from(line).ok())
                    .ok_or(EarlierError::Field("policy"))?,
            },
            waiver: self.waiver(&row["waiver"]),
            fingerprint: Clean::prose(self.redactor, word("fingerprint")?).to_string(),
        })
    }

    fn waiver(&self, waiver: &Value) -> Option<WaiverRow> {
        let approvers = waiver["approved_by"].as_array().into_iter().flatten();
        Some(WaiverRow {
            id: self.maybe(&waiver["id"])?,
            approved_by: approvers.map(|one| self.text(one)).collect(),
            expires: self.text(&waiver["expires"]).to_string(),
            ticket: self.maybe(&waiver["ticket"]),
        })
    }

    fn commit(&self, commit: &Value) -> CommitPart {
        let agents = commit["agents"].as_array().into_iter().flatten();
        let kind = self.text(&commit["kind"]);
        let is_agent = matches!(kind.as_str(), "authored" | "assisted");
        CommitPart {
            id: self.maybe(&commit["id"]).map(|id| id.to_string()),
            subject: self.maybe(&commit["subject"]),
            kind,
            because: Clean::prose(self.redactor, "as the report says"),
            judged_as: if is_agent { "agent" } else { "person" },
            account: self.text(&commit["account"]),
            assurance: self.text(&commit["assurance"]),
            agents: agents.map(|agent| self.agent(agent)).collect(),
        }
    }

    fn agent(&self, agent: &Value) -> AgentPart {
        let evidence = agent["evidence"].as_array().into_iter().flatten();
        AgentPart {
            id: self.text(&agent["id"]),
            model: self.maybe(&agent["model"]),
            status: self.text(&agent["status"]),
            because: Clean::prose(self.redactor, "as the report says"),
            policy: None,
            evidence: evidence
                .map(|one| EvidencePart {
                    kind: self.text(&one["kind"]),
                    strength: self.text(&one["strength"]),
                    key: self.maybe(&one["key"]),
                    value: self.text(&one["value"]),
                    line: None,
                })
                .collect(),
        }
    }
}
