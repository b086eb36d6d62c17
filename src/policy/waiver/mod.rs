//! Waivers: exceptions that somebody approved, each for the findings of one rule, in one scope, for
//! a while.
//!
//! From files ([`WaiverFile`]) to [`Waiver`]s, with every problem at its place; whether one stands is
//! asked of the policy's [`Terms`]. What a waiver does to a finding is decided in `check` alone.

mod canonical;
mod disk;
mod edit;
mod emergency;
mod files;
mod index;
mod read;
mod register;
mod scope;
mod standing;
mod terms;
mod trusted;
mod unread;

use jiff::civil::Date;

use super::raw::waiver::RawWaiver;
use crate::text::Spanned;

pub use canonical::canonical;
pub use edit::Unsigned;
pub use emergency::{Emergency, Use, emergency_canonical};
pub use files::{Flaw, WaiverFile, Waivers};
pub use index::WaiverIndex;
pub(super) use read::read;
pub use register::Groups;
pub use scope::{End, Matter, Scope};
pub use standing::{Approver, Proved, Register, Standing, are_two};
pub use terms::{EmergencyTerms, MAX_DAYS, Terms, WaiverTerms};
pub use trusted::{LARGEST, MOST, is_waiver};
pub use unread::WaiverFiles;

/// Rules whose findings no waiver excepts: by what their ids begin with.
const NEVER: &[&str] = &["policy-", "gate-", "waiver-", "history-"];

/// An exception that may stand: it is whole and means something.
#[derive(Debug)]
pub struct Waiver {
    /// Its id.
    pub id: Spanned<String>,
    /// The id of the rule whose findings it excepts.
    pub rule: Spanned<String>,
    /// Where it holds.
    pub scope: Scope,
    /// Where it was asked for.
    pub ticket: Option<String>,
    /// Who asked for it, by e-mail.
    pub requested_by: String,
    /// Who approved it, at least one.
    pub approvals: Vec<Approval>,
    /// The last day on which it holds.
    pub expires: Spanned<Date>,
    /// As it is written: what signatures are over.
    raw: RawWaiver,
}

/// Who approved a waiver.
#[derive(Clone, Debug)]
pub struct Approval {
    /// The approver's e-mail address.
    pub who: Spanned<String>,
    /// The day of the approval.
    pub date: Spanned<Date>,
    /// The armoured signature.
    pub signature: Option<Spanned<String>>,
}

/// Whether a waiver may except findings of that rule, as far as the language goes.
pub fn is_waivable(rule: &str) -> bool {
    !NEVER.iter().any(|family| rule.starts_with(family))
}

impl Waiver {
    /// Whether somebody asked for it or approved it.
    pub fn is_approved_by(&self, email: &str) -> bool {
        self.approvals
            .iter()
            .any(|approval| same_person(&approval.who, email))
    }
}

/// Whether two e-mail addresses are one person's, as far as addresses can tell.
pub(crate) fn same_person(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
