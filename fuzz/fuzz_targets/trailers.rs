//! Trailers of any message: each has a key, a line of the message, and the folded key.

#![no_main]

use bstr::ByteSlice as _;
use cordon::git::Message;
use cordon::text::fold::letters;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    let trailers = Message::new(raw).trailers();
    let lines = raw.lines().count();
    for trailer in &trailers {
        assert!(!trailer.key.is_empty());
        assert_eq!(trailer.folded, letters(&trailer.key).trim());
        assert!((1..=lines).contains(&(trailer.line as usize)));
        assert!(!trailer.value.contains(&b'\n'));
    }
    assert!(trailers.is_sorted_by_key(|trailer| trailer.line));
});
