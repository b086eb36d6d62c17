//! The policy language as a page for people: `docs/policy-reference.md`, which a test keeps current.
//!
//! Made of the published schema, so of the types, and of the tables that the program itself reads:
//! which way a key is strict, and what has no effect yet.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::lattice::{DIRECTIONS, Direction, direction};
use super::pending::PENDING;
use super::schema::policy_schema;
use super::vocabulary::Vocabulary;

const HEAD: &str = "<!-- generated from src/policy: CORDON_GENERATE=1 cargo test --locked generated -->
# The policy language, key by key

Every key of `policy.yml` and `.cordon.yml`. [Write a policy](policy.md) tells how to use them; the [schema](schema/policy-v1.json) tells the
same to an editor, with the names of agents and rules.

`*` is a name of your own or a known one, `[]` each entry of a list. A key that is absent says nothing, unless a default stands here.

**Stricter** says which of two values is the stricter one. Where several policies hold, the strictest answer does: of a list whose *longer* is
stricter all entries hold, of one whose *shorter* is, those that every policy has. A change to what is less strict is found by
[`policy-weakened`](rules/policy-weakened.md).
";

/// The page.
pub fn reference(vocabulary: &Vocabulary) -> String {
    let schema = policy_schema(vocabulary);
    let mut out = HEAD.to_owned();
    let sections = schema["properties"].as_object();
    for (key, value) in sections.into_iter().flatten() {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\n## {key}\n\n{}", text(value, "description"));
        let mut rows = Vec::new();
        walk(&schema, value, &mut vec![key.clone()], &mut rows);
        out.push_str("\n| key | what it says | value | stricter |\n| --- | --- | --- | --- |\n");
        out.extend(rows);
    }
    out
}

/// A row for each key that has a value, in the order of the schema.
fn walk(root: &Value, node: &Value, path: &mut Vec<String>, rows: &mut Vec<String>) {
    let target = resolved(root, node);
    let below = |key: &str, value: &Value, path: &mut Vec<String>, rows: &mut Vec<String>| {
        path.push(key.to_owned());
        walk(root, value, path, rows);
        path.pop();
    };
    let any = target.get("additionalProperties");
    if let Some(any @ Value::Object(_)) = any {
        return below("*", any, path, rows);
    }
    if let Some(Value::Object(properties)) = target.get("properties") {
        for (key, value) in properties {
            below(key, value, path, rows);
        }
        return;
    }
    rows.push(row(root, node, target, path));
    let items = target
        .get("items")
        .map(|items| (items, resolved(root, items)));
    if let Some((items, inner)) = items
        && inner.get("properties").is_some()
    {
        below("[]", items, path, rows);
    }
}

fn row(root: &Value, node: &Value, target: &Value, path: &[String]) -> String {
    let about = match text(node, "description") {
        "" => text(target, "description"),
        about => about,
    };
    let idle = without_effect(path);
    let about = match idle.as_slice() {
        [] => about.to_owned(),
        idle => format!("{about} No effect yet: {}.", idle.join(", ")),
    };
    let required = root["required"].as_array().into_iter().flatten();
    let required = matches!(path, [only] if required.into_iter().any(|key| key == only));
    let default = node.get("default").or_else(|| target.get("default"));
    let default = default.filter(|_| !required);
    let default = default.map_or_else(String::new, |default| match default {
        Value::String(text) => format!("; `{text}` if absent"),
        other => format!("; `{other}` if absent"),
    });
    let stricter = directions(path);
    let value = format!("{}{default}", kind(root, target));
    let cells = [format!("`{}`", path.join(".")), about, value, stricter];
    let cells = cells.map(|cell| cell.replace('\n', " ").replace('|', "\\|"));
    format!("| {} |\n", cells.join(" | "))
}

/// The values of a key that have no effect yet. Where the whole key has none, its description says so.
fn without_effect(path: &[String]) -> Vec<String> {
    let pending = PENDING
        .iter()
        .filter_map(|pattern| pattern.split_once(" = "));
    let fits = |pattern: &str| {
        let steps: Vec<&str> = pattern.split('.').collect();
        steps == path.iter().map(String::as_str).collect::<Vec<_>>()
    };
    pending
        .filter(|(pattern, _)| fits(pattern))
        .map(|(_, value)| format!("`{value}`"))
        .collect()
}

