//! GitHub Actions, and those that speak its language.

use serde_json::{Value, json};

use crate::forge::{DEPTHS, Depth, Forge, POLICY, ZEROS, github, judged, pull_request, pushed};
use crate::support::Report;

/// With leave to fetch, what is judged does not hang on how much of the history a checkout has; without, it is judged
/// where all is there, and is no pass where not.
fn at_every_depth(forge: &Forge, branch: &str, job: &crate::forge::Job) -> Report {
    let mut reports = Vec::new();
    for depth in DEPTHS {
        forge.checkout(branch, depth);
        let report = forge.report(job, &[]);
        if depth == Depth::Full {
            assert!(report.codes().is_empty(), "{:#}", report.json);
            reports.push(report);
        } else if !report.codes().is_empty() {
            let mends = report.json["incomplete"].as_array().unwrap().iter();
            assert!(
                mends.clone().all(|row| row["mend"].is_string()),
                "{:#}",
                report.json
            );
        }
        forge.checkout(branch, depth);
        reports.push(forge.report(job, &["--fetch"]));
    }
    let first = reports[0].json.to_string();
    for other in &reports[1..] {
        assert_eq!(first, other.json.to_string());
    }
    reports.remove(0)
}

#[test]
fn a_pull_request_is_judged_by_the_target_although_its_branch_is_older_than_the_policy() {
    let forge = Forge::new();
    let (base, head) = (forge.id("main"), forge.id("feature"));
    forge.keep("feature", "refs/pull/7/head");
    for event in ["pull_request", "pull_request_target", "pull_request_review"] {
        let payload = pull_request(("main", &base), ("feature", &head));
        let job = github(event, &base, "refs/pull/7/merge", payload);
        let report = at_every_depth(&forge, "main", &job);
        assert_eq!(
            judged(&report),
            (base.clone(), head.clone(), 2, vec!["main".to_owned()])
        );
        assert_eq!(report.rules(), ["zone-agent"], "{event}");
        assert_eq!(report.json["policy"]["trusted"], true);
        assert_eq!(report.json["stage"], "ci");
    }
}

#[test]
fn a_pull_request_without_anything_wrong_passes() {
    let forge = Forge::new();
    forge.dev.git(["checkout", "-q", "-b", "docs"]);
    forge.agent("docs/guide.md");
    forge.push("docs");
    forge.keep("docs", "refs/pull/7/head");
    let payload = pull_request(("main", &forge.id("main")), ("docs", &forge.id("docs")));
    let report = at_every_depth(
        &forge,
        "main",
        &github("pull_request", ZEROS, "refs/pull/7/merge", payload),
    );
    assert_eq!(
        (report.verdict(), report.json["range"]["commits"].as_u64()),
        ("pass", Some(1))
    );
}

#[test]
fn of_a_fork_the_head_comes_from_where_the_forge_keeps_it() {
    let forge = Forge::new();
    forge.keep("feature", "refs/pull/7/head");
    forge.dev.git(["push", "-q", "origin", ":feature"]);
    // Some servers give nothing by its id.
    let remote = forge.dev.outside("remote.git");
    let remote = remote.to_str().unwrap();
    forge.dev.git([
        "-C",
        remote,
        "config",
        "uploadpack.allowAnySHA1InWant",
        "false",
    ]);
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    let job = github("pull_request_target", ZEROS, "refs/heads/main", payload);
    for depth in DEPTHS {
        forge.checkout("main", depth);
        assert_eq!(forge.report(&job, &["--fetch"]).rules(), ["zone-agent"]);
        forge.checkout("main", depth);
        assert_eq!(forge.report(&job, &[]).codes(), ["missing-commit"]);
    }
}

#[test]
fn a_pull_request_into_the_authors_own_branch_is_judged_by_the_default_branch_too() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "-b", "mine"]);
    dev.write(".cordon.yml", "cordon: 1\n");
    dev.commit("Take the zone out");
    forge.push("mine");
    dev.git(["checkout", "-q", "-b", "change"]);
    forge.agent("src/core/key.c");
    forge.push("change");
    forge.keep("change", "refs/pull/7/head");
    let payload = pull_request(("mine", &forge.id("mine")), ("change", &forge.id("change")));
    let report = at_every_depth(
        &forge,
        "main",
        &github("pull_request", ZEROS, "refs/pull/7/merge", payload),
    );
    assert_eq!(judged(&report).3, ["mine", "main"]);
    assert!(report.rules().contains(&"zone-agent"), "{:#}", report.json);
}

