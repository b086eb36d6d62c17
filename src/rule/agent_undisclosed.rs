//! `agent-undisclosed`: an agent took part, and no trailer says so.

use super::agent_denied::place;
use super::{CommitFacts, Context, Found, Meta, Rule};
use crate::agent::{AttributionKind, Claim, Evidence, Strength, stamp_value};
use crate::finding::{Finding, Mode, Place};

pub(super) struct AgentUndisclosed;

static META: Meta = Meta {
    id: "agent-undisclosed",
    finds: "Strong evidence of an agent (a message mark on its own line, a trailer outside the last \
            block, an agent's environment while the commit is made, a note or record of an attribution tool, for a squash the commits that it joins) \
            and no declared trailer of that agent.",
    why: "Review, audit and licensing rest on knowing which changes an agent made. A mark in prose is \
          lost by the first squash; a trailer is not.",
    example: "🤖 Generated with [Claude Code](https://claude.ai/code)\n\nas the last line of a message, without a trailer.",
    mend: "Add the trailer: `git commit --amend --no-edit --trailer 'Assisted-by: claude-code'`.",
    configure: "rules:\n  agent-undisclosed: {agents: block}\ntrailers:\n  stamp: true   # the prepare-commit-msg hook writes the trailer",
    agents: Some(Mode::Warn),
    humans: None,
    net: false,
    content: false,
};

impl Rule for AgentUndisclosed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn idle(&self, _context: &Context<'_>, commit: &CommitFacts<'_>) -> Option<&'static str> {
        let suspected = commit.attribution.kind == AttributionKind::Suspected;
        if !suspected && !commit.has_message {
            return Some("there is no message yet");
        }
        let mut claims = commit.attribution.judged();
        let declared = claims.all(|claim| claim.strength() == Some(Strength::Declared));
        (!suspected && declared).then_some("it declares every agent of it")
    }

    fn check_commit(&self, _context: &Context<'_>, commit: &CommitFacts<'_>, found: &mut Found) {
        if commit.attribution.kind == AttributionKind::Suspected {
            for claim in &commit.attribution.agents {
                found.push(suspicion(commit, claim));
            }
            return;
        }
        if !commit.has_message {
            return;
        }
        for claim in commit.attribution.judged() {
            if claim.strength() == Some(Strength::Strong) {
                found.push(undisclosed(commit, claim));
            }
        }
    }
}

fn undisclosed(commit: &CommitFacts<'_>, claim: &Claim) -> Finding {
    let message = format!("{} took part, and no trailer says so", claim.agent);
    let trailer = format!(
        "Assisted-by: {}",
        stamp_value(&claim.agent, claim.model.as_deref())
    );
    let mut finding = commit.finding(
        META.id,
        place(claim),
        message,
        add_trailer(commit, &trailer),
    );
    finding.agent = Some(claim.agent.clone());
    finding
}

/// Weak evidence alone convicts nobody: it is noted, and the change is judged as a person's.
fn suspicion(commit: &CommitFacts<'_>, claim: &Claim) -> Finding {
    let signs: Vec<String> = claim.evidence.iter().map(Evidence::describe).collect();
    let message = format!(
        "weak signs of {}: {}; no proof either way",
        claim.agent,
        signs.join(", ")
    );
    let help = "Nothing to do if a person made this change; else add the agent's trailer.";
    let mut finding = commit.finding(META.id, Place::message(None), message, help.to_owned());
    finding.agent = Some(claim.agent.clone());
    finding.note = true;
    finding
}

/// How to add a trailer to the commit being made, or to one that is made.
pub(super) fn add_trailer(commit: &CommitFacts<'_>, trailer: &str) -> String {
    if commit.drafted.is_some() {
        format!(
            "Add the line `{trailer}` to the last paragraph of the message before it is merged. Of the commits' own \
             trailers GitHub keeps `Co-authored-by` and `Signed-off-by`, other forges what their template names."
        )
    } else if commit.commit.id.is_none() {
        format!("Add the line `{trailer}` to the last paragraph of the message.")
    } else {
        format!(
            "For the newest commit: `git commit --amend --no-edit --trailer '{trailer}'`. For an older \
             one: reword it in `git rebase -i` and add the line `{trailer}`."
        )
    }
}
