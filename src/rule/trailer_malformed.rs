//! `trailer-malformed`: a trailer that is there, and that Git or the policy cannot read.

use super::{CommitFacts, Context, Found, Meta, Rule};
use crate::agent::{claims_work, names_agent};
use crate::finding::{In, Mode, Place};
use crate::git::{Fault, Reading, Trailer};
use crate::policy::Require;
use crate::text::fold::letters;

pub(super) struct TrailerMalformed;

static META: Meta = Meta {
    id: "trailer-malformed",
    finds: "A trailer that names an agent, or that the policy requires, and does not match the required \
            form, stands outside the last block of the message, or has look-alike or invisible characters.",
    why: "What Git does not read as a trailer is lost by every tool that asks Git. A look-alike key hides \
          an agent from them.",
    example: "Co\u{2010}authored-by: Claude <noreply@anthropic.com>\n\nwith a hyphen that is not ASCII, or with a paragraph after it.",
    mend: "Write the trailer in plain ASCII in the last paragraph of the message, without other text there.",
    configure: "rules:\n  trailer-malformed: {mode: block}\ntrailers:\n  require:\n    - {any_of: [Assisted-by], match: \"[a-z-]+:[a-z0-9.-]+\"}",
    agents: Some(Mode::Warn),
    humans: Some(Mode::Warn),
    net: false,
    content: false,
};

impl Rule for TrailerMalformed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn idle(&self, _context: &Context<'_>, commit: &CommitFacts<'_>) -> Option<&'static str> {
        (!commit.has_message).then_some("there is no message yet")
    }

    fn check_commit(&self, context: &Context<'_>, commit: &CommitFacts<'_>, found: &mut Found) {
        if !commit.has_message {
            return;
        }
        for trailer in commit.trailers {
            let agent = agent_of(context, trailer);
            if stands_anyway(context, commit, trailer, agent.as_ref()) {
                continue;
            }
            let asked = context.policy.required_trailers();
            let mut asked =
                asked.filter(|require| commit.must_have(require) && asks_for(require, trailer));
            let first = asked.next();
            // Of several forms, one that it does not have is worth telling.
            let require = first
                .into_iter()
                .chain(asked)
                .find(|require| !has_form(require, trailer))
                .or(first);
            let hidden = trailer
                .faults
                .iter()
                .any(|fault| matches!(fault, Fault::LookAlike | Fault::Invisible));
            let concerns =
                agent.is_some() || require.is_some() || (hidden && is_standard(&trailer.folded));
            let Some(fault) = fault(trailer, require, agent.is_some()).filter(|_| concerns) else {
                continue;
            };
            let key = String::from_utf8_lossy(&trailer.key).into_owned();
            let message = format!("the trailer {key} {fault}");
            let place = Place {
                within: In::Trailer,
                line: Some(trailer.line),
                ..Place::message(None)
            };
            let help =
                "Write it in plain ASCII, as `Key: value`, in the last paragraph of the message.";
            let mut finding = commit.finding(META.id, place, message, help.to_owned());
            finding.agent = agent;
            finding.decided_by = require.map(|require| context.line(require.span));
            found.push(finding);
        }
    }
}

/// Whether only its place is wrong, and the last block says the same: a forge gathers there what the messages of
/// squashed commits hold.
fn stands_anyway(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    trailer: &Trailer,
    agent: Option<&String>,
) -> bool {
    let misplaced = trailer
        .faults
        .iter()
        .all(|fault| *fault == Fault::NotInLastBlock);
    let same = |other: &Trailer| {
        other.value == trailer.value
            || (agent.is_some() && agent_of(context, other).as_ref() == agent)
    };
    let block = commit.trailers.iter();
    let mut block = block.filter(|other| other.reading == Reading::Git);
    trailer.reading == Reading::Lenient
        && misplaced
        && block.any(|other| other.folded == trailer.folded && same(other))
}

/// Keys that people and tools know: one that only looks like them is no accident.
fn is_standard(folded: &str) -> bool {
    const KEYS: [&str; 11] = [
        "acked-by",
        "approved-by",
        "change-id",
        "helped-by",
        "reported-by",
        "requested-by",
        "reviewed-by",
        "skip-checks",
        "suggested-by",
        "tested-by",
        "thanks-to",
    ];
    claims_work(folded) || KEYS.contains(&folded)
}

fn agent_of(context: &Context<'_>, trailer: &Trailer) -> Option<String> {
    let key_alone = || {
        context
            .catalogue
            .agent_of_key(&trailer.folded)
            .map(str::to_owned)
    };
    // `Reviewed-by` and the like are roles, whoever they name.
    let claim = claims_work(&trailer.folded)
        .then(|| names_agent(context.catalogue, trailer))
        .flatten();
    claim.map(|(agent, _)| agent).or_else(key_alone)
}

fn asks_for(require: &Require, trailer: &Trailer) -> bool {
    require
        .any_of
        .iter()
        .any(|key| letters(key.as_bytes()) == trailer.folded)
}

fn has_form(require: &Require, trailer: &Trailer) -> bool {
    let form = require.form.as_ref();
    form.is_none_or(|form| form.is_match(&trailer.value))
}

fn fault(trailer: &Trailer, require: Option<&Require>, names: bool) -> Option<&'static str> {
    // What hides a trailer weighs more than where it stands.
    if let Some(fault) = trailer
        .faults
        .iter()
        .max_by_key(|fault| **fault != Fault::NotInLastBlock)
    {
        return Some(match fault {
            Fault::NotInLastBlock => "does not stand in the last block of the message",
            Fault::LookAlike => "has characters that only look like ASCII",
            Fault::Invisible => "holds invisible characters",
            Fault::Decorated => "has a glyph before its key",
            Fault::EscapedNewline => "follows a literal \\n instead of a line break",
        });
    }
    if trailer.reading == Reading::Lenient {
        return Some("is not one that Git reads");
    }
    let require = require?;
    // People share some keys with agents: their own values need not have an agent's form.
    let judged = names || !claims_work(&trailer.folded);
    (judged && !has_form(require, trailer))
        .then_some("does not have the form that the policy asks for")
}
