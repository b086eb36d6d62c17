//! The JSON Schema of the report, generated from its types.

use serde_json::Value;

use super::{Report, SCHEMA};

/// The schema as `docs/schema/report-v1.json` holds it.
pub fn report_schema() -> Value {
    let mut schema = schemars::schema_for!(Report).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("$id".to_owned(), "urn:cordon:schema:report:v1".into());
        object.insert("title".to_owned(), SCHEMA.into());
        if let Some(field) = object
            .get_mut("properties")
            .and_then(|it| it.get_mut("schema"))
        {
            *field = serde_json::json!({"const": SCHEMA});
        }
    }
    schema
}
