//! GitLab's two reports, held to what GitLab reads.

use std::collections::BTreeSet;

use cordon::report::Report;
use proptest::prelude::*;
use serde_json::Value;

use crate::hostile::{many, rendered, report, texts};

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

#[test]
fn no_more_secrets_than_gitlab_reads() {
    let mut report = report(&[]);
    report.findings = many(20_000, 1_000);
    for row in &mut report.findings {
        row.rule = "secret-added";
    }
    let text = rendered("gitlab-secrets", &report);
    assert!(text.len() < 20_100_000, "{}", text.len());
    let document: Value = serde_json::from_str(&text).unwrap();
    let rows = document["vulnerabilities"].as_array().unwrap();
    assert_eq!(rows[0]["severity"], "Critical");
    let more = report.findings.len() - rows.len();
    assert!(more > 0);
    let messages = document["scan"]["messages"].as_array().unwrap();
    let told = format!("{more} more findings have no room here");
    assert_eq!(messages.last().unwrap()["value"], told);
}

/// What blocks is kept, wherever it stands, and what there is no room for is counted.
#[test]
fn no_more_rows_than_a_widget_reads() {
    let mut report = report(&[]);
    report.findings = many(20_000, 1_000);
    let text = rendered("gitlab-codequality", &report);
    assert!(text.len() < 20_001_000, "{}", text.len());
    let rows: Value = serde_json::from_str(&text).unwrap();
    assert!(unique(&rows, "fingerprint"));
    let rows = rows.as_array().unwrap();
    assert_eq!(rows[0]["severity"], "blocker");
    let (last, shown) = rows.split_last().unwrap();
    let more = report.findings.len() + report.incomplete.len() - shown.len();
    assert!(more > 0);
    assert_eq!(
        last["description"],
        format!("{more} more have no room here")
    );
    assert_eq!(last["severity"], "info");
    let alone = Value::Array(vec![last.clone()]);
    assert!(
        jsonschema::validator_for(&quality_schema())
            .unwrap()
            .is_valid(&alone)
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