#[test]
fn a_retargeted_pull_request_is_judged_by_its_new_target() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "-b", "release", "main"]);
    let strict = POLICY.replace("src/core/**", "src/core/**, docs/**");
    dev.write(".cordon.yml", strict);
    dev.commit("Close the documentation too");
    forge.push("release");
    dev.git(["checkout", "-q", "-b", "change", "main"]);
    forge.agent("docs/guide.md");
    forge.push("change");
    forge.keep("change", "refs/pull/7/head");
    let verdict = |target: &str| {
        let mut payload =
            pull_request((target, &forge.id(target)), ("change", &forge.id("change")));
        payload["action"] = json!("edited");
        payload["changes"] =
            json!({"base": {"ref": {"from": "main"}, "sha": {"from": forge.id("main")}}});
        let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
        at_every_depth(&forge, "main", &job).verdict().to_owned()
    };
    assert_eq!(verdict("main"), "pass");
    assert_eq!(verdict("release"), "fail");
}

#[test]
fn a_target_that_has_gone_on_judges_by_its_tip_and_what_it_has_is_not_judged_again() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let seen = forge.id("main");
    dev.git(["checkout", "-q", "-b", "docs"]);
    dev.git(["checkout", "-q", "main"]);
    dev.write("src/core/old.c", "by a person\n");
    dev.commit("Add a file");
    dev.write(
        ".cordon.yml",
        POLICY.replace("src/core/**", "src/core/**, docs/**"),
    );
    let now = dev.commit("Close the documentation too");
    forge.push("main");
    dev.git(["checkout", "-q", "docs"]);
    dev.git(["merge", "-q", "--no-edit", "main"]);
    forge.agent("docs/guide.md");
    forge.push("docs");
    forge.keep("docs", "refs/pull/7/head");
    let payload = pull_request(("main", &seen), ("docs", &forge.id("docs")));
    let report = at_every_depth(
        &forge,
        "main",
        &github("pull_request", ZEROS, "refs/pull/7/merge", payload),
    );
    let (base, _, commits, _) = judged(&report);
    assert_eq!((base, commits), (now, 1));
    assert_eq!(report.rules()[0], "zone-agent");
}

#[test]
fn a_merge_group_is_judged_from_what_it_is_built_on() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let base = forge.id("main");
    dev.git(["checkout", "-q", "--detach", "main"]);
    dev.git(["merge", "-q", "--no-ff", "--no-edit", "feature"]);
    let head = forge.id("HEAD");
    let queue = format!("refs/heads/gh-readonly-queue/main/pr-7-{base}");
    forge.keep("HEAD", &queue);
    let group = json!({"action": "checks_requested", "merge_group": {
        "base_sha": base, "base_ref": "refs/heads/main", "head_sha": head, "head_ref": queue,
    }});
    let report = at_every_depth(&forge, "main", &github("merge_group", &head, &queue, group));
    assert_eq!(judged(&report), (base, head, 3, vec!["main".to_owned()]));
    assert!(report.rules().contains(&"zone-agent"));
}

#[test]
fn a_push_is_judged_from_what_was_there_before() {
    let forge = Forge::new();
    let before = forge.id("main");
    forge.agent("docs/guide.md");
    let after = forge.agent("src/core/key.c");
    forge.push("main");
    let job = github(
        "push",
        &after,
        "refs/heads/main",
        pushed("refs/heads/main", &before, &after),
    );
    let report = at_every_depth(&forge, "main", &job);
    assert_eq!(judged(&report), (before, after, 2, vec!["main".to_owned()]));
    assert_eq!(report.rules(), ["zone-agent"]);
}

#[test]
fn a_new_branch_is_judged_by_what_the_default_branch_lacks_and_by_its_policy() {
    let forge = Forge::new();
    let (main, head) = (forge.id("main"), forge.id("feature"));
    let job = github(
        "push",
        &head,
        "refs/heads/feature",
        pushed("refs/heads/feature", ZEROS, &head),
    );
    let report = at_every_depth(&forge, "feature", &job);
    assert_eq!(judged(&report), (main, head, 2, vec!["main".to_owned()]));
    assert_eq!(report.rules(), ["zone-agent"]);
}

