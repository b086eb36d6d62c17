//! What a server receives: the commits that it would have by a branch or a tag and has not yet.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Plan;
use super::push::Sent;
use super::walks::Walk;
use crate::agent::NOTES;
use crate::check::Received;
use crate::check::rows::Obstacle;
use crate::git::{
    self, DefaultBranch, DefaultNames, Id, NamespaceDefaults, RefUpdate, Repo, Standing, Taken,
    default_branch, is_namespace_head,
};
use crate::policy::Judged;
use crate::report::RangeKind;
use crate::rule::DeletedDefault;
use crate::text::show::escaped;

/// Where notes lie. No forge fills it, and a long history of notes is not judged anew each time.
const NOTES_FOLDER: &[u8] = b"refs/notes/";

pub(super) fn receive(repo: &dyn Repo, received: &Received) -> git::Result<Plan> {
    let updates = &received.updates;
    let namespace = received.namespace.as_ref();
    let default = default_branch(repo, namespace)?;
    let names = DefaultNames::read(repo, namespace, default.as_ref())?;
    let mut remarks = tickets(received);
    let elsewhere = NamespaceDefaults::read(repo)?;
    let deleted = gone(repo, &names, &elsewhere, default.as_ref(), updates)?;
    let mut taken = Taken::read(repo)?;
    let mut sent = Sent::default();
    let mut landed = Landed {
        before: default.as_ref().map(|branch| branch.id),
        ..Landed::default()
    };
    let mut notes = None;
    for update in updates {
        let now = taken.reference(namespace, update.name.as_ref());
        let standing = names.standing(repo, update.name.as_ref())?;
        if now != update.old && !is_unseen(repo, update, now) {
            sent.obstacles.push(moved_on(update));
        }
        let foreign = foreign_judge(repo, &names, &elsewhere, update, standing)?;
        sent.obstacles.extend(foreign);
        let Some(new) = update.new else { continue };
        let tip = sent.tip(repo, &update.name, new)?;
        if update.name == NOTES {
            notes = tip;
        }
        // Of what cannot be read `taken` tells, and all of it is judged.
        let now_at = now.and_then(|now| git::peel_to_commit(repo, &now).ok().flatten());
        landed.tip(standing, tip, now_at);
        if update.name.starts_with(NOTES_FOLDER) {
            taken.count(repo, &update.name, now);
        }
    }
    let known = taken.commits();
    remarks.extend(unread(&taken));
    // Without a default branch nobody knows where a review would be of use.
    let is_branch = default.as_ref().is_some_and(|one| one.end.is_some());
    landed.parked = is_branch && deleted.is_empty();
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
    plan.deleted_defaults = deleted;
    plan.notes = notes;
    plan.remarks = remarks;
    // Of several references nobody knows which one a commit was made on.
    if let [update] = updates.as_slice() {
        plan.branch = Some(update.name.clone()).filter(|name| name.starts_with(b"refs/heads/"));
    }
    plan.ends = landed.ends(&known);
    plan.moves = std::mem::take(&mut landed.moves);
    plan.walks = landed.walks(known);
    Ok(plan)
}

/// What the references of a push will be, by where they lie.
#[derive(Default)]
struct Landed {
    /// The default branch as it is.
    before: Option<Id>,
    /// Whether a branch may wait for a review.
    parked: bool,
    default: BTreeSet<Id>,
    /// What becomes of the branches that inherit, and what they are now.
    heirs: BTreeSet<Id>,
    heirs_now: BTreeSet<Id>,
    /// Where each that counts for the default branch is, and where it will be.
    moves: BTreeSet<(Id, Id)>,
    branches: BTreeSet<Id>,
    others: BTreeSet<Id>,
}

impl Landed {
    /// What a reference will be, and the commit that it is now.
    fn tip(&mut self, standing: Standing, tip: Option<Id>, now: Option<Id>) {
        let before = match standing {
            Standing::Default | Standing::Coming => self.before,
            // One that is not there yet would come in the default branch's place.
            Standing::Heir => now.or(self.before),
            Standing::Branch | Standing::Other => None,
        };
        self.moves.extend(before.zip(tip));
        if standing == Standing::Heir {
            self.heirs_now.extend(now);
        }
        let side = match standing {
            Standing::Default | Standing::Coming => &mut self.default,
            Standing::Heir => &mut self.heirs,
            Standing::Branch => &mut self.branches,
            Standing::Other => &mut self.others,
        };
        side.extend(tip);
    }

    fn tips(&self) -> Vec<Id> {
        let sides = [&self.default, &self.heirs, &self.branches, &self.others];
        let tips: BTreeSet<Id> = sides.into_iter().flatten().copied().collect();
        tips.into_iter().collect()
    }

