//! Where `.gitmodules` mounts submodules, as far as a change of it says something new. For the matcher.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BString, ByteSlice as _};

use super::gitmodules::{Section, sections};
use crate::git::Result;
use crate::text::fold::folded;
use crate::text::landing::names_git_file;

/// Whether a path is that of the file that says where, on any system.
pub(super) fn is_file(path: &[u8]) -> bool {
    !path.contains(&b'/') && names_git_file(&folded(path)) == Some(".gitmodules")
}

/// The paths of the submodules of which two texts of `.gitmodules` say different things. Fails as
/// [`sections`] does.
pub(super) fn moved(old: &[u8], new: &[u8]) -> Result<BTreeSet<BString>> {
    let (old, new) = (sections(old)?, sections(new)?);
    let (old, new) = (by_name(&old), by_name(&new));
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let mut paths = BTreeSet::new();
    for name in names {
        let (old, new) = (old.get(name), new.get(name));
        if old == new {
            continue;
        }
        let settings = old.into_iter().chain(new).flatten();
        let mounts = settings.filter(|(key, _)| *key == "path");
        paths.extend(mounts.map(|(_, value)| value.trim_end_with(|one| one == '/').into()));
    }
    Ok(paths)
}

/// Keys and values by section, without their lines.
type ByName<'s> = BTreeMap<&'s BString, Vec<(&'s BString, &'s BString)>>;

fn by_name(sections: &[Section]) -> ByName<'_> {
    let mut found = ByName::new();
    for section in sections {
        let settings = section.settings.iter();
        let settings = settings.map(|one| (&one.key, &one.value));
        found.insert(&section.name, settings.collect());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::gitmodules::HEADER;

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
    fn a_header_in_another_form_is_the_same_section() {
        let one = "[submodule \"a\"]\npath = lib/a\nurl = x\n";
        let other = "[submodule.a]\npath = lib/a\nurl = x\n";
        assert_eq!(paths(one, other), [""; 0]);
        for header in ["[SUBMODULE \"a\"]", "[submodule.a]", "[submodule  \"\\a\"]"] {
            let more = format!("{one}{header}\nurl = y\n");
            assert_eq!(paths(one, &more), ["lib/a"], "{header}");
        }
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
