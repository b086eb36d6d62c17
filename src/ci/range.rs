//! The commits and the sides of a request, a push and a state. For `resolve.rs`.

use bstr::BString;

use super::Tip;
use super::checkout::{Checkout, shown, told};
use super::resolve::at;
use super::trunk::Trunk;
use crate::check::{Event, Obstacle};
use crate::git::{Id, peel_to_commit};

/// Told where nothing is left out.
const WHOLE: &str = "there is no base: the whole history is judged";

/// What the target lacks, by its tip as it is now; where the event saw another one that this does not follow, that judges
/// too. A group of requests is built on what comes first, which the target lacks as well.
pub(super) fn request(
    checkout: &mut Checkout<'_>,
    (base, group): (&Tip, bool),
    head: Id,
    trunk: Option<&Trunk>,
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
    let side = Trunk::known(trunk, checkout)?.side();
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
pub(super) fn push(
    checkout: &mut Checkout<'_>,
    name: &BString,
    before: Option<Id>,
    after: Id,
    trunk: Option<&Trunk>,
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
    let is_default = trunk.is_some_and(|trunk| trunk.name == *name);
    let before = match before {
        // Nobody else can judge what comes to it.
        Some(id) if is_default => {
            let before = at(Some(id), Some(name));
            Some(checkout.commit(&before, "the commit before the push")?)
        }
        Some(id) => checkout.before(id, &mut event.remarks)?,
        None => None,
    };
    let own = before.map(|id| (shown(name.as_ref()), id));
    if is_default {
        event.moved_from = before;
        event.bases.extend(before);
        event.trusted.extend(own);
    } else {
        let side = Trunk::known(trunk, checkout)?.side();
        if let Some(id) = before
            && is_branch
            && checkout.follows(head, id)?
        {
            event.bases.push(id);
        }
        event.bases.extend(side.iter().map(|(_, id)| *id));
        event.trusted.extend(own.into_iter().chain(side));
    }
    if event.bases.is_empty() {
        event.remarks.push(WHOLE.to_owned());
    }
    Ok(event)
}

/// What a branch has and the default branch lacks; of the default branch itself, everything.
pub(super) fn state(
    checkout: &mut Checkout<'_>,
    name: Option<&BString>,
    head: Id,
    trunk: Option<&Trunk>,
) -> Result<Event, Box<Obstacle>> {
    let known = Trunk::known(trunk, checkout)?;
    let side = known.side();
    let merged = match &side {
        Some((_, tip)) => checkout.follows(*tip, head)?,
        None => true,
    };
    // Without a name nobody knows whether it is the default branch.
    let may_be_default = name.is_none_or(|name| *name == known.name);
    let whole = side.is_none() || (may_be_default && (merged || name.is_some()));
    let bases = side.iter().filter(|_| !whole).map(|(_, id)| *id);
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
        trusted: side.into_iter().filter(|_| !whole).collect(),
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
