//! The rows of the report: plain data, as the contract has it.
//!
//! The engine fills them, and every format reads them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{Decision, In, Mode};
use crate::text::Clean;

/// The run itself.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The agent in whose environment Cordon runs, by strong evidence.
    pub actor: Option<String>,
    /// The emergency waiver that this run was let through by; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emergency: Option<EmergencyRow>,
}

/// An emergency waiver: it excepts all that blocks, and what could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmergencyRow {
    /// Its id.
    pub id: Clean,
    /// Who signed it.
    pub approved_by: Vec<Clean>,
    /// The moment from which it is good, in UTC.
    pub from: String,
    /// The moment at which it ends, in UTC.
    pub until: String,
    /// Why it was needed.
    pub reason: Clean,
    /// Its ticket.
    pub ticket: Option<Clean>,
}

/// What was judged.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RangeRow {
    /// `staged`, `commits`, `push`, `message`, or for `cordon scan` `worktree` and `text`.
    pub kind: RangeKind,
    /// Where it starts: a commit, or for staged changes HEAD or the empty tree; null for roots.
    pub base: Option<String>,
    /// Where it ends; null for staged changes and pushes.
    pub head: Option<String>,
    /// How many commits.
    pub commits: usize,
    /// The references of a push.
    pub refs: Vec<RefRow>,
    /// How many files were scanned, for people.
    #[serde(skip)]
    pub files: Option<usize>,
}

/// Kinds of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RangeKind {
    /// The index against HEAD.
    Staged,
    /// Commits.
    Commits,
    /// What a push would send.
    Push,
    /// A message alone.
    Message,
    /// Files as they stand, whether or not in a repository.
    Worktree,
    /// A text that lies in no file.
    Text,
}

/// One reference of a push.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefRow {
    /// Its full name at the remote.
    #[serde(rename = "ref")]
    pub name: Clean,
    /// What it is there; null for a new one.
    pub base: Option<String>,
    /// What it will be; null for a deletion.
    pub head: Option<String>,
}

/// By which policy.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyRow {
    /// Its id.
    pub id: Option<Clean>,
    /// Its version.
    pub version: Option<u64>,
    /// SHA-256 of the joined policy's canonical JSON.
    pub sha256: Option<String>,
    /// Whether a trusted side was there to judge by.
    pub trusted: bool,
    /// Whether the organisation's policy came from outside the repository.
    pub pinned: bool,
    /// What was joined, highest authority first.
    pub layers: Vec<LayerRow>,
}

/// One authority of the joined policy.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerRow {
    /// `builtin`, `system`, `org`, `repository` or `change`.
    #[schemars(extend("enum" = ["builtin", "system", "org", "repository", "change"]))]
    pub name: &'static str,
    /// Where it was read: a revision, a file, `index`, `pack:default`.
    pub source: Clean,
    /// The commit it was read from.
    pub commit: Option<String>,
    /// SHA-256 of its canonical JSON.
    pub sha256: String,
    /// The file.
    pub path: Clean,
}

/// One commit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitRow {
    /// Its id; null for the commit being made.
    pub id: Option<String>,
    /// The first line of its message; null where there is no message yet.
    pub subject: Option<Clean>,
    /// `authored`, `assisted`, `automation`, `suspected` or `none`.
    #[schemars(extend("enum" = ["authored", "assisted", "automation", "suspected", "none"]))]
    pub kind: &'static str,
    /// The account class.
    #[schemars(extend("enum" = ["enterprise", "personal", "proxy", "unknown"]))]
    pub account: &'static str,
    /// How far the claim can be trusted.
    #[schemars(extend("enum" = ["claimed", "recorded", "signed"]))]
    pub assurance: &'static str,
    /// How many files it changes: a rename without an edit is one, with an edit two; a merge counts what it changes itself. Null where nobody knows.
    pub files: Option<usize>,
    /// The agents, by id.
    pub agents: Vec<AgentRow>,
}

