//! The facts that rules see.

use std::cell::OnceCell;

use jiff::civil::Date;

use crate::agent::{Attribution, Catalogue};
use crate::finding::{Finding, In, Place, PolicyLine, Subject};
use crate::git::{
    AddedRun, Blobs, Change, Commit, FileMode, Id, Result, Trailer, added_lines, added_to_all,
};
use crate::policy::{Policy, Zone};
use crate::secret::decode::decode;
use crate::secret::{Engine, Learned};
use crate::text::Span;

/// What holds for the whole run.
pub struct Context<'a> {
    /// The joined policy.
    pub policy: &'a Policy,
    /// The agents that are known.
    pub catalogue: &'a Catalogue,
    /// The secret detectors.
    pub secrets: &'a Engine,
    /// The run's date, UTC.
    pub date: Date,
}

/// One commit, the commit being made, or the net change of a range.
pub struct CommitFacts<'a> {
    /// The commit. Of the net change: its head.
    pub commit: &'a Commit,
    /// Its trailers, by both readings.
    pub trailers: &'a [Trailer],
    /// Who made it.
    pub attribution: &'a Attribution,
    /// Whether its message is there to be judged: not yet, at pre-commit.
    pub has_message: bool,
    /// Whether this is the net change of the range, not a commit.
    pub net: bool,
    /// The zones that its changes touch.
    pub zones: &'a [&'a Zone],
}

/// One changed path.
pub struct ChangeFacts<'a> {
    /// The change.
    pub change: &'a Change,
    /// The zones that it touches, by either end.
    pub zones: &'a [&'a Zone],
    /// Reads its blobs.
    blobs: &'a Blobs<'a>,
    content: OnceCell<Content>,
}

struct Content {
    /// One text, or for a merge one for each parent that has the file.
    old: Vec<Vec<u8>>,
    new: Vec<u8>,
}

/// What the rules found.
#[derive(Default)]
pub struct Found {
    /// The findings.
    pub findings: Vec<Finding>,
    /// Secret values that were seen: the redactor takes them out of everything that is shown.
    pub learned: Learned,
}

impl Found {
    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}

impl CommitFacts<'_> {
    /// Whether the change is judged as an agent's or as a person's.
    pub fn subject(&self) -> Subject {
        self.attribution.subject()
    }

    /// A finding about this commit, with everything empty that the rule does not say.
    pub fn finding(
        &self,
        rule: &'static str,
        place: Place,
        message: String,
        help: String,
    ) -> Finding {
        Finding {
            rule,
            subject: self.subject(),
            commit: if self.net { None } else { self.commit.id },
            net: self.net,
            place,
            agent: None,
            zone: None,
            detector: None,
            message,
            help,
            decided_by: None,
            note: false,
            value_digest: None,
        }
    }
}

impl Context<'_> {
    /// The policy line at a place of a policy file.
    pub fn line(&self, span: Span) -> Option<PolicyLine> {
        Some(self.policy.line(span))
    }
}

impl<'a> ChangeFacts<'a> {
    /// Facts about `change`, whose blobs are read when a rule asks.
    pub fn new(change: &'a Change, zones: &'a [&'a Zone], blobs: &'a Blobs<'a>) -> Self {
        Self {
            change,
            zones,
            blobs,
            content: OnceCell::new(),
        }
    }

    /// The lines that the change adds, in runs of adjacent ones; of a merge, those that no parent
    /// has. Empty for deletions, submodules and renames.
    pub fn added(&self) -> Result<Vec<AddedRun<'_>>> {
        let content = self.content()?;
        Ok(match content.old.as_slice() {
            [] => added_lines(b"", &content.new),
            [old] => added_lines(old, &content.new),
            olds => {
                let olds: Vec<&[u8]> = olds.iter().map(Vec::as_slice).collect();
                added_to_all(&olds, &content.new)
            }
        })
    }

    /// The whole text after the change; empty where there is none, or the change is none of text.
    pub fn text(&self) -> Result<&[u8]> {
        Ok(&self.content()?.new)
    }

    /// The place of the change: its first added lines, or the tree entry where it adds none.
    pub fn place(&self) -> Result<Place> {
        let added = self.added()?;
        let mut place = Place {
            within: In::Tree,
            path: Some(self.change.path.clone()),
            old_path: self.change.old_path.clone(),
            line: None,
            column: None,
            end_line: None,
        };
        if let Some(run) = added.first() {
            place.within = In::File;
            place.line = Some(run.line);
            place.column = Some(1);
            place.end_line = Some(run.line + lines_of(run.text).saturating_sub(1));
        }
        Ok(place)
    }

    fn content(&self) -> Result<&Content> {
        if let Some(content) = self.content.get() {
            return Ok(content);
        }
        let content = self.read()?;
        Ok(self.content.get_or_init(|| content))
    }

    fn read(&self) -> Result<Content> {
        let change = self.change;
        let mut content = Content {
            old: Vec::new(),
            new: Vec::new(),
        };
        let Some(new) = change.blob.filter(|_| has_text(change.mode)) else {
            return Ok(content);
        };
        if change.old_blob == Some(new) {
            return Ok(content);
        }
        content.new = self.decoded(&new)?;
        let old = change.old_blob.filter(|_| has_text(change.old_mode));
        for id in old.iter().chain(&change.other_blobs) {
            content.old.push(self.decoded(id)?);
        }
        Ok(content)
    }

    /// A blob's bytes. UTF-16 is read as the text that it is: its bytes hide every ASCII secret.
    fn decoded(&self, id: &Id) -> Result<Vec<u8>> {
        let bytes = self.blobs.read(id)?.data;
        Ok(decode(&bytes).unwrap_or(bytes))
    }
}

fn has_text(mode: Option<FileMode>) -> bool {
    matches!(
        mode,
        Some(FileMode::Regular | FileMode::Executable | FileMode::Link)
    )
}

/// How many lines a run of added lines has; the last may lack its line feed.
fn lines_of(text: &[u8]) -> u32 {
    let feeds = memchr::memchr_iter(b'\n', text).count();
    let lines = feeds + usize::from(!text.ends_with(b"\n"));
    u32::try_from(lines).unwrap_or(u32::MAX)
}

/// A path in single quotes for a shell, or `None` where it has characters that a terminal would
/// not show as they are: then no command is offered.
pub(super) fn shell_quoted(path: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(path).ok()?;
    let plain = crate::text::show::escaped(path) == text;
    plain.then(|| format!("'{}'", text.replace('\'', "'\\''")))
}
