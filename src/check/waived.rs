//! The waivers of a run: which of them stand, what they except, and what is to be told of them.
//!
//! For the [`Decider`](super::decide::Decider), which asks about each finding and decides.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::classes::AllClasses;
use super::people::People;
use crate::agent::Catalogue;
use crate::finding::{Finding, In, Place, PolicyLine, Stage};
use crate::policy::waiver::{Groups, Matter, Standing, Terms, Waiver, WaiverFiles, Waivers};
use crate::policy::{FoldedPath, Policy, SignKind, ZoneClass};
use crate::report::WaiverRow;
use crate::rule::Context;
use crate::text::{Clean, Redact};

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
}

/// The waivers of a run.
pub(super) struct Exceptions<'a> {
    context: &'a Context<'a>,
    run: Run<'a>,
    waivers: Waivers,
    terms: Terms,
    standings: Vec<Standing>,
    /// Their positions, by rule.
    by_rule: BTreeMap<String, Vec<usize>>,
    /// Those that except something, or would if they stood.
    used: BTreeSet<usize>,
    /// Why those that stand do not count for some finding: the first reason.
    refused: BTreeMap<usize, String>,
}

impl<'a> Exceptions<'a> {
    /// Reads the waivers, and finds out which of them stand.
    pub(super) fn new(context: &'a Context<'a>, files: &WaiverFiles, run: Run<'a>) -> Self {
        let (policy, catalogue) = (context.policy, context.catalogue);
        let (waivers, standings) = standings(files, policy, catalogue, context.date);
        let terms = policy.waiver_terms();
        let mut by_rule: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, waiver) in waivers.good.iter().enumerate() {
            if waiver.scope.names(run.repository) {
                by_rule
                    .entry(waiver.rule.value.clone())
                    .or_default()
                    .push(at);
            }
        }
        Self {
            context,
            run,
            waivers,
            terms,
            standings,
            by_rule,
            used: BTreeSet::new(),
            refused: BTreeMap::new(),
        }
    }

    /// The waiver that excepts a finding: of several, the first by id.
    pub(super) fn of(
        &mut self,
        finding: &Finding,
        fingerprint: &str,
        redactor: &dyn Redact,
    ) -> Option<WaiverRow> {
        let matter = Matter {
            rule: finding.rule,
            path: finding.place.path.as_ref().map(AsRef::as_ref),
            old_path: finding.place.old_path.as_ref().map(AsRef::as_ref),
            agent: finding.agent.as_deref(),
            fingerprint,
        };
        let mut excepts = None;
        for &at in self.by_rule.get(finding.rule)? {
            let Some(waiver) = self.waivers.good.get(at) else {
                continue;
            };
            if !waiver.scope.covers(&matter) {
                continue;
            }
            self.used.insert(at);
            if self.standings.get(at) != Some(&Standing::Stands) {
                continue;
            }
            match self.against(waiver, finding) {
                Some(told) => {
                    self.refused.entry(at).or_insert(told);
                }
                None => excepts = excepts.or(Some(waiver)),
            }
        }
        excepts.map(|waiver| row(waiver, redactor))
    }

    /// Why a waiver that stands does not count for a finding.
    fn against(&self, waiver: &Waiver, finding: &Finding) -> Option<String> {
        let makers = self.run.people.of(finding.commit);
        let mut approvers = waiver.approvals.iter().map(|approval| &approval.who.value);
        if let Some(who) = approvers.find(|who| makers.contains(&who.trim().to_lowercase())) {
            return Some(format!("`{who}` made a change that it would except"));
        }
        let class = self.class_for_two(finding)?;
        (waiver.approvals.len() < 2).then(|| {
            format!(
                "findings in zones of the class `{}` need two approvers",
                class.word()
            )
        })
    }

    /// The class of a zone that the finding is about, or that what it is about touched, which asks for two.
    fn class_for_two(&self, finding: &Finding) -> Option<ZoneClass> {
        let policy = self.context.policy;
        let named = finding.zone.as_deref().and_then(|name| policy.zone(name));
        let whole = policy.zones().iter().filter(|zone| zone.is_whole());
        let ends = [&finding.place.path, &finding.place.old_path];
        let ends: Vec<FoldedPath<'_>> = ends
            .into_iter()
            .flatten()
            .map(|path| FoldedPath::new(path))
            .collect();
        let around = ends.iter().flat_map(|path| policy.zones_of(path));
        let zones: Vec<_> = named.into_iter().chain(whole).chain(around).collect();
        let touched = self.run.classes.of(finding);
        let mut classes = self.terms.two_for.iter();
        classes
            .find(|class| {
                touched.contains(class) || zones.iter().any(|zone| zone.has_class(**class))
            })
            .copied()
    }

    /// What is to be told of the waivers, once everything was judged. In CI all that is wrong with those
    /// for this repository; elsewhere what kept one from excepting a finding: whoever commits or pushes
    /// cannot mend the others.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let in_ci = self.run.stage == Stage::Ci;
        let mut found = Vec::new();
        for flaw in &self.waivers.flaws {
            if in_ci && flaw.concerns(self.run.repository) {
                found.push(invalid(flaw.line.clone(), flaw.told.clone()));
            }
        }
        for (at, (waiver, standing)) in self.waivers.good.iter().zip(&self.standings).enumerate() {
            let used = self.used.contains(&at);
            let here = waiver.scope.names(self.run.repository);
            if here && (in_ci || used) {
                found.extend(self.told(waiver, standing, used));
            }
            if let Some(why) = self.refused.get(&at) {
                found.push(self.uncounted(waiver, why));
            }
        }
        found
    }

    fn told(&self, waiver: &Waiver, standing: &Standing, used: bool) -> Option<Finding> {
        let (id, rule) = (&waiver.id.value, &waiver.rule.value);
        match standing {
            Standing::Flawed(why) => Some(self.uncounted(waiver, why)),
            Standing::Expired => {
                let day = waiver.expires.value;
                let told = format!("the waiver {id} for `{rule}` ended on {day}");
                let line = self.waivers.line(waiver.expires.span);
                Some(finding("waiver-expired", line, told, EXPIRED))
            }
            Standing::Stands if self.run.whole && !used => {
                let told =
                    format!("the waiver {id} for `{rule}` excepts nothing in the whole history");
                let line = self.waivers.line(waiver.id.span);
                Some(finding("waiver-unused", line, told, UNUSED))
            }
            Standing::Stands => None,
        }
    }

    fn uncounted(&self, waiver: &Waiver, why: &str) -> Finding {
        let told = format!("the waiver {} does not count: {why}", waiver.id.value);
        invalid(self.waivers.line(waiver.id.span), told)
    }
}

