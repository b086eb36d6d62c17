//! A scratch repository, made and asked by the real programs in a scrubbed environment.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// The program under test.
pub(crate) const CORDON: &str = env!("CARGO_BIN_EXE_cordon");

/// What an agent's trailer looks like.
pub(crate) const CLAUDE: &str = "Co-Authored-By: Claude <noreply@anthropic.com>";

/// Every output format, by name.
pub(crate) fn formats() -> impl Iterator<Item = &'static str> {
    cordon::report::FORMATS.iter().map(|format| format.name())
}

/// A repository in a folder of its own, with its own home.
pub(crate) struct Sandbox {
    dir: TempDir,
    env: Vec<(String, String)>,
}

/// What a program said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    /// An empty repository on the branch `main`.
    pub(crate) fn new() -> Self {
        let sandbox = Self {
            dir: tempfile::tempdir().unwrap(),
            env: Vec::new(),
        };
        std::fs::create_dir(sandbox.path()).unwrap();
        sandbox.git(["init", "-q", "-b", "main"]);
        sandbox.git(["config", "user.name", "Ada Dev"]);
        sandbox.git(["config", "user.email", "ada@acme.example"]);
        sandbox
    }

    /// A repository with one commit by a person.
    pub(crate) fn with_commit() -> Self {
        let sandbox = Self::new();
        sandbox.write("README", "hello\n");
        sandbox.commit("Begin");
        sandbox
    }

    /// A repository whose first commit holds a policy.
    pub(crate) fn with_policy(policy: &str) -> Self {
        let sandbox = Self::new();
        sandbox.write(".cordon.yml", policy);
        sandbox.commit("Begin with a policy");
        sandbox
    }

    /// Sets a variable for every program from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.env.push((name.to_owned(), value.to_owned()));
    }

    /// The top of the work tree.
    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("repo")
    }

    /// A place outside the repository.
    pub(crate) fn outside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Stages everything.
    pub(crate) fn stage(&self) {
        self.git(["add", "-A"]);
    }

    /// Stages everything and commits it without hooks; returns the commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.stage();
        self.git([
            "commit",
            "-q",
            "--allow-empty",
            "--no-verify",
            "-m",
            message,
        ]);
        self.id("HEAD")
    }

    /// The id of a revision.
    pub(crate) fn id(&self, revision: &str) -> String {
        self.git(["rev-parse", "--verify", revision])
            .stdout
            .trim()
            .to_owned()
    }

    /// Runs `git`, which must succeed.
    pub(crate) fn git<const N: usize>(&self, args: [&str; N]) -> Said {
        let said = self.try_git(args);
        assert_eq!(said.code, 0, "git {args:?}: {}{}", said.stdout, said.stderr);
        said
    }

    /// Runs `git`.
    pub(crate) fn try_git<const N: usize>(&self, args: [&str; N]) -> Said {
        said(self.command("git", &self.path()).args(args))
    }

    /// Runs a line in a shell, as a person would type it.
    pub(crate) fn shell(&self, line: &str) -> Said {
        said(self.command("sh", &self.path()).args(["-c", line]))
    }

    /// Runs `cordon`.
    pub(crate) fn cordon<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, args: I) -> Said {
        said(self.command(CORDON, &self.path()).args(args))
    }

    /// Runs `cordon check … --format json` and reads the report.
    pub(crate) fn report(&self, args: &[&str]) -> Report {
        self.asked("check", args)
    }

    /// Runs `cordon scan … --format json` and reads the report.
    pub(crate) fn scan(&self, args: &[&str]) -> Report {
        self.asked("scan", args)
    }

    /// The same report of `cordon check` by each reader, to the byte.
    pub(crate) fn both(&self, args: &[&str]) -> Report {
        let by = |reader| self.told("check", &[args, &["--reader", reader]].concat());
        let (library, git) = (by("library"), by("git"));
        library.is_said_by(&git, args);
        Report::read(&library)
    }

    /// A report; with `CORDON_BOTH_READERS` set, Git's own commands must tell the same.
    fn asked(&self, command: &str, args: &[&str]) -> Report {
        let said = self.told(command, args);
        if std::env::var_os("CORDON_BOTH_READERS").is_some() && !args.contains(&"--reader") {
            let by_git = self.told(command, &[args, &["--reader", "git"]].concat());
            said.is_said_by(&by_git, args);
        }
        Report::read(&said)
    }

    fn told(&self, command: &str, args: &[&str]) -> Said {
        self.cordon([command, "--format", "json"].iter().chain(args))
    }

    /// A program in the scrubbed environment.
    pub(crate) fn command(&self, program: &str, cwd: &Path) -> Command {
        let mut command = Command::new(program);
        let path = format!(
            "{}:{}",
            Path::new(CORDON).parent().unwrap().display(),
            std::env::var("PATH").unwrap()
        );
        command
            .current_dir(cwd)
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.dir.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", "2026-11-01T12:00:00+0000")
            .env("GIT_COMMITTER_DATE", "2026-11-01T12:00:00+0000")
            .env("LC_ALL", "C")
            .env("CORDON_TEST_NO_ANCESTORS", "1")
            .stdin(std::process::Stdio::null())
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Said {
    /// Another run said the very same.
    fn is_said_by(&self, other: &Self, args: &[&str]) {
        assert_eq!(self.stdout, other.stdout, "{args:?}: {}", other.stderr);
        assert_eq!((self.code, &self.stderr), (other.code, &other.stderr));
    }
}

/// The gits of this machine: the new one that scripts/setup.sh builds, and its own.
pub(crate) fn gits() -> Vec<PathBuf> {
    let new = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/git/bin/git");
    let all = [new, "/usr/local/bin/git".into(), "/usr/bin/git".into()];
    all.into_iter().filter(|git| git.exists()).collect()
}

/// Runs a command and collects what it says.
pub(crate) fn said(command: &mut Command) -> Said {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    Said {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

/// A report, and the exit code that came with it.
pub(crate) struct Report {
    pub(crate) code: i32,
    pub(crate) json: Value,
}

impl Report {
    /// Reads a report from standard output, and holds it to the schema.
    pub(crate) fn read(said: &Said) -> Self {
        let json: Value = serde_json::from_str(&said.stdout)
            .unwrap_or_else(|error| panic!("no report ({error}): {}{}", said.stdout, said.stderr));
        let schema = cordon::report::report_schema();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}\n{json:#}");
        let report = Self {
            code: said.code,
            json,
        };
        report.hold_to_the_promises();
        report
    }

    /// What every report must keep.
    fn hold_to_the_promises(&self) {
        let counts = |name: &str| self.json["counts"][name].as_u64().unwrap();
        let sum = counts("blocked") + counts("warned") + counts("audited") + counts("waived");
        assert_eq!(sum, counts("detected"));
        assert_eq!(
            counts("detected"),
            self.json["findings"].as_array().unwrap().len() as u64
        );
        let unread = !self.json["incomplete"].as_array().unwrap().is_empty();
        let (verdict, code) = match (counts("blocked") > 0, unread) {
            (true, _) => ("fail", 1),
            (false, true) => ("incomplete", 2),
            (false, false) => ("pass", 0),
        };
        assert_eq!(
            (self.verdict(), self.code),
            (verdict, code),
            "{:#}",
            self.json
        );
    }

    pub(crate) fn verdict(&self) -> &str {
        self.json["verdict"].as_str().unwrap()
    }

    /// The findings of a rule that are not notes.
    pub(crate) fn of(&self, rule: &str) -> Vec<&Value> {
        let findings = self.json["findings"].as_array().unwrap();
        findings
            .iter()
            .filter(|row| row["rule"] == rule && row["decision"] != "audited")
            .collect()
    }

    /// The rules that found something, notes aside, in the order of the report.
    pub(crate) fn rules(&self) -> Vec<&str> {
        let findings = self.json["findings"].as_array().unwrap();
        findings
            .iter()
            .filter(|row| row["decision"] != "audited")
            .map(|row| row["rule"].as_str().unwrap())
            .collect()
    }

    /// The paths and lines of what a rule found, notes aside, in the order of the report.
    pub(crate) fn places(&self, rule: &str) -> Vec<String> {
        let place =
            |row: &&Value| format!("{}:{}", row["path"].as_str().unwrap_or("-"), row["line"]);
        self.of(rule).iter().map(place).collect()
    }

    /// The codes of what could not be read.
    pub(crate) fn codes(&self) -> Vec<&str> {
        self.json["incomplete"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["code"].as_str().unwrap())
            .collect()
    }

    /// The agents of the newest commit, by id.
    pub(crate) fn agents(&self) -> Vec<&str> {
        let commits = self.json["commits"].as_array().unwrap();
        let agents = commits.last().unwrap()["agents"].as_array().unwrap();
        agents
            .iter()
            .map(|agent| agent["id"].as_str().unwrap())
            .collect()
    }
}

/// The verdict is `incomplete`, for this reason alone.
pub(crate) fn incomplete(report: &Report, code: &str) {
    assert_eq!(report.verdict(), "incomplete", "{:#}", report.json);
    let codes = report.codes();
    assert!(codes.iter().all(|found| *found == code), "{codes:?}");
}

/// The code of the first obstacle and, its mending command run, the check then passes.
pub(crate) fn mends(sandbox: &Sandbox, args: &[&str], code: &str) {
    let report = sandbox.report(args);
    assert_eq!(report.codes().first(), Some(&code), "{:#}", report.json);
    let rows = report.json["incomplete"].as_array().unwrap();
    let mend = rows[0]["mend"]
        .as_str()
        .unwrap_or_else(|| panic!("{:#}", report.json));
    let said = sandbox.shell(mend);
    assert_eq!(said.code, 0, "{mend}: {}", said.stderr);
    let after = sandbox.report(args);
    assert_eq!(after.code, 0, "{mend}: {:#}", after.json);
}
