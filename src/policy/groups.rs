//! Groups of people who may approve: who is in them, and which keys prove it.
//!
//! Asked of [`Policy`](super::Policy). The organisation says who is in a group, or where there is none the
//! repository's trusted sides; a change never does. Where several of them name a group, only what all of
//! them say counts.

mod holders;
mod said;

use std::collections::{BTreeMap, BTreeSet};

use bstr::ByteSlice as _;
use jiff::civil::Date;

use super::authority::{Authority, Role};
use super::export::{ReadExport, Terms};
use super::people::People;
use super::vocabulary::suggestion;
use super::yaml::Problem;
use crate::sign::{AllowedKey, Gpg};
use crate::text::Spanned;

pub use holders::Holders;
pub(super) use said::Said;

/// A group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// The members' addresses in lower case, each with the login on the forge, in lower case too; `None` where the
    /// keys alone say who is in it.
    members: Option<Members>,
    keys: Vec<AllowedKey>,
    /// Whether any of those who say who is in it has keys for it, even where they agree on none.
    asks_keys: bool,
    export: Option<Export>,
}

/// Addresses, each with a login.
pub(super) type Members = BTreeMap<String, Option<String>>;

/// Where a directory group was exported to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The path of the file, beside the policy.
    pub path: String,
    /// How many days old it may be.
    pub max_age_days: u32,
}

impl Group {
    pub(super) fn new(
        members: Option<Members>,
        keys: Vec<AllowedKey>,
        export: Option<Export>,
    ) -> Self {
        Self {
            members,
            asks_keys: !keys.is_empty(),
            keys,
            export,
        }
    }

    /// Whether an address is a member's, in whatever case.
    pub fn has_member(&self, address: &[u8]) -> bool {
        let Some(members) = &self.members else {
            let mut keys = self.keys.iter();
            return keys.any(|key| key.stands_for(address) == Some(true));
        };
        let folded = address.to_lowercase();
        let folded = folded.trim().to_str();
        folded.is_ok_and(|address| members.contains_key(address))
    }

    /// The logins on the forge, each with its member's address.
    pub(super) fn logins(&self) -> impl Iterator<Item = (&str, &str)> {
        let members = self.members.iter().flatten();
        members.filter_map(|(address, login)| Some((login.as_deref()?, address.as_str())))
    }

    /// Whether its members stand in an export, which its keys then sign.
    pub fn is_exported(&self) -> bool {
        self.export.is_some()
    }

    /// Whether its members have to prove themselves by keys. Where several sides do not agree on the keys none
    /// counts, and still one is asked for.
    pub fn asks_keys(&self) -> bool {
        self.asks_keys
    }

    /// The keys that prove its members.
    pub fn keys(&self) -> &[AllowedKey] {
        &self.keys
    }

    /// Whether a key that was found valid is one by which somebody of the group made a commit: the address
    /// is a member's, and one of those that the key names.
    pub fn signs_for(&self, key: &AllowedKey, address: &[u8]) -> bool {
        let named = key.stands_for(address);
        match self.members {
            Some(_) => self.has_member(address) && named != Some(false),
            None => named == Some(true),
        }
    }

    /// What both say. Whoever is in it, or signs for it, is and does so in each of the two.
    pub(super) fn meet(&self, other: &Self) -> Self {
        let members = match (&self.members, &other.members) {
            (Some(own), Some(others)) => Some(agreed(own, others)),
            (Some(members), None) => Some(other.named_by_keys(members)),
            (None, Some(members)) => Some(self.named_by_keys(members)),
            (None, None) => None,
        };
        // Where the keys say who, one that names nobody proves nobody.
        let both_list = self.members.is_some() && other.members.is_some();
        let keys = self.keys.iter().filter_map(|key| {
            let mut others = other.keys.iter();
            let met = others.find_map(|other| key.meet(other))?;
            (both_list || met.principals().next().is_some()).then_some(met)
        });
        let mut met = Self::new(members, keys.collect(), self.export.clone());
        met.asks_keys = self.asks_keys || other.asks_keys;
        if self.export != other.export {
            // Nobody knows which of them is to be believed: then none is.
            met.export = met.export.or_else(|| other.export.clone());
            met.keys.clear();
        }
        met
    }

    /// Those of the members whom the keys name too. Keys know no logins.
    fn named_by_keys(&self, members: &Members) -> Members {
        let known = members.keys().filter(|one| self.has_member(one.as_bytes()));
        known.map(|address| (address.clone(), None)).collect()
    }
}

/// The members of both, with the logins on which they agree.
fn agreed(own: &Members, others: &Members) -> Members {
    let met = own.iter().filter_map(|(address, login)| {
        let other = others.get(address)?;
        let login = login.clone().filter(|_| login == other);
        Some((address.clone(), login))
    });
    met.collect()
}

