//! `secret-added`: a secret in an added line, a new file or a commit message.

use std::ops::Range;

use super::allowance::Allowance;
use super::content::{Run, View};
use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule, TagFacts};
use crate::finding::{Finding, In, Mode, Place, Subject};
use crate::git::{Error, Result};
use crate::secret::{Hit, UNPACKED, spans_lines};
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
        if !commit.has_message || commit.net {
            return;
        }
        let message = commit.commit.message.raw();
        let mut index = None;
        scan(context, message, found, &mut |hit, found| {
            let index = index.get_or_insert_with(|| LineIndex::new(message));
            let place = place(Place::message(None), In::Message, index, &hit, 1);
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
            let place = place(Place::message(None), In::Ref, &index, &hit, 1);
            // Whoever made it, it is judged as a person's.
            let allowance = Allowance::of(context, tag.message, &hit, 0, false);
            let finding = Finding {
                rule: META.id,
                subject: Subject::Human,
                commit: None,
                net: false,
                place,
                agent: None,
                zone: None,
                detector: Some(hit.detector.to_owned()),
                message: format!(
                    "the message of the tag {} holds a secret: {}",
                    tag.reference, hit.name
                ),
                help: "Revoke the secret, then make the tag anew without it.".to_owned(),
                decided_by: None,
                note: false,
                value_digest: hit.digest(),
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
        let start = found.findings.len();
        for view in change.views()? {
            if !is_suspect(context, view) {
                continue;
            }
            for window in windows(view.text(), view.added(), context.secrets.reach()) {
                let part = &view.text()[window.range.clone()];
                let mut index = None;
                scan(context, part, found, &mut |hit, found| {
                    if !window.adds(&hit.range) {
                        return;
                    }
                    let index = index.get_or_insert_with(|| LineIndex::new(part));
                    let place = place(change.entry(), In::File, index, &hit, window.line);
                    let known = |one: &Finding| {
                        one.place == place && one.detector.as_deref() == Some(hit.detector)
                    };
                    if !found.findings[start..].iter().rev().take(ALIKE).any(known) {
                        let finding =
                            finding(commit, place, &hit, thing(change), help(commit, change));
                        let offset = window.range.start;
                        let by_agent = is_agents(commit, change);
                        let allowance = Allowance::of(context, view.text(), &hit, offset, by_agent);
                        found.push(allowance.applied(context, finding));
                    }
                });
            }
        }
        found.unread.pop().map_or(Ok(()), Err)
    }
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
    if read.is_err() && found.unread.is_empty() {
        found.unread.push(Error::Limit {
            what: "bytes unpacked from one text",
            limit: UNPACKED as u64,
        });
    }
}

/// Whether an agent's change adds what is found in it. Of the net change nobody knows: its commits have
/// been judged, each by itself.
fn is_agents(commit: &CommitFacts<'_>, change: &ChangeFacts<'_>) -> bool {
    commit.subject() == Subject::Agent && !commit.net && !change.is_standing()
}

/// Two readings of one text are compared so far back: where both see a secret, it is told once.
const ALIKE: usize = 64;

/// Where a hit lies, its text starting at line `first`.
fn place(place: Place, within: In, index: &LineIndex, hit: &Hit, first: u32) -> Place {
    let (line, column) = index.line_column(hit.range.start);
    let (end_line, _) = index.line_column(hit.range.end.saturating_sub(1));
    Place {
        within,
        line: Some(first + line - 1),
        column: Some(column),
        end_line: Some(first + end_line - 1),
        ..place
    }
}

/// How far around added lines a secret of many lines may reach, in bytes: its first line may have
/// stood there before. Of others the engine knows.
const REACH: usize = 8 << 10;

/// Whether there is a secret near what changed. Only then the lines are compared, which takes longer
/// than the search.
fn is_suspect(context: &Context<'_>, view: &View) -> bool {
    let (text, changed) = (view.text(), view.changed());
    if changed.is_empty() {
        return false;
    }
    let around = |reach| {
        let range = line_start(text, changed.start, reach)..line_end(text, changed.end, reach);
        &text[range]
    };
    let mut suspect = spans_lines(around(REACH));
    if !suspect {
        let near = around(context.secrets.reach());
        let read = context.secrets.scan(near, &mut |_| suspect = true);
        suspect |= read.is_err();
    }
    suspect
}

/// Added lines with what stands around them.
struct Window {
    /// Whole lines of the new text.
    range: Range<usize>,
    /// The number of the first, from 1.
    line: u32,
    /// The added lines in it, as bytes of the new text.
    added: Vec<Range<usize>>,
}

impl Window {
    /// Whether an added line has a part in a range of the window's text.
    fn adds(&self, range: &Range<usize>) -> bool {
        let start = self.range.start + range.start;
        let end = self.range.start + range.end;
        // In order and apart: the first that ends behind the start is the only one that can meet.
        let at = self.added.partition_point(|added| added.end <= start);
        self.added.get(at).is_some_and(|added| added.start < end)
    }
}

/// The windows around runs of added lines, in order; those that meet are one. They are small: most of
/// what stands around added lines was scanned where it was added itself.
fn windows(text: &[u8], runs: &[Run], reach: usize) -> Vec<Window> {
    let mut small = Vec::new();
    for wide in within(text, runs, REACH) {
        if spans_lines(&text[wide.range.clone()]) {
            small.push(wide);
            continue;
        }
        let first = runs.partition_point(|run| run.range.end <= wide.range.start);
        let end = runs.partition_point(|run| run.range.start < wide.range.end);
        small.extend(within(text, &runs[first..end], reach));
    }
    small
}

/// The windows that reach so far.
fn within(text: &[u8], runs: &[Run], reach: usize) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    for run in runs {
        let added = run.range.clone();
        let range = line_start(text, added.start, reach)..line_end(text, added.end, reach);
        if let Some(last) = windows
            .last_mut()
            .filter(|last| range.start <= last.range.end)
        {
            last.range.end = range.end;
            last.added.push(added);
            continue;
        }
        let above = memchr::memchr_iter(b'\n', &text[range.start..added.start]).count();
        windows.push(Window {
            line: run
                .line
                .saturating_sub(u32::try_from(above).unwrap_or(u32::MAX)),
            range,
            added: vec![added],
        });
    }
    windows
}

/// The first start of a line within reach before `at`, itself a start of a line.
fn line_start(text: &[u8], at: usize, reach: usize) -> usize {
    let from = at.saturating_sub(reach);
    if from == 0 {
        return 0;
    }
    let feed = memchr::memchr(b'\n', &text[from..at]);
    feed.map_or(at, |feed| from + feed + 1)
}

/// The last end of a line within reach after `at`, itself an end of a line.
fn line_end(text: &[u8], at: usize, reach: usize) -> usize {
    let to = at + reach;
    if to >= text.len() {
        return text.len();
    }
    let feed = memchr::memrchr(b'\n', &text[at..to]);
    feed.map_or(at, |feed| at + feed + 1)
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
    finding.agent = commit
        .attribution
        .judged()
        .next()
        .map(|claim| claim.agent.clone());
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
    match (commit.commit.id, path) {
        (None, Some(path)) if !commit.net => format!(
            "Revoke the secret, take it out of the file and stage it again. To unstage it: `git restore --staged -- {path}`."
        ),
        _ => "Revoke the secret, then rewrite every commit that holds it: taking it out later leaves it in \
              history."
            .to_owned(),
    }
}
