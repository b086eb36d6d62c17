//! The facts that rules see.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use bstr::{BStr, BString};
use jiff::civil::Date;

use super::content::{Content, View};
use super::zone_approval::Approvals;
use crate::agent::{Attribution, Catalogue};
use crate::finding::{Finding, In, Place, PolicyLine, Stage, Subject};
use crate::git::{Blobs, Change, Commit, Error, FileMode, Op, Result, Trailer};
use crate::policy::{Bots, CommitSignature, Policy, Require, Reviews, Signers, Zone, ZoneClass};
use crate::secret::{Engine, Learned};
use crate::text::Span;
use crate::zone::{Copies, Touched};

/// What holds for the whole run.
pub struct Context<'a> {
    /// The joined policy.
    pub policy: &'a Policy,
    /// Whether there was a trusted side to take it from.
    pub trusted: bool,
    /// The agents that are known.
    pub catalogue: &'a Catalogue,
    /// The secret detectors.
    pub secrets: &'a Engine,
    /// What lies in zones, to find copies of it.
    pub copies: &'a Copies<'a>,
    /// The bots that are neither agents nor people.
    pub bots: &'a Bots,
    /// Whose keys count.
    pub signers: &'a Signers,
    /// The reviews on the forge that were handed over.
    pub reviews: &'a Reviews,
    /// Where this runs.
    pub stage: Stage,
    /// The run's date, UTC.
    pub date: Date,
}

/// What facts are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// One commit.
    Commit,
    /// The net change of a range.
    Net,
    /// A part of a net change that none of the commits made: a branch was put elsewhere.
    Dropped,
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
    /// Whether this is a commit, or a net change.
    pub extent: Extent,
    /// Whether a server receives it and it comes to no default branch yet.
    pub parked: bool,
    /// Of a message that a forge would write, and no commit has yet: the commits whose change it would have.
    pub drafted: Option<&'a [Commit]>,
    /// The zones that its changes touch.
    pub zones: &'a [&'a Zone],
    /// Who signed it; `None` where no single commit is judged.
    pub signature: Option<&'a CommitSignature<'a>>,
    /// What was found out of its approvals.
    pub approvals: Approvals,
}

/// One changed path.
pub struct ChangeFacts<'a> {
    /// The change.
    pub change: &'a Change,
    /// The zones that it touches, and what is odd about its path.
    pub touched: &'a Touched<'a>,
    source: Source<'a>,
    content: OnceCell<Content>,
}

/// Where a change's text comes from.
enum Source<'a> {
    /// From blobs, read when a rule asks.
    Blobs(&'a Blobs<'a>),
    /// It stands in a file: all of it counts as added, and nobody knows by whom.
    Standing,
}

/// What a file touches that nobody changed.
static NOTHING: Touched<'static> = Touched::NOTHING;

/// An annotated tag.
pub struct TagFacts<'a> {
    /// The reference that it is pushed as.
    pub reference: &'a BStr,
    /// Its message.
    pub message: &'a BStr,
}

/// What is known of the run as a whole.
pub struct RunFacts<'a> {
    /// The remote's default branches that a push deletes.
    pub deleted_defaults: &'a [DeletedDefault],
}

/// A default branch that a push deletes.
#[derive(Debug)]
pub struct DeletedDefault {
    /// The full name by which the push takes it.
    pub name: BString,
    /// The full name of the branch, which another may lead to.
    pub default: BString,
    /// Whether the server's Git decides whether that may be. Nobody else can know of a remote.
    pub guarded: bool,
}

/// What the rules found.
#[derive(Default)]
pub struct Found {
    /// The findings.
    pub findings: Vec<Finding>,
    /// Secret values that were seen: the redactor takes them out of everything that is shown.
    pub learned: Learned,
    /// What a rule could not read, and looked on.
    pub unread: Vec<Error>,
    /// What could be read and not be checked, in words.
    pub unchecked: BTreeSet<String>,
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

    /// Whether this is the net change of the range, or a part of it, and not a commit.
    pub fn is_net(&self) -> bool {
        self.extent != Extent::Commit
    }

    /// Whether it is being made here, so that what is wrong can still be unstaged.
    pub fn is_being_made(&self) -> bool {
        self.commit.id.is_none() && !self.is_net() && self.drafted.is_none()
    }

    /// Whether a required trailer is required of this commit.
    pub fn must_have(&self, require: &Require) -> bool {
        let touches = |class: &ZoneClass| self.zones.iter().any(|zone| zone.has_class(*class));
        require.in_classes.is_empty() || require.in_classes.iter().any(touches)
    }

    /// The first of the agents by which it is judged, by id.
    pub fn first_agent(&self) -> Option<String> {
        let mut claims = self.attribution.judged();
        claims.next().map(|claim| claim.agent.clone())
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
            commit: if self.is_net() { None } else { self.commit.id },
            net: self.is_net(),
            place,
            agent: None,
            zone: None,
            detector: None,
            message,
            help,
            decided_by: None,
            note: false,
            mode: None,
            value_digest: None,
        }
    }
}

