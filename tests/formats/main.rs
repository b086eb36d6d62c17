//! Every format holds whatever text a repository brings: it is what it says it is, and nothing breaks out.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and decides nothing by its surroundings"
)]

mod github;
mod gitlab;
mod hostile;
mod html;
mod junit;
mod markdown;
mod sarif;

use std::path::PathBuf;

use serde_json::Value;

use crate::hostile::{rendered, report, texts};

/// `CORDON_GENERATE=1 cargo test generated` writes them.
#[test]
fn generated_snapshots_of_a_hostile_report() {
    let report = report(&texts());
    for format in cordon::report::FORMATS {
        let name = format.name();
        let path = format!("tests/formats/snapshots/{name}.txt");
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
        let text = rendered(name, &report);
        if std::env::var_os("CORDON_GENERATE").is_some() {
            std::fs::write(path, text).unwrap();
            continue;
        }
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(kept == text, "{name} is not current");
    }
}

#[test]
fn no_format_has_a_character_that_steers() {
    let report = report(&texts());
    for format in cordon::report::FORMATS {
        let text = rendered(format.name(), &report);
        let steers = |c: char| (c.is_control() && c != '\n') || cordon::text::show::is_invisible(c);
        assert_eq!(text.find(steers), None, "{}", format.name());
        assert!(text.ends_with('\n'), "{}", format.name());
    }
}

#[test]
fn json_and_jsonl_parse() {
    let report = report(&texts());
    let whole: Value = serde_json::from_str(&rendered("json", &report)).unwrap();
    assert_eq!(whole["findings"].as_array().unwrap().len(), texts().len());
    let lines = rendered("jsonl", &report);
    let rows = lines.lines().map(serde_json::from_str::<Value>);
    assert_eq!(rows.map(Result::unwrap).count(), 1 + 3 * texts().len());
}
