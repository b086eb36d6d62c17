//! Those who had a part in a commit: nobody approves their own, by a review, a waiver or an emergency waiver.
//!
//! Asked by the rule that judges approvals, and by whoever decides on waivers.

use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use super::people::People;
use crate::git::{Commit, Identity, squashed_authors};

/// The key by which messages name a second author, folded.
const CO_AUTHOR: &str = "co-authored-by";

/// Addresses and logins of those who had a part, in lower case, with all that the groups know of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    addresses: BTreeSet<String>,
    logins: BTreeSet<String>,
    /// Why nobody knows by what other names they go, if nobody does.
    unread: Option<String>,
}

impl Own {
    /// Those who made the change: its author, and whom the message names beside them.
    pub fn makers(commit: &Commit, people: &People) -> Self {
        let mut makers = BTreeSet::from([folded(&commit.author.email)]);
        let named = |who: &[u8]| Identity::parse(who).map(|one| folded(&one.email));
        let others = commit.message.trailers().into_iter();
        let others = others.filter(|trailer| trailer.folded == CO_AUTHOR);
        makers.extend(others.filter_map(|trailer| named(&trailer.value)));
        let squashed = squashed_authors(commit.message.raw());
        makers.extend(squashed.into_iter().filter_map(|(_, who)| named(who)));
        Self::known(makers, people)
    }

    /// Those who made the commit: whoever committed it too.
    pub fn all(commit: &Commit, people: &People) -> Self {
        let mut all = Self::makers(commit, people).addresses;
        all.insert(folded(&commit.committer.email));
        Self::known(all, people)
    }

    /// Whoever goes by an address.
    pub fn person(address: &str, people: &People) -> Self {
        Self::known(BTreeSet::from([folded(address.as_bytes())]), people)
    }

    /// Whether somebody is of both, as far as anybody says.
    pub fn meets(&self, other: &Self) -> bool {
        !self.addresses.is_disjoint(&other.addresses) || !self.logins.is_disjoint(&other.logins)
    }

    /// Those of both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.addresses.extend(other.addresses);
        self.logins.extend(other.logins);
        self.unread = self.unread.or(other.unread);
        self
    }

    /// With all that the groups know, from name to name: one person may stand in them by several.
    fn known(found: BTreeSet<String>, people: &People) -> Self {
        let mut own = Self {
            unread: people.unread().map(str::to_owned),
            ..Self::default()
        };
        let mut next: Vec<String> = found.into_iter().collect();
        while let Some(address) = next.pop() {
            if !own.addresses.insert(address.clone()) {
                continue;
            }
            let logins = forge_logins(&address).chain(people.logins(&address));
            for login in logins {
                if own.logins.insert(login.to_owned()) {
                    next.extend(people.addresses(login).map(str::to_owned));
                }
            }
        }
        own
    }

    /// Why nobody can say that somebody is none of them, if nobody can: an export that says who is who was not read.
    pub fn unread(&self) -> Option<&str> {
        self.unread.as_deref()
    }

    /// Whether somebody is one of them, by address or by login.
    pub fn is(&self, address: &str, login: Option<&str>) -> bool {
        self.addresses.contains(&folded(address.as_bytes()))
            || login.is_some_and(|login| self.logins.contains(login))
    }

    /// Their addresses.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.addresses.iter().map(String::as_str)
    }
}

/// The logins of which a forge may have made an address: `rlee`, `7+rlee` and `7-rlee` at a host that begins
/// with `users.noreply.`, or as Gitea and Forgejo have it with `noreply.`.
fn forge_logins(address: &str) -> impl Iterator<Item = &str> {
    let parts = address.rsplit_once('@');
    let is_forges = |host: &str| host.starts_with("users.noreply.") || host.starts_with("noreply.");
    let user = parts.and_then(|(user, host)| is_forges(host).then_some(user));
    let behind = |sign| {
        let (number, login) = user?.split_once(sign)?;
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        (sign == '+' || digits).then_some(login)
    };
    user.into_iter().chain(behind('+')).chain(behind('-'))
}

/// An address as addresses are compared.
pub fn folded(address: &[u8]) -> String {
    address.trim().to_str_lossy().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forges_address_says_the_login_on_any_host() {
        let of = |address| forge_logins(address).collect::<Vec<_>>();
        assert_eq!(of("rlee@users.noreply.ghe.acme.example"), ["rlee"]);
        assert_eq!(of("7+rlee@users.noreply.github.com"), ["7+rlee", "rlee"]);
        assert_eq!(of("7-r-lee@users.noreply.x"), ["7-r-lee", "r-lee"]);
        assert_eq!(of("r-lee@users.noreply.x"), ["r-lee"]);
        assert_eq!(of("rlee@noreply.codeberg.org"), ["rlee"]);
        assert_eq!(of("noreply@github.com"), [""; 0]);
        assert_eq!(of("rlee"), [""; 0]);
    }
}
