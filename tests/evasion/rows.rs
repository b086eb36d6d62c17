//! The rows that are met, each a test named after it.

use serde_json::json;

use crate::probe::Met::{self, Blocked, Incomplete};
use crate::probe::{CORDON, Probe, holds_all, row, run};

const AES: Option<&str> = Some("src/crypto/aes.c");

/// An agent's change in the zone, found at a path and a commit.
const fn zone(path: &'static str, subject: &'static str) -> Met {
    Blocked("zone-agent", Some(path), subject)
}

/// An agent's change of the zone's file.
const fn aes(subject: &'static str) -> Met {
    Blocked("zone-agent", AES, subject)
}

/// A change of the zone's file, which asks for proof of a person.
const fn unproven(subject: &'static str) -> Met {
    Blocked("zone-human-proof", AES, subject)
}

#[test]
fn row_01_no_trailer() {
    let found = &[aes("Work on the cipher")][..];
    let row = "01-no-trailer";
    holds_all(row, &["author", "committer", "note", "staged"]);
    for variant in ["author", "committer", "note"] {
        Probe::meets(row, variant, found);
    }
    for (variant, committed) in [("staged", false), ("staged-twin", true)] {
        let probe = Probe::build(row, variant);
        run(probe.command(CORDON, &probe.path()).arg("install"));
        let mut commit = probe.command("git", &probe.path());
        // What Claude Code sets for every command that it runs.
        commit
            .env("CLAUDE_CODE_CHILD_SESSION", "1")
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Ada Dev")))
            .envs(
                ["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "ada@acme.example")),
            )
            .args(["commit", "-q", "-m", "Work"]);
        let output = commit.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), committed, "{variant}: {said}");
        assert_eq!(said.contains("zone-agent"), !committed, "{said}");
        let message = probe.shell("git log -1 --format=%B");
        assert_eq!(message.contains("claude-code"), committed, "{message}");
    }
}

#[test]
fn row_03_disguised_trailers() {
    let found = &[aes("Change")][..];
    row(
        "03-disguised-trailers",
        &[
            ("zero-width", found),
            ("look-alike", found),
            ("fullwidth-colon", found),
            ("folded", found),
            ("mid-body", found),
            ("mixed-case", found),
            ("carriage-returns", found),
        ],
    );
}

#[test]
fn row_04_rewritten_identities() {
    row(
        "04-rewritten-identities",
        &[
            ("as-bot", &[aes("Bump")]),
            ("author-reset", &[aes("Work")]),
            ("spelled-otherwise", &[aes("Work")]),
        ],
    );
}

#[test]
fn row_05_signature_tricks() {
    let found = &[unproven("Change")][..];
    row(
        "05-signature-tricks",
        &[
            ("no-signature", found),
            ("unknown-key", found),
            ("expired-key", found),
            ("somebody-elses-address", found),
            ("moved-signature", found),
            ("other-purpose", found),
            ("platforms-own", found),
        ],
    );
    for (variant, why) in [
        ("unknown-key", "is not enrolled"),
        ("expired-key", "expired"),
        ("moved-signature", "something was changed"),
        ("other-purpose", "for another purpose"),
        ("platforms-own", "GitHub"),
    ] {
        let judged = Probe::build("05-signature-tricks", variant).range("base..HEAD");
        let told = judged.report["findings"].to_string();
        assert!(told.contains(why), "{variant}: {told}");
    }
}

#[test]
fn row_06_skipped_hooks() {
    let found = &[aes("Skip the hooks")][..];
    row(
        "06-skipped-hooks",
        &[
            ("no-verify", found),
            ("hooks-path", found),
            ("environment", found),
            ("plumbing", found),
            ("imported", found),
        ],
    );
}

