//! Whose policy judges, row by row of the table in `docs/policy.md`. Of what a server receives: `tests/server`.

use crate::support::{CLAUDE, Report, Sandbox};

/// Without any opinion.
const OPEN: &str = "cordon: 1\nextends: []\n";
const STRICT: &str = "cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n";

/// A branch of one commit with that policy, beside all others.
fn branch(sandbox: &Sandbox, name: &str, policy: Option<&str>) -> String {
    sandbox.git(["checkout", "-q", "-f", "--orphan", name]);
    sandbox.shell("git rm -rqf . && rm -f .cordon.yml");
    if let Some(policy) = policy {
        sandbox.write(".cordon.yml", policy);
    }
    sandbox.commit(&format!("The branch {name}"))
}

/// Repositories in which the branches `none`, `open` and `strict` have no policy, one without an opinion, and
/// one that denies an agent.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    branch(&sandbox, "none", None);
    branch(&sandbox, "open", Some(OPEN));
    branch(&sandbox, "strict", Some(STRICT));
    sandbox
}

/// Checks a branch out, on a branch `work`.
fn at(sandbox: &Sandbox, name: &str) {
    sandbox.git(["checkout", "-q", "-f", "-B", "work", name]);
}

/// The default branch as it was fetched last.
fn fetched(sandbox: &Sandbox, name: &str) {
    sandbox.git(["update-ref", "refs/remotes/origin/main", name]);
}

/// On a branch, an agent's change that has or brings this policy.
fn changed(sandbox: &Sandbox, name: &str, policy: Option<&str>) {
    at(sandbox, name);
    if let Some(policy) = policy {
        sandbox.write(".cordon.yml", policy);
    }
    sandbox.write("a", "a\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
}

#[track_caller]
fn judges(report: &Report) {
    assert_eq!(report.of("agent-denied").len(), 1, "{:#}", report.json);
    assert_eq!((report.code, report.verdict()), (1, "fail"));
    assert_eq!(report.json["policy"]["trusted"], true);
}

#[track_caller]
fn passes(report: &Report) {
    assert_eq!(report.rules(), [""; 0], "{:#}", report.json);
    assert_eq!((report.code, report.verdict()), (0, "pass"));
}

/// The agent's change of a file, staged on a branch, with that policy in the index.
fn staged(head: &str, default: Option<&str>, index: Option<&str>) -> Sandbox {
    let mut sandbox = sandbox();
    at(&sandbox, head);
    if let Some(default) = default {
        fetched(&sandbox, default);
    }
    if let Some(policy) = index {
        sandbox.write(".cordon.yml", policy);
    }
    sandbox.write("a", "a\n");
    sandbox.stage();
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox
}

#[test]
fn staged_changes_are_judged_by_head_by_the_default_branch_and_by_the_index() {
    for (head, default, index) in [
        ("strict", None, None),
        ("strict", Some("none"), None),
        ("strict", Some("open"), Some(OPEN)),
        ("open", Some("strict"), None),
        ("none", Some("strict"), None),
        ("open", Some("open"), Some(STRICT)),
        ("none", Some("none"), Some(STRICT)),
    ] {
        judges(&staged(head, default, index).report(&["--staged"]));
    }
    passes(&staged("open", Some("open"), None).report(&["--staged"]));
    // A branch that is neither is asked nothing: `strict` is there in each.
    passes(&staged("none", None, None).report(&["--staged"]));
}

#[test]
fn commit_hooks_are_judged_as_staged_changes_are() {
    for (head, default, index, code) in [
        ("strict", None, None, 1),
        ("none", Some("strict"), None, 1),
        ("open", None, Some(STRICT), 1),
        ("open", Some("open"), None, 0),
    ] {
        let sandbox = staged(head, default, index);
        assert_eq!(sandbox.cordon(["install"]).code, 0);
        let said = sandbox.try_git(["commit", "-q", "-m", "Change"]);
        assert_eq!(said.code, code, "{head} {default:?}: {}", said.stderr);
        let told = said.stderr.contains("agent-denied");
        assert_eq!(told, code == 1, "{}", said.stderr);
    }
}

#[test]
fn before_a_first_commit_the_default_branch_judges() {
    let mut sandbox = sandbox();
    fetched(&sandbox, "strict");
    sandbox.git(["checkout", "-q", "-f", "--orphan", "work"]);
    sandbox.write(".cordon.yml", OPEN);
    sandbox.stage();
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    judges(&sandbox.report(&["--staged"]));
}

/// A remote whose branch `main` is `default` here, and `work` is `old`; the pushed tip brings a policy.
fn pushed(
    default: &str,
    old: Option<&str>,
    from: &str,
    tip: Option<&str>,
) -> (Sandbox, i32, String) {
    let sandbox = sandbox();
    sandbox.git(["init", "-q", "--bare", "-b", "main", "../remote.git"]);
    sandbox.git(["remote", "add", "origin", "../remote.git"]);
    sandbox.git(["push", "-q", "origin", &format!("{default}:main")]);
    if let Some(old) = old {
        sandbox.git(["push", "-q", "origin", &format!("{old}:work")]);
    }
    changed(&sandbox, from, tip);
    let new = sandbox.id("HEAD");
    let old = old.map_or_else(|| "0".repeat(40), |old| sandbox.id(old));
    let line = format!(
        "echo refs/heads/work {new} refs/heads/work {old} | cordon hook pre-push origin ../remote.git"
    );
    let said = sandbox.shell(&line);
    let told = said.stdout + &said.stderr;
    (sandbox, said.code, told)
}

#[test]
fn a_push_is_judged_by_the_old_commit_by_the_default_branch_and_by_the_pushed_tip() {
    for (default, old, from, tip) in [
        ("open", Some("strict"), "strict", Some(OPEN)),
        ("none", Some("strict"), "open", None),
        ("strict", None, "none", None),
        ("strict", Some("open"), "open", None),
        ("strict", Some("none"), "none", Some(OPEN)),
        ("open", Some("open"), "open", Some(STRICT)),
        ("none", None, "none", Some(STRICT)),
    ] {
        let (_, code, told) = pushed(default, old, from, tip);
        assert_eq!(code, 1, "{default} {old:?} {from}: {told}");
        assert!(told.contains("agent-denied"), "{told}");
    }
    for (default, old) in [("open", Some("open")), ("none", None)] {
        let (sandbox, code, told) = pushed(default, old, "open", None);
        assert_eq!(code, 0, "{told}");
        assert_eq!(
            sandbox.try_git(["push", "-q", "-f", "origin", "work"]).code,
            0
        );
    }
}

#[test]
fn a_range_is_judged_by_its_start_and_by_its_end() {
    for (base, tip) in [
        ("strict", None),
        ("strict", Some(OPEN)),
        ("open", Some(STRICT)),
        ("none", Some(STRICT)),
    ] {
        let sandbox = sandbox();
        changed(&sandbox, base, tip);
        judges(&sandbox.report(&["--range", &format!("{base}..HEAD")]));
    }
    for base in ["open", "none"] {
        let sandbox = sandbox();
        changed(&sandbox, base, None);
        // The branch `strict` is no end of it, nor is what was fetched.
        fetched(&sandbox, "strict");
        passes(&sandbox.report(&["--range", &format!("{base}..HEAD")]));
    }
}

#[test]
fn what_a_range_had_on_the_way_does_not_judge() {
    let sandbox = sandbox();
    changed(&sandbox, "open", Some(STRICT));
    sandbox.write(".cordon.yml", OPEN);
    sandbox.commit("Back");
    let report = sandbox.report(&["--range", "open..HEAD"]);
    assert_eq!(report.of("agent-denied").len(), 0, "{:#}", report.json);
    // That it was stricter once is told.
    assert_eq!(report.rules(), ["policy-weakened"]);
    assert_eq!(report.code, 0);
}

#[test]
fn a_commit_is_judged_by_each_parent_and_by_itself() {
    for (base, tip) in [("strict", Some(OPEN)), ("open", Some(STRICT))] {
        let sandbox = sandbox();
        changed(&sandbox, base, tip);
        judges(&sandbox.report(&["--commit", "HEAD"]));
    }
    let sandbox = sandbox();
    changed(&sandbox, "open", None);
    passes(&sandbox.report(&["--commit", "HEAD"]));
    // The second parent of a merge is a parent.
    for (first, second) in [("open", "strict"), ("strict", "open")] {
        at(&sandbox, first);
        let merge = [
            "merge",
            "-q",
            "--no-ff",
            "--allow-unrelated-histories",
            "-X",
            "theirs",
            "-m",
            &format!("Merge\n\n{CLAUDE}"),
            second,
        ];
        sandbox.git(merge);
        sandbox.write(".cordon.yml", OPEN);
        sandbox.stage();
        sandbox.git(["commit", "-q", "--amend", "--no-edit", "--no-verify"]);
        judges(&sandbox.report(&["--commit", "HEAD"]));
    }
}

#[test]
fn a_first_commit_has_nobody_above_it_and_is_not_trusted() {
    let sandbox = sandbox();
    sandbox.git(["checkout", "-q", "-f", "--orphan", "work"]);
    sandbox.write(".cordon.yml", OPEN);
    sandbox.commit(&format!("Begin\n\n{CLAUDE}"));
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.json["policy"]["trusted"], false);
    assert_eq!(report.json["policy"]["layers"][0]["name"], "builtin");
    sandbox.write(".cordon.yml", STRICT);
    sandbox.stage();
    sandbox.git(["commit", "-q", "--amend", "--no-edit", "--no-verify"]);
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!((report.code, report.rules()), (1, vec!["agent-denied"]));
}

