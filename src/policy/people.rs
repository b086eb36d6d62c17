//! Who is who in the groups: addresses and logins.
//!
//! Made by [`Groups`](super::Groups), once; asked by the rule that judges approvals.

use std::collections::{BTreeMap, BTreeSet};

use super::groups::{Group, Said};

/// The people in groups, by login and by address, in lower case.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// By login, the groups in which somebody is by that login, with the address there.
    members: BTreeMap<String, BTreeSet<(String, String)>>,
    /// By address, the logins that anybody says of it.
    logins: BTreeMap<String, BTreeSet<String>>,
    /// By login, the addresses that anybody says of it.
    addresses: BTreeMap<String, BTreeSet<String>>,
    /// Why nobody knows who is who, if nobody does.
    unread: Option<String>,
}

impl People {
    /// Those of the groups that count, and of the groups as each authority says them.
    pub(super) fn of(groups: &BTreeMap<String, Group>, said: &Said) -> Self {
        let mut people = Self {
            unread: said.unread.clone(),
            ..Self::default()
        };
        for (name, group) in groups {
            for (login, address) in group.logins() {
                let own = people.members.entry(login.to_owned()).or_default();
                own.insert((name.clone(), address.to_owned()));
            }
        }
        for (login, address) in said.groups.iter().flat_map(Group::logins) {
            let (login, address) = (login.to_owned(), address.to_owned());
            let addresses = people.addresses.entry(login.clone()).or_default();
            addresses.insert(address.clone());
            people.logins.entry(address).or_default().insert(login);
        }
        people
    }

    /// Why nobody knows by what other names people go, if nobody does.
    pub fn unread(&self) -> Option<&str> {
        self.unread.as_deref()
    }

    /// The groups in which somebody is by a login, each with the address there.
    pub fn members(&self, login: &str) -> impl Iterator<Item = (&str, &str)> {
        let members = self.members.get(login).into_iter().flatten();
        members.map(|(group, address)| (group.as_str(), address.as_str()))
    }

    /// The logins of an address.
    pub fn logins(&self, address: &str) -> impl Iterator<Item = &str> {
        let logins = self.logins.get(address).into_iter().flatten();
        logins.map(String::as_str)
    }

    /// The addresses of a login.
    pub fn addresses(&self, login: &str) -> impl Iterator<Item = &str> {
        let addresses = self.addresses.get(login).into_iter().flatten();
        addresses.map(String::as_str)
    }
}
