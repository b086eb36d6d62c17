//! The shims under real Git. A small script stands for the program.

use std::fs;

use super::state::state_in;
use super::testing::{Repo, facts, gits, plain, script};
use super::{State, install, uninstall};

/// Notes each call with its arguments and input, and succeeds.
const NOTE: &str = "#!/bin/sh\necho \"$*\" >> \"$HOME/calls\"\n[ \"$2\" = pre-push -o \"$2\" = post-rewrite ] && cat >> \"$HOME/calls\"\nexit 0\n";

fn calls(repo: &Repo) -> String {
    let path = repo.outside().join("calls");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let _ = fs::remove_file(path);
    text
}

#[test]
fn each_hook_calls_the_program_with_gits_arguments_and_input() {
    for git in gits() {
        let repo = Repo::new(git);
        repo.install(NOTE);
        repo.git(&["commit", "-q", "--allow-empty", "-m", "One"]);
        assert_eq!(
            calls(&repo),
            "hook pre-commit\nhook prepare-commit-msg .git/COMMIT_EDITMSG message\n\
             hook commit-msg .git/COMMIT_EDITMSG\nhook post-commit\n"
        );
        let old = repo.git(&["rev-parse", "HEAD"]);
        repo.git(&[
            "commit",
            "-q",
            "--amend",
            "--allow-empty",
            "--no-verify",
            "-m",
            "Two",
        ]);
        let head = repo.git(&["rev-parse", "HEAD"]);
        assert_eq!(
            calls(&repo),
            format!(
                "hook prepare-commit-msg .git/COMMIT_EDITMSG message\nhook post-commit\n\
                 hook post-rewrite amend\n{old} {head}\n"
            )
        );
        repo.git(&["checkout", "-q", "-b", "side"]);
        repo.git(&["commit", "-q", "--allow-empty", "--no-verify", "-m", "Side"]);
        repo.git(&["checkout", "-q", "main"]);
        calls(&repo);
        repo.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
        assert_eq!(
            calls(&repo),
            "hook pre-merge-commit\nhook prepare-commit-msg .git/MERGE_MSG merge\n\
             hook commit-msg .git/MERGE_MSG\n"
        );
        fs::write(repo.top.join("a"), "a").unwrap();
        repo.git(&["add", "a"]);
        repo.git(&["commit", "-q", "--no-verify", "-m", "A"]);
        repo.git(&["format-patch", "-q", "-1"]);
        repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
        calls(&repo);
        repo.git(&["am", "-q", "0001-A.patch"]);
        assert_eq!(
            calls(&repo),
            "hook applypatch-msg .git/rebase-apply/final-commit\nhook post-applypatch\n"
        );
        repo.git(&["init", "-q", "--bare", "../bare"]);
        repo.git(&["push", "-q", "../bare", "main"]);
        let head = repo.git(&["rev-parse", "HEAD"]);
        let zero = "0".repeat(40);
        assert_eq!(
            calls(&repo),
            format!(
                "hook pre-push ../bare ../bare\nrefs/heads/main {head} refs/heads/main {zero}\n"
            )
        );
    }
}

#[test]
fn a_program_that_fails_stops_the_commit() {
    for git in gits() {
        let repo = Repo::new(git);
        repo.install("#!/bin/sh\necho judged >&2\nexit 1\n");
        let error = repo.refused(&["commit", "--allow-empty", "-m", "One"]);
        assert_eq!(error, "judged\n");
    }
}

#[test]
fn a_program_that_is_gone_stops_the_commit_and_says_how_to_mend_it() {
    for git in gits() {
        let repo = Repo::new(git);
        repo.install(NOTE);
        fs::remove_file(repo.program()).unwrap();
        let error = repo.refused(&["commit", "--allow-empty", "-m", "One"]);
        let hook = repo.hooks().join("pre-commit");
        assert!(
            error.contains(&repo.program().display().to_string()),
            "{error}"
        );
        assert!(error.contains("cordon install"), "{error}");
        assert!(
            error.contains(&format!("delete {}\n", hook.display())),
            "{error}"
        );
        // A directory is executable in its way, and no program.
        fs::create_dir(repo.program()).unwrap();
        assert_eq!(
            repo.refused(&["commit", "--allow-empty", "-m", "One"]),
            error
        );
    }
}

#[test]
fn a_program_that_is_gone_is_looked_for_on_the_path() {
    for git in gits() {
        let repo = Repo::new(git);
        repo.install(NOTE);
        let bin = repo.outside().join("bin");
        fs::create_dir(&bin).unwrap();
        script(&bin.join("cordon"), NOTE);
        fs::remove_file(repo.program()).unwrap();
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display());
        let mut commit = repo.command(&["commit", "-q", "--allow-empty", "-m", "One"]);
        assert!(commit.env("PATH", path).status().unwrap().success());
        assert_eq!(calls(&repo).lines().count(), 4);
    }
}

