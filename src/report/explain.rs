//! The rows of `cordon explain`: from the evidence of a commit to the policy line that decided. The
//! contract is `cordon.explain/v1`; its JSON Schema is `docs/schema/explain-v1.json`.
//!
//! `check` fills them; as in the report, every foreign string has passed the redactor.

mod earlier;
mod text;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{FindingRow, IncompleteRow, PolicyRow, Tool};
use crate::finding::{Decision, Mode, Stage};
use crate::text::Clean;

pub use earlier::{Earlier, EarlierError, earlier};
pub use text::explanation_text;

/// The version of the contract.
pub const EXPLAIN_SCHEMA: &str = "cordon.explain/v1";

/// Why something was judged so.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// Always `cordon.explain/v1`.
    pub schema: &'static str,
    /// Which program explains.
    pub tool: Tool,
    /// What is explained: a commit, a path as it is now, or a finding.
    pub about: About,
    /// At which stage it is judged.
    pub stage: Option<Stage>,
    /// On which date, `YYYY-MM-DD`; null for an earlier report's that judged on its own day.
    pub date: Option<String>,
    /// The repository's name, if known.
    pub repository: Option<Clean>,
    /// By which policy.
    pub policy: PolicyRow,
    /// The commit that is judged, with its evidence; null where the question is of a path alone, and
    /// for a finding of the net change.
    pub commit: Option<CommitPart>,
    /// The paths that it changed, or that were asked for, each with its zones.
    pub paths: Vec<PathPart>,
    /// Every rule, in the order of the documentation; of a finding, its own alone.
    pub rules: Vec<RulePart>,
    /// What was found, as in the report.
    pub findings: Vec<FindingRow>,
    /// What could not be read: the explanation is then incomplete too.
    pub incomplete: Vec<IncompleteRow>,
}

/// What is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// A commit, or the one that is being made.
    Commit,
    /// A path as it is now.
    Path,
    /// A finding, by its fingerprint.
    Finding,
}

/// Who made a commit, and how that is known.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitPart {
    /// Its id; null for the commit being made.
    pub id: Option<String>,
    /// The first line of its message; null where there is no message yet.
    pub subject: Option<Clean>,
    /// `authored`, `assisted`, `automation`, `suspected` or `none`.
    pub kind: Clean,
    /// Why it is of that kind.
    pub because: Clean,
    /// Whether it is judged as an `agent`'s change or as a `person`'s.
    #[schemars(extend("enum" = ["agent", "person"]))]
    pub judged_as: &'static str,
    /// The account class.
    pub account: Clean,
    /// How far the claim can be trusted.
    pub assurance: Clean,
    /// The agents, by id.
    pub agents: Vec<AgentPart>,
}

/// One agent of a commit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentPart {
    /// Its id in the catalogue, or `unlisted`.
    pub id: Clean,
    /// The model, normalised.
    pub model: Option<Clean>,
    /// Its review status on the date.
    pub status: Clean,
    /// Why it has that status.
    pub because: Clean,
    /// The policy line that says so; null where none does.
    pub policy: Option<SourceRow>,
    /// The signs, strongest first.
    pub evidence: Vec<EvidencePart>,
}

/// One sign of an agent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidencePart {
    /// `trailer`, `key`, `author`, `committer`, `mark`, `branch`, `environment`, …
    pub kind: Clean,
    /// `declared`, `strong` or `weak`.
    pub strength: Clean,
    /// The trailer's key or the variable's name.
    pub key: Option<Clean>,
    /// What it says.
    pub value: Clean,
    /// The line of the message, from 1.
    pub line: Option<u32>,
}

/// A line of a policy file, with its text; `builtin`, 0 is a rule's own default.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceRow {
    /// The file as its layer names it.
    pub file: Clean,
    /// Line, from 1.
    pub line: u32,
    /// What stands there; null where several files of that name differ.
    pub text: Option<Clean>,
}

