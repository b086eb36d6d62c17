//! Policies drawn at random from the published schema: whatever key the language gets is drawn too.

use cordon::check::vocabulary;
use cordon::policy::pending::PENDING;
use cordon::policy::policy_schema;
use serde_json::{Map, Value, json};

/// Decisions, taken one by one; those that are left out are 0, so that fewer make a smaller policy.
///
/// Which keys there are is decided apart from what they say: policies of the same shape speak of the same things.
pub(crate) struct Choices<'b> {
    pub(crate) shape: &'b [u8],
    pub(crate) values: &'b [u8],
}

impl Choices<'_> {
    /// One of so many, of the shape.
    pub(crate) fn of(&mut self, count: usize) -> usize {
        taken(&mut self.shape, count)
    }

    /// One of these values.
    pub(crate) fn one<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[taken(&mut self.values, values.len())]
    }
}

fn taken(bytes: &mut &[u8], count: usize) -> usize {
    let Some((first, rest)) = bytes.split_first() else {
        return 0;
    };
    *bytes = rest;
    usize::from(*first) % count.max(1)
}

/// What a text, a number or a name may be, by the key's path: `*` is any key, `[]` any entry. The first
/// that fits holds.
const SAMPLES: &[(&str, &[&str])] = &[
    ("accounts.*.hosts.[]", &["llm.acme.example", "*"]),
    (
        "accounts.*.trailers.[]",
        &["Agent-Account: enterprise/acme", "Agent-Account: me"],
    ),
    (
        "accounts.*.user_email.[]",
        &["*@acme.example", "dev@acme.example"],
    ),
    ("agents.*", &["*", "claude-code", "cursor", "unlisted"]),
    ("agents.*.models.[]", &["claude-*", "gpt-5", "*"]),
    ("agents.*.note", &["a note"]),
    ("agents.*.review.*.by", &["legal"]),
    ("agents.*.review.*.ref", &["LEG-1"]),
    ("agents.*.review.*.terms_sha256", &["00"]),
    ("agents.*.warn_days", &["0", "30", "4000"]),
    ("approvers.*", &["legal", "duty"]),
    ("approvers.*.export", &["groups/legal.json"]),
    ("approvers.*.keys.[].key", &[KEY]),
    ("approvers.*.max_age_days", &["7"]),
    (
        "approvers.*.members.[]",
        &["lee@acme.example", "dev@acme.example"],
    ),
    ("automation.*", &["renovate"]),
    (
        "automation.*.identities.[]",
        &["bot@acme.example", "dev@acme.example"],
    ),
    ("automation.*.keys.[].key", &[KEY]),
    ("automation.*.paths.[]", &["src/**", "**/Cargo.lock"]),
    ("catalogue.*", &["acme-bot", "claude-code"]),
    ("catalogue.*.aliases.[]", &["Acme Bot"]),
    ("catalogue.*.author_suffix", &["(acme)"]),
    ("catalogue.*.boxes.[]", &["acme-bot"]),
    ("catalogue.*.branches.[]", &["acme/"]),
    ("catalogue.*.email_shapes.[]", &["*@bots.acme.example"]),
    ("catalogue.*.emails.[]", &["agent@acme.example"]),
    ("catalogue.*.environment.*.[].var", &["ACME_BOT"]),
    ("catalogue.*.environment.*.[].*", &["1"]),
    ("catalogue.*.ids.[]", &["42"]),
    ("catalogue.*.keys.[].key", &["Acme-Session"]),
    ("catalogue.*.links.[]", &["https://bot.acme.example/"]),
    ("catalogue.*.marks.[]", &["Made by Acme Bot"]),
    ("catalogue.*.name", &["Acme Bot"]),
    ("catalogue.*.note", &["a note"]),
    ("catalogue.*.openings.[]", &["Made by Acme Bot"]),
    ("catalogue.*.processes.[]", &["acme-bot"]),
    ("catalogue.*.shared.[].email", &["shared@acme.example"]),
    ("catalogue.*.shared.[].name", &["Acme Bot"]),
    ("catalogue.*.slugs.[]", &["acme-bot"]),
    ("catalogue.*.steered_by.[]", &["ACME.md", "src/**"]),
    ("catalogue.*.together.[]", &["Made by", "Acme Bot"]),
    ("catalogue.*.trailers.[].key", &["Acme-Bot"]),
    ("catalogue.*.trailers.[].*", &["yes"]),
    ("catalogue.*.vendor", &["Acme"]),
    ("commands.*", &["destructive"]),
    ("cordon", &["1"]),
    ("extends.[].file", &[]),
    ("extends.[].git", &[]),
    ("extends.[].pack", &["default"]),
    ("extends.[].path", &[]),
    ("extends.[].ref", &[]),
    ("limits.blob_bytes", &["64MiB", "0", "1MiB", "400"]),
    ("limits.*", &["100", "0", "1000", "3"]),
    ("models.*", &["*", "claude-*", "gpt-5"]),
    ("models.*.note", &["a note"]),
    ("policy.id", &["acme"]),
    ("policy.owners.[]", &["appsec"]),
    ("policy.version", &["1", "2"]),
    ("repository.name", &["acme/radio"]),
    ("secrets.detectors.[].description", &["Acme tokens"]),
    ("secrets.detectors.[].id", &["acme-token"]),
    ("secrets.detectors.[].keywords.[]", &["acme"]),
    ("secrets.detectors.[].pattern", &["acme_[a-z]{8}"]),
    ("signers.[].key", &[]),
    ("trailers.forbid.[].key", &["Signed-off-by", "Ticket"]),
    ("trailers.forbid.[].text", &["skip", "Claude"]),
    (
        "trailers.require.[].any_of.[]",
        &["Assisted-by", "Co-authored-by", "Ticket"],
    ),
    ("trailers.require.[].match", &["[A-Z]+-[0-9]+", ".*"]),
    ("waivers.*.approvers.[]", &["legal", "duty"]),
    ("waivers.approvers.[]", &["legal", "duty"]),
    ("waivers.emergency.hours", &["4"]),
    ("waivers.max_days", &["30", "90"]),
    ("zones.*", &["core", "ci"]),
    ("zones.*.approvers.[]", &["legal"]),
    ("zones.*.copy_out.min_lines", &["5", "20"]),
    ("zones.*.copy_out.similarity", &["40", "80"]),
    ("zones.*.labels.[]", &["EAR-5E002"]),
    ("zones.*.markers.[]", &["EXPORT-CONTROLLED"]),
    (
        "zones.*.paths.[]",
        &["src/**", "!src/a.c", "lib", "**/*.c", "**"],
    ),
    ("zones.*.repos.[]", &["acme/radio", "shop"]),
];

