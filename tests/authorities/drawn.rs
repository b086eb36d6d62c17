//! Policies drawn at random that are good: they can be read, and name no group that nobody has.

use std::sync::LazyLock;

use cordon::check::vocabulary;
use cordon::policy::yaml::Limits;
use cordon::policy::{Loader, Vocabulary};
use serde_json::{Map, Value};

use crate::generate::{Choices, Language};

/// A policy that is good, and says as much as it can of what was drawn: an organisation's, or one below it.
pub(crate) fn policy(
    language: &Language,
    shape: &[u8],
    values: &[u8],
    org: Option<&str>,
) -> String {
    let org = org.map(|org| serde_json::from_str(org).unwrap());
    let drawn = language.policy(&mut Choices { shape, values });
    let mut kept = Map::new();
    kept.insert("cordon".to_owned(), 1.into());
    let is_good = |kept: &Map<String, Value>| is_good(kept, org.as_ref());
    // Groups are named by other sections.
    let first = |key: &&String| **key != "approvers";
    let mut keys: Vec<&String> = drawn.keys().collect();
    keys.sort_by_key(first);
    for key in keys {
        let before = kept.insert(key.clone(), drawn[key].clone());
        if !is_good(&kept) {
            match (before, &drawn[key]) {
                (Some(before), _) => kept.insert(key.clone(), before),
                (None, Value::Object(entries)) => {
                    kept.insert(key.clone(), Value::Object(Map::new()));
                    for (name, entry) in entries {
                        kept[key][name] = entry.clone();
                        if !is_good(&kept) {
                            kept[key].as_object_mut().unwrap().remove(name);
                        }
                    }
                    None
                }
                (None, _) => kept.remove(key),
            };
        }
        if !is_good(&kept) {
            kept.remove(key);
        }
    }
    Value::Object(kept).to_string()
}

/// Whether it can be read, and names no group that the organisation lacks.
fn is_good(policy: &Map<String, Value>, org: Option<&Map<String, Value>>) -> bool {
    static KNOWN: LazyLock<Vocabulary> = LazyLock::new(vocabulary);
    let text = Value::Object(policy.clone()).to_string();
    let mut loader = Loader::new(KNOWN.clone());
    let highest = org.is_none();
    let read = loader.read("policy.yml", text.as_bytes(), &Limits::ORG, highest);
    let groups = org.unwrap_or(policy).get("approvers");
    read.is_some_and(|(_, authority)| {
        let mut named = authority.group_names.iter();
        named.all(|name| groups.is_some_and(|groups| groups.get(&name.value).is_some()))
    })
}
