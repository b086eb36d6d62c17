//! The index: hostile bytes are an error or entries in order, and never a panic.

#![no_main]

use cordon::git::Index;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&first, body)) = input.split_first() else {
        return;
    };
    let id_length = if first % 2 == 0 { 20 } else { 32 };
    let _ = Index::parse(body, id_length);
    // Zeros are the checksum of an index that has none.
    let whole = [body, &[0; 32][..id_length]].concat();
    let Ok(index) = Index::parse(&whole, id_length) else {
        return;
    };
    for pair in index.entries.windows(2) {
        let [one, other] = pair else { unreachable!() };
        assert!((&one.path, one.stage) < (&other.path, other.stage));
    }
    for pair in index.trees.windows(2) {
        let [one, other] = pair else { unreachable!() };
        assert!(one.path < other.path);
    }
});
