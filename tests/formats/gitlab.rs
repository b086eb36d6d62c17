//! GitLab's two reports, held to what GitLab reads.

use std::collections::BTreeSet;

use cordon::report::Report;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::hostile::{rendered, report, texts};

fn text() -> Value {
    json!({"type": "string", "minLength": 1})
}

/// What GitLab's schema 15.0.6 asks of the fields that we write.
fn secrets_schema() -> Value {
    let program = json!({
        "type": "object",
        "required": ["id", "name", "version", "vendor"],
        "properties": {"id": text(), "name": text(), "version": text(),
            "vendor": {"type": "object", "required": ["name"], "properties": {"name": text()}}},
    });
    let time = json!({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"});
    let message = json!({"type": "object", "required": ["level", "value"],
        "properties": {"level": {"enum": ["info", "warn", "fatal"]}, "value": text()}});
    let number = json!({"type": "number", "minimum": 1});
    let vulnerability = json!({
        "type": "object",
        "required": ["id", "identifiers", "location"],
        "additionalProperties": false,
        "properties": {
            "id": text(),
            "category": {"const": "secret_detection"},
            "name": {"type": "string", "maxLength": 255},
            "description": {"type": "string", "maxLength": 1_048_576},
            "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
            "solution": {"type": "string", "maxLength": 7000},
            "identifiers": {"type": "array", "minItems": 1, "items": {
                "type": "object", "required": ["type", "name", "value"],
                "properties": {"type": text(), "name": text(), "value": text()}}},
            "location": {"type": "object", "required": ["commit"], "additionalProperties": false,
                "properties": {
                    "commit": {"type": "object", "required": ["sha"], "properties": {"sha": text()}},
                    "file": {"type": "string"}, "start_line": number, "end_line": number}},
        },
    });
    json!({
        "type": "object",
        "required": ["scan", "version", "vulnerabilities"],
        "properties": {
            "version": {"const": "15.0.6"},
            "scan": {"type": "object",
                "required": ["analyzer", "scanner", "type", "status", "start_time", "end_time"],
                "properties": {"analyzer": program, "scanner": program,
                    "type": {"const": "secret_detection"}, "status": {"enum": ["success", "failure"]},
                    "start_time": time, "end_time": time,
                    "messages": {"type": "array", "items": message}}},
            "vulnerabilities": {"type": "array", "items": vulnerability},
        },
    })
}

/// What GitLab's documentation asks of a Code Quality report.
fn quality_schema() -> Value {
    json!({"type": "array", "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": false,
        "properties": {
            "description": {"type": "string", "minLength": 1, "maxLength": 1000},
            "check_name": text(),
            "fingerprint": text(),
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {"type": "object", "required": ["path", "lines"], "properties": {
                "path": {"type": "string"},
                "lines": {"type": "object", "required": ["begin"],
                    "properties": {"begin": {"type": "integer", "minimum": 1}}}}},
        },
    }})
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
