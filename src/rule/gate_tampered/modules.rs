//! What differs in a `.gitmodules`, setting by setting, so that a finding can say which.
//!
//! Only for the message and the line: any other change of the file is told as well.

use std::collections::BTreeMap;

use bstr::ByteSlice as _;

/// A setting of a submodule that differs.
pub(super) struct Difference {
    /// Its name: `url`, `path`, `update`.
    pub(super) setting: String,
    /// The submodule's.
    pub(super) module: String,
    /// Its line in the new text, from 1; `None` where it is gone.
    pub(super) line: Option<u32>,
}

type Settings = BTreeMap<(String, String), (Vec<u8>, u32)>;

/// The settings that differ, those of the new text first, in the order of lines.
pub(super) fn differences(old: &[u8], new: &[u8]) -> Vec<Difference> {
    let (old, new) = (settings(old), settings(new));
    let difference = |(module, setting): &(String, String), line| Difference {
        setting: setting.clone(),
        module: module.clone(),
        line,
    };
    let changed = new.iter().filter(|(key, (value, _))| {
        let before = old.get(*key).map(|(value, _)| value);
        before != Some(value)
    });
    let mut all: Vec<_> = changed
        .map(|(key, (_, line))| difference(key, Some(*line)))
        .collect();
    all.sort_by_key(|difference| difference.line);
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    all.extend(gone.map(|key| difference(key, None)));
    all
}

/// By submodule and name, as Git's configuration has them where each stands on a line of its own.
fn settings(text: &[u8]) -> Settings {
    let mut settings = Settings::new();
    let mut module = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.starts_with(b"[") {
            let name = line.split(|byte| *byte == b'"').nth(1).unwrap_or_default();
            module = String::from_utf8_lossy(name).into_owned();
        } else if let Some((name, value)) = line.split_once_str("=")
            && !line.starts_with(b"#")
            && !line.starts_with(b";")
        {
            let name = String::from_utf8_lossy(name.trim()).to_lowercase();
            settings.insert((module.clone(), name), (value.trim().to_vec(), number));
        }
    }
    settings
}
