//! `cordon install --user` and `--system`, and their undoing.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use bstr::ByteSlice as _;

use super::{done, shown, undo};
use crate::cli::{Exit, output};
use crate::hook::everywhere::{
    EverywhereError, Whose, configure, deconfigure, install_folder, uninstall_folder,
};
use crate::hook::{Ask, Error, HOOKS};
use crate::host::Host;

/// Where a folder of hooks for the whole machine lies.
const MACHINE: &str = "/etc/cordon/hooks";

/// What hooks a server has.
const SERVER: [&str; 1] = ["pre-receive"];

/// Has Git run the hooks by its configuration.
pub(super) fn by_configuration(host: &Host, whose: Whose, server: bool) -> Result<Exit> {
    let hooks = if server { &SERVER[..] } else { HOOKS };
    let ask = Ask::at(&host.env, &host.cwd);
    let written = configure(&ask, whose, hooks, program(host)?);
    let mut out = String::new();
    for one in written.map_err(|error| with_help(error, whose))? {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{:<20} {}", one.hook, done(&one.step));
    }
    let _ = writeln!(
        out,
        "for {}, by Git's configuration ({})",
        people(whose),
        whose.scope()
    );
    output::print(&out)?;
    Ok(Exit::Pass)
}

/// Has Git take every repository's hooks from one folder, which runs their own too.
pub(super) fn by_folder(host: &Host, whose: Whose, dir: Option<&Path>) -> Result<Exit> {
    let dir = match dir {
        Some(dir) => host.cwd.join(dir),
        None => usual_folder(host, whose)?,
    };
    let ask = Ask::at(&host.env, &host.cwd);
    let installed = install_folder(&ask, whose, &dir, program(host)?);
    let mut out = String::new();
    let mut passed = 0;
    for one in installed.map_err(|error| with_help(error, whose))? {
        if HOOKS.contains(&one.hook) {
            let _ = writeln!(out, "{:<20} {}", one.hook, done(&one.step));
        } else {
            passed += 1;
        }
    }
    let _ = writeln!(
        out,
        "in {}, for {}: core.hooksPath ({}) names it\nA repository's own hook runs first, and its {passed} other hooks run as before.",
        shown(&dir),
        people(whose),
        whose.scope()
    );
    output::print(&out)?;
    Ok(Exit::Pass)
}

/// Takes both away.
pub(super) fn undone(host: &Host, whose: Whose) -> Result<Exit> {
    let ask = Ask::at(&host.env, &host.cwd);
    let told = |error| with_help(error, whose);
    let mut removed = deconfigure(&ask, whose).map_err(told)?;
    removed.extend(uninstall_folder(&ask, whose).map_err(told)?);
    let mut out = String::new();
    for one in removed.iter().filter(|one| is_told(one.hook)) {
        undo::row(&mut out, one);
    }
    if removed.is_empty() {
        out.push_str("nothing was installed ");
    }
    let _ = writeln!(out, "for {}", people(whose));
    output::print(&out)?;
    Ok(Exit::Pass)
}

/// Those that hand on to a repository's own hook are not spoken of.
fn is_told(hook: &str) -> bool {
    HOOKS.contains(&hook) || SERVER.contains(&hook)
}

fn program(host: &Host) -> Result<&Path> {
    let program = host.program.as_deref();
    program.context("cannot find the path of this program")
}

fn usual_folder(host: &Host, whose: Whose) -> Result<PathBuf> {
    if whose == Whose::Machine {
        return Ok(MACHINE.into());
    }
    let folder = |name: &str, below: &str| {
        let path = host.var(name)?.to_path().ok()?;
        path.is_absolute()
            .then(|| path.join(below).join("cordon/hooks"))
    };
    folder("XDG_CONFIG_HOME", "")
        .or_else(|| folder("HOME", ".config"))
        .context("neither XDG_CONFIG_HOME nor HOME is set to a whole path: name a folder by --hooks-path=DIR")
}

fn people(whose: Whose) -> &'static str {
    match whose {
        Whose::User => "every repository of this user",
        Whose::Machine => "every repository of this machine",
    }
}

fn option(whose: Whose) -> &'static str {
    match whose {
        Whose::User => "--user",
        Whose::Machine => "--system",
    }
}

fn with_help(error: EverywhereError, whose: Whose) -> anyhow::Error {
    let option = option(whose);
    let help = match &error {
        EverywhereError::TooOld(_) => format!(
            "`cordon install {option} --hooks-path` sets core.hooksPath to a folder of Cordon's that runs each \
             repository's own hooks too; `cordon install` installs in one repository."
        ),
        EverywhereError::Taken { .. } => format!(
            "It is left as it is. Where it is no longer needed, unset it; else call `cordon hook NAME \"$@\"` from the \
             hooks there, run `cordon install` in each repository, or, with Git 2.54 or later, `cordon install {option}`."
        ),
        EverywhereError::InUse(_) => "Name another folder by --hooks-path=DIR.".to_owned(),
        EverywhereError::Foreign(_) => {
            "Take it out of the configuration, or give it another name.".to_owned()
        }
        EverywhereError::Hook(Error::Edited(path)) => {
            format!("Delete {}, and install again.", shown(path))
        }
        EverywhereError::Hook(error) => return super::with_help_of(error),
        EverywhereError::Ask(_) => return error.into(),
    };
    anyhow!("{error}\n{help}")
}