/// One agent of a commit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentRow {
    /// Its id in the catalogue, or `unlisted`.
    pub id: String,
    /// The model, normalised.
    pub model: Option<Clean>,
    /// Its review status on the run's date.
    #[schemars(extend("enum" = ["approved", "conditional", "denied", "retired"]))]
    pub status: &'static str,
    /// The signs, strongest first.
    pub evidence: Vec<EvidenceRow>,
}

/// One sign of an agent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceRow {
    /// `trailer`, `key`, `author`, `committer`, `mark`, `branch`, `environment`, `process`, `note`, `record`, `cherry-pick` or `squash`.
    #[schemars(extend("enum" = ["trailer", "key", "author", "committer", "mark", "branch", "environment", "process", "note", "record", "cherry-pick", "squash"]))]
    pub kind: &'static str,
    /// `declared`, `strong` or `weak`.
    #[schemars(extend("enum" = ["declared", "strong", "weak"]))]
    pub strength: &'static str,
    /// The trailer's key, the variable's name, the notes' reference or the record's path.
    pub key: Option<Clean>,
    /// What it says.
    pub value: Clean,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingRow {
    /// The rule's id.
    pub rule: &'static str,
    /// The mode before the stage's cap.
    pub mode: Mode,
    /// What became of it.
    pub decision: Decision,
    /// The commit; null for staged changes, the net change, and a message that a forge holds or would write.
    pub commit: Option<String>,
    /// Whether only the net change has it.
    pub net: bool,
    /// What its place lies in.
    #[serde(rename = "in")]
    pub within: In,
    /// The path, `\xNN` for bytes that are no UTF-8.
    pub path: Option<Clean>,
    /// The path before a rename; of a copy out of a zone the file that was copied.
    pub old_path: Option<Clean>,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Column in bytes, from 1.
    pub column: Option<u32>,
    /// Last line, from 1.
    pub end_line: Option<u32>,
    /// The agent.
    pub agent: Option<String>,
    /// The zone.
    pub zone: Option<Clean>,
    /// The detector.
    pub detector: Option<String>,
    /// What is wrong.
    pub message: Clean,
    /// How to mend it.
    pub help: Clean,
    /// The policy line that decided.
    pub policy: LineRow,
    /// The waiver that excepts it.
    pub waiver: Option<WaiverRow>,
    /// What it is known by from run to run.
    pub fingerprint: String,
}

/// A line of a policy file; `builtin`, 0 is a rule's own default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineRow {
    /// The file as its layer names it.
    pub file: Clean,
    /// Line, from 1.
    pub line: u32,
}

/// The waiver that excepts a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverRow {
    /// Its id.
    pub id: Clean,
    /// Who approved it.
    pub approved_by: Vec<Clean>,
    /// Its last day; of an emergency waiver the moment at which it ends.
    pub expires: String,
    /// Its ticket.
    pub ticket: Option<Clean>,
}

/// How many of each decision: `blocked + warned + audited + waived == detected`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// All findings.
    pub detected: usize,
    /// Those that fail the verdict.
    pub blocked: usize,
    /// Those that are shown only.
    pub warned: usize,
    /// Those that are counted only.
    pub audited: usize,
    /// Those that a waiver excepts.
    pub waived: usize,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IncompleteRow {
    /// What kind of obstacle, kebab-case.
    pub code: &'static str,
    /// What could not be read, and why.
    pub message: Clean,
    /// The commit concerned.
    pub commit: Option<String>,
    /// The path concerned.
    pub path: Option<Clean>,
    /// The reference concerned.
    #[serde(rename = "ref")]
    pub reference: Option<Clean>,
    /// The command that mends it, or what to do.
    pub mend: Option<Clean>,
}

impl Counts {
    /// Counts the decisions of some findings.
    pub fn of(findings: &[FindingRow]) -> Self {
        let mut counts = Self {
            detected: findings.len(),
            ..Self::default()
        };
        for finding in findings {
            *match finding.decision {
                Decision::Blocked => &mut counts.blocked,
                Decision::Warned => &mut counts.warned,
                Decision::Audited => &mut counts.audited,
                Decision::Waived => &mut counts.waived,
            } += 1;
        }
        counts
    }
}
