//! What differs in a `.gitmodules`, setting by setting, so that a finding can say which.
//!
//! Only for the message and the line: any other change of the file is told as well.

use std::collections::BTreeMap;

use bstr::BStr;

use crate::git::Result;
use crate::zone::gitmodules::{Section, Setting, sections};

/// As many settings are told of one by one.
const MOST: usize = 10;

/// A setting of a submodule that differs.
pub(super) struct Difference {
    /// Its name: `url`, `path`, `update`.
    pub(super) setting: String,
    /// The submodule's.
    pub(super) module: String,
    /// Its line in the new text, from 1; `None` where it is gone.
    pub(super) line: Option<u32>,
}

/// By submodule and name; the last of several holds.
type Settings<'s> = BTreeMap<(&'s BStr, &'s BStr), &'s Setting>;

/// The settings that differ, those of the new text first, in the order of lines; none where there are too
/// many to tell. Fails as [`sections`] does.
pub(super) fn differences(old: &[u8], new: &[u8]) -> Result<Vec<Difference>> {
    let (old, new) = (sections(old)?, sections(new)?);
    let (old, new) = (settings(&old), settings(&new));
    let changed = new.iter().filter(|(key, setting)| {
        let before = old.get(*key).map(|before| &before.value);
        before != Some(&setting.value)
    });
    let mut all: Vec<_> = changed
        .map(|(key, setting)| (*key, Some(setting.line)))
        .collect();
    all.sort_by_key(|(_, line)| *line);
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    all.extend(gone.map(|key| (*key, None)));
    if all.len() > MOST {
        all.clear();
    }
    let difference = |((module, setting), line): ((&BStr, &BStr), _)| Difference {
        setting: setting.to_string(),
        module: module.to_string(),
        line,
    };
    Ok(all.into_iter().map(difference).collect())
}

fn settings(sections: &[Section]) -> Settings<'_> {
    let all = sections.iter().flat_map(|section| {
        let settings = section.settings.iter();
        settings.map(|setting| ((section.module(), setting.key.as_ref()), setting))
    });
    all.collect()
}