#[test]
fn a_branch_at_a_commit_that_the_default_branch_has_brings_none_and_passes() {
    let forge = Forge::new();
    forge.dev.git(["branch", "copy", "main~3"]);
    forge.push("copy");
    let head = forge.id("copy");
    let job = github(
        "push",
        &head,
        "refs/heads/copy",
        pushed("refs/heads/copy", ZEROS, &head),
    );
    let report = at_every_depth(&forge, "copy", &job);
    assert_eq!(
        (report.verdict(), report.json["range"]["commits"].as_u64()),
        ("pass", Some(0))
    );
}

#[test]
fn a_push_by_force_is_judged_from_where_it_leaves_the_default_branch() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let before = forge.id("feature");
    dev.git(["checkout", "-q", "feature"]);
    dev.git([
        "commit",
        "-q",
        "--amend",
        "--allow-empty",
        "-m",
        "Explain it again",
    ]);
    forge.push("feature");
    let head = forge.id("feature");
    let job = github(
        "push",
        &head,
        "refs/heads/feature",
        pushed("refs/heads/feature", &before, &head),
    );
    // The old commit is at the remote no more than in the checkout.
    forge.checkout("feature", Depth::Full);
    let report = forge.report(&job, &["--fetch"]);
    assert_eq!(
        (judged(&report).0, judged(&report).2),
        (forge.id("main"), 2)
    );
    assert_eq!(report.rules(), ["zone-agent"]);
    let gone = github(
        "push",
        &head,
        "refs/heads/feature",
        pushed("refs/heads/feature", &"5".repeat(40), &head),
    );
    let report = forge.report(&gone, &["--fetch"]);
    assert_eq!(
        (judged(&report).0, judged(&report).2),
        (forge.id("main"), 2)
    );
    // Without leave to fetch nobody knows whether it is gone.
    assert_eq!(forge.report(&gone, &[]).codes(), ["missing-commit"]);
}

#[test]
fn the_first_push_of_all_is_judged_whole_and_trusts_nobody() {
    let forge = Forge::empty();
    forge.dev.write(".cordon.yml", POLICY);
    forge.dev.commit("Begin");
    let head = forge.agent("src/core/key.c");
    forge.push("main");
    let job = github(
        "push",
        &head,
        "refs/heads/main",
        pushed("refs/heads/main", ZEROS, &head),
    );
    let report = at_every_depth(&forge, "main", &job);
    assert_eq!(judged(&report).2, 2);
    assert_eq!(report.json["policy"]["trusted"], false);
    assert_eq!(report.rules(), ["zone-agent"]);
}

#[test]
fn a_tag_is_judged_by_what_the_default_branch_lacks_and_its_message_with_it() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git([
        "tag",
        "-a",
        "-m",
        "Release\n\nskip-checks: true",
        "v1",
        "feature",
    ]);
    forge.push("v1");
    let tag = forge.id("v1");
    let job = github(
        "push",
        &tag,
        "refs/tags/v1",
        pushed("refs/tags/v1", ZEROS, &tag),
    );
    let report = at_every_depth(&forge, "main", &job);
    assert_eq!(judged(&report).1, forge.id("feature"));
    assert!(report.rules().contains(&"zone-agent"));
    dev.git(["tag", "-f", "-a", "-m", "Only a release", "v1", "main"]);
    forge.push("v1");
    let tag = forge.id("v1");
    let job = github(
        "push",
        &tag,
        "refs/tags/v1",
        pushed("refs/tags/v1", ZEROS, &tag),
    );
    assert_eq!(at_every_depth(&forge, "main", &job).verdict(), "pass");
}

#[test]
fn a_deletion_has_nothing_to_judge() {
    let forge = Forge::new();
    forge.checkout("main", Depth::One);
    let job = github(
        "push",
        &forge.id("main"),
        "refs/heads/main",
        pushed("refs/heads/old", &forge.id("main"), ZEROS),
    );
    let report = forge.report(&job, &[]);
    assert_eq!(
        (report.verdict(), report.json["range"]["commits"].as_u64()),
        ("pass", Some(0))
    );
    let said = forge.say(&job, &[]);
    assert!(said.stdout.contains("old was deleted"), "{}", said.stdout);
}

#[test]
fn a_start_by_hand_judges_what_a_branch_has_and_of_the_default_branch_everything() {
    let forge = Forge::new();
    for event in [
        "workflow_dispatch",
        "schedule",
        "repository_dispatch",
        "release",
    ] {
        let head = forge.id("feature");
        let job = github(event, &head, "refs/heads/feature", json!({"inputs": {}}));
        let report = at_every_depth(&forge, "feature", &job);
        assert_eq!(
            (judged(&report).0, judged(&report).2),
            (forge.id("main"), 2),
            "{event}"
        );
        let job = github(
            event,
            &forge.id("main"),
            "refs/heads/main",
            Value::Object(serde_json::Map::default()),
        );
        let report = at_every_depth(&forge, "main", &job);
        assert_eq!(
            (judged(&report).0.as_str(), judged(&report).2),
            ("-", 61),
            "{event}"
        );
        // Nobody else speaks for its policy.
        assert_eq!(report.json["policy"]["trusted"], false);
    }
}

