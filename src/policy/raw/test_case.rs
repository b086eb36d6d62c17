//! A file of policy tests.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Listed;
use crate::finding::Stage;
use crate::text::span::Spanned;

/// Tests of a policy: what changes it must pass and fail.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTests {
    /// The tests.
    pub tests: Spanned<Vec<Spanned<RawTest>>>,
}

/// One test.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTest {
    /// What it shows, in a sentence.
    pub name: Spanned<String>,
    /// The day of the run. Absent: today.
    pub as_of: Option<Spanned<String>>,
    /// What is judged.
    pub given: RawGiven,
    /// What must come out.
    pub expect: RawExpected,
}

/// What a test judges.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGiven {
    /// The stage. Absent: `ci`.
    pub stage: Option<Spanned<Stage>>,
    /// The repository's name.
    pub repository: Option<Spanned<String>>,
    /// The commits, parents first.
    pub commits: Listed<RawTestCommit>,
}

/// A commit of a test.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTestCommit {
    /// `Name <address>`.
    pub author: Option<Spanned<String>>,
    /// `Name <address>`. Absent: the author.
    pub committer: Option<Spanned<String>>,
    /// The whole message.
    pub message: Option<Spanned<String>>,
    /// What it changes.
    pub changes: Listed<RawTestChange>,
}

/// A change of one file: one of `add`, `modify`, `delete`, `rename`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTestChange {
    /// The path of a new file.
    pub add: Option<Spanned<String>>,
    /// The path of a changed file.
    pub modify: Option<Spanned<String>>,
    /// The path of a deleted file.
    pub delete: Option<Spanned<String>>,
    /// The old path of a renamed file.
    pub rename: Option<Spanned<String>>,
    /// Its new path.
    pub to: Option<Spanned<String>>,
    /// The lines that are added.
    pub text: Option<Spanned<String>>,
}

/// What must come out of a test.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawExpected {
    /// The verdict.
    pub verdict: Option<Spanned<ExpectedVerdict>>,
    /// The ids of the rules that find something, all of them.
    pub rules: Listed<String>,
}

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ExpectedVerdict {
    /// Nothing is blocked.
    Pass,
    /// Something is blocked.
    Fail,
    /// Something could not be read.
    Incomplete,
}
