//! Repositories for tests, made by the real `git` in a scrubbed environment.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Id, Open, Opening, Repo, Result, open};
use crate::host::Host;

/// A repository in its own temporary directory, which is also its `HOME`.
pub(crate) struct Sandbox {
    home: tempfile::TempDir,
    git: PathBuf,
}

impl Sandbox {
    /// An empty repository on the branch `main`.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// An empty repository, with options to `git init`.
    pub(crate) fn with(options: &[&str]) -> Self {
        let sandbox = Self::bare_home("git");
        std::fs::create_dir(sandbox.path()).unwrap();
        sandbox.git(&[&["init", "-q", "-b", "main"], options].concat());
        sandbox
    }

    /// A home without a repository, whose commands run the given `git`.
    pub(crate) fn bare_home(git: impl Into<PathBuf>) -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            git: git.into(),
        }
    }

    /// The home directory: the parent of the work tree.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The work tree.
    pub(crate) fn path(&self) -> PathBuf {
        self.home.path().join("repo")
    }

    /// A command with nothing of this machine in its environment.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(dir)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", self.home())
            .env("LC_ALL", "C")
            .env("CORDON_TEST_NO_ANCESTORS", "1")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ann Author")
            .env("GIT_AUTHOR_EMAIL", "ann@example.com")
            .env("GIT_AUTHOR_DATE", "1700000000 +0000")
            .env("GIT_COMMITTER_NAME", "Carl Committer")
            .env("GIT_COMMITTER_EMAIL", "carl@example.com")
            .env("GIT_COMMITTER_DATE", "1700000000 +0000");
        command
    }

    /// Runs git in the work tree and answers its output without the last newline.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.git_bytes(&self.path(), arguments, b"");
        String::from_utf8(output).unwrap().trim_end().to_owned()
    }

    /// Runs git in `dir` with standard input and answers its output.
    pub(crate) fn git_bytes(&self, dir: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let (ok, output) = self.try_git(dir, arguments, input);
        assert!(ok, "git {arguments:?}");
        output
    }

    /// Like [`Sandbox::git_bytes`], with whether it went well.
    pub(crate) fn try_git(&self, dir: &Path, arguments: &[&str], input: &[u8]) -> (bool, Vec<u8>) {
        let mut child = self
            .command(&self.git, dir)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        let _ = writer.join().unwrap();
        (output.status.success(), output.stdout)
    }

    /// Writes a file in the work tree.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Stages everything and commits it.
    pub(crate) fn commit(&self, message: &str) -> Id {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.id("HEAD")
    }

    /// Writes files, then commits.
    pub(crate) fn commit_files(&self, files: &[(&str, &str)]) -> Id {
        for (path, content) in files {
            self.write(path, content);
        }
        self.commit("A change")
    }

    /// Stores an object from raw bytes, well-formed or not.
    pub(crate) fn object(&self, kind: &str, raw: &[u8]) -> Id {
        let arguments = ["hash-object", "-t", kind, "-w", "--literally", "--stdin"];
        let id = self.git_bytes(&self.path(), &arguments, raw);
        Id::from_hex(id.trim_ascii()).unwrap()
    }

    /// The object that a revision names.
    pub(crate) fn id(&self, revision: &str) -> Id {
        Id::from_hex(self.git(&["rev-parse", "--verify", revision]).as_bytes()).unwrap()
    }

    /// Our reader of it.
    pub(crate) fn open(&self) -> Box<dyn Repo + Send> {
        open_at(&self.path()).unwrap()
    }
}

/// Our reader of the repository at a path.
pub(crate) fn open_at(path: &Path) -> Result<Box<dyn Repo + Send>> {
    open(Open::At(path), &Opening::new(&Host::default()))
}

/// Every git of this machine that tests compare with.
pub(crate) fn gits() -> Vec<PathBuf> {
    let mut gits: Vec<PathBuf> = ["/usr/local/bin/git", "/usr/bin/git"]
        .iter()
        .map(PathBuf::from)
        .filter(|path| path.exists())
        .collect();
    if gits.is_empty() {
        gits.push(PathBuf::from("git"));
    }
    gits
}
