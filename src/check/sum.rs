//! What a run comes to, filled into its report.

use super::classes::AllClasses;
use super::decide::Decider;
use super::emergency::{Grant, as_waiver};
use super::judge::Outcome;
use super::people::People;
use super::plan::Plan;
use super::rows::{self, Obstacle};
use super::waived::{self, Exceptions};
use crate::policy::Loaded;
use crate::policy::origin::Reach;
use crate::report::Report;
use crate::rule::Context;
use crate::secret::Redactor;
use crate::text::Clean;

/// What a run comes to, before it is a report.
pub(super) struct Sum<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) plan: &'a Plan,
    pub(super) loaded: &'a Loaded,
    pub(super) name: Option<&'a str>,
    pub(super) outcomes: &'a [Outcome],
    /// By what the waivers are read.
    pub(super) reach: Reach<'a>,
    /// The emergency waiver that is good for it, or what is wrong with the one that was handed over.
    pub(super) emergency: &'a Result<Option<Grant>, Vec<Obstacle>>,
}

impl Sum<'_> {
    pub(super) fn fill(&self, report: &mut Report, redactor: &mut Redactor<'_>) {
        for outcome in self.outcomes {
            redactor.learn(&outcome.found.learned);
        }
        let redactor = &*redactor;
        let (plan, outcomes) = (self.plan, self.outcomes);
        let name = self.name.map(str::as_bytes);
        report.repository = name.map(|name| Clean::new(redactor, name));
        report.range = plan.range_row(redactor);
        report.policy = rows::policy(self.loaded, redactor);
        let commits = plan.commits.iter().zip(outcomes);
        let row = |(commit, outcome): (_, &Outcome)| {
            rows::commit(self.context, commit, plan.has_message(), outcome, redactor)
        };
        report.commits = commits.map(row).collect();
        let granted = self.emergency.as_ref().ok().and_then(Option::as_ref);
        report.run.emergency = granted.map(|grant| grant.row(redactor));
        let unread = self.decide(report, redactor);
        let refused = self.emergency.as_ref().err().into_iter().flatten();
        let met = outcomes.iter().flat_map(|outcome| &outcome.obstacles);
        let obstacles = plan.obstacles.iter().chain(met).chain(refused);
        let obstacles = obstacles.chain(&unread);
        report.incomplete = obstacles.map(|obstacle| obstacle.row(redactor)).collect();
        report.incomplete.sort();
        report.incomplete.dedup();
        report.notes = rows::notes(self.context, plan, self.loaded, outcomes, redactor);
        let told = granted.map(|grant| Clean::prose(redactor, &grant.told()));
        report.notes.splice(0..0, told);
    }

    /// Decides on what was found; says what kept the waivers from being read.
    fn decide(&self, report: &mut Report, redactor: &Redactor<'_>) -> Option<Obstacle> {
        let people = self.context.policy.groups().people();
        let drafts = self.plan.drafts.iter().map(|drafted| &drafted.commit);
        let run = waived::Run {
            repository: self.name,
            stage: report.stage,
            whole: self.plan.is_whole(),
            people: People::new(&self.plan.commits, people).with(drafts),
            classes: AllClasses::new(&self.plan.commits, self.outcomes),
            reach: self.reach,
        };
        let exceptions = Exceptions::new(self.context, &self.loaded.waivers, run);
        let decider = Decider::new(self.context, report.stage, redactor);
        let mut decider = decider.at_most(self.plan.cap()).with(exceptions);
        if let Some(emergency) = &report.run.emergency {
            decider = decider.in_emergency(as_waiver(emergency));
        }
        for outcome in self.outcomes {
            let findings = &outcome.found.findings;
            match outcome.draft {
                None => decider.add(findings),
                Some(what) => decider.add_draft(what, findings),
            }
        }
        let (rows, unread) = decider.finish();
        report.findings = rows;
        unread
    }
}
