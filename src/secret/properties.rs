//! What holds of every text, and that hostile ones take no longer than others.

use std::ops::Range;

use proptest::prelude::*;

use super::example::expand;
use super::tests::{SEEDS, examples, hits};
use super::{Engine, raw};
use crate::text::decode::READINGS;
use crate::text::{Clean, Redact as _};

/// So many examples are taken at once, so far apart.
const SOME: usize = 40;
const PRIME: usize = 7919;

/// Texts of which every part asks for a search.
fn hostile() -> Vec<String> {
    let mut parts: Vec<String> = examples()
        .values()
        .flat_map(|(examples, _)| examples.iter().take(1))
        .flat_map(|template| {
            let text = expand(template, 1).text;
            let middle = (0..=text.len() / 2)
                .rev()
                .find(|&at| text.is_char_boundary(at));
            [text[..middle.unwrap_or(0)].to_owned(), text]
        })
        .collect();
    let raw: Vec<raw::RawDetector> =
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/detectors.json"))).unwrap();
    let marks: Vec<&str> = raw.iter().flat_map(|raw| raw.marks().0).collect();
    parts.extend(marks.iter().map(|&mark| mark.to_owned()));
    parts.extend(
        [
            "-----BEGIN PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\n",
            "\"private_key\": \"-----BEGIN PRIVATE KEY-----",
            "a://a:",
            "a://a:b",
            "a://:b@",
            "eyJaaaaaaaaaaaa.",
            "eyJaaaaaaaaaaaa.eyJaaaa.",
            "sk-T3BlbkFJ",
            "twilio SK",
        ]
        .map(str::to_owned),
    );
    parts.push(parts.concat());
    parts.push(marks.concat());
    parts
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a quadratic scan shows in its time only"
)]
fn hostile_texts_take_linear_time() {
    const SIZE: usize = 16 << 10;
    for part in hostile().iter().filter(|part| !part.is_empty()) {
        let once = part.repeat(SIZE / part.len() + 1);
        let started = std::time::Instant::now();
        let _ = Engine::builtin().secrets(once.as_bytes());
        let took = started.elapsed();
        // In linear time it is some milliseconds; in quadratic time, many seconds.
        assert!(took.as_secs() < 3, "{took:?} for {part}");
    }
}

#[test]
fn ten_megabytes_of_keywords_are_read() {
    let keywords: String = hostile().pop().unwrap();
    let text = keywords.repeat((10 << 20) / keywords.len());
    let _ = hits(text.as_bytes());
}

fn any_text() -> impl Strategy<Value = Vec<u8>> {
    let hostile = hostile();
    let part = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        prop::sample::select(hostile[..hostile.len() - 2].to_vec()).prop_map(String::into_bytes),
        prop::sample::select(vec!["\n", " ", "=", "\"", "\\n", "@", ":", "é"])
            .prop_map(|s| s.as_bytes().to_vec()),
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn hits_are_in_order_and_inside_the_text(text in any_text()) {
        let mut end = 0;
        for (_, range) in hits(&text) {
            prop_assert!(end <= range.start && range.start < range.end && range.end <= text.len());
            end = range.end;
        }
        let mut end = 0;
        for (range, _) in Engine::builtin().secrets(&text) {
            prop_assert!(end <= range.start && range.start < range.end && range.end <= text.len());
            end = range.end;
        }
    }

    #[test]
    fn every_hit_is_redacted(text in any_text()) {
        let redacted = Engine::builtin().secrets(&text);
        for (id, hit) in hits(&text) {
            prop_assert!(redacted.iter().any(|(range, _)| range.start <= hit.start && hit.end <= range.end), "{id}");
        }
    }

    #[test]
    fn a_shown_text_holds_no_example(seed in 0..SEEDS, before in "[ -~]{0,20}", after in "[ -~]{0,20}") {
        let all = examples();
        let all: Vec<&String> = all.values().flat_map(|(examples, _)| examples).collect();
        for template in (0..SOME).map(|at| all[(at * PRIME + before.len() * 20 + usize::try_from(seed).unwrap()) % all.len()]) {
            let example = expand(template, seed);
            let text = format!("{before}\n{}\n{after}", example.text);
            let shown = Clean::new(Engine::builtin(), text.as_bytes());
            for secret in example.secrets {
                let secret = Clean::new(&Nothing, &example.text.as_bytes()[secret]);
                prop_assert!(!shown.as_str().contains(secret.as_str()), "{template}");
            }
        }
    }

    #[test]
    fn files_are_read_without_panic(file in prop::collection::vec(any::<u8>(), 0..300)) {
        for text in READINGS.iter().filter_map(|read| read(&file)) {
            let _ = hits(&text);
        }
    }
}

/// Redacts nothing.
struct Nothing;

impl crate::text::Redact for Nothing {
    fn secrets(&self, _: &[u8]) -> Vec<(Range<usize>, String)> {
        Vec::new()
    }
}
