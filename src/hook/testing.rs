//! Repositories and scripts for the tests of this module.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::{HooksDir, Installed, install};
use crate::git::Facts;

/// The facts of an ordinary repository at `top`.
pub(super) fn facts(top: &Path) -> Facts {
    Facts {
        git_dir: top.join(".git"),
        common_dir: top.join(".git"),
        work_dir: Some(top.to_owned()),
        id_length: 20,
        shallow: BTreeSet::new(),
        grafted: false,
        partial: false,
    }
}

/// A hooks directory about which there is nothing to say.
pub(super) fn plain(path: impl Into<PathBuf>) -> HooksDir {
    HooksDir {
        path: path.into(),
        shared: false,
        warnings: Vec::new(),
    }
}

/// The gits of this machine; at least one.
pub(super) fn gits() -> Vec<&'static str> {
    let mut found: Vec<_> = ["/usr/local/bin/git", "/usr/bin/git"]
        .into_iter()
        .filter(|path| Path::new(path).exists())
        .collect();
    if found.is_empty() {
        found.push("git");
    }
    found
}

/// A command with no environment but what every program needs.
pub(super) fn scrubbed(program: impl AsRef<OsStr>, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", home)
        .env("LC_ALL", "C")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdin(Stdio::null());
    command
}

/// Writes an executable file. Another process writes it: were the file open for writing here while
/// some other test starts a program, the system could refuse to run it.
pub(super) fn script(path: &Path, text: &str) {
    let mut shell = Command::new("/bin/sh")
        .args(["-c", "cat > \"$1\" && chmod 755 \"$1\"", "sh"])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = shell.stdin.take().unwrap();
    pipe.write_all(text.as_bytes()).unwrap();
    drop(pipe);
    assert!(shell.wait().unwrap().success());
}

/// A repository in a directory whose name has a blank and a quote.
pub(super) struct Repo {
    temp: tempfile::TempDir,
    git: &'static str,
    pub(super) top: PathBuf,
}

impl Repo {
    pub(super) fn new(git: &'static str) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let top = temp.path().join("it's a repo");
        std::fs::create_dir(&top).unwrap();
        let repo = Self { temp, git, top };
        repo.git(&["init", "-q", "-b", "main"]);
        repo.git(&["config", "user.name", "Ann"]);
        repo.git(&["config", "user.email", "ann@example.com"]);
        repo
    }

    /// The directory around the repository.
    pub(super) fn outside(&self) -> &Path {
        self.temp.path()
    }

    pub(super) fn hooks(&self) -> PathBuf {
        self.top.join(".git/hooks")
    }

    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = scrubbed(self.git, self.outside());
        command.current_dir(&self.top).args(args);
        command
    }

    /// Runs git, which must succeed; gives its standard output, without the last newline.
    pub(super) fn git(&self, args: &[&str]) -> String {
        let output = self.command(args).output().unwrap();
        assert!(output.status.success(), "git {args:?}: {}", stderr(&output));
        String::from_utf8(output.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    }

    /// Runs git, which must fail; gives its standard error.
    pub(super) fn refused(&self, args: &[&str]) -> String {
        let output = self.command(args).output().unwrap();
        assert!(!output.status.success(), "git {args:?} succeeded");
        stderr(&output)
    }

    /// Installs shims for a script that stands for the program.
    pub(super) fn install(&self, program: &str) -> Vec<Installed> {
        let path = self.program();
        script(&path, program);
        install(&facts(&self.top), &plain(self.hooks()), &path).unwrap()
    }

    /// Where that script is: a path with a blank and a quote.
    pub(super) fn program(&self) -> PathBuf {
        self.outside().join("Cordon's program")
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
