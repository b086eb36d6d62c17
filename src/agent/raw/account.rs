//! What hints at the account that an agent works under. Data: no verdict rests on it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What hints at an agent's account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Variables of the agent's own process, which its children may inherit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<AccountSign>,
    /// Files by which an organisation's administrators set it up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub managed: Vec<String>,
}

impl Account {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty() && self.managed.is_empty()
    }
}

/// A variable that hints at an account where it is set. Its value may be a key, and is never kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountSign {
    /// Its name. It counts when it is set to anything but the empty text, `0` and `false`.
    pub var: String,
    /// What it hints at.
    pub hints: AccountClass,
    /// Whether the value is the URL of an endpoint, whose host may be shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub host: bool,
}

/// Whose account an agent works under.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AccountClass {
    /// The organisation's own contract.
    Enterprise,
    /// Somebody's own.
    Personal,
    /// Another endpoint than the vendor's stands between.
    Proxy,
    /// An account, nobody knows whose.
    Unknown,
}
