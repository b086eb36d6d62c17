//! One detector: its form, made at the first keyword, and its conditions.

use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::Regex;

use super::filter::{Match, entropy, is_placeholder};
use super::form::{Form, Pattern, Refused, ignored};
use super::hit::Hit;
use super::raw::{Check, RawDetector};

/// The detector that takes everything, where the real ones could not be read.
pub(super) const CLOSED: &str = "unreadable-detectors";

/// A detector of ours, as the build step writes it: what is needed before the first keyword comes up.
pub(super) struct Source {
    pub(super) keywords: &'static [&'static str],
    pub(super) ignore_case: bool,
    /// A [`RawDetector`].
    pub(super) json: &'static str,
}

pub(super) struct Detector {
    source: Option<&'static Source>,
    ready: OnceLock<Ready>,
}

/// A detector that was read.
pub(super) struct Ready {
    pub(super) raw: RawDetector,
    /// `None`: it cannot be made, and the keywords' surroundings count as secrets.
    form: Option<Form>,
    /// What is harmless; each matches a secret as a whole.
    ignored: Vec<Regex>,
}

impl Detector {
    pub(super) fn of_source(source: &'static Source) -> Self {
        Self {
            source: Some(source),
            ready: OnceLock::new(),
        }
    }

    pub(super) fn new(raw: RawDetector) -> Self {
        Self {
            source: None,
            ready: OnceLock::from(Ready::new(raw)),
        }
    }

    /// The detector, read and made at the first call.
    pub(super) fn ready(&self) -> &Ready {
        self.ready.get_or_init(|| {
            let raw = self.source.map(|source| serde_json::from_str(source.json));
            match raw {
                Some(Ok(raw)) => Ready::new(raw),
                _ => Ready {
                    raw: unreadable(),
                    form: None,
                    ignored: Vec::new(),
                },
            }
        })
    }

    pub(super) fn raw(&self) -> &RawDetector {
        &self.ready().raw
    }
}

impl Ready {
    fn new(mut raw: RawDetector) -> Self {
        // The cheap conditions come first.
        raw.requires.sort();
        let form = Form::new(&raw).and_then(|form| Ok((form, ignored(&raw)?)));
        let (form, ignored) = match form {
            Ok((form, ignored)) => (Some(form), ignored),
            Err(_) => (None, Vec::new()),
        };
        Self { raw, form, ignored }
    }

    /// Makes the form again, to see whether it is sound.
    pub(super) fn check(&self) -> Result<(), Refused> {
        Form::new(&self.raw)?;
        ignored(&self.raw).map(drop)
    }

    /// Whether a keyword itself says where the secret is, so that no window is searched.
    pub(super) fn is_direct(&self) -> bool {
        !matches!(self.form, None | Some(Form::Pattern(_)))
    }

    /// How little the format says: of two detectors that find the same place, the less vague one wins.
    pub(super) fn vague(&self) -> u8 {
        match &self.raw {
            raw if raw.generic => 3,
            raw if raw.common => 2,
            raw => u8::from(!raw.near.is_empty()),
        }
    }

    /// What a keyword says is the secret, and whether it is one.
    pub(super) fn at(&self, text: &[u8], keyword: &Range<usize>) -> Option<(Range<usize>, bool)> {
        let secret = self.form.as_ref()?.at(text, keyword)?;
        let mut found = Match {
            text,
            whole: keyword.start.min(secret.start)..secret.end,
            secret,
        };
        let real = !is_placeholder(found.value()) && self.is_real(&mut found);
        Some((found.secret, real))
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
        let Some(Form::Pattern(pattern)) = &self.form else {
            // Without its pattern the detector knows no better than its keyword.
            found(window.clone());
            return window.end;
        };
        let head = text.get(..window.end).unwrap_or(text);
        let mut at = from.max(window.start);
        while at < head.len() {
            let Some(mut candidate) = next(pattern, text, head, at) else {
                break;
            };
            let real = self.is_real(&mut candidate);
            at = candidate.secret.end.max(at + 1);
            if real && !candidate.secret.is_empty() {
                found(candidate.secret);
            }
        }
        at
    }

    /// Entropy is asked for between what looks at letters and what decodes.
    fn is_real(&self, found: &mut Match<'_>) -> bool {
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
            && !raw
                .ignore
                .iter()
                .any(|known| known.as_bytes() == found.value())
            && !self
                .ignored
                .iter()
                .any(|known| known.is_match(found.value()))
    }

    pub(super) fn hit<'a>(&'a self, text: &'a [u8], range: Range<usize>) -> Hit<'a> {
        let value = text.get(range.clone()).unwrap_or_default();
        let mut hit = Hit::new(&self.raw.id, &self.raw.name, range, value);
        let open = || self.form.as_ref().is_none_or(Form::is_guessable);
        hit.guessable = self.raw.guessable.unwrap_or_else(open);
        hit.looks_random = self.raw.generic;
        hit.checksum = self.raw.checksum.and_then(|checksum| checksum.holds(value));
        hit
    }
}

/// What stands in the place of a detector that cannot be read: its keywords' surroundings are secrets.
fn unreadable() -> RawDetector {
    RawDetector {
        id: CLOSED.to_owned(),
        name: "unreadable detectors".to_owned(),
        before: 64,
        after: 512,
        ..RawDetector::default()
    }
}

/// The next match of a pattern in `head`, a beginning of `text`.
fn next<'t>(pattern: &Pattern, text: &'t [u8], head: &[u8], at: usize) -> Option<Match<'t>> {
    let captures = pattern.regex.captures_at(head, at)?;
    let whole = captures.get(0)?.range();
    // A group that took no part, or nothing, says nothing of where the secret is.
    let group = captures
        .get(pattern.secret)
        .filter(|group| !group.is_empty());
    let mut secret = group.map_or_else(|| whole.clone(), |group| group.range());
    if secret.end == head.len() {
        secret.end += more_letters(&text[secret.end..]);
    }
    Some(Match {
        text,
        whole,
        secret,
    })
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