/// What may stand there.
fn kind(root: &Value, schema: &Value) -> String {
    let words = schema.get("oneOf").and_then(Value::as_array);
    if let Some(words) = words {
        let words = words.iter().filter_map(|word| word["const"].as_str());
        return words
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", ");
    }
    if let Some(names) = schema.get("enum").and_then(Value::as_array) {
        let names = names.iter().filter_map(Value::as_str);
        return names
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ");
    }
    if let Some(items) = schema.get("items") {
        return match kind(root, resolved(root, items)).as_str() {
            "a map" => "a list of maps".to_owned(),
            "a text" => "a list of texts".to_owned(),
            kind => format!("a list of: {kind}"),
        };
    }
    if let Some(Value::Object(_)) = schema.get("properties") {
        return "a map".to_owned();
    }
    let date = text(schema, "pattern").starts_with("^[0-9]{4}-");
    match schema.get("type") {
        Some(Value::String(kind)) if kind == "boolean" => "`true`, `false`".to_owned(),
        Some(Value::String(kind)) if kind == "integer" => "a number".to_owned(),
        Some(Value::String(_)) if date => "a date".to_owned(),
        Some(Value::String(_)) => "a text".to_owned(),
        _ => "a number, with `KiB`, `MiB` or `GiB` or without".to_owned(),
    }
}

/// Which of two values is the stricter, and for which names otherwise.
fn directions(path: &[String]) -> String {
    let Some(general) = direction(path) else {
        return "–".to_owned();
    };
    let mut told = stricter(general);
    for (pattern, special) in DIRECTIONS {
        let steps: Vec<&str> = pattern.split('.').collect();
        let pairs = || steps.iter().zip(path);
        let fits = |(step, key): (&&str, &String)| *step == "*" || key == step || key == "*";
        let name = pairs().find(|(step, key)| **step != "*" && *key == "*");
        if let Some((name, _)) = name
            && steps.len() == path.len()
            && pairs().all(fits)
        {
            let _ = write!(told, ". Of `{name}`: {}", stricter(*special));
        }
    }
    told
}

fn stricter(direction: Direction) -> String {
    match direction {
        Direction::Words(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            words.join(" < ")
        }
        Direction::Within(absent) => format!("the smaller; absent is {absent}"),
        other => told(other).to_owned(),
    }
}

fn told(direction: Direction) -> &'static str {
    match direction {
        Direction::Words(_) => "the later word",
        Direction::Within(_) => "the smaller",
        Direction::Most => "the larger; absent is none",
        Direction::Rising => "the larger: it only goes up",
        Direction::Least => "the smaller; absent is the largest",
        Direction::Allowance => "the smaller; absent is none",
        Direction::Limit => "the smaller; 0 is no limit",
        Direction::Earliest => "the earlier; absent is never",
        Direction::Dated => "what holds on the day of the run",
        Direction::Union => "the longer list",
        Direction::Admits => "the shorter list; absent admits everything",
        Direction::Grants => "the shorter list; absent grants nothing",
        Direction::Covers => "the list that covers more; absent covers nothing",
        Direction::Allows => "the list that lets less through; absent lets nothing through",
        Direction::Holds => "the list that covers more; absent is everywhere",
        Direction::Kept => "the one that was there first",
        Direction::Source => "none: every change is told",
        Direction::Free => "none: it decides nothing",
    }
}

fn resolved<'s>(root: &'s Value, node: &'s Value) -> &'s Value {
    let reference = node.get("$ref").and_then(Value::as_str);
    let target = reference.and_then(|reference| root.pointer(reference.trim_start_matches('#')));
    target.unwrap_or(node)
}

fn text<'s>(schema: &'s Value, key: &str) -> &'s str {
    let parts: Option<&Map<String, Value>> = schema.as_object();
    parts
        .and_then(|parts| parts.get(key)?.as_str())
        .unwrap_or_default()
}
