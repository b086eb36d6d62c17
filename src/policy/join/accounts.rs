//! Under whose account an agent worked, and whether it may.

use jiff::civil::Date;

use super::Policy;
use super::agents::said_within;
use crate::policy::accounts::{Account, AccountSign, Accounts, account_of, is_account_key};
use crate::policy::authority::{Authority, Role};
use crate::text::Span;

impl Policy {
    /// What signs of an account add up to, by those who may say who somebody is: the worst that one of the
    /// organisation's policies makes of them with what stands above it, else one of the repository's
    /// trusted sides. Without a sign the account is unknown.
    pub fn account(&self, signs: &[AccountSign]) -> Account {
        if self.is_below_another() {
            let orgs = self.with_the_say().filter(|one| one.role == Role::Org);
            // A policy that is silent is one of them too: none says for another what shows an account.
            let seen = orgs.map(|org| self.account_by(org, signs));
            let worst = seen.reduce(Account::worse);
            return worst.unwrap_or_else(|| account_of(&self.sections_above_org(), signs));
        }
        let sections: Vec<&Accounts> = self.with_the_say().map(|one| &one.accounts).collect();
        let speaking = sections.iter().filter(|section| !section.is_empty());
        let seen = speaking.map(|section| account_of(&[section], signs));
        let worst = seen.reduce(Account::worse);
        worst.unwrap_or_else(|| account_of(&[], signs))
    }

    /// What signs add up to, by one of the organisation's policies and what stands above it.
    fn account_by(&self, org: &Authority, signs: &[AccountSign]) -> Account {
        let mut sections = self.sections_above_org();
        sections.push(&org.accounts);
        account_of(&sections, signs)
    }

    fn sections_above_org(&self) -> Vec<&Accounts> {
        let above = self.authorities.iter().filter(|one| one.role < Role::Org);
        above.map(|one| &one.accounts).collect()
    }

    /// Whether a trailer of this folded key says something of an account.
    pub fn is_account_key(&self, folded: &str) -> bool {
        is_account_key(self.authorities.iter().map(|one| &one.accounts), folded)
    }

    /// The list of an agent's account classes, if one lacks the class that these signs give, and what
    /// they give there. Of several authorities' lists the class must be in each.
    pub fn leaves_account_out(
        &self,
        agent: &str,
        signs: &[AccountSign],
        date: Date,
    ) -> Option<(Account, Span)> {
        let joined = self.is_below_another().then(|| self.account(signs));
        let outside = |authority: &Authority| {
            let list = said_within(authority, agent, date, |entry| entry.accounts.as_ref())?;
            let admits = |account: &Account| list.contains(&account.class);
            // Without an organisation each side goes by what it says itself: so one more asks for more. And
            // a change that begins to ask may say what shows the account, to itself alone.
            let own = || account_of(&[&authority.accounts], signs);
            let seen = match joined {
                Some(_) if authority.role == Role::Org => self.account_by(authority, signs),
                Some(joined) => joined,
                None => own(),
            };
            let admitted = admits(&seen) || (authority.role == Role::Change && admits(&own()));
            (!admitted).then_some((seen, list.span))
        };
        self.authorities.iter().find_map(outside)
    }
}