#[test]
fn row_07_squash_on_the_platform() {
    let row = "07-squash-on-the-platform";
    let variants = [
        ("dropped-by-the-squash", "Change (#7)", true),
        ("said-by-the-body-alone", "", false),
    ];
    holds_all(row, &variants.map(|(name, ..)| name));
    for (variant, subject, merged) in variants {
        let judged = |name: &str| {
            let probe = Probe::build(row, name);
            let id = |revision: &str| probe.shell(&format!("git rev-parse {revision}"));
            let (base, head) = (id("base"), id("HEAD"));
            let (event, payload) = if merged {
                let ends =
                    json!({"ref": "refs/heads/main", "before": base.trim(), "after": head.trim()});
                ("push", ends)
            } else {
                let ends = json!({
                    "number": 7, "title": "Change", "body": "Generated with [Claude Code](https://claude.com/claude-code)",
                    "base": {"ref": "main", "sha": base.trim()}, "head": {"ref": "topic", "sha": head.trim()},
                });
                ("pull_request", json!({"pull_request": ends}))
            };
            let more = if merged { &["--after-merge"][..] } else { &[] };
            probe.event(event, payload, more)
        };
        judged(variant).must_be(&aes(subject), variant);
        let twin = format!("{variant}-twin");
        judged(&twin).must_pass(&twin);
    }
}

#[test]
fn row_08_evil_merge() {
    row(
        "08-evil-merge",
        &[
            ("extra-edit", &[aes("Merge the side branch")]),
            ("drops-a-fix", &[aes("Merge the side branch")]),
            ("octopus", &[zone("src/crypto/new.c", "Merge two branches")]),
        ],
    );
}

#[test]
fn row_09_second_parent() {
    row(
        "09-second-parent",
        &[
            ("second-parent", &[aes("Work aside")]),
            ("kept-ours", &[aes("Work aside")]),
            (
                "unrelated",
                &[zone("src/crypto/other.c", "Another beginning")],
            ),
        ],
    );
}

#[test]
fn row_10_touch_then_revert() {
    let secret = Blocked("secret-added", Some("config.ini"), "Configure");
    row(
        "10-touch-then-revert",
        &[
            ("touched", &[aes("Try something"), aes("Undo it")]),
            ("secret", &[secret]),
        ],
    );
}

#[test]
fn row_11_renames() {
    row(
        "11-renames",
        &[
            ("out", &[zone("src/util/aes.c", "Move")]),
            ("into", &[zone("src/crypto/list.c", "Move")]),
            ("changed", &[aes("Move and change")]),
            ("directory", &[zone("src/plain/aes.c", "Move")]),
        ],
    );
}

#[test]
fn row_12_copies() {
    let copied = |path| Blocked("zone-copy-out", Some(path), "Add a helper");
    let fast = &[copied("src/util/fast.c")][..];
    let extended = Blocked("zone-copy-out", Some("src/util/code.c"), "Extend");
    row(
        "12-copies",
        &[
            ("whole", fast),
            ("nearly", fast),
            ("renamed", fast),
            ("indented", fast),
            ("into-a-file", &[extended]),
        ],
    );
}

#[test]
fn row_13_mode_type_delete() {
    row(
        "13-mode-type-delete",
        &[
            ("mode", &[aes("Change a mode")]),
            ("type", &[aes("Make it a link")]),
            ("delete", &[aes("Delete")]),
        ],
    );
}

#[test]
fn row_14_look_alike_paths() {
    let odd = |path| Blocked("zone-path-confusable", Some(path), "Add a file");
    row(
        "14-look-alike-paths",
        &[
            ("spelled-case", &[odd("src/Crypto/k.c")]),
            ("look-alike", &[odd("src/\u{441}rypto/k.c")]),
            ("lunate-sigma", &[odd("src/\u{3f2}rypto/k.c")]),
            ("fullwidth", &[odd("src/\u{ff43}rypto/k.c")]),
            ("invisible", &[odd(r"src/cry\xE2\x80\x8Dpto/k.c")]),
            ("trailing-dot", &[odd("src/crypto./k.c")]),
            ("trailing-space", &[odd("src/crypto /k.c")]),
            ("backslash", &[odd(r"src\\crypto\\k.c")]),
            ("short-name", &[odd("src/CRYPTO~1/k.c")]),
            ("stream", &[odd("src/crypto::$INDEX_ALLOCATION/k.c")]),
            ("collision", &[odd("src/crypto/AES.c")]),
        ],
    );
}

