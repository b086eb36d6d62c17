//! How Git is run: the one place where it is started.

use std::ffi::{OsStr, OsString};
use std::io::{PipeReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;

use bstr::ByteSlice as _;

use super::child::Child;
use super::program::{environment, program};
use crate::git::{Error, Open, Result};
use crate::host::Host;
use crate::text::show::escaped;

/// Options before every command: no program of the user's or the repository's runs, and what is read
/// are the objects themselves, not what was once derived of them.
const OPTIONS: [&str; 12] = [
    "--no-pager",
    "--no-replace-objects",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.commitGraph=false",
    "-c",
    "core.pager=cat",
    "-c",
    "protocol.allow=never",
];

/// Bytes of what Git says of a failure that are kept.
const SAID: u64 = 1 << 16;

/// Bytes of one answer.
const ANSWER: u64 = 1 << 32;

/// Git, to be asked about one repository.
#[derive(Clone, Debug)]
pub(in crate::git) struct Git {
    program: PathBuf,
    dir: PathBuf,
    env: Arc<Vec<(OsString, OsString)>>,
}

/// What a command came to.
pub(super) struct Said {
    /// `None` where a signal ended it.
    pub(super) code: Option<i32>,
    pub(super) stdout: Vec<u8>,
    /// Its beginning.
    pub(super) stderr: Vec<u8>,
}

impl Git {
    /// The one in PATH.
    pub(in crate::git) fn new(how: Open<'_>, host: &Host) -> Result<Self> {
        Ok(Self {
            program: program(host)?,
            dir: match how {
                Open::FromEnv => host.cwd.clone(),
                Open::At(path) => host.cwd.join(path),
            },
            env: Arc::new(environment(how, host)),
        })
    }

    /// One with these variables and no others, for `store.rs`, which may fetch.
    pub(in crate::git) fn with(
        dir: PathBuf,
        env: Vec<(OsString, OsString)>,
        host: &Host,
    ) -> Result<Self> {
        Ok(Self {
            program: program(host)?,
            dir,
            env: Arc::new(env),
        })
    }

    /// Runs a command with these options before it, and none of our own; what it printed.
    pub(in crate::git) fn ask(&self, options: &[&str], words: &[OsString]) -> Result<Vec<u8>> {
        let mut command = self.command();
        command.args(options).args(words);
        let said = finished(command, b"")?;
        if said.code == Some(0) {
            return Ok(said.stdout);
        }
        let name = words.first().map(|word| word.display().to_string());
        Err(said.fatal(&name.unwrap_or_default()))
    }

    /// The same, asked about the repository or the worktree with this Git directory.
    pub(super) fn of(&self, git_dir: &Path) -> Self {
        let of_another = ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"];
        let kept = self
            .env
            .iter()
            .filter(|(name, _)| !of_another.iter().any(|one| name == one));
        let mut env: Vec<(OsString, OsString)> = kept.cloned().collect();
        env.push(("GIT_DIR".into(), git_dir.into()));
        Self {
            env: Arc::new(env),
            ..self.clone()
        }
    }

    /// Where it runs.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Its version, as it tells it.
    pub(in crate::git) fn version(&self) -> String {
        let said = self.run(&["version"], b"");
        let told = said.and_then(|said| said.succeeded("version"));
        told.map_or_else(
            |error| error.to_string(),
            |told| told.trim_ascii().to_str_lossy().into_owned(),
        )
    }

    /// Runs a command to its end.
    pub(super) fn run<S: AsRef<OsStr>>(&self, words: &[S], input: &[u8]) -> Result<Said> {
        let mut command = self.command();
        command.args(OPTIONS).args(words);
        finished(command, input)
    }

    /// Runs `git config` without our own settings, which it would tell of.
    pub(super) fn run_config(&self, words: &[&str]) -> Result<Said> {
        let mut command = self.command();
        command.args(["--no-pager", "config"]).args(words);
        finished(command, b"")
    }

    /// Starts a command that is asked again and again. With `errors` its answers and what it says of
    /// them come the same way; else that is not told.
    pub(super) fn start(&self, words: &[&str], errors: bool) -> Result<Child> {
        let mut command = self.command();
        command.args(OPTIONS).args(words).stdin(Stdio::piped());
        let (from, to) = std::io::pipe().map_err(|error| unstarted(&error))?;
        let stderr = if errors {
            to.try_clone().map_err(|error| unstarted(&error))?.into()
        } else {
            Stdio::null()
        };
        command.stdout(to).stderr(stderr);
        let child = command.spawn().map_err(|error| unstarted(&error))?;
        // The ends of the pipe that it writes to are its own from here on.
        drop(command);
        Child::new(child, from)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        let vars = self.env.iter().map(|(name, value)| (name, value));
        command.current_dir(&self.dir).env_clear().envs(vars);
        command
    }
}

fn finished(mut command: Command, input: &[u8]) -> Result<Said> {
    let failed = |error: std::io::Error| unstarted(&error);
    let (out, stdout) = std::io::pipe().map_err(failed)?;
    let (err, stderr) = std::io::pipe().map_err(failed)?;
    let (stdin, to) = std::io::pipe().map_err(failed)?;
    command.stdin(stdin).stdout(stdout).stderr(stderr);
    let mut child = command.spawn().map_err(failed)?;
    drop(command);
    let (stdout, stderr) = std::thread::scope(|scope| {
        let mut to = to;
        // One that does not read all of it says why by itself.
        scope.spawn(move || drop(to.write_all(input)));
        let stderr = scope.spawn(move || beginning(err));
        let mut stdout = Vec::new();
        let read = out.take(ANSWER).read_to_end(&mut stdout).map(|_| stdout);
        (read, stderr.join().unwrap_or_default())
    });
    let status: ExitStatus = child.wait().map_err(failed)?;
    let stdout = stdout.map_err(failed)?;
    if stdout.len() as u64 == ANSWER {
        let what = "bytes of an answer of Git";
        return Err(Error::Limit {
            what,
            limit: ANSWER,
        });
    }
    Ok(Said {
        code: status.code(),
        stdout,
        stderr,
    })
}

/// The beginning of what a pipe brings, which is read to its end.
fn beginning(pipe: PipeReader) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut pipe = pipe.take(SAID);
    // What was read before an error is what there is to tell.
    let _ = pipe.read_to_end(&mut kept);
    let _ = std::io::copy(&mut pipe.into_inner(), &mut std::io::sink());
    kept
}

