//! Has Git do in a scratch worktree what runs each hook, and sees which hooks answer.
//!
//! It is the real configuration that decides, and other people's hooks run too.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use bstr::{BString, ByteSlice as _};

use super::super::HOOKS;
use super::super::ask::{Ask, AskError};
use super::config::Setting;
use super::manager::MANAGERS;
use super::scratch::Scratch;
use super::surroundings::{quoted, surroundings};
use super::{Patient, Unknown, path_of, shown};

/// Who answered for a hook.
pub(super) struct Answer {
    pub(super) version: String,
    pub(super) program: PathBuf,
}

/// What came of asking.
#[derive(Default)]
pub(super) struct Proof {
    /// The hooks that answered.
    pub(super) fired: BTreeMap<&'static str, Answer>,
    /// Those that Git was kept from running, and by what.
    pub(super) unreached: BTreeMap<&'static str, String>,
    /// What kept the doctor from asking.
    pub(super) unknown: Vec<Unknown>,
}

/// The subject of every scratch commit.
const MESSAGE: &str = "chore: see which hooks answer";

/// A patch that applies to every tree.
const PATCH: &str = "\
From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: Cordon doctor <doctor@cordon.invalid>
Date: Thu, 1 Jan 2026 00:00:00 +0000
Subject: [PATCH] chore: see which hooks answer a patch

---
diff --git a/cordon-doctor-patch b/cordon-doctor-patch
new file mode 100644
--- /dev/null
+++ b/cordon-doctor-patch
@@ -0,0 +1 @@
+scratch
--\u{20}
2
";

/// Tries every hook. `temp` is where the scratch worktree goes. Without `push` nothing is pushed: for
/// a hook that the system cannot start `git push` would not end.
pub(super) fn prove(
    patient: &Patient<'_>,
    dir: &Path,
    setting: Option<&Setting>,
    push: bool,
    temp: &Path,
) -> Proof {
    let mut proof = Proof::default();
    let unknown = |code, message| Unknown { code, message };
    let Ok(base) = patient
        .ask
        .line(&["rev-parse", "--verify", "-q", "HEAD^{commit}"])
    else {
        let told = "there is no commit yet, so that no worktree can be made to try the hooks in: make the first one, then ask again";
        proof.unknown.push(unknown("no-commit", told.to_owned()));
        return proof;
    };
    let scratch = match Scratch::new(patient.ask, &patient.facts.common_dir, temp) {
        Ok(scratch) => scratch,
        Err(error) => {
            let told = format!("no worktree could be made to try the hooks in: {error}");
            proof.unknown.push(unknown("no-worktree", told));
            return proof;
        }
    };
    let trial = Trial {
        ask: surroundings(patient, &scratch, dir, setting),
        patient,
        scratch: &scratch,
        base,
        push,
    };
    match trial.run() {
        Ok(failures) => {
            proof.fired = trial.witnesses();
            for (hook, error) in failures {
                if !proof.fired.contains_key(hook) {
                    proof.unreached.insert(hook, error);
                }
            }
        }
        Err(error) => {
            let told = format!("the hooks could not be tried: {error}");
            proof.unknown.push(unknown("not-tried", told));
        }
    }
    if let Some(left) = scratch.end() {
        let told = format!("{} is left and can be deleted", shown(&left));
        proof.unknown.push(unknown("left-behind", told));
    }
    proof
}

struct Trial<'a> {
    ask: Ask,
    patient: &'a Patient<'a>,
    scratch: &'a Scratch,
    base: BString,
    push: bool,
}

/// For each hook that Git could not get to, what stopped it.
type Failures = BTreeMap<&'static str, String>;

