//! Where Git takes the hooks from, and whether Cordon can be installed there.

use std::fs;
use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;

use super::super::everywhere::is_folder;
use super::super::place::may_install;
use super::super::{Configured, HooksDir, hooks_dir};
use super::config::Setting;
use super::{Findings, Patient, Problem, State, quoted, shown, variable};

/// This repository's own folder of hooks, for a shell.
const OWN: &str = "\"$(git rev-parse --path-format=absolute --git-common-dir)/hooks\"";

/// The folder, and whether `cordon install` can work in it.
pub(super) struct Place {
    /// The command that installs there.
    pub(super) install: String,
    /// The command that makes the folder one of this repository, if it is not.
    mend: Option<String>,
    /// What is wrong with it.
    pub(super) wrong: Option<(&'static str, String)>,
}

impl Place {
    pub(super) fn of(patient: &Patient<'_>, findings: &Findings, wider: bool) -> Self {
        let own = Self {
            install: "cordon install".to_owned(),
            mend: None,
            wrong: None,
        };
        let ours = findings
            .hooks
            .iter()
            .all(|hook| matches!(hook.state, State::InPlace | State::Configured));
        let fires = findings.hooks.iter().all(|hook| hook.fired == Some(true));
        if ours || fires {
            return own;
        }
        let setting = findings.setting.as_ref();
        if let Some(install) = for_everybody(setting, &findings.dir) {
            return Self { install, ..own };
        }
        let is_wide = setting.is_some_and(|one| !["local", "worktree"].contains(&&*one.scope));
        let dir = HooksDir {
            path: findings.dir.clone(),
            shared: is_wide && setting.is_some_and(|one| one.value.starts_with(b"/")),
            warnings: Vec::new(),
        };
        let followed = followed(patient, setting).is_some_and(|path| same(&path, &dir.path));
        if may_install(patient.facts, &dir).is_ok() && followed {
            return own;
        }
        let gone = if dir.path.is_dir() {
            ""
        } else {
            ", which is not there"
        };
        let Some(setting) = setting else {
            return Self::elsewhere(patient, &dir.path, gone);
        };
        let told = format!(
            "Git takes the hooks from {} alone{gone}: core.hooksPath says so in {} ({})",
            shown(&dir.path),
            setting.origin.to_str_lossy(),
            setting.scope
        );
        let code = if gone.is_empty() {
            "hooks-path"
        } else {
            "hooks-path-gone"
        };
        Self {
            install: own.install,
            mend: Some(own_folder(setting, wider)),
            wrong: Some((code, told)),
        }
    }

    /// No setting leads there: a link does.
    fn elsewhere(patient: &Patient<'_>, dir: &Path, gone: &str) -> Self {
        let own = patient.facts.common_dir.join("hooks");
        let link = quoted(&own).filter(|_| own.is_symlink());
        let dir = shown(dir);
        Self {
            install: "cordon install".to_owned(),
            mend: link.map(|link| format!("rm {link} && cordon install")),
            wrong: Some((
                "hooks-elsewhere",
                format!("the hooks lie out of this repository, in {dir}{gone}"),
            )),
        }
    }

    pub(super) fn problem(&self, findings: &mut Findings) {
        if let Some((code, message)) = &self.wrong {
            findings.problems.push(Problem {
                code,
                hooks: Vec::new(),
                message: message.clone(),
                mend: self.mend.clone(),
            });
        }
    }
}

/// The command that installs into a folder of ours that serves every repository, if this is one.
fn for_everybody(setting: Option<&Setting>, dir: &Path) -> Option<String> {
    let option = match setting?.scope.as_str() {
        "global" => "--user",
        "system" => "--system",
        _ => return None,
    };
    let path = quoted(dir).filter(|_| is_folder(dir))?;
    Some(format!("cordon install {option} --hooks-path={path}"))
}

/// The command that gives the repository its own folder again.
fn own_folder(setting: &Setting, wider: bool) -> String {
    let set = match setting.scope.as_str() {
        "command" => "unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS".to_owned(),
        "worktree" => format!("git config --worktree --replace-all core.hooksPath {OWN}"),
        "local" if !wider => "git config --unset-all core.hooksPath".to_owned(),
        _ => format!("git config --replace-all core.hooksPath {OWN}"),
    };
    format!("{set} && cordon install")
}

/// Where `cordon install` would put the hooks.
fn followed(patient: &Patient<'_>, setting: Option<&Setting>) -> Option<PathBuf> {
    hooks_dir(patient.facts, configured(patient, setting).as_ref())
        .ok()
        .map(|dir| dir.path)
}

pub(super) fn configured<'a>(
    patient: &'a Patient<'_>,
    setting: Option<&'a Setting>,
) -> Option<Configured<'a>> {
    let home = variable(&patient.ask.env, "HOME").and_then(|home| home.to_path().ok());
    setting.map(|setting| setting.configured(home))
}

pub(super) fn same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    real(one) == real(other)
}
