//! Shims of ours that a hook manager, installed over Cordon, set aside under a name of its own.

use std::path::{Path, PathBuf};

use super::Result;
use super::install::metadata;
use super::shim::head;

/// The names that managers give a hook that they find: pre-commit and prek, lefthook.
const ENDS: [&str; 2] = [".legacy", ".old"];

/// The plain files beside this hook whose text is as asked.
pub(super) fn beside(hook: &Path, is: impl Fn(&[u8]) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for end in ENDS {
        let mut name = hook.as_os_str().to_owned();
        name.push(end);
        let path = PathBuf::from(name);
        let is_file = metadata(&path)?.is_some_and(|data| data.is_file());
        if is_file && head(&path).is_ok_and(|text| is(&text)) {
            found.push(path);
        }
    }
    Ok(found)
}
