//! `agent-review-due`: an agent's approval will end soon.

use std::collections::BTreeMap;

use super::agent_denied::place;
use super::{CommitFacts, Context, Found, Meta, Rule};
use crate::agent::Claim;
use crate::finding::{Mode, Subject};

pub(super) struct AgentReviewDue;

static META: Meta = Meta {
    id: "agent-review-due",
    finds: "An agent at work whose approval ends within `warn_days` of the run's date (30 where nobody says \
            it). It is told once for each agent and run, at the agent's newest commit.",
    why: "The day after `until` every commit of the agent is blocked. Reviews take longer than a day.",
    example: "Assisted-by: claude-code\n\non 2026-11-22, where the policy says `claude-code: {status: conditional, until: 2026-12-01}`.",
    mend: "Have the agent reviewed, and write the new `until` into the policy.",
    configure: "agents:\n  claude-code: {status: conditional, until: 2027-03-31, warn_days: 14}   # 0: on the last day alone\nrules:\n  agent-review-due: {mode: audit}",
    agents: Some(Mode::Warn),
    humans: None,
    net: false,
    content: false,
};

impl Rule for AgentReviewDue {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn idle(&self, context: &Context<'_>, commit: &CommitFacts<'_>) -> Option<&'static str> {
        let mut claims = commit.attribution.judged();
        let ends = |claim: &Claim| context.policy.approved_until(&claim.agent, context.date);
        let any = claims.any(|claim| ends(claim).is_some());
        (!any).then_some("no approval of its agents ends on a day")
    }

    fn check_range(&self, context: &Context<'_>, commits: &[CommitFacts<'_>], found: &mut Found) {
        // Parents come before children, so that the last one is the newest.
        let mut newest: BTreeMap<&str, (&CommitFacts<'_>, &Claim)> = BTreeMap::new();
        for commit in commits {
            if commit.subject() == Subject::Agent {
                let claims = commit.attribution.judged();
                newest.extend(claims.map(|claim| (claim.agent.as_str(), (commit, claim))));
            }
        }
        for (agent, (commit, claim)) in newest {
            // Where another denies it too, `agent-denied` may be milder than this.
            let Some(until) = context.policy.approved_until(agent, context.date) else {
                continue;
            };
            let days = context.date.duration_until(until.value).as_hours() / 24;
            if days > i64::from(context.policy.warn_days(agent, context.date)) {
                continue;
            }
            let left = match days {
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                days => format!("on {}, in {days} days", until.value),
            };
            let message = format!("the approval of {agent} ends {left}");
            let help = "Have the policy's owners review this agent before it is denied.";
            let mut finding = commit.finding(META.id, place(claim), message, help.to_owned());
            finding.agent = Some(agent.to_owned());
            finding.decided_by = Some(context.line(until.span));
            found.push(finding);
        }
    }
}