/// A group that stands in an export.
#[derive(Clone, Debug)]
struct Exported {
    /// Whose policy names it.
    role: Role,
    export: Export,
    /// The keys that sign it.
    keys: Vec<AllowedKey>,
}

/// The groups that count, by name.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    by_name: BTreeMap<String, Group>,
    /// Where exported groups stand, and which keys sign the exports.
    exports: BTreeMap<String, Exported>,
    /// Why it is not known who is in a group.
    unread: BTreeMap<String, String>,
    said: Said,
    people: People,
}

impl Groups {
    /// The groups of those authorities that have the say.
    pub(super) fn of(authorities: &[Authority]) -> Self {
        let mut by_name: BTreeMap<String, (Role, Group)> = BTreeMap::new();
        for authority in authorities
            .iter()
            .filter(|one| has_say(authorities, one.role))
        {
            for (name, group) in &authority.approvers {
                let met = match by_name.remove(name) {
                    Some((role, above)) => (role, above.meet(group)),
                    None => (authority.role, group.clone()),
                };
                by_name.insert(name.clone(), met);
            }
        }
        let mut groups = Self {
            said: Said::of(authorities),
            ..Self::default()
        };
        for (name, (role, group)) in by_name {
            if let Some(export) = group.export {
                let keys = group.keys;
                let told = format!("the export of the group {name} was not read");
                groups.unread.insert(name.clone(), told);
                let exported = Exported { role, export, keys };
                groups.exports.insert(name.clone(), exported);
                groups.by_name.insert(name, Group::default());
            } else {
                groups.by_name.insert(name, group);
            }
        }
        groups.people = People::of(&groups.by_name, &groups.said);
        groups
    }

    /// The group of that name.
    pub fn get(&self, name: &str) -> Option<&Group> {
        self.by_name.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Group)> {
        self.by_name
            .iter()
            .map(|(name, group)| (name.as_str(), group))
    }

    /// Reads the exports, as of a day. What cannot be read or believed stays unread, with the reason.
    pub(super) fn read_exports(&mut self, read: &ReadExport<'_>, date: Date, gpg: &Gpg) {
        for (name, exported) in &self.exports {
            let terms = Terms {
                name,
                export: &exported.export,
                keys: &exported.keys,
                date,
                gpg,
            };
            match terms.newest(read(exported.role, &exported.export.path)) {
                Ok(group) => {
                    self.unread.remove(name);
                    self.by_name.insert(name.clone(), group);
                }
                Err(why) => {
                    self.unread.insert(name.clone(), why);
                }
            }
        }
        self.said.read(read, date, gpg);
        self.people = People::of(&self.by_name, &self.said);
    }

    /// The addresses and logins of the people in the groups.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// Why it is not known who is in a group, if it is not.
    pub fn unread(&self, name: &str) -> Option<&str> {
        self.unread.get(name).map(String::as_str)
    }
}

/// Whether those who have this role say who is in a group: the organisation and the machine where one of
/// them has a policy, else the repository.
pub(super) fn has_say(authorities: &[Authority], role: Role) -> bool {
    let above = |role: Role| role != Role::Builtin && role <= Role::Org;
    if authorities.iter().any(|one| above(one.role)) {
        above(role)
    } else {
        role == Role::Repository
    }
}

/// The names of groups that nobody has, each with the position of the authority that says them. A change may
/// name a group that it brings: it counts once the change is on the trusted side.
pub(super) fn unknown(authorities: &[Authority]) -> Vec<(usize, Problem)> {
    let say = authorities
        .iter()
        .filter(|one| has_say(authorities, one.role));
    let known: BTreeSet<&str> = say
        .flat_map(|one| one.approvers.keys())
        .map(String::as_str)
        .collect();
    let mut problems = Vec::new();
    for (at, authority) in authorities.iter().enumerate() {
        let own = |name: &str| {
            let brings = authority.role == Role::Change;
            brings && authority.approvers.contains_key(name)
        };
        let names = authority.group_names.iter();
        let names = names.filter(|name| !known.contains(name.as_str()) && !own(name));
        problems.extend(names.map(|name| (at, unknown_name(name, known.iter().copied()))));
    }
    problems
}

/// The problem of a name that no group has.
pub(super) fn unknown_name<'n>(
    name: &Spanned<String>,
    known: impl Iterator<Item = &'n str>,
) -> Problem {
    let hint = suggestion(name, known);
    Problem::error(name.span, format!("there is no group `{}`", name.value)).hint(hint)
}

#[cfg(test)]
mod tests;
