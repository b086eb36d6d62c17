use std::fs::{self, Permissions};
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use super::super::testing::script;
use super::*;

struct Place {
    temp: tempfile::TempDir,
    env: BTreeMap<BString, BString>,
}

impl Place {
    /// A place with this pre-push hook set aside in it.
    fn new(text: &str) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("it's hooks");
        fs::create_dir(&dir).unwrap();
        let place = Self {
            temp,
            env: BTreeMap::new(),
        };
        if !text.is_empty() {
            script(&place.aside(), text);
        }
        place
    }

    fn dir(&self) -> PathBuf {
        self.temp.path().join("it's hooks")
    }

    fn aside(&self) -> PathBuf {
        self.dir().join("pre-push.cordon-before")
    }

    fn run(&self, args: &[&str], stdin: &[u8]) -> Result<Ran> {
        let args: Vec<_> = args.iter().map(OsString::from).collect();
        run_previous(&Previous {
            hooks_dir: &self.dir(),
            hook: "pre-push",
            which: Which::SetAside,
            args: &args,
            stdin: Stdin::Bytes(stdin),
            env: &self.env,
        })
    }

    /// What the hook wrote to the file that its first argument names.
    fn told(&self, stdin: &[u8]) -> String {
        let out = self.temp.path().join("out");
        let ran = self.run(&[out.to_str().unwrap(), "a b"], stdin).unwrap();
        assert_eq!(ran, Ran::Exited(0));
        fs::read_to_string(out).unwrap()
    }
}

#[test]
fn arguments_and_input_arrive_whole() {
    let place = Place::new("#!/bin/sh\n{ echo \"$# $2\"; cat; } > \"$1\"\n");
    let lines = "refs/heads/x 1 refs/heads/x 0\n".repeat(5000);
    assert_eq!(place.told(lines.as_bytes()), format!("2 a b\n{lines}"));
}

#[test]
fn input_that_is_not_read_is_no_failure() {
    let place = Place::new("#!/bin/sh\nexit 0\n");
    let ran = place.run(&[], &vec![b'x'; 1 << 20]).unwrap();
    assert_eq!(ran, Ran::Exited(0));
}

#[test]
fn the_code_is_the_hooks_own() {
    for (end, code) in [("exit 7", 7), ("kill -9 $$", 137), ("false", 1)] {
        let place = Place::new(&format!("#!/bin/sh\n{end}\n"));
        assert_eq!(place.run(&[], b"").unwrap(), Ran::Exited(code), "{end}");
    }
}

#[test]
fn a_script_without_a_first_line_runs_through_sh() {
    let place = Place::new("echo \"$2\" > \"$1\"\n");
    assert_eq!(place.told(b""), "a b\n");
}

#[test]
fn a_script_sees_the_name_it_had() {
    for first in ["#!/bin/sh", "#!/usr/bin/env sh", "#!/bin/sh -e"] {
        let place = Place::new(&format!(
            "{first}\necho \"$0 $2\" > \"$1\"; cat >> \"$1\"\n"
        ));
        let name = place.dir().join("pre-push");
        assert_eq!(place.told(b"in"), format!("{} a b\nin", name.display()));
    }
}

#[test]
fn nothing_and_a_dangling_link_are_absent_and_a_plain_file_is_not_run() {
    let place = Place::new("");
    assert_eq!(place.run(&[], b"").unwrap(), Ran::Absent);
    symlink("nowhere", place.aside()).unwrap();
    assert_eq!(place.run(&[], b"").unwrap(), Ran::Absent);
    fs::remove_file(place.aside()).unwrap();
    fs::write(place.aside(), "#!/bin/sh\nexit 1\n").unwrap();
    fs::set_permissions(place.aside(), Permissions::from_mode(0o644)).unwrap();
    assert_eq!(place.run(&[], b"").unwrap(), Ran::NotExecutable);
}

#[test]
fn what_cannot_be_started_is_an_error() {
    let place = Place::new("#!/no/such/interpreter\n");
    assert!(matches!(place.run(&[], b""), Err(Error::Io { .. })));
    fs::remove_file(place.aside()).unwrap();
    fs::create_dir(place.aside()).unwrap();
    assert!(matches!(place.run(&[], b""), Err(Error::Io { .. })));
}

#[test]
fn a_hook_of_ours_is_never_run_as_the_one_from_before() {
    let place = Place::new("#!/bin/sh\n# cordon-hook 1\nexit 0\n");
    assert!(matches!(place.run(&[], b""), Err(Error::PreviousIsOurs(_))));
    fs::rename(place.aside(), place.dir().join("elsewhere")).unwrap();
    symlink("elsewhere", place.aside()).unwrap();
    assert!(matches!(place.run(&[], b""), Err(Error::PreviousIsOurs(_))));
}

#[test]
fn a_hook_that_calls_us_again_is_not_started_twice() {
    let mut place = Place::new(&format!("#!/bin/sh\necho \"${RUNNING}\" > \"$1\"\n"));
    place.env.insert(RUNNING.into(), "/other/hook".into());
    let aside = place.aside().display().to_string();
    assert_eq!(place.told(b""), format!("/other/hook\n{aside}\n"));
    place
        .env
        .insert(RUNNING.into(), format!("/x\n{aside}").into());
    assert_eq!(place.run(&[], b"").unwrap(), Ran::Nested);
}
