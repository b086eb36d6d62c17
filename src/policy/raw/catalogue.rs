//! An organisation's own agents, and signs that it adds to agents of the catalogue.
//!
//! The keys are those of the catalogue's own entries, but for those that would take a sign away.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Listed;
use crate::text::Spanned;

/// An agent that the catalogue lacks, or more signs of one that it has.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCatalogueEntry {
    /// Its name for people.
    pub name: Option<Spanned<String>>,
    /// Who makes it.
    pub vendor: Option<Spanned<String>>,
    /// What a reader of the entry should know.
    pub note: Option<Spanned<String>>,
    /// Names that mean it in `Assisted-by: NAME:MODEL`, compared whole and without case.
    pub aliases: Listed<String>,
    /// Its mailboxes, compared whole and without case.
    pub emails: Listed<String>,
    /// Its mailboxes that differ in a number alone, as a shape: text in which `{hex:8}`, `{digits:4}`
    /// and `{alnum:8}` stand for so many characters of that kind.
    pub email_shapes: Listed<String>,
    /// Its GitHub logins.
    pub slugs: Listed<String>,
    /// The numbers of its GitHub accounts.
    pub ids: Listed<u64>,
    /// Mailboxes that others use too: its own only with this display name.
    pub shared: Listed<RawShared>,
    /// What it puts at the end of the user's own name, as author or committer.
    pub author_suffix: Option<Spanned<String>>,
    /// Trailer keys that only this agent writes.
    pub keys: Listed<RawAgentKey>,
    /// Trailer keys that people use too: together in one message they mean it.
    pub together: Listed<String>,
    /// Trailers that mean it with one value, or a value of one shape, alone.
    pub trailers: Listed<RawAgentTrailer>,
    /// Whole lines of a message, without the glyph before them.
    pub marks: Listed<String>,
    /// Beginnings of a line of a message; anything may follow.
    pub openings: Listed<String>,
    /// Beginnings of a line of a message; something without a blank must follow, to its end.
    pub links: Listed<String>,
    /// Check boxes of a template, by how their text begins: ticked, they are marks.
    pub boxes: Listed<String>,
    /// Prefixes of branch names.
    pub branches: Listed<String>,
    /// What its child processes find in their environment.
    pub environment: Option<RawAgentEnvironment>,
    /// Names of its processes.
    pub processes: Listed<String>,
    /// Files of a repository that steer it, as path patterns.
    pub steered_by: Listed<String>,
}

/// A mailbox that several use.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawShared {
    /// The display name, compared whole and without case.
    pub name: Spanned<String>,
    /// The mailbox, compared whole and without case.
    pub email: Spanned<String>,
}

/// A trailer key that only one agent writes.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAgentKey {
    /// The key, compared without case.
    pub key: Spanned<String>,
    /// Whether it is declared wherever it stands, not in the last block alone.
    pub anywhere: Option<Spanned<bool>>,
}

/// A trailer with one value, or with a value of one shape.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAgentTrailer {
    /// The key, compared without case.
    pub key: Spanned<String>,
    /// The value, compared whole and without case.
    pub value: Option<Spanned<String>>,
    /// In place of a value, its shape: text in which `{hex:16}`, `{digits:4}` and `{alnum:8}` stand
    /// for so many characters of that kind.
    pub shape: Option<Spanned<String>>,
}

/// Environment signs, by what they prove.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawAgentEnvironment {
    /// Set for nobody but the agent's own children.
    pub strong: Listed<RawVariable>,
    /// Set in a person's terminal too, or known from a guess.
    pub ambient: Listed<RawVariable>,
}

/// An environment variable that tells of an agent. Without `value`, `prefix` and `contains`, it
/// counts when it is set to anything but the empty text, `0` and `false`.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawVariable {
    /// Its name.
    pub var: Spanned<String>,
    /// Its whole value.
    pub value: Option<Spanned<String>>,
    /// How its value begins.
    pub prefix: Option<Spanned<String>>,
    /// What its value holds.
    pub contains: Option<Spanned<String>>,
}
