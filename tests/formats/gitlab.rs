//! GitLab's two reports, held to what GitLab reads.

use std::collections::BTreeSet;

use cordon::report::Report;
use proptest::prelude::*;
use serde_json::Value;

use crate::hostile::{rendered, report, texts};

/// The schemas by which `scripts/validate-formats.sh` goes too.
fn secrets_schema() -> Value {
    serde_json::from_str(include_str!("gitlab-secrets.schema.json")).unwrap()
}

fn quality_schema() -> Value {
    serde_json::from_str(include_str!("gitlab-codequality.schema.json")).unwrap()
}

fn valid(name: &str, report: &Report, schema: &Value) -> Value {
    let document: Value = serde_json::from_str(&rendered(name, report)).unwrap();
    let validator = jsonschema::validator_for(schema).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| format!("{} {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    document
}

fn unique(rows: &Value, key: &str) -> bool {
    let rows = rows.as_array().unwrap();
    let names: BTreeSet<&str> = rows.iter().map(|row| row[key].as_str().unwrap()).collect();
    names.len() == rows.len()
}

#[test]
fn secrets_alone_are_reported_each_by_an_id_of_its_own() {
    let report = report(&texts());
    let document = valid("gitlab-secrets", &report, &secrets_schema());
    let rows = &document["vulnerabilities"];
    assert!(unique(rows, "id"));
    let secrets = report
        .findings
        .iter()
        .filter(|row| row.rule == "secret-added");
    let count = secrets.count();
    assert!(count > 2 && count < report.findings.len());
    assert_eq!(rows.as_array().unwrap().len(), count);
    assert_eq!(document["scan"]["status"], "failure");
}

#[test]
fn quality_rows_have_fingerprints_of_their_own_and_tell_what_was_not_read() {
    let report = report(&texts());
    let rows = valid("gitlab-codequality", &report, &quality_schema());
    assert!(unique(&rows, "fingerprint"));
    let count = report.findings.len() + report.incomplete.len();
    assert_eq!(rows.as_array().unwrap().len(), count);
    assert_eq!(rows[0]["severity"], "blocker");
    let rows = rows.as_array().unwrap();
    assert!(
        rows.iter()
            .any(|row| row["check_name"] == "history-incomplete")
    );
}

proptest! {
    #[test]
    fn whatever_the_text_both_are_valid(texts in prop::collection::vec(any::<Vec<u8>>(), 0..8)) {
        let report = report(&texts);
        valid("gitlab-secrets", &report, &secrets_schema());
        let rows = valid("gitlab-codequality", &report, &quality_schema());
        prop_assert!(unique(&rows, "fingerprint"));
    }
}
