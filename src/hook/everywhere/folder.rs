//! A folder that `core.hooksPath` names for every repository, for a Git that runs no hooks by configuration.
//! Each file in it runs the repository's own hook too.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::super::ask::Ask;
use super::super::doctor::{Setting, config};
use super::super::install::{Found, found, put_into};
use super::super::shim::{Shim, head, is_marked};
use super::super::uninstall::take_away;
use super::super::{Error, Installed, Removed, Undone};
use super::shims::{JUDGED, PASSED};
use super::{EverywhereError, Whose};

/// Writes the folder, and has `core.hooksPath` of that scope name it. `dir` and `program` are absolute.
///
/// Refused, before anything is written: a `core.hooksPath` that leads elsewhere, in that scope or in
/// one that it would hide; a folder with files of others.
pub fn install_folder(
    ask: &Ask,
    whose: Whose,
    dir: &Path,
    program: &Path,
) -> Result<Vec<Installed>, EverywhereError> {
    let settings = settings(ask, whose, true)?;
    let is_here = |one: &Setting| one.value == dir.as_os_str().as_bytes();
    if let Some(other) = settings.iter().find(|one| !is_here(one)) {
        return Err(EverywhereError::Taken {
            value: other.value.clone(),
            scope: other.scope.clone(),
            origin: other.origin.clone(),
        });
    }
    only_ours(dir)?;
    let installed = put_into(&all(), dir, program)?;
    if !settings.iter().any(|one| one.scope == whose.scope()) {
        let set = ["--replace-all", "core.hooksPath"].map(OsString::from);
        if let Err(error) = config(ask, whose, &set, dir) {
            // Nobody looks there. The error that counts is the one that is returned.
            let _ = uninstall_files(dir);
            return Err(error);
        }
    }
    Ok(installed)
}

/// Takes away the folder that `core.hooksPath` of that scope names, if it is one of ours, and the setting.
pub fn uninstall_folder(ask: &Ask, whose: Whose) -> Result<Vec<Removed>, EverywhereError> {
    let mut removed = Vec::new();
    for setting in settings(ask, whose, false)? {
        let dir = Path::new(OsStr::from_bytes(&setting.value));
        if !is_folder(dir) {
            continue;
        }
        // First the setting: Git looks into each repository's own folder again.
        let unset = ["--fixed-value", "--unset-all", "core.hooksPath"].map(OsString::from);
        config(ask, whose, &unset, dir)?;
        removed.extend(uninstall_files(dir)?);
    }
    Ok(removed)
}

/// Whether a folder is one that [`install_folder`] wrote.
pub fn is_folder(dir: &Path) -> bool {
    let ours = |shim: &Shim| matches!(found(shim, &dir.join(shim.name)), Ok(Found::Ours(..)));
    dir.is_absolute()
        && PASSED
            .iter()
            .any(|shim| ours(shim) && head(&dir.join(shim.name)).is_ok_and(|text| is_marked(&text)))
}

fn all() -> Vec<Shim> {
    JUDGED.iter().chain(&PASSED).copied().collect()
}

fn only_ours(dir: &Path) -> Result<(), EverywhereError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io("look into", dir)(error).into()),
    };
    for entry in entries {
        let path = entry.map_err(Error::io("look into", dir))?.path();
        let name = path.file_name().unwrap_or_default();
        let shim = all().into_iter().find(|shim| name == shim.name);
        let is_ours = match shim {
            Some(shim) => matches!(found(&shim, &path)?, Found::Ours(..)),
            None => false,
        };
        if !is_ours {
            return Err(EverywhereError::InUse(path));
        }
    }
    Ok(())
}

fn uninstall_files(dir: &Path) -> Result<Vec<Removed>, EverywhereError> {
    let mut removed = Vec::new();
    for shim in all() {
        let one = take_away(&shim, dir)?;
        if one.step != Undone::NotThere {
            removed.push(one);
        }
    }
    // One that holds more is left.
    let _ = fs::remove_dir(dir);
    Ok(removed)
}

/// The values of `core.hooksPath` in that scope; with `wider`, those of the whole machine too.
fn settings(ask: &Ask, whose: Whose, wider: bool) -> Result<Vec<Setting>, EverywhereError> {
    let mut settings = config::hooks_paths(ask)?;
    settings
        .retain(|one| one.scope == whose.scope() || wider && one.scope == Whose::Machine.scope());
    Ok(settings)
}

/// Changes the configuration of that scope; the folder is the last word.
fn config(ask: &Ask, whose: Whose, words: &[OsString], dir: &Path) -> Result<(), EverywhereError> {
    let scope = format!("--{}", whose.scope());
    let mut args: Vec<OsString> = vec!["config".into(), scope.into()];
    args.extend_from_slice(words);
    args.push(dir.into());
    ask.git(&args, b"")?;
    Ok(())
}