#[test]
fn an_event_that_is_not_about_commits_is_no_pass() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    for event in ["workflow_run", "issue_comment", "made_up", "delete"] {
        let job = github(event, &forge.id("main"), "refs/heads/main", json!({}));
        let report = forge.report(&job, &[]);
        assert_eq!(report.codes(), ["event"], "{event}");
        // A range that somebody names needs no event.
        let named = forge.report(&job, &["--base", "main~2", "--head", "main"]);
        assert_eq!((named.verdict(), judged(&named).2), ("pass", 2), "{event}");
    }
}

#[test]
fn a_payload_that_is_not_understood_is_no_pass() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let main = forge.id("main");
    let good = || pull_request(("main", &main), ("feature", &main));
    let mut zeros = good();
    zeros["pull_request"]["head"]["sha"] = json!(ZEROS);
    let mut short = good();
    short["pull_request"]["base"]["sha"] = json!(&main[..12]);
    let mut option = good();
    option["pull_request"]["base"]["ref"] = json!("--upload-pack=touch x");
    let odd = [
        json!([]),
        json!({}),
        json!({"pull_request": {}}),
        zeros,
        short,
    ];
    for payload in odd {
        let report = forge.report(
            &crate::forge::Job {
                payload: payload.clone(),
                ..github("pull_request", ZEROS, "refs/pull/7/merge", json!({}))
            },
            &["--fetch"],
        );
        assert_eq!(report.codes(), ["event"], "{payload}");
    }
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", option);
    assert_eq!(forge.report(&job, &["--fetch"]).verdict(), "incomplete");
    // An empty range of a request is no pass either: there is no such request.
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", good());
    assert_eq!(forge.report(&job, &[]).codes(), ["empty-range"]);
}

#[test]
fn fetching_moves_no_reference_and_takes_no_tag() {
    let forge = Forge::new();
    forge.keep("feature", "refs/pull/7/head");
    forge.dev.git(["tag", "v9", "feature"]);
    forge.push("v9");
    forge.checkout("main", Depth::One);
    let refs = || {
        let dir = forge.dev.outside("checkout");
        let names = forge
            .dev
            .git(["-C", dir.to_str().unwrap(), "for-each-ref"])
            .stdout;
        (names, dir.join(".git/FETCH_HEAD").exists())
    };
    let before = refs();
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    let report = forge.report(
        &github("pull_request", ZEROS, "refs/pull/7/merge", payload),
        &["--fetch"],
    );
    assert_eq!(report.rules(), ["zone-agent"]);
    assert_eq!(refs(), before);
}

#[test]
fn gitea_and_forgejo_speak_the_same_language_and_show_no_annotations() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    for (variable, name) in [
        ("GITEA_ACTIONS", "Gitea Actions"),
        ("FORGEJO_ACTIONS", "Forgejo Actions"),
    ] {
        let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload.clone())
            .with(variable, "true");
        let said = forge.say(&job, &["--fetch"]);
        assert_eq!(said.code, 1);
        assert!(said.stdout.contains(name), "{}", said.stdout);
        assert!(!said.stdout.contains("::error"), "{}", said.stdout);
    }
}

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
    let opened =
        rules(&|pull| pull["user"] = json!({"login": "Copilot", "id": 223_556_219, "type": "Bot"}));
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
    let rules = |squash: Value| {
        let mut payload = pull_request(("main", &forge.id("main")), ("docs", &forge.id("docs")));
        payload["pull_request"]["base"]["repo"] = squash;
        let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
        let report = forge.report(&job, &[]);
        report
            .rules()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let set = |title: &str, message: &str| json!({"allow_squash_merge": true, "squash_merge_commit_title": title, "squash_merge_commit_message": message});
    // An agent took part, and of the squash nobody could tell.
    assert_eq!(rules(set("PR_TITLE", "BLANK")), ["agent-undisclosed"]);
    assert_eq!(rules(json!({"allow_squash_merge": false})), [""; 0]);
}

