//! The waivers of a run: which of them stand, what they except, and what is to be told of them.
//!
//! For the [`Decider`](super::decide::Decider), which asks about each finding and decides.

mod against;
mod known;
mod standing;
#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::classes::AllClasses;
use super::people::People;
use super::rows::Obstacle;
use crate::finding::{Finding, In, Place, PolicyLine, Stage};
use crate::policy::ZoneClass;
use crate::policy::origin::{FolderError, Reach};
use crate::policy::waiver::{End, Matter, Standing, Waiver, WaiverFiles, is_waivable};
use crate::report::WaiverRow;
use crate::rule::Context;
use crate::text::{Clean, Redact};
use known::Known;
use standing::Judge;
pub(super) use standing::machine;
pub use standing::{InForce, NoWaivers, waivers_in_force};

/// What the engine knows of a run, as far as waivers ask.
pub(super) struct Run<'a> {
    /// The repository's name, if anybody knows it.
    pub(super) repository: Option<&'a str>,
    /// Where it runs.
    pub(super) stage: Stage,
    /// Whether everything there is was judged, by every rule: then a waiver that excepts nothing has
    /// nothing to except.
    pub(super) whole: bool,
    /// Who made the commits.
    pub(super) people: People<'a>,
    /// The classes of the zones that they touch.
    pub(super) classes: AllClasses<'a>,
    /// By what the waivers are read.
    pub(super) reach: Reach<'a>,
}

/// The waivers of a run, read when something is found that one could except, and in CI.
pub(super) struct Exceptions<'a> {
    context: &'a Context<'a>,
    run: Run<'a>,
    files: &'a WaiverFiles,
    read: OnceCell<Result<Known<'a>, FolderError>>,
    /// Those that except something, or would if they stood.
    used: BTreeSet<usize>,
    /// Why those that stand do not count for some finding: the first reason.
    refused: BTreeMap<usize, String>,
}

/// A finding, as waivers see it.
struct Asked<'f> {
    finding: &'f Finding,
    matter: Matter<'f>,
    /// The class that asks for two approvers.
    class: OnceCell<Option<ZoneClass>>,
}

impl<'a> Exceptions<'a> {
    /// The waivers of these files.
    pub(super) fn new(context: &'a Context<'a>, files: &'a WaiverFiles, run: Run<'a>) -> Self {
        Self {
            context,
            run,
            files,
            read: OnceCell::new(),
            used: BTreeSet::new(),
            refused: BTreeMap::new(),
        }
    }

