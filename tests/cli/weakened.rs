//! `policy-weakened`: a change that lowers its own judge is found, one that tightens it is not.

use serde_json::Value;

use crate::support::{CLAUDE, Report, Sandbox};

/// A policy's key, stricter and laxer, and the key that is told.
const PAIRS: &[(&str, &str, &str)] = &[
    (
        "rules: {agent-denied: {mode: block}}",
        "rules: {agent-denied: {mode: warn}}",
        "rules.agent-denied.agents",
    ),
    (
        "",
        "rules: {secret-added: {humans: warn}}",
        "rules.secret-added.humans",
    ),
    (
        "rules: {secret-added: {agents: warn}}",
        "rules: {secret-added: {agents: disabled}}",
        "rules.secret-added.agents",
    ),
    (
        "rules: {agent-denied: {mode: warn, then: block, from: 2027-01-01}}",
        "rules: {agent-denied: {mode: warn, then: block, from: 2028-01-01}}",
        "rules.agent-denied.agents",
    ),
    (
        "rules: {agent-denied: {mode: warn, then: block, from: 2027-01-01}}",
        "rules: {agent-denied: {mode: warn}}",
        "rules.agent-denied.agents",
    ),
    ("stages: {ci: block}", "stages: {ci: warn}", "stages.ci"),
    ("", "stages: {ci: audit}", "stages.ci"),
    (
        "incomplete: {commit: block}",
        "incomplete: {commit: warn}",
        "incomplete.commit",
    ),
    (
        "limits: {files: 100}",
        "limits: {files: 1000}",
        "limits.files",
    ),
    (
        "limits: {blob_bytes: 1MiB}",
        "limits: {blob_bytes: 0}",
        "limits.blob_bytes",
    ),
    ("", "limits: {commits: 0}", "limits.commits"),
    (
        "agents: {cursor: {status: denied}}",
        "agents: {cursor: {status: approved}}",
        "agents.cursor.status",
    ),
    (
        "agents: {cursor: {status: denied}}",
        "",
        "agents.cursor.status",
    ),
    (
        "agents: {\"*\": {status: denied}}",
        "agents: {\"*\": {status: denied}, cursor: {status: approved}}",
        "agents.cursor.status",
    ),
    (
        "agents: {cursor: {status: conditional, until: 2027-01-01}}",
        "agents: {cursor: {status: conditional, until: 2028-01-01}}",
        "agents.cursor.status",
    ),
    (
        "agents: {cursor: {status: denied}}",
        "agents: {cursor: {status: denied, since: 2027-03-01}}",
        "agents.cursor.status",
    ),
    (
        "agents: {cursor: {warn_days: 60}}",
        "agents: {cursor: {warn_days: 7}}",
        "agents.cursor.warn_days",
    ),
    (
        "agents: {cursor: {models: [\"claude-*\"]}}",
        "agents: {cursor: {models: [\"claude-*\", gpt-5]}}",
        "agents.cursor.models",
    ),
    (
        "agents: {cursor: {models: [\"claude-*\"], status: approved}}",
        "agents: {cursor: {status: approved}}",
        "agents.cursor.models",
    ),
    (
        "agents: {cursor: {models_required: true}}",
        "agents: {cursor: {models_required: false}}",
        "agents.cursor.models_required",
    ),
    (
        "agents: {cursor: {classes: {pci: denied}}}",
        "agents: {cursor: {classes: {pci: allowed}}}",
        "agents.cursor.classes.pci",
    ),
    (
        "models: {\"deepseek-*\": {status: denied}}",
        "models: {\"deepseek-*\": {status: approved}}",
        "models.deepseek-*.status",
    ),
    (
        "models: {\"deepseek-*\": {status: denied}}",
        "",
        "models.deepseek-*",
    ),
    (
        "models: {\"*\": {status: denied}}",
        "models: {\"*\": {status: denied}, gpt-5: {status: approved}}",
        "models.gpt-5",
    ),
    (
        "trailers: {stamp: true}",
        "trailers: {stamp: false}",
        "trailers.stamp",
    ),
    (
        "trailers: {require: [{any_of: [Ticket]}]}",
        "trailers: {require: []}",
        "trailers.require",
    ),
    (
        "trailers: {require: [{any_of: [Ticket]}]}",
        "trailers: {require: [{any_of: [Ticket, Note]}]}",
        "trailers.require",
    ),
    (
        "trailers: {require: [{any_of: [Ticket]}]}",
        "trailers: {require: [{any_of: [Ticket], in_classes: [pci]}]}",
        "trailers.require",
    ),
    (
        "trailers: {require: [{any_of: [Ticket], match: \"[A-Z]+\"}]}",
        "trailers: {require: [{any_of: [Ticket]}]}",
        "trailers.require",
    ),
    (
        "trailers: {forbid: [{text: \"[skip ci]\"}]}",
        "trailers: {stamp: true}",
        "trailers.forbid",
    ),
    (
        "trailers: {forbid: [{key: Signed-off-by}]}",
        "trailers: {forbid: [{key: Signed-off-by, naming: agent}]}",
        "trailers.forbid",
    ),
    (
        "zones: {z: {paths: [src], agents: denied}}",
        "zones: {z: {paths: [src], agents: allowed}}",
        "zones.z.agents",
    ),
    ("zones: {z: {paths: [src], agents: denied}}", "", "zones.z"),
    (
        "zones: {z: {paths: [src, lib], agents: denied}}",
        "zones: {z: {paths: [src], agents: denied}}",
        "zones.z.paths",
    ),
    (
        "zones: {z: {paths: [src]}}",
        "zones: {z: {paths: [src, \"!src/a\"]}}",
        "zones.z.paths",
    ),
    (
        "zones: {z: {paths: [\"src/**\"]}}",
        "zones: {z: {paths: [\"src/a/**\"]}}",
        "zones.z.paths",
    ),
    (
        "zones: {z: {paths: [src], markers: [SECRET]}}",
        "zones: {z: {paths: [src]}}",
        "zones.z.markers",
    ),
    (
        "zones: {z: {paths: [src]}}",
        "zones: {z: {paths: [src], repos: [acme/x]}}",
        "zones.z.repos",
    ),
    (
        "zones: {z: {paths: [src], mode: block}}",
        "zones: {z: {paths: [src], mode: warn}}",
        "zones.z.mode",
    ),
    (
        "zones: {z: {paths: [src]}}",
        "zones: {z: {paths: [src], mode: warn}}",
        "zones.z.mode",
    ),
    ("zones: {ci: {mode: block}}", "", "zones.ci.mode"),
    (
        "zones: {z: {paths: [src], agents: allowed, copy_out: {}}}",
        "zones: {z: {paths: [src], agents: allowed}}",
        "zones.z.copy_out.similarity",
    ),
    (
        "classes: {pci: {agents: denied}}",
        "classes: {pci: {agents: allowed}}",
        "classes.pci.agents",
    ),
    (
        "secrets: {inline_allow: nobody}",
        "secrets: {inline_allow: humans}",
        "secrets.inline_allow",
    ),
    (
        "secrets: {entropy: true}",
        "secrets: {entropy: false}",
        "secrets.entropy",
    ),
    ("", "secrets: {entropy: false}", "secrets.entropy"),
    (
        "secrets: {detectors: [{id: a, keywords: [acme], pattern: \"acme_[a-z]{9}\"}]}",
        "",
        "secrets.detectors",
    ),
    (
        "policy: {version: 7}",
        "policy: {version: 6}",
        "policy.version",
    ),
    (
        "policy: {review_by: 2027-01-01}",
        "policy: {review_by: 2028-01-01}",
        "policy.review_by",
    ),
    ("repository: {classes: [pci]}", "", "repository.classes"),
    ("", "extends: []", "extends"),
    (
        "catalogue: {acme-bot: {name: Acme, vendor: Acme, emails: [bot@acme.example]}}",
        "",
        "catalogue.acme-bot",
    ),
    (
        "catalogue: {acme-bot: {name: Acme, vendor: Acme, emails: [a@acme.example, b@acme.example]}}",
        "catalogue: {acme-bot: {name: Acme, vendor: Acme, emails: [a@acme.example]}}",
        "catalogue.acme-bot.emails",
    ),
];

