//! The trailer that the hook writes into any message: written once, never twice, on one line.

#![no_main]

use bstr::ByteSlice as _;
use cordon::hook::{MessageFile, stamp};
use libfuzzer_sys::fuzz_target;

const KEY: &str = "Assisted-by";

fuzz_target!(|input: (bool, &str, &[u8])| {
    let (edited, value, text) = input;
    let file = |text| MessageFile {
        text,
        comment: b"#",
        edited,
    };
    let Some(stamped) = stamp(&file(text), KEY, value) else {
        return;
    };
    assert!(
        stamped
            .lines()
            .any(|line| line.starts_with(b"Assisted-by: "))
    );
    assert!(
        stamp(&file(&stamped), KEY, value).is_none(),
        "stamped twice"
    );
});
