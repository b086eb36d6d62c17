//! An entry of the agent catalogue as it is written in `policies/agents/<id>.yml`.
//!
//! Shared with the build step, which reads the files and embeds them: nothing but serde and
//! schemars may be used here. What the entries mean is `catalogue`'s business.

mod account;
mod example;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use account::{Account, AccountClass, AccountSign};
pub use example::{Example, Expected, ExpectedHint};

/// One agent: every sign by which its work is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its id, in kebab case: the file's name without `.yml`.
    pub agent: String,
    /// Its name for people.
    pub name: String,
    /// Who makes it.
    pub vendor: String,
    /// What a reader of the entry should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Names that mean it in `Assisted-by: NAME:MODEL`, compared whole and without case. The id is
    /// always one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its mailboxes, compared whole and without case. One of these wins over a slug.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Its mailboxes that differ in a number alone, as a shape: text in which `{hex:8}`, `{digits:4}`
    /// and `{alnum:8}` stand for so many characters of that kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub email_shapes: Vec<String>,
    /// Its GitHub logins: `SLUG@users.noreply.github.com`, with or without `<digits>+` before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slugs: Vec<String>,
    /// The numbers of its GitHub accounts, which stay when an account is renamed:
    /// `NUMBER+…@users.noreply.github.com`. A login wins over a number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<u64>,
    /// Mailboxes that others use too: its own only with this display name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared: Vec<Shared>,
    /// What it puts at the end of the user's own name, as author or committer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_suffix: Option<String>,
    /// Trailer keys that only this agent writes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Key>,
    /// Trailer keys that people use too: together in one message they mean it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub together: Vec<String>,
    /// Trailers that mean it with one value, or a value of one shape, alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trailers: Vec<ExactTrailer>,
    /// Whole lines of a message, without the glyph before them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// Beginnings of a line of a message; anything may follow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub openings: Vec<String>,
    /// Beginnings of a line of a message; something without a blank must follow, to its end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// Check boxes of a template, by how their text begins: ticked, they are marks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub boxes: Vec<String>,
    /// Prefixes of branch names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<String>,
    /// What its child processes find in their environment.
    #[serde(default, skip_serializing_if = "Environment::is_empty")]
    pub environment: Environment,
    /// Names of its processes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub processes: Vec<String>,
    /// Files of a repository that steer it, as path patterns with `*` at their beginning or end alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steered_by: Vec<String>,
    /// What hints at the account that it works under.
    #[serde(default, skip_serializing_if = "Account::is_empty")]
    pub account: Account,
    /// Ids of the agents whose environment it sets too: where it is seen, they are not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// Commits that show it, and the evidence that must be found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
    /// Commits that look like its work and are not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counter_examples: Vec<Example>,
}

/// A trailer key that only one agent writes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The key, compared without case.
    pub key: String,
    /// Whether it is declared wherever it stands, since its agent seldom writes it in the last block.
    #[serde(default, skip_serializing_if = "is_false")]
    pub anywhere: bool,
}

/// A trailer with one value, or with a value of one shape.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExactTrailer {
    /// The key, compared without case.
    pub key: String,
    /// The value, compared whole and without case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// In place of a value, its shape: text in which `{hex:16}`, `{digits:4}` and `{alnum:8}` stand
    /// for so many characters of that kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<String>,
}

/// A mailbox that several use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    /// The display name, compared whole and without case.
    pub name: String,
    /// The mailbox, compared whole and without case.
    pub email: String,
}

/// Environment signs, by what they prove.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Set for nobody but the agent's own children.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strong: Vec<Sign>,
    /// Set in a person's terminal too, or known from a guess.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ambient: Vec<Sign>,
}

impl Environment {
    /// Whether it names no variable.
    pub fn is_empty(&self) -> bool {
        self.strong.is_empty() && self.ambient.is_empty()
    }
}

/// An environment variable that tells of an agent. Without `value`, `prefix` and `contains`, it
/// counts when it is set to anything but the empty text, `0` and `false`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sign {
    /// Its name.
    pub var: String,
    /// Its whole value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// How its value begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// What its value holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Other variables that must say so as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Sign>,
}

/// What a piece of evidence is worth. The order is the strength.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// A branch prefix, an ambient variable: people have them too.
    Weak,
    /// A mark on its own line, a trailer that Git does not read, a variable that only agents set.
    Strong,
    /// A trailer or an identity that names the agent in so many words.
    Declared,
}

/// Where a piece of evidence is found.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    /// The commit's author.
    Author,
    /// The commit's committer.
    Committer,
    /// A trailer whose value names the agent.
    Trailer,
    /// A trailer whose key only the agent writes.
    Key,
    /// A line of the message.
    Mark,
    /// The branch's name.
    Branch,
    /// The environment of the commit being made.
    Environment,
    /// A process above the one by which the commit is being made.
    Process,
    /// A note on the commit, as attribution tools write them.
    Note,
    /// A record in a committed file, as attribution tools write them.
    Record,
    /// The commit that this one was picked from, with the same change.
    CherryPick,
    /// The commits of which this one is the squash, or would be.
    Squash,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that serde calls"
)]
fn is_false(value: &bool) -> bool {
    !value
}
