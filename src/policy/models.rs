//! Patterns of model names, and what an authority says of a model.
//!
//! They are compared with normalised names such as `claude-opus-5`; `*` stands for any characters
//! and `?` for one. For validation and the join.

use super::model_id::ModelId;
use super::raw::Status;
use super::wildcard::Wildcard;
use crate::text::Spanned;

/// Claude's tiers, which people write without the family: names have both.
pub const CLAUDE_TIERS: [&str; 4] = ["opus", "sonnet", "haiku", "fable"];

/// A pattern of model names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelPattern(Wildcard);

/// Why a pattern is refused: it would match no model, and so deny none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelPatternError {
    /// It is empty.
    #[error("an empty pattern matches no model")]
    Empty,
    /// A normalised name has no such character.
    #[error(
        "no model's name has a {0:?}: they are compared as `claude-opus-5`, and `*` and `?` stand for other characters"
    )]
    Character(char),
    /// Names are compared without host and vendor.
    #[error(
        "no model's name has its host or vendor before it: `openrouter/deepseek/deepseek-chat` is compared as `deepseek-chat`; name the models"
    )]
    Vendor,
}

impl ModelPattern {
    /// Reads a pattern, made alike as names are: see [`ModelId`]. Claude's begin with `claude` and have no
    /// dots.
    pub fn new(pattern: &str) -> Result<Self, ModelPatternError> {
        if pattern.is_empty() {
            return Err(ModelPatternError::Empty);
        }
        let known = |c: char| c.is_ascii_alphanumeric() || "._:/@+-*?".contains(c);
        if let Some(odd) = pattern.chars().find(|&c| !known(c)) {
            return Err(ModelPatternError::Character(odd));
        }
        let whole = pattern.to_ascii_lowercase().replace('_', "-");
        let alone = ModelId::new(&whole);
        let mut pattern = match alone.id.chars().next() {
            Some('*' | '?') | None if alone.is_placed => return Err(ModelPatternError::Vendor),
            Some('*' | '?') | None => whole,
            Some(_) => alone.id,
        };
        if CLAUDE_TIERS.iter().any(|tier| pattern.starts_with(tier)) {
            pattern.insert_str(0, "claude-");
        }
        if pattern.starts_with("claude") {
            pattern = pattern.replace('.', "-");
        }
        Ok(Self(Wildcard::new(pattern)))
    }

    /// The pattern as it is compared.
    pub(super) fn text(&self) -> &str {
        self.0.text()
    }

    /// Whether a normalised name fits.
    pub fn matches(&self, model: &str) -> bool {
        self.0.matches(model.as_bytes())
    }
}

/// The status that an authority gives a model: that of the most specific pattern, and of equals the
/// strictest.
pub(super) fn status_of(
    models: &[(ModelPattern, Spanned<Status>)],
    model: &str,
) -> Option<Spanned<Status>> {
    models
        .iter()
        .filter(|(pattern, _)| pattern.matches(model))
        .max_by_key(|(pattern, status)| (pattern.0.says(), status.value))
        .map(|(_, status)| *status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    fn matches(pattern: &str, model: &str) -> bool {
        ModelPattern::new(pattern).unwrap().matches(model)
    }

    #[test]
    fn a_pattern_is_normalised_as_names_are() {
        assert!(matches("Claude-Opus-4.6", "claude-opus-4-6"));
        assert!(matches("GPT-5.6*", "gpt-5.6-sol"));
        assert!(matches("Opus-4.6*", "claude-opus-4-6"));
        for pattern in [
            "deepseek.r1*",
            "bedrock/us.deepseek.r*",
            "DeepSeek_R1*",
            "*/deepseek-*",
        ] {
            assert!(matches(pattern, "deepseek-r1-v1:0"), "{pattern}");
            assert!(!matches(pattern, "gpt-5"), "{pattern}");
        }
        assert!(matches("*", "gpt-5"));
    }

    #[test]
    fn a_pattern_that_matches_no_model_is_refused() {
        for pattern in [
            "",
            "Claude Opus 5",
            "claude-{opus,sonnet}",
            "gpt[45]",
            "mod\u{435}l",
            "deepseek/*",
            "openrouter/deepseek/",
            "us.amazon.*",
        ] {
            assert!(ModelPattern::new(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn the_most_specific_pattern_decides_and_of_equals_the_strictest() {
        let entry = |pattern: &str, status| {
            let pattern = ModelPattern::new(pattern).unwrap();
            (pattern, Spanned::new(status, Span::default()))
        };
        let models = [
            entry("*", Status::Denied),
            entry("claude-*", Status::Approved),
            entry("*-opus-?", Status::Retired),
            entry("*-preview", Status::Approved),
            entry("preview-*", Status::Denied),
        ];
        let status = |model| status_of(&models, model).map(|status| status.value);
        assert_eq!(status("gpt-5"), Some(Status::Denied));
        assert_eq!(status("claude-sonnet-5"), Some(Status::Approved));
        assert_eq!(status("preview-preview"), Some(Status::Denied));
        assert_eq!(status_of(&[], "gpt-5"), None);
    }
}