    /// What heirs are judged from: the default branch, and themselves, which were judged so before.
    fn inherited(&self) -> Vec<Id> {
        self.heirs_now.iter().copied().chain(self.before).collect()
    }

    /// What is judged. What comes to the default branch is judged from where that was, also where another
    /// branch brought it before: there, nothing could be approved yet.
    fn walks(self, known: Vec<Id>) -> Vec<Walk> {
        let inherited = self.inherited();
        let to_default = Walk::of(listed(self.default), self.before.into_iter().collect());
        let to_heirs = Walk::of(listed(self.heirs), inherited);
        let others = Walk::of(listed(self.others), known.clone());
        let mut branches = Walk::of(listed(self.branches), known);
        branches.parked = self.parked;
        vec![to_default, to_heirs, others, branches]
    }

    /// From where the net change of each tip counts.
    fn ends(&self, known: &[Id]) -> Vec<(Arc<[Id]>, Id)> {
        let all: Arc<[Id]> = known.into();
        let default: Arc<[Id]> = self
            .before
            .map_or_else(|| Arc::clone(&all), |id| [id].into());
        let inherited: Arc<[Id]> = self.inherited().into();
        let of = |tip: Id| {
            let base = if self.default.contains(&tip) {
                &default
            } else if self.heirs.contains(&tip) {
                &inherited
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

/// Whether Git told the client nothing of a reference, since it names what is not there: it can be taken away only by
/// who says that it was nothing.
fn is_unseen(repo: &dyn Repo, update: &RefUpdate, now: Option<Id>) -> bool {
    let deleted = update.old.is_none() && update.new.is_none();
    deleted && now.is_some_and(|now| git::peel_to_commit(repo, &now).is_err())
}

/// What is in the way where a push says which branch judges a namespace, or moves that from outside.
fn foreign_judge(
    repo: &dyn Repo,
    names: &DefaultNames,
    elsewhere: &NamespaceDefaults,
    update: &RefUpdate,
    standing: Standing,
) -> git::Result<Option<Obstacle>> {
    let end = names.end(repo, update.name.as_ref())?;
    let is_own = matches!(standing, Standing::Default | Standing::Coming);
    let told = if is_namespace_head(update.name.as_ref()) {
        "a push may not say which branch judges a namespace: whoever keeps the server says so, by \
         `git symbolic-ref` there"
    } else if update.new.is_some() && !is_own && elsewhere.has(repo, end.as_ref())? {
        "this branch judges a namespace that the push is not in: push to it there, or let whoever \
         keeps the server move it"
    } else {
        return Ok(None);
    };
    let obstacle = Obstacle::told("namespace-head", told.to_owned());
    Ok(Some(obstacle.at_ref(update.name.as_ref())))
}

/// What is in the way where a reference is not what the push says that it was. Git hands the client's
/// word on, and compares it later, with each reference alone: so it is no sign of what is known.
fn moved_on(update: &RefUpdate) -> Obstacle {
    let told = "the reference is not what the push says that it was: fetch and push again";
    Obstacle::told("moved-on", told.to_owned()).at_ref(update.name.as_ref())
}

/// What is told of references that cannot be read.
fn unread(taken: &Taken) -> impl Iterator<Item = String> {
    taken.unread().iter().map(|name| {
        let name = escaped(name);
        format!("{name} cannot be read here: its commits are judged as if they were new")
    })
}

fn tickets(received: &Received) -> Vec<String> {
    let tickets = received.tickets.iter();
    tickets
        .map(|ticket| format!("the pusher names the ticket {}", escaped(ticket)))
        .collect()
}

/// The branch whose policy judges, and those whose policies judge in namespaces, by each name by which the push takes
/// one away.
fn gone(
    repo: &dyn Repo,
    names: &DefaultNames,
    elsewhere: &NamespaceDefaults,
    default: Option<&DefaultBranch>,
    updates: &[RefUpdate],
) -> git::Result<Vec<DeletedDefault>> {
    let mut gone = Vec::new();
    for update in updates.iter().filter(|update| update.new.is_none()) {
        let name = &update.name;
        let standing = names.standing(repo, name.as_ref())?;
        if let Some(default) = default
            && standing == Standing::Default
        {
            gone.push(DeletedDefault {
                name: name.clone(),
                default: default.name.clone(),
                guarded: names.is_guarded(name.as_ref()),
            });
            continue;
        }
        let end = names.end(repo, name.as_ref())?;
        if elsewhere.has(repo, end.as_ref())? {
            gone.push(DeletedDefault {
                name: name.clone(),
                default: end,
                guarded: false,
            });
        }
    }
    Ok(gone)
}
