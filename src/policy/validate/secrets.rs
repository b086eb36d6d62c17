//! `secrets`: an organisation's own detectors are sound before anybody relies on them.

use std::collections::BTreeSet;

use regex::bytes::{Regex, RegexBuilder};

use super::Validator;
use super::simple::items;
use super::trailers::REGEX_BYTES;
use crate::policy::raw::{RawDetector, RawPolicy};
use crate::policy::secrets::{OwnDetector, Secrets};
use crate::text::Spanned;

/// Shorter keywords would stand everywhere.
const KEYWORD: usize = 3;

impl Validator<'_> {
    pub(super) fn secrets(&mut self, raw: &RawPolicy) -> Secrets {
        let secrets = raw.secrets.clone().unwrap_or_default();
        let mut ids = BTreeSet::new();
        let detectors = items(secrets.detectors.as_ref())
            .filter_map(|detector| self.detector(detector, &mut ids))
            .collect();
        Secrets {
            inline_allow: secrets.inline_allow,
            entropy: secrets.entropy,
            detectors,
        }
    }

    fn detector(
        &mut self,
        raw: &Spanned<RawDetector>,
        ids: &mut BTreeSet<String>,
    ) -> Option<OwnDetector> {
        let keywords: Vec<&Spanned<String>> = items(raw.keywords.as_ref()).collect();
        if raw.id.is_none() || raw.pattern.is_none() || keywords.is_empty() {
            let told = "a detector has an `id`, `keywords` of which one stands near the secret, and a `pattern`";
            self.problem(raw.span, told);
            return None;
        }
        let (id, pattern) = (raw.id.as_ref()?, raw.pattern.as_ref()?);
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if id.is_empty() || !id.bytes().all(plain) {
            self.problem(
                id.span,
                "a detector's id has small letters, digits and hyphens",
            );
        }
        if !ids.insert(id.value.clone()) {
            self.problem(id.span, format!("two detectors are called `{}`", id.value));
        }
        for keyword in keywords.iter().filter(|keyword| keyword.len() < KEYWORD) {
            self.problem(keyword.span, "a keyword has 3 letters or more");
        }
        self.detector_pattern(pattern);
        Some(OwnDetector {
            id: id.value.clone(),
            description: raw.description.as_ref().map(|text| text.value.clone()),
            keywords: keywords.iter().map(|word| word.value.clone()).collect(),
            pattern: pattern.value.clone(),
        })
    }

    fn detector_pattern(&mut self, pattern: &Spanned<String>) {
        // As the engine builds it.
        let built = RegexBuilder::new(&pattern.value)
            .unicode(false)
            .size_limit(REGEX_BYTES)
            .dfa_size_limit(REGEX_BYTES)
            .build();
        match built {
            Ok(regex) if regex.is_match(b"") => {
                self.problem(pattern.span, "the pattern matches where nothing stands");
            }
            Ok(regex) if !groups_are_always_there(&regex) => {
                let told =
                    "a group of the pattern takes no part in some matches: write it as `(?:…)`";
                self.problem(pattern.span, told);
            }
            Ok(_) => {}
            Err(error) => self.not_a_regex(pattern.span, &error),
        }
    }
}

fn groups_are_always_there(regex: &Regex) -> bool {
    regex.static_captures_len() == Some(regex.captures_len())
}
