//! Puts the shims in place. What was there is set aside by renaming, which keeps bytes, mode and
//! links; `cordon hook` runs it first.

use std::ffi::OsString;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::place::may_install;
use super::shim::{Owner, SERVER_SHIMS, SHIMS, Shim, head, is_marked};
use super::{Error, HooksDir, PREVIOUS_SUFFIX, Result};
use crate::git::Facts;

/// What was done about one hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// The hook's name, one of [`super::HOOKS`].
    pub hook: &'static str,
    /// Its file.
    pub path: PathBuf,
    /// What was done.
    pub step: Step,
}

/// What was done about a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// There was none: it is new.
    New,
    /// A hook was there: it now has this path, and still runs.
    SetAside(PathBuf),
    /// It was an older one of ours, or one for another program.
    Refreshed,
    /// It was the same already.
    Unchanged,
}

/// The mode of an installed shim.
const MODE: u32 = 0o755;

/// Installs the hook of a server that receives pushes, as [`install`] does those of a developer.
pub fn install_server(facts: &Facts, dir: &HooksDir, program: &Path) -> Result<Vec<Installed>> {
    put(&SERVER_SHIMS, facts, dir, program)
}

/// Installs all hooks of a developer, or none: a failure undoes what was done before it.
///
/// `program` is the absolute path of the `cordon` that the shims start. Installing again is safe and
/// brings the shims up to date. Refused: a directory that other repositories use, a hook that would
/// have to be set aside under a name that is taken, a shim that somebody edited.
pub fn install(facts: &Facts, dir: &HooksDir, program: &Path) -> Result<Vec<Installed>> {
    put(&SHIMS, facts, dir, program)
}

/// Installs the hooks of a developer into the folder of hooks that Git copies into new repositories.
pub fn install_template(dir: &Path, program: &Path) -> Result<Vec<Installed>> {
    put_into(&SHIMS, dir, program)
}

fn put(shims: &[Shim], facts: &Facts, dir: &HooksDir, program: &Path) -> Result<Vec<Installed>> {
    may_install(facts, dir)?;
    put_into(shims, &dir.path, program)
}

/// Puts shims into a folder, whoever uses it.
pub(super) fn put_into(shims: &[Shim], dir: &Path, program: &Path) -> Result<Vec<Installed>> {
    if !program.is_absolute() {
        return Err(Error::RelativeProgram(program.to_owned()));
    }
    let planned = shims
        .iter()
        .map(|shim| plan(shim, dir, program))
        .collect::<Result<Vec<_>>>()?;
    let mut undo = Vec::new();
    let done = make_dir(dir, &mut undo).and_then(|()| {
        planned
            .iter()
            .try_for_each(|plan| carry_out(plan, &mut undo))
    });
    if let Err(cause) = done {
        return Err(roll_back(undo, cause));
    }
    Ok(planned.into_iter().map(|plan| plan.installed).collect())
}

/// What is to be done about one hook, found out before anything is changed.
struct Plan {
    installed: Installed,
    text: Vec<u8>,
    /// What stood in the shim before, and its mode, to go back to.
    old: Option<(Vec<u8>, u32)>,
}

/// One change taken back.
enum Undo {
    Remove(PathBuf),
    RemoveDir(PathBuf),
    Rename { from: PathBuf, to: PathBuf },
    Write(PathBuf, Vec<u8>, u32),
}

fn plan(shim: &Shim, dir: &Path, program: &Path) -> Result<Plan> {
    let path = dir.join(shim.name);
    let text = shim.render(program);
    let mut old = None;
    let step = match found(shim, &path)? {
        Found::Nothing => Step::New,
        Found::Edited => return Err(Error::Edited(path)),
        Found::LinkToOurs => return Err(Error::LinkToOurs(path)),
        Found::Ours(bytes, mode) if bytes == text && mode == MODE => Step::Unchanged,
        Found::Ours(bytes, mode) => {
            old = Some((bytes, mode));
            Step::Refreshed
        }
        Found::Stranger => Step::SetAside(free_name(&path)?),
    };
    let hook = shim.name;
    let installed = Installed { hook, path, step };
    Ok(Plan {
        installed,
        text,
        old,
    })
}

/// What stands where a hook is to be.
pub(super) enum Found {
    Nothing,
    /// A shim of ours, with its bytes and mode.
    Ours(Vec<u8>, u32),
    Edited,
    /// A link to a shim of ours, here or elsewhere.
    LinkToOurs,
    Stranger,
}