#[test]
fn row_15_links() {
    let leaves = |path| Blocked("zone-path-confusable", Some(path), "A link");
    row(
        "15-links",
        &[
            ("to-a-file", &[zone("src/util/fast.c", "A link")]),
            ("to-the-zone", &[zone("src/util/fast", "A link")]),
            ("above-the-zone", &[zone("docs/source", "A link")]),
            ("other-case", &[zone("src/util/fast.c", "A link")]),
            ("absolute", &[leaves("src/util/users")]),
            ("escaping", &[leaves("src/util/elsewhere")]),
            ("chained", &[zone("src/util/outer", "A link")]),
            ("replaced", &[zone("src", "A link")]),
        ],
    );
}

#[test]
fn row_16_submodules() {
    let gate = Blocked("gate-tampered", Some(".gitmodules"), "Another address");
    row(
        "16-submodules",
        &[
            ("bump", &[zone("src/crypto/inner", "Another commit")]),
            ("address", &[gate]),
            ("new", &[zone("src/crypto", "A submodule")]),
        ],
    );
}

#[test]
fn row_17_absent_content() {
    let store = Blocked("gate-tampered", Some(".lfsconfig"), "Another store");
    row(
        "17-absent-content",
        &[
            (
                "lfs-pointer",
                &[zone("src/crypto/table.bin", "Another large file")],
            ),
            ("lfs-address", &[store]),
            ("git-crypt", &[zone("src/crypto/key.bin", "Encrypted")]),
            ("left-with-the-remote", &[Incomplete("missing-object")]),
        ],
    );
}

#[test]
fn row_18_attributes() {
    let found = &[aes("Change")][..];
    let secret = Blocked("secret-added", Some("config.ini"), "Configure");
    row(
        "18-attributes",
        &[
            ("no-diff", found),
            ("binary", found),
            ("textconv", found),
            ("encoding", found),
            ("secret", &[secret]),
        ],
    );
}

#[test]
fn row_19_disguised_secrets() {
    let found = |path| [Blocked("secret-added", Some(path), "Configure")];
    row(
        "19-disguised-secrets",
        &[
            ("in-base64", &found("config.py")),
            ("twice-in-base64", &found("config.py")),
            ("in-hex", &found("config.py")),
            ("in-gzip", &found("config.py")),
            ("in-percents", &found("config.py")),
            ("in-utf16", &found("config.txt")),
            ("over-lines", &found("config.py")),
            ("from-pieces", &found("config.js")),
            ("continued", &found("run.sh")),
            ("one-escape", &found("config.py")),
            ("in-hex-behind-0x", &found("config.py")),
            ("behind-a-prefix", &found("config.py")),
            ("pieces-in-base64", &found("config.js")),
        ],
    );
}

#[test]
fn row_20_weakened_policy() {
    let weaker = |subject| Blocked("policy-weakened", Some(".cordon.yml"), subject);
    let marked = Blocked("secret-added", Some("config.ini"), "Configure");
    let workflow = Some(".github/workflows/cordon.yml");
    row(
        "20-weakened-policy",
        &[
            (
                "lowered",
                &[weaker("Allow and change"), aes("Allow and change")],
            ),
            ("lowered-before", &[weaker("Allow"), aes("Change")]),
            ("removed", &[Blocked("policy-weakened", None, "No policy")]),
            ("excluded", &[weaker("But for one file")]),
            ("marked", &[marked]),
            (
                "workflow",
                &[Blocked("gate-tampered", workflow, "Another workflow")],
            ),
        ],
    );
}

