//! `secret-added`: a secret in an added line, a new file or a commit message.

use std::collections::BTreeSet;

use super::allowance::Allowance;
use super::window::{Window, is_suspect, windows};
use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule, TagFacts};
use crate::finding::{Finding, In, Mode, Place, Subject};
use crate::git::{Error, Result};
use crate::secret::{Hit, Unread};
use crate::text::LineIndex;
use crate::text::show::shell_quoted;

pub(super) struct SecretAdded;

static META: Meta = Meta {
    id: "secret-added",
    finds: "A secret in an added line, a new file or a commit message, at any commit of the range, also \
            one that a later commit takes out again.",
    why: "What was pushed once is known. A secret in history stays readable for everyone who can clone, \
          agents among them.",
    example: "A line that holds an AWS access key id or a private key.",
    mend: "Revoke the secret first. Staged: take it out and `git add` the file again. In a commit that is \
           not pushed: rewrite it with `git rebase -i`. What is meant to be there (a test value) may have the \
           mark `cordon:allow` on its line, or one that another scanner reads; for a \
           secret that an agent's own change adds no mark counts.",
    configure: "rules:\n  secret-added: {agents: block, humans: warn}\nsecrets:\n  inline_allow: humans",
    agents: Some(Mode::Block),
    humans: Some(Mode::Block),
    net: true,
    content: true,
};

impl Rule for SecretAdded {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_commit(&self, context: &Context<'_>, commit: &CommitFacts<'_>, found: &mut Found) {
        if !commit.has_message || commit.is_net() {
            return;
        }
        let message = commit.commit.message.raw();
        let mut index = None;
        scan(context, message, found, &mut |hit, found| {
            let index = index.get_or_insert_with(|| LineIndex::new(message));
            let place = place(Place::message(None), In::Message, index, &hit, None);
            let help = "Revoke the secret, then reword the message without it.".to_owned();
            let by_agent = commit.subject() == Subject::Agent;
            let allowance = Allowance::of(context, message, &hit, 0, by_agent);
            let finding = finding(commit, place, &hit, "the message", help);
            found.push(allowance.applied(context, finding));
        });
    }

    fn check_tag(&self, context: &Context<'_>, tag: &TagFacts<'_>, found: &mut Found) {
        let index = LineIndex::new(tag.message);
        scan(context, tag.message, found, &mut |hit, found| {
            let place = place(Place::message(None), In::Ref, &index, &hit, None);
            let allowance = Allowance::of(context, tag.message, &hit, 0, false);
            let message = format!(
                "the message of the tag {} holds a secret: {}",
                tag.reference, hit.name
            );
            let help = "Revoke the secret, then make the tag anew without it.";
            let finding = Finding {
                detector: Some(hit.detector.to_owned()),
                value_digest: hit.digest(),
                ..tag.finding(META.id, place, message, help)
            };
            found.push(allowance.applied(context, finding));
        });
    }

    fn check_change(
        &self,
        context: &Context<'_>,
        commit: &CommitFacts<'_>,
        change: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        let by_agent = is_agents(commit, change);
        // Where several readings of a text see one secret, it is told once. Only its line is sure: what
        // stands before it in the line may be longer in another reading.
        let mut told = BTreeSet::new();
        for view in change.views()? {
            if !is_suspect(context, view) {
                continue;
            }
            let start = found.findings.len();
            for window in windows(view.text(), view.added(), context.secrets.reach()) {
                let part = &view.text()[window.range.clone()];
                let mut index = None;
                scan(context, part, found, &mut |hit, found| {
                    if !window.adds(&hit.range) {
                        return;
                    }
                    let index = index.get_or_insert_with(|| LineIndex::new(part));
                    let place = place(change.entry(), In::File, index, &hit, Some(&window));
                    let finding = finding(commit, place, &hit, thing(change), help(commit, change));
                    let offset = window.range.start;
                    let allowance = Allowance::of(context, view.text(), &hit, offset, by_agent);
                    let finding = allowance.applied(context, finding);
                    if !told.contains(&seen(&finding)) {
                        found.push(finding);
                    }
                });
            }
            told.extend(found.findings[start..].iter().map(seen));
        }
        found.unread.pop().map_or(Ok(()), Err)
    }
}

/// By what a secret is known again in another reading. One that a mark allows hides none without.
fn seen(finding: &Finding) -> (Option<u32>, Option<String>, bool) {
    (finding.place.line, finding.detector.clone(), finding.note)
}

/// The secrets of a text that the policy looks for. The redactor knows the others too.
fn scan(
    context: &Context<'_>,
    text: &[u8],
    found: &mut Found,
    tell: &mut dyn FnMut(Hit<'_>, &mut Found),
) {
    let read = context.secrets.scan(text, &mut |hit| {
        found.learned.add(&hit);
        if !hit.looks_random || context.policy.looks_for_random() {
            tell(hit, found);
        }
    });
    if let Err(Unread { limit }) = read
        && found.unread.is_empty()
    {
        found.unread.push(Error::Limit {
            what: "bytes unpacked from one text",
            limit: limit as u64,
        });
    }
}

/// Whether an agent's change adds what is found in it. Of the net change nobody knows: its commits have
/// been judged, each by itself.
fn is_agents(commit: &CommitFacts<'_>, change: &ChangeFacts<'_>) -> bool {
    commit.subject() == Subject::Agent && !commit.is_net() && !change.is_standing()
}

/// Where a hit lies: in a text, or in a window of one.
fn place(place: Place, within: In, index: &LineIndex, hit: &Hit, window: Option<&Window>) -> Place {
    let whole = |place| window.map_or(place, |window| window.place(place));
    let (line, column) = whole(index.line_column(hit.range.start));
    let (end_line, _) = whole(index.line_column(hit.range.end.saturating_sub(1)));
    Place {
        within,
        line: Some(line),
        column: Some(column),
        end_line: Some(end_line),
        ..place
    }
}

fn finding(
    commit: &CommitFacts<'_>,
    place: Place,
    hit: &Hit,
    thing: &str,
    help: String,
) -> Finding {
    let message = format!("{thing} holds a secret: {}", hit.name);
    let mut finding = commit.finding(META.id, place, message, help);
    finding.detector = Some(hit.detector.to_owned());
    finding.agent = commit.first_agent();
    finding.value_digest = hit.digest();
    finding
}

fn thing(change: &ChangeFacts<'_>) -> &'static str {
    if change.is_standing() {
        "a line"
    } else {
        "an added line"
    }
}

fn help(commit: &CommitFacts<'_>, change: &ChangeFacts<'_>) -> String {
    if change.is_standing() {
        return "Revoke the secret and take it out of the file. If it was ever committed, history holds it too."
            .to_owned();
    }
    let path = shell_quoted(&change.change.path);
    match path {
        Some(path) if commit.is_being_made() => format!(
            "Revoke the secret, take it out of the file and stage it again. To unstage it: `git restore --staged -- {path}`."
        ),
        _ => "Revoke the secret, then rewrite every commit that holds it: taking it out later leaves it in \
              history."
            .to_owned(),
    }
}
