//! Where the secrets of a text to be shown are.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::Range;

use super::engine::Engine;
use super::hit::Hit;
use super::pass::Candidate;
use super::pem;
use crate::text::Redact;

impl Redact for Engine {
    fn secrets(&self, text: &[u8]) -> Vec<(Range<usize>, String)> {
        merge(labelled(self, text))
    }
}

/// Values shorter than this are no secrets by themselves: they would hide common words.
const SHORTEST: usize = 8;
/// Longer values are kept in pieces, so that few lengths have to be looked for.
const PIECE: usize = 64;

/// So much of a value is kept: nothing that is shown holds more.
const LONGEST: usize = 64 << 10;

/// Secret values that were seen, for the redactor: nobody else can look at them.
#[derive(Clone, Default)]
pub struct Learned {
    values: Vec<(Box<str>, Box<[u8]>)>,
}

impl Learned {
    /// Keeps a hit's secret.
    pub fn add(&mut self, hit: &Hit<'_>) {
        for telling in hit.tellings() {
            let telling = telling.get(..LONGEST).unwrap_or(telling);
            self.values.push((hit.detector.into(), telling.into()));
        }
    }
}

impl fmt::Debug for Learned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Learned")
            .field("count", &self.values.len())
            .finish()
    }
}

/// An engine that also knows the secrets that were found in this run. One that a file gives away
/// by its context is then redacted where it stands bare, in a path or a subject. Learn everything
/// first, then redact.
pub struct Redactor<'e> {
    engine: &'e Engine,
    /// By length: the value and its detector.
    learned: BTreeMap<usize, HashMap<Box<[u8]>, Box<str>>>,
}

impl<'e> Redactor<'e> {
    /// A redactor that has learned nothing yet.
    pub fn new(engine: &'e Engine) -> Self {
        Self {
            engine,
            learned: BTreeMap::new(),
        }
    }

    /// Redacts these secrets from now on, wherever they stand.
    pub fn learn(&mut self, learned: &Learned) {
        for (detector, value) in &learned.values {
            for piece in pieces(value) {
                let known = self.learned.entry(piece.len()).or_default();
                known
                    .entry(piece.into())
                    .or_insert_with(|| detector.clone());
            }
        }
    }

    fn known(&self, text: &[u8], found: &mut Vec<(Range<usize>, String)>) {
        for (&length, values) in &self.learned {
            for (start, part) in text.windows(length).enumerate() {
                if let Some(detector) = values.get(part) {
                    found.push((start..start + length, detector.to_string()));
                }
            }
        }
    }
}

impl Redact for Redactor<'_> {
    fn secrets(&self, text: &[u8]) -> Vec<(Range<usize>, String)> {
        let mut found = labelled(self.engine, text);
        self.known(text, &mut found);
        merge(found)
    }
}

/// All the candidates with their detectors, the most specific first.
fn labelled(engine: &Engine, text: &[u8]) -> Vec<(Range<usize>, String)> {
    let mut candidates = engine.candidates(text);
    candidates.sort_by_cached_key(Candidate::rank);
    candidates
        .iter()
        .map(|candidate| (candidate.range.clone(), engine.id(candidate).to_owned()))
        .collect()
}

/// Joins ranges that overlap, or that touch and are of one detector. The joined range is named
/// after the one that came first in the list.
fn merge(found: Vec<(Range<usize>, String)>) -> Vec<(Range<usize>, String)> {
    let mut ordered: Vec<_> = found.into_iter().enumerate().collect();
    ordered.sort_by_key(|(rank, (range, _))| (range.start, *rank));
    let mut joined: Vec<(usize, Range<usize>, String)> = Vec::new();
    for (rank, (range, detector)) in ordered {
        match joined.last_mut() {
            Some(last)
                if range.start < last.1.end
                    || (range.start == last.1.end && detector == last.2) =>
            {
                last.1.end = last.1.end.max(range.end);
                if rank < last.0 {
                    last.0 = rank;
                    last.2 = detector;
                }
            }
            _ => joined.push((rank, range, detector)),
        }
    }
    joined
        .into_iter()
        .map(|(_, range, detector)| (range, detector))
        .collect()
}

