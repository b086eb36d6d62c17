//! `gate-tampered`: whoever changes what makes the gate run is told of, whatever way he takes.

use crate::support::{CLAUDE, Report, Sandbox};

const RULE: &str = "gate-tampered";

/// A repository with this file, and then whatever an agent does to it.
fn after(path: &str, text: &str, change: impl Fn(&Sandbox)) -> Report {
    let sandbox = Sandbox::with_commit();
    sandbox.write(path, text);
    sandbox.write("other.txt", "other\n");
    sandbox.commit("Begin");
    change(&sandbox);
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    sandbox.report(&["--commit", "HEAD"])
}

fn first(report: &Report) -> &str {
    report.of(RULE)[0]["message"].as_str().unwrap()
}

#[test]
fn each_file_that_makes_the_gate_run_is_told_of_in_any_spelling() {
    for path in [
        ".githooks/pre-commit",
        ".husky/pre-push",
        "web/.husky/commit-msg",
        "lefthook.yml",
        ".lefthook.toml",
        ".pre-commit-config.yaml",
        "prek.toml",
        ".overcommit.yml",
        ".simple-git-hooks.json",
        ".gitattributes",
        "deep/er/.GitAttributes",
        ".gitmodules",
        ".lfsconfig",
        ".gitconfig",
        "CODEOWNERS",
        "docs/codeowners",
        ".github/CODEOWNERS",
        ".gitlab/CODEOWNERS",
        ".g\u{456}tattributes",
    ] {
        let report = after("a.txt", "a\n", |sandbox| sandbox.write(path, "x\n"));
        assert_eq!(report.of(RULE).len(), 1, "{path}");
        assert_eq!(report.code, 1, "{path}");
        assert_eq!(report.of(RULE)[0]["agent"], "claude-code");
    }
    for path in [
        "src/gitattributes.c",
        "tests/CODEOWNERS",
        "hooks.txt",
        "docs/.gitmodules",
    ] {
        let report = after("a.txt", "a\n", |sandbox| sandbox.write(path, "x\n"));
        assert!(report.of(RULE).is_empty(), "{path}");
    }
}

#[test]
fn a_person_is_warned_alone() {
    let sandbox = Sandbox::with_commit();
    sandbox.write(".gitattributes", "*.c -diff\n");
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(
        (report.code, report.places(RULE)),
        (0, vec![".gitattributes:1".to_owned()])
    );
}

/// What somebody does to a repository.
type Way = fn(&Sandbox);

#[test]
fn every_way_to_take_a_hook_away_is_told() {
    let hook = ".githooks/pre-commit";
    let ways: [(&str, Way); 6] = [
        ("a file was deleted", |sandbox| {
            sandbox.git(["rm", "-q", ".githooks/pre-commit"]);
        }),
        ("a file was moved", |sandbox| {
            sandbox.git(["mv", ".githooks/pre-commit", "elsewhere"]);
        }),
        ("a file was made not executable", |sandbox| {
            sandbox.git(["update-index", "--chmod=-x", ".githooks/pre-commit"]);
            sandbox.shell("chmod -x .githooks/pre-commit");
        }),
        ("a link took a file's place", |sandbox| {
            sandbox.shell("ln -sf /bin/true .githooks/pre-commit");
        }),
        ("a file was deleted", |sandbox| {
            sandbox.shell("rm -r .githooks; ln -s other .githooks");
        }),
        ("a file was changed", |sandbox| {
            sandbox.shell("echo exit 0 > .githooks/pre-commit");
        }),
    ];
    for (words, way) in ways {
        let sandbox = Sandbox::with_commit();
        sandbox.write(hook, "#!/bin/sh\nexec cordon hook pre-commit\n");
        sandbox.shell("chmod +x .githooks/pre-commit");
        sandbox.commit("Begin");
        way(&sandbox);
        sandbox.commit(&format!("Change\n\n{CLAUDE}"));
        let report = sandbox.report(&["--commit", "HEAD"]);
        let told = report.of(RULE);
        assert!(
            told.iter()
                .any(|row| row["message"].as_str().unwrap().starts_with(words)),
            "{words}: {told:?}"
        );
        assert_eq!(report.code, 1, "{words}");
    }
}

#[test]
fn ci_counts_where_it_calls_cordon_before_or_after() {
    let gate = "on: push\njobs:\n  x:\n    steps:\n      - run: Cordon check\n";
    let path = ".github/workflows/ci.yml";
    let without = gate.replace("Cordon check", "true");
    let report = after(path, gate, |sandbox| sandbox.write(path, &without));
    assert_eq!(report.of(RULE).len(), 1, "taken out");
    let group = ".gitlab/security-policies/policy.yml";
    let said = "pipeline_execution_policy: [{name: Cordon, enabled: true}]\n";
    let report = after(group, said, |sandbox| {
        sandbox.write(group, said.replace("true", "false"));
    });
    assert_eq!(report.of(RULE).len(), 1, "the group's job");
    let report = after(path, &without, |sandbox| sandbox.write(path, gate));
    assert_eq!(report.of(RULE).len(), 1, "put in");
    let report = after(path, gate, |sandbox| {
        sandbox.git(["rm", "-q", ".github/workflows/ci.yml"]);
    });
    assert_eq!(report.of(RULE).len(), 1, "deleted");
    let report = after(path, gate, |sandbox| {
        sandbox.git(["mv", ".github/workflows/ci.yml", "ci.yml"]);
    });
    assert_eq!(report.of(RULE)[0]["old_path"], path);
    let other = gate.replace("Cordon check", "kubectl cordon node");
    let report = after(path, &without, |sandbox| sandbox.write(path, &other));
    assert!(report.of(RULE).is_empty());
    let report = after("src/a.yml", gate, |sandbox| {
        sandbox.write("src/a.yml", "x\n");
    });
    assert!(report.of(RULE).is_empty());
}

