//! Which way each key of the language is strict: one table, for what `policy show` says of several
//! authorities and for what a change of a policy weakens.
//!
//! Every key of the schema stands here, which a test holds: a new key must say its direction.

use super::raw::parsed_size;
use super::waiver::MAX_DAYS;
use super::yaml::Node;

/// Which of two values is the stricter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// The later of these words. Absent is as the first.
    Words(&'static [&'static str]),
    /// The larger number. Absent is none.
    Most,
    /// The larger number, of the authority that has the say: a version only goes up.
    Rising,
    /// The smaller number. Absent is the largest.
    Least,
    /// The smaller number. Absent is this one where it is the highest authority's; else it is no opinion.
    Within(u32),
    /// The smaller number. Absent is none.
    Allowance,
    /// The smaller amount; 0 is none, and the largest. So is absent.
    Limit,
    /// The earlier date. Absent is never.
    Earliest,
    /// What holds on a day decides, not the word itself.
    Dated,
    /// A list of what holds: the longer.
    Union,
    /// A list of what is admitted: the shorter. Absent admits everything.
    Admits,
    /// A list of what is granted: the shorter. Absent grants nothing.
    Grants,
    /// Patterns of files that are covered: the wider. Absent covers nothing.
    Covers,
    /// Patterns of files that are let through: the narrower. Absent lets none through.
    Allows,
    /// Patterns of repositories in which something holds: the wider. Absent is everywhere.
    Holds,
    /// The value that was there first: every other one may be laxer.
    Kept,
    /// None is stricter: whatever changes may loosen something.
    Source,
    /// It decides nothing.
    Free,
}

use Direction::{
    Admits, Allowance, Allows, Covers, Dated, Earliest, Free, Grants, Holds, Kept, Least, Limit,
    Most, Rising, Source, Union, Within, Words,
};

pub(super) const MODES: Direction = Words(&["disabled", "audit", "warn", "block"]);
const PERMISSIONS: Direction = Words(&["allowed", "approval", "denied"]);
const STATUS: Direction = Words(&["approved", "conditional", "retired", "denied"]);
const TRUTH: Direction = Words(&["false", "true"]);
const ANSWERS: Direction = Words(&["allow", "ask", "deny"]);

/// Words of which the second is milder and judges commits as the first does.
pub(super) const SAME: &[(&str, &str)] = &[("denied", "retired"), ("conditional", "approved")];

/// Keys that decide no verdict on commits, but what the guard answers, what a hook writes, what is evidence
/// on the maker's machine alone, or what a report says of the policy: no policy test can see them. Nor which
/// key proves somebody: a test says who signed, and is believed.
const UNSEEN: &[&str] = &[
    "accounts.*.hosts",
    "approvers.*.export",
    "approvers.*.keys",
    "approvers.*.max_age_days",
    "catalogue.*.environment.*",
    "catalogue.*.processes",
    "commands.*",
    "cordon",
    "guard.*",
    "incomplete.commit",
    "policy.*",
    "signers",
    "trailers.stamp",
    "waivers.approvers",
    "waivers.emergency.*",
];