/// The parts of a value that are looked for. A key of several lines gives its lines, since nobody
/// writes the whole of it elsewhere; a long value gives pieces that cover it.
fn pieces(value: &[u8]) -> Vec<&[u8]> {
    if value.starts_with(b"----") {
        return pem::runs(value)
            .into_iter()
            .filter_map(|run| value.get(run))
            .flat_map(cover)
            .collect();
    }
    cover(value)
}

fn cover(value: &[u8]) -> Vec<&[u8]> {
    if value.len() < SHORTEST {
        return Vec::new();
    }
    if value.len() <= PIECE {
        return vec![value];
    }
    let (whole, _) = value.as_chunks::<PIECE>();
    let last = value.last_chunk::<PIECE>();
    whole
        .iter()
        .chain(last)
        .map(<[u8; PIECE]>::as_slice)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::example::expand;

    fn learned<'e>(engine: &'e Engine, texts: &[&str]) -> Redactor<'e> {
        let mut redactor = Redactor::new(engine);
        for text in texts {
            let read = engine.scan(text.as_bytes(), &mut |hit| {
                let mut learned = Learned::default();
                learned.add(&hit);
                redactor.learn(&learned);
            });
            assert_eq!(read, Ok(()));
        }
        redactor
    }

    #[test]
    fn a_secret_found_by_its_context_is_redacted_where_it_stands_bare() {
        let engine = Engine::builtin();
        let value = expand("{base64:40}", 7).text;
        let bare = format!("fix {value} in b");
        assert_eq!(engine.secrets(bare.as_bytes()), []);
        let redactor = learned(engine, &[&format!("aws_secret_access_key = {value}")]);
        assert_eq!(
            redactor.secrets(bare.as_bytes()),
            [(4..44, "aws-secret-access-key".to_owned())]
        );
    }

    #[test]
    fn every_long_line_of_a_key_is_known() {
        let engine = Engine::builtin();
        let lines = [expand("{base64:64}", 1).text, expand("{base64:64}", 2).text];
        let key = format!("-----BEGIN PRIVATE KEY-----\n{}\n{}\n", lines[0], lines[1]);
        let redactor = learned(engine, &[&key]);
        for line in &lines {
            let found = redactor.secrets(line.as_bytes());
            assert_eq!(found, [(0..64, "private-key".to_owned())]);
        }
        assert_eq!(redactor.secrets(b"-----BEGIN PRIVATE KEY-----"), []);
    }

    #[test]
    fn a_long_value_is_covered_whole() {
        let engine = Engine::builtin();
        let value = expand("sk_live_{alnum:99}", 3).text;
        let redactor = learned(engine, &[&value]);
        let bare = format!("x{}", &value[8..]);
        let tail = &value[value.len() - 64..];
        assert_eq!(redactor.secrets(tail.as_bytes())[0].0, 0..64);
        assert_eq!(redactor.secrets(bare.as_bytes()).len(), 1);
    }

    #[test]
    fn what_people_write_every_day_is_left_alone() {
        for text in [
            "fix(auth): keep the api_key out of the log (#1234)",
            "Merge branch 'token-refresh-2' of github.com:acme/radio",
            "src/token/secret_store_v2/TokenProvider3.java",
            "secrets/api-key-rotation-2026.md",
            "revert 5f0c6d1d1d6b0f5c7a58c1a1c6a1f4d0a6c8e1b7: the password field",
            "Bump token from 1.2.3 to 1.3.0-beta.4+build20260101",
            "Signed-off-by: Jane Secret <jane.secret@acme.io>",
            "password: see the vault, entry 42",
            "use heroku_token=$HEROKU_TOKEN and datadog's key from the environment",
            "linear: ABC-1234, asana 1203345678901234",
        ] {
            assert_eq!(Engine::builtin().secrets(text.as_bytes()), [], "{text}");
        }
    }

    #[test]
    fn short_values_are_not_learned() {
        let engine = Engine::builtin();
        let redactor = learned(engine, &[&format!("redis://u:{}@cache.acme.io", "q7x")]);
        assert_eq!(redactor.secrets(b"a q7x b"), []);
    }

    #[test]
    fn ranges_are_joined_and_named_after_the_most_specific() {
        let named = |range, name: &str| (range, name.to_owned());
        let found = vec![
            named(4..8, "first"),
            named(0..5, "second"),
            named(8..9, "first"),
            named(9..11, "third"),
        ];
        assert_eq!(merge(found), [named(0..9, "first"), named(9..11, "third")]);
    }
}