    fn known(&self) -> Option<&Known<'a>> {
        let read = || {
            let waivers = self.files.read(self.run.reach)?;
            let (policy, catalogue) = (self.context.policy, self.context.catalogue);
            let date = self.context.date;
            let judge = Judge::new(policy, catalogue, date, self.files.all_signed);
            Ok(Known::new(waivers, judge, self.run.repository))
        };
        self.read.get_or_init(read).as_ref().ok()
    }

    /// What kept them from being read, if somebody asked for them.
    pub(super) fn unread(&self) -> Option<Obstacle> {
        let error = self.read.get()?.as_ref().err()?;
        Some(match (error, self.run.reach.repo) {
            (FolderError::Git(error), Some(repo)) => Obstacle::met(repo, error),
            (FolderError::Git(error), None) => Obstacle::from(error),
            (error, _) => Obstacle::told("unreadable-file", format!("a waiver: {error}")),
        })
    }

    /// The waiver that excepts a finding: of several, the first by id.
    pub(super) fn of(
        &mut self,
        finding: &Finding,
        fingerprint: &str,
        redactor: &dyn Redact,
    ) -> Option<WaiverRow> {
        if !is_waivable(finding.rule) {
            return None;
        }
        let asked = Asked {
            finding,
            matter: Matter {
                rule: finding.rule,
                path: finding
                    .place
                    .path
                    .as_ref()
                    .map(|path| End::new(path.as_ref())),
                old_path: finding
                    .place
                    .old_path
                    .as_ref()
                    .map(|path| End::new(path.as_ref())),
                agent: finding.agent.as_deref(),
                fingerprint,
            },
            class: OnceCell::new(),
        };
        let known = self.known()?;
        let covering = known.covering(&asked.matter);
        let mut refused = Vec::new();
        let mut excepts = None;
        for (at, waiver) in &covering {
            let Some(Standing::Stands(proofs)) = known.standing(*at) else {
                continue;
            };
            match self.against(waiver, proofs, &asked) {
                Some(told) => refused.push((*at, told)),
                None => excepts = excepts.or(Some(*waiver)),
            }
        }
        let excepts = excepts.map(|waiver| row(waiver, redactor));
        let covering: Vec<usize> = covering.into_iter().map(|(at, _)| at).collect();
        self.used.extend(covering);
        for (at, told) in refused {
            self.refused.entry(at).or_insert(told);
        }
        excepts
    }

    /// What is to be told of the waivers, once everything was judged. In CI all that is wrong with those
    /// for this repository; elsewhere what kept one from excepting a finding: whoever commits or pushes
    /// cannot mend the others.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let in_ci = self.run.stage == Stage::Ci;
        // Where nobody asked for them there is nothing to tell of them, but in CI.
        if !in_ci && self.read.get().is_none() {
            return Vec::new();
        }
        let Some(known) = self.known() else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for flaw in &known.waivers.flaws {
            if in_ci && flaw.concerns(self.run.repository) {
                found.push(invalid(flaw.line.clone(), flaw.told.clone()));
            }
        }
        for (at, waiver) in known.waivers.good.iter().enumerate() {
            let used = self.used.contains(&at);
            if used || (in_ci && waiver.scope.names(self.run.repository)) {
                found.extend(self.told(known, at, waiver));
            }
            if let Some(why) = self.refused.get(&at) {
                found.push(uncounted(known, waiver, why));
            }
        }
        found
    }

    fn told(&self, known: &Known<'_>, at: usize, waiver: &Waiver) -> Option<Finding> {
        let (id, rule) = (&waiver.id.value, &waiver.rule.value);
        match known.standing(at)? {
            Standing::Flawed(why) => Some(uncounted(known, waiver, why)),
            Standing::Expired => {
                let day = waiver.expires.value;
                let told = format!("the waiver {id} for `{rule}` ended on {day}");
                let line = known.waivers.line(waiver.expires.span);
                Some(finding("waiver-expired", line, told, EXPIRED))
            }
            Standing::Stands(_) if self.run.whole && !self.used.contains(&at) => {
                let told =
                    format!("the waiver {id} for `{rule}` excepts nothing in the whole history");
                let line = known.waivers.line(waiver.id.span);
                Some(finding("waiver-unused", line, told, UNUSED))
            }
            Standing::Stands(_) => None,
        }
    }
}

fn uncounted(known: &Known<'_>, waiver: &Waiver, why: &str) -> Finding {
    let told = format!("the waiver {} does not count: {why}", waiver.id.value);
    invalid(known.waivers.line(waiver.id.span), told)
}

const EXPIRED: &str =
    "Ask for a new waiver where there still is something to except, and take this one away.";
const UNUSED: &str = "Take the file away: what it excepted is not there any more.";
const INVALID: &str =
    "Mend the file, or take it away. `cordon waiver verify` says whether it counts.";

fn row(waiver: &Waiver, redactor: &dyn Redact) -> WaiverRow {
    let clean = |text: &str| Clean::new(redactor, text.as_bytes());
    WaiverRow {
        id: clean(&waiver.id),
        approved_by: waiver
            .approvals
            .iter()
            .map(|approval| clean(&approval.who))
            .collect(),
        expires: waiver.expires.value.to_string(),
        ticket: waiver.ticket.as_deref().map(clean),
    }
}

fn invalid(line: PolicyLine, told: String) -> Finding {
    finding("waiver-invalid", line, told, INVALID)
}

/// A finding in a waiver's file.
fn finding(rule: &'static str, line: PolicyLine, message: String, help: &str) -> Finding {
    let place = Place {
        within: In::Policy,
        path: Some(line.file.into()),
        line: Some(line.line),
        ..Place::message(None)
    };
    Finding::of_run(rule, place, message, help)
}
