//! What people write of a request, and the message of its squash.

use serde_json::Value;

use crate::forge::{Depth, Forge, ZEROS, github, pull_request};
use crate::payloads::user;

#[test]
fn what_the_title_and_the_body_say_is_judged_and_by_whom_the_request_was_opened() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "-b", "quiet", "main"]);
    dev.write("src/core/key.c", "by whom?\n");
    dev.commit("Change the key");
    forge.push("quiet");
    forge.checkout("main", Depth::Full);
    let rules = |with: &dyn Fn(&mut Value)| {
        let mut payload = pull_request(("main", &forge.id("main")), ("quiet", &forge.id("quiet")));
        with(&mut payload["pull_request"]);
        let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
        let report = forge.report(&job, &[]);
        assert_eq!(report.json["range"]["commits"], 1);
        assert_eq!(report.json["commits"].as_array().unwrap().len(), 1);
        report
            .rules()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(rules(&|_| ()), [""; 0]);
    let said = rules(&|pull| {
        pull["body"] = "Generated with [Claude Code](https://claude.com/claude-code)".into();
    });
    assert!(said.contains(&"zone-agent".to_owned()), "{said:?}");
    let opened = rules(&|pull| pull["user"] = user("Copilot", 223_556_219, "Bot"));
    assert!(opened.contains(&"zone-agent".to_owned()), "{opened:?}");
    let hidden = rules(&|pull| pull["title"] = "Change \u{202e}the key".into());
    assert_eq!(hidden, ["hidden-text"]);
}

#[test]
fn the_squash_that_the_repository_is_set_to_is_the_one_that_is_judged() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "-b", "docs", "main"]);
    for name in ["one", "two"] {
        dev.write(&format!("docs/{name}.md"), "Read me.\n");
        dev.commit(&format!("Write {name}\n\nAssisted-by: claude-code"));
    }
    forge.push("docs");
    forge.checkout("main", Depth::Full);
    let rules = |squash: &dyn Fn(&mut Value)| {
        let mut payload = pull_request(("main", &forge.id("main")), ("docs", &forge.id("docs")));
        squash(&mut payload["pull_request"]["base"]["repo"]);
        let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
        let report = forge.report(&job, &[]);
        report
            .rules()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    // Each commit says of the agent, and GitHub's default takes their messages over.
    assert_eq!(rules(&|_| ()), [""; 0]);
    let without_messages = |repository: &mut Value| {
        repository["squash_merge_commit_title"] = "PR_TITLE".into();
        repository["squash_merge_commit_message"] = "BLANK".into();
    };
    // An agent took part, and of the squash nobody could tell.
    assert_eq!(rules(&without_messages), ["agent-undisclosed"]);
    let untold = |repository: &mut Value| {
        let keys = repository.as_object_mut().unwrap();
        keys.retain(|key, _| !key.starts_with("squash_merge_commit_"));
    };
    // Then it may be any of them.
    assert_eq!(rules(&untold), ["agent-undisclosed"]);
    let merges = |repository: &mut Value| {
        without_messages(repository);
        repository["allow_squash_merge"] = false.into();
    };
    assert_eq!(rules(&merges), [""; 0]);
}
