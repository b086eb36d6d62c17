//! What a policy says of waivers in general: who approves them, for how long, and where two must.

use std::collections::BTreeSet;

use crate::policy::Policy;
use crate::policy::authority::{Authority, Role};
use crate::policy::raw::ZoneClass;

/// How many days a waiver may be good for, where nobody says.
pub const MAX_DAYS: u32 = 90;

/// What one authority says of waivers. Absent means: no opinion.
#[derive(Clone, Debug, Default)]
pub struct WaiverTerms {
    /// `waivers.max_days`.
    pub max_days: Option<u32>,
    /// `waivers.approvers`: names of groups.
    pub approvers: Option<BTreeSet<String>>,
    /// `waivers.two_for`.
    pub two_for: BTreeSet<ZoneClass>,
    /// `waivers.emergency.approvers`.
    pub emergency_approvers: Option<BTreeSet<String>>,
    /// `waivers.emergency.hours`.
    pub emergency_hours: Option<u32>,
}

/// What holds for the waivers of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The id of the policy whose waivers they are: signatures are for it.
    pub policy: Option<String>,
    /// How many days one may be good for.
    pub max_days: u32,
    /// The groups that may approve one.
    pub approvers: BTreeSet<String>,
    /// The classes of zones that ask for two.
    pub two_for: BTreeSet<ZoneClass>,
    /// The way through when nothing else helps.
    pub emergency: EmergencyTerms,
}

/// What holds for emergency waivers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmergencyTerms {
    /// The groups of which two people must sign one.
    pub approvers: BTreeSet<String>,
    /// How many hours one may be good for; 0 where nobody says.
    pub hours: u32,
}

impl Policy {
    /// What holds for waivers. Whoever speaks for the organisation says who approves; without an
    /// organisation, the repository's trusted sides. Days, hours and the classes that ask for two every
    /// authority may tighten.
    pub fn waiver_terms(&self) -> Terms {
        let speakers = self.waiver_speakers();
        let said = |pick: fn(&WaiverTerms) -> Option<&BTreeSet<String>>| {
            let groups = speakers.iter();
            // A side that says nothing grants nothing, but for the system's: it need not know of waivers.
            let above = |one: &Authority| one.role < Role::Org;
            let asked = groups.filter(|one| !above(one) || pick(&one.waivers).is_some());
            let groups = asked.map(|one| pick(&one.waivers).cloned().unwrap_or_default());
            groups
                .reduce(|one, other| &one & &other)
                .unwrap_or_default()
        };
        let all = || self.authorities().iter().map(|one| &one.waivers);
        // Waivers lie beside the lowest of those who speak, never beside the system's policy.
        let lowest = speakers.iter().map(|one| one.role).max();
        let mut beside = speakers.iter().filter(|one| Some(one.role) == lowest);
        let id = beside.find_map(|one| one.id.as_ref());
        Terms {
            policy: id.map(|id| id.value.clone()),
            max_days: self.at_most(|one| one.max_days, MAX_DAYS),
            approvers: said(|one| one.approvers.as_ref()),
            two_for: all().flat_map(|one| one.two_for.iter().copied()).collect(),
            emergency: EmergencyTerms {
                approvers: said(|one| one.emergency_approvers.as_ref()),
                hours: self.at_most(|one| one.emergency_hours, 0),
            },
        }
    }

    /// For how long at most. Whoever has the say and says nothing means the default, but for the system's policy
    /// beside another; all others only lower it.
    fn at_most(&self, pick: fn(&WaiverTerms) -> Option<u32>, default: u32) -> u32 {
        let speakers = self.waiver_speakers();
        let lowest = speakers.iter().map(|one| one.role).max();
        let mut beside = speakers.iter().filter(|one| Some(one.role) == lowest);
        let silent = beside.any(|one| pick(&one.waivers).is_none());
        let said = self.authorities().iter();
        let said = said.filter_map(|one| pick(&one.waivers));
        said.chain((silent || speakers.is_empty()).then_some(default))
            .min()
            .unwrap_or(default)
    }

    /// Whether a policy above the repository's has the say.
    pub fn has_organisation(&self) -> bool {
        let above = |one: &Authority| one.role != Role::Builtin && one.role <= Role::Org;
        self.authorities().iter().any(above)
    }

    /// Whether waivers may except a rule's findings: no, if any authority says so.
    pub fn waivable(&self, rule: &str) -> bool {
        let mut settings = self.authorities().iter();
        settings.all(|one| {
            one.rules
                .get(rule)
                .is_none_or(|rule| rule.waivable != Some(false))
        })
    }

    fn waiver_speakers(&self) -> Vec<&Authority> {
        let organisation = self.has_organisation();
        let speaks = |one: &&Authority| {
            let above = one.role != Role::Builtin && one.role <= Role::Org;
            above || (!organisation && one.role == Role::Repository)
        };
        self.authorities().iter().filter(speaks).collect()
    }
}
