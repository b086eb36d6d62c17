//! Detectors as they are written in `policies/secrets/*.yml`.
//!
//! The build step reads the same types (by `#[path]`), so this file may use serde and schemars only.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One file: the detectors of a vendor, or of a family of formats.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawFile {
    /// The file's detectors.
    pub detectors: Vec<RawDetector>,
}

/// One kind of secret, and how to know it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDetector {
    /// Stable name in kebab-case: `github-token`. It stands in findings and redacted texts.
    pub id: String,
    /// What a reader calls it: `GitHub token`.
    pub name: String,
    /// Literals of which at least one stands in every match. Only their surroundings are searched.
    pub keywords: Vec<String>,
    /// Whether the keywords may be in any case. The pattern says so for itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ignore_case: bool,
    /// A regular expression over bytes, in the syntax of the `regex` crate without Unicode classes.
    /// The secret is the group `secret`, or else the whole match.
    pub pattern: String,
    /// How many bytes before a keyword a match may begin.
    #[serde(default = "before", skip_serializing_if = "is_before")]
    pub before: usize,
    /// How many bytes after a keyword a match may need. Letters that a longer value has beyond
    /// are taken as well.
    #[serde(default = "after", skip_serializing_if = "is_after")]
    pub after: usize,
    /// The lowest Shannon entropy of the secret, in bits per byte.
    #[serde(default, skip_serializing_if = "is_default")]
    pub min_entropy: Option<f64>,
    /// What else must hold.
    #[serde(default, skip_serializing_if = "is_default")]
    pub requires: Vec<Check>,
    /// A published checksum inside the secret. A secret that fails it is still found, since a
    /// vendor may change the scheme; the hit says so.
    #[serde(default, skip_serializing_if = "is_default")]
    pub checksum: Option<Checksum>,
    /// Values that are known to be harmless, exactly.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ignore: Vec<String>,
    /// Regular expressions; a secret that one of them matches as a whole is harmless.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ignore_patterns: Vec<String>,
    /// Whether the secret has under 80 unknown bits, so that a digest of it could be reversed by
    /// trying. No digest of it is ever shown.
    pub guessable: bool,
    /// Whether the format says nothing about the vendor. Of two detectors that find the same place,
    /// the other one wins.
    #[serde(default, skip_serializing_if = "is_default")]
    pub generic: bool,
    /// Texts that must be found. `{CLASS:N}` stands for N letters of a class, so that this file
    /// holds no secret; `<<` and `>>` stand around the secret where it is not the whole text.
    #[serde(default, skip_serializing_if = "is_default")]
    pub examples: Vec<String>,
    /// Texts that must not be found, in the same form.
    #[serde(default, skip_serializing_if = "is_default")]
    pub counter_examples: Vec<String>,
}

/// A condition on a match that a regular expression cannot say.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The secret has a digit.
    Digit,
    /// The secret has a digit or a capital: it is no word in lower case.
    DigitOrCapital,
    /// The secret is not what documentation writes in its place.
    NotPlaceholder,
    /// The match is a URL with a password that somebody could really use.
    UrlCredential,
    /// The part before the first dot is base64url of a JSON object with `alg`.
    JwtHeader,
    /// The match is the header of a PEM block, and at least 40 letters of base64 follow it. The
    /// secret then reaches to the block's end.
    PemBody,
}

/// A checksum scheme.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Checksum {
    /// `PREFIX_`, 30 letters, and their CRC-32 as 6 digits of base 62: GitHub and npm.
    Crc32Base62,
}

const BEFORE: usize = 8;
const AFTER: usize = 512;

fn before() -> usize {
    BEFORE
}

fn after() -> usize {
    AFTER
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands the field over by reference"
)]
fn is_before(value: &usize) -> bool {
    *value == BEFORE
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands the field over by reference"
)]
fn is_after(value: &usize) -> bool {
    *value == AFTER
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