/// A policy repository whose policy denies an agent that the governed repository's own says nothing of.
fn with_an_organisation(forge: &Forge) -> String {
    let dev = &forge.dev;
    let dir = dev.outside("policies");
    let dir = dir.to_str().unwrap();
    dev.git(["init", "-q", "-b", "main", dir]);
    let policy =
        "cordon: 1\npolicy: {id: acme, version: 1}\nagents: {claude-code: {status: denied}}\n";
    std::fs::write(dev.outside("policies/policy.yml"), policy).unwrap();
    dev.git(["-C", dir, "add", "policy.yml"]);
    dev.git([
        "-C",
        dir,
        "-c",
        "user.name=Pol",
        "-c",
        "user.email=pol@acme.example",
        "commit",
        "-q",
        "-m",
        "One",
    ]);
    format!("file://{dir}")
}

#[test]
fn the_policies_that_judge_are_fetched_with_the_commits() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let url = with_an_organisation(&forge);
    dev.write(
        ".cordon.yml",
        format!("cordon: 1\nextends: [{{git: \"{url}\", ref: main}}]\n"),
    );
    assert_eq!(dev.cordon(["policy", "update"]).code, 0);
    dev.commit("Build on the organisation's policy");
    forge.push("main");
    dev.git(["checkout", "-q", "-b", "docs"]);
    forge.agent("docs/guide.md");
    forge.push("docs");
    forge.checkout("docs", Depth::Full);
    let payload = pull_request(("main", &forge.id("main")), ("docs", &forge.id("docs")));
    // A machine that has fetched nothing yet.
    let fresh = |name: &str| {
        let store = dev.outside(name);
        github("pull_request", ZEROS, "refs/pull/7/merge", payload.clone())
            .with("XDG_CACHE_HOME", store.to_str().unwrap())
    };
    assert_eq!(forge.report(&fresh("one"), &[]).codes(), ["policy-source"]);
    let report = forge.report(&fresh("two"), &["--fetch"]);
    assert!(
        report.rules().contains(&"agent-denied"),
        "{:#}",
        report.json
    );
    // By its address, and judged by the id that was fetched.
    let address = format!("{url}#main:policy.yml");
    let report = forge.report(&fresh("three"), &["--fetch", "--policy", &address]);
    assert!(
        report.rules().contains(&"agent-denied"),
        "{:#}",
        report.json
    );
    assert_eq!(report.json["policy"]["pinned"], true);
}

#[test]
fn a_job_with_rights_of_its_own_asks_nobody_whom_the_change_names() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let url = with_an_organisation(&forge);
    dev.git(["checkout", "-q", "-b", "docs"]);
    dev.write(
        ".cordon.yml",
        format!("{POLICY}extends: [{{git: \"{url}\", ref: main}}]\n"),
    );
    assert_eq!(dev.cordon(["policy", "update"]).code, 0);
    dev.commit("Build on whatever I say");
    forge.push("docs");
    forge.checkout("docs", Depth::Full);
    let store = dev.outside("store");
    let asked = |event: &str| {
        let payload = pull_request(("main", &forge.id("main")), ("docs", &forge.id("docs")));
        let job = github(event, ZEROS, "refs/pull/7/merge", payload)
            .with("XDG_CACHE_HOME", store.to_str().unwrap());
        forge.report(&job, &["--fetch"]);
        store.exists()
    };
    assert!(!asked("pull_request_target"));
    assert!(asked("pull_request"));
}

#[test]
fn after_a_merge_what_the_squash_dropped_is_found() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "-b", "change", "main"]);
    forge.agent("src/core/one.c");
    forge.agent("src/core/two.c");
    forge.keep("change", "refs/pull/12/head");
    let before = forge.id("main");
    dev.git(["checkout", "-q", "main"]);
    dev.git(["merge", "-q", "--squash", "change"]);
    // Whoever merged it wrote nothing of the agent.
    dev.commit("Change the key (#12)\n\nBy hand.");
    dev.write("README", "Nothing to see.\n");
    dev.commit("Say something (#99)");
    forge.push("main");
    let after = forge.id("main");
    let job = github(
        "push",
        &after,
        "refs/heads/main",
        pushed("refs/heads/main", &before, &after),
    );
    forge.checkout("main", Depth::One);
    let report = forge.report(&job, &["--fetch"]);
    assert_eq!(report.rules(), [""; 0], "{:#}", report.json);
    let report = forge.report(&job, &["--fetch", "--after-merge"]);
    assert!(report.rules().contains(&"zone-agent"), "{:#}", report.json);
    assert!(
        report.rules().contains(&"agent-undisclosed"),
        "{:#}",
        report.json
    );
    let said = forge.say(&job, &["--fetch", "--after-merge"]);
    assert!(said.stdout.contains("names #99"), "{}", said.stdout);
    // Without the remote nothing can be compared.
    assert_eq!(forge.say(&job, &["--after-merge"]).code, 2);
}

