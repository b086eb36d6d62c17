//! Agents, models, automation and accounts.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{DATE, Listed, Permission, RawKey, ZoneClass};
use crate::text::span::Spanned;

/// What legal and security decided about an agent or a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It may be used.
    Approved,
    /// It may be used until a date.
    Conditional,
    /// It was in use and may not be used any more.
    Retired,
    /// It may not be used.
    Denied,
}

/// An agent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAgent {
    /// What was decided about it.
    pub status: Option<Spanned<Status>>,
    /// The last day of a conditional approval; after it, denied.
    #[schemars(extend("pattern" = DATE, "examples" = ["2027-03-31"]))]
    pub until: Option<Spanned<String>>,
    /// The first day on which the status holds.
    #[schemars(extend("pattern" = DATE, "examples" = ["2027-03-31"]))]
    pub since: Option<Spanned<String>>,
    /// How many days before `until` the warnings begin.
    pub warn_days: Option<Spanned<u32>>,
    /// Why, and where it is written down.
    pub note: Option<Spanned<String>>,
    /// The account classes under which it may be used.
    pub accounts: Listed<AccountClass>,
    /// Patterns of the models that it may run.
    pub models: Listed<String>,
    /// Whether a commit that does not state the model is a finding.
    pub models_required: Option<Spanned<bool>>,
    /// The four questions of a vendor review.
    pub review: Option<RawReview>,
    /// By zone class. May only narrow what the zone allows.
    #[serde(default)]
    #[schemars(extend("propertyNames" = {"$ref": "#/$defs/ZoneClass"}))]
    pub classes: BTreeMap<Spanned<ZoneClass>, Spanned<Permission>>,
}

/// The four questions of a vendor review.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawReview {
    /// What the client does on a developer's machine.
    pub client_behavior: Option<RawReviewItem>,
    /// Whether prompts reach the model as they were written.
    pub prompt_integrity: Option<RawReviewItem>,
    /// Whether the vendor keeps to the regions it names.
    pub regional_enforcement: Option<RawReviewItem>,
    /// What happens to the data.
    pub data_handling: Option<RawReviewItem>,
}

/// The keys of the four questions.
pub const QUESTIONS: [&str; 4] = [
    "client_behavior",
    "prompt_integrity",
    "regional_enforcement",
    "data_handling",
];

impl RawReview {
    /// The questions that have an answer, by their keys.
    pub fn questions(&self) -> impl Iterator<Item = (&'static str, &RawReviewItem)> {
        let items = [
            &self.client_behavior,
            &self.prompt_integrity,
            &self.regional_enforcement,
            &self.data_handling,
        ];
        let all = QUESTIONS.into_iter().zip(items);
        all.filter_map(|(question, item)| Some((question, item.as_ref()?)))
    }
}

impl ReviewResult {
    /// Its word in policies and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Conditional => "conditional",
            Self::Denied => "denied",
        }
    }
}

/// The answer to a question of a vendor review.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawReviewItem {
    /// The answer.
    pub result: Option<Spanned<ReviewResult>>,
    /// Who gave it.
    pub by: Option<Spanned<String>>,
    /// When.
    #[schemars(extend("pattern" = DATE, "examples" = ["2027-03-31"]))]
    pub date: Option<Spanned<String>>,
    /// Where it is written down.
    pub r#ref: Option<Spanned<String>>,
    /// The SHA-256 of the terms that were read.
    pub terms_sha256: Option<Spanned<String>>,
}

/// The answer to a question of a vendor review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewResult {
    /// Good.
    Approved,
    /// Good under conditions.
    Conditional,
    /// Not good.
    Denied,
}

/// A model.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawModel {
    /// What was decided about it.
    pub status: Option<Spanned<Status>>,
    /// Why, and where it is written down.
    pub note: Option<Spanned<String>>,
}

/// A bot that is neither agent nor person.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAutomation {
    /// The e-mail addresses it commits with.
    pub identities: Listed<String>,
    /// What proves that it is the one.
    pub verified_by: Option<Spanned<VerifiedBy>>,
    /// Its own keys, or with `verified_by: platform` those by which the platform signs; absent: those of GitHub.
    pub keys: Listed<RawKey>,
    /// The paths that it may change.
    pub paths: Listed<String>,
}

/// What proves that a commit is automation's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerifiedBy {
    /// The platform's own signature.
    Platform,
    /// The signature of the automation's key.
    Key,
}

/// Under whose contract an agent ran. Of conflicting evidence the worse class holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AccountClass {
    /// The company's.
    Enterprise,
    /// Nothing shows it.
    Unknown,
    /// Somebody's own.
    Personal,
    /// An endpoint that the company does not know.
    Proxy,
}

/// What shows that an account is of a class.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAccount {
    /// Trailers, `Key: value`.
    pub trailers: Listed<String>,
    /// Patterns of the endpoint's host.
    pub hosts: Listed<String>,
    /// Patterns of the user's e-mail address.
    pub user_email: Listed<String>,
}