impl Said {
    /// What was printed, if the command went well.
    pub(super) fn succeeded(self, command: &str) -> Result<Vec<u8>> {
        if self.code == Some(0) {
            return Ok(self.stdout);
        }
        Err(self.failed(command))
    }

    /// The error of a command that went wrong.
    pub(super) fn failed(&self, command: &str) -> Error {
        Error::Unreadable(match self.code {
            None => format!("git {command} was ended by a signal"),
            Some(_) => format!("git {command}: {}", last_line(&self.stderr)),
        })
    }

    /// The error of a command that went wrong, by the line that says why: others may follow it.
    fn fatal(&self, command: &str) -> Error {
        let fatal = |line: &&[u8]| line.starts_with(b"fatal: ") || line.starts_with(b"error: ");
        match self.stderr.lines().find(fatal) {
            Some(line) => Error::Unreadable(format!("git {command}: {}", line.to_str_lossy())),
            None => self.failed(command),
        }
    }

    /// The error of an answer that cannot be understood.
    pub(super) fn odd(&self, command: &str) -> Error {
        odd(command, &self.stdout)
    }
}

/// The error of an answer that cannot be understood.
pub(super) fn odd(command: &str, answer: &[u8]) -> Error {
    let start = answer.get(..80).unwrap_or(answer);
    let start = escaped(start);
    Error::Unreadable(format!("git {command} answered oddly: {start}"))
}

fn unstarted(error: &std::io::Error) -> Error {
    Error::Unreadable(format!("git cannot be run: {error}"))
}

/// The last line that says something.
pub(super) fn last_line(text: &[u8]) -> String {
    let line = text.lines().rfind(|line| !line.trim_ascii().is_empty());
    line.map_or_else(
        || "it failed and said nothing".to_owned(),
        |line| line.trim_ascii().to_str_lossy().into_owned(),
    )
}
