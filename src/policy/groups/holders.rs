//! Whose a key may be, by what any of the authorities says: whoever is kept from approving is so by any of them.

use std::collections::BTreeSet;

use super::Groups;
use crate::policy::own::{Own, folded};
use crate::policy::people::People;
use crate::sign::AllowedKey;

/// Those whose a key may be. One that names nobody may be any member's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holders {
    /// Addresses in lower case.
    addresses: BTreeSet<String>,
    /// The key, where patterns alone say whose it is.
    patterns: Vec<AllowedKey>,
}

impl Holders {
    /// Whether an address is one of them.
    pub fn has(&self, address: &str) -> bool {
        let matches = |key: &AllowedKey| key.stands_for(address.trim().as_bytes()) == Some(true);
        self.addresses.contains(&folded(address.as_bytes())) || self.patterns.iter().any(matches)
    }

    /// The same by every address that the groups know of them.
    #[must_use]
    pub fn known(mut self, people: &People) -> Self {
        let own = |address: &String| Own::person(address, people);
        let known: Vec<Own> = self.addresses.iter().map(own).collect();
        let addresses = known.iter().flat_map(Own::addresses);
        self.addresses.extend(addresses.map(str::to_owned));
        self
    }

    /// Whether one person may be of both.
    pub fn meet(&self, other: &Self) -> bool {
        // Nobody can tell whether an address is in the patterns of both.
        (!self.patterns.is_empty() && !other.patterns.is_empty())
            || self.addresses.iter().any(|one| other.has(one))
            || other.addresses.iter().any(|one| self.has(one))
    }
}

impl Groups {
    /// Those whose a key may be.
    pub(in crate::policy) fn holders(&self, key: &AllowedKey) -> Holders {
        let mut holders = Holders::default();
        for group in &self.said.groups {
            for own in group.keys.iter().filter(|own| own.is_key(key)) {
                let Some(members) = &group.members else {
                    let mut principals = own.principals();
                    if principals.any(|one| one.contains(['*', '?'])) {
                        holders.patterns.push(own.clone());
                    }
                    let named = own.principals().map(|one| folded(one.as_bytes()));
                    let named = named.filter(|one| own.stands_for(one.as_bytes()) == Some(true));
                    holders.addresses.extend(named);
                    continue;
                };
                let members = members.keys();
                let theirs = members.filter(|one| own.stands_for(one.as_bytes()) != Some(false));
                holders.addresses.extend(theirs.cloned());
            }
        }
        holders
    }

    /// Whether a signature by a key may be of somebody.
    pub(in crate::policy) fn may_sign(&self, key: &AllowedKey, address: &[u8]) -> bool {
        let mut keys = self
            .said
            .groups
            .iter()
            .flat_map(|group| group.keys.iter().map(move |own| (group, own)));
        keys.any(|(group, own)| own.is_key(key) && group.signs_for(own, address))
    }
}
