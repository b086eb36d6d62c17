//! `cordon uninstall` in one repository.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use super::{file_name, hooks_dir_by_git, only_receives, shown, with_help};
use crate::cli::{Exit, output};
use crate::git::Repo;
use crate::hook::{self, Removed, Undone};
use crate::host::Host;

/// Takes the hooks away, also those that lie where Git looked for them before `core.hooksPath` led
/// elsewhere.
pub(super) fn repository(repo: &dyn Repo, host: &Host) -> Result<Exit> {
    let dir = hooks_dir_by_git(repo, host)?.path;
    let server = only_receives(repo);
    let mut out = String::new();
    for one in hook::uninstall(&dir).map_err(with_help)? {
        if !(server && one.step == Undone::NotThere) {
            row(&mut out, &one);
        }
    }
    let mut out = format!("{out}in {}\n", shown(&dir));
    let own = repo.facts().common_dir.join("hooks");
    if !same(&own, &dir) {
        let mut gone = hook::uninstall(&own).map_err(with_help)?;
        gone.retain(was_ours);
        for one in &gone {
            row(&mut out, one);
        }
        if !gone.is_empty() {
            let _ = writeln!(out, "in {}", shown(&own));
        }
    }
    output::print(&out)?;
    Ok(Exit::Pass)
}

fn was_ours(one: &Removed) -> bool {
    let foreign = matches!(one.step, Undone::NotThere | Undone::LeftForeign);
    !foreign || !one.beside.is_empty()
}

fn same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    real(one) == real(other)
}

/// One line a hook, and what is to be known of it.
pub(super) fn row(out: &mut String, one: &Removed) {
    let done = match one.step {
        Undone::NotThere => "was not installed",
        Undone::Removed => "removed",
        Undone::Restored => "removed; the hook that was there is back",
        Undone::LeftEdited => "left: it is ours, but somebody edited it",
        Undone::LeftForeign => "left: it is not ours",
    };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{:<20} {done}", one.hook);
    for path in &one.beside {
        let name = file_name(path);
        let _ = writeln!(out, "{:<20} taken back from {name}", "");
    }
    if let Some(path) = &one.still_aside {
        let name = file_name(path);
        let _ = writeln!(out, "{:<20} the hook from before is still {name}", "");
    }
}
