//! `trailer-missing`: an agent's commit lacks a trailer that the policy requires.

use super::agent_undisclosed::add_trailer;
use super::{CommitFacts, Context, Found, Meta, Rule};
use crate::agent::{Claim, claims_work, names_agent, stamp_value};
use crate::finding::{Finding, Mode, Place, Subject};
use crate::git::{Reading, Trailer};
use crate::policy::Require;
use crate::text::fold::letters;

pub(super) struct TrailerMissing;

static META: Meta = Meta {
    id: "trailer-missing",
    finds: "An agent's commit that lacks a trailer which the policy requires. `Assisted-by` and \
            `Co-authored-by` satisfy a requirement only when their value names the agent.",
    why: "A required trailer is how a commit says which agent made it and under which account. Without \
          it, the question is open for ever.",
    example: "A commit by Claude Code without an `Agent-Account` trailer, where the policy requires one.",
    mend: "Add the trailer to the last block of the message: `git commit --amend --no-edit --trailer 'KEY: VALUE'`.",
    configure: "trailers:\n  require:\n    - {any_of: [Assisted-by, Co-authored-by]}\n    - {any_of: [Agent-Account], in_classes: [pci], match: \"enterprise/.+\"}",
    agents: Some(Mode::Block),
    humans: None,
    net: false,
    content: false,
};

impl Rule for TrailerMissing {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn idle(&self, context: &Context<'_>, commit: &CommitFacts<'_>) -> Option<&'static str> {
        if !commit.has_message {
            return Some("there is no message yet");
        }
        let mut required = context.policy.required_trailers();
        let any = required.any(|require| commit.must_have(require));
        (!any).then_some("the policy requires no trailer of it")
    }

    fn check_commit(&self, context: &Context<'_>, commit: &CommitFacts<'_>, found: &mut Found) {
        if !commit.has_message || commit.subject() != Subject::Agent {
            return;
        }
        let applicable = context
            .policy
            .required_trailers()
            .filter(|require| commit.must_have(require));
        for require in applicable {
            for claim in commit.attribution.judged() {
                if !satisfied(context, require, commit.trailers, claim) {
                    found.push(missing(context, commit, require, claim));
                }
            }
        }
    }
}

fn satisfied(
    context: &Context<'_>,
    require: &Require,
    trailers: &[Trailer],
    claim: &Claim,
) -> bool {
    trailers
        .iter()
        .filter(|trailer| trailer.reading == Reading::Git)
        .any(|trailer| {
            let wanted = require
                .any_of
                .iter()
                .any(|key| letters(key.as_bytes()) == trailer.folded);
            let form = require
                .form
                .as_ref()
                .is_none_or(|form| form.is_match(&trailer.value));
            let names = !claims_work(&trailer.folded)
                || names_agent(context.catalogue, trailer)
                    .is_some_and(|(agent, _)| agent == claim.agent);
            wanted && form && names && !trailer.value.is_empty()
        })
}

fn missing(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    require: &Require,
    claim: &Claim,
) -> Finding {
    let keys: Vec<&str> = require
        .any_of
        .iter()
        .map(|key| key.value.as_str())
        .collect();
    let message = format!(
        "the commit by {} lacks the trailer {}",
        claim.agent,
        keys.join(" or ")
    );
    let naming = keys
        .iter()
        .find(|key| key.eq_ignore_ascii_case("assisted-by"));
    let help = match (naming, keys.first()) {
        (Some(key), _) => {
            let value = stamp_value(&claim.agent, claim.model.as_deref());
            add_trailer(commit, &format!("{key}: {value}"))
        }
        (None, Some(key)) => add_trailer(commit, &format!("{key}: VALUE")),
        (None, None) => "Add the trailer to the last paragraph of the message.".to_owned(),
    };
    let mut finding = commit.finding(META.id, Place::message(None), message, help);
    finding.agent = Some(claim.agent.clone());
    finding.decided_by = Some(context.line(require.span));
    finding
}
