//! Trailers, rules, the guard, secrets and approvers.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{DATE, Listed, ZoneClass};
use crate::finding::Mode;
use crate::text::span::Spanned;

/// What commit messages must and must not say.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTrailers {
    /// Whether the prepare-commit-msg hook writes the trailers when an agent is at work.
    pub stamp: Option<Spanned<bool>>,
    /// What an agent's commit must say.
    pub require: Listed<RawRequirement>,
    /// What no commit may say.
    pub forbid: Listed<RawForbidden>,
}

/// Trailers of which an agent's commit needs one.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRequirement {
    /// The trailer keys; one of them is enough.
    #[schemars(extend("examples" = [["Assisted-by", "Co-authored-by"]]))]
    pub any_of: Listed<String>,
    /// Only for commits that touch zones of these classes. Absent: for all.
    pub in_classes: Listed<ZoneClass>,
    /// A regular expression that the whole value must match.
    #[schemars(extend("examples" = ["[A-Z]+-[0-9]+"]))]
    pub r#match: Option<Spanned<String>>,
}

/// Something that no commit message may say.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawForbidden {
    /// A trailer key.
    pub key: Option<Spanned<String>>,
    /// Only when the trailer's value names this.
    pub naming: Option<Spanned<Naming>>,
    /// A text anywhere in the message.
    pub text: Option<Spanned<String>>,
}

/// Whom a forbidden trailer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Naming {
    /// An agent of the catalogue.
    Agent,
}

/// What a rule's findings do.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRule {
    /// For everybody's changes.
    pub mode: Option<Spanned<Mode>>,
    /// For agents' changes, instead of `mode`.
    pub agents: Option<Spanned<Mode>>,
    /// For people's changes, instead of `mode`.
    pub humans: Option<Spanned<Mode>>,
    /// What `mode` becomes on the day `from`.
    pub then: Option<Spanned<Mode>>,
    /// The day on which `then` begins to hold.
    #[schemars(extend("pattern" = DATE, "examples" = ["2027-03-31"]))]
    pub from: Option<Spanned<String>>,
    /// Whether a waiver may except its findings. Absent: it may.
    pub waivable: Option<Spanned<bool>>,
}

/// What the guard says to a tool call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Go on.
    Allow,
    /// Ask the person.
    Ask,
    /// No.
    Deny,
}

/// How the guard of tool calls behaves.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGuard {
    /// What it says when it can not tell what a call does.
    pub on_error: Option<Spanned<Answer>>,
    /// What its ledger keeps of a call.
    pub retain: Option<Spanned<Retain>>,
}

/// What the guard's ledger keeps of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Retain {
    /// That there was one.
    Nothing,
    /// Digests of its parts.
    Digests,
}

/// How secrets are looked for.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSecrets {
    /// Whose marks in a line may say that its secret is meant: `cordon:allow`, and what other scanners read.
    pub inline_allow: Option<Spanned<InlineAllow>>,
    /// Whether values that merely look random are looked at.
    pub entropy: Option<Spanned<bool>>,
    /// What is judged of a file in large file storage.
    pub lfs: Option<Spanned<Lfs>>,
    /// An organisation's own detectors.
    pub detectors: Listed<RawDetector>,
}

/// Whose marks in a line may say that its secret is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InlineAllow {
    /// People's: those that no agent's change adds.
    Humans,
    /// Nobody's.
    Nobody,
}

/// What is judged of a file in large file storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lfs {
    /// The pointer in the repository.
    Pointer,
    /// The content; where it is absent the verdict is incomplete.
    Content,
}

/// A detector of an organisation's own.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDetector {
    /// Its name in reports.
    pub id: Option<Spanned<String>>,
    /// What it finds.
    pub description: Option<Spanned<String>>,
    /// Words of which one must be near, in any case: within 1024 bytes.
    pub keywords: Listed<String>,
    /// The regular expression, over bytes. The secret is the group `secret`, else the first group, else the
    /// whole match.
    pub pattern: Option<Spanned<String>>,
}

/// A group of people who may approve.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawApprovers {
    /// Their e-mail addresses.
    pub members: Listed<String>,
    /// The keys that prove them.
    pub keys: Listed<RawKey>,
    /// A signed export of a directory group, as a path in the policy repository.
    pub export: Option<Spanned<String>>,
    /// How many days old the export may be.
    pub max_age_days: Option<Spanned<u32>>,
}

/// A key of a person who may approve.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawKey {
    /// The public key, as OpenSSH writes it.
    pub key: Option<Spanned<String>>,
    /// The first day on which it counts.
    #[schemars(extend("pattern" = DATE, "examples" = ["2027-03-31"]))]
    pub from: Option<Spanned<String>>,
    /// The last day on which it counts.
    #[schemars(extend("pattern" = DATE, "examples" = ["2027-03-31"]))]
    pub until: Option<Spanned<String>>,
}