#[test]
fn row_21_rolled_back_policy() {
    let back = Blocked("policy-weakened", Some(".cordon.yml"), "The first again");
    row("21-rolled-back-policy", &[("rolled-back", &[back])]);
}

/// Beside the repository an organisation's policy of two versions, of which the second is locked at `base`.
const TWO_VERSIONS: &str = r#"
org=$PWD.policy
git init -q -b main "$org"
name() {
  printf 'cordon: 1\nextends: [{git: "file://%s", ref: v%s}]\n' "$org" "$1" >.cordon.yml
  cordon policy update
  git add -A
  git commit -q --no-verify -m "Version $1"
}
publish() {
  printf 'cordon: 1\npolicy: {id: acme, version: %s}\nextends: []\n%s\n' "$1" "$2" >"$org/policy.yml"
  git -C "$org" add -A
  git -C "$org" commit -q -m "Version $1"
  git -C "$org" tag "v$1"
}
for at in . "$org"; do
  git -C "$at" config user.name 'Ada Dev'
  git -C "$at" config user.email ada@acme.example
done
publish 1 ''
publish 2 'agents: {cursor: {status: denied}}'
name 1
name 2
git tag -f base >/dev/null
"#;

#[test]
fn row_21_rolled_back_by_the_lock() {
    let back = "git checkout -q HEAD~1 -- .cordon.yml .cordon.lock";
    // With the floor that was, and the older policy.
    let by_hand = format!("{back}\nsed -i 's/version: 1/version: 2/' .cordon.lock");
    for (change, met) in [
        (back, true),
        (by_hand.as_str(), true),
        ("echo more >>README.md", false),
    ] {
        let probe = Probe::build("21-rolled-back-policy", "rolled-back-twin");
        probe.shell(&format!("{TWO_VERSIONS}{change}\ngit commit -qam 'On top'"));
        let judged = probe.range("base..HEAD");
        if met {
            judged.must_be(&Incomplete("policy-rollback"), change);
        } else {
            judged.must_pass(change);
        }
    }
}

#[test]
fn row_22_clock_games() {
    let denied = |subject| Blocked("agent-denied", None, subject);
    row(
        "22-clock-games",
        &[
            ("dated-back", &[denied("Change")]),
            ("before-it-began", &[denied("Change")]),
            ("dated-forward", &[denied("Change")]),
            ("an-old-exception", &[aes("Change")]),
        ],
    );
    // What Git is told of the time is no day of the run, and no hook takes another one.
    let probe = Probe::build("22-clock-games", "dated-back");
    let mut commit = probe.command("git", &probe.path());
    run(probe.command(CORDON, &probe.path()).arg("install"));
    commit
        .env("CLAUDE_CODE_CHILD_SESSION", "1")
        .envs(
            ["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_DATE"), "2019-12-01T12:00:00Z")),
        )
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Ada Dev")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "ada@acme.example")))
        .env("SOURCE_DATE_EPOCH", "1575201600")
        .args(["commit", "-q", "--allow-empty", "-m", "Work"]);
    let output = commit.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("agent-denied"),
        "{said}"
    );
    for hook in ["pre-commit", "pre-receive"] {
        let mut hook_by_hand = probe.command(CORDON, &probe.path());
        hook_by_hand.args(["hook", hook, "--as-of", "2019-12-01"]);
        assert_eq!(hook_by_hand.status().unwrap().code(), Some(2), "{hook}");
    }
    let judged = probe.check(
        &probe.path(),
        &["--range", "base..HEAD", "--as-of", "2019-12-01"],
    );
    assert_eq!(
        (judged.code, &judged.report["as_of"]),
        (0, &"2019-12-01".into())
    );
}