/// A path, and where it lies.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathPart {
    /// The path, `\xNN` for bytes that are no UTF-8.
    pub path: Clean,
    /// The path before a rename.
    pub old_path: Option<Clean>,
    /// What was done; null where nothing was.
    #[schemars(extend("enum" = ["add", "modify", "delete", "rename", "mode", "type", null]))]
    pub change: Option<&'static str>,
    /// Whether it is there, after the change.
    pub exists: bool,
    /// The zones that it is in. Of a path that was asked for, also those out of which a `!` pattern
    /// takes it.
    pub zones: Vec<ZonePart>,
    /// What would be found if somebody changed it, for a path that was asked for.
    pub would: Vec<WouldPart>,
}

/// A zone of a path.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZonePart {
    /// Its name.
    pub name: Clean,
    /// Its class.
    pub class: Option<&'static str>,
    /// Whether the path is in it: a `!` pattern may take it out.
    pub member: bool,
    /// What puts it there: a `pattern` of paths, a `marker` in its text, a `link` or submodule by which
    /// the zone is reached, or that the `repository` is of a class as a whole.
    #[schemars(extend("enum" = ["pattern", "marker", "link", "repository"]))]
    pub by: &'static str,
    /// The pattern that says so; null where no pattern does.
    pub pattern: Option<Clean>,
    /// The markers of the zone, of which the text has one, where a marker puts it there.
    pub markers: Vec<Clean>,
    /// The policy line of the pattern.
    pub policy: Option<SourceRow>,
    /// What agents may do there: those of the commit, or agents in general.
    pub permissions: Vec<PermissionPart>,
}

/// What an agent may do in a zone.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionPart {
    /// The agent; null for agents in general.
    pub agent: Option<Clean>,
    /// `allowed`, `approval` or `denied`.
    pub permission: &'static str,
    /// The policy line that says so; null where none does.
    pub policy: Option<SourceRow>,
}

/// What would be found if somebody changed a path.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WouldPart {
    /// An agent's id; `*` for every agent that the policy does not list; `person`.
    pub who: Clean,
    /// The strongest decision; null where nothing would be found.
    pub decision: Option<Decision>,
    /// What would be found.
    pub findings: Vec<WouldFind>,
}

/// A finding that there would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WouldFind {
    /// The rule's id.
    pub rule: &'static str,
    /// The decision.
    pub decision: Decision,
    /// The policy line that decides.
    pub policy: super::LineRow,
}

/// What a rule made of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RulePart {
    /// The rule's id.
    pub id: &'static str,
    /// How much it found, also where its mode is `disabled`.
    pub found: usize,
    /// The strongest decision on what it found.
    pub decision: Option<Decision>,
    /// Why it found that, or nothing.
    pub because: Clean,
    /// Its mode for such a change outside zones that have their own; null where it does not judge
    /// such a change.
    pub mode: Option<Mode>,
    /// The policy line of that mode; `builtin`, 0 for the rule's own default.
    pub policy: Option<SourceRow>,
    /// Its modes in the zones of what it found.
    pub in_zones: Vec<ZoneModePart>,
    /// The strongest mode that the stage applies.
    pub cap: Mode,
    /// The policy line that says so; null where none does.
    pub cap_policy: Option<SourceRow>,
}

/// The mode of a rule in a zone.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneModePart {
    /// The zone.
    pub zone: Clean,
    /// The rule's mode there.
    pub mode: Mode,
    /// The policy line of that mode; `builtin`, 0 for the rule's own default.
    pub policy: SourceRow,
}

/// The explanation as JSON.
pub fn explanation_json(explanation: &Explanation) -> String {
    // The rows are strings, numbers and booleans: writing them as JSON cannot fail.
    let mut text = serde_json::to_string_pretty(explanation).unwrap_or_default();
    text.push('\n');
    text
}

/// The schema as `docs/schema/explain-v1.json` holds it.
pub fn explanation_schema() -> Value {
    let mut schema = schemars::schema_for!(Explanation).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("$id".to_owned(), "urn:cordon:schema:explain:v1".into());
        object.insert("title".to_owned(), EXPLAIN_SCHEMA.into());
        if let Some(field) = object
            .get_mut("properties")
            .and_then(|it| it.get_mut("schema"))
        {
            *field = serde_json::json!({"const": EXPLAIN_SCHEMA});
        }
    }
    schema
}
