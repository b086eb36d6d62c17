//! What agents may do in zones. For the join.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Zone;
use crate::policy::Policy;
use crate::policy::join::agents::entry_within;
use crate::policy::raw::Permission;
use crate::policy::ruling::Ruling;
use crate::text::Spanned;

/// Whose word a permission is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    /// The position of the authority that says it.
    by: usize,
    /// That of the authority through which it is of the zone: by its entry, or by a class that it gives.
    of: usize,
}

impl Policy {
    /// What agents, or this agent, may do in a zone on a date.
    pub fn permission(&self, zone: &Zone, agent: Option<&str>, date: Date) -> Ruling<Permission> {
        let permissions = self.permissions(zone, agent, date).into_iter();
        permissions
            .map(|(_, permission)| Ruling::written(permission.value, permission.span))
            .reduce(Ruling::max)
            .unwrap_or(Ruling::default_of(Permission::Allowed))
    }

    /// What lets this agent change a zone with an approval alone, if an authority does. Where another denies it, or
    /// gives the zone a class of which the same authority denies it, that takes nothing of this back.
    pub fn asks_approval(
        &self,
        zone: &Zone,
        agent: &str,
        date: Date,
    ) -> Option<Ruling<Permission>> {
        let mut own: BTreeMap<Said, Ruling<Permission>> = BTreeMap::new();
        for (said, permission) in self.permissions(zone, Some(agent), date) {
            let ruling = Ruling::written(permission.value, permission.span);
            let strictest = own.entry(said).or_insert(ruling);
            *strictest = strictest.max(ruling);
        }
        own.into_values()
            .find(|own| own.value == Permission::Approval)
    }

    /// What is said of it, and by whom.
    fn permissions(
        &self,
        zone: &Zone,
        agent: Option<&str>,
        date: Date,
    ) -> Vec<(Said, Spanned<Permission>)> {
        let of_zone = zone.parts.iter().filter_map(|part| {
            let (by, of) = (part.authority, part.authority);
            Some((Said { by, of }, part.entry.agents?))
        });
        let mut all: Vec<_> = of_zone.collect();
        for (by, authority) in self.authorities.iter().enumerate() {
            let whole = zone.whole.iter().filter_map(|(of, class)| {
                let permission = authority.classes.get(class)?;
                Some((Said { by, of: *of }, *permission))
            });
            all.extend(whole);
            let entry = agent.and_then(|agent| entry_within(authority, agent, date));
            let Some(entry) = entry else { continue };
            let of_class = zone.given_classes().filter_map(|(of, class)| {
                let permission = entry.classes.get(&class)?;
                Some((Said { by, of }, *permission))
            });
            all.extend(of_class);
        }
        all
    }
}
