//! Which commits a job is about, and whose policy judges them: the same for every system.
//!
//! Trusted are the tips of the branch that a change goes into and of the default branch. Where a job may fetch,
//! what is missing is fetched; else it is an obstacle, with what mends it. That there is no commit is well only where an
//! event really brings none.

use bstr::BString;

use super::checkout::{Checkout, Opener, shown, told};
use super::default::Default;
use super::merged::name_merged;
use super::{Change, Job, System, Tip};
use crate::check::{Event, Obstacle};
use crate::git::{Id, Repo, peel_to_commit};
use crate::host::Host;
use crate::text::show::escaped;

/// Told where nothing is left out.
const WHOLE: &str = "there is no base: the whole history is judged";

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
    let default = Default::find(&mut checkout, job, given)?;
    let mut event = match (job, &given.base) {
        (Some(job), None) => of_job(&mut checkout, job, given, default.as_ref())?,
        (job, base) => by_hand(&mut checkout, job, base.as_deref(), given, default.as_ref())?,
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
    default: Option<&Default>,
) -> Result<Event, Box<Obstacle>> {
    let said = given.head.as_deref();
    match &job.change {
        Change::Request { base, head, .. } => {
            let head = named(checkout, said, head, "the head")?;
            of_request(checkout, job, base, head, default)
        }
        Change::Push {
            name,
            before,
            after,
        } => push(checkout, name, *before, *after, default),
        Change::Deletion { .. } => Ok(Event {
            trusted: default.and_then(Default::side).into_iter().collect(),
            may_be_empty: true,
            ..Event::default()
        }),
        Change::State { name, head } => {
            let head = named(checkout, said, &at(*head, name.as_ref()), "the commit")?;
            state(checkout, name.as_ref(), head, default)
        }
    }
}