#[test]
fn what_the_target_lost_since_is_judged_again() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let good = forge.id("main");
    let seen = forge.agent("src/core/key.c");
    dev.git(["checkout", "-q", "-b", "change"]);
    dev.commit("Explain the key");
    forge.push("change");
    forge.keep("change", "refs/pull/7/head");
    // The agent's commit was taken out again.
    dev.git(["checkout", "-q", "main"]);
    dev.git(["reset", "-q", "--hard", &good]);
    forge.push("main");
    let payload = pull_request(("main", &seen), ("change", &forge.id("change")));
    let report = at_every_depth(
        &forge,
        "main",
        &github("pull_request", ZEROS, "refs/pull/7/merge", payload),
    );
    assert_eq!((judged(&report).0, judged(&report).2), (good, 2));
    assert!(report.rules().contains(&"zone-agent"));
}

#[test]
fn a_default_branch_that_was_moved_by_force_is_judged_by_what_it_was() {
    let forge = Forge::new();
    let dev = &forge.dev;
    let before = forge.id("main");
    dev.git(["reset", "-q", "--hard", "main~1"]);
    forge.push("main");
    let back = forge.id("main");
    let job = |before: &str, after: &str| {
        github(
            "push",
            after,
            "refs/heads/main",
            pushed("refs/heads/main", before, after),
        )
    };
    forge.checkout("main", Depth::Full);
    let report = forge.report(&job(&before, &back), &["--fetch"]);
    assert!(
        report.rules().contains(&"policy-weakened"),
        "{:#}",
        report.json
    );
    forge.agent("src/core/key.c");
    forge.push("main");
    let beside = forge.id("main");
    forge.checkout("main", Depth::Full);
    let report = forge.report(&job(&before, &beside), &["--fetch"]);
    assert!(report.rules().contains(&"zone-agent"), "{:#}", report.json);
    // Nobody else can judge it: what cannot be had is no pass.
    let report = forge.report(&job(&"5".repeat(40), &beside), &["--fetch"]);
    assert_eq!(report.codes(), ["missing-commit"]);
}

#[test]
fn a_default_branch_that_the_remote_lacks_is_no_pass() {
    let forge = Forge::new();
    forge.checkout("feature", Depth::Full);
    let report = forge.report(
        &crate::forge::Job::of(&[]),
        &["--fetch", "--default-branch", "mian"],
    );
    assert_eq!(report.codes(), ["missing-branch"]);
}

#[test]
fn a_push_from_a_commit_to_itself_and_a_job_of_two_systems_are_no_pass() {
    let forge = Forge::new();
    forge.checkout("feature", Depth::Full);
    let head = forge.id("feature");
    let job = github(
        "push",
        &head,
        "refs/heads/feature",
        pushed("refs/heads/feature", &head, &head),
    );
    assert_eq!(forge.report(&job, &[]).codes(), ["event"]);
    let job = job.with("GITLAB_CI", "true");
    let report = forge.report(&job, &[]);
    let row = &report.json["incomplete"][0];
    assert_eq!(
        (&row["code"], &row["mend"]),
        (&json!("event"), &json!("cordon ci --system github"))
    );
}

#[test]
fn a_base_that_is_named_takes_nothing_else_of_a_request_away() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let mut payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    payload["pull_request"]["title"] = "Explain \u{202e}the key".into();
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
    let report = forge.report(&job, &["--base", "main~1"]);
    assert_eq!(judged(&report).3, ["main"]);
    assert!(report.rules().contains(&"hidden-text") && report.rules().contains(&"zone-agent"));
}

#[test]
fn a_report_is_not_written_through_a_link_of_the_change() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let dir = forge.dev.outside("checkout");
    std::os::unix::fs::symlink("../victim", dir.join("out")).unwrap();
    std::os::unix::fs::symlink("..", dir.join("up")).unwrap();
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
    for output in ["json=out", "json=up/victim"] {
        let said = forge.say(&job, &["--output", output]);
        assert!(
            said.stdout.contains("is a symbolic link"),
            "{}",
            said.stdout
        );
        assert!(!forge.dev.outside("victim").exists());
    }
}
