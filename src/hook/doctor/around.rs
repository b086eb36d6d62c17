//! What else decides whether hooks run: variables, hooks by configuration, templates.

use bstr::{BString, ByteSlice as _};

use super::super::ask::{Ask, AskError};
use super::super::everywhere::CONFIGURED_SINCE;
use super::super::{Warning, hooks_dir};
use super::config::{self, ConfigHook};
use super::look::look;
use super::manager::MANAGERS;
use super::place::configured;
use super::{Findings, HOOKS, Patient, Problem, State, listed, path_of, shown, variable};

/// Variables by which a manager is turned off.
pub(super) fn switches(patient: &Patient<'_>, findings: &mut Findings) {
    for manager in MANAGERS {
        let Some((name, values)) = manager.off else {
            continue;
        };
        let Some(value) = variable(&patient.ask.env, name) else {
            continue;
        };
        let is_off = values.is_empty() || values.iter().any(|off| value == off);
        let behind: Vec<_> = findings
            .hooks
            .iter()
            .filter(|hook| hook.manager == Some(manager.name) && hook.fired != Some(true))
            .map(|hook| hook.name)
            .collect();
        let is_used = || {
            let top = patient.facts.work_dir.as_ref();
            top.is_some_and(|top| manager.files.iter().any(|file| top.join(file).exists()))
        };
        let told = format!("{name} is set, which turns hooks of {} off", manager.name);
        if is_off && !behind.is_empty() {
            findings.problems.push(Problem {
                code: "environment",
                hooks: behind,
                message: told,
                mend: Some(format!("unset {name}")),
            });
        } else if is_off && is_used() {
            findings.notes.push(format!("{told}: `unset {name}`"));
        }
    }
}

/// Hooks by configuration, which Git runs since 2.54.
pub(super) struct ByConfiguration {
    hooks: Vec<ConfigHook>,
    version: (u32, u32),
}

impl ByConfiguration {
    pub(super) fn of(ask: &Ask) -> Result<Self, AskError> {
        let hooks = config::config_hooks(ask)?;
        let version = if hooks.is_empty() {
            (0, 0)
        } else {
            config::version(ask)?
        };
        Ok(Self { hooks, version })
    }

    fn runs(&self) -> bool {
        self.version >= CONFIGURED_SINCE
    }

    /// Which hooks of ours Git runs so.
    pub(super) fn ours(&self) -> Vec<&'static str> {
        if self.runs() {
            config::run_by(&self.hooks)
        } else {
            Vec::new()
        }
    }
}

/// What is to be known of them.
pub(super) fn by_configuration(by: &ByConfiguration, findings: &mut Findings) {
    let ByConfiguration { hooks, version } = by;
    let runs = by.runs();
    if runs {
        let twice: Vec<_> = findings
            .hooks
            .iter()
            .filter(|hook| hook.state == State::InPlace && by.ours().contains(&hook.name))
            .map(|hook| hook.name)
            .collect();
        if !twice.is_empty() {
            let told = format!(
                "{}: here and by configuration, so that all is judged twice: `cordon uninstall` takes these away",
                listed(&twice)
            );
            findings.notes.push(told);
        }
    }
    for hook in hooks {
        let (key, value) = (hook.key.to_str_lossy(), hook.value.to_str_lossy());
        if runs && is_switched_off(hook) {
            findings.problems.push(Problem {
                code: "hook-disabled",
                hooks: Vec::new(),
                message: format!("{key} = {value} ({}): Git does not run it", hook.scope),
                mend: crate::text::show::shell_quoted(&hook.key)
                    .map(|key| format!("git config --{} --unset-all {key}", hook.scope)),
            });
            continue;
        }
        let does = if runs {
            "Git runs it besides".to_owned()
        } else {
            format!(
                "Git {}.{} does not run hooks by configuration",
                version.0, version.1
            )
        };
        if hook.key.ends_with(b".command") || is_switched_off(hook) {
            findings
                .notes
                .push(format!("{key} = {value} ({}): {does}", hook.scope));
        }
    }
}

/// `hook.NAME.enabled = false`, NAME being a hook of ours or one that speaks of Cordon.
fn is_switched_off(hook: &ConfigHook) -> bool {
    let name = hook
        .key
        .strip_prefix(b"hook.")
        .and_then(|rest| rest.strip_suffix(b".enabled"));
    name.is_some_and(|name| {
        HOOKS.iter().any(|hook| hook.as_bytes() == name) || name.contains_str("cordon")
    }) && config::is_false(&hook.value)
}

/// What `init.templateDir` says, from where Git runs.
pub fn template_dir(ask: &Ask) -> Result<Option<BString>, AskError> {
    config::value(ask, "init.templateDir")
}

/// Where new repositories get their hooks from, and what is to be known of the folder.
pub(super) fn template(patient: &Patient<'_>, findings: &mut Findings) -> Result<(), AskError> {
    if let Some(template) = template_dir(patient.ask)? {
        let hooks = path_of(&template).join("hooks");
        let has = look(&hooks).is_ok_and(|seen| seen.iter().any(|one| one.state == State::InPlace));
        let from = shown(&path_of(&template));
        findings.notes.push(if has {
            format!("new repositories get Cordon's hooks, from {from}")
        } else {
            format!(
                "new repositories get no hook of Cordon, from {from}: `cordon install --template`"
            )
        });
    }
    let configured = configured(patient, findings.setting.as_ref());
    let warnings = hooks_dir(patient.facts, configured.as_ref()).map(|dir| dir.warnings);
    for warning in warnings.unwrap_or_default() {
        findings.notes.push(match warning {
            Warning::NotInLinkedWorktrees => "core.hooksPath leads through .git: Git runs no hook in linked worktrees. Unset it: `git config --unset core.hooksPath`",
            Warning::InWorkTree => "the hooks lie in the work tree: a checkout may replace them, and every linked worktree needs its own",
        }.to_owned());
    }
    Ok(())
}
