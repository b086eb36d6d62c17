//! Git itself, asked in the surroundings of whoever calls the doctor: it is their configuration that
//! decides which hooks run.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Read, Write as _};
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use bstr::{BString, ByteSlice as _};

/// Variables that would lead Git to another repository than the one that is meant.
const REPOSITORY: [&str; 10] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REFLOG_ACTION",
];

/// How long one answer may take.
const LONGEST: Duration = Duration::from_secs(120);

/// How often it is looked for.
const STEP: Duration = Duration::from_millis(4);

/// How long its output may take after its end.
const DRAIN: Duration = Duration::from_secs(2);

/// How Git is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The environment.
    pub env: BTreeMap<BString, BString>,
    /// Where it runs.
    pub cwd: PathBuf,
    /// Options before the command, such as `-c`.
    pub options: Vec<OsString>,
    /// Where the process group of what runs is written down, for others to end: only then it is a
    /// group of its own.
    pub running: Option<PathBuf>,
}

/// Why Git gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It could not be started.
    #[error("git cannot be started: {0}")]
    Start(#[source] std::io::Error),
    /// It did not end.
    #[error("git did not end within two minutes")]
    Slow,
    /// It failed.
    #[error("git {command}: {said}")]
    Failed {
        /// Its first words.
        command: String,
        /// What it said.
        said: String,
        /// Its exit code, 1 where a signal ended it.
        code: i32,
    },
}

impl Ask {
    /// Asks Git there, about the repository with this directory.
    pub fn about(env: &BTreeMap<BString, BString>, cwd: &Path, git_dir: &Path) -> Self {
        let mut env = env.clone();
        for name in REPOSITORY {
            env.remove(name.as_bytes());
        }
        let mut option = OsString::from("--git-dir=");
        option.push(git_dir);
        Self {
            env,
            cwd: cwd.to_owned(),
            options: vec![option],
            running: None,
        }
    }

    /// Asks Git there, about whatever repository holds that place, or about none.
    pub fn at(env: &BTreeMap<BString, BString>, cwd: &Path) -> Self {
        Self {
            env: env.clone(),
            cwd: cwd.to_owned(),
            options: Vec::new(),
            running: None,
        }
    }

    /// The same, with one more variable.
    #[must_use]
    pub(super) fn with(mut self, name: &str, value: impl Into<BString>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// A command, not started.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let os = |text: &BString| OsString::from_vec(text.to_vec());
        let vars = self.env.iter().map(|(name, value)| (os(name), os(value)));
        command.current_dir(&self.cwd).env_clear().envs(vars);
        command
    }

    /// Runs Git with this input and gives what it prints.
    pub(super) fn git<S: AsRef<std::ffi::OsStr>>(
        &self,
        args: &[S],
        input: &[u8],
    ) -> Result<Vec<u8>, AskError> {
        let mut command = self.command("git");
        command.args(&self.options).args(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let stdin = if input.is_empty() {
            Stdio::null()
        } else {
            Stdio::piped()
        };
        if self.running.is_some() {
            command.process_group(0);
        }
        let mut child = command.stdin(stdin).spawn().map_err(AskError::Start)?;
        if let Some(pipe) = child.stdin.take() {
            fed(pipe, input.to_vec());
        }
        let said = drained(child.stderr.take());
        let printed = drained(child.stdout.take());
        let status = self.ended(&mut child)?;
        // What a hook left running may hold the pipes for ever.
        let printed = printed.recv_timeout(DRAIN).unwrap_or_default();
        if status.success() {
            return Ok(printed);
        }
        let said = said.recv_timeout(DRAIN).unwrap_or_default();
        let words = args
            .iter()
            .take(2)
            .map(|arg| arg.as_ref().to_string_lossy());
        Err(AskError::Failed {
            command: words.collect::<Vec<_>>().join(" "),
            said: last_line(&said),
            code: status.code().unwrap_or(1),
        })
    }

    /// Waits for the end, but not for ever: a hook may wait for somebody, and `git push` itself does
    /// not end where the system cannot start its hook.
    fn ended(&self, child: &mut Child) -> Result<ExitStatus, AskError> {
        if let Some(running) = &self.running {
            std::fs::write(running, child.id().to_string()).map_err(AskError::Start)?;
        }
        for _ in 0..LONGEST.as_millis() / STEP.as_millis() {
            if let Some(status) = child.try_wait().map_err(AskError::Start)? {
                return Ok(status);
            }
            std::thread::sleep(STEP);
        }
        if self.running.is_some() {
            // Its hooks too. That there is none any more is as good.
            let _ = end_group(child.id());
        }
        child.kill().map_err(AskError::Start)?;
        child.wait().map_err(AskError::Start)?;
        Err(AskError::Slow)
    }

    /// One line of what Git prints.
    pub(super) fn line<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Result<BString, AskError> {
        Ok(self.git(args, b"")?.trim_ascii().into())
    }
}

/// Reads a pipe to its end, beside us.
fn drained(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is what there is to tell.
            let _ = pipe.read_to_end(&mut bytes);
        }
        // Nobody waits any more where this fails.
        let _ = sender.send(bytes);
    });
    receiver
}

/// Writes a pipe's input, beside us. One that does not read it says why by itself.
fn fed(mut pipe: ChildStdin, input: Vec<u8>) {
    std::thread::spawn(move || {
        let _ = pipe.write_all(&input);
    });
}

/// Ends a process and all that it started.
fn end_group(leader: u32) -> std::io::Result<ExitStatus> {
    let mut kill = Command::new("/bin/sh");
    kill.args(["-c", "kill -s KILL -- \"-$1\"", "sh", &leader.to_string()]);
    kill.stdout(Stdio::null()).stderr(Stdio::null()).status()
}

/// The last line that says something.
fn last_line(text: &[u8]) -> String {
    let line = text.lines().rfind(|line| !line.trim_ascii().is_empty());
    line.map_or_else(
        || "it failed and said nothing".to_owned(),
        |line| line.trim_ascii().to_str_lossy().into_owned(),
    )
}
