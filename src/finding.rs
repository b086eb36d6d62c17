//! A finding: which rule found what, where, and which policy line decided.
//!
//! Rules make them, the engine (`check`) gives them a mode and a decision, reports show them.

use bstr::BString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::git::Id;

/// What a rule's finding does. The order is the strength.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The rule finds nothing.
    Disabled,
    /// It stands in the report and changes nothing.
    Audit,
    /// It is shown and changes nothing.
    Warn,
    /// It fails the verdict.
    Block,
}

impl Mode {
    /// Its word in policies and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Audit => "audit",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }
}

/// Where Cordon runs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Commit hooks and staged changes.
    Commit,
    /// The pre-push hook.
    Push,
    /// A continuous-integration job, and any range on the command line.
    Ci,
    /// A Git server's hooks.
    Receive,
    /// `cordon scan`.
    Scan,
}

impl Stage {
    /// Its word in policies and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Push => "push",
            Self::Ci => "ci",
            Self::Receive => "receive",
            Self::Scan => "scan",
        }
    }
}

/// What became of a finding after modes, the stage's cap and waivers. The most severe comes first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Fails the verdict.
    Blocked,
    /// Shown only.
    Warned,
    /// Counted only.
    Audited,
    /// Excepted by a waiver.
    Waived,
}

/// What the finding's place lies in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum In {
    /// A file's text; `line` counts in the file.
    File,
    /// A commit message; `line` counts in the message.
    Message,
    /// A trailer of a commit message; `line` counts in the message.
    Trailer,
    /// A tree entry: a path, whatever its content.
    Tree,
    /// A reference name.
    Ref,
    /// A policy file.
    Policy,
}

/// Whom a change is judged as: an agent, or a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// `authored` or `assisted`.
    Agent,
    /// Everybody else, `suspected` too.
    Human,
}

/// Where a finding is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// What it lies in.
    pub within: In,
    /// The path, for files and tree entries.
    pub path: Option<BString>,
    /// The path before, for the old end of a rename; of a copy out of a zone the file that was copied.
    pub old_path: Option<BString>,
    /// Line, from 1.
    pub line: Option<u32>,
    /// Column in bytes, from 1.
    pub column: Option<u32>,
    /// Last line, from 1.
    pub end_line: Option<u32>,
}

impl Place {
    /// A place in a commit message.
    pub fn message(line: Option<u32>) -> Self {
        Self {
            within: In::Message,
            path: None,
            old_path: None,
            line,
            column: None,
            end_line: None,
        }
    }
}

/// The policy line that decided. `{"file":"builtin","line":0}` is a rule's own default.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct PolicyLine {
    /// The policy file as the report names it: `.cordon.yml`, `pack:default`, `builtin`.
    pub file: String,
    /// Line, from 1; 0 where there is none.
    pub line: u32,
}

impl PolicyLine {
    /// A rule's own default.
    pub fn builtin() -> Self {
        Self {
            file: "builtin".to_owned(),
            line: 0,
        }
    }
}

/// What a rule found. Modes, waivers and stages are not its business.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// Whose change it judges.
    pub subject: Subject,
    /// The commit; `None` for staged changes, for the net change, and for a message that a forge holds or would write.
    pub commit: Option<Id>,
    /// Whether only the net change of the range has it.
    pub net: bool,
    /// Where.
    pub place: Place,
    /// The agent's id, where one is concerned.
    pub agent: Option<String>,
    /// The zone's name, where one is concerned.
    pub zone: Option<String>,
    /// The detector's id, for secrets.
    pub detector: Option<String>,
    /// What is wrong, in one sentence. May hold foreign text: it passes the redactor.
    pub message: String,
    /// How to mend it. May hold foreign text: it passes the redactor.
    pub help: String,
    /// The policy line that decided, `None` for the rule's default mode.
    pub decided_by: Option<PolicyLine>,
    /// An audit note, whatever the rule's mode: no proof either way.
    pub note: bool,
    /// Its mode where no policy says another, `None` for the rule's own.
    pub mode: Option<Mode>,
    /// Digest of the secret's value, where nobody can guess it.
    pub value_digest: Option<[u8; 8]>,
}

impl Finding {
    /// One about no commit and nobody's change, which is judged as a person's.
    pub fn of_run(rule: &'static str, place: Place, message: String, help: &str) -> Self {
        Self {
            rule,
            subject: Subject::Human,
            commit: None,
            net: false,
            place,
            agent: None,
            zone: None,
            detector: None,
            message,
            help: help.to_owned(),
            decided_by: None,
            note: false,
            mode: None,
            value_digest: None,
        }
    }
}
