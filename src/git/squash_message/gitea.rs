//! Gitea and Forgejo.
//!
//! By `GetSquashMergeCommitMessages` of Gitea 1.22 and its configuration: the body, or with
//! `POPULATE_SQUASH_COMMENT_WITH_COMMIT_MESSAGES` the commits' messages, then a `Co-authored-by` for each author
//! who did not open the pull request. A template in the repository (`.gitea/default_merge_message`) is not read
//! here, nor is a limit of the server.

use std::collections::BTreeSet;

use bstr::{BString, ByteSlice as _};

use super::{Pull, trailer, unix};
use crate::git::{Commit, trailers};

pub(super) fn message(from_commits: bool, pull: &Pull, commits: &[Commit]) -> BString {
    let mut out = BString::from(pull.title.trim());
    out.extend_from_slice(format!(" (#{})\n\n", pull.number).as_bytes());
    let start = out.len();
    if from_commits {
        for (at, commit) in commits.iter().enumerate() {
            let text = commit.message.raw().as_bytes();
            let first = text.strip_prefix(pull.title.as_slice()).filter(|_| at == 0);
            out.extend_from_slice(first.unwrap_or(text));
            out.push(b'\n');
        }
    } else {
        let body = unix(pull.body.trim());
        out.extend_from_slice(&body);
        if !body.is_empty() {
            let block = !trailers(&[b"\n\n", body.as_slice()].concat()).is_empty();
            out.extend_from_slice(if block { b"\n" } else { b"\n\n" });
        }
    }
    let mut known = BTreeSet::from([pull.author.email.to_ascii_lowercase()]);
    for commit in commits {
        if known.insert(commit.author.email.to_ascii_lowercase()) {
            out.extend_from_slice(&trailer("Co-authored-by", &commit.author));
            out.push(b'\n');
        }
    }
    if out.len() == start {
        out.truncate(start - 1);
    }
    out
}
