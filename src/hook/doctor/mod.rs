//! `cordon doctor`: which hooks are in place, what is wrong with the others, which command mends it,
//! and whether they fire when Git is asked to commit.
//!
//! [`examine`] looks at the files; `prove` has Git run them. The command prints what they find.

mod answers;
mod around;
mod clear;
pub(super) mod config;
mod findings;
mod look;
mod manager;
mod place;
mod prove;
mod scratch;
mod surroundings;

use std::path::{Path, PathBuf};

use bstr::BString;

use super::ask::Ask;
pub use around::template_dir;
pub(super) use config::version;
pub use config::{ConfigHook, Setting, hooks_path};
pub use findings::{DoctorError, examine};

use super::HOOKS;
use crate::git::Facts;

/// What the doctor is told.
#[derive(Clone, Copy, Debug)]
pub struct Patient<'a> {
    /// The repository.
    pub facts: &'a Facts,
    /// This program, whose hooks they ought to be.
    pub program: Option<&'a Path>,
    /// Its version.
    pub version: &'a str,
    /// How Git is asked.
    pub ask: &'a Ask,
}

/// What is known of one hook.
#[derive(Clone, Debug)]
pub struct Hook {
    /// Its name, one of [`HOOKS`].
    pub name: &'static str,
    /// What stands in its place.
    pub state: State,
    /// Whose it is, where it is another's and known.
    pub manager: Option<&'static str>,
    /// Whether it fired; `None` where nobody tried, or it was not reached.
    pub fired: Option<bool>,
}

/// What stands in a hook's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Ours, as this version writes it.
    InPlace,
    /// Nothing.
    Missing,
    /// Nothing, and Git runs one of ours by its configuration.
    Configured,
    /// Ours, for another version.
    Older,
    /// Ours, changed by somebody.
    Edited,
    /// Ours, with the line ends of Windows.
    Crlf,
    /// Ours, but not executable.
    NotExecutable,
    /// Ours, and the program that it starts is gone.
    ProgramGone,
    /// A link to one of ours.
    Link,
    /// Another's.
    Foreign,
}

impl State {
    /// The word for it, in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::InPlace => "in-place",
            Self::Missing => "missing",
            Self::Configured => "configured",
            Self::Older => "older",
            Self::Edited => "edited",
            Self::Crlf => "crlf",
            Self::NotExecutable => "not-executable",
            Self::ProgramGone => "program-gone",
            Self::Link => "link",
            Self::Foreign => "foreign",
        }
    }
}

/// Something that keeps hooks from running, and the command that mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A stable code.
    pub code: &'static str,
    /// The hooks that it is about; empty for all.
    pub hooks: Vec<&'static str>,
    /// What is wrong; foreign text in it is not yet harmless.
    pub message: String,
    /// The command, for a shell at the top of the work tree.
    pub mend: Option<String>,
}

/// Something that could not be found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// A stable code.
    pub code: &'static str,
    /// What, and why; foreign text in it is not yet harmless.
    pub message: String,
}

/// What the doctor found.
#[derive(Clone, Debug)]
pub struct Findings {
    /// Where Git takes the hooks from.
    pub dir: PathBuf,
    /// The `core.hooksPath` that says so, if one does.
    pub setting: Option<Setting>,
    /// Each hook, in the order of [`HOOKS`].
    pub hooks: Vec<Hook>,
    /// Whether Git was asked to run them.
    pub ran: bool,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What could not be found out.
    pub unknown: Vec<Unknown>,
    /// What is worth knowing.
    pub notes: Vec<String>,
}

/// A path in single quotes for a shell; `None` where nobody could see what the command does.
fn quoted(path: &Path) -> Option<String> {
    crate::text::show::shell_quoted(path.as_os_str().as_encoded_bytes())
}

/// A path for people.
fn shown(path: &Path) -> String {
    crate::text::show::escaped(path.as_os_str().as_encoded_bytes())
}

/// Names in a sentence.
fn listed(names: &[&str]) -> String {
    if names.len() == HOOKS.len() {
        return "every hook".to_owned();
    }
    names.join(", ")
}

fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes.to_vec()).into()
}

/// A variable of the surroundings that is set, and not to nothing.
fn variable<'a>(
    env: &'a std::collections::BTreeMap<BString, BString>,
    name: &str,
) -> Option<&'a BString> {
    env.get(name.as_bytes()).filter(|value| !value.is_empty())
}
