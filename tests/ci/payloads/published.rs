//! The schemas of webhooks that Octokit publishes, which `scripts/setup.sh` brings. They take no key that they do not know.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{event, merge_group, of_request, pull_request, pushed, retargeted, workflow_run};
use crate::forge::ZEROS;

/// Each event that a job may be about or must not be, and the webhook that it is. The clock's is none.
const EVENTS: [(&str, Option<&str>); 14] = [
    ("pull_request", Some("pull_request")),
    ("pull_request_target", Some("pull_request")),
    ("pull_request_review", Some("pull_request_review")),
    (
        "pull_request_review_comment",
        Some("pull_request_review_comment"),
    ),
    ("merge_group", Some("merge_group")),
    ("push", Some("push")),
    ("workflow_dispatch", Some("workflow_dispatch")),
    ("schedule", None),
    ("repository_dispatch", Some("repository_dispatch")),
    ("release", Some("release")),
    ("create", Some("create")),
    ("delete", Some("delete")),
    ("workflow_run", Some("workflow_run")),
    ("issue_comment", Some("issue_comment")),
];

static SCHEMA: LazyLock<Option<Value>> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/schemas/webhooks.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        let path = path.display();
        let told = format!("skipped: {path} is not there; scripts/setup.sh brings it\n");
        // Straight to the stream: what a test that passes prints by a macro nobody sees.
        std::io::stderr().write_all(told.as_bytes()).unwrap();
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
});

static VALIDATORS: Mutex<BTreeMap<String, Validator>> = Mutex::new(BTreeMap::new());

/// What is wrong with an event's payload; nothing where there are no schemas.
fn errors(name: &str, payload: &Value) -> Vec<String> {
    let known = EVENTS.iter().find(|(event, _)| *event == name);
    let (_, webhook) = known.unwrap_or_else(|| panic!("{name} is no event that is known here"));
    let (Some(schema), Some(webhook)) = (&*SCHEMA, webhook) else {
        return Vec::new();
    };
    let definition = definition(schema, webhook, payload);
    let mut validators = VALIDATORS.lock().unwrap();
    let validator = validators.entry(definition).or_insert_with_key(|name| {
        let mut one = json!({"$schema": schema["$schema"], "definitions": schema["definitions"]});
        one["$ref"] = format!("#/definitions/{name}").into();
        jsonschema::draft7::new(&one).unwrap()
    });
    let told = validator.iter_errors(payload);
    told.map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Of the action, where the webhook has several.
fn definition(schema: &Value, webhook: &str, payload: &Value) -> String {
    let action = payload["action"].as_str();
    let names = action.into_iter().chain(["event"]);
    names
        .map(|name| format!("{webhook}${name}"))
        .find(|name| schema["definitions"][name].is_object())
        .unwrap_or_else(|| panic!("{webhook} has no action {action:?}"))
}

/// A test whose payload GitHub would not send shows nothing.
pub(crate) fn assert_published(name: &str, payload: &Value) {
    let errors = errors(name, payload);
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

/// One event of each kind.
fn each() -> Vec<(&'static str, Value)> {
    let (one, two) = ("1".repeat(40), "2".repeat(40));
    let (base, head) = (("main", one.as_str()), ("feature", two.as_str()));
    let mut each: Vec<_> = EVENTS
        .iter()
        .map(|(name, _)| {
            let payload = match *name {
                "merge_group" => merge_group(&one, ("refs/heads/gh-readonly-queue/main/7", &two)),
                "push" => pushed("refs/heads/feature", &one, &two),
                "workflow_run" => workflow_run(&two),
                name if name.starts_with("pull_request") => of_request(name, base, head),
                name => event(name),
            };
            (*name, payload)
        })
        .collect();
    each.push(("push", pushed("refs/heads/old", &one, ZEROS)));
    each.push(("pull_request", retargeted(("main", &one), base, head)));
    each
}

#[test]
fn an_event_of_each_kind_is_of_the_published_shape() {
    for (name, payload) in each() {
        assert_published(name, &payload);
    }
}

#[test]
fn a_payload_that_lacks_something_or_has_a_key_of_its_own_is_not_published() {
    if SCHEMA.is_none() {
        return;
    }
    let mut payload = pull_request(("main", ZEROS), ("feature", ZEROS));
    let base = payload["pull_request"]["base"].as_object_mut().unwrap();
    let sha = base.remove("sha").unwrap();
    let told = errors("pull_request", &payload);
    assert_eq!(told, ["/pull_request/base: \"sha\" is a required property"]);
    payload["pull_request"]["base"]["sha"] = sha;
    assert!(errors("pull_request", &payload).is_empty());
    // Each key of each event that says which commits it is about must be there.
    for (name, payload) in each() {
        for key in ["pull_request", "merge_group", "before", "after", "ref"] {
            let mut less = payload.clone();
            if less.as_object_mut().unwrap().remove(key).is_some() {
                assert!(!errors(name, &less).is_empty(), "{name} without {key}");
            }
        }
        let mut more = payload.clone();
        more["cordon"] = true.into();
        let known = EVENTS
            .iter()
            .any(|(event, webhook)| *event == name && webhook.is_some());
        assert_eq!(!errors(name, &more).is_empty(), known, "{name}");
    }
}
