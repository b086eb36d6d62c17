//! Messages that a forge holds or would write for the commits of a pull request, before there is a commit with
//! them. For whoever describes a CI job.

use bstr::{BString, ByteSlice as _};

use crate::git::{Commit, Habit, Identity, Message, Pull};

/// Such a message.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What it is, as findings name it: `the title and the body`.
    pub(super) what: &'static str,
    /// Whose change it would be.
    pub(super) author: Identity,
    text: Text,
}

#[derive(Clone, Debug)]
enum Text {
    /// It is there.
    Written(Message),
    /// It would stand for all commits, as the forge writes it.
    Squash(Box<Pull>, Habit),
}

impl Draft {
    /// The title and the body of a pull request, and the message of its squash by each of the habits that the forge
    /// may have.
    pub fn of(pull: &Pull, habits: &[Habit]) -> Vec<Self> {
        let draft = |what, text| Self {
            what,
            author: pull.author.clone(),
            text,
        };
        let squash = |habit: &Habit| {
            let text = Text::Squash(Box::new(pull.clone()), habit.clone());
            draft(habit.words(), text)
        };
        let written = Text::Written(title_and_body(pull));
        let written = draft("the title and the body", written);
        let squashes = habits.iter().map(squash);
        std::iter::once(written).chain(squashes).collect()
    }

    /// Whether it would stand for all commits.
    pub(super) fn repeats(&self) -> bool {
        matches!(self.text, Text::Squash(..))
    }

    /// The message for these commits; `None` where there is nothing to squash. `is_agent` knows agents.
    pub(super) fn message(
        &self,
        commits: &[Commit],
        is_agent: &dyn Fn(&Identity) -> bool,
    ) -> Option<Message> {
        match &self.text {
            Text::Written(message) => Some(message.clone()),
            Text::Squash(pull, habit) => {
                let pull = with_its_opener(pull, commits, is_agent);
                habit.message(&pull, commits)
            }
        }
    }
}

/// A forge knows the account behind an address and we do not. Where no commit has the address of the account that opened the
/// request, the first commit of a person is believed to be its owner's, unless its address is another account's: else each squash
/// would be taken for one of two authors.
fn with_its_opener(pull: &Pull, commits: &[Commit], is_agent: &dyn Fn(&Identity) -> bool) -> Pull {
    let mut pull = pull.clone();
    let is_own = |commit: &Commit| commit.author.email.eq_ignore_ascii_case(&pull.author.email);
    if commits.iter().any(is_own) {
        return pull;
    }
    let made = commits.iter().filter(|commit| commit.parents.len() < 2);
    let mut by_people = made.filter(|commit| !is_agent(&commit.author));
    if let Some(first) = by_people.next()
        && !first.author.email.contains_str("noreply")
    {
        pull.author = first.author.clone();
    }
    pull
}

/// As a message: the title is its subject.
fn title_and_body(pull: &Pull) -> Message {
    let mut text = BString::from(pull.title.trim());
    let body = pull.body.replace("\r\n", "\n");
    if !body.trim().is_empty() {
        text.extend_from_slice(b"\n\n");
        text.extend_from_slice(body.trim());
    }
    text.push(b'\n');
    Message::new(text)
}

#[cfg(test)]
mod tests;
