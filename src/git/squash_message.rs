//! The message that a forge writes for the squash of a pull request: a proposal, which whoever merges may
//! still change.
//!
//! For the judgement of what a squash would drop, which knows the commits. One file a forge, each saying where
//! its facts come from.

mod gitea;
mod github;
mod gitlab;

use bstr::{BStr, BString, ByteSlice as _};

use super::{Commit, Identity, Message};

pub use github::{GithubMessage, GithubTitle};

/// A pull or merge request, as its forge describes it.
#[derive(Clone, Debug, Default)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: BString,
    /// Its body, or description.
    pub body: BString,
    /// Who opened it, and so the author of its squash.
    pub author: Identity,
    /// What else a template may name, each with its value: `source_branch`, `reference`, `url`.
    pub named: Vec<(String, BString)>,
}

/// How a forge is set to write the message of a squash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Habit {
    /// GitHub's `squash_merge_commit_title` and `squash_merge_commit_message`.
    Github(GithubTitle, GithubMessage),
    /// GitLab's `squash_commit_template`; `None` for its own.
    Gitlab(Option<BString>),
    /// Gitea and Forgejo: whether `POPULATE_SQUASH_COMMENT_WITH_COMMIT_MESSAGES` is set.
    Gitea(bool),
}

impl Habit {
    /// Every setting that a repository on GitHub may have, the usual one first.
    pub fn github() -> [Self; 4] {
        use GithubMessage as M;
        use GithubTitle as T;
        [
            Self::Github(T::CommitOrPullTitle, M::CommitMessages),
            Self::Github(T::PullTitle, M::PullBody),
            Self::Github(T::PullTitle, M::CommitMessages),
            Self::Github(T::PullTitle, M::Blank),
        ]
    }

    /// What the message is, as findings name it.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Github(title, message) => github::words(*title, *message),
            Self::Gitlab(None) => "the squash message that GitLab would write",
            Self::Gitlab(Some(_)) => "the squash message of the project's template",
            Self::Gitea(true) => "the squash message of the commits' messages",
            Self::Gitea(false) => "the squash message of the title and the body",
        }
    }

    /// The message of the squash of these commits, parents before children; `None` without any.
    pub fn message(&self, pull: &Pull, commits: &[Commit]) -> Option<Message> {
        commits.first()?;
        let message = match self {
            Self::Github(title, message) => github::message(*title, *message, pull, commits),
            Self::Gitlab(template) => {
                let own = BStr::new(gitlab::TEMPLATE);
                gitlab::message(
                    template.as_ref().map_or(own, |own| own.as_ref()),
                    pull,
                    commits,
                )
            }
            Self::Gitea(from_commits) => gitea::message(*from_commits, pull, commits),
        };
        Some(Message::new(message))
    }
}

/// The commits without the merges, whose messages no forge repeats.
fn plain(commits: &[Commit]) -> impl DoubleEndedIterator<Item = &Commit> {
    commits.iter().filter(|commit| commit.parents.len() < 2)
}

/// The message behind its subject, without blank lines around it.
fn behind_subject(message: &Message) -> &[u8] {
    let text = message.raw().trim();
    text.split_once_str("\n")
        .map_or(&[][..], |(_, rest)| rest.trim())
}

/// The lines of a text as Git ends them: a forge's form sends `\r\n`.
fn unix(text: &[u8]) -> BString {
    text.replace("\r\n", "\n").into()
}

/// `KEY: Name <mailbox>`.
fn trailer(key: &str, who: &Identity) -> BString {
    let mut line = BString::from(key);
    line.extend_from_slice(b": ");
    line.extend_from_slice(&who.name);
    line.extend_from_slice(b" <");
    line.extend_from_slice(&who.email);
    line.push(b'>');
    line
}

#[cfg(test)]
mod tests;
