//! Two texts and a third, with a NUL between them: the added lines lie in the new text at the place
//! that they say, and the others are lines of the old one, in its order.

#![no_main]

use bstr::ByteSlice as _;
use cordon::git::{AddedRun, added_lines, added_to_all};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut texts = input.splitn(3, |&byte| byte == 0);
    let mut text = || texts.next().unwrap_or_default();
    let (old, other, new) = (text(), text(), text());
    let of_old = added_lines(old, new);
    let kept = check(&of_old, new);
    let mut lines = old.lines_with_terminator();
    for line in kept {
        assert!(
            lines.any(|old| old == line),
            "a line that the old text lacks"
        );
    }
    check(&added_to_all(&[old, other], new), new);
    assert_eq!(added_to_all(&[old], new), of_old);
    assert!(added_lines(new, new).is_empty());
    let all: Vec<&[u8]> = added_lines(b"", new).iter().map(|run| run.text).collect();
    assert_eq!(all.concat(), new);
});

/// The lines of `new` that are not added.
fn check<'n>(runs: &[AddedRun<'n>], new: &'n [u8]) -> Vec<&'n [u8]> {
    let mut kept = Vec::new();
    let mut from = 0;
    for run in runs {
        let end = run.offset + run.text.len();
        assert!(from <= run.offset && !run.text.is_empty());
        assert_eq!(&new[run.offset..end], run.text);
        let before = &new[..run.offset];
        assert!(before.is_empty() || before.ends_with(b"\n"));
        assert!(end == new.len() || run.text.ends_with(b"\n"));
        assert_eq!(before.lines().count() + 1, run.line as usize);
        kept.extend(new[from..run.offset].lines_with_terminator());
        from = end;
    }
    kept.extend(new[from..].lines_with_terminator());
    kept
}
