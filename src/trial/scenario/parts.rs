//! The parts of what a test describes, read: texts, modes, people, branches.

use super::{BRANCH, Result};
use crate::git::{FileMode, Id, Identity};
use crate::policy::raw::test_case::{RawTestCommit, TestMode};
use crate::policy::yaml::Problem;
use crate::secret::made_up;
use crate::sign::MadeUp;
use crate::text::{Span, Spanned};

type Text = Option<Spanned<String>>;

/// The longest path that Git can check out, in bytes.
const LONGEST: usize = 4096;
/// How many folders may lie in one another: their trees are made one within the other.
const DEEPEST: usize = 256;

/// What a file is to hold.
pub(super) enum Written {
    Text(String),
    Link(String),
}

impl Written {
    pub(super) fn text(self) -> String {
        match self {
            Self::Text(text) | Self::Link(text) => text,
        }
    }
}

/// The one of text, template, link and copy that is given; a copy has a text of its own.
pub(super) fn written(at: Span, parts: [&Text; 4]) -> Result<Option<Written>> {
    if parts.iter().filter(|part| part.is_some()).count() > 1 {
        let told = "a file has one of `text`, `template`, `link`, `copy_of`";
        return Err(Problem::error(at, told));
    }
    let [text, template, link, _] = parts;
    let text = text.as_ref().map(|text| line_ended(&text.value));
    let template = template
        .as_ref()
        .map(|text| line_ended(&made_up(&text.value)));
    let link = link
        .as_ref()
        .map(|target| Written::Link(target.value.clone()));
    Ok(text.or(template).map(Written::Text).or(link))
}

/// Whether Git could put a file there.
pub(super) fn can_lie_at(at: Span, path: &str) -> Result<()> {
    if path.len() > LONGEST || path.split('/').count() > DEEPEST {
        let start: String = path.chars().take(40).collect();
        let told = format!(
            "no file can lie at `{start}…`: a path has at most {LONGEST} bytes and {DEEPEST} parts"
        );
        return Err(Problem::error(at, told));
    }
    let odd = |name: &str| matches!(name, "" | "." | "..") || name.eq_ignore_ascii_case(".git");
    if path.split('/').any(odd) {
        return Err(Problem::error(at, format!("no file can lie at `{path}`")));
    }
    Ok(())
}

pub(super) fn mode(
    link: bool,
    said: Option<&Spanned<TestMode>>,
    old: Option<FileMode>,
) -> FileMode {
    match said.map(|mode| mode.value) {
        _ if link => FileMode::Link,
        Some(TestMode::Regular) => FileMode::Regular,
        Some(TestMode::Executable) => FileMode::Executable,
        Some(TestMode::Submodule) => FileMode::Submodule,
        None => old.unwrap_or(FileMode::Regular),
    }
}

pub(super) fn lines(text: &str) -> Vec<u8> {
    line_ended(text).into_bytes()
}

pub(super) fn line_ended(text: &str) -> String {
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{text}{end}")
}

/// `Name <address>` as Git reads it back.
pub(super) fn identity(text: &Text) -> Result<Option<&str>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let read = Identity::parse(text.value.as_bytes());
    let whole = |who: Identity| format!("{} <{}>", who.name, who.email) == text.value;
    if text.value.contains('\n') || !read.is_some_and(whole) {
        let told = format!("`{}` is not `Name <address>`", text.value.escape_debug());
        return Err(Problem::error(text.span, told));
    }
    Ok(Some(&text.value))
}

/// The signature of a commit that has one.
pub(super) fn signature(at: Span, commit: &RawTestCommit) -> Result<Option<String>> {
    let Some(signer) = &commit.signed_by else {
        if commit.touched {
            let told = "who touched a key signed the commit: `signed_by` says who";
            return Err(Problem::error(at, told));
        }
        return Ok(None);
    };
    let text = MadeUp::by(&signer.value, commit.touched).armored();
    let odd = |text: &str| text.is_empty() || text.contains([' ', '<', '>']);
    if MadeUp::read(text.as_bytes()).is_none() || odd(&signer.value) {
        let told = "a signature is by an address, as `r.lee@acme.example`, or by the `platform`";
        return Err(Problem::error(signer.span, told));
    }
    Ok(Some(text))
}

pub(super) fn branch(name: &Text) -> Result<String> {
    let Some(name) = name else {
        return Ok(BRANCH.to_owned());
    };
    let good = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    let text = &name.value;
    // A whole reference could be another branch: that of the base, after which nothing is judged.
    let whole = text == "HEAD" || text.starts_with("refs/");
    let odd = text.starts_with(['-', '/', '.']) || text.contains("..") || whole;
    if text.is_empty() || odd || !text.chars().all(good) || Id::from_hex(text.as_bytes()).is_some()
    {
        let told = format!("`{text}` is not the name of a branch");
        return Err(Problem::error(name.span, told));
    }
    Ok(text.clone())
}
