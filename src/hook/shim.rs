//! The shims in `hooks/`: written out with the program's path, and known again later.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use bstr::ByteSlice;

/// The hooks that Cordon installs where commits are made, in the order in which Git runs them.
pub const HOOKS: &[&str] = &[
    "pre-commit",
    "pre-merge-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "applypatch-msg",
    "post-applypatch",
    "post-rewrite",
    "pre-push",
];

/// One shim as it stands in `hooks/`.
#[derive(Clone, Copy)]
pub(super) struct Shim {
    pub(super) name: &'static str,
    /// With placeholders for the program's path, in those that start it, and for the name.
    pub(super) text: &'static str,
}

pub(super) const SHIMS: [Shim; 9] = [
    Shim {
        name: "pre-commit",
        text: include_str!("../../hooks/pre-commit"),
    },
    Shim {
        name: "pre-merge-commit",
        text: include_str!("../../hooks/pre-merge-commit"),
    },
    Shim {
        name: "prepare-commit-msg",
        text: include_str!("../../hooks/prepare-commit-msg"),
    },
    Shim {
        name: "commit-msg",
        text: include_str!("../../hooks/commit-msg"),
    },
    Shim {
        name: "post-commit",
        text: include_str!("../../hooks/post-commit"),
    },
    Shim {
        name: "applypatch-msg",
        text: include_str!("../../hooks/applypatch-msg"),
    },
    Shim {
        name: "post-applypatch",
        text: include_str!("../../hooks/post-applypatch"),
    },
    Shim {
        name: "post-rewrite",
        text: include_str!("../../hooks/post-rewrite"),
    },
    Shim {
        name: "pre-push",
        text: include_str!("../../hooks/pre-push"),
    },
];

/// What a Git server has: one hook that judges all references of a push together.
pub(super) const SERVER_SHIMS: [Shim; 1] = [Shim {
    name: "pre-receive",
    text: include_str!("../../hooks/pre-receive"),
}];

/// Stands in the shims where the program's path, as a quoted shell word, goes.
const PLACEHOLDER: &str = "'@PROGRAM@'";

/// Stands where the hook's name goes, in the shims that have one text for several hooks.
const NAME: &str = "@NAME@";

/// The comment by which a shim of ours is known, without its number.
const MARKER: &[u8] = b"# cordon-hook ";

/// The number that follows the marker. It rises with every change of a shim's text: a shim with
/// another number is an older or newer one, not one that somebody edited.
const VERSION: &[u8] = b"1";

/// More than a shim with the longest path can have.
const LONGEST: u64 = 64 * 1024;

/// Whose a hook file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Written by Cordon, and untouched since as far as can be told.
    Ours,
    /// Written by Cordon, changed since.
    Edited,
    /// Somebody else's.
    Stranger,
}

impl Shim {
    /// The shim's bytes for a program at this path.
    pub(super) fn render(&self, program: &Path) -> Vec<u8> {
        let text = self.text();
        let Some((before, after)) = text.split_once(PLACEHOLDER) else {
            return text.into_bytes();
        };
        let mut out = before.as_bytes().to_vec();
        out.push(b'\'');
        out.extend(program.as_os_str().as_encoded_bytes().replace("'", r"'\''"));
        out.push(b'\'');
        out.extend(after.as_bytes());
        out
    }

    /// Whose these bytes are.
    pub(super) fn owner(&self, bytes: &[u8]) -> Owner {
        let Some(version) = marker(bytes) else {
            return Owner::Stranger;
        };
        if version != VERSION || self.is_rendered(bytes) {
            return Owner::Ours;
        }
        Owner::Edited
    }

    /// Whether the bytes are this shim with some path in it, and nothing else.
    fn is_rendered(&self, bytes: &[u8]) -> bool {
        let text = self.text();
        let Some((before, after)) = text.split_once(PLACEHOLDER) else {
            return bytes == text.as_bytes();
        };
        bytes
            .strip_prefix(before.as_bytes())
            .and_then(|rest| rest.strip_suffix(after.as_bytes()))
            .and_then(|rest| rest.strip_prefix(b"'"))
            .and_then(|rest| rest.strip_suffix(b"'"))
            .is_some_and(|word| !word.replace(r"'\''", "").contains(&b'\''))
    }

