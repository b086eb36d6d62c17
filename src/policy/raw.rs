//! Policies as written: the types of the whole language, with places, before anything is judged.
//!
//! Read by [`super::yaml::read`], then validated and joined by the rest of `policy`. Nobody else
//! looks at them. The doc comments are the descriptions of the published schema.
//!
//! What is absent is `None` or an empty map: no opinion. Enums stand in the order of strictness, so
//! that the larger of two is the stricter.

mod agent;
mod catalogue;
mod control;
mod size;
pub mod test_case;
pub mod waiver;
mod zone;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::finding::Mode;
use crate::text::span::Spanned;

pub use agent::{
    AccountClass, QUESTIONS, RawAccount, RawAgent, RawAutomation, RawModel, RawReview,
    RawReviewItem, ReviewResult, Status, VerifiedBy,
};
pub use catalogue::{
    RawAgentEnvironment, RawAgentKey, RawAgentTrailer, RawCatalogueEntry, RawShared, RawVariable,
};
pub use control::{
    Answer, InlineAllow, Lfs, Naming, RawApprovers, RawDetector, RawForbidden, RawGuard, RawKey,
    RawRequirement, RawRule, RawSecrets, RawTrailers, Retain,
};
pub use size::Size;
pub(super) use size::parsed as parsed_size;
pub use zone::{HumanProof, Permission, RawClass, RawCopyOut, RawZone, ZoneClass};

/// The form of a date, for editors.
pub(super) const DATE: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

/// A list with the place of the whole and of each entry; `None` where the key is absent.
pub type Listed<T> = Option<Spanned<Vec<Spanned<T>>>>;

/// A policy of Cordon: the org policy, or a repository's `.cordon.yml`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawPolicy {
    /// The version of this format.
    #[schemars(range(min = 1, max = 1), extend("default" = 1))]
    pub cordon: Spanned<u32>,
    /// What this policy is and whose.
    pub policy: Option<RawIdentity>,
    /// What to build on, in this order; what stands in the file overrides it. Empty: on nothing.
    pub extends: Listed<RawSource>,
    /// The repository that the file lies in.
    pub repository: Option<RawRepository>,
    /// The strongest mode that each stage applies.
    pub stages: Option<RawStages>,
    /// What an incomplete verdict does.
    pub incomplete: Option<RawIncomplete>,
    /// How much is read. Over a limit the verdict is incomplete; 0 is no limit.
    pub limits: Option<RawLimits>,
    /// Agents by catalogue id. `"*"`: those that are not listed.
    #[serde(default)]
    pub agents: BTreeMap<Spanned<String>, RawAgent>,
    /// Agents that Cordon's catalogue lacks, and more signs of those that it has, by id.
    #[serde(default)]
    pub catalogue: BTreeMap<Spanned<String>, RawCatalogueEntry>,
    /// Models by pattern, whatever tool ran them.
    #[serde(default)]
    pub models: BTreeMap<Spanned<String>, RawModel>,
    /// Bots for releases, dependencies and generated code: neither agent nor person.
    #[serde(default)]
    pub automation: BTreeMap<Spanned<String>, RawAutomation>,
    /// What shows which class an agent's account is of. The most specific pattern wins.
    #[serde(default)]
    #[schemars(extend("propertyNames" = {"$ref": "#/$defs/AccountClass"}))]
    pub accounts: BTreeMap<Spanned<AccountClass>, RawAccount>,
    /// What commit messages must and must not say.
    pub trailers: Option<RawTrailers>,
    /// Named sets of files, and what agents may do there.
    #[serde(default)]
    pub zones: BTreeMap<Spanned<String>, RawZone>,
    /// What agents may do in repositories that carry a class as a whole.
    #[serde(default)]
    #[schemars(extend("propertyNames" = {"$ref": "#/$defs/ZoneClass"}))]
    pub classes: BTreeMap<Spanned<ZoneClass>, RawClass>,
    /// What the guard answers, by command class.
    #[serde(default)]
    pub commands: BTreeMap<Spanned<String>, Spanned<Answer>>,
    /// How the guard of tool calls behaves.
    pub guard: Option<RawGuard>,
    /// How secrets are looked for.
    pub secrets: Option<RawSecrets>,
    /// Modes of rules, by rule id. Absent: the rule's own default.
    #[serde(default)]
    pub rules: BTreeMap<Spanned<String>, RawRule>,
    /// Groups of people who may approve.
    #[serde(default)]
    pub approvers: BTreeMap<Spanned<String>, RawApprovers>,
    /// What waivers may do.
    pub waivers: Option<RawWaiverTerms>,
    /// The SSH keys that sign policies from Git: one of them must have signed the policy's tag or commit. In
    /// the system policy alone.
    pub signers: Listed<RawKey>,
}

