//! What Git writes to a pre-push hook and to a server's pre-receive: no line is lost.

#![no_main]

use bstr::ByteSlice as _;
use cordon::git::{PushLine, RefUpdate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    if let Ok(lines) = PushLine::parse(input) {
        let written = input.lines().filter(|line| !line.is_empty()).count();
        assert_eq!(lines.len(), written);
        assert!(lines.iter().all(|line| !line.remote_ref.is_empty()));
    }
    if let Ok(updates) = RefUpdate::parse(input) {
        let written = input.lines().filter(|line| !line.is_empty()).count();
        assert_eq!(updates.len(), written);
        assert!(updates.iter().all(|update| !update.name.is_empty()));
    }
});
