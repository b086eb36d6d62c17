//! A file of policy tests.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Listed;
use super::waiver::RawWaiver;
use crate::finding::Stage;
use crate::text::span::Spanned;

/// Tests of a policy: what changes it must pass and fail.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTests {
    /// The tests. No two have one name.
    pub tests: Spanned<Vec<Spanned<RawTest>>>,
    /// What `--mutate` may relax without a test that sees it, and why that is right.
    pub survivors: Listed<RawSurvivor>,
}

/// A mutant of the policy that no test kills, explained.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawSurvivor {
    /// What is relaxed, as `cordon policy test --mutate` writes it: `zones.ci.mode`,
    /// `zones.ci.paths[.circleci/**]`.
    pub key: Spanned<String>,
    /// Why no test can see it, or need not.
    pub reason: Spanned<String>,
}

/// One test.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTest {
    /// What it shows, in a sentence.
    pub name: Spanned<String>,
    /// The day of the run. Absent: today.
    #[schemars(extend("pattern" = super::DATE, "examples" = ["2026-11-22"]))]
    pub as_of: Option<Spanned<String>>,
    /// What is judged.
    pub given: RawGiven,
    /// What must come out.
    pub expect: Spanned<RawExpected>,
}

/// What a test judges.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawGiven {
    /// The stage. Absent: `ci`.
    pub stage: Option<Spanned<Stage>>,
    /// The repository's name, as the platform would say it.
    pub repository: Option<Spanned<String>>,
    /// The branch that the commits are on. Absent: `change`.
    pub branch: Option<Spanned<String>>,
    /// What lies at the base. A path that a commit changes first lies there too, with a text of its own.
    pub files: Listed<RawTestFile>,
    /// The logins of accounts on the forge whose reviews approve the head.
    pub reviews: Listed<String>,
    /// Waivers, of an organisation's policy alone.
    pub waivers: Listed<RawWaiver>,
    /// Whether those count too that lie beside the policy. They come and go, and so may what the test shows.
    pub waivers_beside: Option<Spanned<bool>>,
    /// The commits, parents first; each has the one before it as its parent.
    pub commits: Spanned<Vec<Spanned<RawTestCommit>>>,
}

/// A file at the base of a test.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTestFile {
    /// Its path.
    pub path: Spanned<String>,
    /// Its text. Absent: forty lines that no other path has.
    pub text: Option<Spanned<String>>,
    /// Its text, with `{CLASS:N}` for N made-up characters: so that no file of tests holds a secret.
    pub template: Option<Spanned<String>>,
    /// It is a symbolic link that leads there.
    pub link: Option<Spanned<String>>,
    /// What it is. Absent: `regular`.
    pub mode: Option<Spanned<TestMode>>,
}

/// What a file of a test is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TestMode {
    /// A file.
    Regular,
    /// A file that can be run.
    Executable,
    /// A submodule.
    Submodule,
}

/// A commit of a test.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTestCommit {
    /// `Name <address>`. Absent: a person.
    pub author: Option<Spanned<String>>,
    /// `Name <address>`. Absent: the author.
    pub committer: Option<Spanned<String>>,
    /// The whole message.
    pub message: Option<Spanned<String>>,
    /// The address of whoever signed it, by a key that the policy enrols for them, if it does; or `platform`.
    pub signed_by: Option<Spanned<String>>,
    /// Whether a hardware key signed it that was touched.
    #[serde(default)]
    pub touched: bool,
    /// What it changes.
    pub changes: Listed<RawTestChange>,
}

/// A change of one file: one of `add`, `modify`, `replace`, `delete`, `rename`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawTestChange {
    /// The path of a new file.
    pub add: Option<Spanned<String>>,
    /// The path of a file that `text` is added to; without it, a line.
    pub modify: Option<Spanned<String>>,
    /// The path of a file that becomes another one: all of its text is `text`.
    pub replace: Option<Spanned<String>>,
    /// The path of a deleted file.
    pub delete: Option<Spanned<String>>,
    /// The old path of a renamed file.
    pub rename: Option<Spanned<String>>,
    /// Its new path.
    pub to: Option<Spanned<String>>,
    /// The path of a file whose text this one has, as it is then.
    pub copy_of: Option<Spanned<String>>,
    /// The lines that are added.
    pub text: Option<Spanned<String>>,
    /// As `text`, with `{CLASS:N}` for N made-up characters: so that no file of tests holds a secret.
    pub template: Option<Spanned<String>>,
    /// It becomes a symbolic link that leads there.
    pub link: Option<Spanned<String>>,
    /// What it becomes. Absent: what it was, or `regular`.
    pub mode: Option<Spanned<TestMode>>,
}

/// What must come out of a test. What is absent may be anything.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawExpected {
    /// The verdict.
    pub verdict: Option<Spanned<ExpectedVerdict>>,
    /// The ids of the rules that find something which blocks or warns, all of them.
    pub rules: Listed<String>,
    /// Of some rules, the paths at which such findings stand, all of them.
    #[serde(default)]
    pub at: BTreeMap<Spanned<String>, Spanned<Vec<Spanned<String>>>>,
    /// The ids of the rules that find something which is audited, all of them.
    pub audited: Listed<String>,
    /// The ids of the rules of which a waiver excepts a finding, all of them.
    pub waived: Listed<String>,
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
