//! A path in all the forms in which it is compared.

use crate::text::fold::folded_forms;
use crate::text::landing::{ShortName, landing};

/// A path with its folded forms, and where these land on other systems; made once and matched with
/// many sets.
pub struct FoldedPath<'a> {
    raw: &'a [u8],
    /// Those that differ from it.
    others: Vec<String>,
    has_short_names: bool,
}

impl<'a> FoldedPath<'a> {
    /// Folds a path.
    pub fn new(path: &'a [u8]) -> Self {
        let mut others = folded_forms(path);
        let landed: Vec<String> = others.iter().filter_map(|form| landing(form)).collect();
        others.extend(landed);
        let short = |form: &String| form.split('/').any(|name| ShortName::of(name).is_some());
        let has_short_names = ShortName::may_be_in(path) && others.iter().any(short);
        others.retain(|form| form.as_bytes() != path);
        Self {
            raw: path,
            others,
            has_short_names,
        }
    }

    /// It as it is.
    pub fn raw(&self) -> &[u8] {
        self.raw
    }

    /// It as it is, folded, and where that lands.
    pub(in crate::policy) fn forms(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.raw).chain(self.others.iter().map(String::as_bytes))
    }

    /// Whether a name in it can be a short one that Windows gives beside the file's own.
    pub(in crate::policy) fn has_short_names(&self) -> bool {
        self.has_short_names
    }

    /// The form that differs most from it.
    pub(super) fn last(&self) -> &[u8] {
        self.others.last().map_or(self.raw, String::as_bytes)
    }
}
