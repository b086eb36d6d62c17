//! `cordon install --template`: the folder from which `git init` and `git clone` copy hooks into new
//! repositories.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use bstr::ByteSlice as _;

use super::{rows, shown, undo, with_help};
use crate::cli::{Exit, output};
use crate::hook::{self, Ask};
use crate::host::Host;

pub(super) fn install(host: &Host, dir: Option<&Path>) -> Result<Exit> {
    let configured = configured(host)?;
    let top = chosen(host, dir, configured.as_deref())?;
    let program = host.program.as_deref();
    let program = program.context("cannot find the path of this program")?;
    let hooks = top.join("hooks");
    let installed = hook::install_template(&hooks, program).map_err(with_help)?;
    output::print(&format!("{}in {}\n", rows(&installed), shown(&hooks)))?;
    if configured != Some(top.clone()) {
        let set = match crate::text::show::shell_quoted(top.as_os_str().as_encoded_bytes()) {
            Some(path) => format!("git config --global init.templateDir {path}"),
            None => "set init.templateDir to it".to_owned(),
        };
        output::complain(&format!("Git does not copy from there yet: {set}"));
    }
    Ok(Exit::Pass)
}

pub(super) fn uninstall(host: &Host, dir: Option<&Path>) -> Result<Exit> {
    let top = chosen(host, dir, configured(host)?.as_deref())?;
    let hooks = top.join("hooks");
    let mut out = String::new();
    for one in hook::uninstall(&hooks).map_err(with_help)? {
        undo::row(&mut out, &one);
    }
    output::print(&format!("{out}in {}\n", shown(&hooks)))?;
    Ok(Exit::Pass)
}

/// What `init.templateDir` says.
fn configured(host: &Host) -> Result<Option<PathBuf>> {
    let ask = Ask::at(&host.env, &host.cwd);
    let value = hook::template_dir(&ask)?;
    Ok(match value {
        Some(value) => Some(
            value
                .to_path()
                .context("init.templateDir is no path")?
                .to_owned(),
        ),
        None => None,
    })
}

fn chosen(host: &Host, dir: Option<&Path>, configured: Option<&Path>) -> Result<PathBuf> {
    if let Some(dir) = dir {
        return Ok(host.cwd.join(dir));
    }
    match configured {
        Some(dir) if dir.is_absolute() => Ok(dir.to_owned()),
        Some(dir) => bail!(
            "init.templateDir is {}, which is no whole path: Git counts it from wherever it runs",
            shown(dir)
        ),
        None => bail!("init.templateDir is not set: name a folder by --template=DIR"),
    }
}
