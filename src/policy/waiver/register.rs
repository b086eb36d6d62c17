//! The policy's groups as those who may approve.

use jiff::civil::Date;

use super::{Proved, Register};
use crate::policy::{Group, Own, Policy};
use crate::sign::{AllowedKey, Armor, ArmorKind, Gpg, Outcome, Verifier, WAIVER};

/// The groups of a policy, on a run's day.
pub struct Groups<'a> {
    policy: &'a Policy,
    date: Date,
}

impl<'a> Groups<'a> {
    /// The groups of a policy.
    pub fn new(policy: &'a Policy, date: Date) -> Self {
        Self { policy, date }
    }
}

impl Register for Groups<'_> {
    fn has_member(&self, group: &str, email: &str) -> bool {
        let group = self.policy.groups().get(group);
        group.is_some_and(|group| group.has_member(email.as_bytes()))
    }

    fn unread(&self, group: &str) -> Option<&str> {
        self.policy.groups().unread(group)
    }

    fn has_keys(&self, name: &str) -> bool {
        let group = self.policy.groups().get(name);
        group.is_some_and(Group::asks_keys)
    }

    fn person(&self, email: &str) -> Own {
        Own::person(email, self.policy.groups().people())
    }

    fn key_of(
        &self,
        groups: &[&str],
        email: &str,
        signed: &str,
        signature: &str,
        day: Date,
    ) -> Result<Proved, String> {
        let of_others = |armor: Armor<'_>| armor.kind != ArmorKind::Ssh;
        if Armor::parse(signature.as_bytes()).is_ok_and(of_others) {
            return Err("only SSH keys sign waivers, by `cordon waiver sign`".to_owned());
        }
        let own = |key: &&AllowedKey| key.stands_for(email.trim().as_bytes()) != Some(false);
        let groups = groups
            .iter()
            .filter_map(|name| self.policy.groups().get(name));
        let keys: Vec<AllowedKey> = groups
            .flat_map(|group| group.keys().iter().filter(own).cloned())
            .collect();
        let verifier = Verifier::new(keys, self.date, Gpg::default());
        let proof = match verifier.verify(signature.as_bytes(), signed.as_bytes(), WAIVER) {
            Outcome::Valid(proof) => proof,
            Outcome::Invalid(why) | Outcome::Unchecked(why) => return Err(why),
        };
        if !proof.stands_for(email.as_bytes()) {
            return Err(format!("its key {} is not theirs", proof.fingerprint));
        }
        // The key has to count when the approval was given, and still.
        if let Some(why) = verifier.refuses(&proof, WAIVER, day) {
            return Err(why.to_owned());
        }
        let groups = self.policy.groups();
        let mut keys = proof.keys.iter().filter_map(|at| verifier.keys().get(*at));
        let key = keys.next().ok_or("its key is not enrolled")?;
        Ok(Proved {
            key: proof.fingerprint,
            holders: groups.holders(key).known(groups.people()),
        })
    }
}
