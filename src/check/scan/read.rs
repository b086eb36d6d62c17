//! One file of a work tree, read whole, or why it was not.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::check::rows::Obstacle;
use crate::git::FileMode;
use crate::text::show::shell_quoted;

/// Reads a file; of a link what it says, since it is not followed. More than `cap` bytes are an
/// obstacle, and so is a file that changes meanwhile.
pub(super) fn read(path: &Path, cap: u64) -> Result<(FileMode, Vec<u8>), Box<Obstacle>> {
    let before = path
        .symlink_metadata()
        .map_err(|error| unreadable(path, &error))?;
    if before.is_symlink() {
        let target = std::fs::read_link(path).map_err(|error| unreadable(path, &error))?;
        return Ok((FileMode::Link, target.into_os_string().into_vec()));
    }
    if !before.is_file() {
        return Err(no_file());
    }
    if before.len() > cap {
        return Err(too_large(before.len(), cap));
    }
    let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let opened = file.metadata().map_err(|error| unreadable(path, &error))?;
    let mut bytes = Vec::new();
    let room = cap.saturating_add(1);
    let read = (&mut file).take(room).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > cap {
        return Err(too_large(bytes.len() as u64, cap));
    }
    let after = file.metadata().map_err(|error| unreadable(path, &error))?;
    if state(&before) != state(&opened) || state(&opened) != state(&after) {
        return Err(changed());
    }
    let executable = after.mode() & 0o100 != 0;
    let mode = if executable {
        FileMode::Executable
    } else {
        FileMode::Regular
    };
    Ok((mode, bytes))
}

/// What differs when somebody has written to a file or put another in its place.
fn state(meta: &Metadata) -> (u64, u64, u64, i64, i64) {
    let (seconds, nanoseconds) = (meta.mtime(), meta.mtime_nsec());
    (meta.dev(), meta.ino(), meta.len(), seconds, nanoseconds)
}

pub(super) fn no_file() -> Box<Obstacle> {
    let told = "it is no regular file: a pipe, a socket or a device is not read";
    obstacle("not-a-file", told, "hand its content over with `--stdin`")
}

fn too_large(size: u64, cap: u64) -> Box<Obstacle> {
    let told = format!("the file has {size} bytes or more, over the limit of {cap}");
    let mend = "raise `limits.blob_bytes` in the policy; 0 is no limit";
    obstacle("limit", &told, mend)
}

fn changed() -> Box<Obstacle> {
    let told = "the file changed while it was read";
    obstacle("changed-file", told, "scan again")
}

/// Why a file or a directory cannot be read, and what helps.
pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Box<Obstacle> {
    let quoted = || shell_quoted(path.as_os_str().as_bytes());
    let mend = match error.kind() {
        ErrorKind::PermissionDenied => quoted().map(|path| format!("chmod u+rX -- {path}")),
        ErrorKind::NotFound => return changed(),
        _ => Some("mend the file, or name what can be read".to_owned()),
    };
    let told = Obstacle::told("unreadable-file", format!("it cannot be read: {error}"));
    Box::new(told.mended_by(mend))
}

/// A file that is not read, with what helps.
pub(super) fn obstacle(code: &'static str, told: &str, mend: &str) -> Box<Obstacle> {
    Box::new(Obstacle::told(code, told.to_owned()).mended_by(Some(mend.to_owned())))
}
