//! Runs the hook that was there before ours, the way Git would have run it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use bstr::{BString, ByteSlice};

use super::install::set_aside;
use super::interpreter::{Script, read_script};
use super::shim::{head, is_marked};
use super::{Error, Result};

/// What is appended to a hook's name when it is set aside.
pub const PREVIOUS_SUFFIX: &str = ".cordon-before";

/// The variable that names the hooks from before that are running, one a line. A hook manager that
/// was installed over Cordon, and then had Cordon installed over it, calls us again from within.
pub const RUNNING: &str = "CORDON_RUNNING_HOOKS";

/// Which hook runs before ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that was set aside when ours was put in its place.
    SetAside,
    /// The one that stands in a folder of which ours takes the place; where that one is ours too, the one that was set
    /// aside for it.
    Own,
}

/// The hook from before, and what it is run with. Environment and working directory are this
/// process's own, but for [`RUNNING`].
#[derive(Clone, Copy, Debug)]
pub struct Previous<'a> {
    /// The hooks directory, absolute.
    pub hooks_dir: &'a Path,
    /// The hook's name.
    pub hook: &'a str,
    /// Which one.
    pub which: Which,
    /// The arguments Git gave.
    pub args: &'a [OsString],
    /// Its standard input.
    pub stdin: Stdin<'a>,
    /// The environment, for [`RUNNING`] alone.
    pub env: &'a BTreeMap<BString, BString>,
}

/// A child's standard input.
#[derive(Clone, Copy, Debug)]
pub enum Stdin<'a> {
    /// This process's own, of which nothing has been read.
    Inherit,
    /// These bytes, read before.
    Bytes(&'a [u8]),
}

/// What became of the hook from before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ran {
    /// There is none, or a link that leads nowhere.
    Absent,
    /// It is not executable: Git would have ignored it, with a hint.
    NotExecutable,
    /// It is running already and called us.
    Nested,
    /// It ended with this code; 128 and the signal's number when a signal ended it. The hook must
    /// fail with any code but 0.
    Exited(u8),
}

/// Runs the hook from before, if there is one, and waits for it. Output goes where ours goes.
pub fn run_previous(call: &Previous<'_>) -> Result<Ran> {
    let hook = call.hooks_dir.join(call.hook);
    let mut file = set_aside(&hook);
    if call.which == Which::Own && !head(&hook).is_ok_and(|bytes| is_marked(&bytes)) {
        file.clone_from(&hook);
    }
    let metadata = match std::fs::metadata(&file) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ran::Absent),
        Err(error) => return Err(Error::io("look at", &file)(error)),
    };
    if metadata.permissions().mode() & 0o111 == 0 {
        return Ok(Ran::NotExecutable);
    }
    let running = call.env.get(RUNNING.as_bytes());
    if running.is_some_and(|list| list.lines().any(|line| line == file.as_os_str().as_bytes())) {
        return Ok(Ran::Nested);
    }
    if metadata.is_file() && head(&file).is_ok_and(|bytes| is_marked(&bytes)) {
        return Err(Error::PreviousIsOurs(file));
    }
    let mut chain = running.cloned().unwrap_or_default().to_vec();
    if !chain.is_empty() {
        chain.push(b'\n');
    }
    chain.extend(file.as_os_str().as_bytes());
    let child =
        start(call, &file, &hook, &OsString::from_vec(chain)).map_err(Error::io("start", &file))?;
    let status = feed(child, call.stdin).map_err(Error::io("run", &file))?;
    Ok(Ran::Exited(code(status)))
}

/// Starts the file, telling it where it can be told that its name is the hook's own.
fn start(call: &Previous<'_>, file: &Path, hook: &Path, running: &OsStr) -> io::Result<Child> {
    let spawn = |mut command: Command| {
        command.args(call.args).env(RUNNING, running);
        if matches!(call.stdin, Stdin::Bytes(_)) {
            command.stdin(Stdio::piped());
        }
        command.spawn()
    };
    match read_script(file, hook) {
        Script::Sourced(command) => spawn(command),
        Script::Direct(direct) => match spawn(direct) {
            // What Git does for a script without a first line that names its interpreter.
            Err(error) if error.raw_os_error() == Some(ENOEXEC) => {
                let mut shell = Command::new("/bin/sh");
                shell.arg(file);
                spawn(shell)
            }
            other => other,
        },
    }
}

/// "Exec format error", the same number on Linux, macOS and the BSDs.
const ENOEXEC: i32 = 8;

/// Writes the input and waits. A child that does not read it to the end is not at fault.
fn feed(mut child: Child, stdin: Stdin<'_>) -> io::Result<ExitStatus> {
    let mut written = Ok(());
    if let (Stdin::Bytes(bytes), Some(mut pipe)) = (stdin, child.stdin.take()) {
        written = pipe.write_all(bytes);
    }
    let status = child.wait()?;
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(status),
    }
}

/// The code by which a shell would tell of this end. What cannot be told is a failure.
fn code(status: ExitStatus) -> u8 {
    let number = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    number
        .and_then(|number| u8::try_from(number).ok())
        .unwrap_or(1)
}

#[cfg(test)]
mod tests;
