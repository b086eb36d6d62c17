//! `agent-model`: a model that the policy does not admit.

use std::collections::BTreeSet;

use super::agent_denied::evidence_place;
use super::agent_undisclosed::add_trailer;
use super::{CommitFacts, Context, Found, Meta, Rule};
use crate::agent::{Claim, Evidence, Strength, stamp_value};
use crate::finding::{Finding, Mode, Subject};
use crate::policy::Status;
use crate::text::Span;

pub(super) struct AgentModel;

static META: Meta = Meta {
    id: "agent-model",
    finds: "A commit by an agent that ran a model which is denied or retired, or which the agent's entry does \
            not admit; where the entry has `models_required: true`, also one that does not state its model.",
    why: "Harness, model and host are three decisions. An approved tool can be pointed at a model whose \
          origin, terms or licence nobody has accepted.",
    example: "Assisted-by: claude-code:deepseek-chat\n\nwhere the policy says `claude-code: {models: [\"claude-*\"]}`.",
    mend: "Let a model that is admitted, or a person, redo the change; or have the model reviewed and \
           added to the policy.",
    configure: "agents:\n  claude-code: {status: approved, models: [\"claude-*\"], models_required: true}\nmodels:\n  \"deepseek-*\": {status: denied}   # whatever tool runs it",
    agents: Some(Mode::Block),
    humans: None,
    net: false,
    content: false,
};

impl Rule for AgentModel {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_commit(&self, context: &Context<'_>, commit: &CommitFacts<'_>, found: &mut Found) {
        if commit.subject() != Subject::Agent {
            return;
        }
        for claim in commit.attribution.judged() {
            let mut seen = BTreeSet::new();
            // Weak evidence convicts nobody.
            let strong = claim
                .evidence
                .iter()
                .filter(|evidence| evidence.strength > Strength::Weak);
            for evidence in strong {
                if let Some(model) = &evidence.model
                    && seen.insert(model)
                {
                    found
                        .findings
                        .extend(stated(context, commit, claim, evidence, model));
                }
            }
            if seen.is_empty() && commit.has_message {
                found.findings.extend(unstated(context, commit, claim));
            }
        }
    }
}

/// A model that is stated and not admitted.
fn stated(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    claim: &Claim,
    evidence: &Evidence,
    model: &str,
) -> Option<Finding> {
    let status = context.policy.model_status(model);
    let out = context
        .policy
        .leaves_model_out(&claim.agent, model, context.date);
    let (message, by) = match (status.value, out) {
        (Status::Denied | Status::Retired, _) => {
            let word = status.value.word();
            let message = format!("{} ran {model}, which is {word} by the policy", claim.agent);
            (message, status.by)
        }
        (Status::Approved | Status::Conditional, Some(list)) => {
            let message = format!("{} ran {model}, which is none of its models", claim.agent);
            (message, Some(list))
        }
        (Status::Approved | Status::Conditional, None) => return None,
    };
    let help = "Let a model that is admitted, or a person, redo the change, or have the policy's owners \
                review this model.";
    let finding = finding(context, commit, claim, Some(evidence), message, help, by);
    Some(finding)
}

/// No model is stated, and the policy wants one.
fn unstated(context: &Context<'_>, commit: &CommitFacts<'_>, claim: &Claim) -> Option<Finding> {
    let required = context.policy.requires_model(&claim.agent, context.date)?;
    let message = format!("{} does not state the model that it ran", claim.agent);
    let trailer = format!("Assisted-by: {}", stamp_value(&claim.agent, None));
    let help = add_trailer(commit, &format!("{trailer}:MODEL"));
    let place = claim.evidence.first();
    let by = Some(required);
    Some(finding(context, commit, claim, place, message, &help, by))
}

fn finding(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    claim: &Claim,
    evidence: Option<&Evidence>,
    message: String,
    help: &str,
    by: Option<Span>,
) -> Finding {
    let place = evidence_place(evidence);
    let mut finding = commit.finding(META.id, place, message, help.to_owned());
    finding.agent = Some(claim.agent.clone());
    finding.decided_by = by.map(|span| context.line(span));
    finding
}
