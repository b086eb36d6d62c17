//! A waiver file.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Listed;
use crate::text::span::Spanned;

/// An exception: one rule, one scope, a reason, an approver and a last day.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawWaiver {
    /// Its id, which reports hold.
    pub waiver: Spanned<String>,
    /// The id of the rule whose findings it excepts.
    pub rule: Spanned<String>,
    /// Where it holds.
    pub scope: RawScope,
    /// Why.
    pub reason: Spanned<String>,
    /// Where it was asked for.
    pub ticket: Option<Spanned<String>>,
    /// Who asked for it, by e-mail.
    pub requested_by: Spanned<String>,
    /// Who approved it.
    pub approved_by: Spanned<Vec<Spanned<RawApproval>>>,
    /// The last day on which it holds.
    pub expires: Spanned<String>,
}

/// Where a waiver holds: in repositories, and there for paths or single findings.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawScope {
    /// Patterns of repositories, `owner/name` or `name`.
    pub repos: Spanned<Vec<Spanned<String>>>,
    /// Patterns of paths.
    pub paths: Listed<String>,
    /// Agents by id. Absent: whoever made the change.
    pub agents: Listed<String>,
    /// Fingerprints of single findings.
    pub fingerprints: Listed<String>,
}

/// Who approved a waiver.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawApproval {
    /// The approver's e-mail address.
    pub who: Spanned<String>,
    /// The day of the approval.
    pub date: Spanned<String>,
    /// The signature over the waiver's canonical form.
    pub signature: Option<Spanned<String>>,
}
