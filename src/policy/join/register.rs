//! The register of reviewed agents: what the policy says of each, joined, for people to read. Decisions
//! ask the other questions of [`Policy`].

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Policy;
use super::agents::{said_within, status_entry};
use crate::policy::authority::AgentEntry;
use crate::policy::models::ModelPattern;
use crate::policy::raw::{AccountClass, RawReview, RawReviewItem, Status};
use crate::policy::ruling::Ruling;
use crate::text::Spanned;

/// One agent of the register.
#[derive(Clone, Debug)]
pub struct Registered<'p> {
    /// Its id, or `*` for those that no entry lists.
    pub id: &'p str,
    /// Its status on the day.
    pub status: Ruling<Status>,
    /// The last day of its approval, past or to come: the earliest that an authority names.
    pub until: Option<Date>,
    /// What begins to hold later: the day, and the status from then on.
    pub coming: Option<(Date, Status)>,
    /// The account classes that it may work under; `None`: any.
    pub accounts: Option<BTreeSet<AccountClass>>,
    /// The lists of its models, as names are compared with them: a model must be in each.
    pub models: Vec<Vec<&'p str>>,
    /// Whether its commits must state the model.
    pub models_required: bool,
    /// The answered questions of its review: of several authorities' answers the strictest.
    pub review: Vec<(&'static str, &'p RawReviewItem)>,
    /// Why, and where it is written down: the highest authority's word.
    pub note: Option<&'p str>,
}

impl Policy {
    /// Every agent that an authority lists, by id, as it is on a date.
    pub fn register(&self, date: Date) -> Vec<Registered<'_>> {
        let ids = self.listed_agents().into_iter();
        ids.map(|id| self.registered(id, date)).collect()
    }

    fn registered<'p>(&'p self, id: &'p str, date: Date) -> Registered<'p> {
        let authorities = || self.authorities().iter();
        let ends = authorities().filter_map(|one| status_entry(one, id, date)?.until.as_ref());
        let lists = authorities()
            .filter_map(|one| said_within(one, id, date, |entry| entry.accounts.as_ref()));
        let lists = lists.map(|list| list.iter().copied().collect::<BTreeSet<_>>());
        let models = authorities()
            .filter_map(|one| said_within(one, id, date, |entry| entry.models.as_ref()));
        let written = || authorities().filter_map(|one| one.agents.get(id));
        Registered {
            id,
            status: self.status(id, date),
            until: ends.map(|until| until.value).min(),
            coming: written()
                .filter_map(|entry| coming(entry, date))
                .min_by_key(|(day, status)| (*day, std::cmp::Reverse(*status))),
            accounts: lists.reduce(|one, other| &one & &other),
            models: models
                .map(|list| list.iter().map(ModelPattern::text).collect())
                .collect(),
            models_required: self.requires_model(id, date).is_some(),
            review: review(written()),
            note: written().find_map(|entry| Some(entry.note.as_ref()?.as_str())),
        }
    }
}

/// A status that has not begun to hold.
fn coming(entry: &AgentEntry, date: Date) -> Option<(Date, Status)> {
    let since = entry.since.filter(|since| since.value > date)?;
    Some((since.value, entry.status?.value))
}

fn review<'p>(
    entries: impl Iterator<Item = &'p AgentEntry>,
) -> Vec<(&'static str, &'p RawReviewItem)> {
    let mut all: Vec<(&'static str, &RawReviewItem)> = Vec::new();
    let reviews = entries.filter_map(|entry| entry.review.as_ref());
    for (question, item) in reviews.flat_map(RawReview::questions) {
        let result = |item: &RawReviewItem| item.result.map(|result: Spanned<_>| result.value);
        match all.iter_mut().find(|(known, _)| *known == question) {
            Some(known) if result(item) > result(known.1) => known.1 = item,
            Some(_) => {}
            None => all.push((question, item)),
        }
    }
    all
}
