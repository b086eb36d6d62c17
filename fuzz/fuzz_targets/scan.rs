//! The secret engine on any text: hits lie in it, and redacted text steers no terminal.

#![no_main]

use cordon::secret::Engine;
use cordon::text::{Clean, Redact as _};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let engine = Engine::builtin();
    // What is too large to be unpacked is told; the rest holds all the same.
    let _ = engine.scan(text, &mut |hit| {
        assert!(hit.range.start < hit.range.end && hit.range.end <= text.len());
        assert!(!hit.guessable || hit.digest().is_none());
    });
    let secrets = engine.secrets(text);
    assert!(secrets.is_sorted_by(|one, other| one.0.end <= other.0.start));
    let shown = serde_json::to_string(&Clean::new(engine, text));
    assert!(shown.is_ok_and(|shown| !shown.chars().any(char::is_control)));
});
