//! `COMMIT_EDITMSG` as `git commit` cleans it up: what is clean stays as it is.

#![no_main]

use bstr::{BStr, ByteSlice as _};
use cordon::git::{CommentStyle, Message};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Option<&str>, &[u8])| {
    let (mark, raw) = input;
    let style = CommentStyle::new(mark.map(|mark| BStr::new(mark.as_bytes())), raw);
    let message = Message::from_file(raw, &style);
    let again = Message::from_file(message.raw(), &style);
    assert_eq!(message.raw(), again.raw());
    assert!(!message.raw().contains_str("\n\n\n"));
    assert!(message.raw().is_empty() || message.raw().ends_with(b"\n"));
});
