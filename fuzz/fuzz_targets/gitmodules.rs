//! `.gitmodules` from bytes: each submodule once, each setting at a line of its own, and a reading that is written
//! as Git would write it reads the same.

#![no_main]

use std::collections::BTreeSet;

use cordon::zone::gitmodules::{Section, sections};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(read) = sections(text) else {
        return;
    };
    let names: BTreeSet<&[u8]> = read.iter().map(|one| one.name.as_slice()).collect();
    assert_eq!(names.len(), read.len());
    let feeds = text.iter().filter(|&&byte| byte == b'\n').count();
    for setting in read.iter().flat_map(|one| &one.settings) {
        assert!(setting.line as usize <= feeds + 1 && setting.line > 0);
        assert!(!setting.key.contains(&b'\n') && !setting.key.contains(&b'='));
    }
    assert!(read.iter().all(|one| !one.settings.is_empty()));
    if let Some(written) = written(&read) {
        let again = sections(&written).expect("a name that was read is none too long");
        let values = |list: &[Section]| -> Vec<_> {
            let settings = |one: &Section| {
                let settings = one.settings.iter();
                settings
                    .map(|set| (set.key.clone(), set.value.clone()))
                    .collect()
            };
            let one = |one: &Section| -> (_, Vec<_>) { (one.name.clone(), settings(one)) };
            list.iter().map(one).collect()
        };
        assert_eq!(values(&again), values(&read));
    }
});

/// As Git writes it; `None` where a name or a key is none that Git would write.
fn written(read: &[Section]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for section in read {
        let name = section.name.strip_prefix(b"submodule.")?;
        // With every sign of it escaped a header must still be short enough.
        if name.contains(&b'\n') || name.len() > 1 << 11 {
            return None;
        }
        out.extend(b"[submodule \"");
        out.extend(escaped(name));
        out.extend(b"\"]\n");
        for setting in &section.settings {
            let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
            if setting.key.is_empty() || !setting.key.iter().all(word) {
                return None;
            }
            out.extend(b"\t");
            out.extend(setting.key.iter());
            out.extend(b" = \"");
            out.extend(escaped(&setting.value));
            out.extend(b"\"\n");
        }
    }
    Some(out)
}

fn escaped(text: &[u8]) -> Vec<u8> {
    let sign = |byte: &u8| match byte {
        b'\n' => b"\\n".to_vec(),
        b'"' | b'\\' => vec![b'\\', *byte],
        byte => vec![*byte],
    };
    text.iter().flat_map(sign).collect()
}
