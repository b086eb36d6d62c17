//! The report: plain rows that the engine fills and every format reads. The contract is
//! `cordon.report/v1`; its JSON Schema is `docs/schema/report-v1.json`.
//!
//! Every foreign string in it is [`Clean`]: it has passed the redactor, and cannot steer a terminal.
//! A new format is one file here and one line in [`FORMATS`].

mod concise;
pub mod explain;
mod forge;
mod full;
mod github;
mod gitlab_codequality;
mod gitlab_secrets;
mod html;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod remote;
mod row;
mod sarif;
mod schema;
mod words;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::Stage;
use crate::text::Clean;

pub use remote::remote;
pub use row::{
    AgentRow, CommitRow, Counts, EmergencyRow, EvidenceRow, FindingRow, IncompleteRow, LayerRow,
    LineRow, PolicyRow, RangeKind, RangeRow, RefRow, Run, WaiverRow,
};
pub use schema::report_schema;

/// The version of the contract.
pub const SCHEMA: &str = "cordon.report/v1";

/// How a format writes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Colour and emphasis by ANSI sequences.
    pub colour: bool,
    /// Columns to wrap at.
    pub width: usize,
    /// Audited findings and what passed too.
    pub verbose: bool,
    /// Only what fails.
    pub quiet: bool,
    /// When the run was, for a format that must say it.
    pub moment: Timestamp,
}

/// One output format.
pub trait Format: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;
    /// The whole report as text, ending with a line feed.
    fn render(&self, report: &Report, style: &Style) -> String;
    /// Whether it tells the notes. For one that does not, they go to standard error.
    fn tells_notes(&self) -> bool {
        false
    }
    /// Whether the text is JSON, in one document or in lines.
    fn is_json(&self) -> bool {
        false
    }
}

/// Every format, in the order in which help lists them.
pub const FORMATS: &[&dyn Format] = &[
    &full::Full,
    &concise::Concise,
    &json::Json,
    &jsonl::Jsonl,
    &sarif::Sarif,
    &github::GitHub,
    &gitlab_codequality::GitLabCodeQuality,
    &gitlab_secrets::GitLabSecrets,
    &junit::JUnit,
    &markdown::Markdown,
    &html::Html,
];

/// The format of that name.
pub fn format(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// What a run found. Rows are sorted; the same input gives the same bytes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Always `cordon.report/v1`.
    pub schema: &'static str,
    /// Which program judged.
    pub tool: Tool,
    /// What it comes to.
    pub verdict: Verdict,
    /// Where it ran.
    pub stage: Stage,
    /// The date that replaced today's (`--as-of`), `YYYY-MM-DD`.
    pub as_of: Option<String>,
    /// The repository's name, if known.
    pub repository: Option<Clean>,
    /// The run itself.
    pub run: Run,
    /// What was judged.
    pub range: RangeRow,
    /// By which policy.
    pub policy: PolicyRow,
    /// Every commit judged, parents before children.
    pub commits: Vec<CommitRow>,
    /// What was found, in the order commit, path, line, rule, fingerprint.
    pub findings: Vec<FindingRow>,
    /// How many of each decision.
    pub counts: Counts,
    /// What could not be read.
    pub incomplete: Vec<IncompleteRow>,
    /// What the reader should know and no program needs: an empty range, a lapsed review date.
    #[serde(skip)]
    pub notes: Vec<Clean>,
    /// Whether this incomplete verdict passes: the policy lets it at stage commit, an emergency waiver anywhere.
    #[serde(skip)]
    pub tolerated: bool,
}

/// Which program judged.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// `cordon`.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// What a run comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing blocks and everything was read.
    Pass,
    /// A finding blocks.
    Fail,
    /// Something could not be read: never a pass.
    Incomplete,
}

impl Verdict {
    /// Its word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Incomplete => "incomplete",
        }
    }
}