#[test]
fn row_23_pushes() {
    let row = "23-pushes";
    let variants = [
        "new-branch",
        "by-force",
        "as-a-tag",
        "light-tag",
        "made-anew",
        "other-namespace",
        "beside-a-deletion",
    ];
    let variants = variants.map(|name| format!("{name}-in-the-zone"));
    holds_all(row, &variants.each_ref().map(String::as_str));
    for variant in &variants {
        for (name, passes) in [(variant.clone(), false), (format!("{variant}-twin"), true)] {
            let probe = Probe::build(row, &name);
            run(probe.command(CORDON, &probe.path()).arg("install"));
            let before = probe.shell("git ls-remote -q origin");
            let push = "git push -q origin $(git config probe.refspec) 2>&1 || echo refused";
            let said = probe.shell(push);
            assert_eq!(!said.contains("refused"), passes, "{name}: {said}");
            assert_eq!(said.contains("zone-agent"), !passes, "{name}: {said}");
            let after = probe.shell("git ls-remote -q origin");
            assert_eq!(before != after, passes, "{name}: {after}");
        }
    }
}

#[test]
fn row_24_missing_history() {
    row(
        "24-missing-history",
        &[
            ("shallow", &[Incomplete("shallow")]),
            ("no-blobs", &[Incomplete("missing-object")]),
            ("grafts", &[Incomplete("grafts")]),
            ("replaced", &[aes("Change")]),
            ("borrowed", &[aes("Change")]),
        ],
    );
}

#[test]
fn row_25_wrong_range() {
    let found = &[aes("Change")][..];
    row(
        "25-wrong-range",
        &[
            ("test-merge-of-the-zone", found),
            ("moved-base-and-the-zone", found),
            ("detached-in-the-zone", found),
            ("unrelated-base-and-the-zone", found),
        ],
    );
    let probe = Probe::build("25-wrong-range", "detached-in-the-zone");
    let mut check = probe.command(CORDON, &probe.path());
    check.args(["check", "--range", "HEAD..HEAD"]);
    assert_eq!(check.status().unwrap().code(), Some(0));
    assert_eq!(check.env("CI", "true").status().unwrap().code(), Some(2));
}

#[test]
fn row_26_pushed_again() {
    let row = "26-pushed-again";
    holds_all(
        row,
        &["pushed-after-the-check", "forced-back-for-the-check"],
    );
    let seen_at = |probe: &Probe, event: &str, seen: &str| {
        let id = |revision: &str| probe.shell(&format!("git rev-parse {revision}"));
        let (base, head) = (id("base"), id(seen));
        let (base, head) = (base.trim(), head.trim());
        let payload = if event == "merge_group" {
            json!({"merge_group": {
                "base_ref": "refs/heads/main", "base_sha": base,
                "head_ref": "refs/heads/gh-readonly-queue/main/7", "head_sha": head,
            }})
        } else {
            json!({"pull_request": {
                "number": 7, "title": "Change", "body": null,
                "base": {"ref": "main", "sha": base}, "head": {"ref": "topic", "sha": head},
            }})
        };
        let judged = probe.event(event, payload, &[]);
        let range = &judged.report["range"];
        assert_eq!(
            (range["base"].as_str(), range["head"].as_str()),
            (Some(base), Some(head))
        );
        judged
    };
    let more = aes("Change more");
    for (end, met) in [("", true), ("-twin", false)] {
        let holds = |probe: &Probe, event, seen| {
            let judged = seen_at(probe, event, seen);
            if met {
                judged.must_be(&more, event);
            } else {
                judged.must_pass(event);
            }
        };
        let probe = Probe::build(row, &format!("pushed-after-the-check{end}"));
        // What was judged is what it says, and no more; the next event has the rest.
        seen_at(&probe, "pull_request", "judged").must_pass("judged");
        holds(&probe, "pull_request", "topic");
        holds(&probe, "merge_group", "topic");
        let probe = Probe::build(row, &format!("forced-back-for-the-check{end}"));
        holds(&probe, "pull_request", "judged");
    }
}

