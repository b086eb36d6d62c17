//! Groups of people who may approve: who is in them, and which keys prove it.
//!
//! Asked of [`Policy`](super::Policy). The organisation says who is in a group, or where there is none the
//! repository's trusted sides; a change never does. Where several of them name a group, only what all of
//! them say counts.

use std::collections::{BTreeMap, BTreeSet};

use bstr::ByteSlice as _;
use jiff::civil::Date;

use super::authority::{Authority, Role};
use super::export::{ReadExport, Terms};
use super::vocabulary::suggestion;
use super::yaml::Problem;
use crate::sign::{AllowedKey, Gpg};
use crate::text::Spanned;

/// A group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// The members' addresses in lower case, each with the login on the forge, in lower case too.
    members: BTreeMap<String, Option<String>>,
    keys: Vec<AllowedKey>,
    export: Option<Export>,
}

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
        members: BTreeMap<String, Option<String>>,
        keys: Vec<AllowedKey>,
        export: Option<Export>,
    ) -> Self {
        Self {
            members,
            keys,
            export,
        }
    }

    /// Whether an address is a member's, in whatever case.
    pub fn has_member(&self, address: &[u8]) -> bool {
        let folded = address.to_lowercase();
        let folded = folded.trim().to_str();
        folded.is_ok_and(|address| self.members.contains_key(address))
    }

    /// The address of the member who has this login on the forge.
    pub fn member_of_login(&self, login: &str) -> Option<&str> {
        let login = Some(login.to_ascii_lowercase());
        let mut members = self.members.iter();
        members
            .find(|(_, own)| **own == login)
            .map(|(address, _)| address.as_str())
    }

    /// The members' addresses, in lower case.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// Whether its members stand in an export, which its keys then sign.
    pub fn is_exported(&self) -> bool {
        self.export.is_some()
    }

    /// The keys that prove its members.
    pub fn keys(&self) -> &[AllowedKey] {
        &self.keys
    }

    /// Whether a key that was found valid is one by which somebody of the group made a commit: the address
    /// is a member's, and one of those that the key names.
    pub fn signs_for(&self, key: &AllowedKey, address: &[u8]) -> bool {
        let named = key.stands_for(address);
        self.has_member(address) && named != Some(false)
            || self.members.is_empty() && named == Some(true)
    }

    /// What both say.
    fn meet(mut self, other: &Self) -> Self {
        let same = |address: &String, login: &mut Option<String>| {
            let own = other.members.get(address);
            if own.is_some_and(|own| own != login) {
                *login = None;
            }
            own.is_some()
        };
        self.members.retain(same);
        let keys = self.keys.iter().filter_map(|key| {
            let mut others = other.keys.iter();
            others.find_map(|other| key.meet(other))
        });
        self.keys = keys.collect();
        if self.export != other.export {
            // Nobody knows which of them is to be believed: then none is.
            self.export = self.export.or_else(|| other.export.clone());
            self.keys.clear();
        }
        self
    }
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
        let mut groups = Self::default();
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
