//! The published schema is that of the types, and every key of it is known to have an effect or to
//! have none yet. `CORDON_GENERATE=1 cargo test generated` writes the files anew.

#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cordon::policy::pending::{PENDING, pending};
use cordon::policy::problem::{Source, lines};
use cordon::policy::yaml::{Limits, canonical_json, parse};
use serde_json::Value;

fn policy_schema() -> Value {
    cordon::policy::policy_schema(&cordon::check::vocabulary())
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[expect(clippy::disallowed_methods, reason = "a test decides nothing by it")]
fn generate() -> bool {
    std::env::var_os("CORDON_GENERATE").is_some()
}

fn assert_file(path: &str, text: &str) {
    if generate() {
        fs::create_dir_all(root(path).parent().unwrap()).unwrap();
        fs::write(root(path), text).unwrap();
    }
    let written = fs::read_to_string(root(path)).unwrap_or_default();
    assert_eq!(
        text, written,
        "{path} differs; CORDON_GENERATE=1 cargo test generated writes it anew"
    );
}

fn as_json(text: &[u8]) -> Value {
    let mut problems = Vec::new();
    let node = parse(0, text, &Limits::ORG, &mut problems).unwrap();
    assert_eq!(problems, []);
    serde_json::from_str(&canonical_json(&node)).unwrap()
}

#[test]
fn the_generated_schema_is_current() {
    let mut text = serde_json::to_string_pretty(&policy_schema()).unwrap();
    text.push('\n');
    assert_file("docs/schema/policy-v1.json", &text);
}

#[test]
fn the_schema_takes_valid_policies_and_refuses_others() {
    let validator = jsonschema::draft202012::new(&policy_schema()).unwrap();
    for name in ["org", "repository", "least"] {
        let text = fs::read(root("tests/policies/valid").join(format!("{name}.yml"))).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&as_json(&text))
            .map(|e| e.to_string())
            .collect();
        assert_eq!(errors, [""; 0], "{name}");
    }
    for text in [
        "cordon: 2",
        "zones: {}",
        "{cordon: 1, zone: {}}",
        "{cordon: 1, stages: {commit: }}",
        "{cordon: 1, stages: {scan: block}}",
        "{cordon: 1, agents: {a: {status: deny}}}",
        "{cordon: 1, agents: {a: {classes: {exports: denied}}}}",
        "{cordon: 1, limits: {files: 64MB}}",
        "{cordon: 1, zones: {a: {paths: b}}}",
        "{cordon: 1, extends: [{pack: pci}]}",
        "{cordon: 1, agents: {No Id: {status: denied}}}",
        "{cordon: 1, catalogue: {acme-bot: {before: [cursor]}}}",
        "{cordon: 1, catalogue: {Acme: {name: Acme}}}",
    ] {
        assert!(!validator.is_valid(&as_json(text.as_bytes())), "{text}");
    }
}

/// Every property and every word of a choice says what it means: that is all that an editor shows.
#[test]
fn every_key_and_every_word_of_the_schema_is_described() {
    fn walk(node: &Value, path: &str, seen: &mut usize) {
        let Value::Object(parts) = node else { return };
        let described = |node: &Value| {
            let about = node["description"].as_str();
            about.is_some_and(|about| about.ends_with(['.', '!', '…', '`']))
        };
        let inner = ["properties", "$defs"].iter();
        for (key, value) in inner
            .filter_map(|name| parts.get(*name)?.as_object())
            .flatten()
        {
            assert!(described(value), "{path}.{key} has no description: {value}");
            *seen += 1;
            walk(value, &format!("{path}.{key}"), seen);
        }
        for word in parts
            .get("oneOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            assert!(described(word), "{path} = {} has none", word["const"]);
        }
        for name in ["items", "additionalProperties"] {
            walk(&node[name], &format!("{path}.{name}"), seen);
        }
    }
    let schema = policy_schema();
    let mut seen = 0;
    walk(&schema, "", &mut seen);
    assert!(seen > 150, "only {seen}");
    for (key, about) in [
        ("/properties/agents/properties/claude-code", "Claude Code"),
        ("/properties/rules/properties/zone-agent", "denied"),
    ] {
        let said = schema.pointer(key).unwrap()["description"]
            .as_str()
            .unwrap();
        assert!(said.contains(about), "{key}: {said}");
    }
    for path in PENDING
        .iter()
        .filter(|path| !path.contains([' ', '*', '[', '.']))
    {
        let said = schema["properties"][*path]["description"].as_str().unwrap();
        assert!(said.contains("No effect yet"), "{path}: {said}");
    }
}

/// Every policy of the documentation is good for an editor too.
#[test]
fn the_schema_takes_the_policies_of_the_documentation() {
    let validator = jsonschema::draft202012::new(&policy_schema()).unwrap();
    let mut taken = 0;
    let pages = [
        "README.md",
        "docs/policy.md",
        "docs/adopt.md",
        "docs/github.md",
    ]
    .map(root);
    let rules = fs::read_dir(root("docs/rules")).unwrap();
    let rules = rules.map(|entry| entry.unwrap().path());
    for page in pages.into_iter().chain(rules) {
        let text = fs::read_to_string(&page).unwrap();
        let blocks = text.split("```yaml\n").skip(1);
        for block in blocks.map(|rest| rest.split("```").next().unwrap()) {
            let at = text.find(block).unwrap();
            let before = text[..at].lines().rev().nth(1).unwrap_or_default();
            let workflow = block.contains("jobs:") || block.starts_with("- ");
            if before.starts_with("<!-- policy: error") || workflow {
                continue;
            }
            let whole = if block.contains("cordon: 1") {
                block.to_owned()
            } else {
                format!("cordon: 1\n{block}")
            };
            let errors: Vec<_> = validator
                .iter_errors(&as_json(whole.as_bytes()))
                .map(|error| error.to_string())
                .collect();
            assert!(errors.is_empty(), "{}: {errors:?}\n{whole}", page.display());
            taken += 1;
        }
    }
    assert!(taken >= 10, "only {taken}");
}