/// `*` is any key. A list stands for all that its entries hold.
pub(super) const DIRECTIONS: &[(&str, Direction)] = &[
    ("accounts.enterprise.*", Grants),
    ("accounts.proxy.*", Union),
    ("accounts.*.*", Source),
    ("agents.*.accounts", Admits),
    ("agents.*.classes.*", PERMISSIONS),
    ("agents.*.models", Admits),
    ("agents.*.models_required", TRUTH),
    ("agents.*.note", Free),
    (
        "agents.*.review.*.result",
        Words(&["approved", "conditional", "denied"]),
    ),
    ("agents.*.review.*.*", Free),
    ("agents.*.since", Earliest),
    ("agents.*.status", STATUS),
    ("agents.*.until", Earliest),
    ("agents.*.warn_days", Most),
    ("approvers.*.export", Source),
    ("approvers.*.keys", Grants),
    ("approvers.*.max_age_days", Least),
    ("approvers.*.members", Grants),
    ("automation.*.identities", Source),
    ("automation.*.keys", Source),
    ("automation.*.paths", Allows),
    ("automation.*.verified_by", Source),
    ("catalogue.*.aliases", Union),
    ("catalogue.*.author_suffix", Kept),
    ("catalogue.*.boxes", Union),
    ("catalogue.*.branches", Union),
    ("catalogue.*.email_shapes", Union),
    ("catalogue.*.emails", Union),
    ("catalogue.*.environment.*", Union),
    ("catalogue.*.ids", Union),
    ("catalogue.*.keys", Union),
    ("catalogue.*.links", Union),
    ("catalogue.*.marks", Union),
    ("catalogue.*.name", Free),
    ("catalogue.*.note", Free),
    ("catalogue.*.openings", Union),
    ("catalogue.*.processes", Union),
    ("catalogue.*.shared", Union),
    ("catalogue.*.slugs", Union),
    ("catalogue.*.steered_by", Union),
    ("catalogue.*.together", Union),
    ("catalogue.*.trailers", Union),
    ("catalogue.*.vendor", Free),
    ("classes.*.agents", PERMISSIONS),
    ("commands.*", ANSWERS),
    ("cordon", Rising),
    ("extends", Source),
    ("guard.on_error", ANSWERS),
    ("guard.retain", Words(&["nothing", "digests"])),
    ("incomplete.commit", Words(&["warn", "block"])),
    ("limits.*", Limit),
    ("models.*.note", Free),
    ("models.*.status", STATUS),
    ("policy.id", Kept),
    ("policy.owners", Free),
    ("policy.review_by", Earliest),
    ("policy.version", Rising),
    ("repository.classes", Union),
    ("repository.name", Source),
    ("rules.*.agents", MODES),
    ("rules.*.from", Dated),
    ("rules.*.humans", MODES),
    ("rules.*.mode", Dated),
    ("rules.*.then", Dated),
    ("rules.*.waivable", Words(&["true", "false"])),
    ("secrets.detectors", Union),
    ("secrets.entropy", TRUTH),
    ("secrets.inline_allow", Words(&["humans", "nobody"])),
    ("secrets.lfs", Words(&["pointer", "content"])),
    ("signers", Admits),
    ("stages.*", MODES),
    ("trailers.forbid", Union),
    ("trailers.require", Union),
    ("trailers.stamp", TRUTH),
    ("waivers.approvers", Grants),
    ("waivers.emergency.approvers", Grants),
    ("waivers.emergency.hours", Allowance),
    ("waivers.max_days", Within(MAX_DAYS)),
    ("waivers.two_for", Union),
    ("zones.*.agents", PERMISSIONS),
    ("zones.*.approvers", Admits),
    ("zones.*.class", Kept),
    ("zones.*.copy_out.min_lines", Least),
    ("zones.*.copy_out.similarity", Least),
    (
        "zones.*.human_proof",
        Words(&["none", "signed", "presence"]),
    ),
    ("zones.*.labels", Free),
    ("zones.*.markers", Union),
    ("zones.*.mode", MODES),
    ("zones.*.paths", Covers),
    ("zones.*.repos", Holds),
];

/// The direction of a key; `None` for a map of keys.
pub(super) fn direction<S: AsRef<str>>(path: &[S]) -> Option<Direction> {
    let found = DIRECTIONS.iter().find(|(pattern, _)| fits(pattern, path));
    found.map(|(_, direction)| *direction)
}

/// Whether a key decides something of verdicts on commits.
pub(super) fn is_seen<S: AsRef<str>>(path: &[S]) -> bool {
    !UNSEEN.iter().any(|pattern| fits(pattern, path))
}

/// The word that a word is as strict as: what is retired is denied, and only said otherwise.
fn as_strict(word: &str) -> &str {
    if word == "retired" { "denied" } else { word }
}

fn fits<S: AsRef<str>>(pattern: &str, path: &[S]) -> bool {
    let steps = pattern.split('.');
    let each = |(step, key): (&str, &S)| step == "*" || step == key.as_ref();
    steps.clone().count() == path.len() && steps.zip(path).all(each)
}

