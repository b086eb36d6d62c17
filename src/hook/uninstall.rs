//! Takes the shims away and puts back the hooks that were there before.

use std::fs;
use std::path::{Path, PathBuf};

use super::beside::beside;
use super::install::{Found, found, metadata, rename, set_aside};
use super::shim::{Owner, SERVER_SHIMS, SHIMS, Shim};
use super::{Error, Result};

/// What became of one hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The hook's name, one of [`super::HOOKS`].
    pub hook: &'static str,
    /// Its file.
    pub path: PathBuf,
    /// What was done.
    pub step: Undone,
    /// A hook that was set aside and still is, since its place is not free.
    pub still_aside: Option<PathBuf>,
    /// Shims of ours that a hook manager had set aside: gone, or a hook from before is there again.
    pub beside: Vec<PathBuf>,
}

/// What was done about a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undone {
    /// There was nothing of ours.
    NotThere,
    /// It is gone.
    Removed,
    /// The hook that was there before is back.
    Restored,
    /// Ours, but somebody edited it: left as it is.
    LeftEdited,
    /// Somebody else's: left as it is.
    LeftForeign,
}

/// Removes our shims, a developer's and a server's, from a hooks directory and renames back what was set aside. Touches nothing
/// that is not ours. Stops at the first failure; running it again goes on from there.
pub fn uninstall(hooks_dir: &Path) -> Result<Vec<Removed>> {
    let mut removed = Vec::new();
    for shim in &SHIMS {
        removed.push(take_away(shim, hooks_dir)?);
    }
    for shim in &SERVER_SHIMS {
        let one = take_away(shim, hooks_dir)?;
        // Of a hook that never was ours here, there is nothing to tell.
        let foreign = matches!(one.step, Undone::NotThere | Undone::LeftForeign);
        if !foreign || one.still_aside.is_some() || !one.beside.is_empty() {
            removed.push(one);
        }
    }
    Ok(removed)
}

pub(super) fn take_away(shim: &Shim, hooks_dir: &Path) -> Result<Removed> {
    let path = hooks_dir.join(shim.name);
    let before = set_aside(&path);
    let before = metadata(&before)?.map(|data| (before, data.is_dir()));
    let (step, before) = match (found(shim, &path)?, before) {
        (Found::Ours(..), Some((before, is_dir))) => {
            // Renaming over our shim leaves no moment without a hook, but a directory cannot
            // replace a file.
            if is_dir {
                remove(&path)?;
            }
            rename(&before, &path)?;
            (Undone::Restored, None)
        }
        (Found::Nothing, Some((before, _))) => {
            rename(&before, &path)?;
            (Undone::Restored, None)
        }
        (Found::Ours(..), None) => {
            remove(&path)?;
            (Undone::Removed, None)
        }
        (Found::Nothing, None) => (Undone::NotThere, None),
        (Found::Edited, before) => (Undone::LeftEdited, before),
        (Found::LinkToOurs | Found::Stranger, before) => (Undone::LeftForeign, before),
    };
    let mut before = before.map(|(path, _)| path);
    let beside = beside(&path, |text| shim.owner(text) == Owner::Ours)?;
    for ours in &beside {
        // The manager runs what lies there, or restores it: the hook from before, as it would have found it.
        match before.take() {
            Some(before) => rename(&before, ours)?,
            None => remove(ours)?,
        }
    }
    Ok(Removed {
        hook: shim.name,
        path,
        step,
        still_aside: before,
        beside,
    })
}

fn remove(path: &Path) -> Result<()> {
    fs::remove_file(path).map_err(Error::io("remove", path))
}
