//! The `gpg` executable, asked in a home of its own.

use std::ffi::OsStr;
use std::fs::DirBuilder;
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How often, and how long each time, its end is waited for: half a minute.
const TURNS: u32 = 15_000;
const STEP: Duration = Duration::from_millis(2);

/// The most bytes of an answer that are read.
const ANSWER: u64 = 4 << 20;

/// Options of every call: nothing of the user's, nothing from the network, no question, no agent.
const ALWAYS: [&str; 12] = [
    "--no-options",
    "--batch",
    "--no-tty",
    "--quiet",
    "--no-autostart",
    "--disable-dirmngr",
    "--no-auto-key-locate",
    "--no-auto-key-retrieve",
    "--no-auto-check-trustdb",
    "--lock-never",
    "--exit-on-status-write-error",
    "--status-fd=1",
];

/// Where `gpg` is, and where its home may be made.
#[derive(Clone, Debug, Default)]
pub struct Gpg {
    program: Option<PathBuf>,
    temp: PathBuf,
}

impl Gpg {
    /// The first `gpg` of the directories of a `PATH` that are named in full, and a directory for temporary
    /// files: `/tmp` where none is named in full.
    pub fn find(path: Option<&[u8]>, temp: Option<&[u8]>) -> Self {
        let named = |bytes: &[u8]| PathBuf::from(OsStr::from_bytes(bytes));
        let folders = path.unwrap_or_default().split(|&byte| byte == b':');
        let runs = |file: &PathBuf| {
            let meta = file.metadata();
            meta.is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
        };
        Self {
            program: folders
                .filter(|folder| folder.starts_with(b"/"))
                .map(|folder| named(folder).join("gpg"))
                .find(runs),
            temp: temp
                .filter(|temp| temp.starts_with(b"/"))
                .map_or_else(|| "/tmp".into(), named),
        }
    }

    /// An empty home for it.
    pub(super) fn home(&self) -> Result<Home, String> {
        let Some(program) = &self.program else {
            return Err("an OpenPGP signature cannot be checked: there is no gpg here".to_owned());
        };
        let random = std::hash::RandomState::new().build_hasher().finish();
        let path = self
            .temp
            .join(format!("cordon-gpg-{}-{random:016x}", std::process::id()));
        // The name is new, or making it fails: nobody has laid anything into it.
        let made = DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|error| format!("gpg has no home: {}: {error}", path.display()))?;
        Ok(Home {
            program: program.clone(),
            path,
        })
    }
}

/// A home of `gpg`, which ends with this value.
#[derive(Debug)]
pub(super) struct Home {
    program: PathBuf,
    path: PathBuf,
}

impl Home {
    /// A file in it.
    pub(super) fn file(&self, name: &str, text: &[u8]) -> Result<PathBuf, String> {
        let path = self.path.join(name);
        let written = std::fs::write(&path, text);
        written.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        Ok(path)
    }

    /// What it says on standard output, whatever its exit code: that says less than its status lines. An
    /// error where it does not start, does not end in time or says too much.
    pub(super) fn ask(&self, args: &[&OsStr], input: &[u8]) -> Result<Vec<u8>, String> {
        let mut command = Command::new(&self.program);
        command
            .args(ALWAYS)
            .args(args)
            .current_dir(&self.path)
            .env_clear()
            .env("GNUPGHOME", &self.path)
            .env("HOME", &self.path)
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let child = command.spawn();
        let mut child = child.map_err(|error| format!("gpg does not run: {error}"))?;
        let answer = talk(&mut child, input);
        if answer.is_none() {
            // One that has ended cannot be stopped, which is as good.
            let _ = child.kill();
            let _ = child.wait();
        }
        answer.ok_or_else(|| "gpg gave no answer in time".to_owned())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What is left holds public keys alone.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Gives it its input and takes its answer; `None` where it does not end in time.
fn talk(child: &mut Child, input: &[u8]) -> Option<Vec<u8>> {
    let mut stdin = child.stdin.take()?;
    let stdout = child.stdout.take()?;
    std::thread::scope(|scope| {
        // That it does not want all of its input shows in its answer.
        scope.spawn(move || {
            let _ = stdin.write_all(input);
        });
        let reader = scope.spawn(move || {
            let mut answer = Vec::new();
            let read = stdout.take(ANSWER).read_to_end(&mut answer);
            read.ok().map(|_| answer)
        });
        for _ in 0..TURNS {
            match child.try_wait() {
                Ok(Some(_)) => {
                    let answer = reader.join().ok().flatten()?;
                    return ((answer.len() as u64) < ANSWER).then_some(answer);
                }
                Ok(None) => std::thread::sleep(STEP),
                Err(_) => break,
            }
        }
        let _ = child.kill();
        None
    })
}
