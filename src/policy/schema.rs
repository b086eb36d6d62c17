//! The published JSON schema of policies, made of the types they are read into.
//!
//! For `cordon policy schema` and for `docs/schema/policy-v1.json`, which editors use.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::raw::RawPolicy;

/// The schema's own name.
const ID: &str = "urn:cordon:schema:policy:v1";

/// The JSON schema, draft 2020-12, of the org policy and of `.cordon.yml`.
pub fn policy_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<RawPolicy>().to_value();
    if let Value::Object(root) = &mut schema {
        root.insert("$id".to_owned(), ID.into());
        root.insert("title".to_owned(), "Cordon policy".into());
    }
    without_null(&mut schema);
    schema
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
