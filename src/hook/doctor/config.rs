//! What Git's configuration says about hooks, and from which file.

use bstr::{BString, ByteSlice as _};

use super::ask::{Ask, AskError};

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
pub(super) fn hooks_paths(ask: &Ask) -> Result<Vec<Setting>, AskError> {
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

/// Every key of a hook by configuration.
pub(super) fn config_hooks(ask: &Ask) -> Result<Vec<ConfigHook>, AskError> {
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

/// One value, if there is one.
pub(super) fn value(ask: &Ask, key: &str) -> Result<Option<BString>, AskError> {
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
pub(super) fn version(ask: &Ask) -> Result<(u32, u32), AskError> {
    let said = ask.line(&["version"])?;
    let said = said.to_str_lossy();
    let mut numbers = said
        .split(|letter: char| !letter.is_ascii_digit())
        .filter_map(|word| word.parse().ok());
    Ok((numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)))
}
