//! An event's name, a line break and its payload, as GitHub, Gitea and Forgejo write them: what a job is about is what stands
//! there.

#![no_main]

use bstr::{BString, ByteSlice as _};
use cordon::ci::{Change, Job, RequestText, system};
use cordon::git::Id;
use cordon::host::Host;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const SHA: &str = "1111111111111111111111111111111111111111";

fuzz_target!(|input: &[u8]| {
    let (name, payload) = input.split_once_str("\n").unwrap_or((b"push", input));
    let mut host = Host::default();
    let variables = [
        ("GITHUB_EVENT_NAME", name),
        ("GITHUB_REF", b"refs/heads/main"),
        ("GITHUB_SHA", SHA.as_bytes()),
    ];
    for (name, value) in variables {
        host.env.insert(name.into(), value.into());
    }
    let job = |id| system(id).map(|system| system.job(&host, payload));
    let jobs = ["github", "gitea", "forgejo"].map(job);
    let [Some(github), Some(gitea), Some(forgejo)] = jobs else {
        panic!("a system is not known")
    };
    match (github, gitea, forgejo) {
        (Ok(github), Ok(gitea), Ok(forgejo)) => {
            assert_eq!(gitea, forgejo);
            assert_eq!(github.change, gitea.change);
            check(&github, name, payload);
        }
        (Err(_), Err(_), Err(_)) => {}
        _ => panic!("they do not read the same language"),
    }
});

fn check(job: &Job, name: &[u8], payload: &[u8]) {
    assert_eq!(job.event.as_bytes(), name);
    assert_eq!(job.privileged, name == b"pull_request_target");
    // Of what nobody reads, a text may be no UTF-8 and a number too large.
    let Ok(payload) = serde_json::from_slice::<Value>(payload) else {
        return;
    };
    let says = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str);
    let id = |pointer: &str| {
        let id = says(pointer).and_then(|text| Id::from_hex(text.as_bytes()));
        id.filter(|id| !id.is_zero())
    };
    let named = |name: &str| Some(BString::from(format!("refs/heads/{name}")));
    match &job.change {
        Change::Request {
            base, head, group, ..
        } => {
            let at = ["pull_request", "merge_group"][usize::from(*group)];
            let (of_base, of_head) = match *group {
                true => ("base_sha", "head_sha"),
                false => ("base/sha", "head/sha"),
            };
            assert!(base.id.is_some() && base.id == id(&format!("/{at}/{of_base}")));
            assert!(head.id.is_some() && head.id == id(&format!("/{at}/{of_head}")));
            for tip in [base, head] {
                assert!(
                    tip.name
                        .as_ref()
                        .is_some_and(|name| name.starts_with(b"refs/"))
                );
            }
            if !group {
                assert_eq!(base.name, says("/pull_request/base/ref").and_then(named));
                check_text(job.text.as_ref(), &payload["pull_request"]);
            }
        }
        Change::Push {
            name,
            before,
            after,
        } => {
            assert_eq!(Some(*after), id("/after"));
            assert_eq!(*before, id("/before"));
            assert_eq!(says("/ref").map(str::as_bytes), Some(name.as_bytes()));
        }
        Change::Deletion { .. } => assert_eq!(id("/after"), None),
        Change::State { head, .. } => assert_eq!(*head, Id::from_hex(SHA.as_bytes())),
    }
}

fn check_text(text: Option<&RequestText>, pull: &Value) {
    let Some(text) = text else {
        panic!("a request of which nobody wrote anything")
    };
    assert_eq!(text.number, pull["number"].as_u64());
    assert_eq!(
        pull["title"].as_str().map(str::as_bytes),
        Some(text.title.as_bytes())
    );
    assert_eq!(
        pull["body"].as_str().unwrap_or_default().as_bytes(),
        text.body.as_bytes()
    );
    assert!(!text.cut);
}
