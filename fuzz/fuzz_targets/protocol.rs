//! A hook's name, `GIT_EDITOR` and arguments, with a NUL between them: read, or a usage error that
//! can be shown.

#![no_main]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use bstr::ByteSlice as _;
use cordon::hook::{HookCall, reads_stdin};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut words = input.split(|&byte| byte == 0);
    let name = words.next().unwrap_or_default().to_str_lossy();
    let editor = words.next().unwrap_or_default();
    let args: Vec<OsString> = words
        .map(|word| OsString::from_vec(word.to_vec()))
        .collect();
    match HookCall::parse(&name, &args, b"in".to_vec(), Some(editor.as_bstr())) {
        Ok(
            HookCall::PrePush { stdin, .. }
            | HookCall::PostRewrite { stdin, .. }
            | HookCall::PreReceive { stdin },
        ) => {
            assert!(reads_stdin(&name) && stdin == b"in");
        }
        Ok(HookCall::PrepareCommitMsg { edited, .. } | HookCall::CommitMsg { edited, .. }) => {
            assert_eq!(edited, editor != b":");
        }
        Ok(HookCall::Update { .. }) => assert_eq!(args.len(), 3),
        Ok(HookCall::ApplypatchMsg { .. }) => assert_eq!(args.len(), 1),
        Ok(
            HookCall::PreCommit
            | HookCall::PreMergeCommit
            | HookCall::PostCommit
            | HookCall::PostApplypatch,
        ) => assert!(args.is_empty()),
        Err(error) => assert!(!error.to_string().contains(char::is_control)),
    }
});
