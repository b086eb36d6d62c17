//! GitHub.
//!
//! The settings are those of its REST API (`squash_merge_commit_title`, `squash_merge_commit_message`) and of the
//! page "Configuring commit squashing for pull requests". The form of the message is that of squashes in public
//! histories of 2023 to 2026 (dotnet/aspire, cline/cline, cloudflare/workers-sdk, pydantic/pydantic-ai):
//!
//! - each commit's message stands behind `* `, merges left out;
//! - below a line of nine dashes stand the `Signed-off-by` of the commits, then a `Co-authored-by` for each
//!   author and co-author who did not open the pull request; other trailers stay where they were, which is in
//!   no trailer block;
//! - where there is nothing else the dashes are left out.
//!
//! It knows people by their accounts and we by their addresses: one more `Co-authored-by` of whoever opened
//! it may stand here. It wraps long lines of a body, which is left out here.

use std::collections::BTreeSet;

use bstr::{BString, ByteSlice as _};

use super::{Pull, behind_subject, plain, trailer, unix};
use crate::git::{Commit, Identity, Reading};

/// Its `squash_merge_commit_title`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GithubTitle {
    /// `PR_TITLE`.
    PullTitle,
    /// `COMMIT_OR_PR_TITLE`: of one commit, its subject.
    CommitOrPullTitle,
}

/// Its `squash_merge_commit_message`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GithubMessage {
    /// `PR_BODY`.
    PullBody,
    /// `COMMIT_MESSAGES`.
    CommitMessages,
    /// `BLANK`.
    Blank,
}

/// What separates the text from the trailers.
const RULE: &str = "---------";

pub(super) fn words(title: GithubTitle, message: GithubMessage) -> &'static str {
    match (title, message) {
        (_, GithubMessage::PullBody) => "the squash message of the title and the body",
        (_, GithubMessage::Blank) => "the squash message of the title alone",
        (GithubTitle::CommitOrPullTitle, GithubMessage::CommitMessages) => {
            "the squash message of the commits' messages"
        }
        (GithubTitle::PullTitle, GithubMessage::CommitMessages) => {
            "the squash message of the title and the commits' messages"
        }
    }
}

pub(super) fn message(
    title: GithubTitle,
    message: GithubMessage,
    pull: &Pull,
    commits: &[Commit],
) -> BString {
    let alone = match commits {
        [only] if title == GithubTitle::CommitOrPullTitle => Some(only),
        _ => None,
    };
    let subject = alone.map_or(pull.title.trim(), |only| only.message.subject().as_bytes());
    let mut out = BString::from(subject);
    out.extend_from_slice(format!(" (#{})", pull.number).as_bytes());
    let body: BString = match (message, alone) {
        (GithubMessage::Blank, _) => BString::default(),
        (GithubMessage::PullBody, _) => unix(pull.body.trim()),
        (GithubMessage::CommitMessages, Some(only)) => behind_subject(&only.message).into(),
        (GithubMessage::CommitMessages, None) => {
            let messages = plain(commits).map(|commit| commit.message.raw().trim());
            let items: Vec<Vec<u8>> = messages.map(|text| [b"* ", text].concat()).collect();
            bstr::join("\n\n", items).into()
        }
    };
    let trailers = trailers(pull, commits, alone.is_some());
    let trailers = BString::from(bstr::join("\n", trailers));
    let rule = BString::from(RULE);
    let parts: Vec<&BString> = match (body.is_empty(), trailers.is_empty()) {
        (true, true) => Vec::new(),
        (false, true) => vec![&body],
        (true, false) => vec![&trailers],
        (false, false) => vec![&body, &rule, &trailers],
    };
    for part in parts {
        out.extend_from_slice(b"\n\n");
        out.extend_from_slice(part);
    }
    out.push(b'\n');
    out
}

/// What is gathered from the commits, each line once. One commit that keeps its message keeps its trailers there.
fn trailers(pull: &Pull, commits: &[Commit], alone: bool) -> Vec<BString> {
    let mut signed = Vec::new();
    let mut authors: Vec<Identity> = Vec::new();
    for commit in commits {
        authors.push(commit.author.clone());
        let named = commit.message.trailers().into_iter();
        for one in named.filter(|one| one.reading == Reading::Git && !alone) {
            match one.folded.as_str() {
                "signed-off-by" => {
                    let line = [b"Signed-off-by: ".as_slice(), &one.value].concat();
                    signed.push(BString::from(line));
                }
                "co-authored-by" => authors.extend(Identity::parse(&one.value)),
                _ => {}
            }
        }
    }
    let mut known = BTreeSet::new();
    signed.retain(|line| known.insert(line.to_ascii_lowercase()));
    let mut known = BTreeSet::from([pull.author.email.to_ascii_lowercase()]);
    if let [only] = commits
        && alone
    {
        let named = only.message.trailers().into_iter();
        let named = named.filter_map(|one| Identity::parse(&one.value));
        known.extend(named.map(|who| who.email.to_ascii_lowercase()));
    }
    authors.retain(|who| known.insert(who.email.to_ascii_lowercase()));
    let authors = authors.iter().map(|who| trailer("Co-authored-by", who));
    signed.into_iter().chain(authors).collect()
}