/// Changes of which nobody knows the direction: they are told in both.
const EITHER: &[(&str, &str, &str)] = &[
    (
        "zones: {z: {paths: [src], agents: denied}}",
        "zones: {y: {paths: [src], agents: denied}}",
        "zones.z",
    ),
    (
        "zones: {z: {paths: [src], class: pci}}",
        "zones: {z: {paths: [src], class: ci}}",
        "zones.z.class",
    ),
    (
        "secrets: {detectors: [{id: a, keywords: [acme], pattern: \"acme_[a-z]{9}\"}]}",
        "secrets: {detectors: [{id: a, keywords: [acme], pattern: \"acme_[a-z]{99}\"}]}",
        "secrets.detectors",
    ),
];

/// Changes that look like one and are none, in both directions.
const SAME: &[(&str, &str)] = &[
    (
        "stages: {ci: warn, push: block}",
        "stages:\n  push: \"block\"\n  ci: 'warn' # as before",
    ),
    (
        "zones: {z: {paths: [src, lib]}}",
        "zones:\n  z:\n    paths: [lib, \"src\"]",
    ),
    (
        "trailers: {require: [{any_of: [A, B]}, {any_of: [C]}]}",
        "trailers: {require: [{any_of: [C]}, {any_of: [B, A]}]}",
    ),
    ("extends: [{pack: default}]", ""),
    ("rules: {zone-agent: {mode: block}}", ""),
    (
        "rules: {agent-denied: {mode: block}}",
        "rules: {agent-denied: {agents: block}}",
    ),
    (
        "limits: {blob_bytes: 64MiB}",
        "limits: {blob_bytes: 67108864}",
    ),
    (
        "agents: {cursor: {status: denied, note: a}}",
        "agents: {cursor: {note: b, status: denied}}",
    ),
];

