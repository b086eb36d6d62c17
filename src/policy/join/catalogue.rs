//! Whose catalogue counts.

use super::Policy;
use crate::policy::authority::Role;
use crate::policy::raw::RawCatalogueEntry;

impl Policy {
    /// The catalogue entries that count: the organisation's; without one, those of the repository's
    /// trusted sides. Never the change's own: more signs make more changes an agent's, and a policy
    /// may be milder with those.
    pub fn catalogue(&self) -> impl Iterator<Item = (&str, &RawCatalogueEntry)> {
        let role = self.catalogue_role();
        let counting = self.authorities.iter().filter(move |one| one.role == role);
        counting.flat_map(|one| one.catalogue.iter().map(|(id, entry)| (id.as_str(), entry)))
    }

    /// Whether a repository's own catalogue does not count, since the organisation has a say.
    pub fn has_idle_catalogue(&self) -> bool {
        let mut authorities = self.authorities.iter();
        let own = |one: &crate::policy::Authority| {
            one.role == Role::Repository && !one.catalogue.is_empty()
        };
        self.catalogue_role() == Role::Org && authorities.any(own)
    }

    fn catalogue_role(&self) -> Role {
        let org = self.authorities.iter().any(|one| one.role == Role::Org);
        if org { Role::Org } else { Role::Repository }
    }
}
