//! Where `.gitmodules` mounts submodules, as far as a change of it says something new. For the matcher.
//!
//! Read as Git reads configuration, but for what is malformed: that is passed over, and the rest counts.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BString, ByteSlice as _};

use crate::git::{Error, Result};
use crate::text::fold::folded;
use crate::text::landing::names_git_file;

/// Bytes of a section's header. A submodule's name is a path as a rule.
const HEADER: usize = 1 << 13;

/// Whether a path is that of the file that says where, on any system.
pub(super) fn is_file(path: &[u8]) -> bool {
    !path.contains(&b'/') && names_git_file(&folded(path)) == Some(".gitmodules")
}

/// The paths of the submodules of which two texts of `.gitmodules` say different things. A header of
/// more than [`HEADER`] bytes is [`Error::Limit`].
pub(super) fn moved(old: &[u8], new: &[u8]) -> Result<BTreeSet<BString>> {
    let (old, new) = (sections(old)?, sections(new)?);
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let mut paths = BTreeSet::new();
    for name in names {
        let (old, new) = (old.get(name), new.get(name));
        if old == new {
            continue;
        }
        let settings = old.into_iter().chain(new).flatten();
        let mounts = settings.filter(|(key, _)| key == "path");
        paths.extend(mounts.map(|(_, value)| value.trim_end_with(|one| one == '/').into()));
    }
    Ok(paths)
}

/// Keys, small, and values.
type Settings = Vec<(BString, BString)>;

/// The settings of each section, in the order of the text.
fn sections(text: &[u8]) -> Result<BTreeMap<&[u8], Settings>> {
    // Each header is compared once, however many settings follow it.
    let mut numbers: BTreeMap<&[u8], usize> = BTreeMap::from([(&b""[..], 0)]);
    let mut settings: Vec<Settings> = vec![Vec::new()];
    let mut section = 0;
    let mut rest = text;
    while !rest.is_empty() {
        rest = rest.trim_ascii_start();
        if rest.starts_with(b"[") {
            let end = header_end(rest);
            if end > HEADER {
                return Err(Error::Limit {
                    what: "bytes of a section's header in .gitmodules",
                    limit: HEADER as u64,
                });
            }
            section = *numbers.entry(&rest[..end]).or_insert(settings.len());
            if section == settings.len() {
                settings.push(Vec::new());
            }
            rest = &rest[end..];
            continue;
        }
        let end = rest.find_byteset(b"=\n").unwrap_or(rest.len());
        let key = &rest[..end];
        let is_comment = key.starts_with(b"#") || key.starts_with(b";");
        if rest.get(end) != Some(&b'=') || is_comment {
            let line = rest.find_byte(b'\n').map_or(rest.len(), |feed| feed + 1);
            rest = &rest[line..];
            continue;
        }
        let (value, after) = value(&rest[end + 1..]);
        let key = key.trim_ascii().to_ascii_lowercase();
        if let Some(settings) = settings.get_mut(section) {
            settings.push((key.into(), value));
        }
        rest = after;
    }
    let of =
        |(header, number): (_, usize)| Some((header, std::mem::take(settings.get_mut(number)?)));
    Ok(numbers.into_iter().filter_map(of).collect())
}

/// Where the header of a section ends: behind its bracket, or with the line.
fn header_end(text: &[u8]) -> usize {
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'\n' => return at,
            b']' if !quoted => return at + 1,
            b'"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = *byte == b'\\' && !escaped;
    }
    text.len()
}

/// A value as Git unquotes it, and what follows its line.
fn value(text: &[u8]) -> (BString, &[u8]) {
    let mut value = Vec::new();
    // How much of the value counts, blanks at its end do not.
    let mut kept = 0;
    let mut quoted = false;
    let mut bytes = text.iter().enumerate();
    let mut end = text.len();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\n' => {
                end = at + 1;
                break;
            }
            b'"' => quoted = !quoted,
            b'#' | b';' if !quoted => {
                end = text[at..]
                    .find_byte(b'\n')
                    .map_or(text.len(), |feed| at + feed + 1);
                break;
            }
            b'\\' => match bytes.next() {
                Some((_, b'\n')) | None => {}
                Some((_, byte)) => {
                    value.push(match byte {
                        b'n' => b'\n',
                        b't' => b'\t',
                        other => *other,
                    });
                    kept = value.len();
                }
            },
            byte if byte.is_ascii_whitespace() && !quoted => {
                if !value.is_empty() {
                    value.push(*byte);
                }
            }
            byte => {
                value.push(*byte);
                kept = value.len();
            }
        }
    }
    value.truncate(kept);
    (value.into(), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(old: &str, new: &str) -> Vec<String> {
        let paths = moved(old.as_bytes(), new.as_bytes()).unwrap();
        paths.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_changes_of_a_submodule_tells_its_path() {
        let one = "[submodule \"a\"]\n\tpath = lib/a\n\turl = https://x.example/a\n";
        assert_eq!(paths("", one), ["lib/a"]);
        assert_eq!(paths(one, ""), ["lib/a"]);
        assert_eq!(paths(one, one), [""; 0]);
        let other = one.replace("x.example", "y.example");
        assert_eq!(paths(one, &other), ["lib/a"]);
        let moved = one.replace("lib/a", "src/crypto/");
        assert_eq!(paths(one, &moved), ["lib/a", "src/crypto"]);
        let both = format!("{one}[submodule \"b\"] path = lib/b\n");
        assert_eq!(paths(one, &both), ["lib/b"]);
    }

    #[test]
    fn a_path_is_read_as_git_reads_it() {
        for text in [
            "[submodule \"a\"]\nPATH=\"src/crypto\"\n",
            "[submodule \"a\"]\npath = src/cry\\\npto # a comment\n",
            "[submodule \"a]\\\"\"] path = \"src/crypt\"o ; path = other\n",
            "# path = other\n[submodule \"a\"]\nbroken line\n\tpath\t=\tsrc/crypto\t",
        ] {
            assert_eq!(paths("", text), ["src/crypto"], "{text}");
        }
    }
    #[test]
    fn the_settings_of_a_section_may_stand_apart() {
        let one = "[submodule \"a\"]\npath = lib/a\n";
        let apart = format!("{one}[submodule \"b\"]\npath = lib/b\n[submodule \"a\"]\nurl = x\n");
        assert_eq!(paths(one, &apart), ["lib/a", "lib/b"]);
    }

    #[test]
    fn a_header_that_is_too_long_is_a_limit() {
        let text = |name: usize| format!("[submodule \"{}\"]\npath = lib\n", "a".repeat(name));
        assert_eq!(paths("", &text(HEADER - 14)), ["lib"]);
        for text in [text(HEADER - 13), format!("[{}", "a".repeat(HEADER))] {
            let limit = moved(text.as_bytes(), b"").unwrap_err();
            assert_eq!(limit.code(), "limit");
        }
    }
}
