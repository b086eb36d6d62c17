//! What a push would send.

use std::sync::Arc;

use bstr::BString;

use super::walks::Walk;
use super::{Plan, tags};
use crate::check::rows::Obstacle;
use crate::git::{self, Id, Kind, PushLine, Repo};
use crate::policy::{Judged, PushSide};
use crate::report::RangeKind;
use crate::rule::DeletedDefault;

pub(super) fn push(repo: &dyn Repo, remote: &str, lines: &[PushLine]) -> git::Result<Plan> {
    let tracking = repo.references(&format!("refs/remotes/{remote}/"))?;
    let deleted = deleted_defaults(repo, remote, lines, &tracking)?;
    let mut known: Vec<Id> = tracking.into_iter().map(|(_, id)| id).collect();
    let mut sent = Sent::default();
    let mut sides = Vec::new();
    for line in lines {
        let tip = match line.local {
            Some(id) => sent.tip(repo, &line.remote_ref, id)?,
            None => None,
        };
        let old = line.remote.map(|id| git::peel_to_commit(repo, &id));
        match old.transpose() {
            Ok(old) => known.extend(old.flatten()),
            Err(error) => sent
                .obstacles
                .push(Obstacle::from(&error).at_ref(line.remote_ref.as_ref())),
        }
        sides.push(PushSide {
            old: line.remote,
            new: tip,
        });
    }
    let tips: Vec<Id> = sides.iter().filter_map(|side| side.new).collect();
    let judged = Judged::Push { sides };
    let mut plan = Plan::new(RangeKind::Push, judged);
    let refs = lines.iter();
    plan.refs = refs
        .map(|line| (line.remote_ref.clone(), line.remote, line.local))
        .collect();
    plan.deleted_defaults = deleted;
    plan.obstacles = sent.obstacles;
    plan.tags = sent.tags;
    // Of several references nobody knows which one a commit was made on.
    if let [line] = lines {
        plan.branch = Some(line.local_ref.clone());
    }
    known.sort_unstable();
    known.dedup();
    // What the push adds, from where it leaves what the remote is known to have.
    let all: Arc<[Id]> = known.as_slice().into();
    plan.ends
        .extend(tips.iter().map(|tip| (Arc::clone(&all), *tip)));
    plan.walks = vec![Walk::of(tips, known)];
    Ok(plan)
}

/// The default branch of the remote, if the push deletes it: the branch that its `HEAD` names here,
/// else `main` or `master`.
fn deleted_defaults(
    repo: &dyn Repo,
    remote: &str,
    lines: &[PushLine],
    tracking: &[(BString, Id)],
) -> git::Result<Vec<DeletedDefault>> {
    // A remote that is an address has no branches here.
    if tracking.is_empty() {
        return Ok(Vec::new());
    }
    let folder = format!("refs/remotes/{remote}/");
    let tracked = |name: &str| {
        let full = format!("{folder}{name}");
        tracking.iter().any(|(known, _)| *known == full)
    };
    let named = repo.symbolic(format!("{folder}HEAD").as_str().into())?;
    let named = named.and_then(|name| Some(BString::from(name.strip_prefix(folder.as_bytes())?)));
    let usual = || ["main", "master"].into_iter().find(|name| tracked(name));
    let Some(default) = named.or_else(|| usual().map(BString::from)) else {
        return Ok(Vec::new());
    };
    let full = BString::from([b"refs/heads/", default.as_slice()].concat());
    let mut deleted = lines.iter().filter(|line| line.local.is_none());
    let gone = deleted
        .any(|line| line.remote_ref == full)
        .then(|| DeletedDefault {
            name: full.clone(),
            default: full,
            guarded: true,
        });
    Ok(gone.into_iter().collect())
}

/// What is sent, as far as it was looked at.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) tags: Vec<(BString, BString)>,
    pub(super) obstacles: Vec<Obstacle>,
}

impl Sent {
    /// The commit that a reference will lead to. The messages of tags on the way are kept; what is
    /// no commit at all is not judged, and that is told.
    pub(super) fn tip(
        &mut self,
        repo: &dyn Repo,
        name: &BString,
        id: Id,
    ) -> git::Result<Option<Id>> {
        let peeled = git::peel(repo, &id)?;
        self.tags.extend(tags::messages(name.as_ref(), &peeled));
        let tip = (peeled.kind == Kind::Commit).then_some(peeled.id);
        if tip.is_none() {
            let told = "the reference leads to no commit: what it holds is not judged".to_owned();
            let obstacle = Obstacle::told("not-a-commit", told);
            self.obstacles.push(obstacle.at_ref(name.as_ref()));
        }
        Ok(tip)
    }
}
