//! What a server receives: the commits that it would have by a branch or a tag and has not yet.

use std::collections::BTreeSet;
use std::sync::Arc;

use bstr::BString;

use super::Plan;
use super::push::Sent;
use crate::agent::NOTES;
use crate::check::Received;
use crate::check::rows::Obstacle;
use crate::git::{self, DefaultBranch, Id, RefUpdate, Repo, Taken, default_branch};
use crate::policy::Judged;
use crate::report::RangeKind;
use crate::text::show::escaped;

/// Where notes lie. No forge fills it, and a long history of notes is not judged anew each time.
const NOTES_FOLDER: &[u8] = b"refs/notes/";

pub(super) fn receive(repo: &dyn Repo, received: &Received) -> git::Result<Plan> {
    let updates = &received.updates;
    let default = default_branch(repo, received.namespace.as_ref())?;
    let mut remarks = tickets(received);
    let deleted = default.as_ref().and_then(|one| gone(one, updates));
    let mut taken = Taken::read(repo)?;
    let mut sent = Sent::default();
    let mut tips = BTreeSet::new();
    let mut notes = None;
    for update in updates {
        let Some(new) = update.new else { continue };
        let tip = sent.tip(repo, &update.name, new)?;
        tips.extend(tip);
        if update.name == NOTES {
            notes = tip;
        }
        let now = taken.reference(received.namespace.as_ref(), update.name.as_ref());
        if now != update.old {
            sent.obstacles.push(moved_on(update));
        }
        if update.name.starts_with(NOTES_FOLDER) {
            taken.count(repo, &update.name, now);
        }
    }
    let known = taken.commits();
    remarks.extend(taken.unread().iter().map(|name| {
        let name = escaped(name);
        format!("{name} cannot be read here: its commits are judged as if they were new")
    }));
    let new: Vec<Id> = tips.into_iter().collect();
    let judged = Judged::Receive {
        default,
        new: new.clone(),
    };
    let mut plan = Plan::new(RangeKind::Push, judged);
    let refs = updates.iter();
    plan.refs = refs
        .map(|update| (update.name.clone(), update.old, update.new))
        .collect();
    plan.obstacles = sent.obstacles;
    plan.tags = sent.tags;
    plan.deleted_defaults = deleted.into_iter().collect();
    plan.notes = notes;
    plan.remarks = remarks;
    // Of several references nobody knows which one a commit was made on.
    if let [update] = updates.as_slice() {
        plan.branch = Some(update.name.clone()).filter(|name| name.starts_with(b"refs/heads/"));
    }
    let all: Arc<[Id]> = known.as_slice().into();
    let added = new.iter().filter(|tip| known.binary_search(tip).is_err());
    plan.ends = added.map(|tip| (Arc::clone(&all), *tip)).collect();
    plan.walks = Some((new, known));
    Ok(plan)
}

/// What is in the way where a reference is not what the push says that it was. Git hands the client's
/// word on, and compares it later, with each reference alone: so it is no sign of what is known.
fn moved_on(update: &RefUpdate) -> Obstacle {
    let told = "the reference is not what the push says that it was: fetch and push again";
    Obstacle::told("moved-on", told.to_owned()).at_ref(update.name.as_ref())
}

fn tickets(received: &Received) -> Vec<String> {
    let tickets = received.tickets.iter();
    tickets
        .map(|ticket| format!("the pusher names the ticket {}", escaped(ticket)))
        .collect()
}

/// The branch whose policy judges, where the push takes it away.
fn gone(default: &DefaultBranch, updates: &[RefUpdate]) -> Option<BString> {
    let mut deleted = updates.iter().filter(|update| update.new.is_none());
    let gone = deleted.find(|update| update.name == default.name)?;
    Some(gone.name.clone())
}
