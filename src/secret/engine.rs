//! The engine: one pass over a text for all the keywords, then each detector near its own.
//!
//! Every text is read in linear time: the windows of a detector are merged where they meet, and
//! no byte of a secret is searched twice.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::detector::{CLOSED, Detector, Source};
use super::form::Refused;
use super::hit::Hit;
use super::joined::Joined;
use super::keywords::Keywords;
use super::pass::{Candidate, Pass};
use super::raw::RawDetector;
use super::spelled::{self, Budget, Reading};

/// So many spellings are undone, one in the other: what was compressed, encoded, and encoded once more.
const SPELLINGS: u8 = 3;

/// Something in a text was too large to be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what is packed in a text is larger than {limit} bytes")]
pub struct Unread {
    /// How many bytes of that text may be unpacked.
    pub limit: usize,
}

/// Finds secrets.
pub struct Engine {
    detectors: Vec<Detector>,
    /// One for each of `keywords`.
    marks: Vec<Mark>,
    /// `None`: the detectors could not be read, and everything counts as a secret.
    keywords: Option<Keywords>,
}

struct Mark {
    detector: usize,
    /// What stands there exactly; `None` where case is ignored.
    exactly: Option<Cow<'static, str>>,
}

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There are too many keywords.
    #[error("the keywords are too many, or too long")]
    Keywords,
    /// A detector's parts are not sound.
    #[error("detector `{id}` is refused: {source}")]
    Refused {
        /// The detector's id.
        id: String,
        /// What is wrong with it.
        source: Refused,
    },
}

static SOURCES: &[Source] = include!(concat!(env!("OUT_DIR"), "/detectors.rs"));

