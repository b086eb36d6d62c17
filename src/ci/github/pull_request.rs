//! A pull request, as far as a payload of GitHub's shape is read.

use serde::Deserialize;

use super::{head_of, tip};
use crate::check::Obstacle;
use crate::ci::{Change, RequestText, System, branch};
use crate::git::{GithubMessage, GithubTitle, Habit, Identity};

/// A request.
#[derive(Debug, Deserialize)]
pub(super) struct PullRequest {
    number: u64,
    title: String,
    body: Option<String>,
    user: Option<User>,
    base: Side,
    head: Side,
}

#[derive(Debug, Deserialize)]
struct User {
    login: String,
    id: Option<u64>,
}

impl User {
    /// As GitHub names the author of a squash whose address is private.
    fn identity(self) -> Identity {
        let number = self.id.map(|id| format!("{id}+")).unwrap_or_default();
        Identity {
            email: format!("{number}{}@users.noreply.github.com", self.login).into(),
            name: self.login.into(),
        }
    }
}

#[derive(Debug, Deserialize)]
struct Side {
    sha: String,
    #[serde(rename = "ref")]
    name: String,
    repo: Option<Squashes>,
}

/// How a repository squashes. Not every payload tells it.
#[derive(Debug, Deserialize)]
struct Squashes {
    allow_squash_merge: Option<bool>,
    squash_merge_commit_title: Option<String>,
    squash_merge_commit_message: Option<String>,
}

impl Squashes {
    /// The habit that is set; each that there is, where that is not told or not known.
    fn habits(&self) -> Vec<Habit> {
        if self.allow_squash_merge == Some(false) {
            return Vec::new();
        }
        let title = match self.squash_merge_commit_title.as_deref() {
            Some("PR_TITLE") => Some(GithubTitle::PullTitle),
            Some("COMMIT_OR_PR_TITLE") => Some(GithubTitle::CommitOrPullTitle),
            _ => None,
        };
        let message = match self.squash_merge_commit_message.as_deref() {
            Some("PR_BODY") => Some(GithubMessage::PullBody),
            Some("COMMIT_MESSAGES") => Some(GithubMessage::CommitMessages),
            Some("BLANK") => Some(GithubMessage::Blank),
            _ => None,
        };
        match (title, message) {
            (Some(title), Some(message)) => vec![Habit::Github(title, message)],
            _ => Habit::github().into(),
        }
    }
}

impl PullRequest {
    /// What the request asks for.
    pub(super) fn change(&self, system: &dyn System) -> Result<Change, Box<Obstacle>> {
        Ok(Change::Request {
            base: tip(
                system,
                &self.base.sha,
                branch(self.base.name.as_str().into()),
            )?,
            head: tip(system, &self.head.sha, head_of(self.number).into())?,
            branch: Some(self.head.name.as_str().into()),
            group: false,
        })
    }

    /// What people wrote of it, and how its repository squashes.
    pub(super) fn text(self) -> RequestText {
        let repository = self.base.repo.as_ref();
        RequestText {
            number: Some(self.number),
            habits: repository.map_or_else(|| Habit::github().into(), Squashes::habits),
            title: self.title.into(),
            body: self.body.unwrap_or_default().into(),
            cut: false,
            author: self.user.map(User::identity).unwrap_or_default(),
        }
    }
}
