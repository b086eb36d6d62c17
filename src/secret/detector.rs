//! One detector: its pattern, compiled at the first keyword, and its conditions.

use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

use super::filter::{Match, entropy};
use super::hit::Hit;
use super::own;
use super::raw::{Check, RawDetector};

/// How large one compiled pattern may be, in bytes; the same for what it caches while searching.
const PATTERN_SIZE: usize = 1 << 20;

pub(super) struct Detector {
    raw: RawDetector,
    compiled: OnceLock<Option<Compiled>>,
}

struct Compiled {
    pattern: Regex,
    /// The number of the group `secret`; 0 is the whole match.
    secret: usize,
    ignored: Vec<Regex>,
}

impl Detector {
    pub(super) fn new(mut raw: RawDetector) -> Self {
        // The cheap conditions come first.
        raw.requires.sort();
        Self {
            raw,
            compiled: OnceLock::new(),
        }
    }

    pub(super) fn raw(&self) -> &RawDetector {
        &self.raw
    }

    /// Compiles the patterns, to see whether they are sound.
    pub(super) fn check(&self) -> Result<(), regex::Error> {
        self.compile().map(drop)
    }

    fn compile(&self) -> Result<Compiled, regex::Error> {
        let pattern = build(&self.raw.pattern)?;
        let secret = pattern
            .capture_names()
            .position(|name| name == Some("secret"))
            .unwrap_or(0);
        let ignored = self.raw.ignore_patterns.iter();
        Ok(Compiled {
            pattern,
            secret,
            ignored: ignored
                .map(|pattern| build(&format!("^(?:{pattern})$")))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Finds the secrets of a window round one or several keywords, in order. Begins at `from`,
    /// where that is inside the window; gives back where the next window's search begins.
    pub(super) fn search(
        &self,
        text: &[u8],
        window: Range<usize>,
        from: usize,
        found: &mut dyn FnMut(Range<usize>),
    ) -> usize {
        let Some(compiled) = self.compiled.get_or_init(|| self.compile().ok()) else {
            // Without its pattern the detector knows no better than its keyword.
            found(window.clone());
            return window.end;
        };
        let head = text.get(..window.end).unwrap_or(text);
        let mut at = from.max(window.start);
        while at < head.len() {
            let Some(captures) = compiled.pattern.captures_at(head, at) else {
                break;
            };
            let (Some(whole), Some(secret)) = (captures.get(0), captures.get(compiled.secret))
            else {
                break;
            };
            let mut secret = secret.range();
            if secret.end == head.len() {
                secret.end += more_letters(&text[secret.end..]);
            }
            let mut candidate = Match {
                text,
                whole: whole.range(),
                secret,
            };
            let real = self.is_real(compiled, &mut candidate);
            at = candidate.secret.end.max(at + 1);
            if real && !candidate.secret.is_empty() {
                found(candidate.secret);
            }
        }
        at
    }

    /// Entropy is asked for between what looks at letters and what decodes.
    fn is_real(&self, compiled: &Compiled, found: &mut Match<'_>) -> bool {
        let raw = &self.raw;
        let (letters, structure) = raw.requires.split_at(
            raw.requires
                .partition_point(|check| *check < Check::UrlCredential),
        );
        letters.iter().all(|check| check.holds(found))
            && raw
                .min_entropy
                .is_none_or(|least| entropy(found.value()) >= least)
            && structure.iter().all(|check| check.holds(found))
            && !self.is_ignored(compiled, found.value())
    }

    fn is_ignored(&self, compiled: &Compiled, value: &[u8]) -> bool {
        self.raw
            .ignore
            .iter()
            .any(|known| known.as_bytes() == value)
            || compiled.ignored.iter().any(|known| known.is_match(value))
    }

    pub(super) fn hit<'a>(&'a self, text: &'a [u8], range: Range<usize>) -> Hit<'a> {
        let value = text.get(range.clone()).unwrap_or_default();
        let mut hit = Hit::new(&self.raw.id, &self.raw.name, range, value);
        hit.guessable = self.raw.guessable;
        hit.looks_random = own::looks_random(&self.raw);
        hit.checksum = self.raw.checksum.and_then(|checksum| checksum.holds(value));
        hit
    }
}

fn build(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .unicode(false)
        .size_limit(PATTERN_SIZE)
        .dfa_size_limit(PATTERN_SIZE)
        .build()
}

/// A value that reaches the window's end goes on as long as its letters do.
fn more_letters(rest: &[u8]) -> usize {
    rest.iter()
        .position(|byte| {
            !(byte.is_ascii_alphanumeric()
                || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-' | b'.'))
        })
        .unwrap_or(rest.len())
}
