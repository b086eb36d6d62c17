//! Any bytes as a report shows them: nothing steers a terminal, and no secret that was found stands
//! anywhere in what is shown.

#![no_main]

use std::ops::Range;

use bstr::ByteSlice as _;
use cordon::secret::{Engine, Learned, Redactor};
use cordon::text::show::{escaped, is_invisible};
use cordon::text::{Clean, Redact, redacted};
use libfuzzer_sys::fuzz_target;

/// Shorter values are hidden where they were found, and nowhere else.
const SHORTEST: usize = 8;
/// Longer values are known by their parts.
const PIECE: usize = 64;

fuzz_target!(|text: &[u8]| {
    let engine = Engine::builtin();
    let mut learned = Learned::default();
    let mut values: Vec<Range<usize>> = Vec::new();
    let _ = engine.scan(text, &mut |hit| {
        learned.add(&hit);
        values.push(hit.range.clone());
    });
    let mut redactor = Redactor::new(engine);
    redactor.learn(&learned);
    check_ranges(&engine.secrets(text), text, &values, false);
    check_ranges(&redactor.secrets(text), text, &values, true);
    for shown in [
        Clean::new(engine, text),
        Clean::new(&redactor, text),
        Clean::prose(&redactor, &text.to_str_lossy()),
    ] {
        let harmful = |c: char| c.is_control() || is_invisible(c);
        assert!(!shown.as_str().contains(harmful), "{:?}", shown.as_str());
    }
    let shown = Clean::new(&redactor, text);
    for value in &values {
        let value = &text[value.clone()];
        let plain = escaped(value);
        // A value of our own words would be found in our own note.
        if (SHORTEST..=PIECE).contains(&value.len())
            && plain.as_bytes() == value
            && !ours(engine, &plain)
        {
            assert!(!shown.as_str().contains(&plain), "{plain:?} is shown");
        }
    }
    if let Ok(text) = text.to_str() {
        let once = redacted(&redactor, text);
        assert!(once.len() >= text.len() || !values.is_empty());
    }
});

fn check_ranges(
    secrets: &[(Range<usize>, String)],
    text: &[u8],
    values: &[Range<usize>],
    everywhere: bool,
) {
    assert!(secrets.is_sorted_by(|one, other| one.0.end <= other.0.start));
    assert!(secrets.iter().all(|(range, _)| range.end <= text.len()));
    let covered = |place: &Range<usize>| {
        let holds = |range: &Range<usize>| range.start <= place.start && place.end <= range.end;
        secrets.iter().any(|(range, _)| holds(range))
    };
    for value in values {
        assert!(covered(value), "{value:?} is a hit that is not redacted");
        let known = (SHORTEST..=PIECE).contains(&value.len());
        if !everywhere || !known || text[value.clone()].starts_with(b"----") {
            continue;
        }
        for at in text.find_iter(&text[value.clone()]) {
            assert!(covered(&(at..at + value.len())), "a copy at {at} is left");
        }
    }
}

/// Whether a value could stand in what the redactor itself writes.
fn ours(engine: &Engine, value: &str) -> bool {
    let note = |(id, _)| format!("[redacted: {id}]");
    let notes: Vec<String> = engine.detectors().map(note).collect();
    value.contains(['[', ']']) || notes.iter().any(|note| note.contains(value))
}