#[test]
fn row_27_no_check() {
    let workflow = Some(".github/workflows/cordon.yml");
    let other = Some(".github/workflows/other.yml");
    let edited = &[Blocked("gate-tampered", workflow, "Another workflow")][..];
    row(
        "27-no-check",
        &[
            ("renamed-job", edited),
            ("path-filter", edited),
            ("condition", edited),
            (
                "removed",
                &[Blocked("gate-tampered", workflow, "No workflow")],
            ),
            (
                "the-same-name",
                &[Blocked("gate-tampered", other, "Another job")],
            ),
        ],
    );
}

#[test]
fn row_28_limits() {
    row(
        "28-limits",
        &[
            ("many-files", &[Incomplete("limit")]),
            ("large-file", &[Incomplete("limit")]),
            ("deep-tree", &[Incomplete("limit")]),
            ("long-message", &[aes("Long")]),
        ],
    );
}

#[test]
fn row_29_hostile_names() {
    row(
        "29-hostile-names",
        &[
            ("line-feed", &[zone(r"src/crypto/a\x0Ab.c", "A name")]),
            ("escape", &[zone(r"src/crypto/\x1B[2Ka.c", "A name")]),
            ("not-text", &[zone(r"src/crypto/\xFF.c", "A name")]),
            ("option", &[zone("src/crypto/--output=x.c", "A name")]),
            ("pathspec", &[zone("src/crypto/:(exclude)*.c", "A name")]),
            (
                "message",
                &[Blocked(
                    "zone-agent",
                    AES,
                    r"A name\x1B[2K\x0D::set-output name=x::y",
                )],
            ),
        ],
    );
    for variant in ["line-feed", "escape", "not-text", "message"] {
        let probe = Probe::build("29-hostile-names", variant);
        let mut check = probe.command(CORDON, &probe.path());
        let output = check
            .args(["check", "--range", "base..HEAD"])
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let steers = |byte: &u8| byte.is_ascii_control() && *byte != b'\n';
        assert!(!said.iter().any(steers), "{variant}: {said:?}");
        assert!(std::str::from_utf8(&said).is_ok(), "{variant}");
    }
}

#[test]
fn row_30_poisoned_configuration() {
    let row = "30-poisoned-configuration";
    holds_all(row, &["configuration"]);
    for variant in ["configuration", "configuration-twin"] {
        let probe = Probe::build(row, variant);
        let judged = probe.range("base..HEAD");
        if variant.ends_with("twin") {
            judged.must_pass(variant);
        } else {
            judged.must_be(&aes("Change"), variant);
        }
        let staged = probe.check(&probe.path(), &["--staged"]);
        assert_eq!(staged.code, 0, "{:#}", staged.report);
        let ran = probe.path().with_extension("run");
        assert!(
            !ran.exists(),
            "{variant}: something of the repository was run"
        );
    }
}

#[test]
fn row_32_skipped_checks() {
    let found = |subject| Blocked("trailer-forbidden", None, subject);
    row(
        "32-skipped-checks",
        &[
            ("trailer", &[found("Change")]),
            ("subject", &[found("Change [skip ci]")]),
            ("other-case", &[found("Change")]),
        ],
    );
}

#[test]
fn row_33_a_persons_key() {
    let found = &[unproven("Change")][..];
    row(
        "33-a-persons-key",
        &[
            ("with-the-persons-key", found),
            ("with-the-persons-account", found),
        ],
    );
}

#[test]
fn row_34_steered_agents() {
    let steers = |path| Blocked("agent-config-changed", Some(path), "Instructions");
    let hidden = |path| Blocked("hidden-text", Some(path), "Instructions");
    row(
        "34-steered-agents",
        &[
            ("instructions", &[steers("AGENTS.md")]),
            ("tools", &[steers(".mcp.json")]),
            ("agent-hooks", &[steers(".claude/settings.json")]),
            ("other-spelling", &[steers("agents.MD")]),
            ("hidden", &[hidden("docs/notes.md")]),
            ("turned", &[hidden("src/util/access.c")]),
        ],
    );
}