    fn text(&self) -> String {
        self.text.replace(NAME, self.name)
    }
}

/// The number after the marker, which stands within the first three lines of our shims.
fn marker(bytes: &[u8]) -> Option<&[u8]> {
    bytes
        .lines()
        .take(3)
        .find_map(|line| line.strip_prefix(MARKER))
}

/// The program that a shim of ours starts, in this version's form.
pub(super) fn program(bytes: &[u8]) -> Option<PathBuf> {
    let (_, rest) = bytes.split_once_str("\nprogram='")?;
    let (word, _) = rest.split_once_str("'\n")?;
    Some(OsString::from_vec(word.replace(r"'\''", "'")).into())
}

/// Whether the bytes are some shim of ours, edited or not.
pub(super) fn is_marked(bytes: &[u8]) -> bool {
    marker(bytes).is_some()
}

/// The first bytes of a file, links followed: all of it when it can be a shim.
pub(super) fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sha2::{Digest as _, Sha256};
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    #[test]
    fn every_hook_has_its_shim_which_names_it() {
        let names: Vec<_> = SHIMS.iter().map(|shim| shim.name).collect();
        assert_eq!(names, HOOKS);
        for shim in SHIMS.iter().chain(&SERVER_SHIMS) {
            assert_eq!(shim.text.matches(PLACEHOLDER).count(), 1);
            let call = format!(" hook {} \"$@\"", shim.name);
            assert_eq!(shim.text.matches(&call).count(), 2, "{}", shim.name);
            assert!(shim.text.starts_with("#!/bin/sh\n# cordon-hook 1\n"));
        }
    }

    /// The shims differ in nothing but the hook's name, and no change slips in without a new number.
    #[test]
    fn a_changed_shim_needs_a_new_number() {
        for shim in SHIMS.iter().chain(&SERVER_SHIMS) {
            let neutral = shim.text.replace(shim.name, "NAME");
            let digest = format!("{:x}", Sha256::digest(neutral.as_bytes()));
            assert_eq!(
                (VERSION, &digest[..16]),
                (b"1".as_slice(), "249c4424761e52ea"),
                "raise VERSION and the number in hooks/*, then put the new digest here"
            );
        }
    }

    #[test]
    fn an_added_line_makes_a_shim_edited_and_a_missing_marker_a_stranger() {
        let shim = SHIMS[0];
        let mut text = shim.render(Path::new("/opt/cordon"));
        assert_eq!(shim.owner(&text), Owner::Ours);
        text.extend(b"echo more\n");
        assert_eq!(shim.owner(&text), Owner::Edited);
        assert_eq!(
            shim.owner(b"#!/bin/sh\necho # cordon-hook 1\n"),
            Owner::Stranger
        );
        assert_eq!(
            shim.owner(b"#!/bin/sh\n# cordon-hook 9\nwhatever\n"),
            Owner::Ours
        );
        assert_eq!(
            shim.owner(b"#!/bin/sh\n\n\n# cordon-hook 1\n"),
            Owner::Stranger
        );
    }

    #[test]
    fn a_path_cannot_hide_an_edit() {
        let shim = SHIMS[0];
        let text = shim
            .render(Path::new("/opt/cordon"))
            .replace("/opt/cordon'", "/opt/cordon'\nevil 'x'");
        assert_eq!(shim.owner(&text), Owner::Edited);
    }

    proptest! {
        #[test]
        fn whatever_the_path_the_shim_is_known_again(path in prop::collection::vec(1_u8.., 1..40)) {
            for shim in SHIMS {
                let text = shim.render(Path::new(OsStr::from_bytes(&path)));
                prop_assert_eq!(shim.owner(&text), Owner::Ours);
                if !path.contains(&b'\n') {
                    let known = program(&text).unwrap();
                    prop_assert_eq!(known.as_os_str().as_bytes(), &path);
                }
            }
        }
    }
}
