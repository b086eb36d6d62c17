//! Bots that are neither agent nor person.

use super::{Validator, items};
use crate::policy::automation::Automation;
use crate::policy::raw::{RawAutomation, RawPolicy, VerifiedBy};
use crate::policy::vocabulary::SignKind;
use crate::text::Spanned;

impl Validator<'_> {
    pub(super) fn bots(&mut self, raw: &RawPolicy) -> Vec<Automation> {
        let entries = raw.automation.iter();
        entries
            .filter_map(|(name, entry)| self.automation(name, entry))
            .collect()
    }

    fn automation(&mut self, name: &Spanned<String>, raw: &RawAutomation) -> Option<Automation> {
        let identities: Vec<String> = items(raw.identities.as_ref())
            .filter_map(|identity| self.identity(identity))
            .collect();
        let keys: Vec<_> = items(raw.keys.as_ref())
            .filter_map(|key| self.allowed_key(key))
            .collect();
        let missing = [
            ("identities", raw.identities.is_none()),
            ("verified_by", raw.verified_by.is_none()),
            ("paths", raw.paths.is_none()),
        ];
        for (key, _) in missing.iter().filter(|(_, missing)| *missing) {
            let told = format!("automation needs its `{key}`");
            self.problem(name.span, told);
        }
        let verified_by = raw.verified_by.as_ref()?;
        let without = raw.keys.as_ref().is_none_or(|keys| keys.is_empty());
        if verified_by.value == VerifiedBy::Key && without {
            let told = "the keys that prove it are missing: `keys`";
            self.problem(verified_by.span, told);
        }
        let paths = self.patterns(raw.paths.as_ref());
        Some(Automation {
            name: name.value.clone(),
            identities,
            verified_by: verified_by.value,
            keys,
            paths,
            span: raw.paths.as_ref().map_or(name.span, |paths| paths.span),
            side: 0,
        })
    }

    /// A bot's address in lower case. An agent's is none: it would be judged as a person.
    fn identity(&mut self, identity: &Spanned<String>) -> Option<String> {
        let address = identity.trim().to_ascii_lowercase();
        let known = |byte: u8| byte.is_ascii_graphic() && !b"<>,*".contains(&byte);
        if !address.contains('@') || !address.bytes().all(known) {
            let told = "an identity is an e-mail address, whole and alone";
            self.problem(identity.span, told);
            return None;
        }
        let taken = self.vocabulary.taken;
        if let Some(agent) = taken.and_then(|taken| taken(SignKind::Email, &address)) {
            let told = format!("`{address}` is an agent's, {agent}: an agent is no automation");
            self.problem(identity.span, told);
            return None;
        }
        Some(address)
    }
}