/// The key of the example in RFC 8032, in OpenSSH's form.
const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3BURa";

const DAYS: &[&str] = &["2026-11-01", "2026-11-22", "2026-12-24", "2027-06-30"];

/// What is drawn from.
pub(crate) struct Language {
    schema: Value,
}

impl Language {
    pub(crate) fn new() -> Self {
        let schema = policy_schema(&vocabulary());
        Self { schema }
    }

    /// A policy, as JSON, which is YAML too. It may be none that is valid.
    pub(crate) fn policy(&self, choices: &mut Choices<'_>) -> Map<String, Value> {
        match self.value(&self.schema, &mut Vec::new(), choices) {
            Some(Value::Object(mut policy)) => {
                policy.insert("cordon".to_owned(), json!(1));
                policy
            }
            _ => Map::new(),
        }
    }

    fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.resolved(self.schema.pointer(&reference[1..]).unwrap()),
            None => schema,
        }
    }

    /// The words of a choice.
    fn words(schema: &Value) -> Option<Vec<Value>> {
        let one_of = schema.get("oneOf").and_then(Value::as_array);
        let words = one_of.map(|ways| ways.iter().map(|way| way["const"].clone()).collect());
        words.or_else(|| schema.get("enum")?.as_array().cloned())
    }

    /// A value, or none: then the key is left out.
    fn value(
        &self,
        schema: &Value,
        path: &mut Vec<String>,
        choices: &mut Choices<'_>,
    ) -> Option<Value> {
        let schema = self.resolved(schema);
        if let Some(words) = Self::words(schema) {
            let known = words
                .into_iter()
                .filter(|word| !is_pending(path, word.as_str()));
            let known: Vec<Value> = known.collect();
            return (!known.is_empty()).then(|| choices.one(&known).clone());
        }
        let kind = schema.get("type").and_then(Value::as_str);
        match kind {
            Some("boolean") => Some(json!(choices.one(&[false, true]))),
            Some("array") => {
                let count = choices.of(3);
                path.push("[]".to_owned());
                let items = (0..count).filter_map(|_| self.value(&schema["items"], path, choices));
                let items = items.collect();
                path.pop();
                Some(Value::Array(items))
            }
            Some("object") => Some(Value::Object(self.object(schema, path, choices))),
            _ => Self::sample(schema, path, choices),
        }
    }

    fn object(
        &self,
        schema: &Value,
        path: &mut Vec<String>,
        choices: &mut Choices<'_>,
    ) -> Map<String, Value> {
        let mut map = Map::new();
        if let Some(entry @ Value::Object(_)) = schema.get("additionalProperties") {
            let names = self.names(schema, path);
            // A policy speaks of few things, and of many rules.
            let most = names.len().div_ceil(2).max(3);
            for _ in 0..choices.of(most + 1) {
                let name = names[choices.of(names.len())].clone();
                path.push(name.clone());
                if let Some(value) = self.value(entry, path, choices) {
                    map.insert(name, value);
                }
                path.pop();
            }
            return map;
        }
        let required: Vec<&str> = schema["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for (key, value) in schema["properties"].as_object().into_iter().flatten() {
            path.push(key.clone());
            // Of the many keys of the language a policy says some; who signs policies, the system policy alone.
            let sayable = !is_pending(path, None) && path.as_slice() != ["signers"];
            if sayable && (required.contains(&key.as_str()) || choices.of(3) > 0) {
                map.extend(
                    self.value(value, path, choices)
                        .map(|value| (key.clone(), value)),
                );
            }
            path.pop();
        }
        // One without the other makes the whole section none that is valid.
        if !["then", "from"].iter().all(|key| map.contains_key(*key)) {
            map.retain(|key, _| key != "then" && key != "from");
        }
        map
    }

    fn names(&self, schema: &Value, path: &[String]) -> Vec<String> {
        let names = schema
            .get("propertyNames")
            .map(|names| self.resolved(names));
        let mut wanted = path.to_vec();
        wanted.push("*".to_owned());
        if let Some(samples) = samples(&wanted) {
            return samples.iter().map(|name| (*name).to_owned()).collect();
        }
        let words = names.and_then(Self::words).unwrap_or_default();
        let words = words.iter().filter_map(Value::as_str).map(str::to_owned);
        let has_effect = |name: &String| {
            let path = [path, std::slice::from_ref(name)].concat();
            !is_pending(&path, None)
        };
        let words: Vec<String> = words.filter(has_effect).collect();
        assert!(
            !words.is_empty(),
            "the generator lacks names for `{}`",
            path.join(".")
        );
        words
    }

    fn sample(schema: &Value, path: &[String], choices: &mut Choices<'_>) -> Option<Value> {
        if schema
            .get("pattern")
            .and_then(Value::as_str)
            .is_some_and(|form| form.contains("{4}-"))
        {
            return Some(json!(choices.one(DAYS)));
        }
        let samples = samples(path)
            .unwrap_or_else(|| panic!("the generator lacks values for `{}`", path.join(".")));
        let text = (!samples.is_empty()).then(|| *choices.one(samples))?;
        let number = schema.get("type").and_then(Value::as_str) == Some("integer");
        let number = text
            .parse::<u64>()
            .ok()
            .filter(|_| number || schema["type"].is_array());
        Some(number.map_or_else(|| json!(text), |number| json!(number)))
    }

    /// Asks for every key once, so that one which the generator lacks is told.
    pub(crate) fn every_key(&self) -> usize {
        let mut seen = 0;
        self.visit(&self.schema, &mut Vec::new(), &mut seen);
        seen
    }

    fn visit(&self, schema: &Value, path: &mut Vec<String>, seen: &mut usize) {
        let schema = self.resolved(schema);
        if let Some(entry @ Value::Object(_)) = schema.get("additionalProperties") {
            for name in self.names(schema, path) {
                path.push(name);
                self.visit(entry, path, seen);
                path.pop();
            }
            return;
        }
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (key, value) in properties {
                path.push(key.clone());
                self.visit(value, path, seen);
                path.pop();
            }
            return;
        }
        if let Some(items) = schema.get("items") {
            path.push("[]".to_owned());
            self.visit(items, path, seen);
            path.pop();
            return;
        }
        *seen += 1;
        let _ = self.value(
            schema,
            path,
            &mut Choices {
                shape: &[],
                values: &[],
            },
        );
    }
}

/// What a path's values are drawn from.
fn samples(path: &[String]) -> Option<&'static [&'static str]> {
    let fits = |pattern: &str| {
        let steps: Vec<&str> = pattern.split('.').collect();
        let each = |(step, key): (&&str, &String)| *step == "*" || *step == key;
        steps.len() == path.len() && steps.iter().zip(path).all(each)
    };
    let found = SAMPLES.iter().find(|(pattern, _)| fits(pattern));
    found.map(|(_, values)| *values)
}

/// Whether a key, or this value of it, has no effect yet: a check refuses it.
fn is_pending(path: &[String], value: Option<&str>) -> bool {
    PENDING.iter().any(|line| {
        let (pattern, only) = match line.split_once(" = ") {
            Some((pattern, only)) => (pattern, Some(only)),
            None => (*line, None),
        };
        if line.contains("!=") {
            return false;
        }
        let steps: Vec<&str> = pattern.split('.').collect();
        let each = |(step, key): (&&str, &String)| *step == "*" || *step == key;
        let same = steps.len() == path.len() && steps.iter().zip(path).all(each);
        same && (only.is_none() || only == value)
    })
}
