//! Raw commit objects: read, or refused with an error; the message stays as it is.

#![no_main]

use cordon::git::{Commit, Id};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    let Some(id) = Id::from_bytes(&[7; 20]) else {
        return;
    };
    match Commit::parse(id, raw) {
        Ok(commit) => {
            assert!(commit.tree.is_some());
            assert!(raw.ends_with(commit.message.raw()));
            assert!(!commit.message.subject().contains(&b'\n'));
        }
        Err(error) => assert!(!error.code().is_empty()),
    }
});
