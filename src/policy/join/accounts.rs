//! Under whose account an agent worked, and whether it may.

use jiff::civil::Date;

use super::Policy;
use super::agents::said_within;
use crate::policy::accounts::{Account, AccountSign, Accounts, account_of, is_account_key};
use crate::policy::authority::{Authority, Role};
use crate::text::Span;

impl Policy {
    /// What signs of an account add up to, by those who may say who somebody is. The worst of them
    /// holds; without one the account is unknown.
    pub fn account(&self, signs: &[AccountSign]) -> Account {
        let sections: Vec<&Accounts> = self.with_the_say().map(|one| &one.accounts).collect();
        account_of(&sections, !self.is_below_another(), signs)
    }

    /// Whether a trailer of this folded key says something of an account.
    pub fn is_account_key(&self, folded: &str) -> bool {
        is_account_key(self.authorities.iter().map(|one| &one.accounts), folded)
    }

    /// The list of an agent's account classes, if one lacks the class that these signs give. Of
    /// several authorities' lists the class must be in each.
    pub fn leaves_account_out(
        &self,
        agent: &str,
        signs: &[AccountSign],
        date: Date,
    ) -> Option<Span> {
        let class = self.account(signs).class;
        let outside = |authority: &&Authority| {
            let list = said_within(authority, agent, date, |entry| entry.accounts.as_ref());
            let list = list.filter(|list| !list.contains(&class))?;
            // A change that begins to ask for a class may say itself what shows it, to itself alone.
            let own = || account_of(&[&authority.accounts], false, signs).class;
            let admitted = authority.role == Role::Change && list.contains(&own());
            (!admitted).then_some(list.span)
        };
        self.authorities.iter().find_map(|one| outside(&one))
    }
}
