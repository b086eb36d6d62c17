//! The patterns of a zone as they are written, compiled when somebody first asks.

use std::sync::OnceLock;

use super::PathSet;
use crate::text::Spanned;

/// Patterns that are good, and their set.
#[derive(Clone, Debug)]
pub struct PathList {
    written: Vec<Spanned<String>>,
    set: OnceLock<PathSet>,
}

impl PathList {
    /// Of patterns with their set.
    pub(in crate::policy) fn new(written: Vec<Spanned<String>>, set: PathSet) -> Self {
        Self {
            written,
            set: OnceLock::from(set),
        }
    }

    /// Of patterns that once were found good.
    pub(in crate::policy) fn known(written: Vec<Spanned<String>>) -> Self {
        Self {
            written,
            set: OnceLock::new(),
        }
    }

    /// The patterns as they are written, `!` ones too.
    pub fn written(&self) -> &[Spanned<String>] {
        &self.written
    }

    /// Their set; every path, should they be no patterns after all.
    pub fn set(&self) -> &PathSet {
        let texts = || self.written.iter().map(|pattern| pattern.value.as_str());
        let set = || PathSet::new(texts()).unwrap_or_else(|_| PathSet::everything());
        self.set.get_or_init(set)
    }
}
