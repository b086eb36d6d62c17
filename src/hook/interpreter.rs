//! How to start a hook that was renamed so that it still sees its old name.
//!
//! Some hooks ask `$0` which hook they are, or where their helpers lie; under the name they were set
//! aside with, such a hook finds nothing to do and succeeds. The system gives a script its real
//! path, so a shell script that mentions `$0` is read by its shell with the old path for `$0`.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use bstr::ByteSlice;

/// How a file is started; the hook's arguments are still to be added.
pub(super) enum Script {
    /// As a program of its own.
    Direct(Command),
    /// Read by its shell.
    Sourced(Command),
}

/// Longer files are started as programs, whatever they mention.
const LONGEST: u64 = 1024 * 1024;

/// Shells in which a file read by `.` keeps `$0`. Not zsh: it changes it.
const SHELLS: [&[u8]; 4] = [b"sh", b"dash", b"ash", b"bash"];

/// Looks at `file` and decides how to start it under the name `hook`. A file that cannot be read is
/// started as a program: the system then says what is wrong with it.
pub(super) fn read_script(file: &Path, hook: &Path) -> Script {
    if let Some(mut command) = text(file).and_then(|text| shell(&text)) {
        command.arg("-c").arg(source(file)).arg(hook);
        return Script::Sourced(command);
    }
    let mut command = Command::new(file);
    // A program under several names looks at this one.
    command.arg0(hook);
    Script::Direct(command)
}

/// The text of a plain file of reasonable length.
fn text(file: &Path) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let metadata = std::fs::metadata(file).ok()?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        return None;
    }
    let file = File::open(file).ok()?;
    file.take(LONGEST).read_to_end(&mut text).ok()?;
    Some(text)
}

/// The shell to read a script with: only if its first line names one, and its text mentions `$0`.
/// A script that compares `BASH_SOURCE` with `$0` would take itself for a library.
fn shell(text: &[u8]) -> Option<Command> {
    let line = text.strip_prefix(b"#!")?.lines_with_terminator().next()?;
    let line = line
        .strip_suffix(
            b"
",
        )
        .unwrap_or(line);
    let asks = text.contains_str("$0") || text.contains_str("${0");
    if !asks || text.contains_str("BASH_SOURCE") {
        return None;
    }
    let mut words = line
        .split(|byte| matches!(byte, b' ' | b'\t'))
        .filter(|word| !word.is_empty());
    let interpreter = words.next()?;
    let argument = words.next();
    if words.next().is_some() {
        return None;
    }
    let is_shell =
        |path: &[u8]| SHELLS.contains(&path.rsplit(|&byte| byte == b'/').next().unwrap_or(path));
    let mut command = Command::new(std::ffi::OsStr::from_bytes(interpreter));
    match argument {
        None if is_shell(interpreter) => {}
        Some(name) if interpreter.ends_with(b"/env") && is_shell(name) => {
            command.arg(std::ffi::OsStr::from_bytes(name));
        }
        Some(flags) if is_shell(interpreter) && plain_flags(flags) => {
            command.arg(std::ffi::OsStr::from_bytes(flags));
        }
        _ => return None,
    }
    Some(command)
}

/// Flags that mean the same for a script that is read by `-c`.
fn plain_flags(flags: &[u8]) -> bool {
    flags.strip_prefix(b"-").is_some_and(|letters| {
        !letters.is_empty() && letters.iter().all(|letter| b"efuvx".contains(letter))
    })
}

/// The command line that reads a file: `. '…'`.
fn source(file: &Path) -> OsString {
    let mut line = b". '".to_vec();
    line.extend(file.as_os_str().as_bytes().replace("'", r"'\''"));
    line.push(b'\'');
    OsString::from_vec(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Program and arguments, for scripts that are read by their shell.
    fn read(text: &str) -> Option<Vec<String>> {
        let command = shell(text.as_bytes())?;
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        Some(
            words
                .map(|word| word.to_str().unwrap().to_owned())
                .collect(),
        )
    }

    #[test]
    fn a_shell_script_that_asks_for_its_name_is_read_by_its_shell() {
        let read = |first: &str| read(&format!("{first}\necho \"$0\"\n"));
        assert_eq!(read("#!/bin/sh").unwrap(), ["/bin/sh"]);
        assert_eq!(
            read("#! /usr/bin/env bash ").unwrap(),
            ["/usr/bin/env", "bash"]
        );
        assert_eq!(read("#!/bin/bash -eu").unwrap(), ["/bin/bash", "-eu"]);
    }

    #[test]
    fn every_other_file_is_started_as_it_is() {
        for text in [
            "#!/bin/sh\nexit 0\n",
            "#!/bin/zsh\necho $0\n",
            "#!/usr/bin/python3\nprint('$0')\n",
            "#!/usr/bin/env -S sh\necho $0\n",
            "#!/bin/sh -c\necho $0\n",
            "#!/bin/sh\r\necho $0\r\n",
            "#!/bin/bash\n[[ ${BASH_SOURCE[0]} == \"$0\" ]] && main\n",
            "echo $0\n",
            "#!\necho $0\n",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
