//! `trailer-forbidden`: a trailer or a text that the policy forbids in messages.

use bstr::ByteSlice as _;

use super::{CommitFacts, Context, Found, Meta, Rule};
use crate::agent::names_agent;
use crate::finding::{Finding, In, Mode, Place};
use crate::policy::Forbid;
use crate::text::LineIndex;
use crate::text::fold::letters;

pub(super) struct TrailerForbidden;

static META: Meta = Meta {
    id: "trailer-forbidden",
    finds: "A trailer, or a text in the message, that the policy forbids: `Signed-off-by` naming an agent, \
            `skip-checks: true`, `[skip ci]`.",
    why: "An agent cannot certify the origin of a change, and a message must not switch off the checks \
          that judge it.",
    example: "Signed-off-by: Claude <noreply@anthropic.com>\n\nwhere the policy forbids `Signed-off-by` naming an agent.",
    mend: "Take the line out of the message: `git commit --amend`.",
    configure: "trailers:\n  forbid:\n    - {key: Signed-off-by, naming: agent}\n    - {text: \"skip-checks: true\"}",
    agents: Some(Mode::Block),
    humans: Some(Mode::Block),
    net: false,
    content: false,
};

impl Rule for TrailerForbidden {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_commit(&self, context: &Context<'_>, commit: &CommitFacts<'_>, found: &mut Found) {
        if !commit.has_message {
            return;
        }
        for forbid in context.policy.forbidden_trailers() {
            by_key(context, commit, forbid, found);
            by_text(context, commit, forbid, found);
        }
    }
}

fn by_key(context: &Context<'_>, commit: &CommitFacts<'_>, forbid: &Forbid, found: &mut Found) {
    let Some(key) = &forbid.key else { return };
    let folded = letters(key.as_bytes());
    for trailer in commit
        .trailers
        .iter()
        .filter(|trailer| trailer.folded == folded)
    {
        let agent = names_agent(context.catalogue, trailer).map(|(agent, _)| agent);
        if forbid.naming_agent && agent.is_none() {
            continue;
        }
        if forbid
            .text
            .as_ref()
            .is_some_and(|text| !trailer.value.contains_str(text))
        {
            continue;
        }
        let message = match &agent {
            Some(agent) if forbid.naming_agent => {
                format!("{key} names {agent}; the policy forbids that")
            }
            _ => format!("the policy forbids the trailer {key}"),
        };
        let place = Place {
            within: In::Trailer,
            line: Some(trailer.line),
            ..Place::message(None)
        };
        found.push(Finding {
            agent,
            ..finding(context, commit, forbid, place, message)
        });
    }
}

fn by_text(context: &Context<'_>, commit: &CommitFacts<'_>, forbid: &Forbid, found: &mut Found) {
    let (None, Some(text)) = (&forbid.key, &forbid.text) else {
        return;
    };
    let message = commit.commit.message.raw();
    let wanted = letters(text.as_bytes());
    let index = LineIndex::new(message);
    for line in message.lines() {
        if letters(line).contains(&wanted) {
            let offset = line.as_ptr().addr() - message.as_ptr().addr();
            let (number, _) = index.line_column(offset);
            let place = Place {
                within: In::Message,
                line: Some(number),
                ..Place::message(None)
            };
            let told = format!("the policy forbids the text \"{text}\"");
            found.push(finding(context, commit, forbid, place, told));
        }
    }
}

fn finding(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    forbid: &Forbid,
    place: Place,
    message: String,
) -> Finding {
    let help = match (commit.commit.id, place.line) {
        (None, Some(line)) => format!("Take line {line} out of the message."),
        _ => "Take the line out of the message: `git commit --amend` for the newest commit, reword in \
              `git rebase -i` for an older one."
            .to_owned(),
    };
    let mut finding = commit.finding(META.id, place, message, help);
    finding.decided_by = context.line(forbid.span);
    finding
}
