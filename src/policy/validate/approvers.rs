//! Groups of approvers.

use std::collections::BTreeMap;

use super::Validator;
use super::simple::items;
use crate::policy::groups::{Export, Group};
use crate::policy::raw::{RawApprovers, RawKey, RawPolicy};
use crate::policy::vocabulary::SignKind;
use crate::sign::AllowedKey;
use crate::text::Spanned;

impl Validator<'_> {
    pub(super) fn approvers(&mut self, raw: &RawPolicy) -> BTreeMap<String, Group> {
        let groups = raw.approvers.iter();
        let groups = groups.map(|(name, group)| (name.value.clone(), self.group(name, group)));
        groups.collect()
    }

    fn group(&mut self, name: &Spanned<String>, raw: &RawApprovers) -> Group {
        let mut members = BTreeMap::new();
        for member in items(raw.members.as_ref()) {
            members.extend(self.member(member));
        }
        let mut keys = Vec::new();
        for key in items(raw.keys.as_ref()) {
            let read = self.allowed_key(key);
            let nobody = read
                .as_ref()
                .is_some_and(|key| key.principals().next().is_none())
                && members.is_empty()
                && raw.export.is_none();
            if nobody {
                let told = "nobody is named whom this key proves: list `members`, or write the key as a line \
                            of allowed_signers";
                self.problem(key.span, told);
            }
            keys.extend(read);
        }
        if raw.members.is_none() && raw.keys.is_none() && raw.export.is_none() {
            self.problem(name.span, "a group has `members`, `keys` or an `export`");
        }
        let members = raw.members.is_some().then_some(members);
        Group::new(members, keys, self.export(raw))
    }

    /// A member's address in lower case, and the login behind it.
    fn member(&mut self, member: &Spanned<String>) -> Option<(String, Option<String>)> {
        let Some((address, login)) = parsed_member(member) else {
            let told = "a member is an e-mail address, with the login on the forge behind it where reviews \
                        are to count: `r.lee@acme.example (rlee)`";
            self.problem(member.span, told);
            return None;
        };
        let taken = self.vocabulary.taken;
        if let Some(agent) = taken.and_then(|taken| taken(SignKind::Email, &address)) {
            let told = format!("`{address}` is an agent's, {agent}: an agent approves nothing");
            self.problem(member.span, told);
        }
        Some((address, login))
    }

    /// A key that may sign: a person's, a bot's or a platform's.
    pub(super) fn allowed_key(&mut self, raw: &Spanned<RawKey>) -> Option<AllowedKey> {
        let from = self.date(raw.from.as_ref());
        let until = self.date(raw.until.as_ref());
        if let (Some(from), Some(until)) = (&from, &until)
            && until.value < from.value
        {
            self.problem(until.span, "this key ends before it begins");
        }
        let Some(key) = &raw.key else {
            self.problem(raw.span, "an entry of `keys` needs the `key`");
            return None;
        };
        match AllowedKey::parse(key) {
            Ok(read) if read.is_authority() => {
                let told = "certificates are not checked: name the keys themselves";
                self.problem(key.span, told);
                None
            }
            Ok(read) => Some(read.within(from.map(|from| from.value), until.map(|day| day.value))),
            Err(error) => {
                self.problem(key.span, format!("this is no key that may sign: {error}"));
                None
            }
        }
    }

    /// A key that signs policies. None but SSH keys: what checks OpenPGP signatures is another program.
    pub(super) fn signer(&mut self, raw: &Spanned<RawKey>) -> Option<AllowedKey> {
        let key = self.allowed_key(raw)?;
        if key.fingerprint().is_none() {
            self.problem(raw.span, "a policy is signed by an SSH key");
            return None;
        }
        Some(key)
    }

    fn export(&mut self, raw: &RawApprovers) -> Option<Export> {
        let Some(path) = &raw.export else {
            if let Some(days) = &raw.max_age_days {
                self.problem(days.span, "`max_age_days` goes with `export`");
            }
            return None;
        };
        let inside = !path.is_empty()
            && !path.starts_with('/')
            && path.split('/').all(|part| !["", ".", ".."].contains(&part));
        if !inside {
            let told =
                "an export is named by its path from the policy file, such as `groups/appsec.json`";
            self.problem(path.span, told);
        }
        if let Some(members) = &raw.members {
            self.problem(
                members.span,
                "who is in an exported group stands in the export alone",
            );
        }
        if items(raw.keys.as_ref()).next().is_none() {
            let told = "an export needs the `keys` of those who sign it";
            self.problem(path.span, told);
        }
        let Some(days) = &raw.max_age_days else {
            self.problem(
                path.span,
                "an export needs its greatest age: `max_age_days`",
            );
            return None;
        };
        Some(Export {
            path: path.value.clone(),
            max_age_days: days.value,
        })
    }
}

/// `address`, or `address (login)`: the address in lower case.
pub(in crate::policy) fn parsed_member(text: &str) -> Option<(String, Option<String>)> {
    let text = text.trim();
    let (address, login) = match text.strip_suffix(')') {
        Some(rest) => {
            let (address, login) = rest.split_once('(')?;
            (address.trim_end(), Some(login.trim()))
        }
        None => (text, None),
    };
    let (user, host) = address.split_once('@')?;
    let word = |text: &str| {
        !text.is_empty()
            && !text.contains(|letter: char| letter.is_whitespace() || "<>()@,\"".contains(letter))
    };
    let good = word(user) && word(host) && login.is_none_or(word);
    good.then(|| (address.to_lowercase(), login.map(str::to_ascii_lowercase)))
}

/// Every name of a group that a policy says, outside of `approvers`.
pub(super) fn group_names(raw: &RawPolicy) -> Vec<Spanned<String>> {
    let zones = raw
        .zones
        .values()
        .flat_map(|zone| items(zone.approvers.as_ref()));
    let waivers = raw.waivers.iter().flat_map(|terms| {
        let emergency = terms.emergency.iter();
        let emergency = emergency.flat_map(|terms| items(terms.approvers.as_ref()));
        items(terms.approvers.as_ref()).chain(emergency)
    });
    zones.chain(waivers).cloned().collect()
}
