//! A lock from bytes: what is accepted is written as a lock that means the same; a source never becomes
//! an option of Git's or leads out of its repository.

#![no_main]

use cordon::policy::origin::{GitSource, LOCK, Lock};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    if let Ok(text) = std::str::from_utf8(text)
        && let Ok(source) = GitSource::parse(text)
    {
        assert_safe(&source);
    }
    let Ok(lock) = Lock::parse(LOCK, text) else {
        return;
    };
    lock.sources.iter().for_each(|one| assert_safe(&one.source));
    let written = lock.text();
    assert_eq!(
        Lock::parse(LOCK, written.as_bytes()).as_ref(),
        Ok(&lock),
        "{written}"
    );
});

fn assert_safe(source: &GitSource) {
    let schemes = ["https://", "ssh://", "file:///"];
    assert!(schemes.iter().any(|scheme| source.url.starts_with(scheme)));
    assert!(
        source
            .reference
            .as_ref()
            .is_none_or(|name| !name.starts_with('-'))
    );
    assert!(!source.path.starts_with('/') && source.path.split('/').all(|part| part != ".."));
}