impl Trial<'_> {
    /// Goes through everything that runs a hook. What stops the trial altogether is an error.
    fn run(&self) -> Result<Failures, AskError> {
        self.fill()?;
        let mut failures = Failures::new();
        let mut tried = |hooks: &[&'static str], done: Result<(), AskError>| {
            let error = done.err().map(|error| error.to_string());
            for hook in hooks {
                failures.extend(error.clone().map(|error| (*hook, error)));
            }
            error.is_none()
        };
        let commit = ["commit", "-q", "-m", MESSAGE];
        let all = [
            "pre-commit",
            "prepare-commit-msg",
            "commit-msg",
            "post-commit",
        ];
        if !tried(&all, self.git(&commit)) {
            // Whatever stopped it: the others are asked without it.
            let rest = self.git(&[&commit[..], &["--no-verify"]].concat());
            tried(&["prepare-commit-msg", "post-commit"], rest);
        }
        tried(&["pre-merge-commit"], self.merge());
        tried(&["applypatch-msg", "post-applypatch"], self.apply());
        let amend = [
            "commit",
            "-q",
            "--amend",
            "--no-verify",
            "--allow-empty",
            "-m",
            MESSAGE,
        ];
        tried(&["post-rewrite"], self.git(&amend));
        if self.push {
            tried(&["pre-push"], self.push());
        }
        let fired = self.witnesses();
        let unmet: Vec<_> = failures.keys().copied().collect();
        for hook in unmet.into_iter().filter(|hook| !fired.contains_key(hook)) {
            if self.ask_alone(hook).is_ok() {
                failures.remove(hook);
            }
        }
        Ok(failures)
    }

    fn git(&self, args: &[&str]) -> Result<(), AskError> {
        self.ask.git(args, b"").map(drop)
    }

    /// An index like `HEAD`, with one more file. Only the managers' own files are checked out.
    fn fill(&self) -> Result<(), AskError> {
        self.git(&["read-tree", "HEAD"])?;
        for file in MANAGERS.iter().flat_map(|manager| manager.files) {
            // Most are not there.
            let _ = self.git(&["checkout-index", "-q", "-f", "--", file]);
        }
        let names = self.ask.git(&["ls-files", "-z"], b"")?;
        if !names.is_empty() {
            let absent = ["update-index", "-z", "--skip-worktree", "--stdin"];
            self.ask.git(&absent, &names)?;
        }
        add(&self.ask, "cordon-doctor-scratch")
    }

    /// Merges a commit beside the first.
    fn merge(&self) -> Result<(), AskError> {
        let index = self.scratch.root.join("side-index");
        let index = index.as_os_str().as_encoded_bytes();
        let aside = self.ask.clone().with("GIT_INDEX_FILE", index);
        let base = self.base.to_str_lossy();
        aside.git(&["read-tree", &*base], b"")?;
        add(&aside, "cordon-doctor-side")?;
        let tree = aside.line(&["write-tree"])?.to_string();
        let side = aside.line(&["commit-tree", "-p", &*base, "-m", MESSAGE, &tree])?;
        let merge = ["merge", "-q", "--no-ff", "-m", MESSAGE, &side.to_string()];
        let done = self.git(&merge);
        if done.is_err() {
            // Without it, nothing that follows could be committed.
            let _ = self.git(&["merge", "--abort"]);
        }
        done
    }

    fn apply(&self) -> Result<(), AskError> {
        let done = self.ask.git(&["am", "-q"], PATCH.as_bytes()).map(drop);
        if done.is_err() {
            let _ = self.git(&["am", "--abort"]);
        }
        done
    }

    /// Pushes to a bare repository beside, as far as Git goes without sending anything.
    fn push(&self) -> Result<(), AskError> {
        let remote = self.scratch.root.join("remote.git");
        let format = if self.patient.facts.id_length == 32 {
            "--object-format=sha256"
        } else {
            "--object-format=sha1"
        };
        let mut plain = self.patient.ask.clone();
        plain.options = Vec::new();
        plain.cwd.clone_from(&self.scratch.root);
        plain.git(
            &["init", "-q", "--bare", "--template=", format, "remote.git"],
            b"",
        )?;
        let objects = [
            self.patient.facts.common_dir.join("objects"),
            self.scratch.root.join("objects"),
        ];
        let lines = objects.map(|path| {
            let mut line = quoted(&path.into_os_string().into_encoded_bytes().into());
            line.push(b'\n');
            line
        });
        let alternates = remote.join("objects/info/alternates");
        fs::write(alternates, lines.concat()).map_err(AskError::Start)?;
        let base = self.base.to_str_lossy();
        let set = [
            "--git-dir=remote.git",
            "update-ref",
            "refs/heads/probe",
            &*base,
        ];
        plain.git(&set, b"")?;
        let mut push: Vec<OsString> = ["push", "-q", "--dry-run"].map(OsString::from).to_vec();
        push.extend([remote.into_os_string(), "HEAD:refs/heads/probe".into()]);
        self.ask.git(&push, b"").map(drop)
    }

    /// Has Git run one hook for which it did not get to the point. Git 2.36 and later can.
    fn ask_alone(&self, hook: &str) -> Result<(), AskError> {
        let file = self.scratch.root.join("message");
        fs::write(&file, MESSAGE).map_err(AskError::Start)?;
        let mut args: Vec<OsString> = ["hook", "run", "--ignore-missing", hook, "--"]
            .map(OsString::from)
            .to_vec();
        match hook {
            "prepare-commit-msg" | "commit-msg" | "applypatch-msg" => args.push(file.into()),
            "post-rewrite" => args.push("amend".into()),
            "pre-push" => args.extend(["probe".into(), "probe".into()]),
            _ => {}
        }
        self.ask.git(&args, b"").map(drop)
    }

    fn witnesses(&self) -> BTreeMap<&'static str, Answer> {
        let answer = |hook: &&'static str| {
            let text = fs::read(self.scratch.witness.join(hook)).ok()?;
            let (version, program) = text.split_once_str("\n")?;
            let answer = Answer {
                version: version.to_str_lossy().into_owned(),
                program: path_of(program),
            };
            Some((*hook, answer))
        };
        HOOKS.iter().filter_map(answer).collect()
    }
}

/// Stages one more file.
fn add(ask: &Ask, name: &str) -> Result<(), AskError> {
    let blob = ask.git(&["hash-object", "-w", "--stdin"], b"scratch\n")?;
    let entry = format!("100644,{},{name}", blob.trim_ascii().as_bstr());
    ask.git(&["update-index", "--add", "--cacheinfo", &entry], b"")
        .map(drop)
}
