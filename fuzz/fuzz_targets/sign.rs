//! Signatures and allowed keys: before the first NUL a file of `allowed_signers`, after it a signature.
//! Nobody signed the empty text, so nothing is valid.

#![no_main]

use cordon::git::{of_commit, of_tag};
use cordon::sign::{Gpg, Outcome, Verifier, allowed_signers, signed_by_platform};
use jiff::civil::Date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    let (file, signature) = match raw.iter().position(|&byte| byte == 0) {
        Some(at) => (&raw[..at], &raw[at + 1..]),
        None => (raw, raw),
    };
    let _ = (
        of_commit(20, signature),
        of_commit(32, signature),
        of_tag(signature),
    );
    let _ = signed_by_platform(signature);
    let Ok(text) = std::str::from_utf8(file) else {
        return;
    };
    let keys = allowed_signers(text).unwrap_or_default();
    for key in &keys {
        let _ = (key.stands_for(signature), key.fingerprint());
    }
    let verifier = Verifier::new(keys, Date::constant(2026, 11, 25), Gpg::default());
    let outcome = verifier.verify(signature, b"", "git");
    assert!(!matches!(outcome, Outcome::Valid(_)), "{outcome:?}");
});
