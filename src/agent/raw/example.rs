//! Examples and counter-examples of an entry, which the tests run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AccountClass, EvidenceKind, Strength};

/// A commit, and what must be found in it. What it leaves out is a person's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The whole message.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// The author, as `Name <mailbox>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The committer, as `Name <mailbox>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committer: Option<String>,
    /// The branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The environment of the commit being made.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// The evidence for this entry, strongest first; none in a counter-example.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<Expected>,
    /// The hints at this entry's account, in the entry's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub account: Vec<ExpectedHint>,
}

/// One piece of evidence that an example must show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Where it is found.
    pub kind: EvidenceKind,
    /// What it is worth.
    pub strength: Strength,
    /// The model it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// A hint at the account that an example must show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedHint {
    /// The variable.
    pub var: String,
    /// What it hints at.
    pub hints: AccountClass,
    /// The host in its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}
