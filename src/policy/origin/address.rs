//! Where in the world a policy is: a Git repository's address, what to take of it, and the file there.
//!
//! All three come from a file that an author of changes may write. Nothing of them becomes an option of
//! Git's, leads out of the repository, or holds a credential.

use std::fmt;

use crate::git::Id;
use crate::policy::raw::RawSource;
use crate::policy::yaml::Problem;
use crate::text::Spanned;

/// Bytes of an address, a reference or a path.
const LONGEST: usize = 1024;

/// The file that is meant where none is named.
const USUAL_PATH: &str = "policy.yml";

/// A policy file in a Git repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GitSource {
    /// The address: `https://…`, `ssh://…` or `file:///…`, without a credential.
    pub url: String,
    /// A branch, a tag, a full reference or a whole commit id; `None`: the default branch.
    pub reference: Option<String>,
    /// The file's path there.
    pub path: String,
}

impl fmt::Display for GitSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reference = self.reference.as_deref().unwrap_or("HEAD");
        write!(f, "{}#{reference}:{}", self.url, self.path)
    }
}

impl GitSource {
    /// Of an entry of `extends`; every problem at its place.
    pub(in crate::policy) fn of(raw: &RawSource, problems: &mut Vec<Problem>) -> Option<Self> {
        let url = raw.git.as_ref()?;
        let before = problems.len();
        let mut check = |text: &Spanned<String>, good: fn(&str) -> Result<(), &'static str>| {
            if let Err(told) = good(&text.value) {
                problems.push(Problem::error(text.span, told));
            }
        };
        check(url, url_problem);
        if let Some(reference) = &raw.r#ref {
            check(reference, reference_problem);
        }
        if let Some(path) = &raw.path {
            check(path, path_problem);
        }
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
        (problems.len() == before).then(|| Self {
            url: url.value.clone(),
            reference: text(&raw.r#ref),
            path: text(&raw.path).unwrap_or_else(|| USUAL_PATH.to_owned()),
        })
    }

    /// Of `URL#REF:PATH`, as the command line and Git's configuration name it; the path may be left out.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (url, rest) = text.split_once('#').unwrap_or((text, ""));
        let (reference, path) = rest.split_once(':').unwrap_or((rest, USUAL_PATH));
        url_problem(url)?;
        path_problem(path)?;
        if !reference.is_empty() {
            reference_problem(reference)?;
        }
        let named = !matches!(reference, "" | "HEAD");
        Ok(Self {
            url: url.to_owned(),
            reference: named.then(|| reference.to_owned()),
            path: path.to_owned(),
        })
    }

    /// As [`Self::parse`] reads it.
    pub fn text(&self) -> String {
        let reference = self.reference.as_deref().unwrap_or_default();
        format!("{}#{reference}:{}", self.url, self.path)
    }

    /// How lines of its files are named: no path of a repository has two slashes in a row.
    pub fn name_of(&self, path: &str) -> String {
        format!("{}#{path}", self.url)
    }

    /// Whether it is the same file of the same repository, whatever the reference, and however the end of
    /// the address is written.
    pub(super) fn is_same_file(&self, other: &Self) -> bool {
        (bare(&self.url), &self.path) == (bare(&other.url), &other.path)
    }

    /// The commit or tag that it names by its whole id.
    pub fn whole_id(&self) -> Option<Id> {
        Id::from_hex(self.reference.as_deref()?.as_bytes())
    }
}

/// An address without the ends that lead to the same repository.
fn bare(url: &str) -> &str {
    let url = url.trim_end_matches('/');
    url.strip_suffix(".git").unwrap_or(url)
}

/// Whether a text names an address and no file.
pub fn is_address(text: &str) -> bool {
    text.contains("://")
}

fn url_problem(url: &str) -> Result<(), &'static str> {
    let rest = ["https://", "ssh://", "file://"]
        .iter()
        .find_map(|scheme| Some((*scheme, url.strip_prefix(scheme)?)));
    let Some((scheme, rest)) = rest else {
        return Err("an address begins with `https://`, `ssh://` or `file:///`");
    };
    if url.len() > LONGEST || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("an address has printable ASCII signs alone, and at most 1024");
    }
    if url.contains(['\\', '?', '#', '\'', '"', '`', '<', '>']) {
        return Err("an address has no query, no fragment and no quotes");
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if path.trim_matches('/').is_empty() {
        return Err("the address names no repository");
    }
    let (user, host) = host
        .rsplit_once('@')
        .map_or((None, host), |(user, host)| (Some(user), host));
    match (scheme, user) {
        ("ssh://", Some(user)) if user.contains(':') => {
            return Err("an address holds no password: it would stand in this file");
        }
        ("ssh://", _) | (_, None) => {}
        _ => return Err("an address holds no credential: it would stand in this file"),
    }
    let is_file = scheme == "file://";
    if is_file != host.is_empty() {
        return Err("a file's address has three slashes, every other one a host");
    }
    if user.is_some_and(|user| user.is_empty() || user.starts_with('-')) || host.starts_with('-') {
        return Err("no part of an address begins with a dash");
    }
    Ok(())
}

