//! In what surroundings the doctor has Git try the hooks: the caller's own, but for what could reach
//! out of the scratch worktree or wait for somebody. For `prove.rs` alone.

use std::ffi::OsString;
use std::path::Path;

use bstr::{BString, ByteSlice as _};

use super::super::WITNESS;
use super::super::ask::Ask;
use super::Patient;
use super::config::Setting;
use super::scratch::Scratch;

/// Settings that have nothing to do with hooks, and could stop a commit, ask for a passphrase or
/// start a service.
const CALM: [&str; 13] = [
    "commit.gpgSign=false",
    "push.gpgSign=false",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "rerere.enabled=false",
    "submodule.recurse=false",
    "push.recurseSubmodules=no",
    "push.pushOption=",
    "merge.verifySignatures=false",
    "am.threeWay=false",
    "protocol.file.allow=always",
];

/// Git in the scratch worktree: the caller's configuration, and objects written aside.
pub(super) fn surroundings(
    patient: &Patient<'_>,
    scratch: &Scratch,
    dir: &Path,
    setting: Option<&Setting>,
) -> Ask {
    let bytes = |path: &Path| BString::from(path.as_os_str().as_encoded_bytes());
    let mut ask = patient.ask.clone();
    ask.cwd.clone_from(&scratch.tree);
    ask.options = Vec::new();
    ask.running = Some(scratch.running.clone());
    let mut set = |value: OsString| ask.options.extend(["-c".into(), value]);
    for value in CALM {
        set(value.into());
    }
    if setting.is_some_and(|one| !one.value.starts_with(b"/") || one.scope == "worktree") {
        // A path from the top of this worktree, or one that holds in this one alone: the folder
        // that is asked about is the one here.
        let mut value = OsString::from("core.hooksPath=");
        value.push(dir);
        set(value);
    }
    let objects = bytes(&patient.facts.common_dir.join("objects"));
    let mut ask = ask
        .with(WITNESS, bytes(&scratch.witness))
        .with("GIT_OBJECT_DIRECTORY", bytes(&scratch.root.join("objects")))
        .with("GIT_ALTERNATE_OBJECT_DIRECTORIES", quoted(&objects))
        .with("GIT_TERMINAL_PROMPT", "0")
        .with("GIT_EDITOR", ":");
    for who in ["AUTHOR", "COMMITTER"] {
        ask = ask
            .with(&format!("GIT_{who}_NAME"), "Cordon doctor")
            .with(&format!("GIT_{who}_EMAIL"), "doctor@cordon.invalid");
    }
    ask
}

/// A path in a list that colons separate.
pub(super) fn quoted(path: &BString) -> BString {
    if !path.contains(&b':') && !path.starts_with(b"\"") {
        return path.clone();
    }
    let inner = path.replace("\\", "\\\\").replace("\"", "\\\"");
    [&b"\""[..], &inner, b"\""].concat().into()
}