impl Engine {
    /// The engine of the built-in detectors.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Engine> = OnceLock::new();
        BUILTIN.get_or_init(Self::fresh)
    }

    /// What [`Engine::builtin`] does at the first call. None of the detectors is read before one of
    /// its keywords comes up.
    pub fn fresh() -> Self {
        // Nothing can be wrong with no further detectors.
        Self::of(SOURCES, Vec::new()).unwrap_or_else(|_| Self::closed())
    }

    /// An engine of these detectors. Their patterns are not looked at here; see [`Engine::check`].
    pub fn from_raw(raw: Vec<RawDetector>) -> Result<Self, Error> {
        Self::of(&[], raw)
    }

    /// The built-in detectors and more.
    pub(super) fn builtin_and(more: Vec<RawDetector>) -> Result<Self, Error> {
        Self::of(SOURCES, more)
    }

    fn of(sources: &'static [Source], more: Vec<RawDetector>) -> Result<Self, Error> {
        let mut texts: Vec<Cow<'static, str>> = Vec::new();
        let mut marks = Vec::new();
        let mut add = |detector, keyword: Cow<'static, str>, ignore_case: bool| {
            marks.push(Mark {
                detector,
                exactly: (!ignore_case).then(|| keyword.clone()),
            });
            texts.push(keyword);
        };
        for (detector, source) in sources.iter().enumerate() {
            for &keyword in source.keywords {
                add(detector, Cow::Borrowed(keyword), source.ignore_case);
            }
        }
        for (detector, raw) in more.iter().enumerate() {
            if let Some(problem) = raw.problem() {
                return Err(Error::Refused {
                    id: raw.id.clone(),
                    source: Refused::Shape(problem),
                });
            }
            let (keywords, ignore_case) = raw.marks();
            for keyword in keywords {
                let keyword = keyword.to_owned().into();
                add(sources.len() + detector, keyword, ignore_case);
            }
        }
        let keywords = Keywords::new(texts.iter().map(AsRef::as_ref)).ok_or(Error::Keywords)?;
        let sources = sources.iter().map(Detector::of_source);
        Ok(Self {
            detectors: sources.chain(more.into_iter().map(Detector::new)).collect(),
            marks,
            keywords: Some(keywords),
        })
    }

    /// The engine that lets nothing through.
    fn closed() -> Self {
        Self {
            detectors: Vec::new(),
            marks: Vec::new(),
            keywords: None,
        }
    }

    /// Compiles every pattern, which takes some milliseconds: for detectors of a policy, before
    /// they are relied on. A pattern that cannot be compiled otherwise counts its keywords'
    /// surroundings as secrets.
    pub fn check(&self) -> Result<(), Error> {
        self.detectors.iter().try_for_each(|detector| {
            let ready = detector.ready();
            ready.check().map_err(|source| Error::Refused {
                id: ready.raw.id.clone(),
                source,
            })
        })
    }

    /// The detectors' ids and names for people, in their own order.
    pub fn detectors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.detectors
            .iter()
            .map(|detector| (detector.raw().id.as_str(), detector.raw().name.as_str()))
    }

    /// Finds the secrets of `text`, in order and without overlap, then those that stand in it in another
    /// spelling, each at what spells it. Where several detectors find the same place, the most specific
    /// one's hit is told.
    ///
    /// The answer is an error where something was too large to be unpacked; what was found is told.
    pub fn scan(&self, text: &[u8], found: &mut dyn FnMut(Hit<'_>)) -> Result<(), Unread> {
        let mut budget = Budget::of(text);
        self.scan_to(SPELLINGS, text, &mut budget, found);
        if budget.exceeded {
            let limit = budget.limit;
            return Err(Unread { limit });
        }
        Ok(())
    }

    /// [`Engine::scan`], with so many spellings one in the other.
    fn scan_to(&self, depth: u8, text: &[u8], budget: &mut Budget, found: &mut dyn FnMut(Hit<'_>)) {
        let plain = self.plain(text);
        for candidate in plain.values() {
            found(self.hit(text, candidate));
        }
        // What merely looks random may be what spells a secret, and is told as that too.
        let known = |range: &Range<usize>| {
            let mut before = plain.range(..range.end).rev().map(|(_, before)| before);
            let mut meets = before
                .by_ref()
                .take_while(|before| before.range.end > range.start);
            meets.any(|before| !self.hit(text, before).looks_random)
        };
        let mut readings = Vec::new();
        if let Some(joined) = Joined::of(text) {
            for candidate in self.plain(&joined.text).values() {
                let hit = self.hit(&joined.text, candidate);
                let across = joined.across(&candidate.range);
                if let Some(range) = across.filter(|range| !hit.looks_random && !known(range)) {
                    found(hit.spelled(text, range));
                }
            }
            if depth > 0 {
                spelled::readings(&joined.text, budget, &mut |reading| {
                    let range = joined.across(&reading.range);
                    readings.extend(range.map(|range| Reading { range, ..reading }));
                });
            }
        }
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        spelled::readings(text, budget, &mut |reading| readings.push(reading));
        readings.retain(|reading| !known(&reading.range));
        for Reading { text: read, range } in readings {
            self.scan_to(depth, &read, budget, &mut |hit| {
                if !hit.looks_random {
                    found(hit.spelled(text, range.clone()));
                }
            });
        }
    }

    /// The secrets that stand in a text as they are, by their beginnings.
    fn plain(&self, text: &[u8]) -> BTreeMap<usize, Candidate> {
        let mut candidates = self.candidates(text);
        candidates.sort_by_cached_key(Candidate::rank);
        let mut taken = BTreeMap::<usize, Candidate>::new();
        for candidate in candidates {
            let Range { start, end } = candidate.range;
            let before = taken.range(..end).next_back();
            if before.is_none_or(|(_, before)| before.range.end <= start) {
                taken.insert(start, candidate);
            }
        }
        taken
    }

    fn hit<'a>(&'a self, text: &'a [u8], candidate: &Candidate) -> Hit<'a> {
        match self.detectors.get(candidate.detector) {
            Some(detector) => detector.ready().hit(text, candidate.range.clone()),
            None => Hit::new(
                CLOSED,
                "unreadable detectors",
                candidate.range.clone(),
                text,
            ),
        }
    }

    /// The id of the candidate's detector.
    pub(super) fn id(&self, candidate: &Candidate) -> &str {
        self.detectors
            .get(candidate.detector)
            .map_or(CLOSED, |detector| &detector.raw().id)
    }

    /// Everything that some detector takes for a secret, in no order.
    pub(super) fn candidates(&self, text: &[u8]) -> Vec<Candidate> {
        let Some(keywords) = &self.keywords else {
            return everything(text);
        };
        let mut pass = None;
        keywords.find(text, |keyword, range| {
            let Some(mark) = self.marks.get(keyword) else {
                return;
            };
            let exactly = mark.exactly.as_ref();
            if exactly.is_none_or(|exactly| text.get(range.clone()) == Some(exactly.as_bytes())) {
                let pass = pass.get_or_insert_with(|| Pass::new(&self.detectors, text));
                pass.keyword(mark.detector, range);
            }
        });
        pass.map(Pass::finish).unwrap_or_default()
    }
}

fn everything(text: &[u8]) -> Vec<Candidate> {
    let all = Candidate {
        range: 0..text.len(),
        detector: usize::MAX,
        vague: 0,
    };
    if text.is_empty() {
        Vec::new()
    } else {
        vec![all]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Redact as _;

    #[test]
    fn without_detectors_everything_is_a_secret() {
        let engine = Engine::closed();
        let mut hits = Vec::new();
        let read = engine.scan(b"hello", &mut |hit| {
            hits.push((hit.detector.to_owned(), hit.range.clone(), hit.digest()));
        });
        assert_eq!(read, Ok(()));
        assert_eq!(hits, [(CLOSED.to_owned(), 0..5, None)]);
        assert_eq!(engine.secrets(b"hello"), [(0..5, CLOSED.to_owned())]);
        assert_eq!(engine.secrets(b""), []);
    }

    #[test]
    fn a_pattern_that_cannot_be_compiled_takes_the_keywords_surroundings() {
        let mut raw = raw("broken", "key", "(");
        raw.before = 2;
        raw.after = 3;
        let engine = Engine::from_raw(vec![raw]).unwrap();
        assert_eq!(
            engine.secrets(b"..a key = b"),
            [(2..10, "broken".to_owned())]
        );
        assert!(matches!(engine.check(), Err(Error::Refused { .. })));
    }

    #[test]
    fn a_detector_without_keywords_is_refused() {
        let mut raw = raw("silent", "", "x");
        assert!(matches!(
            Engine::from_raw(vec![raw.clone()]),
            Err(Error::Refused { .. })
        ));
        raw.keywords.clear();
        assert!(matches!(
            Engine::from_raw(vec![raw]),
            Err(Error::Refused { .. })
        ));
    }

    #[test]
    fn a_value_longer_than_its_window_is_taken_whole() {
        let mut raw = raw("long", "key", "key[a-z]+");
        raw.after = 4;
        let engine = Engine::from_raw(vec![raw]).unwrap();
        let text = format!("  key{}  key", "v".repeat(100));
        assert_eq!(
            engine.secrets(text.as_bytes()),
            [(2..105, "long".to_owned())]
        );
    }

    #[test]
    fn where_the_group_is_empty_the_whole_match_is_the_secret() {
        for pattern in ["key=(?P<secret>x*)[a-z]+", "key=(?:(?P<secret>x)|[a-z]+)"] {
            let engine = Engine::from_raw(vec![raw("empty", "key", pattern)]).unwrap();
            assert_eq!(engine.secrets(b"key=abc key=abc").len(), 2, "{pattern}");
        }
    }

    fn raw(id: &str, keyword: &str, pattern: &str) -> RawDetector {
        let json = serde_json::json!({
            "id": id, "name": id, "keywords": [keyword], "pattern": pattern, "guessable": true
        });
        serde_json::from_value(json).unwrap()
    }
}
