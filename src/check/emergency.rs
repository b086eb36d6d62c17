//! Break-glass in a run: an emergency waiver that was handed over is good for all that blocks, and for
//! what could not be read; or it is in the way itself, since whoever handed it over relies on it.

use super::Request;
use super::people::People;
use super::plan::Plan;
use super::rows::Obstacle;
use super::waived::machine;
use crate::policy::problem::{Source, lines};
use crate::policy::waiver::{Emergency, Groups, Use};
use crate::report::{EmergencyRow, WaiverRow};
use crate::rule::Context;
use crate::text::{Clean, Redact};

/// An emergency waiver as it was handed over.
#[derive(Clone, Debug)]
pub struct EmergencyFile {
    /// How it is named.
    pub name: String,
    /// Its bytes.
    pub text: Vec<u8>,
}

/// One that may be used.
pub(super) struct Grant(Emergency);

/// The one that was handed over, if it may be used here and now.
pub(super) fn grant(
    request: &Request<'_>,
    context: &Context<'_>,
    plan: &Plan,
    repository: Option<&str>,
) -> Result<Option<Grant>, Vec<Obstacle>> {
    let Some(file) = &request.emergency else {
        return Ok(None);
    };
    let emergency = Emergency::read(0, &file.text).map_err(|problems| {
        let source = Source {
            name: file.name.clone(),
            text: file.text.clone(),
        };
        let told = lines(&problems, &[source]).into_iter();
        told.map(|line| Obstacle::told("emergency", line))
            .collect::<Vec<_>>()
    })?;
    let refused = |why: String| {
        let told = format!(
            "the emergency waiver {} does not count: {why}",
            emergency.id()
        );
        vec![Obstacle::told("emergency", told)]
    };
    if !plan.knows_its_commits() {
        return Err(refused("it is not known who made the range".to_owned()));
    }
    let machine = |who| machine(context.policy, context.catalogue, who);
    if let Some(why) = emergency.signers().find_map(machine) {
        return Err(refused(why));
    }
    let terms = context.policy.waiver_terms();
    let people = People::new(&plan.commits, context.policy.groups().people());
    let people = people.with(plan.drafts.iter().map(|drafted| &drafted.commit));
    let used = Use {
        repository,
        range: plan.one_range(),
        now: request.host.now,
        terms: &terms,
        register: &Groups::new(context.policy, context.date),
        makers: people.all(),
    };
    match emergency.admits(&used) {
        Ok(()) => Ok(Some(Grant(emergency))),
        Err(why) => Err(refused(why)),
    }
}

impl Grant {
    /// What it does, as a sentence.
    pub(super) fn told(&self) -> String {
        let signers: Vec<&str> = self.0.signers().collect();
        format!(
            "the emergency waiver {}, signed by {}, excepts all that blocks until {}: {}",
            self.0.id(),
            signers.join(" and "),
            self.0.until(),
            self.0.reason()
        )
    }

    /// As the report shows it.
    pub(super) fn row(&self, redactor: &dyn Redact) -> EmergencyRow {
        let clean = |text: &str| Clean::new(redactor, text.as_bytes());
        EmergencyRow {
            id: clean(self.0.id()),
            approved_by: self.0.signers().map(clean).collect(),
            from: self.0.from().to_string(),
            until: self.0.until().to_string(),
            reason: clean(self.0.reason()),
            ticket: self.0.ticket().map(clean),
        }
    }
}

/// The same as a waiver of single findings.
pub(super) fn as_waiver(row: &EmergencyRow) -> WaiverRow {
    WaiverRow {
        id: row.id.clone(),
        approved_by: row.approved_by.clone(),
        expires: row.until.clone(),
        ticket: row.ticket.clone(),
    }
}
