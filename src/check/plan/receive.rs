//! What a server receives: the commits that it would have by a branch or a tag and has not yet.

use std::collections::BTreeSet;
use std::sync::Arc;

use bstr::BString;

use super::Plan;
use super::push::Sent;
use super::walks::Walk;
use crate::agent::NOTES;
use crate::check::Received;
use crate::check::rows::Obstacle;
use crate::git::{self, DefaultBranch, Id, RefUpdate, Repo, Taken, default_branch, default_names};
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
    let mut landed = Landed {
        names: default_names(repo, received.namespace.as_ref(), default.as_ref())?,
        ..Landed::default()
    };
    let mut notes = None;
    for update in updates {
        let Some(new) = update.new else { continue };
        let tip = sent.tip(repo, &update.name, new)?;
        landed.tip(&update.name, tip);
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
    let before: Option<Id> = default.as_ref().map(|branch| branch.id);
    let judged = Judged::Receive {
        default,
        new: landed.tips(),
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
    plan.ends = landed.ends(before, &known);
    plan.walks = landed.walks(before, known);
    Ok(plan)
}

/// What the references of a push will be, by where they lie.
#[derive(Default)]
struct Landed {
    /// The names of the default branch.
    names: BTreeSet<BString>,
    default: BTreeSet<Id>,
    branches: BTreeSet<Id>,
    others: BTreeSet<Id>,
}

impl Landed {
    fn tip(&mut self, name: &BString, tip: Option<Id>) {
        let side = if self.names.contains(name) {
            &mut self.default
        } else if name.starts_with(b"refs/heads/") {
            &mut self.branches
        } else {
            &mut self.others
        };
        side.extend(tip);
    }

    fn tips(&self) -> Vec<Id> {
        let sides = [&self.default, &self.branches, &self.others];
        let tips: BTreeSet<Id> = sides.into_iter().flatten().copied().collect();
        tips.into_iter().collect()
    }

    /// What is judged. What comes to the default branch is judged from where that was, also where another
    /// branch brought it before: there, nothing could be approved yet.
    fn walks(self, before: Option<Id>, known: Vec<Id>) -> Vec<Walk> {
        let to_default = Walk::of(listed(self.default), before.into_iter().collect());
        let others = Walk::of(listed(self.others), known.clone());
        let mut branches = Walk::of(listed(self.branches), known);
        // Without a default branch nobody knows where a review would be of use.
        branches.parked = before.is_some();
        vec![to_default, others, branches]
    }

    /// From where the net change of each tip counts.
    fn ends(&self, before: Option<Id>, known: &[Id]) -> Vec<(Arc<[Id]>, Id)> {
        let all: Arc<[Id]> = known.into();
        let default: Arc<[Id]> = before.map_or_else(|| Arc::clone(&all), |id| [id].into());
        let of = |tip: Id| {
            let base = if self.default.contains(&tip) {
                &default
            } else {
                &all
            };
            (!base.contains(&tip)).then(|| (Arc::clone(base), tip))
        };
        self.tips().into_iter().filter_map(of).collect()
    }
}

fn listed(tips: BTreeSet<Id>) -> Vec<Id> {
    tips.into_iter().collect()
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