impl Direction {
    /// Where a word stands among those of its key, the mildest first; 0 for all else.
    pub(super) fn place(self, value: &Node) -> usize {
        let among = |words: &[&str]| words.iter().position(|word| Some(*word) == value.text());
        match self {
            Words(words) => among(words).unwrap_or(0),
            _ => 0,
        }
    }

    /// How strict it is to say nothing, for an authority of which that is no opinion.
    pub(super) fn rank_of_silence(self) -> Option<Rank> {
        match self {
            Within(_) => Least.rank(None),
            _ => self.rank(None),
        }
    }

    /// How strict a value is, and for the highest authority that it is absent; `None` for what is compared otherwise.
    pub(super) fn rank(self, value: Option<&Node>) -> Option<Rank> {
        let text = value.and_then(Node::text);
        let number = |text: &str| text.parse::<u64>().unwrap_or(0);
        let amount = |text: &str| parsed_size(text).unwrap_or(u64::MAX);
        let strictness = match self {
            Words(words) => {
                let place = |text| words.iter().position(|word| *word == text).unwrap_or(0);
                text.map_or(0, |text| place(as_strict(text))) as u64
            }
            Most | Rising => text.map_or(0, number),
            Least => u64::MAX - text.map_or(u64::MAX, amount),
            Within(absent) => u64::MAX - text.map_or(u64::from(absent), amount),
            Allowance => u64::MAX - text.map_or(0, amount),
            Limit => match text.map_or(0, amount) {
                0 => 0,
                amount => u64::MAX - amount,
            },
            // Dates are written so that they sort as texts.
            Earliest => return Some(Rank::Day(std::cmp::Reverse(text.unwrap_or("~").to_owned()))),
            _ => return None,
        };
        Some(Rank::Number(strictness))
    }
}

/// How strict a value is, to be compared with others of the same key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The larger, the stricter.
    Number(u64),
    /// The earlier, the stricter.
    Day(std::cmp::Reverse<String>),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{DIRECTIONS, UNSEEN, Words, direction};
    use crate::policy::{Vocabulary, policy_schema};

    /// Every key of the schema with the words of its values: a list ends a path.
    fn keys(root: &Value, schema: &Value, path: &str, out: &mut Vec<(String, BTreeSet<String>)>) {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return keys(root, root.pointer(&reference[1..]).unwrap(), path, out);
        }
        let step = |key: &str| match path {
            "" => key.to_owned(),
            _ => format!("{path}.{key}"),
        };
        if let Some(any @ Value::Object(_)) = schema.get("additionalProperties") {
            return keys(root, any, &step("any"), out);
        }
        if let Some(Value::Object(properties)) = schema.get("properties") {
            for (key, value) in properties {
                keys(root, value, &step(key), out);
            }
            return;
        }
        let words = schema.get("oneOf").and_then(Value::as_array);
        let words = words.into_iter().flatten();
        let words = words.filter_map(|word| Some(word["const"].as_str()?.to_owned()));
        out.push((path.to_owned(), words.collect()));
    }

    #[test]
    fn every_key_of_the_schema_says_its_direction() {
        let schema = policy_schema(&Vocabulary::default());
        let mut all = Vec::new();
        keys(&schema, &schema, "", &mut all);
        assert!(all.len() > 90, "{all:?}");
        for (path, words) in &all {
            let steps: Vec<&str> = path.split('.').collect();
            let Some(found) = direction(&steps) else {
                panic!("`{path}` says no direction");
            };
            if let (Words(known), false) = (found, words.is_empty()) {
                let known = known.iter().map(|word| (*word).to_owned()).collect();
                assert_eq!(*words, known, "the words of {path}");
            }
        }
        let patterns = DIRECTIONS.iter().map(|(pattern, _)| pattern);
        for pattern in patterns.chain(UNSEEN) {
            let steps = pattern.split('.').count();
            let fits = |path: &str| {
                let keys = path.split('.').zip(pattern.split('.'));
                let each = |(key, step): (&str, &str)| step == "*" || key == step || key == "any";
                path.split('.').count() == steps && keys.into_iter().all(each)
            };
            assert!(
                all.iter().any(|(path, _)| fits(path)),
                "no key is `{pattern}`"
            );
        }
    }
}
