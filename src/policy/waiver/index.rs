//! Which waivers are worth asking about a finding: one look instead of one for each of a thousand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Matter, Waiver};
use crate::policy::path_index::PathIndex;

/// Waivers by what they name. One is known by its position.
#[derive(Debug, Default)]
pub struct WaiverIndex(BTreeMap<String, OfRule>);

/// Those for the findings of one rule.
#[derive(Debug, Default)]
struct OfRule {
    by_fingerprint: HashMap<String, Vec<usize>>,
    /// Those that name no fingerprint.
    by_path: PathIndex,
}

impl WaiverIndex {
    /// Adds a waiver; the positions rise.
    pub fn add(&mut self, at: usize, waiver: &Waiver) {
        let known = self.0.entry(waiver.rule.value.clone()).or_default();
        match (&waiver.scope.fingerprints, &waiver.scope.paths) {
            (Some(fingerprints), _) => {
                for one in fingerprints {
                    known
                        .by_fingerprint
                        .entry(one.clone())
                        .or_default()
                        .push(at);
                }
            }
            (None, Some(paths)) => known.by_path.add(at, &paths.with),
            // It names nothing.
            (None, None) => {}
        }
    }

    /// The positions of those that may cover a finding, and some that do not.
    pub fn candidates(&self, matter: &Matter<'_>) -> BTreeSet<usize> {
        let Some(known) = self.0.get(matter.rule) else {
            return BTreeSet::new();
        };
        let path = matter.path.as_ref();
        let mut found = path.map_or_else(BTreeSet::new, |path| {
            known.by_path.candidates_as_written(path.raw())
        });
        found.extend(
            known
                .by_fingerprint
                .get(matter.fingerprint)
                .into_iter()
                .flatten(),
        );
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::waiver::{End, WaiverFile, Waivers};
    use crate::policy::{Judges, Vocabulary};

    /// Waivers with these scopes behind `repos`.
    fn waivers(scopes: impl Iterator<Item = String>) -> Waivers {
        let file = |(at, scope): (usize, String)| {
            WaiverFile {
            name: format!("{at:04}.yml"),
            text: Ok(format!(
                "waiver: W-{at:04}\nrule: zone-agent\nscope: {{repos: [acme/core], {scope}}}\nreason: Why\n\
                 requested_by: a@x\napproved_by: [{{who: b@x, date: 2026-11-20}}]\nexpires: 2026-12-20\n"
            )
            .into_bytes()),
        }
        };
        let files: Vec<WaiverFile> = scopes.enumerate().map(file).collect();
        let vocabulary = Vocabulary {
            rules: [(
                "zone-agent".to_owned(),
                Judges {
                    agents: true,
                    humans: false,
                },
            )]
            .into_iter()
            .collect(),
            ..Vocabulary::default()
        };
        let read = Waivers::read(&files, &vocabulary);
        assert!(read.flaws.is_empty(), "{:?}", read.flaws);
        read
    }

    fn index(waivers: &Waivers) -> WaiverIndex {
        let mut index = WaiverIndex::default();
        for (at, waiver) in waivers.good.iter().enumerate() {
            index.add(at, waiver);
        }
        index
    }

    fn matter<'f>(path: &'f str, fingerprint: &'f str) -> Matter<'f> {
        Matter {
            rule: "zone-agent",
            path: Some(End::new(path.into())),
            old_path: None,
            agent: None,
            fingerprint,
        }
    }

    #[test]
    fn a_finding_is_held_against_the_few_waivers_that_may_be_for_it() {
        let by_path = |at| format!("paths: [\"src/part{at}/**\", \"!src/part{at}/keys/**\"]");
        let by_fingerprint = |at| format!("fingerprints: [\"{at:064x}\"]");
        let scopes = (0..500).flat_map(|at| [by_path(at), by_fingerprint(at)]);
        let waivers = waivers(scopes);
        let index = index(&waivers);
        let (mut asked, mut covered) = (0, 0);
        for finding in 0..3000 {
            let path = format!("src/part{finding}/a~1.c");
            let fingerprint = format!("{finding:064x}");
            let matter = matter(&path, &fingerprint);
            for at in index.candidates(&matter) {
                asked += 1;
                covered += usize::from(waivers.good[at].scope.covers(&matter));
            }
        }
        // Not the three million pairs of a finding and a waiver.
        assert_eq!((asked, covered), (1000, 1000));
    }

    #[test]
    fn no_waiver_that_covers_a_finding_is_left_out() {
        let one = "1".repeat(64);
        let scopes = [
            "paths: [\"**\"]".to_owned(),
            "paths: [\"src/*/x.c\", lib]".to_owned(),
            "paths: [\"**/x.c\"]".to_owned(),
            "paths: [\"[sS]rc/**\", \"!src/b/**\"]".to_owned(),
            format!("fingerprints: [\"{one}\"]"),
            format!("fingerprints: [\"{one}\"], paths: [\"src/**\"]"),
        ];
        let waivers = waivers(scopes.into_iter());
        let index = index(&waivers);
        for path in ["src/a/x.c", "src/b/x.c", "SRC/a/x.c", "lib", "lib/y", "x.c"] {
            for fingerprint in [&*one, "2"] {
                let matter = matter(path, fingerprint);
                let candidates = index.candidates(&matter);
                for (at, waiver) in waivers.good.iter().enumerate() {
                    let covers = waiver.scope.covers(&matter);
                    assert!(!covers || candidates.contains(&at), "{path}: {at}");
                }
            }
        }
    }
}
