//! What a policy requires and forbids in trailers.

use regex::bytes::{Regex, RegexBuilder};

use super::{Validator, items};
use crate::policy::authority::{Forbid, Require};
use crate::policy::raw::{RawForbidden, RawRequirement};
use crate::text::{Span, Spanned};

/// The largest compiled form that a policy's `match` may have.
pub(super) const REGEX_BYTES: usize = 1 << 20;

impl Validator<'_> {
    pub(super) fn require(&mut self, raw: &Spanned<RawRequirement>) -> Option<Require> {
        let any_of: Vec<Spanned<String>> = items(raw.any_of.as_ref()).cloned().collect();
        if any_of.is_empty() {
            self.problem(
                raw.span,
                "a requirement names the trailers that satisfy it: `any_of` is missing",
            );
        }
        for key in &any_of {
            self.key(key);
        }
        let form = match &raw.r#match {
            Some(pattern) => Some(self.regex(pattern)?),
            None => None,
        };
        let in_classes = items(raw.in_classes.as_ref())
            .map(|class| class.value)
            .collect();
        Some(Require {
            any_of,
            in_classes,
            form,
            span: raw.span,
        })
    }

    pub(super) fn forbid(&mut self, raw: &Spanned<RawForbidden>) -> Option<Forbid> {
        if raw.key.is_none() && raw.text.is_none() {
            self.problem(
                raw.span,
                "say what is forbidden: a `key`, a `text`, or both",
            );
            return None;
        }
        if let (None, Some(naming)) = (&raw.key, &raw.naming) {
            self.problem(naming.span, "`naming` goes with `key`");
        }
        if let Some(key) = &raw.key {
            self.key(key);
        }
        if let Some(text) = raw.text.as_ref().filter(|text| text.trim().is_empty()) {
            self.problem(text.span, "an empty text stands in every message");
        }
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
        Some(Forbid {
            key: text(&raw.key),
            naming_agent: raw.naming.is_some(),
            text: text(&raw.text),
            span: raw.span,
        })
    }

    pub(super) fn key(&mut self, key: &Spanned<String>) {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if key.is_empty() || !key.bytes().all(token) {
            self.problem(key.span, "a trailer's key has letters, digits and hyphens");
        }
    }

    fn regex(&mut self, pattern: &Spanned<String>) -> Option<Regex> {
        // The form is that of the whole value.
        let anchored = format!("^(?:{})$", pattern.value);
        let built = Regex::new(&pattern.value)
            .and_then(|_| RegexBuilder::new(&anchored).size_limit(REGEX_BYTES).build());
        match built {
            Ok(regex) => Some(regex),
            Err(error) => {
                self.not_a_regex(pattern.span, &error);
                None
            }
        }
    }

    pub(super) fn not_a_regex(&mut self, span: Span, error: &regex::Error) {
        let text = error.to_string();
        let reason = text
            .lines()
            .last()
            .unwrap_or_default()
            .trim_start_matches("error: ");
        self.problem(span, format!("not a regular expression: {reason}"));
    }
}