impl TagFacts<'_> {
    /// A finding about this tag's message, with everything empty that the rule does not say. Whoever
    /// made the tag, it is judged as a person's.
    pub fn finding(
        &self,
        rule: &'static str,
        place: Place,
        message: String,
        help: &str,
    ) -> Finding {
        Finding::of_run(rule, place, message, help)
    }
}

impl Context<'_> {
    /// The policy line at a place of a policy file.
    pub fn line(&self, span: Span) -> PolicyLine {
        self.policy.line(span)
    }
}

impl<'a> ChangeFacts<'a> {
    /// Facts about `change`, whose blobs are read when a rule asks.
    pub fn new(change: &'a Change, touched: &'a Touched<'a>, blobs: &'a Blobs<'a>) -> Self {
        Self {
            change,
            touched,
            source: Source::Blobs(blobs),
            content: OnceCell::new(),
        }
    }

    /// Facts about a file as it stands, whose text is `text`: no change, but judged as if all of it
    /// were added.
    pub fn standing(change: &'a Change, text: Vec<u8>) -> Self {
        Self {
            change,
            touched: &NOTHING,
            source: Source::Standing,
            content: OnceCell::from(Content::of(text)),
        }
    }

    /// Whether this is a file as it stands, not a change.
    pub fn is_standing(&self) -> bool {
        matches!(self.source, Source::Standing)
    }

    /// Where its texts, and others, are read from; `None` for a file as it stands.
    pub fn blobs(&self) -> Option<&'a Blobs<'a>> {
        match self.source {
            Source::Blobs(blobs) => Some(blobs),
            Source::Standing => None,
        }
    }

    /// The change's text, in each way that it can be read; empty where it has none.
    pub fn views(&self) -> Result<&[View]> {
        Ok(self.content()?.views())
    }

    fn content(&self) -> Result<&Content> {
        if let Some(content) = self.content.get() {
            return Ok(content);
        }
        let content = match self.source {
            Source::Blobs(blobs) => Content::read(self.change, blobs)?,
            Source::Standing => Content::of(Vec::new()),
        };
        Ok(self.content.get_or_init(|| content))
    }

    /// The file's whole text after the change, as its bytes are, also where the change leaves it alone.
    pub fn text(&self) -> Result<Cow<'_, [u8]>> {
        if let Some(view) = self.content()?.raw() {
            return Ok(view.text().into());
        }
        match (&self.source, self.change.blob) {
            (Source::Blobs(blobs), Some(blob)) => {
                Ok(Arc::unwrap_or_clone(blobs.read(&blob)?.data).into())
            }
            _ => Ok(Cow::default()),
        }
    }

    /// The texts before the change: of a merge, one for each parent that has the file.
    pub fn old_texts(&self) -> Result<Vec<Arc<Vec<u8>>>> {
        let Source::Blobs(blobs) = &self.source else {
            return Ok(Vec::new());
        };
        let file = |mode| matches!(mode, Some(FileMode::Regular | FileMode::Executable));
        let old = self.change.old_blob.filter(|_| file(self.change.old_mode));
        let ids = old.iter().chain(&self.change.other_blobs);
        ids.map(|id| Ok(blobs.read(id)?.data)).collect()
    }

    /// What was done, as a sentence.
    pub fn deed(&self) -> &'static str {
        match (self.change.op, self.change.mode) {
            (Op::Add, _) => "a file was added",
            (Op::Modify, _) => "a file was changed",
            (Op::Delete, _) => "a file was deleted",
            (Op::Rename, _) => "a file was moved",
            (Op::Mode, Some(FileMode::Executable)) => "a file was made executable",
            (Op::Mode, _) => "a file was made not executable",
            (Op::Type, Some(FileMode::Link)) => "a link took a file's place",
            (Op::Type, Some(FileMode::Submodule)) => "a submodule took a file's place",
            (Op::Type, _) => "a file took the place of something else",
        }
    }

    /// The tree entry that changed.
    pub fn entry(&self) -> Place {
        Place {
            within: In::Tree,
            path: Some(self.change.path.clone()),
            old_path: self.change.old_path.clone(),
            ..Place::message(None)
        }
    }

    /// The first lines that the change adds, or the tree entry where it adds none; the entry too,
    /// with the error, where the text cannot be read.
    pub fn place(&self) -> (Place, Result<()>) {
        let place = self.entry();
        let view = match self.views() {
            Ok(views) => views.first(),
            Err(error) => return (place, Err(error)),
        };
        let Some((view, run)) = view.and_then(|view| Some((view, view.added().first()?))) else {
            return (place, Ok(()));
        };
        let place = Place {
            within: In::File,
            line: Some(run.line),
            column: Some(1),
            end_line: Some(run.line + view.lines(run).saturating_sub(1)),
            ..place
        };
        (place, Ok(()))
    }
}
