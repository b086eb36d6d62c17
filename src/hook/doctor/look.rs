//! Looks at one hook's file.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;

use super::super::Result;
use super::super::beside::beside;
use super::super::everywhere::{JUDGED, is_folder};
use super::super::install::{Found, found, metadata, set_aside};
use super::super::shim::{Owner, SHIMS, Shim, head, is_marked, program};
use super::State;
use super::manager::manager;

/// What was seen of a hook.
pub(super) struct Seen {
    pub(super) name: &'static str,
    pub(super) path: PathBuf,
    pub(super) state: State,
    pub(super) manager: Option<&'static str>,
    /// The program that a shim of ours starts.
    pub(super) program: Option<PathBuf>,
    /// Whether a hook is set aside for it.
    pub(super) aside: bool,
    /// Of another's hook: Git does not run it, since it is not executable.
    pub(super) not_executable: bool,
    /// Of another's hook: its first line ends as on Windows, and the system finds no such program.
    pub(super) crlf: bool,
    /// One of ours that a manager set aside under its own name for that.
    pub(super) ours_beside: Option<PathBuf>,
}

impl Seen {
    fn nothing(shim: &Shim, path: PathBuf) -> Self {
        Self {
            name: shim.name,
            path,
            state: State::Missing,
            manager: None,
            program: None,
            aside: false,
            not_executable: false,
            crlf: false,
            ours_beside: None,
        }
    }
}

/// Looks at every hook in a directory.
pub(super) fn look(dir: &Path) -> Result<Vec<Seen>> {
    if fs::metadata(dir).is_ok_and(|data| !data.is_dir()) {
        // `core.hooksPath = /dev/null`: Git finds no hook in it.
        let none = SHIMS
            .iter()
            .map(|shim| Seen::nothing(shim, dir.join(shim.name)));
        return Ok(none.collect());
    }
    let shims = if is_folder(dir) { &JUDGED } else { &SHIMS };
    shims
        .iter()
        .map(|shim| one(shim, dir.join(shim.name)))
        .collect()
}

fn one(shim: &Shim, path: PathBuf) -> Result<Seen> {
    let mut seen = Seen::nothing(shim, path);
    seen.aside = metadata(&set_aside(&seen.path))?.is_some();
    seen.state = match found(shim, &seen.path)? {
        Found::Nothing => State::Missing,
        Found::LinkToOurs => State::Link,
        Found::Ours(bytes, mode) => {
            seen.program = program(&bytes);
            ours(shim, &bytes, mode, seen.program.as_deref())
        }
        Found::Edited => {
            let unix = without_returns(seen.path.as_path());
            if unix.is_some_and(|text| shim.owner(&text) == Owner::Ours) {
                State::Crlf
            } else {
                State::Edited
            }
        }
        Found::Stranger => {
            foreign(&mut seen);
            State::Foreign
        }
    };
    Ok(seen)
}

fn ours(shim: &Shim, bytes: &[u8], mode: u32, program: Option<&Path>) -> State {
    if mode & 0o111 == 0 {
        return State::NotExecutable;
    }
    let Some(program) = program.filter(|program| shim.render(program) == bytes) else {
        return State::Older;
    };
    if is_program(program) {
        State::InPlace
    } else {
        State::ProgramGone
    }
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// The bytes of a shim with the line ends that it was written with, if it has others.
fn without_returns(path: &Path) -> Option<Vec<u8>> {
    let text = head(path).ok()?;
    let unix = text.replace("\r\n", "\n");
    (unix != text).then_some(unix)
}

fn foreign(seen: &mut Seen) {
    // Links are followed, as Git does. What is no file, or cannot be read, tells nothing of itself.
    let Ok(data) = fs::metadata(&seen.path) else {
        return;
    };
    seen.not_executable = data.permissions().mode() & 0o111 == 0;
    if !data.is_file() {
        return;
    }
    let text = head(&seen.path).unwrap_or_default();
    seen.manager = manager(&text, &seen.path);
    seen.crlf = text.starts_with(b"#!")
        && text
            .split(|&byte| byte == b'\n')
            .next()
            .is_some_and(|line| line.ends_with(b"\r"));
    // What cannot be looked at is nobody's.
    let ours = beside(&seen.path, is_marked).unwrap_or_default();
    seen.ours_beside = ours.into_iter().next();
}
