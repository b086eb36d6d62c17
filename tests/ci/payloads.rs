//! Events of GitHub as its webhooks tell them: whole, from one template each in `payloads/`.
//!
//! In a template `"{name}"` stands for another one, and `"..."` takes its keys in. `null` stands where a test says what
//! it is about. [`published`] holds them to the schemas.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::forge::ZEROS;

pub(crate) mod published;

/// An event that has not been filled in.
pub(crate) fn event(name: &str) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ci/payloads");
    let text = std::fs::read_to_string(root.join(format!("{name}.json"))).unwrap();
    filled(serde_json::from_str(&text).unwrap())
}

fn filled(template: Value) -> Value {
    match template {
        Value::Object(keys) => {
            let mut object = Map::new();
            for (key, value) in keys {
                match (key.as_str(), filled(value)) {
                    ("...", Value::Object(others)) => object.extend(others),
                    (_, value) => drop(object.insert(key, value)),
                }
            }
            Value::Object(object)
        }
        Value::Array(items) => items.into_iter().map(filled).collect(),
        Value::String(text) => match text
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(name) => event(name),
            None => Value::String(text),
        },
        other => other,
    }
}

/// New commits of a pull request, from one branch into another: each by its name and its tip.
pub(crate) fn pull_request(base: (&str, &str), head: (&str, &str)) -> Value {
    of_request("pull_request", base, head)
}

/// Any event of a pull request.
pub(crate) fn of_request(name: &str, base: (&str, &str), head: (&str, &str)) -> Value {
    let mut event = event(match name {
        "pull_request_target" => "pull_request",
        other => other,
    });
    for (side, (name, id)) in [("base", base), ("head", head)] {
        let side = &mut event["pull_request"][side];
        side["label"] = format!("acme:{name}").into();
        (side["ref"], side["sha"]) = (name.into(), id.into());
    }
    match name {
        "pull_request_review" => event["review"]["commit_id"] = head.1.into(),
        "pull_request_review_comment" => {
            event["comment"]["commit_id"] = head.1.into();
            event["comment"]["original_commit_id"] = head.1.into();
        }
        _ => (event["before"], event["after"]) = (base.1.into(), head.1.into()),
    }
    event
}

/// A pull request that goes into another branch than before.
pub(crate) fn retargeted(was: (&str, &str), base: (&str, &str), head: (&str, &str)) -> Value {
    let mut event = pull_request(base, head);
    let keys = event.as_object_mut().unwrap();
    keys.retain(|key, _| key != "before" && key != "after");
    event["action"] = "edited".into();
    event["changes"] = json!({"base": {"ref": {"from": was.0}, "sha": {"from": was.1}}});
    event
}

/// A group of requests on top of `main`, in a branch of the queue's own.
pub(crate) fn merge_group(base: &str, head: (&str, &str)) -> Value {
    let mut event = event("merge_group");
    let group = &mut event["merge_group"];
    (group["base_ref"], group["base_sha"]) = ("refs/heads/main".into(), base.into());
    (group["head_ref"], group["head_sha"]) = (head.0.into(), head.1.into());
    group["head_commit"]["id"] = head.1.into();
    event
}

/// A push that moves a reference.
pub(crate) fn pushed(name: &str, before: &str, after: &str) -> Value {
    let mut event = event("push");
    (event["ref"], event["before"], event["after"]) = (name.into(), before.into(), after.into());
    (event["created"], event["deleted"]) = ((before == ZEROS).into(), (after == ZEROS).into());
    if after == ZEROS {
        (event["commits"], event["head_commit"]) = (json!([]), Value::Null);
    } else {
        event["commits"][0]["id"] = after.into();
        event["head_commit"]["id"] = after.into();
    }
    event
}

/// A run of another workflow that has ended.
pub(crate) fn workflow_run(head: &str) -> Value {
    let mut event = event("workflow_run");
    event["workflow_run"]["head_sha"] = head.into();
    event["workflow_run"]["head_commit"]["id"] = head.into();
    event
}

/// Somebody with an account.
pub(crate) fn user(login: &str, id: u64, kind: &str) -> Value {
    let mut user = event("user");
    (user["login"], user["id"], user["type"]) = (login.into(), id.into(), kind.into());
    user
}
