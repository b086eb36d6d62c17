//! `sarif`, held to the standard's and to GitHub's rules.

use cordon::finding::{Decision, Mode};
use cordon::report::Report;
use proptest::prelude::*;
use serde_json::Value;

use crate::hostile::{finding, rendered, report, texts};

fn run(report: &Report) -> Value {
    let text = rendered("sarif", report);
    assert!(text.len() < 10_000_000, "{}", text.len());
    let log: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(log["version"], "2.1.0");
    log["runs"][0].clone()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The bytes that a percent-encoded reference stands for.
fn decoded(uri: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let hex: Vec<u8> = rest.by_ref().take(2).collect();
            bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
        } else {
            assert!(
                byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte),
                "{uri}"
            );
            bytes.push(byte);
        }
    }
    bytes
}

fn holds(run: &Value) {
    let rules = list(&run["tool"]["driver"]["rules"]);
    for rule in rules {
        for field in ["shortDescription", "fullDescription"] {
            let said = text(&rule[field]["text"]);
            assert!(!said.is_empty() && said.chars().count() <= 1024, "{rule}");
        }
        assert!(!text(&rule["help"]["text"]).is_empty());
        if let Some(severity) = rule["properties"].get("security-severity") {
            let severity: f64 = text(severity).parse().unwrap();
            assert!(severity > 0.0 && severity <= 10.0);
        }
    }
    for result in list(&run["results"]) {
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[at]["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&text(&result["level"])));
        assert!(text(&result["message"]["text"]).chars().count() <= 1024);
        assert!(!text(&result["partialFingerprints"]["primaryLocationLineHash"]).is_empty());
        let place = &list(&result["locations"])[0]["physicalLocation"];
        decoded(text(&place["artifactLocation"]["uri"]));
        let region = &place["region"];
        let start = region["startLine"].as_u64().unwrap();
        assert!(start > 0 && region["endLine"].as_u64().unwrap() >= start);
        let waived = result["properties"]["decision"] == "waived";
        assert_eq!(result.get("suppressions").is_some(), waived);
        assert!(result.get("snippet").is_none() && region.get("snippet").is_none());
    }
}

#[test]
fn a_hostile_report_keeps_the_rules() {
    let report = report(&texts());
    let run = run(&report);
    holds(&run);
    assert_eq!(list(&run["results"]).len(), report.findings.len());
    let said = list(&run["invocations"][0]["toolExecutionNotifications"]);
    assert_eq!(said.len(), report.incomplete.len());
}

proptest! {
    #[test]
    fn whatever_the_text_it_keeps_the_rules(texts in prop::collection::vec(any::<Vec<u8>>(), 1..8)) {
        holds(&run(&report(&texts)));
    }

    #[test]
    fn a_place_is_the_file_byte_for_byte(path: Vec<u8>) {
        let mut report = report(&[]);
        report.findings = vec![finding(&path, 1, "zone-agent", (Decision::Blocked, Mode::Block))];
        let run = run(&report);
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        prop_assert_eq!(decoded(text(&place["artifactLocation"]["uri"])), path);
    }
}

/// What blocks is kept, wherever it stands, and what there is no room for is counted.
#[test]
fn no_more_results_than_github_takes() {
    let long = b"x".repeat(400);
    for (each, count) in [(&b"x"[..], 25_100), (&long, 12_000)] {
        let mut report = report(&[]);
        report.findings = (0..count)
            .map(|number| {
                let last = number + 1 == count;
                let decision = if last {
                    Decision::Blocked
                } else {
                    Decision::Audited
                };
                finding(each, number * 3, "zone-agent", (decision, Mode::Block))
            })
            .collect();
        let run = run(&report);
        let results = list(&run["results"]);
        assert!(results.len() <= 25_000);
        assert_eq!(results[0]["level"], "error");
        let more = report.findings.len() - results.len();
        assert!(more > 0, "all {count} had room");
        let said = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
        assert_eq!(said, &format!("{more} more findings have no room here."));
    }
}