/// What `git check-ref-format` asks, and that no option of Git's and no pattern is meant.
fn reference_problem(name: &str) -> Result<(), &'static str> {
    let odd = |c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\'\"`".contains(c);
    let bad_part = |part: &str| {
        let end = part
            .strip_suffix("lock")
            .is_some_and(|rest| rest.ends_with('.'));
        part.is_empty() || part.starts_with('.') || end
    };
    let bad = name.len() > LONGEST
        || name.starts_with('-')
        || name.ends_with('.')
        || name.contains("..")
        || name.contains("@{")
        || name == "@"
        || name.contains(odd)
        || name.split('/').any(bad_part);
    if bad {
        return Err("`ref` is a branch, a tag or a whole commit id");
    }
    Ok(())
}

/// A path that stays below the folder that it is relative to.
pub(in crate::policy) fn path_problem(path: &str) -> Result<(), &'static str> {
    // A quote would end the text in which a lock holds it.
    let odd = |c: char| c.is_control() || "\\:\"".contains(c);
    let part_problem = |part: &str| matches!(part, "" | "." | "..");
    if path.len() > LONGEST || path.contains(odd) || path.split('/').any(part_problem) {
        return Err("a path is relative, without `..`, `.`, backslash, colon or `\"`");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_ssh_and_files() {
        for url in [
            "https://git.acme.example/sec/agent-policy.git",
            "https://git.acme.example:8443/sec/agent-policy",
            "ssh://git@git.acme.example:22/sec/agent-policy.git",
            "ssh://git.acme.example/sec/agent-policy.git",
            "file:///srv/git/policy.git",
        ] {
            assert_eq!(url_problem(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn no_address_runs_a_program_or_holds_a_credential() {
        for url in [
            "",
            "-u",
            "--upload-pack=touch x",
            "ext::sh -c touch% x",
            "fd::7",
            "git@git.acme.example:sec/policy.git",
            "http://git.acme.example/policy.git",
            "git://git.acme.example/policy.git",
            "/srv/git/policy.git",
            "../policy.git",
            "https://token@git.acme.example/policy.git",
            "https://user:word@git.acme.example/policy.git",
            "ssh://git:word@git.acme.example/policy.git",
            "https://git.acme.example/policy.git?token=x",
            "https://git.acme.example/policy.git#main",
            "ssh://-oProxyCommand=x/policy.git",
            "ssh://-x@host/policy.git",
            "ssh://@host/policy.git",
            "https:///policy.git",
            "https://host",
            "https://host/",
            "file://host/srv/policy.git",
            "https://host/a b",
            "https://h\u{43e}st/policy.git",
            "https://host/a\nb",
        ] {
            assert!(url_problem(url).is_err(), "{url}");
        }
    }

    #[test]
    fn references_and_paths_stay_what_they_are() {
        for name in ["main", "policy/42", "refs/tags/v1.2", "v1"] {
            assert_eq!(reference_problem(name), Ok(()), "{name}");
        }
        for name in [
            "",
            "-x",
            "--upload-pack=x",
            "a..b",
            "a~1",
            "a^",
            "a:b",
            "a*",
            "a b",
            "a\n",
            "/a",
            "a/",
            "a//b",
            ".a",
            "a/.b",
            "a.lock",
            "@",
            "a@{1}",
            "a.",
        ] {
            assert!(reference_problem(name).is_err(), "{name:?}");
        }
        for path in ["policy.yml", "teams/a/policy.yml", "..a/b"] {
            assert_eq!(path_problem(path), Ok(()), "{path}");
        }
        for path in [
            "",
            "/etc/policy.yml",
            "../a",
            "a/../b",
            "./a",
            "a//b",
            "a/",
            "a\\b",
            "a\0",
            "a:b",
            "a\"",
            "policy.yml\" #",
        ] {
            assert!(path_problem(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn one_text_names_all_three() {
        let source =
            GitSource::parse("https://git.acme.example/policy.git#policy/42:a/b.yml").unwrap();
        assert_eq!(source.reference.as_deref(), Some("policy/42"));
        assert_eq!(source.path, "a/b.yml");
        let source = GitSource::parse("file:///srv/policy.git").unwrap();
        assert_eq!(
            (source.reference, source.path.as_str()),
            (None, "policy.yml")
        );
        for text in [
            "https://host/a#-x",
            "https://host/a#main:../b",
            "policy.yml",
        ] {
            assert!(GitSource::parse(text).is_err(), "{text}");
        }
    }
}
