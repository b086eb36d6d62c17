//! The rules. Each is one file here and one line in [`RULES`]; its page, its schema entry and what
//! `cordon explain` says come from its [`Meta`].
//!
//! A rule sees facts and pushes findings. It knows nothing of modes, waivers, stages or output.

mod agent_account;
mod agent_config_changed;
mod agent_denied;
mod agent_model;
mod agent_review_due;
mod agent_undisclosed;
mod allowance;
mod automation_scope;
mod content;
mod context;
mod gate_tampered;
mod hidden_text;
mod history_incomplete;
mod page;
mod policy_weakened;
mod secret_added;
mod secret_file;
mod trailer_forbidden;
mod trailer_malformed;
mod trailer_missing;
mod waiver_expired;
mod waiver_invalid;
mod waiver_unused;
mod window;
mod zone_agent;
mod zone_approval;
mod zone_copy_out;
mod zone_human_proof;
mod zone_path_confusable;

use crate::finding::Mode;
use crate::git;

pub use context::{
    ChangeFacts, CommitFacts, Context, DeletedDefault, Extent, Found, RunFacts, TagFacts,
};
pub use page::{page, pages};
pub use zone_approval::Approvals;

/// Every rule, in the order of the documentation.
pub const RULES: &[&dyn Rule] = &[
    &agent_denied::AgentDenied,
    &agent_review_due::AgentReviewDue,
    &agent_account::AgentAccount,
    &agent_model::AgentModel,
    &automation_scope::AutomationScope,
    &agent_undisclosed::AgentUndisclosed,
    &trailer_missing::TrailerMissing,
    &trailer_malformed::TrailerMalformed,
    &trailer_forbidden::TrailerForbidden,
    &zone_agent::ZoneAgent,
    &zone_approval::ZoneApproval,
    &zone_human_proof::ZoneHumanProof,
    &zone_path_confusable::ZonePathConfusable,
    &zone_copy_out::ZoneCopyOut,
    &secret_added::SecretAdded,
    &secret_file::SecretFile,
    &gate_tampered::GateTampered,
    &agent_config_changed::AgentConfigChanged,
    &hidden_text::HiddenText,
    &policy_weakened::PolicyWeakened,
    &waiver_expired::WaiverExpired,
    &waiver_unused::WaiverUnused,
    &waiver_invalid::WaiverInvalid,
    &history_incomplete::HistoryIncomplete,
];

/// The rules that `cordon scan` runs.
pub const SECRET_RULES: &[&str] = &["secret-added", "secret-file"];

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static dyn Rule> {
    RULES.iter().copied().find(|rule| rule.meta().id == id)
}

/// One check.
pub trait Rule: Sync {
    /// What it is.
    fn meta(&self) -> &'static Meta;

    /// Judges a commit's message and attribution.
    fn check_commit(&self, _context: &Context<'_>, _commit: &CommitFacts<'_>, _found: &mut Found) {}

    /// Judges all commits together, parents before children; their trailers and zones are not told.
    /// A finding names one of them, and stands there.
    fn check_range(
        &self,
        _context: &Context<'_>,
        _commits: &[CommitFacts<'_>],
        _found: &mut Found,
    ) {
    }

    /// Why it has nothing to find in a commit, where that is plain before its content is looked at:
    /// for `cordon explain`.
    fn idle(&self, _context: &Context<'_>, _commit: &CommitFacts<'_>) -> Option<&'static str> {
        None
    }

    /// Judges the run itself: the policy that was joined, and what a push takes away.
    fn check_run(&self, _context: &Context<'_>, _run: &RunFacts<'_>, _found: &mut Found) {}

    /// Judges the message of an annotated tag that is pushed as a reference.
    fn check_tag(&self, _context: &Context<'_>, _tag: &TagFacts<'_>, _found: &mut Found) {}

    /// Judges one changed path of a commit, or of the net change of the range.
    ///
    /// An error means that something could not be read: the verdict will be incomplete.
    fn check_change(
        &self,
        _context: &Context<'_>,
        _commit: &CommitFacts<'_>,
        _change: &ChangeFacts<'_>,
        _found: &mut Found,
    ) -> git::Result<()> {
        Ok(())
    }
}

/// What a rule is, for its readers: the source of its page, of `cordon explain` and of defaults.
#[derive(Debug)]
pub struct Meta {
    /// Its stable id, kebab-case.
    pub id: &'static str,
    /// One sentence: what it finds.
    pub finds: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// An example that it finds.
    pub example: &'static str,
    /// How to mend a finding.
    pub mend: &'static str,
    /// How to configure it: a piece of policy.
    pub configure: &'static str,
    /// The default mode for agents' changes; `None` where it does not judge them.
    pub agents: Option<Mode>,
    /// The default mode for people's changes; `None` where it does not judge them.
    pub humans: Option<Mode>,
    /// Whether it judges the net change of a range too.
    pub net: bool,
    /// Whether it judges the content of files alone, whoever made the change.
    pub content: bool,
}

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn ids_are_unique_and_kebab_case() {
        let mut ids: Vec<_> = RULES.iter().map(|rule| rule.meta().id).collect();
        assert!(ids.iter().all(|id| {
            id.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        }));
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
}
