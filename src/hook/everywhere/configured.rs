//! Hooks by Git's configuration, which Git runs since 2.54 beside those of every repository: one section
//! an event, since nothing tells a command which event it runs for.

use std::path::Path;

use bstr::{BString, ByteSlice as _};

use super::super::ask::Ask;
use super::super::doctor::{config, version};
use super::{CONFIGURED_SINCE, EverywhereError, Whose, Written};
use crate::hook::{HOOKS, RECEIVING, Removed, Step, Undone};

/// What stands before the command's last word.
const CALL: &[u8] = b" hook --by configuration ";

/// A key and its value.
type Entry = (BString, BString);

/// Configures these hooks, or none: a failure undoes what was done before it. Doing so again is safe, and brings the
/// program's path up to date. Refused: an older Git, which would run none of them; a section of our
/// name that starts something else.
pub fn configure(
    ask: &Ask,
    whose: Whose,
    hooks: &[&'static str],
    program: &Path,
) -> Result<Vec<Written>, EverywhereError> {
    let version = version(ask)?;
    if version < CONFIGURED_SINCE {
        return Err(EverywhereError::TooOld(version));
    }
    let there = there(ask, whose)?;
    let plans = hooks
        .iter()
        .map(|hook| plan(&there, hook, program))
        .collect::<Result<Vec<_>, _>>()?;
    let entries: Vec<&Entry> = plans.iter().flat_map(|(_, entries)| entries).collect();
    for (done, (key, value)) in entries.iter().enumerate() {
        let Err(error) = set(ask, whose, key, Some(value)) else {
            continue;
        };
        for (key, _) in entries[..done].iter().rev() {
            let old = there.iter().find(|(known, _)| known == key);
            set(ask, whose, key, old.map(|(_, value)| value))?;
        }
        return Err(error);
    }
    Ok(plans.into_iter().map(|(written, _)| written).collect())
}

/// Takes away what [`configure`] wrote, and nothing else: a switch that somebody put beside it stays.
pub fn deconfigure(ask: &Ask, whose: Whose) -> Result<Vec<Removed>, EverywhereError> {
    let there = there(ask, whose)?;
    let mut removed = Vec::new();
    for hook in HOOKS.iter().chain(RECEIVING) {
        let [event, command] = keys(hook);
        let Some((_, value)) = there.iter().find(|(key, _)| *key == command) else {
            continue;
        };
        let ours = is_ours(value, hook);
        if ours {
            for key in [event, command] {
                set(ask, whose, &key, None)?;
            }
        }
        removed.push(Removed {
            hook,
            path: whose.scope().into(),
            step: if ours {
                Undone::Removed
            } else {
                Undone::LeftForeign
            },
            still_aside: None,
            beside: Vec::new(),
        });
    }
    Ok(removed)
}

fn keys(hook: &str) -> [BString; 2] {
    ["event", "command"].map(|key| format!("hook.cordon-{hook}.{key}").into())
}

/// What is configured there under our names; the last value of each key.
fn there(ask: &Ask, whose: Whose) -> Result<Vec<Entry>, EverywhereError> {
    let hooks = config::config_hooks(ask)?;
    let here = hooks.into_iter().filter(|one| one.scope == whose.scope());
    let mut entries: Vec<Entry> = here.map(|one| (one.key, one.value)).collect();
    // The last value holds, and is found first.
    entries.reverse();
    Ok(entries)
}

/// What must be written for one hook.
fn plan(
    there: &[Entry],
    hook: &'static str,
    program: &Path,
) -> Result<(Written, Vec<Entry>), EverywhereError> {
    let [event, command] = keys(hook);
    let value = |key: &BString| {
        let mut entries = there.iter();
        entries
            .find(|(known, _)| known == key)
            .map(|(_, value)| value)
    };
    let old = value(&command);
    if old.is_some_and(|old| !is_ours(old, hook)) {
        return Err(EverywhereError::Foreign(command));
    }
    let wanted = call(program, hook);
    let mut entries = Vec::new();
    // The event last: a section without one is none that Git runs.
    if old != Some(&wanted) {
        entries.push((command, wanted));
    }
    if value(&event).is_none_or(|event| event != hook) {
        entries.push((event, hook.into()));
    }
    let step = match (old, entries.is_empty()) {
        (None, _) => Step::New,
        (Some(_), true) => Step::Unchanged,
        (Some(_), false) => Step::Refreshed,
    };
    Ok((Written { hook, step }, entries))
}

/// The command, for a shell; Git puts the hook's arguments behind it.
fn call(program: &Path, hook: &str) -> BString {
    let program = program.as_os_str().as_encoded_bytes();
    let quoted = program.replace("'", r"'\''");
    [b"'", quoted.as_slice(), b"'", CALL, hook.as_bytes()]
        .concat()
        .into()
}

/// Whether a command is one that we wrote, for whatever program.
pub(in crate::hook) fn is_ours(command: &[u8], hook: &str) -> bool {
    let end = [CALL, hook.as_bytes()].concat();
    command
        .strip_suffix(end.as_slice())
        .is_some_and(|program| program.starts_with(b"'") && program.ends_with(b"'"))
}

/// Sets a key in that scope, or takes it away.
fn set(
    ask: &Ask,
    whose: Whose,
    key: &BString,
    value: Option<&BString>,
) -> Result<(), EverywhereError> {
    use std::os::unix::ffi::OsStrExt as _;
    let os = |text: &BString| std::ffi::OsStr::from_bytes(text).to_owned();
    let scope = format!("--{}", whose.scope());
    let mut args = vec!["config".into(), scope.into()];
    match value {
        Some(value) => args.extend(["--replace-all".into(), os(key), os(value)]),
        None => args.extend(["--unset-all".into(), os(key)]),
    }
    ask.git::<std::ffi::OsString>(&args, b"")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(list: &[(&str, &str)]) -> Vec<Entry> {
        list.iter()
            .map(|(key, value)| ((*key).into(), (*value).into()))
            .collect()
    }

    const PRE_PUSH: [(&str, &str); 2] = [
        (
            "hook.cordon-pre-push.command",
            "'/opt/cordon' hook --by configuration pre-push",
        ),
        ("hook.cordon-pre-push.event", "pre-push"),
    ];

    fn planned(there: &[(&str, &str)], program: &str) -> (Step, Vec<Entry>) {
        let (written, entries) = plan(&entries(there), "pre-push", Path::new(program)).unwrap();
        (written.step, entries)
    }

    #[test]
    fn what_is_not_there_is_written_once() {
        let both = entries(&PRE_PUSH);
        assert_eq!(planned(&[], "/opt/cordon"), (Step::New, both.clone()));
        assert_eq!(planned(&PRE_PUSH, "/opt/cordon"), (Step::Unchanged, vec![]));
        let half = planned(&PRE_PUSH[..1], "/opt/cordon");
        assert_eq!(half, (Step::Refreshed, both[1..].to_vec()));
        let (step, moved) = planned(&PRE_PUSH, "/it's/cordon");
        assert_eq!((step, moved.len()), (Step::Refreshed, 1));
        assert_eq!(
            moved[0].1,
            r"'/it'\''s/cordon' hook --by configuration pre-push"
        );
        assert!(is_ours(&moved[0].1, "pre-push"));
    }

    #[test]
    fn a_section_of_our_name_that_starts_something_else_is_refused() {
        for command in [
            "make lint",
            "'/opt/cordon' hook --by configuration pre-commit",
        ] {
            let there = entries(&[("hook.cordon-pre-push.command", command)]);
            let refused = plan(&there, "pre-push", Path::new("/opt/cordon"));
            assert!(
                matches!(refused, Err(EverywhereError::Foreign(_))),
                "{command}"
            );
        }
    }

    /// A shell reads the command as one program with its arguments, whatever the path.
    #[test]
    fn a_shell_finds_the_program_again() {
        let line = format!(
            "set -- {}; printf %s \"$1\"",
            call(Path::new("/a b/it's $HOME"), "update")
        );
        let shell = std::process::Command::new("sh")
            .args(["-c", &line])
            .output()
            .unwrap();
        assert_eq!(shell.stdout, b"/a b/it's $HOME");
    }
}
