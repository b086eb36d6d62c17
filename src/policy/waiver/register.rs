//! The policy's groups as those who may approve.

use jiff::civil::Date;

use super::Register;
use crate::policy::{Authority, Policy};
use crate::sign::{AllowedKey, Gpg, Outcome, Verifier, WAIVER};

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

    fn has_keys(&self, name: &str) -> bool {
        let group = self.policy.groups().get(name);
        // Where several sides do not agree on the keys none counts, and still some are asked for.
        let asks = |one: &&Authority| {
            let group = one.approvers.get(name);
            group.is_some_and(|group| !group.is_exported() && !group.keys().is_empty())
        };
        group.is_some_and(|group| !group.keys().is_empty())
            || self.policy.waiver_speakers().iter().any(asks)
    }

    fn key_of(
        &self,
        groups: &[&str],
        email: &str,
        signed: &str,
        signature: &str,
        day: Date,
    ) -> Result<String, String> {
        let own = |key: &&AllowedKey| key.stands_for(email.trim().as_bytes()) != Some(false);
        let groups = groups
            .iter()
            .filter_map(|name| self.policy.groups().get(name));
        let keys: Vec<AllowedKey> = groups
            .flat_map(|group| group.keys().iter().filter(own).cloned())
            .collect();
        let mut made_by = String::new();
        // The key has to count when the approval was given, and still.
        for day in [day, self.date] {
            let verifier = Verifier::new(keys.clone(), day, Gpg::default());
            match verifier.verify(signature.as_bytes(), signed.as_bytes(), WAIVER) {
                Outcome::Valid(proof) if !proof.stands_for(email.as_bytes()) => {
                    return Err(format!("its key {} is not theirs", proof.fingerprint));
                }
                Outcome::Valid(proof) => made_by = proof.fingerprint,
                Outcome::Invalid(why) | Outcome::Unchecked(why) => return Err(why),
            }
        }
        Ok(made_by)
    }
}