#[test]
fn all_worktrees_run_the_hooks_of_the_common_directory() {
    for git in gits() {
        let repo = Repo::new(git);
        repo.git(&["commit", "-q", "--allow-empty", "-m", "One"]);
        repo.git(&["worktree", "add", "-q", "../linked"]);
        let linked = repo.outside().join("linked");
        let mut facts = facts(&repo.top);
        facts.git_dir = repo.top.join(".git/worktrees/linked");
        facts.work_dir = Some(linked.clone());
        script(&repo.program(), NOTE);
        let dir = super::hooks_dir(&facts, None).unwrap();
        install(&facts, &dir, &repo.program()).unwrap();
        repo.git(&[
            "-C",
            "../linked",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "Two",
        ]);
        assert!(calls(&repo).starts_with("hook pre-commit\n"));
        repo.git(&["commit", "-q", "--allow-empty", "-m", "Three"]);
        assert!(calls(&repo).starts_with("hook pre-commit\n"));
    }
}

#[test]
fn a_relative_hooks_path_in_the_work_tree_runs() {
    for git in gits() {
        let repo = Repo::new(git);
        repo.git(&["config", "core.hooksPath", ".githooks"]);
        let configured = super::Configured {
            value: ".githooks".into(),
            scope: Some(super::Scope::Repository),
            home: None,
        };
        let facts = facts(&repo.top);
        let dir = super::hooks_dir(&facts, Some(&configured)).unwrap();
        script(&repo.program(), NOTE);
        install(&facts, &dir, &repo.program()).unwrap();
        fs::create_dir(repo.top.join("sub")).unwrap();
        repo.git(&["-C", "sub", "commit", "-q", "--allow-empty", "-m", "One"]);
        assert!(calls(&repo).starts_with("hook pre-commit\n"));
        uninstall(&dir.path).unwrap();
        repo.git(&["commit", "-q", "--allow-empty", "-m", "Two"]);
        assert_eq!(calls(&repo), "");
    }
}

/// Why [`super::Warning::NotInLinkedWorktrees`] is given.
#[test]
fn a_hooks_path_through_dot_git_runs_nothing_in_linked_worktrees() {
    for git in gits() {
        let repo = Repo::new(git);
        repo.install(NOTE);
        repo.git(&["config", "core.hooksPath", ".git/hooks"]);
        repo.git(&["commit", "-q", "--allow-empty", "-m", "One"]);
        assert_ne!(calls(&repo), "");
        repo.git(&["worktree", "add", "-q", "../linked"]);
        calls(&repo);
        repo.git(&[
            "-C",
            "../linked",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "Two",
        ]);
        assert_eq!(calls(&repo), "");
    }
}

#[test]
fn uninstalled_hooks_run_as_before() {
    for git in gits() {
        let repo = Repo::new(git);
        script(&repo.hooks().join("pre-commit"), "#!/bin/sh\nexit 3\n");
        let dir = plain(repo.hooks());
        script(&repo.program(), NOTE);
        install(&facts(&repo.top), &dir, &repo.program()).unwrap();
        repo.git(&["commit", "-q", "--allow-empty", "-m", "One"]);
        uninstall(&dir.path).unwrap();
        repo.refused(&["commit", "--allow-empty", "-m", "Two"]);
    }
}

/// What Git is in the middle of while `prepare-commit-msg` runs, kept by copying its directory.
#[test]
fn commits_that_repeat_others_are_known_while_the_hook_runs() {
    const COPY: &str = "#!/bin/sh\n[ \"$2\" = prepare-commit-msg ] || exit 0\nrm -rf \"$HOME/seen\"\ncp -R .git \"$HOME/seen\"\n";
    for git in gits() {
        let repo = Repo::new(git);
        let commit = |name: &str| {
            fs::write(repo.top.join(name), name).unwrap();
            repo.git(&["add", name]);
            repo.git(&["commit", "-q", "-m", name]);
        };
        let seen = || state_in(&repo.outside().join("seen")).unwrap();
        commit("a");
        repo.git(&["checkout", "-q", "-b", "side"]);
        commit("b");
        repo.git(&["checkout", "-q", "main"]);
        repo.install(COPY);
        commit("c");
        assert_eq!(seen(), State::default());
        repo.git(&["cherry-pick", "side"]);
        assert!(seen().cherry_pick && seen().repeats_a_commit());
        repo.git(&["revert", "--no-edit", "HEAD"]);
        assert!(seen().revert, "a clean revert");
        repo.git(&["revert", "-n", "HEAD"]);
        repo.git(&["commit", "-q", "-m", "back"]);
        assert!(seen().revert, "a revert without its own commit");
        commit("d");
        assert!(!seen().repeats_a_commit(), "after the revert");
        repo.git(&["rebase", "-q", "--merge", "--force-rebase", "HEAD~1"]);
        assert!(seen().rebase && seen().repeats_a_commit());
        repo.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
        repo.git(&["commit", "-q", "-m", "merged"]);
        assert_eq!(
            seen(),
            State {
                merge: true,
                ..State::default()
            }
        );
        assert!(!seen().repeats_a_commit());
    }
}
