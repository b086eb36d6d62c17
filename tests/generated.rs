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

/// A component can read no file of its own, so the table of releases stands in it too.
#[test]
fn generated_table_of_the_gitlab_component() {
    let path = root().join("templates/cordon.yml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = ("      checksums='\n", "      '\n");
    let (before, rest) = text.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let table = std::fs::read_to_string(root().join("support/checksums.txt")).unwrap();
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    let lines = lines.flat_map(|line| ["      ", line, "\n"]);
    let lines: String = lines.collect();
    holds(&path, &format!("{before}{begin}{lines}{end}{after}"));
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
fn generated_page_of_packs() {
    let text = cordon::policy::packs::page().unwrap();
    holds(&root().join("docs/packs.md"), &text);
}

#[test]
fn generated_reference_of_the_policy_language() {
    let text = cordon::policy::reference(&cordon::check::vocabulary());
    holds(&root().join("docs/policy-reference.md"), &text);
    // Each row says which way its key is strict, but for the keys of a list's entries.
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let rows: Vec<&str> = rows.collect();
    assert!(rows.len() > 110, "only {}", rows.len());
    for row in rows {
        let undecided = row.ends_with("| – |");
        assert_eq!(undecided, row.contains(".[]"), "{row}");
    }
}

#[test]
fn generated_report_schema() {
    let text = format!("{:#}\n", cordon::report::report_schema());
    holds(&root().join("docs/schema/report-v1.json"), &text);
}

#[test]
fn generated_policy_tests_schema() {
    let text = format!("{:#}\n", cordon::policy::policy_tests_schema());
    holds(&root().join("docs/schema/policy-tests-v1.json"), &text);
}

#[test]
fn generated_explanation_schema() {
    let text = format!("{:#}\n", cordon::report::explain::explanation_schema());
    holds(&root().join("docs/schema/explain-v1.json"), &text);
}

/// Above this line the page is written by hand.
const BY_HAND: &str = "<!-- generated: from here on by a test, from policies/secrets/ -->\n";

#[test]
fn generated_list_of_detectors() {
    let mut families = std::collections::BTreeMap::<String, Vec<String>>::new();
    let mut paths: Vec<_> = std::fs::read_dir(root().join("policies/secrets"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(path).unwrap();
        let value =
            |line: &str, key: &str| Some(line.strip_prefix(key)?.trim_matches('\'').to_owned());
        let family = text
            .lines()
            .find_map(|line| value(line, "family: "))
            .unwrap();
        let names = text.lines().filter_map(|line| value(line, "    name: "));
        families.entry(family).or_default().extend(names);
    }
    let path = root().join("docs/secrets.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (by_hand, _) = page.split_once(BY_HAND).unwrap();
    let count: usize = families.values().map(Vec::len).sum();
    let mut text = format!(
        "{by_hand}{BY_HAND}\n{count} detectors.\n\n| family | detectors |\n| --- | --- |\n"
    );
    for (family, mut names) in families {
        names.sort_by_key(|name| name.to_lowercase());
        names.dedup();
        text.extend(["| ", &family, " | ", &names.join(", "), " |\n"]);
    }
    holds(&path, &text);
}
