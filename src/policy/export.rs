//! The export of a directory group: who is in it, on which day, signed by whoever made it.
//!
//! A file of JSON in the policy repository, and beside it, with `.sig` behind its name, a signature of its very
//! bytes, as `ssh-keygen -Y sign -n cordon-group -f KEY FILE` writes it. `docs/approvals.md` has the form.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use super::authority::Role;
use super::groups::{Export, Group};
use super::validate::approvers::parsed_member;
use crate::sign::{AllowedKey, GROUP, Gpg, Outcome, Verifier};

/// The largest export, in bytes.
pub const LARGEST_EXPORT: u64 = 8 << 20;

/// The most members.
const MOST: usize = 10_000;

/// An export as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Its bytes.
    pub text: Vec<u8>,
    /// Its signature; `None` where none lies beside it.
    pub signature: Option<Vec<u8>>,
}

/// An export in one of the places where it is looked for.
#[derive(Clone, Debug)]
pub struct Found {
    /// What stands there, or why that is no export.
    pub signed: Result<Signed, String>,
    /// Whether it lies beside a policy that judges. One of another revision is heard where it can be, and not missed:
    /// its own policy may name other keys for it.
    pub judging: bool,
}

/// Where exports come from: those of one path, beside the policy of those who have a role. An error is a reason.
pub type ReadExport<'a> = dyn Fn(Role, &str) -> Result<Vec<Found>, String> + 'a;

/// The form of an export.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    schema: String,
    group: String,
    exported: String,
    members: Vec<RawMember>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMember {
    email: String,
    login: Option<String>,
    #[serde(default)]
    keys: Vec<String>,
}

/// What an export is held to.
pub(super) struct Terms<'a> {
    /// The group's name.
    pub(super) name: &'a str,
    /// Where it lies, and how old it may be.
    pub(super) export: &'a Export,
    /// The keys that sign it.
    pub(super) keys: &'a [AllowedKey],
    /// The run's day.
    pub(super) date: Date,
    /// What checks OpenPGP signatures.
    pub(super) gpg: &'a Gpg,
}

impl Terms<'_> {
    /// The group of the newest export that is good, and what all of them say where several are of its day; the
    /// reason where none is good.
    pub(super) fn newest(&self, found: Result<Vec<Found>, String>) -> Result<Group, String> {
        let told = |why: String| self.told(&why);
        let mut newest: Option<(Date, Group)> = None;
        let mut refused = None;
        for found in found.map_err(told)? {
            let read = self.read(&found);
            match read.and_then(|(day, group)| self.timely(day).map(|()| (day, group))) {
                Ok((day, group)) => {
                    newest = Some(match newest {
                        Some((known, other)) if known > day => (known, other),
                        Some((known, other)) if known == day => (day, other.meet(&group)),
                        _ => (day, group),
                    });
                }
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        let group = newest.map(|(_, group)| group);
        group.ok_or_else(|| told(refused.unwrap_or_else(not_there)))
    }

    /// What every export says that such a key signed, of whatever day; the reason where one beside a policy that judges
    /// cannot be read, or none can.
    pub(super) fn each(&self, found: Result<Vec<Found>, String>) -> (Vec<Group>, Option<String>) {
        let found = match found {
            Ok(found) if found.is_empty() => return (Vec::new(), Some(self.told(&not_there()))),
            Ok(found) => found,
            Err(why) => return (Vec::new(), Some(self.told(&why))),
        };
        let (mut groups, mut missed, mut passed_over) = (Vec::new(), None, None);
        for one in &found {
            let refused = if one.judging {
                &mut missed
            } else {
                &mut passed_over
            };
            match self.read(one) {
                Ok((_, group)) => groups.push(group),
                Err(why) => *refused = refused.take().or_else(|| Some(self.told(&why))),
            }
        }
        let unread = missed.or(passed_over.filter(|_| groups.is_empty()));
        (groups, unread)
    }

    fn told(&self, why: &str) -> String {
        let (path, name) = (&self.export.path, self.name);
        format!("the export {path} of the group {name}: {why}")
    }

    /// Its day and its group, if it is signed.
    fn read(&self, found: &Found) -> Result<(Date, Group), String> {
        let Signed { text, signature } = found.signed.as_ref().map_err(Clone::clone)?;
        let Some(signature) = signature else {
            return Err(format!(
                "its signature {}.sig is not there",
                self.export.path
            ));
        };
        let verifier = Verifier::new(self.keys.to_vec(), self.date, self.gpg.clone());
        match verifier.verify(signature, text, GROUP) {
            Outcome::Valid(_) => {}
            Outcome::Invalid(why) => return Err(format!("its signature does not count: {why}")),
            Outcome::Unchecked(why) => return Err(why),
        }
        let raw: Raw = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        if raw.schema != "cordon.group/v1" {
            return Err("its `schema` is not cordon.group/v1".to_owned());
        }
        if raw.group != self.name {
            return Err("it is of another group".to_owned());
        }
        let day = raw.exported.parse::<Date>();
        let day = day.map_err(|_| "its `exported` is no date: write it as 2026-01-31")?;
        Ok((day, members(raw.members)?))
    }

    /// Whether one of a day is good on the run's.
    fn timely(&self, day: Date) -> Result<(), String> {
        if day > self.date {
            return Err(format!("it is of {day}, which is still to come"));
        }
        let days = i64::from(self.export.max_age_days);
        let last = day.checked_add(days.days()).unwrap_or(Date::MAX);
        if last < self.date {
            return Err(format!(
                "it is of {day}, which is more than {days} days ago"
            ));
        }
        Ok(())
    }
}

fn not_there() -> String {
    "it is not there".to_owned()
}

fn members(raw: Vec<RawMember>) -> Result<Group, String> {
    if raw.len() > MOST {
        return Err(format!("it has more than {MOST} members"));
    }
    let mut members = BTreeMap::new();
    let mut keys = Vec::new();
    for member in raw {
        let written = match &member.login {
            Some(login) => format!("{} ({login})", member.email),
            None => member.email.clone(),
        };
        let read = parsed_member(&written);
        let (address, login) = read.ok_or_else(|| format!("`{written}` is no member"))?;
        for key in &member.keys {
            let key = AllowedKey::parse(key).map_err(|error| format!("a key: {error}"))?;
            let own = key.only_for(&address);
            keys.push(own.ok_or("a key in an export is a bare one")?);
        }
        if members.insert(address, login).is_some() {
            return Err(format!("`{}` is in it twice", member.email));
        }
    }
    Ok(Group::new(Some(members), keys, None))
}
