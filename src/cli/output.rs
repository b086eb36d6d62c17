//! Standard output and standard error.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use jiff::Timestamp;

use super::Colour;
use crate::host::Host;
use crate::report::{Format, Report, Style};
use crate::secret::Engine;
use crate::text::Clean;

/// The two streams and how to write to them.
pub(super) struct Terminal {
    stdout_colour: bool,
    stderr_colour: bool,
    width: usize,
    moment: Timestamp,
}

/// Columns where nobody says how many there are.
const WIDTH: usize = 80;

impl Terminal {
    pub(super) fn new(colour: Colour, host: &Host) -> Self {
        let wanted = |terminal: bool| match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                host.var("NO_COLOR").is_none()
                    && (terminal || host.var("CLICOLOR_FORCE").is_some_and(|value| value != "0"))
            }
        };
        let columns = host
            .var("COLUMNS")
            .and_then(|value| value.to_string().parse().ok());
        Self {
            stdout_colour: wanted(host.stdout_is_terminal),
            stderr_colour: wanted(host.stderr_is_terminal),
            width: columns
                .filter(|columns| (40..=200).contains(columns))
                .unwrap_or(WIDTH),
            moment: host.now,
        }
    }

    pub(super) fn stdout_style(&self) -> Style {
        Style {
            colour: self.stdout_colour,
            width: self.width,
            moment: self.moment,
            ..Style::default()
        }
    }

    /// How a file is written: as on a screen of the usual width, without colour.
    pub(super) fn file_style(&self) -> Style {
        Style {
            width: WIDTH,
            moment: self.moment,
            ..Style::default()
        }
    }

    pub(super) fn stderr_style(&self) -> Style {
        Style {
            colour: self.stderr_colour,
            width: self.width,
            moment: self.moment,
            ..Style::default()
        }
    }
}

/// Writes to standard output. A reader that went away is no error.
pub(super) fn print(text: &str) -> Result<()> {
    let mut stream = std::io::stdout().lock();
    match stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush())
    {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}

/// Writes to standard error. There is nowhere to tell that it failed.
pub(super) fn tell(text: &str) {
    let mut stream = std::io::stderr().lock();
    let _ = stream.write_all(text.as_bytes());
    let _ = stream.flush();
}

/// An error of ours on standard error; foreign text in it is made harmless.
pub(super) fn complain(text: &str) {
    let redactor = Engine::builtin();
    let lines: Vec<String> = text
        .lines()
        .map(|line| Clean::prose(redactor, line).to_string())
        .collect();
    tell(&format!("cordon: {}\n", lines.join("\n  ")));
}

/// Writes a report to a file.
pub(super) fn write_report(
    report: &Report,
    format: &dyn Format,
    style: &Style,
    path: &Path,
) -> Result<()> {
    let text = format.render(report, style);
    write_whole(path, text.as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

/// Adds to a file that others write too.
pub(super) fn add(bytes: &[u8], path: &Path) -> Result<()> {
    let file = File::options().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(bytes))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Writes a file whole or not at all: beside it first, then in its place. What is no regular file (a
/// pipe, a terminal) is written to as it is.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let there = path.metadata().ok();
    // `/dev/stdout` may lead to a file, which others have open.
    if path.starts_with("/dev") || there.as_ref().is_some_and(|meta| !meta.is_file()) {
        return File::options().write(true).open(path)?.write_all(bytes);
    }
    // A link stays, and its target is replaced.
    let path = match &there {
        Some(_) => path.canonicalize()?,
        None => path.to_owned(),
    };
    let name = path.file_name().ok_or(std::io::ErrorKind::IsADirectory)?;
    let (mut file, part) = unfinished(parts(name).map(|beside| path.with_file_name(beside)))?;
    if let Some(meta) = there {
        file.set_permissions(meta.permissions())?;
    }
    file.write_all(bytes)?;
    std::fs::rename(&part.0, path)
}

/// How many names are tried before it is an error: by chance not one of them is there.
const NAMES: usize = 16;

/// Names for the unfinished part of a file. Nobody can guess them, and so put something there before.
fn parts(name: &OsStr) -> impl Iterator<Item = OsString> {
    std::iter::repeat_with(move || {
        let random = RandomState::new().build_hasher().finish();
        let mut beside = OsString::from(".");
        beside.push(name);
        beside.push(format!(".{random:016x}.part"));
        beside
    })
}

/// Makes a file at the first of some paths at which nothing is, a link not even: none is followed.
fn unfinished(paths: impl Iterator<Item = PathBuf>) -> std::io::Result<(File, Part)> {
    let mut last = std::io::ErrorKind::AlreadyExists.into();
    for path in paths.take(NAMES) {
        match File::create_new(&path) {
            Ok(file) => return Ok((file, Part(path))),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// Writes a file that is not there yet, whole or not at all.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes).inspect_err(|_| {
        // The error of the writing is the one to tell.
        let _ = std::fs::remove_file(path);
    })
}

/// A file of ours that is not whole yet: it goes away unless it was renamed.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // Renamed, it is not there.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn an_unfinished_part_takes_the_next_name_where_something_is() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("victim"), "theirs").unwrap();
        symlink("victim", at("link")).unwrap();
        symlink("nowhere", at("dangling")).unwrap();
        std::fs::create_dir(at("folder")).unwrap();
        let taken = ["victim", "link", "dangling", "folder"];
        let (mut file, part) =
            unfinished(taken.iter().chain(&["free"]).map(|name| at(name))).unwrap();
        file.write_all(b"ours").unwrap();
        assert_eq!(std::fs::read(at("free")).unwrap(), b"ours");
        drop(part);
        assert!(!at("free").exists());
        let refused = unfinished(taken.iter().cycle().map(|name| at(name))).map(drop);
        assert_eq!(
            refused.unwrap_err().kind(),
            std::io::ErrorKind::AlreadyExists
        );
        assert_eq!(std::fs::read(at("victim")).unwrap(), b"theirs");
        assert!(at("link").is_symlink() && at("dangling").is_symlink());
        assert!(!at("nowhere").exists());
    }

    #[test]
    fn no_two_names_of_a_part_are_one() {
        let names: BTreeSet<OsString> = parts(OsStr::new("a.json")).take(100).collect();
        assert_eq!(names.len(), 100);
    }
}
