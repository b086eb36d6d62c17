//! What Git's configuration says about hooks, and from which file.

use std::path::Path;

use bstr::{BString, ByteSlice as _};

use super::super::ask::{Ask, AskError};
use super::super::everywhere::is_ours;
use super::super::{Configured, HOOKS, Scope};

/// A value of `core.hooksPath`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The value, as written.
    pub value: BString,
    /// `system`, `global`, `local`, `worktree` or `command`.
    pub scope: String,
    /// The file, or the command line.
    pub origin: BString,
}

impl Setting {
    /// The same, for whoever follows it.
    pub fn configured<'a>(&'a self, home: Option<&'a Path>) -> Configured<'a> {
        let scope = match self.scope.as_str() {
            "local" | "worktree" => Scope::Repository,
            _ => Scope::Wider,
        };
        Configured {
            value: self.value.as_bstr(),
            scope: Some(scope),
            home,
        }
    }
}

/// A key of Git's hooks by configuration, which Git 2.54 and later run beside those of the
/// directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigHook {
    /// The key, as Git prints it.
    pub key: BString,
    /// Its value.
    pub value: BString,
    /// Where it stands.
    pub scope: String,
}

/// Every value of `core.hooksPath`; the last one holds.
pub(in crate::hook) fn hooks_paths(ask: &Ask) -> Result<Vec<Setting>, AskError> {
    let args = [
        "config",
        "-z",
        "--show-scope",
        "--show-origin",
        "--get-all",
        "core.hooksPath",
    ];
    let text = found(ask, &args)?;
    let parts: Vec<&[u8]> = text.split_str("\0").collect();
    Ok(parts
        .chunks_exact(3)
        .map(|part| Setting {
            scope: part[0].to_str_lossy().into_owned(),
            origin: part[1].into(),
            value: part[2].into(),
        })
        .collect())
}

/// The value of `core.hooksPath` that holds.
pub fn hooks_path(ask: &Ask) -> Result<Option<Setting>, AskError> {
    Ok(hooks_paths(ask)?.pop())
}

/// Every key of a hook by configuration.
pub(in crate::hook) fn config_hooks(ask: &Ask) -> Result<Vec<ConfigHook>, AskError> {
    let text = found(
        ask,
        &["config", "-z", "--show-scope", "--get-regexp", r"^hook\."],
    )?;
    let parts: Vec<&[u8]> = text.split_str("\0").collect();
    Ok(parts
        .chunks_exact(2)
        .map(|part| {
            let (key, value) = part[1].split_once_str("\n").unwrap_or((part[1], b""));
            ConfigHook {
                scope: part[0].to_str_lossy().into_owned(),
                key: key.into(),
                value: value.into(),
            }
        })
        .collect())
}

/// Which hooks of ours Git runs by these keys: those of an event, with a command of ours, that nobody switched
/// off. The last value of a key holds; of `event`, all do, but for those before an empty one.
pub(super) fn run_by(hooks: &[ConfigHook]) -> Vec<&'static str> {
    let key = |name: &str, word: &str| BString::from(format!("hook.{name}.{word}"));
    let last = |key: BString| {
        hooks
            .iter()
            .rfind(|one| one.key == key)
            .map(|one| &one.value)
    };
    let off = |name: &str| last(key(name, "enabled")).is_some_and(is_false);
    let is_run = |hook: &&&str| {
        let name = format!("cordon-{hook}");
        let event = key(&name, "event");
        let events = hooks.iter().filter(|one| one.key == event);
        let events: Vec<_> = events.map(|one| one.value.as_slice()).collect();
        let after_reset = events.rsplit(|value| value.is_empty()).next();
        last(key(&name, "command")).is_some_and(|command| is_ours(command, hook))
            && after_reset.is_some_and(|events| events.contains(&hook.as_bytes()))
            && !off(&name)
            && !off(hook)
    };
    HOOKS.iter().filter(is_run).copied().collect()
}

/// Whether Git reads this as false.
pub(super) fn is_false(value: &BString) -> bool {
    let off: [&[u8]; 4] = [b"false", b"no", b"off", b"0"];
    off.contains(&value.to_ascii_lowercase().as_slice())
}

/// One value, if there is one.
pub(in crate::hook) fn value(ask: &Ask, key: &str) -> Result<Option<BString>, AskError> {
    let text = found(ask, &["config", "--get", "--type=path", key])?;
    let text = text.trim_ascii();
    Ok((!text.is_empty()).then(|| text.into()))
}

/// What `git config` prints; nothing where the key is not there, for which it has a code.
fn found(ask: &Ask, args: &[&str]) -> Result<Vec<u8>, AskError> {
    match ask.git(args, b"") {
        Err(AskError::Failed { code: 1, .. }) => Ok(Vec::new()),
        other => other,
    }
}

/// Git's version, as two numbers.
pub(in crate::hook) fn version(ask: &Ask) -> Result<(u32, u32), AskError> {
    let said = ask.line(&["version"])?;
    let said = said.to_str_lossy();
    let mut numbers = said
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|word| word.parse().ok());
    Ok((numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(keys: &[(&str, &str)]) -> Vec<&'static str> {
        let hook = |(key, value): &(&str, &str)| ConfigHook {
            key: (*key).into(),
            value: (*value).into(),
            scope: "global".into(),
        };
        run_by(&keys.iter().map(hook).collect::<Vec<_>>())
    }

    #[test]
    fn a_hook_runs_by_its_event_and_a_command_of_ours() {
        let command = (
            "hook.cordon-pre-push.command",
            "'/opt/cordon' hook --by configuration pre-push",
        );
        let event = ("hook.cordon-pre-push.event", "pre-push");
        assert_eq!(run(&[command, event]), ["pre-push"]);
        assert!(run(&[command]).is_empty());
        assert!(run(&[event]).is_empty());
        // The last command holds; an empty event takes those before it back.
        let other = ("hook.cordon-pre-push.command", "true");
        assert!(run(&[command, event, other]).is_empty());
        assert_eq!(run(&[other, event, command]), ["pre-push"]);
        let none = ("hook.cordon-pre-push.event", "");
        assert!(run(&[command, event, none]).is_empty());
        assert_eq!(run(&[command, event, none, event]), ["pre-push"]);
        for key in ["hook.cordon-pre-push.enabled", "hook.pre-push.enabled"] {
            assert!(run(&[command, event, (key, "False")]).is_empty());
            let back = [command, event, (key, "no"), (key, "true")];
            assert_eq!(run(&back), ["pre-push"]);
        }
    }
}
