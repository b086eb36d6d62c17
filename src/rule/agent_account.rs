//! `agent-account`: an account that the policy does not admit for an agent.

use super::agent_denied::place;
use super::{CommitFacts, Context, Found, Meta, Rule};
use crate::agent::Claim;
use crate::finding::{In, Mode, Place, Subject};
use crate::policy::{AccountClass, AccountSign};
use crate::text::Span;

pub(super) struct AgentAccount;

static META: Meta = Meta {
    id: "agent-account",
    finds: "A commit by an agent that worked under an account of a class which the agent's entry does not admit, \
            or under one that nothing shows.",
    why: "The same tool keeps other promises under another contract: what a vendor may do with code that it is \
          shown, and who else reads it, the company has agreed for its own account alone. An endpoint that \
          nobody knows may keep everything.",
    example: "Assisted-by: claude-code\nAgent-Account: personal\n\nwhere the policy says `claude-code: {accounts: [enterprise]}`.",
    mend: "Let the agent redo the change under an admitted account; or, where it did work under one, say so \
           in the trailer that the policy knows. A trailer is a claim, as the name of the agent is.",
    configure: "accounts:\n  enterprise:\n    trailers: [\"Agent-Account: enterprise/acme\"]\n    hosts: [llm.acme.example]\n    user_email: [\"*@acme.example\"]\n  proxy: {hosts: [\"*\"]}\nagents:\n  claude-code: {status: approved, accounts: [enterprise]}",
    agents: Some(Mode::Block),
    humans: None,
    net: false,
    content: false,
};

impl Rule for AgentAccount {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn idle(&self, context: &Context<'_>, commit: &CommitFacts<'_>) -> Option<&'static str> {
        let mut claims = commit.attribution.judged();
        let refused = claims.any(|claim| left_out(context, commit, claim).is_some());
        (!refused).then_some("every agent of it may work under that account")
    }

    fn check_commit(&self, context: &Context<'_>, commit: &CommitFacts<'_>, found: &mut Found) {
        if commit.subject() != Subject::Agent {
            return;
        }
        let under = &commit.attribution.under;
        let class = under.account.class;
        // The message may still say it.
        if class <= AccountClass::Unknown && !commit.has_message {
            return;
        }
        for claim in commit.attribution.judged() {
            let Some(list) = left_out(context, commit, claim) else {
                continue;
            };
            let agent = &claim.agent;
            let sign = under.sign().map(|(sign, _)| told(sign));
            let message = match (class, sign) {
                (AccountClass::Unknown, None) => {
                    format!("nothing shows under whose account {agent} worked")
                }
                (AccountClass::Unknown, Some(sign)) => {
                    format!(
                        "{agent} worked under an account that the policy does not know, by {sign}"
                    )
                }
                (class, sign) => {
                    let word = class.word();
                    let sign = sign.map(|sign| format!(", by {sign}")).unwrap_or_default();
                    format!("{agent} worked under an account that is {word}{sign}, and may not")
                }
            };
            let help = "Let the agent redo the change under an account that its entry admits, or say in the \
                        message under which it worked.";
            let mut finding =
                commit.finding(META.id, stands(commit, claim), message, help.to_owned());
            finding.agent = Some(agent.clone());
            finding.decided_by = Some(context.line(list));
            found.push(finding);
        }
    }
}

/// The list that lacks the account under which an agent worked.
fn left_out(context: &Context<'_>, commit: &CommitFacts<'_>, claim: &Claim) -> Option<Span> {
    let signs = &commit.attribution.under.signs;
    let policy = context.policy;
    policy.leaves_account_out(&claim.agent, signs, context.date)
}

/// Where the sign that decided stands, if it is a trailer; else where the agent is named.
fn stands(commit: &CommitFacts<'_>, claim: &Claim) -> Place {
    match commit.attribution.under.sign() {
        Some((AccountSign::Trailer { .. }, line)) => Place {
            within: In::Trailer,
            line,
            ..Place::message(None)
        },
        _ => place(claim),
    }
}

/// A sign in words.
fn told(sign: &AccountSign) -> String {
    match sign {
        AccountSign::Trailer { value, .. } => format!("the trailer's word `{value}`"),
        AccountSign::Host(host) if host.is_empty() => {
            "an endpoint in the vendor's place".to_owned()
        }
        AccountSign::Host(host) => format!("the endpoint {host} in the vendor's place"),
        AccountSign::Email(email) => format!("the address {email}"),
    }
}
