//! An answer of the policy, and the line that gave it.

use crate::text::Span;

/// A value and the place that decided it; `None` for a built-in default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling<T> {
    /// The answer.
    pub value: T,
    /// Where it was written.
    pub by: Option<Span>,
}

impl<T> Ruling<T> {
    /// A built-in default.
    pub fn default_of(value: T) -> Self {
        Self { value, by: None }
    }

    /// An answer that a policy file gives.
    pub fn written(value: T, by: Span) -> Self {
        Self {
            value,
            by: Some(by),
        }
    }
}

impl<T: Ord> Ruling<T> {
    /// The stricter of two answers: policies' enums stand in the order of strictness. Of equals, the
    /// first, and one that is written before a default.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        let replaces = other.value > self.value || (other.value == self.value && self.by.is_none());
        if replaces { other } else { self }
    }
}
