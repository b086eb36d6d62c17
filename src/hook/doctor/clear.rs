//! The command that clears the way for `cordon install`, which replaces no hook that somebody
//! edited, and renames none over another.

use std::path::{Path, PathBuf};

use super::super::PREVIOUS_SUFFIX;
use super::look::Seen;
use super::{State, quoted};

/// One command for all hooks that are not as they ought to be, which ends with `install`; `None` where nobody could see what it
/// does, or where one name cannot be given.
pub(super) fn command(dir: &Path, wrong: &[&Seen], install: &str) -> Option<String> {
    let names = |is: &dyn Fn(&Seen) -> bool| -> Vec<&'static str> {
        let hooks = wrong.iter().filter(|one| is(one));
        hooks.map(|one| one.name).collect()
    };
    let removed = names(&|one| matches!(one.state, State::Crlf | State::Link));
    let edited = names(&|one| one.state == State::Edited);
    let aside = names(&|one| one.state == State::Foreign && one.aside);
    let windows = names(&|one| one.state == State::Foreign && one.crlf);
    let mut steps = Vec::new();
    if !removed.is_empty() {
        steps.push(format!("rm {}", removed.join(" ")));
    }
    if !edited.is_empty() {
        steps.push(renamed(dir, &edited, "", ".edited"));
    }
    if !aside.is_empty() {
        steps.push(renamed(dir, &aside, PREVIOUS_SUFFIX, ".before-cordon"));
    }
    if !windows.is_empty() {
        let unix = "tr -d '\\r' <$hook >$hook.unix && cat $hook.unix >$hook && rm $hook.unix";
        steps.push(each(&windows, unix));
    }
    if steps.is_empty() {
        return Some(install.to_owned());
    }
    let dir = quoted(dir)?;
    Some(format!("(cd {dir} && {}) && {install}", steps.join(" && ")))
}

/// Renames to names that are free.
fn renamed(dir: &Path, hooks: &[&str], from: &str, to: &str) -> String {
    let taken = |end: &str| {
        let path = |hook: &&str| -> PathBuf { dir.join(format!("{hook}{end}")) };
        hooks
            .iter()
            .map(path)
            .any(|path| path.symlink_metadata().is_ok())
    };
    let mut end = to.to_owned();
    // Every name in use would take as many installs.
    for number in 2..1000 {
        if !taken(&end) {
            break;
        }
        end = format!("{to}-{number}");
    }
    each(hooks, &format!("mv $hook{from} $hook{end}"))
}

/// One command for each hook. The names are ours, and need no quotes.
fn each(hooks: &[&str], command: &str) -> String {
    match hooks {
        [hook] => command.replace("$hook", hook),
        _ => format!(
            "for hook in {}; do {command} || exit; done",
            hooks.join(" ")
        ),
    }
}
