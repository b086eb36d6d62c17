//! The default branch of the repository that a job is about. For `resolve.rs` and `range.rs`.

use bstr::BString;

use super::checkout::{Checkout, shown};
use super::resolve::Given;
use super::{Job, whole_branch};
use crate::check::Obstacle;
use crate::git::Id;

/// The default branch: its full name, and its tip if it has one.
pub(super) struct Trunk {
    pub(super) name: BString,
    tip: Option<Id>,
}

impl Trunk {
    /// As it is said, as the event says, as the remote says.
    pub(super) fn find(
        checkout: &mut Checkout<'_>,
        job: Option<&Job>,
        given: &Given,
    ) -> Result<Option<Self>, Box<Obstacle>> {
        let said = given.default_branch.as_deref().map(BString::from);
        let said = said.or_else(|| job.and_then(|job| job.default_branch.clone()));
        let name = match said {
            Some(name) => Some(whole_branch(name.as_ref())),
            None => checkout.default_branch()?,
        };
        let Some(name) = name else { return Ok(None) };
        let tip = checkout.tip(name.as_ref())?;
        if tip.is_none() && checkout.may_fetch() && checkout.default_branch()?.is_some() {
            return Err(checkout.no_branch(Some(name.as_ref())));
        }
        Ok(Some(Self { name, tip }))
    }

    /// The one that is known. It judges whatever a branch of the author's own says. A remote that has no branch of
    /// its name has no default branch yet.
    pub(super) fn known<'t>(
        trunk: Option<&'t Self>,
        checkout: &Checkout<'_>,
    ) -> Result<&'t Self, Box<Obstacle>> {
        let Some(trunk) = trunk else {
            let what = "nobody says which branch is the default one".to_owned();
            let mend = "cordon ci --default-branch main".to_owned();
            let unknown = Obstacle::told("default-branch", what);
            return Err(Box::new(unknown.mended_by(Some(mend))));
        };
        if trunk.tip.is_none() && !checkout.may_fetch() {
            return Err(checkout.no_branch(Some(trunk.name.as_ref())));
        }
        Ok(trunk)
    }

    /// The side that it is, where it has a tip.
    pub(super) fn side(&self) -> Option<(String, Id)> {
        Some((shown(self.name.as_ref()), self.tip?))
    }
}
