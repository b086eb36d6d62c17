//! What is told where Git runs no hook that could stop a commit: cherry-pick, revert, rebase,
//! `git am`, `--no-verify`. Each line of the table in docs/hooks.md, with each git of this machine.

use std::path::Path;

use crate::support::{CLAUDE, CORDON, Said, Sandbox, gits};

const ZONE: &str = "\
cordon: 1
extends: []
trailers: {forbid: [{text: never-again}]}
agents: {gemini-cli: {status: denied}}
zones:
  crypto: {class: export, paths: [\"src/crypto/**\"], agents: denied}
";

/// A repository with this policy and the hooks, for each git of this machine.
pub(crate) fn each_git(policy: &str, test: impl Fn(Sandbox)) {
    for git in gits() {
        let mut sandbox = Sandbox::with_policy(policy);
        let dirs = [Path::new(CORDON), &git].map(|file| file.parent().unwrap());
        let [cordon, git] = dirs.map(|dir| dir.display().to_string());
        sandbox.set("PATH", &format!("{cordon}:{git}:/usr/bin:/bin"));
        let said = sandbox.cordon(["install"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        test(sandbox);
    }
}

/// A change in the zone that says it is an agent's, on the branch `side`; then back to `main`.
fn by_an_agent(sandbox: &Sandbox, count: usize) {
    sandbox.git(["checkout", "-q", "-b", "side"]);
    for number in 0..count {
        sandbox.write(&format!("src/crypto/{number}.c"), "int aes;\n");
        sandbox.commit(&format!("Change {number}\n\n{CLAUDE}"));
    }
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("other", "main\n");
    sandbox.commit("Elsewhere");
}

fn subject(sandbox: &Sandbox) -> String {
    let said = sandbox.git(["log", "-1", "--format=%s"]);
    said.stdout.trim_end().to_owned()
}

/// How often a word was said.
fn times(said: &Said, word: &str) -> usize {
    said.stderr.matches(word).count()
}

#[test]
fn a_cherry_pick_is_told_and_made() {
    each_git(ZONE, |sandbox| {
        by_an_agent(&sandbox, 2);
        let said = sandbox.git(["cherry-pick", "side~1", "side"]);
        assert_eq!(times(&said, "warned: zone-agent"), 2, "{}", said.stderr);
        assert_eq!(times(&said, "the commit is made"), 2, "{}", said.stderr);
        assert!(said.stderr.contains(".cordon.yml:6"), "{}", said.stderr);
        assert_eq!(times(&said, "blocked:"), 0, "{}", said.stderr);
        assert_eq!(subject(&sandbox), "Change 1");
    });
}

#[test]
fn a_revert_is_told_and_made() {
    each_git(ZONE, |sandbox| {
        sandbox.write("a", "a\n");
        sandbox.commit("never-again");
        let said = sandbox.git(["revert", "--no-edit", "HEAD"]);
        assert!(
            said.stderr.contains("warned: trailer-forbidden"),
            "{}",
            said.stderr
        );
        assert_eq!(subject(&sandbox), "Revert \"never-again\"");
    });
}

#[test]
fn a_commit_without_its_hooks_is_told_with_the_surroundings() {
    each_git(ZONE, |mut sandbox| {
        sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
        sandbox.write("src/crypto/aes.c", "int aes;\n");
        sandbox.stage();
        let said = sandbox.git(["commit", "-q", "--no-verify", "-m", "Change"]);
        assert_eq!(times(&said, "warned: zone-agent"), 1, "{}", said.stderr);
        assert!(
            said.stderr.contains("CLAUDE_CODE_CHILD_SESSION"),
            "{}",
            said.stderr
        );
        // Also where commit-msg stopped the same commit before.
        sandbox.git(["reset", "-q", "--soft", "HEAD~1"]);
        assert_eq!(sandbox.try_git(["commit", "-m", "Change"]).code, 1);
        let said = sandbox.git(["commit", "-q", "--no-verify", "-m", "Change"]);
        assert_eq!(times(&said, "warned: zone-agent"), 1, "{}", said.stderr);
    });
}

#[test]
fn what_commit_msg_told_is_not_told_twice() {
    let policy = "cordon: 1\nextends: []\nrules: {zone-agent: {mode: warn}}\n\
        zones: {z: {paths: [zone], agents: denied}}\n";
    each_git(policy, |sandbox| {
        sandbox.write("zone/a", "a\n");
        sandbox.stage();
        let message = format!("Change\n\n{CLAUDE}");
        let said = sandbox.git(["commit", "-q", "-m", &message]);
        assert_eq!(times(&said, "zone-agent"), 1, "{}", said.stderr);
        let said = sandbox.git([
            "commit",
            "-q",
            "--amend",
            "-m",
            &format!("Other\n\n{CLAUDE}"),
        ]);
        assert_eq!(times(&said, "zone-agent"), 1, "{}", said.stderr);
        let said = sandbox.git(["commit", "-q", "--amend", "--no-edit"]);
        assert_eq!(times(&said, "zone-agent"), 1, "{}", said.stderr);
        let message = format!("Third\n\n{CLAUDE}");
        let said = sandbox.git(["commit", "-q", "--amend", "--no-verify", "-m", &message]);
        assert_eq!(times(&said, "zone-agent"), 1, "{}", said.stderr);
        // Another author makes it another commit.
        let said = sandbox.git([
            "commit",
            "-q",
            "--amend",
            "--no-verify",
            "--no-edit",
            "--author",
            "B <b@acme.example>",
        ]);
        assert_eq!(times(&said, "zone-agent"), 1, "{}", said.stderr);
    });
}

#[test]
fn an_agent_that_an_amend_adds_is_told() {
    each_git(ZONE, |sandbox| {
        sandbox.write("src/crypto/aes.c", "int by_a_person;\n");
        sandbox.stage();
        let said = sandbox.git(["commit", "-q", "-m", "Change"]);
        assert_eq!(said.stderr, "");
        // The amend changes no file, so that nothing stops it.
        let message = format!("Change\n\n{CLAUDE}");
        let said = sandbox.git(["commit", "-q", "--amend", "-m", &message]);
        assert_eq!(times(&said, "warned: zone-agent"), 1, "{}", said.stderr);
    });
}

#[test]
fn the_first_commit_is_told_once() {
    each_git(ZONE, |sandbox| {
        sandbox.git(["checkout", "-q", "--orphan", "other"]);
        sandbox.write("a", "a\n");
        sandbox.stage();
        let mark = "\u{1f916} Generated with [Claude Code](https://claude.com/claude-code)";
        let said = sandbox.git(["commit", "-q", "-m", "Change", "-m", mark]);
        assert_eq!(times(&said, "agent-undisclosed"), 1, "{}", said.stderr);
    });
}

#[test]
fn a_rebase_is_told_in_one_summary_at_its_end() {
    each_git(ZONE, |sandbox| {
        by_an_agent(&sandbox, 12);
        for backend in ["--merge", "--apply"] {
            sandbox.git(["checkout", "-q", "-B", "moved", "side"]);
            let said = sandbox.git(["rebase", "-q", backend, "main"]);
            assert_eq!(times(&said, "cordon: "), 1, "{backend}: {}", said.stderr);
            assert!(
                said.stderr.lines().count() < 6,
                "{backend}: {}",
                said.stderr
            );
            assert!(
                said.stderr.contains("the rebase made 12 commits"),
                "{}",
                said.stderr
            );
            assert!(said.stderr.contains("12 x zone-agent"), "{}", said.stderr);
            let command = said
                .stderr
                .lines()
                .find_map(|line| line.split_once("to see it: "))
                .unwrap()
                .1;
            let seen = sandbox.shell(command);
            assert_eq!(seen.code, 1, "{command}: {}", seen.stderr);
            assert_eq!(seen.stdout.matches("blocked: zone-agent").count(), 12);
        }
    });
}

#[test]
fn a_rebase_of_good_commits_is_silent() {
    each_git(ZONE, |sandbox| {
        sandbox.git(["checkout", "-q", "-b", "side"]);
        sandbox.write("a", "a\n");
        sandbox.commit("Good");
        for backend in ["--merge", "--apply"] {
            let said = sandbox.git(["rebase", "-q", "--force-rebase", backend, "HEAD~1"]);
            assert_eq!(said.stderr, "", "{backend}");
        }
    });
}

#[test]
fn a_commit_made_by_force_within_a_rebase_is_in_its_summary() {
    each_git(ZONE, |sandbox| {
        sandbox.write("a", "a\n");
        sandbox.commit("A");
        sandbox.write("b", "b\n");
        sandbox.commit("B");
        let forced = format!(
            "mkdir -p src/crypto && touch src/crypto/x && git add src && \
             git commit -q --no-verify -m X -m '{CLAUDE}'"
        );
        let said = sandbox.git([
            "rebase",
            "-q",
            "--force-rebase",
            "--exec",
            &forced,
            "HEAD~1",
        ]);
        assert!(said.stderr.contains("1 x zone-agent"), "{}", said.stderr);
        assert_eq!(times(&said, "warned:"), 0, "{}", said.stderr);
    });
}

/// Patches of all commits of `side` that `main` lacks.
fn patches(sandbox: &Sandbox) {
    sandbox.git(["format-patch", "-q", "-o", "../patches", "main..side"]);
}

#[test]
fn a_patch_whose_message_is_forbidden_is_not_applied() {
    each_git(ZONE, |sandbox| {
        sandbox.git(["checkout", "-q", "-b", "side"]);
        sandbox.write("a", "a\n");
        sandbox.commit("Change\n\nnever-again");
        sandbox.git(["checkout", "-q", "main"]);
        patches(&sandbox);
        let said = sandbox.shell("git am -q ../patches/*");
        assert_ne!(said.code, 0);
        assert!(
            said.stderr.contains("blocked: trailer-forbidden"),
            "{}",
            said.stderr
        );
        assert_eq!(subject(&sandbox), "Begin with a policy");
    });
}

#[test]
fn a_patch_by_a_denied_author_is_not_applied() {
    each_git(
        "cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n",
        |sandbox| {
            sandbox.git(["checkout", "-q", "-b", "side"]);
            sandbox.write("a", "a\n");
            sandbox.commit("Change");
            let author = "Claude <noreply@anthropic.com>";
            sandbox.git([
                "commit",
                "-q",
                "--amend",
                "--no-verify",
                "--no-edit",
                "--author",
                author,
            ]);
            sandbox.git(["checkout", "-q", "main"]);
            patches(&sandbox);
            let said = sandbox.shell("git am -q ../patches/*");
            assert_ne!(said.code, 0);
            assert!(
                said.stderr.contains("blocked: agent-denied"),
                "{}",
                said.stderr
            );
            assert_eq!(subject(&sandbox), "Begin with a policy");
        },
    );
}

#[test]
fn what_a_patch_changes_is_told_once_it_is_applied() {
    each_git(ZONE, |mut sandbox| {
        by_an_agent(&sandbox, 2);
        patches(&sandbox);
        // Whoever applies a patch did not write it.
        sandbox.set("GEMINI_CLI", "1");
        let said = sandbox.shell("git am -q ../patches/*");
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(times(&said, "warned: zone-agent"), 2, "{}", said.stderr);
        assert_eq!(times(&said, "gemini"), 0, "{}", said.stderr);
        assert_eq!(subject(&sandbox), "Change 1");
    });
}

#[test]
fn a_merge_without_conflicts_is_judged_by_its_own_changes() {
    each_git(ZONE, |mut sandbox| {
        sandbox.git(["checkout", "-q", "-b", "side"]);
        sandbox.write("src/crypto/aes.c", "int by_a_person;\n");
        sandbox.commit("A person's change in the zone");
        sandbox.git(["checkout", "-q", "main"]);
        sandbox.write("other", "main\n");
        sandbox.commit("Elsewhere");
        sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
        let said = sandbox.try_git(["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert_eq!(subject(&sandbox), "Merge");
        sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
        // pre-merge-commit stops it before there is a message.
        sandbox.set("CLAUDE_CODE_CHILD_SESSION", "");
        sandbox.set("GEMINI_CLI", "1");
        let said = sandbox.try_git(["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
        assert_ne!(said.code, 0);
        assert_eq!(times(&said, "blocked: agent-denied"), 1, "{}", said.stderr);
        assert_eq!(subject(&sandbox), "Elsewhere");
    });
}

#[test]
fn an_agent_that_repeats_a_persons_commit_is_not_its_author() {
    each_git(ZONE, |mut sandbox| {
        sandbox.write("src/crypto/aes.c", "int by_a_person;\n");
        sandbox.commit("A person's change in the zone");
        sandbox.git(["checkout", "-q", "-b", "side", "HEAD~1"]);
        sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
        let said = sandbox.git(["cherry-pick", "main"]);
        assert_eq!(times(&said, "zone-agent"), 0, "{}", said.stderr);
        let said = sandbox.git(["revert", "--no-edit", "HEAD"]);
        assert_eq!(times(&said, "zone-agent"), 0, "{}", said.stderr);
    });
}

#[test]
fn what_could_not_be_judged_afterwards_is_said() {
    each_git(ZONE, |sandbox| {
        sandbox.write(".cordon.yml", "cordon: 1\nzonse: {}\n");
        sandbox.stage();
        let said = sandbox.git(["commit", "-q", "--no-verify", "-m", "Break it"]);
        assert!(said.stderr.contains("incomplete: "), "{}", said.stderr);
        assert!(said.stderr.contains(".cordon.yml:2:1"), "{}", said.stderr);
        sandbox.write("a", "a\n");
        sandbox.commit("A");
        let said = sandbox.git(["rebase", "-q", "--force-rebase", "HEAD~1"]);
        assert!(
            said.stderr.contains("1 x incomplete: policy-"),
            "{}",
            said.stderr
        );
    });
}

#[test]
fn a_hook_from_before_gets_the_rewritten_commits() {
    each_git(ZONE, |sandbox| {
        sandbox.cordon(["uninstall"]);
        let hook = sandbox.path().join(".git/hooks/post-rewrite");
        let shown = hook.display();
        sandbox.shell(&format!(
            "printf '#!/bin/sh\\necho \"$1: $(cat)\" >&2\\n' > {shown} && chmod +x {shown}"
        ));
        sandbox.cordon(["install"]);
        let old = sandbox.id("HEAD");
        let said = sandbox.git(["commit", "-q", "--amend", "-m", "Other"]);
        let new = sandbox.id("HEAD");
        assert_eq!(said.stderr, format!("amend: {old} {new}\n"));
    });
}
