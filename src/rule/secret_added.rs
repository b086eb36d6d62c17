//! `secret-added`: a secret in an added line, a new file or a commit message.

use std::ops::Range;

use super::context::shell_quoted;
use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule};
use crate::finding::{Finding, In, Mode, Place};
use crate::git::{AddedRun, Result};
use crate::secret::Hit;
use crate::text::LineIndex;

pub(super) struct SecretAdded;

static META: Meta = Meta {
    id: "secret-added",
    finds: "A secret in an added line, a new file or a commit message, at any commit of the range, also \
            one that a later commit takes out again.",
    why: "What was pushed once is known. A secret in history stays readable for everyone who can clone, \
          agents among them.",
    example: "A line that holds an AWS access key id or a private key.",
    mend: "Revoke the secret first. Staged: take it out and `git add` the file again. In a commit that is \
           not pushed: rewrite it with `git rebase -i`.",
    configure: "rules:\n  secret-added: {agents: block, humans: warn}",
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
        let index = LineIndex::new(message);
        context.secrets.scan(message, &mut |hit| {
            let (line, column) = index.line_column(hit.range.start);
            let (end_line, _) = index.line_column(hit.range.end.saturating_sub(1));
            let place = Place {
                line: Some(line),
                column: Some(column),
                end_line: Some(end_line),
                ..Place::message(None)
            };
            let help = "Revoke the secret, then reword the message without it.".to_owned();
            found.learned.add(&hit);
            found.push(finding(commit, place, &hit, "the message", help));
        });
    }

    fn check_change(
        &self,
        context: &Context<'_>,
        commit: &CommitFacts<'_>,
        change: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        let text = change.text()?;
        for window in windows(text, &change.added()?) {
            let part = &text[window.range.clone()];
            let index = LineIndex::new(part);
            context.secrets.scan(part, &mut |hit| {
                found.learned.add(&hit);
                if !window.adds(&hit.range) {
                    return;
                }
                let (line, column) = index.line_column(hit.range.start);
                let (end_line, _) = index.line_column(hit.range.end.saturating_sub(1));
                let place = Place {
                    within: In::File,
                    path: Some(change.change.path.clone()),
                    old_path: change.change.old_path.clone(),
                    line: Some(window.line + line - 1),
                    column: Some(column),
                    end_line: Some(window.line + end_line - 1),
                };
                let help = help(commit, change);
                found.push(finding(commit, place, &hit, "an added line", help));
            });
        }
        Ok(())
    }
}

/// How far around added lines a secret may reach, in bytes: a key's header may have stood there
/// before, and so may the name before a value.
const REACH: usize = 8 << 10;

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
        let meets = |added: &Range<usize>| start < added.end && added.start < end;
        self.added.iter().any(meets)
    }
}

/// The windows around runs of added lines, in order; those that meet are one.
fn windows(text: &[u8], runs: &[AddedRun<'_>]) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    for run in runs {
        let added = run.offset..run.offset + run.text.len();
        let range = line_start(text, added.start)..line_end(text, added.end);
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
fn line_start(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(REACH);
    if from == 0 {
        return 0;
    }
    let feed = memchr::memchr(b'\n', &text[from..at]);
    feed.map_or(at, |feed| from + feed + 1)
}

/// The last end of a line within reach after `at`, itself an end of a line.
fn line_end(text: &[u8], at: usize) -> usize {
    let to = at + REACH;
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

fn help(commit: &CommitFacts<'_>, change: &ChangeFacts<'_>) -> String {
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
