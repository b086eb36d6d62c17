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

/// An exception for everything that stands in the way of one push or range, for hours: break-glass.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawEmergencyWaiver {
    /// Its id, which reports hold.
    pub emergency: Spanned<String>,
    /// The repository, `owner/name`.
    pub repository: Spanned<String>,
    /// The commits.
    pub range: RawRange,
    /// The moment from which it is good, in UTC: `2026-11-25T19:30:00Z`.
    pub from: Spanned<String>,
    /// For how many hours.
    pub hours: Spanned<u32>,
    /// Why.
    pub reason: Spanned<String>,
    /// Where it was asked for.
    pub ticket: Option<Spanned<String>>,
    /// Who asked for it, by e-mail.
    pub requested_by: Spanned<String>,
    /// Who approved it: two people at least.
    pub approved_by: Spanned<Vec<Spanned<RawSigner>>>,
}

/// The two ends of a range, as whole ids.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRange {
    /// Where it starts; `none` for a branch that is new.
    pub base: Spanned<String>,
    /// Where it ends.
    pub head: Spanned<String>,
}

/// Who signed an emergency waiver.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSigner {
    /// The approver's e-mail address.
    pub who: Spanned<String>,
    /// The signature over the waiver's canonical form.
    pub signature: Option<Spanned<String>>,
}
