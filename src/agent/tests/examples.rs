//! Every entry against its own examples, and all of them against each other.

use std::collections::BTreeMap;

use super::*;
use crate::agent::raw::{Example, Expected, ExpectedHint};
use crate::text::shape::Shape;

fn of_example(example: &Example) -> Attribution {
    let catalogue = Catalogue::builtin();
    let commit = commit(
        example.author.as_deref().unwrap_or(PERSON),
        example.committer.as_deref().unwrap_or(PERSON),
        &example.message,
    );
    let signs = Signs {
        environment: environment(catalogue, &variables(example)),
        branch: example.branch.as_deref().map(BString::from),
        ..Signs::default()
    };
    attribute(catalogue, &commit, &trailers(&example.message), &signs)
}

fn variables(example: &Example) -> BTreeMap<BString, BString> {
    let variables = example.environment.iter();
    variables
        .map(|(name, value)| (name.as_str().into(), value.as_str().into()))
        .collect()
}

fn evidence_for(attribution: &Attribution, agent: &str) -> Vec<Expected> {
    attribution
        .agents
        .iter()
        .filter(|claim| claim.agent == agent)
        .flat_map(|claim| &claim.evidence)
        .map(|evidence| Expected {
            kind: evidence.kind,
            strength: evidence.strength,
            model: evidence.model.clone(),
        })
        .collect()
}

#[test]
fn every_example_shows_its_evidence_and_no_other_agent() {
    for entry in full() {
        assert!(!entry.examples.is_empty(), "{}: no example", entry.agent);
        for example in &entry.examples {
            let found = of_example(example);
            let evidence = evidence_for(&found, &entry.agent);
            assert_eq!(evidence, example.expect, "{}: {example:?}", entry.agent);
            assert_eq!(found.agents.len(), 1, "{}: {found:?}", entry.agent);
        }
    }
}

#[test]
fn every_example_shows_its_account() {
    for entry in full() {
        for example in &entry.examples {
            let found = account_hints(&entry, &variables(example));
            let found: Vec<ExpectedHint> = found
                .into_iter()
                .map(|hint| ExpectedHint {
                    var: hint.var.to_owned(),
                    hints: hint.hints,
                    host: hint.host,
                })
                .collect();
            assert_eq!(found, example.account, "{}: {example:?}", entry.agent);
        }
        let mut examples = entry.examples.iter();
        let shown = examples.any(|example| !example.account.is_empty());
        assert!(
            shown || entry.account.variables.is_empty(),
            "{}",
            entry.agent
        );
        for path in &entry.account.managed {
            assert!(path.starts_with('/'), "{}: {path}", entry.agent);
        }
    }
}

#[test]
fn no_counter_example_shows_its_agent() {
    for entry in full() {
        for example in &entry.counter_examples {
            let found = of_example(example);
            let evidence = evidence_for(&found, &entry.agent);
            assert_eq!(evidence, [], "{}: {example:?}", entry.agent);
        }
    }
}

/// Every entry has an example for each place where its signs are found.
#[test]
fn every_kind_of_sign_has_an_example() {
    for entry in full() {
        let shown = |kind| {
            let mut expected = entry.examples.iter().flat_map(|example| &example.expect);
            expected.any(|expected| expected.kind == kind)
        };
        let has = |kind, any: bool| assert!(!any || shown(kind), "{}: {kind:?}", entry.agent);
        let marks = [&entry.marks, &entry.openings, &entry.links, &entry.boxes];
        has(
            EvidenceKind::Key,
            !entry.keys.is_empty() || !entry.together.is_empty(),
        );
        has(EvidenceKind::Trailer, !entry.trailers.is_empty());
        has(
            EvidenceKind::Mark,
            marks.iter().any(|list| !list.is_empty()),
        );
        has(EvidenceKind::Branch, !entry.branches.is_empty());
        has(EvidenceKind::Environment, !entry.environment.is_empty());
        has(EvidenceKind::Author, entry.author_suffix.is_some());
        let addresses = [&entry.emails, &entry.email_shapes, &entry.slugs];
        let has_address = addresses.iter().any(|list| !list.is_empty())
            || !entry.ids.is_empty()
            || !entry.shared.is_empty();
        let by_address = [
            EvidenceKind::Trailer,
            EvidenceKind::Author,
            EvidenceKind::Committer,
        ];
        assert!(
            !has_address || by_address.into_iter().any(shown),
            "{}: an address",
            entry.agent
        );
    }
}

#[test]
fn no_sign_stands_in_two_entries() {
    let mut owners: BTreeMap<(&str, String), &str> = BTreeMap::new();
    let entries = full();
    for entry in &entries {
        for id in &entry.ids {
            let former = owners.insert(("account", id.to_string()), &entry.agent);
            assert_eq!(former, None, "account {id} also in {}", entry.agent);
        }
        let keys = entry.keys.iter().map(|key| &key.key);
        let marks = entry.marks.iter().chain(&entry.openings);
        let marks = marks.chain(&entry.links).chain(&entry.boxes);
        let signs = (std::iter::once(&entry.agent).chain(&entry.aliases))
            .map(|sign| ("alias", sign))
            .chain(entry.emails.iter().map(|sign| ("mailbox", sign)))
            .chain(entry.slugs.iter().map(|sign| ("slug", sign)))
            .chain(keys.map(|sign| ("key", sign)))
            .chain(marks.map(|sign| ("mark", sign)))
            .chain(entry.branches.iter().map(|sign| ("branch", sign)));
        for (what, sign) in signs {
            let former = owners.insert((what, sign.to_lowercase()), &entry.agent);
            assert_eq!(former, None, "{what} {sign} also in {}", entry.agent);
        }
    }
}

#[test]
fn entries_are_well_formed() {
    let entries = full();
    let ids = entries
        .iter()
        .map(|entry| entry.agent.as_str())
        .collect::<Vec<_>>();
    assert_eq!(Catalogue::builtin().ids().collect::<Vec<_>>(), ids);
    for entry in &entries {
        let id = &entry.agent;
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(id.chars().all(kebab) && id != UNLISTED, "{id}");
        for base in &entry.before {
            assert!(ids.contains(&base.as_str()), "{id}: no {base}");
        }
        for email in &entry.emails {
            assert!(email.is_ascii() && email.contains('@'), "{id}: {email}");
        }
        for slug in &entry.slugs {
            assert!(slug.is_ascii() && !slug.contains('@'), "{id}: {slug}");
        }
        for trailer in &entry.trailers {
            let value = trailer.value.as_ref().is_some_and(|text| !text.is_empty());
            let shape = trailer
                .shape
                .as_ref()
                .is_some_and(|text| Shape::parse(text).is_some());
            assert!(value != shape, "{id}: {}", trailer.key);
        }
        for shared in &entry.shared {
            assert!(
                shared.email.contains('@') && !shared.name.is_empty(),
                "{id}"
            );
        }
        assert!(
            entry.together.len() != 1,
            "{id}: a key alone is one of `keys`"
        );
    }
}

#[test]
fn ids_are_the_names_of_the_files() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/agents");
    let mut files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| Some(name.strip_suffix(".yml")?.to_owned()))
        .collect::<Vec<_>>();
    files.sort();
    assert_eq!(Catalogue::builtin().ids().collect::<Vec<_>>(), files);
}
