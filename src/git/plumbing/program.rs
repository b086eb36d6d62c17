//! Which `git` is run, and what of the surroundings it sees.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use bstr::ByteSlice as _;

use crate::git::{Error, Open, Result};
use crate::host::Host;

/// Variables that say which repository a hook is about, or how it is configured. Any other of Git's
/// could make it write, start programs or say more than it is asked.
const OF_THE_REPOSITORY: [&str; 14] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
];

/// The pairs that belong to `GIT_CONFIG_COUNT`.
const CONFIGURED: [&[u8]; 2] = [b"GIT_CONFIG_KEY_", b"GIT_CONFIG_VALUE_"];

/// What holds for every child.
const ALWAYS: [(&str, &str); 7] = [
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    // Before 2.39.4 and its contemporaries Git does not know it; without any allowed protocol a fetch
    // ends before it begins.
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_ADVICE", "0"),
    ("LC_ALL", "C"),
];

/// The first `git` of the directories in PATH that are named in full.
pub(super) fn program(host: &Host) -> Result<PathBuf> {
    let path = host.var("PATH").map(|path| path.as_slice());
    let mut folders = path
        .unwrap_or_default()
        .split(|&byte| byte == b':')
        .filter(|folder| folder.starts_with(b"/"))
        .map(|folder| PathBuf::from(std::ffi::OsStr::from_bytes(folder)).join("git"));
    let runs = |file: &PathBuf| {
        file.metadata()
            .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
    };
    folders.find(runs).ok_or(Error::NoGit)
}

/// The environment of every child: of Git's own variables only those that a hook was given, and none
/// for a repository that a path names.
pub(super) fn environment(how: Open<'_>, host: &Host) -> Vec<(OsString, OsString)> {
    let is_of_it = |name: &[u8]| {
        let known = OF_THE_REPOSITORY
            .iter()
            .any(|known| known.as_bytes() == name);
        known || CONFIGURED.iter().any(|start| name.starts_with(start))
    };
    let passes =
        |name: &[u8]| !name.starts_with(b"GIT_") || matches!(how, Open::FromEnv) && is_of_it(name);
    let os = |text: &[u8]| OsString::from_vec(text.to_vec());
    let given = host.env.iter().filter(|(name, _)| passes(name));
    let always = ALWAYS
        .iter()
        .map(|(name, value)| (name.into(), value.into()));
    let hidden: BTreeSet<Vec<u8>> = host
        .env
        .iter()
        .filter(|(_, key)| is_header(key))
        .filter_map(|(name, _)| Some([CONFIGURED[1], name.strip_prefix(CONFIGURED[0])?].concat()))
        .collect();
    let shown = |name: &[u8], value: &[u8]| os(if hidden.contains(name) { b"" } else { value });
    given
        .map(|(name, value)| (os(name), shown(name, value)))
        .chain(always)
        .collect()
}

/// Whether a key of the configuration is a header for a server: there a token may stand, which is for what fetches alone.
pub(in crate::git) fn is_header(key: &[u8]) -> bool {
    let lower = key.to_ascii_lowercase();
    let address = lower.strip_prefix(b"http.");
    let address = address.and_then(|rest| rest.strip_suffix(b".extraheader"));
    address.is_some_and(|address| address.contains_str("://"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn host(variables: &[(&str, &str)]) -> Host {
        let env = variables
            .iter()
            .map(|&(name, value)| (name.into(), value.into()));
        Host {
            env: env.collect(),
            ..Host::default()
        }
    }

    #[test]
    fn a_directory_that_is_not_named_in_full_gives_no_program() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("git");
        std::fs::write(&file, "").unwrap();
        let found = |path: &str| program(&host(&[("PATH", path)])).ok();
        let here = temp.path().to_str().unwrap();
        assert_eq!(found(here), None, "it does not run");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(found(&format!(":.:/nowhere:{here}")), Some(file));
        assert_eq!(found("."), None);
        assert!(matches!(program(&host(&[])), Err(Error::NoGit)));
    }

    #[test]
    fn a_hooks_variables_are_for_the_repository_of_the_hook() {
        let host = host(&[
            ("HOME", "/h"),
            ("GIT_DIR", "d"),
            ("GIT_CONFIG_KEY_0", "k"),
            ("GIT_TRACE", "/etc/passwd"),
            ("GIT_NO_LAZY_FETCH", "0"),
            ("LC_ALL", "tr_TR"),
        ]);
        let seen = |how| {
            let all = environment(how, &host).into_iter();
            let all = all.map(|(name, value)| format!("{}={}", name.display(), value.display()));
            // Of several the last one holds.
            let always = ["LC_ALL=tr_TR".to_owned()];
            all.filter(|one| !always.contains(one)).collect::<Vec<_>>()
        };
        let from_env = seen(Open::FromEnv);
        let at = seen(Open::At(Path::new("/")));
        for (variable, of_a_hook, of_a_path) in [
            ("HOME=/h", true, true),
            ("LC_ALL=C", true, true),
            ("GIT_NO_LAZY_FETCH=1", true, true),
            ("GIT_DIR=d", true, false),
            ("GIT_CONFIG_KEY_0=k", true, false),
            ("GIT_NO_LAZY_FETCH=0", false, false),
            ("GIT_TRACE=/etc/passwd", false, false),
        ] {
            let has = |all: &[String]| all.iter().any(|one| one == variable);
            assert_eq!(
                (has(&from_env), has(&at)),
                (of_a_hook, of_a_path),
                "{variable}"
            );
        }
    }

    #[test]
    fn what_reads_a_repository_sees_no_token() {
        let key = "http.https://github.com/.extraHeader";
        let host = host(&[
            ("GIT_CONFIG_COUNT", "2"),
            ("GIT_CONFIG_KEY_0", key),
            ("GIT_CONFIG_VALUE_0", "AUTHORIZATION: basic eA=="),
            ("GIT_CONFIG_KEY_1", "safe.directory"),
            ("GIT_CONFIG_VALUE_1", "/srv"),
        ]);
        let seen = environment(Open::FromEnv, &host);
        let of = |name: &str| {
            let mut found = seen.iter().filter(|(one, _)| one == name);
            found.next().unwrap().1.to_str().unwrap()
        };
        assert_eq!(
            (of("GIT_CONFIG_KEY_0"), of("GIT_CONFIG_VALUE_0")),
            (key, "")
        );
        assert_eq!(of("GIT_CONFIG_VALUE_1"), "/srv");
    }
}
