//! What the authorities say of agents and models.

use jiff::civil::Date;

use super::Policy;
use crate::policy::authority::{AgentEntry, Authority};
use crate::policy::models::status_of;
use crate::policy::raw::Status;
use crate::policy::ruling::Ruling;
use crate::text::{Span, Spanned};

/// How many days before the end of an approval the warnings begin where nobody says it.
pub const WARN_DAYS: u32 = 30;

impl Policy {
    /// An agent's status on a date. An agent that no authority lists counts as approved.
    pub fn status(&self, agent: &str, date: Date) -> Ruling<Status> {
        self.authorities
            .iter()
            .filter_map(|authority| status_within(authority, agent, date))
            .reduce(Ruling::max)
            .unwrap_or(Ruling::default_of(Status::Approved))
    }

    /// The last day of an agent's approval, the earliest that an authority names. None where it has
    /// no end, or has ended. Where another authority denies the agent, that takes nothing of this back.
    pub fn approved_until(&self, agent: &str, date: Date) -> Option<Spanned<Date>> {
        self.authorities
            .iter()
            .filter(|authority| {
                let own = status_within(authority, agent, date);
                own.is_some_and(|own| own.value <= Status::Conditional)
            })
            .filter_map(|authority| status_entry(authority, agent, date)?.until)
            .min_by_key(|until| until.value)
    }

    /// How many days before the end of an agent's approval the warnings begin.
    pub fn warn_days(&self, agent: &str, date: Date) -> u32 {
        let said = |authority: &Authority| {
            said_within(authority, agent, date, |entry| entry.warn_days).map(|days| days.value)
        };
        self.opinions(said, WARN_DAYS).max().unwrap_or(WARN_DAYS)
    }

    /// A model's status, whatever tool ran it. One that no pattern fits counts as approved.
    pub fn model_status(&self, model: &str) -> Ruling<Status> {
        self.authorities
            .iter()
            .filter_map(|authority| status_of(&authority.models, model))
            .map(|status| Ruling::written(status.value, status.span))
            .reduce(Ruling::max)
            .unwrap_or(Ruling::default_of(Status::Approved))
    }

    /// The list of an agent's models, if one has no pattern for this model. Of several authorities'
    /// lists a model must be in each.
    pub fn leaves_model_out(&self, agent: &str, model: &str, date: Date) -> Option<Span> {
        let lists = self.authorities.iter().filter_map(|authority| {
            said_within(authority, agent, date, |entry| entry.models.as_ref())
        });
        let mut without = lists.filter(|list| !list.iter().any(|pattern| pattern.matches(model)));
        without.next().map(|list| list.span)
    }

    /// Where it says that an agent's commits must state the model, if it does.
    pub fn requires_model(&self, agent: &str, date: Date) -> Option<Span> {
        let said = self.authorities.iter().filter_map(|authority| {
            said_within(authority, agent, date, |entry| entry.models_required)
        });
        let mut wanted = said.filter(|required| required.value);
        wanted.next().map(|required| required.span)
    }
}

/// An authority's entry for an agent on a date. `*` stands for agents that the same authority does
/// not list. Before its `since` an entry is as if it were not there.
pub(super) fn entry_within<'a>(
    authority: &'a Authority,
    agent: &str,
    date: Date,
) -> Option<&'a AgentEntry> {
    said_within(authority, agent, date, Some)
}

/// What an authority says of an agent: what the agent's own entry does not say, `*` does.
pub(super) fn said_within<'a, T>(
    authority: &'a Authority,
    agent: &str,
    date: Date,
    pick: impl Fn(&'a AgentEntry) -> Option<T>,
) -> Option<T> {
    let begun = |entry: &&AgentEntry| entry.since.as_ref().is_none_or(|since| since.value <= date);
    [agent, "*"]
        .into_iter()
        .filter_map(|id| authority.agents.get(id))
        .filter(begun)
        .find_map(pick)
}

/// The entry that says an agent's status.
pub(super) fn status_entry<'a>(
    authority: &'a Authority,
    agent: &str,
    date: Date,
) -> Option<&'a AgentEntry> {
    said_within(authority, agent, date, |entry| {
        entry.status.is_some().then_some(entry)
    })
}

fn status_within(authority: &Authority, agent: &str, date: Date) -> Option<Ruling<Status>> {
    let entry = status_entry(authority, agent, date)?;
    let status = entry.status.as_ref()?;
    let lapsed = entry.until.as_ref().filter(|until| until.value < date);
    Some(match (status.value, lapsed) {
        (Status::Approved | Status::Conditional, Some(until)) => {
            Ruling::written(Status::Denied, until.span)
        }
        (value, _) => Ruling::written(value, status.span),
    })
}
