//! `agent-denied`: a commit by an agent that the policy does not admit.

use super::{CommitFacts, Context, Found, Meta, Rule};
use crate::agent::{Claim, Evidence, EvidenceKind, Strength};
use crate::finding::{In, Mode, Place, Subject};
use crate::policy::Status;

pub(super) struct AgentDenied;

static META: Meta = Meta {
    id: "agent-denied",
    finds: "A commit by an agent whose status on the run's date is denied or retired, or that no entry \
            lists while `\"*\"` is denied.",
    why: "Legal and security decide which vendor's terms and which client they accept. Until they have, \
          the agent's work must not enter the code base.",
    example: "Co-authored-by: Cursor <cursoragent@cursor.com>\n\nwhere the policy says `cursor: {status: denied}`.",
    mend: "Let a person, or an agent that is approved, redo the change; or have the agent reviewed and \
           its status changed in the policy.",
    configure: "agents:\n  \"*\": {status: denied}\n  claude-code: {status: conditional, until: 2027-03-31}\n  cursor: {status: denied, since: 2026-10-01}",
    agents: Some(Mode::Block),
    humans: None,
    net: false,
    content: false,
};

impl Rule for AgentDenied {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn idle(&self, context: &Context<'_>, commit: &CommitFacts<'_>) -> Option<&'static str> {
        let mut claims = commit.attribution.judged();
        let refused = claims.any(|claim| {
            let status = context.policy.status(&claim.agent, context.date);
            matches!(status.value, Status::Denied | Status::Retired)
        });
        (!refused).then_some("every agent of it may be used")
    }

    fn check_commit(&self, context: &Context<'_>, commit: &CommitFacts<'_>, found: &mut Found) {
        if commit.subject() != Subject::Agent {
            return;
        }
        for claim in commit.attribution.judged() {
            let status = context.policy.status(&claim.agent, context.date);
            if !matches!(status.value, Status::Denied | Status::Retired) {
                continue;
            }
            let message = format!("{} is {} by the policy", claim.agent, status.value.word());
            let help = "Let a person or an approved agent redo the change, or have the policy's owners \
                        review this agent.";
            let mut finding = commit.finding(META.id, place(claim), message, help.to_owned());
            finding.agent = Some(claim.agent.clone());
            finding.decided_by = status.by.map(|span| context.line(span));
            found.push(finding);
        }
    }
}

/// Where the strongest evidence of a claim stands.
pub(super) fn place(claim: &Claim) -> Place {
    let mut evidence = claim.evidence.iter();
    evidence_place(evidence.find(|evidence| evidence.strength > Strength::Weak))
}

/// Where a piece of evidence stands.
pub(super) fn evidence_place(evidence: Option<&Evidence>) -> Place {
    let within = match evidence.map(|evidence| evidence.kind) {
        Some(EvidenceKind::Trailer | EvidenceKind::Key) => In::Trailer,
        _ => In::Message,
    };
    Place {
        within,
        line: evidence.and_then(|evidence| evidence.line),
        ..Place::message(None)
    }
}