fn policy(text: &str) -> String {
    format!("cordon: 1\n{text}\n")
}

/// What was found of an agent's changes of the policy, from each text to the next.
fn changed<const N: usize>(sandbox: &Sandbox, texts: [&str; N]) -> Vec<Report> {
    let commit = |text: &str| {
        sandbox.write(".cordon.yml", policy(text));
        sandbox.git([
            "commit",
            "-qam",
            &format!("Change\n\n{CLAUDE}"),
            "--allow-empty",
        ]);
    };
    commit(texts[0]);
    let rest = texts[1..].iter().map(|text| {
        commit(text);
        sandbox.report(&["--commit", "HEAD", "--as-of", "2026-11-22"])
    });
    rest.collect()
}

fn keys(report: &Report) -> Vec<String> {
    let findings = report.json["findings"].as_array().unwrap();
    let ours = findings
        .iter()
        .filter(|row| row["rule"] == "policy-weakened");
    let key = |row: &Value| {
        row["message"]
            .as_str()
            .unwrap()
            .split('`')
            .nth(1)
            .unwrap_or_default()
            .to_owned()
    };
    ours.map(key).collect()
}

#[test]
fn each_key_that_is_lowered_is_found_and_raised_is_not() {
    let sandbox = Sandbox::with_policy("cordon: 1\n");
    let mut wrong = Vec::new();
    for (strict, lax, key) in PAIRS {
        let [lowered, raised] = &changed(&sandbox, [strict, lax, strict])[..] else {
            panic!("two reports");
        };
        if !keys(lowered).iter().any(|told| told == key) || lowered.code != 1 {
            wrong.push(format!("{strict} → {lax}: {:?}", keys(lowered)));
        }
        if !keys(raised).is_empty() {
            wrong.push(format!("{lax} → {strict}: {:?}", keys(raised)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_may_be_either_is_found() {
    let sandbox = Sandbox::with_policy("cordon: 1\n");
    for (one, other, key) in EITHER {
        let told: Vec<_> = changed(&sandbox, [one, other, one])
            .iter()
            .map(keys)
            .collect();
        assert!(
            told[0].iter().any(|told| told == key),
            "{one} → {other}: {told:?}"
        );
        assert!(!told[1].is_empty(), "{other} → {one}");
    }
}

#[test]
fn order_quotes_comments_and_what_holds_anyway_are_no_weakening() {
    let sandbox = Sandbox::with_policy("cordon: 1\n");
    for (one, other) in SAME {
        for report in changed(&sandbox, [one, other, one]) {
            assert_eq!(
                keys(&report),
                [""; 0],
                "{one}, {other}: {}",
                report.json["findings"]
            );
        }
    }
}

/// A repository with a zone that denies agents, and a second commit that allows them.
const DENIED: &str = "cordon: 1\nextends: []\nzones:\n  z:\n    paths: [src]\n    agents: denied\n";
const ALLOWED: &str =
    "cordon: 1\n# more\nextends: []\nzones:\n  z:\n    paths: [src]\n    agents: allowed\n";

#[test]
fn both_lines_are_named_and_the_trusted_one_decides() {
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.write(".cordon.yml", ALLOWED);
    let id = sandbox.commit(&format!("Weaken\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    let found = report.of("policy-weakened");
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0]["message"],
        "`zones.z.agents` is weaker: .cordon.yml:6 was `denied`, .cordon.yml:7 is `allowed`"
    );
    assert_eq!(found[0]["in"], "policy");
    assert_eq!(
        (&found[0]["path"], &found[0]["line"]),
        (&".cordon.yml".into(), &7.into())
    );
    assert_eq!(
        found[0]["policy"],
        serde_json::json!({"file": ".cordon.yml", "line": 6})
    );
    assert_eq!(
        (&found[0]["decision"], &found[0]["commit"]),
        (&"blocked".into(), &id.into())
    );
    assert_eq!(
        sandbox.report(&["--commit", "HEAD"]).rules(),
        ["policy-weakened"]
    );
}

#[test]
fn a_persons_weakening_is_a_warning_and_staged_ones_are_found() {
    let mut sandbox = Sandbox::with_policy(DENIED);
    sandbox.write(".cordon.yml", ALLOWED);
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(report.of("policy-weakened")[0]["decision"], "warned");
    assert_eq!(report.code, 0);
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    assert_eq!(sandbox.report(&["--staged"]).rules(), ["policy-weakened"]);
}

#[test]
fn weakened_and_restored_in_one_range_is_found_at_the_commit() {
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.write(".cordon.yml", ALLOWED);
    let weak = sandbox.commit(&format!("Weaken\n\n{CLAUDE}"));
    sandbox.write(".cordon.yml", DENIED);
    sandbox.commit("Restore");
    let report = sandbox.report(&["--range", "HEAD~2..HEAD"]);
    let found = report.of("policy-weakened");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["commit"], weak);
}

#[test]
fn a_key_lowered_on_the_way_through_no_policy_at_all_is_found() {
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.git(["rm", "-q", ".cordon.yml"]);
    let gone = sandbox.commit("Remove");
    sandbox.write(".cordon.yml", ALLOWED);
    let back = sandbox.commit(&format!("Anew\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~2..HEAD"]);
    let found = report.of("policy-weakened");
    let commits: Vec<_> = found
        .iter()
        .map(|row| row["commit"].as_str().unwrap())
        .collect();
    assert_eq!(commits, [gone, back], "{found:?}");
    assert_eq!(found[1]["decision"], "blocked");
}

#[test]
fn removing_moving_breaking_or_replacing_the_policy_is_found() {
    for (line, told) in [
        ("git rm -q .cordon.yml", "is gone"),
        ("git mv .cordon.yml old.yml", "is gone"),
        (
            "mkdir .cordon && git mv .cordon.yml .cordon/policy.yml",
            "is gone",
        ),
        ("echo nothing > .cordon.yml", "is broken"),
        (
            "rm .cordon.yml && ln -s other .cordon.yml",
            "no regular file",
        ),
        ("cp .cordon.yml .Cordon.yml", "could take"),
        ("cp .cordon.yml .c\u{43e}rdon.yaml", "could take"),
    ] {
        let sandbox = Sandbox::with_policy(DENIED);
        sandbox.shell(line);
        sandbox.commit(&format!("Change\n\n{CLAUDE}"));
        // Only what is in between: what an end has is exit 2, or judged by nothing.
        sandbox.shell("git rm -qr --cached . && git checkout -q HEAD~1 -- . && rm -f .Cordon.yml .c?*rdon.yaml");
        sandbox.write(".cordon.yml", DENIED);
        sandbox.commit("Restore");
        let report = sandbox.report(&["--range", "HEAD~2..HEAD"]);
        let found = report.of("policy-weakened");
        let says = |row: &&Value| row["message"].as_str().unwrap().contains(told);
        assert!(
            found.iter().any(says),
            "{line}: {found:?} {}",
            report.json["incomplete"]
        );
        assert_eq!(found[0]["decision"], "blocked", "{line}");
    }
}

#[test]
fn waivers_the_lock_and_what_lies_beside_are_watched() {
    for (path, text, found) in [
        (".cordon/waivers/a.yml", "waiver: W-1\n", true),
        (".cordon/Waivers/a.yml", "waiver: W-1\n", true),
        (".cordon/other", "a\n", true),
        (".cordon.lock", "a\n", true),
        ("waivers/a.yml", "waiver: W-1\n", true),
        ("waivers/a.yml", "other: 1\n", false),
        ("docs/.cordon.lock", "a\n", false),
        ("cordon/a.yml", "a: 1\n", false),
    ] {
        let sandbox = Sandbox::with_policy(DENIED);
        sandbox.write(path, text);
        sandbox.commit(&format!("Add\n\n{CLAUDE}"));
        let added = sandbox.report(&["--range", "HEAD~1..HEAD"]);
        assert_eq!(!added.of("policy-weakened").is_empty(), found, "{path}");
    }
    // An exception that is taken back is none.
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.write(".cordon/waivers/a.yml", "waiver: W-1\n");
    sandbox.commit("Add");
    sandbox.shell("rm .cordon/waivers/a.yml");
    sandbox.commit(&format!("Remove\n\n{CLAUDE}"));
    let removed = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(removed.rules(), ["waiver-invalid"]);
}

#[test]
fn a_first_policy_that_drops_the_defaults_is_found_and_another_is_not() {
    for (text, found) in [
        (
            "cordon: 1\nzones: {z: {paths: [src], agents: denied}}\n",
            false,
        ),
        ("cordon: 1\nextends: []\n", true),
        ("cordon: 1\nrules: {secret-added: {mode: audit}}\n", true),
        ("cordon: 1\nzones: {ci: {mode: audit}}\n", true),
    ] {
        let sandbox = Sandbox::with_commit();
        sandbox.write(".cordon.yml", text);
        sandbox.commit(&format!("First\n\n{CLAUDE}"));
        let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
        assert_eq!(!report.of("policy-weakened").is_empty(), found, "{text}");
    }
}

#[test]
fn what_a_repository_would_loosen_of_the_organisations_is_told_with_both_lines() {
    let own =
        "cordon: 1\nrules:\n  agent-denied: {mode: warn}\nagents:\n  cursor: {status: approved}\n";
    let sandbox = Sandbox::with_policy(own);
    let org = sandbox.outside("org.yml");
    std::fs::write(
        &org,
        "cordon: 1\nagents:\n  \"*\": {status: denied}\nstages: {ci: block}\n",
    )
    .unwrap();
    let org = org.to_str().unwrap();
    sandbox.write("a", "a\n");
    sandbox.commit("Change");
    let args = ["--range", "HEAD~1..HEAD", "--policy", org];
    let report = sandbox.report(&args);
    let found = report.of("policy-weakened");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found
            .iter()
            .all(|row| row["decision"] == "warned" && row["commit"].is_null())
    );
    let told: Vec<_> = found
        .iter()
        .map(|row| row["message"].as_str().unwrap())
        .collect();
    let status = format!(
        "`agents.cursor.status` cannot be loosened here: .cordon.yml:5 says `approved`, and {org}:3 says \
         `denied`; the stricter holds"
    );
    assert!(told.contains(&status.as_str()), "{told:?}");
    assert!(
        told.iter()
            .any(|told| told.contains("the default says `block`")),
        "{told:?}"
    );

    // What a change adds to it is told at the commit.
    sandbox.write(".cordon.yml", format!("{own}stages: {{ci: warn}}\n"));
    let id = sandbox.commit(&format!("Lower\n\n{CLAUDE}"));
    let report = sandbox.report(&args);
    let found = report.of("policy-weakened");
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0]["commit"], id);
    assert_eq!(found[0]["decision"], "blocked");
    assert!(found[0]["message"].as_str().unwrap().contains("stages.ci"));
}

#[test]
fn below_the_organisations_policy_copies_out_of_a_zone_are_not_let_through_unseen() {
    let own = "cordon: 1\nzones:\n  ledger: {class: pci, paths: [src], agents: denied";
    let sandbox = Sandbox::with_policy(&format!("{own}}}\n"));
    let org = sandbox.outside("org.yml");
    std::fs::write(&org, "cordon: 1\n").unwrap();
    sandbox.write(
        ".cordon.yml",
        format!("{own}, copy_out: {{min_lines: 1000000}}}}\n"),
    );
    sandbox.commit(&format!("Lower\n\n{CLAUDE}"));
    let org = org.to_str().unwrap();
    let report = sandbox.report(&["--range", "HEAD~1..HEAD", "--policy", org]);
    let found = report.of("policy-weakened");
    assert_eq!(
        found[0]["message"],
        "`zones.ledger.copy_out.min_lines` is weaker: the default was `20`, .cordon.yml:3 is `1000000`"
    );
    assert_eq!((found.len(), &found[0]["decision"]), (1, &"blocked".into()));
}

#[test]
fn a_merge_that_drops_what_one_side_tightened_is_found() {
    for (merge, found) in [
        ("git merge -q -s ours side -m M", true),
        ("git merge -q side -m M", false),
    ] {
        let sandbox = Sandbox::with_policy(ALLOWED);
        sandbox.git(["checkout", "-q", "-b", "side"]);
        sandbox.write(".cordon.yml", DENIED);
        sandbox.commit("Tighten");
        sandbox.git(["checkout", "-q", "main"]);
        sandbox.write("a", "a\n");
        sandbox.commit("Other");
        assert_eq!(sandbox.shell(merge).code, 0);
        sandbox.git([
            "commit",
            "-q",
            "--amend",
            "-m",
            &format!("Merge\n\n{CLAUDE}"),
        ]);
        let report = sandbox.report(&["--commit", "HEAD"]);
        assert_eq!(!report.of("policy-weakened").is_empty(), found, "{merge}");
        let base = sandbox.id("main~1");
        let report = sandbox.report(&["--range", &format!("{base}..HEAD")]);
        assert_eq!(!report.of("policy-weakened").is_empty(), found, "{merge}");
    }
}

#[test]
fn the_rules_own_mode_is_as_the_trusted_side_says() {
    let policy = format!("{DENIED}rules: {{policy-weakened: {{humans: block}}}}\n");
    let sandbox = Sandbox::with_policy(&policy);
    sandbox.write(".cordon.yml", ALLOWED);
    sandbox.commit("Weaken");
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    let told = keys(&report);
    assert!(
        told.contains(&"rules.policy-weakened.humans".to_owned()),
        "{told:?}"
    );
    assert_eq!(report.code, 1);
}

#[test]
fn a_repository_that_only_denies_is_not_told_a_number_that_it_never_wrote() {
    let sandbox = Sandbox::with_policy("cordon: 1\n");
    let org = sandbox.outside("org.yml");
    let zone = "zones: {z: {paths: [src], agents: denied, copy_out: {min_lines: 5}}}";
    std::fs::write(&org, format!("cordon: 1\n{zone}\n")).unwrap();
    sandbox.write(
        ".cordon.yml",
        "cordon: 1\nzones: {z: {paths: [lib], agents: denied}}\n",
    );
    sandbox.commit("Deny more");
    let org = org.to_str().unwrap();
    let report = sandbox.report(&["--range", "HEAD~1..HEAD", "--policy", org]);
    assert_eq!(report.of("policy-weakened").len(), 0, "{}", report.json);
}

#[test]
fn a_merge_of_too_many_versions_is_incomplete_and_no_finding() {
    let sandbox = Sandbox::with_policy("cordon: 1\nextends: []\n");
    let merge = |parents: usize| {
        let made = sandbox.shell(&format!(
            "base=$(git rev-parse HEAD) && all= && for n in $(seq {parents}); do \
             blob=$(printf 'cordon: 1\\nextends: []\\n# %s\\n' $n | git hash-object -w --stdin) && \
             tree=$(printf '100644 blob %s\\t.cordon.yml\\n' $blob | git mktree) && \
             all=\"$all -p $(git commit-tree -m Side -p $base $tree)\"; done && \
             git commit-tree -m Merge $all HEAD^{{tree}}"
        ));
        assert_eq!(made.code, 0, "{}", made.stderr);
        sandbox.report(&["--commit", made.stdout.trim()])
    };
    assert_eq!(merge(60).codes(), Vec::<String>::new());
    let report = merge(70);
    assert_eq!(report.codes(), ["limit"], "{:#}", report.json);
    assert_eq!((report.code, report.of("policy-weakened").len()), (2, 0));
}
