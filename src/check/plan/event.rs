//! What a CI job is about.

use std::sync::Arc;

use super::Plan;
use super::drafted::Asked;
use super::push::Sent;
use super::walks::Walk;
use crate::check::Event;
use crate::git::{self, Repo};
use crate::policy::Judged;
use crate::report::RangeKind;

pub(super) fn event(repo: &dyn Repo, event: &Event) -> git::Result<Plan> {
    let judged = Judged::Event {
        trusted: event.trusted.clone(),
        head: event.head,
    };
    let mut plan = Plan::new(RangeKind::Commits, judged);
    plan.may_be_empty = event.may_be_empty;
    plan.remarks.clone_from(&event.remarks);
    plan.branch.clone_from(&event.branch);
    if let Some((name, id)) = &event.pushed {
        let mut sent = Sent::default();
        sent.tip(repo, name, *id)?;
        plan.tags = sent.tags;
        plan.obstacles = sent.obstacles;
    }
    let Some(head) = event.head else {
        return Ok(plan);
    };
    plan.base = event.bases.first().map(ToString::to_string);
    plan.head = Some(head.to_string());
    plan.walks = vec![Walk::of(vec![head], event.bases.clone())];
    plan.ends = vec![(Arc::from(event.bases.as_slice()), head)];
    plan.moves
        .extend(event.moved_from.map(|before| (before, head)));
    plan.asked = Asked::of(event, head);
    Ok(plan)
}