const EXPIRED: &str =
    "Ask for a new waiver where there still is something to except, and take this one away.";
const UNUSED: &str = "Take the file away: what it excepted is not there any more.";
const INVALID: &str =
    "Mend the file, or take it away. `cordon waiver verify` says whether it counts.";

/// The waivers of files, and what each comes to on a day.
pub fn standings(
    files: &WaiverFiles,
    policy: &Policy,
    catalogue: &Catalogue,
    date: Date,
) -> (Waivers, Vec<Standing>) {
    let waivers = files.read();
    let terms = policy.waiver_terms();
    let groups = Groups::new(policy, date);
    let standing = |waiver: &Waiver| {
        let own = waiver.standing(&terms, &groups, date, files.all_signed);
        match own {
            Standing::Stands => objection(policy, catalogue, waiver).map_or(own, Standing::Flawed),
            other => other,
        }
    };
    let standings = waivers.good.iter().map(standing).collect();
    (waivers, standings)
}

/// Why nobody of this policy could have approved a waiver so.
fn objection(policy: &Policy, catalogue: &Catalogue, waiver: &Waiver) -> Option<String> {
    if !policy.waivable(&waiver.rule) {
        let rule = &waiver.rule.value;
        return Some(format!(
            "the policy lets no waiver except findings of `{rule}`"
        ));
    }
    let mut approvals = waiver.approvals.iter();
    approvals.find_map(|approval| machine(policy, catalogue, &approval.who))
}

/// Whether a machine approves: an agent of the catalogue, a bot of a platform, or one of the policy's own.
pub(super) fn machine(policy: &Policy, catalogue: &Catalogue, who: &str) -> Option<String> {
    if let Some(agent) = catalogue.owner(SignKind::Email, who) {
        return Some(format!(
            "`{who}` is the agent {agent}, and no agent approves"
        ));
    }
    let bot =
        who.to_lowercase().contains("[bot]@") || policy.automation().any(|one| one.commits_as(who));
    bot.then(|| format!("`{who}` is a bot, and no bot approves"))
}

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
