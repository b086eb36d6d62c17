//! The house rules, held by tests: which way imports go, who may use what, and that every rule has
//! its file, its page, its place in the schema and its tests.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed, and decides nothing by its surroundings"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Modules from the lowest to the highest: each may import those of earlier rows, and itself.
const LAYERS: &[&[&str]] = &[
    &["text", "host", "cache"],
    &["git", "sign"],
    &["finding"],
    &["policy"],
    &["agent", "zone", "secret"],
    &["rule", "starter"],
    &["report"],
    &["check"],
    &["trial"],
    &["hook", "ci"],
    &["cli"],
];

/// Words that only these files or folders may say.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("git2::", &["src/git"]),
    ("granit_parser", &["src/policy/yaml"]),
    ("clap::", &["src/cli", "src/main.rs"]),
    ("clap_complete", &["src/cli/completions.rs"]),
    ("clap_mangen", &["src/cli/man.rs"]),
    ("std::io::stdin", &["src/cli"]),
    ("std::io::stdout", &["src/cli", "src/host.rs"]),
    ("std::io::stderr", &["src/cli", "src/host.rs"]),
    ("std::env", &["src/host.rs", "src/main.rs"]),
    ("process::exit", &[]),
    ("unsafe ", &[]),
    ("imara_diff", &["src/git"]),
    (
        "globset",
        &["src/policy/paths/patterns.rs", "src/policy/paths/repos.rs"],
    ),
    ("anyhow", &["src/cli"]),
    ("ssh_key", &["src/sign"]),
    ("ignore::", &["src/check/scan"]),
    ("indicatif", &["src/cli/progress.rs"]),
    ("signal_hook", &["src/cli/progress.rs"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder, with its text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let walk = ignore::WalkBuilder::new(root().join(folder))
        .sort_by_file_path(Ord::cmp)
        .build();
    walk.map(Result::unwrap)
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|extension| extension == "rs")
        })
        .map(|entry| {
            let path = entry
                .path()
                .strip_prefix(root())
                .unwrap()
                .display()
                .to_string();
            (path, std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

/// Code without comments, and without the tests at a file's end.
fn code(text: &str) -> String {
    let code = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn is_test(path: &str) -> bool {
    ["tests.rs", "/testing.rs", "/e2e.rs"]
        .iter()
        .any(|end| path.ends_with(end))
        || path.contains("/tests/")
}

fn module(path: &str) -> &str {
    let rest = path.strip_prefix("src/").unwrap_or(path);
    rest.split(['/', '.']).next().unwrap_or(rest)
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|row| row.contains(&module))
}

/// The modules that stand behind a `crate::`: one, or those of a list in braces.
fn targets(part: &str) -> Vec<&str> {
    let word = |text: &'_ str| {
        text.find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(text.len())
    };
    match part.strip_prefix('{') {
        None => vec![&part[..word(part)]],
        Some(list) => {
            let list = &list[..list.find('}').unwrap_or(list.len())];
            let items = list
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty());
            items.map(|item| &item[..word(item)]).collect()
        }
    }
}

#[test]
fn imports_go_one_way() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let own = module(&path);
        if is_test(&path) || own == "lib" || own == "main" {
            continue;
        }
        let Some(level) = layer(own) else {
            panic!("{path} belongs to no layer")
        };
        for part in code(&text).split("crate::").skip(1) {
            for target in targets(part) {
                match layer(target) {
                    None => wrong.push(format!("{path} imports {target}, which is in no layer")),
                    Some(other) if target != own && other >= level => {
                        wrong.push(format!("{path} imports {target}"));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_has_one_place_stays_there() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        if is_test(&path) {
            continue;
        }
        let code = code(&text);
        for (word, places) in ONLY_IN {
            if code.contains(word) && !places.iter().any(|place| path.starts_with(place)) {
                wrong.push(format!("{path} says {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_and_main_are_short() {
    for (path, text) in sources("src")
        .into_iter()
        .filter(|(path, _)| !is_test(path))
    {
        let lines = code(&text)
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count();
        let most = if path == "src/main.rs" { 60 } else { 320 };
        assert!(lines <= most, "{path} has {lines} lines of code");
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for (path, text) in sources("src")
        .into_iter()
        .filter(|(path, _)| !is_test(path))
    {
        assert!(
            text.starts_with("//! "),
            "{path} has no module documentation"
        );
    }
}

#[test]
fn every_rule_has_a_file_a_page_and_tests() {
    let rules: BTreeSet<&str> = cordon::rule::RULES
        .iter()
        .map(|rule| rule.meta().id)
        .collect();
    let files: BTreeSet<String> = sources("src/rule")
        .into_iter()
        .map(|(path, _)| path)
        // What lies in a folder belongs to the rule that the folder is named after.
        .filter(|path| path.matches('/').count() == 2)
        .filter_map(|path| Some(Path::new(&path).file_stem()?.to_str()?.replace('_', "-")))
        .filter(|name| {
            !["mod", "allowance", "content", "context", "page", "window"].contains(&name.as_str())
        })
        .collect();
    assert_eq!(
        rules,
        files.iter().map(String::as_str).collect(),
        "rules and files of src/rule"
    );
    let pages: BTreeSet<String> = std::fs::read_dir(root().join("docs/rules"))
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(
        rules,
        pages
            .iter()
            .map(String::as_str)
            .filter(|page| *page != "README")
            .collect(),
        "rules and pages of docs/rules"
    );
    let tests: String = sources("tests/cli")
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    for rule in rules.iter().filter(|rule| **rule != "history-incomplete") {
        assert!(
            tests.contains(&format!("\"{rule}\"")),
            "no test asks for {rule}"
        );
    }
}

#[test]
fn every_rule_stands_in_the_policy_schema() {
    let schema = cordon::policy::policy_schema(&cordon::check::vocabulary()).to_string();
    for rule in cordon::rule::RULES {
        assert!(
            schema.contains(rule.meta().id),
            "{} is not in the schema",
            rule.meta().id
        );
    }
}

#[test]
fn every_test_file_runs() {
    let main = std::fs::read_to_string(root().join("tests/cli/main.rs")).unwrap();
    for (path, _) in sources("tests/cli") {
        let name = Path::new(&path)
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            name == "main" || main.contains(&format!("mod {name};")),
            "{path} is not declared"
        );
    }
}
