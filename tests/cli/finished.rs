//! A commit that repeats another, had a conflict, and is finished by hand: the hooks that can stop it
//! run, and whoever finishes it counts.

use crate::after::each_git;
use crate::support::{CLAUDE, Sandbox};

const POLICY: &str = "cordon: 1\nextends: []\ntrailers: {stamp: true}\nrules: {zone-agent: {mode: warn}}\n\
    zones: {z: {paths: [zone], agents: denied}}\n";

/// What `git cherry-pick` or `git revert` cannot do alone; the conflict is resolved.
fn resolved(sandbox: &Sandbox, command: &str) {
    sandbox.write("zone/a", "first\n");
    sandbox.commit("First");
    sandbox.write("zone/a", "second\n");
    sandbox.commit("Second");
    sandbox.write("zone/a", "third\n");
    sandbox.commit("Third");
    assert_ne!(sandbox.try_git([command, "HEAD~1"]).code, 0);
    sandbox.write("zone/a", "resolved\n");
    sandbox.stage();
}

fn trailers(sandbox: &Sandbox) -> String {
    let said = sandbox.git(["log", "-1", "--format=%(trailers)"]);
    said.stdout.trim().to_owned()
}

#[test]
fn what_an_agent_finishes_is_stamped_and_told_once() {
    for command in ["cherry-pick", "revert"] {
        each_git(POLICY, |mut sandbox| {
            sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
            resolved(&sandbox, command);
            let said = sandbox.git([command, "--continue", "--no-edit"]);
            let told = said.stderr.matches("warned: ").count();
            assert_eq!(told, 1, "{command}: {}", said.stderr);
            assert!(said.stderr.contains("warned: zone-agent"), "{command}");
            assert_eq!(trailers(&sandbox), "Assisted-by: claude-code", "{command}");
        });
    }
}

#[test]
fn what_a_person_finishes_has_no_trailer_and_is_silent() {
    each_git(POLICY, |sandbox| {
        resolved(&sandbox, "cherry-pick");
        let said = sandbox.git(["commit", "-q", "--no-edit"]);
        assert_eq!(said.stderr, "");
        assert_eq!(trailers(&sandbox), "");
    });
}

#[test]
fn a_message_that_is_cleaned_up_in_another_way_is_not_told_twice() {
    each_git(POLICY, |sandbox| {
        for how in ["strip", "verbatim", "scissors", "whitespace"] {
            sandbox.write("zone/a", how);
            sandbox.stage();
            let cleanup = format!("--cleanup={how}");
            let message = format!("Change {how}\n\n# why\n\n\n{CLAUDE}\n");
            let said = sandbox.git(["commit", "-q", &cleanup, "-m", &message]);
            let told = said.stderr.matches("zone-agent").count();
            assert_eq!(told, 1, "{how}: {}", said.stderr);
        }
    });
}

#[test]
fn what_an_amend_adds_is_told_once() {
    each_git(POLICY, |mut sandbox| {
        sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
        sandbox.write("a", "a\n");
        sandbox.commit("Change");
        sandbox.write("zone/a", "a\n");
        sandbox.stage();
        let said = sandbox.git(["commit", "-q", "--amend", "--no-edit"]);
        let told = said.stderr.matches("zone-agent").count();
        assert_eq!(told, 1, "{}", said.stderr);
    });
}