#[test]
fn a_whole_history_is_judged_by_head_alone_and_is_not_trusted() {
    let sandbox = sandbox();
    fetched(&sandbox, "strict");
    changed(&sandbox, "strict", Some(OPEN));
    sandbox.commit("On top");
    let report = sandbox.report(&["--all"]);
    assert_eq!(report.of("agent-denied").len(), 0, "{:#}", report.json);
    assert_eq!(report.json["policy"]["trusted"], false);
    changed(&sandbox, "open", None);
    sandbox.write(".cordon.yml", STRICT);
    sandbox.commit("From now on");
    let report = sandbox.report(&["--all"]);
    assert_eq!(report.of("agent-denied").len(), 1);
    assert_eq!((report.code, report.verdict()), (1, "fail"));
    assert_eq!(report.json["policy"]["trusted"], false);
}

#[test]
fn a_trusted_side_without_a_file_has_no_say_and_taking_the_file_away_is_told() {
    let sandbox = sandbox();
    changed(&sandbox, "strict", None);
    sandbox.git(["rm", "-q", ".cordon.yml"]);
    sandbox.commit("No policy");
    let report = sandbox.report(&["--range", "strict..HEAD"]);
    assert_eq!(report.of("agent-denied").len(), 1);
    assert_eq!(report.of("policy-weakened").len(), 1);
    // Once it is gone, and nobody above has one, only what is built in judges: so it was told.
    sandbox.write("b", "b\n");
    sandbox.commit(&format!("Change again\n\n{CLAUDE}"));
    passes(&sandbox.report(&["--range", "HEAD~1..HEAD"]));
}
