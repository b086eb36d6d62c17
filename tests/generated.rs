//! Generated files are current. `CORDON_GENERATE=1 cargo test generated` writes them.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and decides nothing by its surroundings"
)]

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a file with what it ought to hold, or writes it.
fn holds(path: &Path, text: &str) {
    if std::env::var_os("CORDON_GENERATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let shown = path.strip_prefix(root()).unwrap().display();
    assert!(
        kept == text,
        "{shown} is not current: CORDON_GENERATE=1 cargo test generated"
    );
}

#[test]
fn generated_rule_pages() {
    for rule in cordon::rule::RULES {
        let meta = rule.meta();
        holds(
            &root().join(format!("docs/rules/{}.md", meta.id)),
            &cordon::rule::page(meta),
        );
    }
}

#[test]
fn generated_list_of_rules() {
    holds(&root().join("docs/rules/README.md"), &cordon::rule::pages());
}

#[test]
fn generated_agent_page() {
    let text = cordon::agent::page(cordon::agent::Catalogue::builtin());
    holds(&root().join("docs/agents.md"), &text);
}

#[test]
fn generated_report_schema() {
    let text = format!("{:#}\n", cordon::report::report_schema());
    holds(&root().join("docs/schema/report-v1.json"), &text);
}

#[test]
fn generated_explanation_schema() {
    let text = format!("{:#}\n", cordon::report::explain::explanation_schema());
    holds(&root().join("docs/schema/explain-v1.json"), &text);
}
