//! Whether a waiver stands: on a day, by a policy's terms, approved by people who may and have proved it.

use std::collections::BTreeSet;

use jiff::Span;
use jiff::civil::Date;

use super::canonical::canonical;
use super::{Approval, Terms, Waiver};
use crate::policy::{Holders, Own};

/// Who may approve, and what proves that they did. The policy's groups are one.
pub trait Register {
    /// Whether a group has this member.
    fn has_member(&self, group: &str, email: &str) -> bool;

    /// Why it is not known who is in a group, if it is not.
    fn unread(&self, group: &str) -> Option<&str>;

    /// Whether a group's members prove themselves by keys.
    fn has_keys(&self, group: &str) -> bool;

    /// Whoever goes by this address, by every name that the groups know.
    fn person(&self, email: &str) -> Own;

    /// The key of one of these groups by which this member made a signature over `signed`; or why the signature proves nothing. The key must count on that day and on the run's.
    fn key_of(
        &self,
        groups: &[&str],
        email: &str,
        signed: &str,
        signature: &str,
        day: Date,
    ) -> Result<Proved, String>;
}

/// By what a signature is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// The fingerprint of its key.
    pub key: String,
    /// Those whose that key may be.
    pub holders: Holders,
}

/// Who approved a waiver, by every name that the groups know, and what proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approver {
    /// Their names.
    pub own: Own,
    /// The signature's proof; `None` where their groups have no keys.
    pub proved: Option<Proved>,
}

impl Approver {
    /// Whether they may be one person with another, by name or by key.
    pub fn may_be(&self, other: &Self) -> bool {
        let keys = self.proved.as_ref().zip(other.proved.as_ref());
        self.own.meets(&other.own)
            || keys.is_some_and(|(one, other)| one.holders.meet(&other.holders))
    }
}

/// Whether approvals are of two people for certain, as far as groups and keys tell. Without keys, the review of the file
/// is what tells.
pub fn are_two(approvers: &[Approver]) -> bool {
    let mut each = approvers.iter().enumerate();
    each.any(|(at, one)| {
        let mut others = approvers.iter().skip(at + 1);
        others.any(|other| !one.may_be(other))
    })
}

impl Proved {
    /// Whether somebody of those who had a part may have signed, in whatever name.
    pub fn may_be(&self, own: &Own) -> bool {
        own.addresses().any(|one| self.holders.has(one))
    }
}

/// What a waiver comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts. Who gave each of its approvals, in their order.
    Stands(Vec<Approver>),
    /// Its last day is past.
    Expired,
    /// It does not count, and why, as a sentence.
    Flawed(String),
}

impl Waiver {
    /// What it comes to on a day. With `all_signed`, an approval without a signature is none: nobody has
    /// reviewed the file that it stands in.
    pub fn standing(
        &self,
        terms: &Terms,
        register: &dyn Register,
        date: Date,
        all_signed: bool,
    ) -> Standing {
        if self.expires.value < date {
            return Standing::Expired;
        }
        let asked = register.person(&self.requested_by);
        let mut keys = BTreeSet::new();
        let mut approvers = Vec::new();
        for approval in &self.approvals {
            let proved = self
                .timely(approval, terms, date)
                .and_then(|()| self.proven(approval, terms, register, all_signed));
            let proved = match proved {
                Ok(proved) => proved,
                Err(told) => return Standing::Flawed(told),
            };
            if let Some(proved) = &proved
                && !keys.insert(proved.key.clone())
            {
                return Standing::Flawed("one key signs it twice".to_owned());
            }
            let own = register.person(&approval.who);
            let approver = Approver { own, proved };
            if let Some(told) = self.by_who_asked(approval, &approver, &asked) {
                return Standing::Flawed(told);
            }
            approvers.push(approver);
        }
        Standing::Stands(approvers)
    }

    /// Why whoever asked for it may have approved it, if they may.
    fn by_who_asked(
        &self,
        approval: &Approval,
        approver: &Approver,
        asked: &Own,
    ) -> Option<String> {
        let (who, named) = (&approval.who.value, &self.requested_by);
        if let Some(why) = asked.unread() {
            return Some(format!(
                "nobody knows by what other names `{named}` goes, who asked for it: {why}"
            ));
        }
        if approver.own.meets(asked) {
            return Some(format!(
                "by what the groups say `{who}` is `{named}`, who asked for it"
            ));
        }
        let proved = approver.proved.as_ref();
        let may_be = proved.is_some_and(|proved| proved.may_be(asked));
        may_be.then(|| {
            format!("the key by which `{who}` signed it may be that of `{named}`, who asked for it")
        })
    }

    fn timely(&self, approval: &Approval, terms: &Terms, date: Date) -> Result<(), String> {
        let (who, day) = (&approval.who.value, approval.date.value);
        if day > date {
            return Err(format!("`{who}` approves it on {day}, which is to come"));
        }
        let most = Span::new().try_days(terms.max_days);
        let last = most.and_then(|most| day.checked_add(most));
        // Past the end of the calendar there is no limit.
        if last.is_ok_and(|last| self.expires.value > last) {
            let days = terms.max_days;
            return Err(format!(
                "it is good for more than {days} days from {day}, when `{who}` approved it"
            ));
        }
        Ok(())
    }

    /// What proves an approval; `None` where the approver's groups have none.
    fn proven(
        &self,
        approval: &Approval,
        terms: &Terms,
        register: &dyn Register,
        all_signed: bool,
    ) -> Result<Option<Proved>, String> {
        let who = &approval.who.value;
        let groups = terms.approvers.iter().map(String::as_str);
        let groups: Vec<&str> = groups
            .filter(|group| register.has_member(group, who))
            .collect();
        let mut unread = terms.approvers.iter();
        let unread = unread.find_map(|group| register.unread(group));
        let and_why = unread.map_or_else(String::new, |why| format!(": {why}"));
        if groups.is_empty() {
            return Err(format!(
                "`{who}` is in no group that approves waivers{and_why}"
            ));
        }
        let with_keys = groups.into_iter().filter(|group| register.has_keys(group));
        let with_keys: Vec<&str> = with_keys.collect();
        let Some(signature) = &approval.signature else {
            let needs = if !with_keys.is_empty() {
                ", and has a key to sign with"
            } else if unread.is_some() {
                ", and nobody knows whether they have a key"
            } else if all_signed {
                ": beside a pinned policy only signatures count"
            } else {
                return Ok(None);
            };
            // Where a key is known, nothing that is unread could change it.
            let why = if with_keys.is_empty() { &*and_why } else { "" };
            return Err(format!("`{who}` did not sign it{needs}{why}"));
        };
        if with_keys.is_empty() {
            return Err(format!(
                "`{who}` signed it, and no group has a key for that{and_why}"
            ));
        }
        let signed = self.signed(approval, terms.policy.as_deref());
        let key = register.key_of(&with_keys, who, &signed, signature, approval.date.value);
        key.map(Some)
            .map_err(|why| format!("the signature of `{who}` does not count: {why}"))
    }

    /// What an approver signs.
    fn signed(&self, approval: &Approval, policy: Option<&str>) -> String {
        let mut raw = self.raw.approved_by.iter();
        let raw = raw.find(|raw| raw.who.span == approval.who.span);
        raw.map_or_else(String::new, |raw| canonical(&self.raw, raw, policy))
    }
}