/// What a policy is and whose.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawIdentity {
    /// Its name, which reports and waivers hold.
    pub id: Option<Spanned<String>>,
    /// Only goes up: an older one is refused.
    pub version: Option<Spanned<u64>>,
    /// A date, `2027-02-01`; past it every run warns.
    #[schemars(extend("pattern" = DATE, "examples" = ["2027-03-31"]))]
    pub review_by: Option<Spanned<String>>,
    /// Who answers for it.
    pub owners: Listed<String>,
}

/// What a policy builds on: a pack of Cordon's, a file in a Git repository, or a file beside it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSource {
    /// A pack that comes with Cordon, by name.
    pub pack: Option<Spanned<String>>,
    /// The URL of a Git repository.
    pub git: Option<Spanned<String>>,
    /// The tag, branch or commit there.
    pub r#ref: Option<Spanned<String>>,
    /// The path of the file there.
    pub path: Option<Spanned<String>>,
    /// A file, relative to this one.
    pub file: Option<Spanned<String>>,
}

/// The repository that a file lies in.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRepository {
    /// `owner/name`.
    pub name: Option<Spanned<String>>,
    /// Classes of the repository as a whole: a zone `repository` of all its files.
    pub classes: Listed<ZoneClass>,
}

/// The strongest mode that each stage applies.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawStages {
    /// Commit hooks and staged changes.
    pub commit: Option<Spanned<Mode>>,
    /// The pre-push hook.
    pub push: Option<Spanned<Mode>>,
    /// A continuous-integration job, and any range on the command line.
    pub ci: Option<Spanned<Mode>>,
    /// A Git server's hooks.
    pub receive: Option<Spanned<Mode>>,
}

/// What an incomplete verdict does. Outside the commit stage it always fails.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawIncomplete {
    /// At the commit stage.
    pub commit: Option<Spanned<IncompleteMode>>,
}

/// What an incomplete verdict does at the commit stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IncompleteMode {
    /// It is told.
    Warn,
    /// It stops the commit.
    Block,
}

/// How much is read. Over a limit the verdict is incomplete; 0 is no limit.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawLimits {
    /// Commits of a range.
    #[schemars(extend("default" = 100_000))]
    pub commits: Option<Spanned<Size>>,
    /// Changed files of a range.
    #[schemars(extend("default" = 500_000))]
    pub files: Option<Spanned<Size>>,
    /// Bytes of one file.
    #[schemars(extend("default" = "64MiB"))]
    pub blob_bytes: Option<Spanned<Size>>,
}

/// What waivers may do.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawWaiverTerms {
    /// How many days a waiver may be good for.
    pub max_days: Option<Spanned<u32>>,
    /// The groups that may approve one.
    pub approvers: Listed<String>,
    /// Zone classes whose waivers need two approvers.
    pub two_for: Listed<ZoneClass>,
    /// The way through when nothing else helps.
    pub emergency: Option<RawEmergency>,
}

/// Emergency waivers.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEmergency {
    /// The groups of which two people must sign one.
    pub approvers: Listed<String>,
    /// How many hours one is good for.
    pub hours: Option<Spanned<u32>>,
}
