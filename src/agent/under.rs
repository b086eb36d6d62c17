//! Under whose account an agent worked: the signs of it in a commit and its surroundings. What they are
//! worth the policy says.

use std::collections::BTreeMap;

use bstr::{BString, ByteSlice as _};

use super::account::endpoint_hosts;
use super::attribution::Attribution;
use super::catalogue::Catalogue;
use crate::git::{Commit, Reading, Trailer};
use crate::policy::{Account, AccountSign, Policy};

/// The account of a commit, and the signs by which it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Under {
    /// What the signs add up to.
    pub account: Account,
    /// The signs, in this order: trailers, endpoints, the user's address.
    pub signs: Vec<AccountSign>,
    /// The lines of the trailers among them.
    lines: Vec<u32>,
}

impl Default for Under {
    fn default() -> Self {
        Self {
            account: Account::UNKNOWN,
            signs: Vec::new(),
            lines: Vec::new(),
        }
    }
}

impl Under {
    /// The sign that decided, and its line if it is a trailer.
    pub fn sign(&self, account: &Account) -> Option<(&AccountSign, Option<u32>)> {
        let at = account.sign?;
        Some((self.signs.get(at)?, self.lines.get(at).copied()))
    }
}

/// Under whose account the agents of a commit worked. Where no agent did, nobody's is asked.
///
/// `env` are the maker's surroundings, for the commit being made and no other.
pub fn under(
    catalogue: &Catalogue,
    policy: &Policy,
    commit: &Commit,
    trailers: &[Trailer],
    attribution: &Attribution,
    env: Option<&BTreeMap<BString, BString>>,
) -> Under {
    if attribution.agents.is_empty() {
        return Under::default();
    }
    let stated = trailers.iter();
    let stated = stated.filter(|trailer| policy.is_account_key(&trailer.folded));
    let (mut signs, lines): (Vec<_>, Vec<_>) = stated
        .map(|trailer| {
            let sign = AccountSign::Trailer {
                key: trailer.folded.clone(),
                value: trailer.value.clone(),
                in_block: trailer.reading == Reading::Git,
            };
            (sign, trailer.line)
        })
        .unzip();
    if let Some(env) = env {
        let claims = attribution.judged();
        let entries = claims.filter_map(|claim| catalogue.get(&claim.agent));
        let hosts = entries.flat_map(|entry| endpoint_hosts(entry, env));
        signs.extend(hosts.map(AccountSign::Host));
    }
    signs.extend(user(catalogue, commit).map(|email| AccountSign::Email(email.clone())));
    Under {
        account: policy.account(&signs),
        signs,
        lines,
    }
}

/// The address of the user at whose hand the agent worked: the author's, unless that is an agent's own
/// mailbox; then the committer's.
fn user<'c>(catalogue: &Catalogue, commit: &'c Commit) -> Option<&'c BString> {
    let people = [&commit.author, &commit.committer].into_iter();
    let mut people = people.filter(|identity| {
        let (name, mailbox) = (identity.name.to_str_lossy(), identity.email.to_str_lossy());
        let owner = catalogue.by_address(name.trim(), mailbox.trim());
        owner.is_none() && !mailbox.is_empty()
    });
    people.next().map(|identity| &identity.email)
}
