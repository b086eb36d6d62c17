//! GitLab.
//!
//! By its page "Commit message templates", and `message_generator.rb` of GitLab 15 to 18: the template of the
//! project or `%{title}`; the newest commit comes first, a hundred are looked at, and `%{co_authored_by}` leaves
//! out whoever opened the merge request. A line that holds one empty variable alone goes, and a blank line before
//! it where one follows too.
//!
//! What the job does not know of is empty here: `%{issues}`, `%{reviewed_by}`, `%{approved_by}`, `%{merged_by}`.

use bstr::{BStr, BString, ByteSlice as _};

use super::{Pull, behind_subject, plain, trailer, unix};
use crate::git::Commit;

/// The template of a project that has none.
pub(super) const TEMPLATE: &str = "%{title}";

/// The commits that variables tell of.
const COMMITS: usize = 100;

/// The longest message that `%{all_commits}` repeats, in bytes.
const LONGEST: usize = 100 << 10;

/// The variables; whatever else stands in the braces stays as it is.
const VARIABLES: [&str; 18] = [
    "source_branch",
    "target_branch",
    "title",
    "issues",
    "description",
    "reference",
    "local_reference",
    "source_project_id",
    "first_commit",
    "first_multiline_commit",
    "first_multiline_commit_description",
    "url",
    "reviewed_by",
    "approved_by",
    "merged_by",
    "merge_request_author",
    "co_authored_by",
    "all_commits",
];

pub(super) fn message(template: &BStr, pull: &Pull, commits: &[Commit]) -> BString {
    let template = template.replace("\r", "");
    let value = |name: &str| value(name, pull, commits);
    let lines: Vec<&[u8]> = template.split_str("\n").collect();
    let mut kept: Vec<&[u8]> = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let alone = variable(line).filter(|(_, length)| *length == line.len());
        if alone.is_none_or(|(name, _)| !value(name).trim().is_empty()) {
            kept.push(line);
            continue;
        }
        let next = lines.get(at + 1);
        let before = kept.last();
        if next.is_none_or(|next| next.is_empty()) && before.is_some_and(|before| before.is_empty())
        {
            kept.pop();
        }
    }
    let text = bstr::join("\n", kept);
    let mut out = BString::from(filled(&text, value).trim());
    out.push(b'\n');
    out
}

/// The text with the values in the place of the variables.
fn filled(text: &[u8], value: impl Fn(&str) -> BString) -> BString {
    let mut out = BString::default();
    let mut rest = text;
    while let Some(at) = rest.find("%{") {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        if let Some((name, length)) = variable(from) {
            out.extend_from_slice(&value(name));
            rest = &from[length..];
        } else {
            out.extend_from_slice(b"%{");
            rest = &from[2..];
        }
    }
    out.extend_from_slice(rest);
    out
}

/// The variable that a text begins with, and how long it is there.
fn variable(text: &[u8]) -> Option<(&'static str, usize)> {
    let inner = text.strip_prefix(b"%{")?;
    let mut names = VARIABLES.iter();
    let name = names.find(|name| {
        let rest = inner.strip_prefix(name.as_bytes());
        rest.is_some_and(|rest| rest.starts_with(b"}"))
    })?;
    Some((name, name.len() + 3))
}

fn value(name: &str, pull: &Pull, commits: &[Commit]) -> BString {
    let recent = &commits[commits.len().saturating_sub(COMMITS)..];
    let multiline = || plain(commits).find(|one| !behind_subject(&one.message).is_empty());
    match name {
        "title" => pull.title.clone(),
        "description" => unix(&pull.body),
        "merge_request_author" => {
            let line = trailer("", &pull.author);
            line.strip_prefix(b": ").unwrap_or(&line).into()
        }
        "first_commit" => commits
            .first()
            .map(|one| one.message.raw().trim().into())
            .unwrap_or_default(),
        "first_multiline_commit" => {
            let found = multiline().map(|one| one.message.raw().trim().into());
            found.unwrap_or_else(|| pull.title.clone())
        }
        "first_multiline_commit_description" => {
            let found = multiline().map(|one| behind_subject(&one.message).into());
            found.unwrap_or_default()
        }
        "co_authored_by" => co_authors(pull, recent),
        "all_commits" => {
            let items: Vec<Vec<u8>> = plain(recent).rev().map(item).collect();
            bstr::join("\n\n", items).into()
        }
        other => {
            let mut named = pull.named.iter();
            let found = named.find(|(name, _)| name == other);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        }
    }
}

fn co_authors(pull: &Pull, recent: &[Commit]) -> BString {
    let mut authors: Vec<&crate::git::Identity> = Vec::new();
    for commit in recent.iter().rev() {
        let known = authors
            .iter_mut()
            .find(|one| one.email == commit.author.email);
        match known {
            Some(known) => *known = &commit.author,
            None => authors.push(&commit.author),
        }
    }
    authors.retain(|one| one.email != pull.author.email);
    let lines = authors.iter().map(|one| trailer("Co-authored-by", one));
    bstr::join("\n", lines.collect::<Vec<_>>()).into()
}

fn item(commit: &Commit) -> Vec<u8> {
    let text = commit.message.raw();
    if text.len() > LONGEST {
        let subject = commit.message.subject();
        let skipped = b"\n\n-- Skipped commit body exceeding 100KiB in size.";
        return [b"* ", subject.as_bytes(), skipped].concat();
    }
    [b"* ", text.trim()].concat()
}
