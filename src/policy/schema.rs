//! The published JSON schemas of policies and of their tests, made of the types they are read into.
//!
//! For `cordon policy schema` and for `docs/schema/`, which editors use.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::packs::PACKS;
use super::pending::PENDING;
use super::raw::RawPolicy;
use super::raw::test_case::RawTests;
use super::validate::catalogue;
use super::vocabulary::Vocabulary;

/// The schema's own name.
const ID: &str = "urn:cordon:schema:policy:v1";
const TESTS_ID: &str = "urn:cordon:schema:policy-tests:v1";

/// The JSON schema, draft 2020-12, of the org policy and of `.cordon.yml`.
///
/// An editor offers the agents and rules of `vocabulary` as keys, and the packs.
pub fn policy_schema(vocabulary: &Vocabulary) -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<RawPolicy>().to_value();
    if let Value::Object(root) = &mut schema {
        root.insert("$id".to_owned(), ID.into());
        root.insert("title".to_owned(), "Cordon policy".into());
    }
    without_null(&mut schema);
    let agents = ["*", "unlisted"]
        .into_iter()
        .chain(vocabulary.agents.iter().map(String::as_str));
    name_keys(&mut schema, "agents", agents);
    // A policy's own catalogue adds to them.
    let own = serde_json::json!({ "pattern": catalogue::ID });
    if let Some(names) = schema.pointer_mut("/properties/agents/propertyNames") {
        *names = serde_json::json!({ "anyOf": [names.take(), own.clone()] });
    }
    if let Some(Value::Object(map)) = schema.pointer_mut("/properties/catalogue") {
        map.insert("propertyNames".to_owned(), own);
    }
    name_keys(
        &mut schema,
        "rules",
        vocabulary.rules.keys().map(String::as_str),
    );
    if let Some(Value::Object(pack)) = schema.pointer_mut("/$defs/RawSource/properties/pack") {
        let names: Vec<&str> = PACKS.iter().map(|pack| pack.name).collect();
        pack.insert("enum".to_owned(), names.into());
    }
    describe_keys(&mut schema, "agents", vocabulary, &["*", "unlisted"]);
    describe_keys(&mut schema, "rules", vocabulary, &[]);
    for path in PENDING.iter().filter(|path| !path.contains(' ')) {
        let steps: Vec<&str> = path.split('.').collect();
        mark_pending(&mut schema, "", &steps);
    }
    schema
}

/// The JSON schema, draft 2020-12, of a file of policy tests.
pub fn policy_tests_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<RawTests>().to_value();
    if let Value::Object(root) = &mut schema {
        root.insert("$id".to_owned(), TESTS_ID.into());
        root.insert("title".to_owned(), "Tests of a Cordon policy".into());
    }
    without_null(&mut schema);
    schema
}

/// Says under each name what it means: an editor offers the names with that.
fn describe_keys(schema: &mut Value, property: &str, vocabulary: &Vocabulary, others: &[&str]) {
    let Some(Value::Object(map)) = schema.pointer_mut(&format!("/properties/{property}")) else {
        return;
    };
    let Some(entry) = map.get("additionalProperties").cloned() else {
        return;
    };
    let planned = vocabulary.rules.keys().filter(|_| property == "rules");
    let names = vocabulary.agents.iter().filter(|_| property == "agents");
    let names = names.chain(planned).map(String::as_str);
    let mut described = Map::new();
    for name in names.chain(others.iter().copied()) {
        let known = vocabulary.about.get(&format!("{property}.{name}"));
        let about = match (name, known) {
            ("*", _) => "Every agent that this policy does not list.",
            ("unlisted", _) => {
                "An agent that the catalogue lacks and that says `Assisted-by: NAME:MODEL`."
            }
            (_, Some(about)) => about,
            (_, None) => "A rule to come.",
        };
        let mut entry = entry.clone();
        entry["description"] = about.into();
        described.insert(name.to_owned(), entry);
    }
    map.insert("properties".to_owned(), Value::Object(described));
}

/// Says of a key that it has no effect yet. `at` is the pointer to the schema that `steps` start from.
fn mark_pending(schema: &mut Value, at: &str, steps: &[&str]) {
    let Some(node) = schema.pointer(at) else {
        return;
    };
    if let Some(Value::String(reference)) = node.get("$ref") {
        let target = reference.trim_start_matches('#').to_owned();
        return mark_pending(schema, &target, steps);
    }
    let Some((step, rest)) = steps.split_first() else {
        return;
    };
    let next = match *step {
        "*" => format!("{at}/additionalProperties"),
        "[]" => format!("{at}/items"),
        key => format!("{at}/properties/{key}"),
    };
    if !rest.is_empty() {
        return mark_pending(schema, &next, rest);
    }
    if let Some(Value::String(about)) = schema.pointer_mut(&format!("{next}/description")) {
        about.push_str(" No effect yet: a check refuses it.");
    }
}

/// Says which keys the map under `property` may have.
fn name_keys<'n>(schema: &mut Value, property: &str, names: impl Iterator<Item = &'n str>) {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    if let Some(Value::Object(map)) = schema.pointer_mut(&format!("/properties/{property}")) {
        map.insert(
            "propertyNames".to_owned(),
            serde_json::json!({ "enum": names }),
        );
    }
}

/// A key may be left out, but not be given without a value: schemars says `null` for both.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Array(parts) => parts.iter_mut().for_each(without_null),
        Value::Object(parts) => {
            if let Some(Value::Array(types)) = parts.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    parts.insert("type".to_owned(), only);
                }
            }
            unwrap_choice(parts);
            parts.values_mut().for_each(without_null);
        }
        _ => {}
    }
}

/// Takes `null` out of a choice, and the choice away if one way is left.
fn unwrap_choice(parts: &mut Map<String, Value>) {
    let Some(Value::Array(ways)) = parts.get_mut("anyOf") else {
        return;
    };
    ways.retain(|way| way.get("type") != Some(&Value::from("null")));
    if let [Value::Object(only)] = ways.as_slice() {
        let only = only.clone();
        parts.remove("anyOf");
        for (key, value) in only {
            parts.entry(key).or_insert(value);
        }
    }
}
