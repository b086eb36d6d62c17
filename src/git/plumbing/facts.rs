//! What is known of a repository when it opens, as Git tells it.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;

use super::config::Config;
use super::git::{Git, Said};
use crate::git::files::{absolute, grafted, read_optional, shallow};
use crate::git::{Error, Facts, Result};

/// Where the repository lies and what form it has, and whether it is bare. Its work tree and whether
/// it is a partial clone are still to be found.
pub(super) fn places(git: &Git) -> Result<(Facts, bool)> {
    if !git.dir().is_dir() {
        return Err(Error::NotARepository(git.dir().to_owned()));
    }
    let said = git.run(
        &[
            "rev-parse",
            "--path-format=absolute",
            "--git-dir",
            "--git-common-dir",
            "--show-object-format",
            "--is-bare-repository",
        ],
        b"",
    )?;
    if said.code != Some(0) {
        return Err(unopened(&said, git.dir()));
    }
    let lines: Vec<&[u8]> = said.stdout.lines().collect();
    // A path with an end of line in it makes one line too many.
    let [git_dir, common_dir, format, bare] = lines[..] else {
        return Err(said.odd("rev-parse"));
    };
    let common_dir = absolute(Path::new(OsStr::from_bytes(common_dir)))?;
    let facts = Facts {
        git_dir: absolute(Path::new(OsStr::from_bytes(git_dir)))?,
        work_dir: None,
        id_length: match format {
            b"sha1" => 20,
            b"sha256" => 32,
            _ => return Err(said.odd("rev-parse")),
        },
        shallow: shallow(&common_dir)?,
        grafted: grafted(&common_dir)?,
        partial: false,
        common_dir,
    };
    Ok((facts, bare == b"true"))
}

/// The top of the work tree.
pub(super) fn work_dir(
    git: &Git,
    facts: &Facts,
    bare: bool,
    config: &Config,
) -> Result<Option<PathBuf>> {
    if bare {
        return Ok(None);
    }
    let words = ["rev-parse", "--path-format=absolute", "--show-toplevel"];
    let said = git.run(&words, b"")?;
    if said.code == Some(0) {
        let top = said.stdout.strip_suffix(b"\n").unwrap_or_default();
        return absolute(Path::new(OsStr::from_bytes(top))).map(Some);
    }
    // Inside its own directory Git does not say.
    if let Some(top) = config.last_own("core.worktree") {
        let top = facts.git_dir.join(OsStr::from_bytes(top));
        return absolute(&top).map(Some);
    }
    let linked = read_optional(&facts.git_dir.join("gitdir"))?;
    if let Some(file) = linked.lines().next() {
        let file = facts.git_dir.join(OsStr::from_bytes(file));
        return file.parent().map(absolute).transpose();
    }
    let is_usual = facts.git_dir.file_name() == Some(OsStr::new(".git"));
    Ok(facts
        .git_dir
        .parent()
        .filter(|_| is_usual)
        .map(Path::to_owned))
}

fn unopened(said: &Said, at: &Path) -> Error {
    let text = said.stderr.as_bstr();
    if text.contains_str("not a git repository") {
        return Error::NotARepository(at.to_owned());
    }
    if text.contains_str("dubious ownership")
        && let Some(path) = text.split(|&byte| byte == b'\'').nth(1)
    {
        return Error::ForeignOwner(PathBuf::from(OsStr::from_bytes(path)));
    }
    if let Some((_, names)) = text.split_once_str("unknown repository extension")
        && let Some((_, names)) = names.split_once_str(":")
        && let Some(name) = names.trim_ascii().lines().next()
    {
        return Error::UnsupportedExtension(format!("extensions.{}", name.trim().as_bstr()));
    }
    said.failed("rev-parse")
}
