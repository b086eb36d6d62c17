//! The parts of a policy in which nothing can be wrong once they are read.

use std::collections::BTreeMap;

use crate::finding::{Mode, Stage};
use crate::policy::authority::Limits;
use crate::policy::raw::{IncompleteMode, Permission, RawPolicy, Size, ZoneClass};
use crate::text::Spanned;

pub(super) fn items<T>(list: Option<&Spanned<Vec<T>>>) -> std::slice::Iter<'_, T> {
    list.map_or(&[][..], |list| &list.value).iter()
}

pub(super) fn repository_name(raw: &RawPolicy) -> Option<Spanned<String>> {
    raw.repository.as_ref()?.name.clone()
}

pub(super) fn repository_classes(raw: &RawPolicy) -> Vec<Spanned<ZoneClass>> {
    let repository = raw.repository.as_ref();
    let classes = repository.and_then(|repository| repository.classes.as_ref());
    items(classes).copied().collect()
}

pub(super) fn classes(raw: &RawPolicy) -> BTreeMap<ZoneClass, Spanned<Permission>> {
    let classes = raw.classes.iter();
    classes
        .filter_map(|(class, said)| Some((class.value, said.agents?)))
        .collect()
}

pub(super) fn stages(raw: &RawPolicy) -> BTreeMap<Stage, Spanned<Mode>> {
    let stages = raw.stages.clone().unwrap_or_default();
    [
        (Stage::Commit, stages.commit),
        (Stage::Push, stages.push),
        (Stage::Ci, stages.ci),
        (Stage::Receive, stages.receive),
    ]
    .into_iter()
    .filter_map(|(stage, mode)| Some((stage, mode?)))
    .collect()
}

pub(super) fn incomplete(raw: &RawPolicy) -> Option<Spanned<Mode>> {
    let mode = raw.incomplete.as_ref()?.commit.as_ref()?;
    let value = match mode.value {
        IncompleteMode::Warn => Mode::Warn,
        IncompleteMode::Block => Mode::Block,
    };
    Some(Spanned::new(value, mode.span))
}

pub(super) fn limits(raw: &RawPolicy) -> Limits {
    let limits = raw.limits.clone().unwrap_or_default();
    let amount = |size: Option<Spanned<Size>>| size.map(|size| size.value.0);
    Limits {
        commits: amount(limits.commits),
        files: amount(limits.files),
        blob_bytes: amount(limits.blob_bytes),
    }
}
