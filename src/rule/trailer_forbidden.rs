//! `trailer-forbidden`: a trailer or a text that the policy forbids in messages.

use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use super::{CommitFacts, Context, Found, Meta, Rule};
use crate::agent::names_agent;
use crate::finding::{Finding, In, Mode, Place};
use crate::git::{Reading, Trailer};
use crate::policy::Forbid;
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

    fn idle(&self, context: &Context<'_>, commit: &CommitFacts<'_>) -> Option<&'static str> {
        if !commit.has_message {
            return Some("there is no message yet");
        }
        let any = context.policy.forbidden_trailers().next().is_some();
        (!any).then_some("the policy forbids no trailer and no text")
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
    let mut seen = BTreeSet::new();
    let lenient = look_alikes(commit.commit.message.raw(), &folded);
    let trailers = commit
        .trailers
        .iter()
        .filter(|trailer| trailer.folded == folded);
    for trailer in trailers
        .chain(&lenient)
        .filter(|trailer| seen.insert(trailer.line))
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

/// The lines that a reader would take for a trailer of this key, wherever they stand: a forbidden
/// key need not look like other keys. What is quoted or indented is not one.
fn look_alikes(message: &[u8], folded: &str) -> Vec<Trailer> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(message.lines()) {
        if line.starts_with(b">") || line.starts_with(b"\t") || line.starts_with(b"    ") {
            continue;
        }
        let text = String::from_utf8_lossy(line);
        let Some((key, value)) =
            text.split_once([':', '\u{FF1A}', '\u{2236}', '\u{A789}', '\u{FE55}'])
        else {
            continue;
        };
        let plain = letters(key.as_bytes());
        if plain.trim_matches(|c: char| !c.is_alphanumeric()) == folded {
            found.push(Trailer {
                key: key.trim().into(),
                folded: folded.to_owned(),
                value: value.trim().into(),
                line: number,
                reading: Reading::Lenient,
                faults: Vec::new(),
            });
        }
    }
    found
}

fn by_text(context: &Context<'_>, commit: &CommitFacts<'_>, forbid: &Forbid, found: &mut Found) {
    let (None, Some(text)) = (&forbid.key, &forbid.text) else {
        return;
    };
    let wanted = squeezed(text.as_bytes());
    let lines = (1..).zip(commit.commit.message.raw().lines().map(squeezed));
    // A value that goes on in the next line stands in no line as a whole.
    let folded = commit.trailers.iter().map(|trailer| {
        let value = squeezed(&trailer.value);
        (trailer.line, format!("{}:{value}", trailer.folded))
    });
    let hits: BTreeSet<u32> = lines
        .chain(folded)
        .filter(|(_, line)| line.contains(&wanted))
        .map(|(number, _)| number)
        .collect();
    for number in hits {
        let place = Place {
            within: In::Message,
            line: Some(number),
            ..Place::message(None)
        };
        let told = format!("the policy forbids the text \"{text}\"");
        found.push(finding(context, commit, forbid, place, told));
    }
}

/// What a text says, its case, look-alikes and white space aside: platforms read `skip-checks:true`
/// and `Skip-Checks:  true` alike.
fn squeezed(text: &[u8]) -> String {
    letters(text).split_whitespace().collect()
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
    finding.decided_by = Some(context.line(forbid.span));
    finding
}