/// Every path of the schema down to its values: `zones.*.agents = denied`.
fn leaves(root: &Value, schema: &Value, path: &str, out: &mut BTreeSet<String>) {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(reference.strip_prefix('#').unwrap()).unwrap();
        return leaves(root, target, path, out);
    }
    let step = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    let mut inner = false;
    if let Some(Value::Object(properties)) = schema.get("properties") {
        for (key, value) in properties {
            leaves(root, value, &step(key), out);
        }
        inner = true;
    } else if let Some(values @ Value::Object(_)) = schema.get("additionalProperties") {
        leaves(root, values, &step("*"), out);
        inner = true;
    } else if let Some(Value::Object(patterns)) = schema.get("patternProperties") {
        for value in patterns.values() {
            leaves(root, value, &step("*"), out);
        }
        inner = true;
    } else if let Some(items) = schema.get("items") {
        leaves(root, items, &step("[]"), out);
        inner = true;
    }
    let words: Vec<_> = ["oneOf", "enum"]
        .iter()
        .filter_map(|name| schema.get(*name)?.as_array())
        .flatten()
        .map(|word| word.get("const").unwrap_or(word).as_str().unwrap())
        .collect();
    if words.is_empty() && !inner {
        out.insert(path.to_owned());
    }
    out.extend(words.iter().map(|word| format!("{path} = {word}")));
}

/// Whether a line of a list speaks of a leaf: of itself, or of a key above it.
fn covers(pattern: &str, leaf: &str) -> bool {
    let (leaf, word) = leaf
        .split_once(" = ")
        .map_or((leaf, None), |(l, w)| (l, Some(w)));
    let (path, wanted) = match pattern.split_once(" = ") {
        Some((path, value)) => (path, Some(word == Some(value))),
        None => (pattern, None),
    };
    let steps: Vec<_> = leaf.split('.').collect();
    let wants: Vec<_> = path.split('.').collect();
    let below = wants.len() <= steps.len()
        && wants
            .iter()
            .zip(&steps)
            .all(|(want, step)| *want == "*" || want == step);
    match wanted {
        None => below,
        Some(equal) => below && equal && wants.len() == steps.len(),
    }
}

fn schema_leaves() -> BTreeSet<String> {
    let schema = policy_schema();
    let mut out = BTreeSet::new();
    leaves(&schema, &schema, "", &mut out);
    out
}

/// The settings that take effect at every rule which judges a change.
fn settings_of_rules() -> impl Iterator<Item = String> {
    let metas = cordon::rule::RULES.iter().map(|rule| rule.meta());
    let judging = metas.filter(|meta| meta.agents.is_some() || meta.humans.is_some());
    let settings = ["agents", "from", "humans", "mode", "then"];
    judging.flat_map(move |meta| settings.map(|key| format!("rules.{}.{key}", meta.id)))
}

#[test]
fn every_key_has_an_effect_or_is_said_to_have_none() {
    let effective = fs::read_to_string(root("tests/policies/effective.txt")).unwrap();
    let settings: Vec<_> = settings_of_rules().collect();
    let settings = settings.iter().map(String::as_str);
    let effective: Vec<_> = effective.lines().chain(settings).collect();
    let leaves = schema_leaves();
    assert!(leaves.len() > 150, "{leaves:?}");
    let pending = |leaf: &str| PENDING.iter().any(|pattern| covers(pattern, leaf));
    for leaf in &leaves {
        let has = effective.iter().any(|pattern| covers(pattern, leaf));
        assert!(has || pending(leaf), "`{leaf}` is in neither list");
    }
    for pattern in PENDING {
        assert!(
            leaves.iter().any(|leaf| covers(pattern, leaf)),
            "no key is `{pattern}`"
        );
    }
    for pattern in effective {
        let lives = leaves
            .iter()
            .any(|leaf| covers(pattern, leaf) && !pending(leaf));
        assert!(lives, "no key with an effect is `{pattern}`");
    }
}

#[test]
fn the_generated_list_of_pending_keys_is_current() {
    assert!(PENDING.is_sorted());
    let text = PENDING.join("\n") + "\n";
    assert_file("tests/policies/pending.txt", &text);
}

#[test]
fn generated_pending_keys_are_told_at_their_place() {
    let text = fs::read(root("tests/policies/valid/org.yml")).unwrap();
    let node = parse(0, &text, &Limits::ORG, &mut Vec::new()).unwrap();
    let source = Source {
        name: "org.yml".to_owned(),
        text,
    };
    let told = lines(&pending(&node), &[source]).join("\n") + "\n";
    assert_file("tests/policies/pending-org.txt", &told);
}

#[test]
fn a_policy_without_pending_keys_is_told_nothing() {
    let text = "{cordon: 1, extends: [{pack: default}], agents: {a: {status: denied, classes: {pci: denied}}}, \
        zones: {z: {class: pci, paths: [a], agents: denied, human_proof: none}}, secrets: {lfs: pointer}, \
        rules: {zone-agent: {mode: warn}}}";
    let node = parse(0, text.as_bytes(), &Limits::ORG, &mut Vec::new()).unwrap();
    assert_eq!(pending(&node), []);
}