#[test]
fn a_package_counts_where_its_hooks_differ() {
    let path = "package.json";
    let with = |scripts: &str, more: &str| format!("{{\"scripts\": {{{scripts}}}{more}}}\n");
    let old = with(r#""test": "a", "prepare": "husky""#, "");
    for new in [
        with(r#""test": "a""#, ""),
        with(r#""test": "a", "prepare": "husky || true""#, ""),
        with(
            r#""test": "a", "prepare": "husky""#,
            r#", "simple-git-hooks": {"pre-commit": "true"}"#,
        ),
        "{".to_owned(),
    ] {
        let report = after(path, &old, |sandbox| sandbox.write(path, &new));
        assert_eq!(report.of(RULE).len(), 1, "{new}");
    }
    let new = with(r#""test": "b", "prepare": "husky""#, r#", "version": "2""#);
    let report = after(path, &old, |sandbox| sandbox.write(path, &new));
    assert!(report.of(RULE).is_empty());
}

#[test]
fn a_package_that_only_its_manager_reads_counts_too() {
    let path = "package.json";
    let text = |script: &str| {
        format!("{{\"x\": \"\\ud800\", \"scripts\": {{\"prepare\": \"{script}\"}}}}\n")
    };
    for (old, new) in [
        (text("husky"), text("husky || true")),
        (text("husky"), text("true")),
        (text("husky").replace("\\ud800", ""), text("husky || true")),
    ] {
        let report = after(path, &old, |sandbox| sandbox.write(path, &new));
        assert_eq!(report.of(RULE).len(), 1, "{new}");
    }
}

#[test]
fn a_submodules_setting_is_told_at_its_line() {
    let old = "[submodule \"lib\"]\n\tpath = lib\n\turl = https://a.example/lib\n";
    let path = ".gitmodules";
    let new = old.replace("a.example", "b.example");
    let report = after(path, old, |sandbox| sandbox.write(path, &new));
    assert_eq!(report.places(RULE), [".gitmodules:3"]);
    assert!(first(&report).starts_with("the url of the submodule lib was set"));
    let new = format!("{old}\tupdate = none\n");
    let report = after(path, old, |sandbox| sandbox.write(path, &new));
    assert!(first(&report).starts_with("the update of the submodule lib was set"));
    let new = old.replace("\tpath = lib\n", "");
    let report = after(path, old, |sandbox| sandbox.write(path, &new));
    assert!(first(&report).starts_with("the path of the submodule lib was taken away"));
    // What this reader does not see as a setting is told all the same.
    let new = format!("{old}[submodule \"x\"] url = https://c.example/x\n");
    let report = after(path, old, |sandbox| sandbox.write(path, &new));
    assert_eq!(report.of(RULE).len(), 1);
}

#[test]
fn a_merge_that_changes_the_gate_itself_is_told_and_the_net_change_is_not_told_again() {
    let sandbox = Sandbox::with_commit();
    sandbox.write(".gitattributes", "*.c diff\n");
    sandbox.commit("Begin");
    let base = sandbox.id("HEAD");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("b.txt", "b\n");
    sandbox.commit("Side");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("c.txt", "c\n");
    sandbox.commit("Main");
    sandbox.git(["merge", "-q", "--no-commit", "--no-ff", "side"]);
    sandbox.write(".gitattributes", "*.c -diff\n");
    sandbox.commit(&format!("Merge\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", &format!("{base}..HEAD")]);
    assert_eq!(report.of(RULE).len(), 1);
    assert_eq!(report.of(RULE)[0]["commit"], sandbox.id("HEAD"));
    assert_eq!(report.code, 1);
}

#[test]
fn what_is_changed_and_changed_back_is_told_at_its_commit() {
    let sandbox = Sandbox::with_commit();
    sandbox.write(".lfsconfig", "[lfs]\n\turl = https://a.example\n");
    sandbox.commit("Begin");
    let base = sandbox.id("HEAD");
    sandbox.write(".lfsconfig", "[lfs]\n\turl = https://b.example\n");
    let bad = sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    sandbox.git(["revert", "--no-edit", "HEAD"]);
    let report = sandbox.report(&["--range", &format!("{base}..HEAD")]);
    assert_eq!(report.of(RULE)[0]["commit"], bad);
    assert_eq!(report.code, 1);
}