/// Looks at a hook's place. Nothing but plain files is ever read: a pipe would block.
pub(super) fn found(shim: &Shim, path: &Path) -> Result<Found> {
    let Some(itself) = metadata(path)? else {
        return Ok(Found::Nothing);
    };
    if itself.is_file() {
        let bytes = head(path).map_err(Error::io("read", path))?;
        return Ok(match shim.owner(&bytes) {
            Owner::Ours => Found::Ours(bytes, itself.permissions().mode() & 0o7777),
            Owner::Edited => Found::Edited,
            Owner::Stranger => Found::Stranger,
        });
    }
    // A link that leads nowhere, or where nobody may look, is a stranger like any other.
    let leads_to_file = fs::metadata(path).is_ok_and(|target| target.is_file());
    if itself.is_symlink() && leads_to_file && head(path).is_ok_and(|bytes| is_marked(&bytes)) {
        return Ok(Found::LinkToOurs);
    }
    Ok(Found::Stranger)
}

/// A file's own metadata, links not followed; `None` when there is no file.
pub(super) fn metadata(path: &Path) -> Result<Option<fs::Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("look at", path)(error)),
    }
}

/// The name under which a hook is set aside.
pub(super) fn set_aside(hook: &Path) -> PathBuf {
    let mut name = OsString::from(hook);
    name.push(PREVIOUS_SUFFIX);
    name.into()
}

fn free_name(hook: &Path) -> Result<PathBuf> {
    let before = set_aside(hook);
    if metadata(&before)?.is_some() {
        let hook = hook.to_owned();
        return Err(Error::Taken { hook, before });
    }
    Ok(before)
}

/// Makes the hooks directory, noting each directory that is new.
fn make_dir(dir: &Path, undo: &mut Vec<Undo>) -> Result<()> {
    let missing: Vec<_> = dir.ancestors().take_while(|at| !at.exists()).collect();
    for at in missing.into_iter().rev() {
        fs::create_dir(at).map_err(Error::io("make", at))?;
        undo.push(Undo::RemoveDir(at.to_owned()));
    }
    Ok(())
}

fn carry_out(plan: &Plan, undo: &mut Vec<Undo>) -> Result<()> {
    let path = &plan.installed.path;
    match &plan.installed.step {
        Step::Unchanged => return Ok(()),
        Step::New | Step::Refreshed => {}
        Step::SetAside(before) => {
            // Asked again, since a rename would replace a file that appeared meanwhile.
            free_name(path)?;
            rename(path, before)?;
            undo.push(Undo::Rename {
                from: before.clone(),
                to: path.clone(),
            });
        }
    }
    write(path, &plan.text, MODE)?;
    undo.push(match &plan.old {
        Some((bytes, mode)) => Undo::Write(path.clone(), bytes.clone(), *mode),
        None => Undo::Remove(path.clone()),
    });
    Ok(())
}

/// Takes back what was done, last first; tries all of it, whatever fails.
fn roll_back(undo: Vec<Undo>, cause: Error) -> Error {
    let mut failed = None;
    for step in undo.into_iter().rev() {
        let result = match step {
            Undo::Remove(path) => fs::remove_file(&path).map_err(Error::io("remove", &path)),
            Undo::RemoveDir(path) => fs::remove_dir(&path).map_err(Error::io("remove", &path)),
            Undo::Rename { from, to } => rename(&from, &to),
            Undo::Write(path, bytes, mode) => write(&path, &bytes, mode),
        };
        failed = failed.or(result.err());
    }
    match failed {
        None => cause,
        Some(undo) => Error::HalfDone {
            cause: Box::new(cause),
            undo: Box::new(undo),
        },
    }
}

pub(super) fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(Error::io("rename", from))
}

/// Writes a file whole or not at all: beside it first, then renamed over it. The mode is set as
/// given, whatever the umask.
fn write(path: &Path, text: &[u8], mode: u32) -> Result<()> {
    let mut name = OsString::from(path);
    name.push(format!(".cordon-{}", std::process::id()));
    let beside = PathBuf::from(name);
    let written = write_new(&beside, text, mode)
        .map_err(Error::io("write", &beside))
        .and_then(|()| rename(&beside, path));
    if written.is_err() {
        // The error that counts is the one that is returned.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_new(path: &Path, text: &[u8], mode: u32) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut file = match options.open(path) {
        // Left by a run that was killed and had the same process id.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            options.open(path)?
        }
        other => other?,
    };
    file.write_all(text)?;
    file.set_permissions(Permissions::from_mode(mode))?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
