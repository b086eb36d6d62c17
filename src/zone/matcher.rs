//! Paths to zones, by both ends of a change.

use std::collections::BTreeMap;

use crate::git::Change;
use crate::policy::{FoldedPath, Policy, Zone};

/// Finds the zones that a change touches. One for each thread: it remembers nothing but the policy.
pub struct Matcher<'a> {
    policy: &'a Policy,
    repository: Option<&'a str>,
}

impl<'a> Matcher<'a> {
    /// A matcher for a repository of that name; `None`: unknown, so that zones of named
    /// repositories hold.
    pub fn new(policy: &'a Policy, repository: Option<&'a str>) -> Self {
        Self { policy, repository }
    }

    /// The zones that a change touches, by name: a rename touches those of both its ends.
    pub fn zones(&self, change: &Change) -> Vec<&'a Zone> {
        let mut found: BTreeMap<&str, &'a Zone> = BTreeMap::new();
        for path in change.old_path.iter().chain([&change.path]) {
            let path = FoldedPath::new(path);
            for zone in self.policy.zones() {
                if zone.contains(&path, self.repository) {
                    found.insert(&zone.name, zone);
                }
            }
        }
        found.into_values().collect()
    }
}
