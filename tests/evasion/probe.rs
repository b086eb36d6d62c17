//! A probe: a repository built by a script, judged by the real program. For the rows.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// The program under test.
pub(crate) const CORDON: &str = env!("CARGO_BIN_EXE_cordon");

/// What an evasion must be met with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Met {
    /// By a finding that blocks: its rule, its path, and the subject of its commit; an empty subject
    /// is the net change.
    Blocked(&'static str, Option<&'static str>, &'static str),
    /// By the code of what could not be read.
    Incomplete(&'static str),
}

/// A variant of a row's evasion, by the name that its script has for it.
pub(crate) type Variant<'v> = (&'static str, &'v [Met]);

/// A repository that a script built.
pub(crate) struct Probe {
    dir: TempDir,
}

/// What `cordon` said of it.
pub(crate) struct Judged {
    pub(crate) code: i32,
    pub(crate) report: Value,
}

/// The top of this repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The script of a row.
pub(crate) fn script(row: &str) -> PathBuf {
    root().join("scripts/probes/rows").join(format!("{row}.sh"))
}

/// Judges every variant of a row, and its twin, as the range from the tag `base` to `HEAD`.
pub(crate) fn row(row: &str, variants: &[Variant<'_>]) {
    let names: Vec<&str> = variants.iter().map(|(name, _)| *name).collect();
    holds_all(row, &names);
    for (variant, met) in variants {
        Probe::meets(row, variant, met);
    }
}

/// A variant that the script has and the test does not would never be judged.
pub(crate) fn holds_all(row: &str, variants: &[&str]) {
    let listed = run(shell().arg(script(row)).arg("list"));
    let listed: BTreeSet<&str> = listed.lines().collect();
    let named: BTreeSet<&str> = variants.iter().copied().collect();
    assert_eq!(listed, named, "{row}");
}

impl Probe {
    /// Judges a variant, which must be met so, and its twin, which must pass.
    pub(crate) fn meets(row: &str, variant: &str, met: &[Met]) {
        let judged = Self::build(row, variant).range("base..HEAD");
        for met in met {
            judged.must_be(met, &format!("{row} {variant}"));
        }
        let twin = format!("{variant}-twin");
        let judged = Self::build(row, &twin).range("base..HEAD");
        judged.must_pass(&format!("{row} {twin}"));
    }

    /// Builds a variant or its twin.
    pub(crate) fn build(row: &str, variant: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let policy = root().join("scripts/probes/cordon.yml");
        let mut command = shell();
        command
            .arg(script(row))
            .arg(variant)
            .arg(dir.path().join("repo"))
            .env("HOME", dir.path())
            .env(
                "PROBE_SETUP",
                format!("cp '{}' .cordon.yml", policy.display()),
            );
        run(&mut command);
        Self { dir }
    }

    /// The top of the work tree.
    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("repo")
    }

    /// Judges the commits of a range. Git's own commands must read the same as the library does.
    pub(crate) fn range(&self, range: &str) -> Judged {
        let judged = self.check(&self.path(), &["--range", range]);
        let again = self.check(&self.path(), &["--range", range, "--reader", "git"]);
        assert_eq!(judged.report, again.report, "the two readers differ");
        judged
    }

    /// Runs `cordon ci` in a job of GitHub Actions that is about this event.
    pub(crate) fn event(&self, event: &str, mut payload: Value, args: &[&str]) -> Judged {
        payload["repository"] = serde_json::json!({"default_branch": "main"});
        let path = self.dir.path().join("event.json");
        std::fs::write(&path, payload.to_string()).unwrap();
        let mut command = self.command(CORDON, &self.path());
        command
            .args(["ci", "--fetch", "--format", "json"])
            .args(args);
        command.envs([
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", event),
        ]);
        Judged::by(command.env("GITHUB_EVENT_PATH", path))
    }

    /// Runs `cordon check` at a place.
    pub(crate) fn check(&self, at: &Path, args: &[&str]) -> Judged {
        let mut command = self.command(CORDON, at);
        command.args(["check", "--format", "json"]).args(args);
        Judged::by(&mut command)
    }

    /// A program in the scrubbed environment.
    pub(crate) fn command(&self, program: &str, at: &Path) -> Command {
        let mut command = Command::new(program);
        scrub(&mut command).current_dir(at);
        command.env("HOME", self.dir.path());
        command
    }

    /// Runs a line in a shell, at the top of the work tree; what it printed.
    pub(crate) fn shell(&self, line: &str) -> String {
        run(self.command("sh", &self.path()).args(["-ec", line]))
    }
}

impl Judged {
    fn by(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
            let said = String::from_utf8_lossy(&output.stderr);
            panic!("no report ({error}): {said}")
        });
        Self {
            code: output.status.code().unwrap_or(-1),
            report,
        }
    }

    /// Asserts that an evasion was met.
    pub(crate) fn must_be(&self, met: &Met, what: &str) {
        let all = || format!("{what}: {met:?}\n{:#}", self.report);
        match *met {
            Met::Blocked(rule, path, subject) => {
                let commit = self.commit(subject);
                let found = self.rows("findings").any(|row| {
                    row["rule"] == rule
                        && row["decision"] == "blocked"
                        && path.is_none_or(|path| row["path"] == path)
                        && row["commit"] == commit
                });
                assert!(found && self.code == 1, "{}", all());
            }
            Met::Incomplete(code) => {
                let found = self.rows("incomplete").any(|row| row["code"] == code);
                assert!(found && self.code == 2, "{}", all());
            }
        }
    }

    /// Asserts that nothing was found.
    pub(crate) fn must_pass(&self, what: &str) {
        assert_eq!(self.code, 0, "{what}\n{:#}", self.report);
        assert_ne!(self.report["range"]["commits"], 0, "{what}");
    }

    /// The id of the commit with that subject, as the report has it; of the net change: null.
    fn commit(&self, subject: &str) -> Value {
        if subject.is_empty() {
            return Value::Null;
        }
        let found = self.rows("commits").find(|row| row["subject"] == subject);
        found.unwrap_or_else(|| panic!("no commit {subject:?}\n{:#}", self.report))["id"].clone()
    }

    fn rows(&self, list: &str) -> impl Iterator<Item = &Value> {
        self.report[list].as_array().unwrap().iter()
    }
}

fn shell() -> Command {
    let mut command = Command::new("sh");
    scrub(&mut command);
    command
}

fn scrub(command: &mut Command) -> &mut Command {
    let bin = Path::new(CORDON).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    command
        .env_clear()
        .env("PATH", path)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("LC_ALL", "C")
        .env("CORDON_TEST_NO_ANCESTORS", "1")
        .stdin(std::process::Stdio::null())
}

/// Runs a command, which must succeed; what it printed.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}{error}");
    said
}
