//! Which commits a job is about, and whose policy judges them: the same for every system.
//!
//! Trusted are the tips of the branch that a change goes into and of the default branch. Where a job may fetch,
//! what is missing is fetched; else it is an obstacle, with what mends it. That there is no commit is well only where an
//! event really brings none.

use std::path::PathBuf;

use bstr::BString;

use super::checkout::{Checkout, Opener, shown, told};
use super::merged::name_merged;
use super::payload::outside;
use super::range::{push, request, state};
use super::trunk::Trunk;
use super::{Change, Job, System, Tip};
use crate::check::{Event, Obstacle};
use crate::git::{Id, Repo};
use crate::host::Host;
use crate::text::show::escaped;

/// Told where a system keeps a part of a text to itself.
const CUT: &str =
    "the system tells the beginning of the request's description alone: the rest is not judged";

/// What somebody says in the place of the event, and what a job may do.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Where the range starts, as a revision.
    pub base: Option<String>,
    /// Where it ends, as a revision.
    pub head: Option<String>,
    /// The default branch, by its short name.
    pub default_branch: Option<String>,
    /// Whether what is missing may be fetched.
    pub fetch: bool,
    /// Whether the commits are on the default branch already, and those among them that are pull requests are
    /// compared with these.
    pub after_merge: bool,
    /// The directories whose files are the change's, as real paths.
    pub checkouts: Vec<PathBuf>,
}

/// A job, resolved.
pub struct Resolved {
    /// The repository, with what was fetched.
    pub repo: Box<dyn Repo + Send>,
    /// What is judged.
    pub event: Event,
}

/// Finds the commits of a job and the sides that judge them. Without a job, `given` names both ends.
pub fn resolve(
    open: &Opener<'_>,
    host: &Host,
    system: &dyn System,
    job: Option<&Job>,
    given: &Given,
) -> Result<Resolved, Box<Obstacle>> {
    let mut checkout = Checkout::new(open, host, system, given.fetch)?;
    if job.is_some() {
        outside(host, system, &given.checkouts)?;
    }
    let origin = checkout.repo.config("remote.origin.url");
    let origin = origin.map_err(|error| told(&error))?;
    if let Some(obstacle) = system.in_fork(host, origin.as_ref().map(AsRef::as_ref)) {
        return Err(obstacle);
    }
    let trunk = Trunk::find(&mut checkout, job, given)?;
    let mut event = match (job, &given.base) {
        (Some(job), None) => of_job(&mut checkout, job, given, trunk.as_ref())?,
        (job, base) => by_hand(&mut checkout, job, base.as_deref(), given, trunk.as_ref())?,
    };
    if let Some(head) = event.head {
        checkout.complete(head, &event.bases)?;
    }
    if given.after_merge {
        name_merged(&mut checkout, system, &mut event)?;
    }
    if let Some(job) = job {
        let said = format!("{}: {}", system.name(), job.said());
        event.remarks.insert(0, said);
    }
    Ok(Resolved {
        repo: checkout.repo,
        event,
    })
}

impl Job {
    /// In a few words, for people.
    fn said(&self) -> String {
        let event = escaped(self.event.as_bytes());
        let name = |name: &BString| shown(name.as_ref());
        match &self.change {
            Change::Request { base, .. } => {
                let number = self.text.as_ref().and_then(|text| text.number);
                let number = number.map(|number| format!(" {number}"));
                let into = base.name.as_ref().map(|of| format!(" into {}", name(of)));
                let (number, into) = (number.unwrap_or_default(), into.unwrap_or_default());
                format!("{event}{number}{into}")
            }
            Change::Push { name: of, .. } => format!("{event} to {}", name(of)),
            Change::Deletion { name: of } => {
                format!("{} was deleted: there is nothing to judge", name(of))
            }
            Change::State { name: Some(of), .. } => format!("{event} on {}", name(of)),
            Change::State { name: None, .. } => event,
        }
    }
}

fn of_job(
    checkout: &mut Checkout<'_>,
    job: &Job,
    given: &Given,
    trunk: Option<&Trunk>,
) -> Result<Event, Box<Obstacle>> {
    let said = given.head.as_deref();
    match &job.change {
        Change::Request { base, head, .. } => {
            let head = named(checkout, said, head, "the head")?;
            of_request(checkout, job, base, head, trunk)
        }
        Change::Push {
            name,
            before,
            after,
        } => {
            let after = match said {
                Some(revision) => checkout.revision(revision)?,
                None => *after,
            };
            push(checkout, name, *before, after, trunk)
        }
        Change::Deletion { .. } if let Some(revision) = said => {
            let head = checkout.revision(revision)?;
            state(checkout, None, head, trunk)
        }
        Change::Deletion { .. } => Ok(Event {
            trusted: trunk.and_then(Trunk::side).into_iter().collect(),
            may_be_empty: true,
            ..Event::default()
        }),
        Change::State { name, head } => {
            let head = named(checkout, said, &at(*head, name.as_ref()), "the commit")?;
            state(checkout, name.as_ref(), head, trunk)
        }
    }
}

/// A base that somebody names, or both ends.
fn by_hand(
    checkout: &mut Checkout<'_>,
    job: Option<&Job>,
    base: Option<&str>,
    given: &Given,
    trunk: Option<&Trunk>,
) -> Result<Event, Box<Obstacle>> {
    let tip = match job.map(|job| &job.change) {
        Some(Change::Request { head, .. }) => head.clone(),
        Some(Change::Push { name, after, .. }) => at(Some(*after), Some(name)),
        Some(Change::State { name, head }) => at(*head, name.as_ref()),
        Some(Change::Deletion { .. }) | None => Tip::default(),
    };
    let head = named(checkout, given.head.as_deref(), &tip, "the head")?;
    let Some(base) = base else {
        return state(checkout, None, head, trunk);
    };
    let base = checkout.revision(base)?;
    let mut event = match job {
        Some(job) if let Change::Request { base, .. } = &job.change => {
            of_request(checkout, job, base, head, trunk)?
        }
        _ => Event {
            head: Some(head),
            trusted: trunk.and_then(Trunk::side).into_iter().collect(),
            ..Event::default()
        },
    };
    event.bases = vec![base];
    event.trusted.retain(|(_, id)| *id != base);
    event.trusted.insert(0, ("base".to_owned(), base));
    Ok(event)
}

/// A request, with what people wrote of it.
fn of_request(
    checkout: &mut Checkout<'_>,
    job: &Job,
    base: &Tip,
    head: Id,
    trunk: Option<&Trunk>,
) -> Result<Event, Box<Obstacle>> {
    let Change::Request { branch, group, .. } = &job.change else {
        return Ok(Event::default());
    };
    let mut event = request(checkout, (base, *group), head, trunk)?;
    event.branch = branch.as_ref().map(|name| super::branch(name.as_ref()));
    if let Some(text) = &job.text {
        event.drafts = text.drafts();
        event.remarks.extend(text.cut.then(|| CUT.to_owned()));
    }
    Ok(event)
}

/// The commit that somebody names in the place of an event's.
fn named(
    checkout: &mut Checkout<'_>,
    said: Option<&str>,
    tip: &Tip,
    what: &str,
) -> Result<Id, Box<Obstacle>> {
    match said {
        Some(revision) => checkout.revision(revision),
        None => checkout.commit(tip, what),
    }
}

/// Where nobody tells the commit it is `HEAD`, and no branch of the remote.
pub(super) fn at(id: Option<Id>, name: Option<&BString>) -> Tip {
    Tip {
        id,
        name: name.filter(|_| id.is_some()).cloned(),
    }
}