/// A base that somebody names, or both ends.
fn by_hand(
    checkout: &mut Checkout<'_>,
    job: Option<&Job>,
    base: Option<&str>,
    given: &Given,
    default: Option<&Default>,
) -> Result<Event, Box<Obstacle>> {
    let tip = match job.map(|job| &job.change) {
        Some(Change::Request { head, .. }) => head.clone(),
        Some(Change::Push { name, after, .. }) => at(Some(*after), Some(name)),
        Some(Change::State { name, head }) => at(*head, name.as_ref()),
        Some(Change::Deletion { .. }) | None => Tip::default(),
    };
    let head = named(checkout, given.head.as_deref(), &tip, "the head")?;
    let Some(base) = base else {
        return state(checkout, None, head, default);
    };
    let base = checkout.revision(base)?;
    let mut event = match job {
        Some(job) if let Change::Request { base, .. } = &job.change => {
            of_request(checkout, job, base, head, default)?
        }
        _ => Event {
            head: Some(head),
            trusted: default.and_then(Default::side).into_iter().collect(),
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
    default: Option<&Default>,
) -> Result<Event, Box<Obstacle>> {
    let Change::Request { branch, group, .. } = &job.change else {
        return Ok(Event::default());
    };
    let mut event = request(checkout, (base, *group), head, default)?;
    event.branch = branch.as_ref().map(|name| super::branch(name.as_ref()));
    if let Some(text) = &job.text {
        event.drafts = text.drafts();
        event.remarks.extend(text.cut.then(|| CUT.to_owned()));
    }
    Ok(event)
}

/// What the target lacks, by its tip as it is now; where the event saw another one that this does not follow, that judges
/// too. A group of requests is built on what comes first, which the target lacks as well.
fn request(
    checkout: &mut Checkout<'_>,
    (base, group): (&Tip, bool),
    head: Id,
    default: Option<&Default>,
) -> Result<Event, Box<Obstacle>> {
    let name = base.name.as_ref();
    let said = name.map_or_else(|| "base".to_owned(), |name| shown(name.as_ref()));
    let now = match name {
        Some(name) => checkout.tip(name.as_ref())?,
        None => None,
    };
    let seen = match base.id {
        Some(_) => Some(checkout.commit(base, "the base")?),
        None => None,
    };
    let bases: Vec<Id> = match (seen, now) {
        (Some(seen), _) if group => vec![seen],
        // It was merged since.
        (Some(seen), Some(now)) if checkout.follows(now, head)? => vec![seen],
        // What the target lost since is no more of it than what it never had.
        (seen, now) => now.or(seen).into_iter().collect(),
    };
    if bases.is_empty() {
        return Err(checkout.no_branch(name.map(AsRef::as_ref)));
    }
    let mut trusted: Vec<_> = bases.iter().map(|id| (said.clone(), *id)).collect();
    if let (Some(seen), Some(now)) = (seen, now)
        && !bases.contains(&seen)
        && !checkout.follows(now, seen)?
    {
        trusted.push((said, seen));
    }
    let side = Default::known(default, checkout)?.side();
    trusted.extend(side.filter(|(_, id)| !bases.contains(id)));
    Ok(Event {
        head: Some(head),
        bases,
        trusted,
        ..Event::default()
    })
}

/// What the branch lacked before, and the default branch lacks. Of a branch that was moved by force, or is new,
/// what the default branch lacks.
fn push(
    checkout: &mut Checkout<'_>,
    name: &BString,
    before: Option<Id>,
    after: Id,
    default: Option<&Default>,
) -> Result<Event, Box<Obstacle>> {
    checkout.had(after, Some(name.as_ref()), "what was pushed")?;
    let pushed = tag(checkout, Some(name))?.unwrap_or((name.clone(), after));
    let head = peel_to_commit(&*checkout.repo, &after).map_err(|error| told(&error))?;
    let is_branch = name.starts_with(b"refs/heads/");
    let mut event = Event {
        head,
        branch: is_branch.then(|| name.clone()),
        pushed: Some(pushed),
        may_be_empty: true,
        ..Event::default()
    };
    let Some(head) = head else { return Ok(event) };
    if before == Some(after) {
        let told = format!("the push is said to lead from {after} to itself");
        return Err(Box::new(Obstacle::told("event", told)));
    }
    let is_default = default.is_some_and(|default| default.name == *name);
    let before = match before {
        // Nobody else can judge what comes to it.
        Some(id) if is_default => {
            let before = at(Some(id), Some(name));
            Some(checkout.commit(&before, "the commit before the push")?)
        }
        Some(id) => checkout.before(id)?,
        None => None,
    };
    let own = before.map(|id| (shown(name.as_ref()), id));
    if is_default {
        event.moved_from = before;
        event.bases.extend(before);
        event.trusted.extend(own);
    } else {
        let trunk = Default::known(default, checkout)?.side();
        if let Some(id) = before
            && is_branch
            && checkout.follows(head, id)?
        {
            event.bases.push(id);
        }
        event.bases.extend(trunk.iter().map(|(_, id)| *id));
        event.trusted.extend(own.into_iter().chain(trunk));
    }
    if event.bases.is_empty() {
        event.remarks.push(WHOLE.to_owned());
    }
    Ok(event)
}

/// What a branch has and the default branch lacks; of the default branch itself, everything.
fn state(
    checkout: &mut Checkout<'_>,
    name: Option<&BString>,
    head: Id,
    default: Option<&Default>,
) -> Result<Event, Box<Obstacle>> {
    let known = Default::known(default, checkout)?;
    let trunk = known.side();
    let merged = match &trunk {
        Some((_, tip)) => checkout.follows(*tip, head)?,
        None => true,
    };
    // Without a name nobody knows whether it is the default branch.
    let may_be_default = name.is_none_or(|name| *name == known.name);
    let whole = trunk.is_none() || (may_be_default && (merged || name.is_some()));
    let bases = trunk.iter().filter(|_| !whole).map(|(_, id)| *id);
    Ok(Event {
        head: Some(head),
        bases: bases.collect(),
        branch: name
            .filter(|name| name.starts_with(b"refs/heads/"))
            .cloned(),
        may_be_empty: merged && !whole,
        pushed: tag(checkout, name)?,
        remarks: whole.then(|| WHOLE.to_owned()).into_iter().collect(),
        // Of the default branch itself nobody else speaks for the policy.
        trusted: trunk.into_iter().filter(|_| !whole).collect(),
        ..Event::default()
    })
}

/// A tag, as it lies at the remote or in the checkout: systems tell the commit alone, and its message is judged.
fn tag(
    checkout: &mut Checkout<'_>,
    name: Option<&BString>,
) -> Result<Option<(BString, Id)>, Box<Obstacle>> {
    let Some(name) = name.filter(|name| name.starts_with(b"refs/tags/")) else {
        return Ok(None);
    };
    Ok(checkout.tip(name.as_ref())?.map(|id| (name.clone(), id)))
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
fn at(id: Option<Id>, name: Option<&BString>) -> Tip {
    Tip {
        id,
        name: name.filter(|_| id.is_some()).cloned(),
    }
}
