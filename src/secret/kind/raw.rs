//! Kinds of secret files as they are written in `policies/secret-files.yml`.
//!
//! The build step reads the same types (by `#[path]`), so this file may use serde only.

use serde::{Deserialize, Serialize};

/// The file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFile {
    /// The kinds. Of several that a file is of, the first is told.
    pub files: Vec<RawKind>,
}

/// A kind of file that is a secret by nature.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawKind {
    /// Stable name in kebab-case. It stands in findings.
    pub id: String,
    /// What a reader calls it, with its article: `an SSH private key`.
    pub name: String,
    /// Patterns for the last names of a path, in any case: `*` is any letters of one name. A pattern
    /// with two names wants both: `.aws/credentials`.
    pub paths: Vec<String>,
    /// Patterns for what is none, although it looks so.
    #[serde(default)]
    pub except: Vec<String>,
    /// A regular expression over bytes, without Unicode classes, that a file of this kind holds.
    #[serde(default)]
    pub holds: Option<String>,
    /// A regular expression too: lines that it matches do not count for `holds`.
    #[serde(default)]
    pub without: Option<String>,
    /// Files that are of this kind.
    pub examples: Vec<Example>,
    /// Files that are not.
    pub counter_examples: Vec<Example>,
}

/// A path, and what the file says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The path.
    pub path: String,
    /// Its text; absent: some text.
    #[serde(default)]
    pub text: Option<String>,
}
