//! `agent-account`: an account that the policy does not admit for an agent.

use super::agent_denied::place;
use super::{CommitFacts, Context, Found, Meta, Rule};
use crate::agent::Claim;
use crate::finding::{In, Mode, Place, Subject};
use crate::policy::{Account, AccountClass, AccountSign};
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
        for claim in commit.attribution.judged() {
            let Some((account, list)) = left_out(context, commit, claim) else {
                continue;
            };
            // The message may still say it.
            if account.class <= AccountClass::Unknown && !commit.has_message {
                continue;
            }
            let sign = commit.attribution.under.sign(&account);
            let message = message(&claim.agent, &account, sign.map(|(sign, _)| sign));
            let help = "Let the agent redo the change under an account that its entry admits, or say in the \
                        message under which it worked.";
            let place = stands(sign, claim);
            let mut finding = commit.finding(META.id, place, message, help.to_owned());
            finding.agent = Some(claim.agent.clone());
            finding.decided_by = Some(context.line(list));
            found.push(finding);
        }
    }
}

/// What the signs of an account give where a list lacks it.
fn left_out(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    claim: &Claim,
) -> Option<(Account, Span)> {
    let signs = &commit.attribution.under.signs;
    let policy = context.policy;
    policy.leaves_account_out(&claim.agent, signs, context.date)
}

/// Where the sign that decided stands, if it is a trailer; else where the agent is named.
fn stands(sign: Option<(&AccountSign, Option<u32>)>, claim: &Claim) -> Place {
    match sign {
        Some((AccountSign::Trailer { .. }, line)) => Place {
            within: In::Trailer,
            line,
            ..Place::message(None)
        },
        _ => place(claim),
    }
}

fn message(agent: &str, account: &Account, sign: Option<&AccountSign>) -> String {
    let by = match sign {
        None => return format!("nothing shows under whose account {agent} worked"),
        Some(AccountSign::Trailer { value, .. }) => format!("the trailer's word `{value}`"),
        Some(AccountSign::Host(host)) if host.is_empty() => {
            "an endpoint in the vendor's place".to_owned()
        }
        Some(AccountSign::Host(host)) => format!("the endpoint {host} in the vendor's place"),
        Some(AccountSign::Email(email)) => format!("the address {email}"),
    };
    match account.class {
        AccountClass::Unknown => {
            format!("nobody knows under whose account {agent} worked, by {by}")
        }
        class => {
            let word = class.word();
            format!("{agent} worked under an account of the class {word}, by {by}")
        }
    }
}
