//! Detectors as they are written in `policies/secrets/*.yml`.
//!
//! The build step reads the same types (by `#[path]`), so this file may use serde and schemars only.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One file: the detectors of a vendor, or of a family of formats.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawFile {
    /// What they have in common, for people: `Payment`.
    pub family: String,
    /// The file's detectors.
    pub detectors: Vec<RawDetector>,
}

/// One kind of secret, and how to know it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawDetector {
    /// Stable name in kebab-case: `github-token`. It stands in findings and redacted texts.
    pub id: String,
    /// What a reader calls it: `GitHub token`.
    pub name: String,
    /// Formats that can be told by themselves: `glpat-{base64url:20}`, where `{CLASS:N}` is N letters
    /// of a class, or `N-M`, or `N+`. Each begins with three letters or more as they stand. Before and
    /// behind the token is no letter.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tokens: Vec<String>,
    /// Names, in any case, behind which a value of the forms in `values` is the secret:
    /// `RADIO_KEY=…`, `"radioKey": "…"`, `<radio-key>…`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub near: Vec<String>,
    /// What stands behind a name of `near`, in the form of `tokens`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub values: Vec<String>,
    /// Words, in any case, that say what a name holds: `password`. What is assigned to such a name
    /// is the secret where it looks drawn at random.
    #[serde(default, skip_serializing_if = "is_default")]
    pub assigned: Vec<String>,
    /// For a detector with a `pattern`: literals of which at least one stands in every match. Only
    /// their surroundings are searched.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keywords: Vec<String>,
    /// Whether the keywords may be in any case. The pattern says so for itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ignore_case: bool,
    /// A regular expression over bytes, in the syntax of the `regex` crate without Unicode classes.
    /// The secret is the group `secret`, or else the whole match. `{escape}` is an escape such as `\n`,
    /// `%3D`, `\u003d` or a terminal's colour, behind which a token may begin.
    #[serde(default, skip_serializing_if = "is_default")]
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
    /// trying. No digest of it is ever shown. Absent: what `tokens` or `values` leave open says it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub guessable: Option<bool>,
    /// Whether the format says nothing about the vendor. Of two detectors that find the same place,
    /// the other one wins.
    #[serde(default, skip_serializing_if = "is_default")]
    pub common: bool,
    /// Whether nothing but a name and the look of the value speaks for a secret. Every other
    /// detector wins over it, and `secrets.entropy: false` turns it off.
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
    /// The secret looks drawn at random: letters and digits, and no words.
    Random,
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

impl RawDetector {
    /// The literals of which one stands in every match, and whether they stand so in any case.
    pub fn marks(&self) -> (Vec<&str>, bool) {
        let lead = |token: &'_ str| token.find('{').unwrap_or(token.len());
        let tokens = self.tokens.iter().map(|token| &token[..lead(token)]);
        let names = self.near.iter().chain(&self.assigned);
        let any_case = !(self.near.is_empty() && self.assigned.is_empty());
        let literals = self.keywords.iter().chain(names).map(String::as_str);
        (
            literals.chain(tokens).collect(),
            self.ignore_case || any_case,
        )
    }

    /// What is wrong with the shape of it, but for its patterns and templates.
    pub fn problem(&self) -> Option<&'static str> {
        let forms = [
            !self.pattern.is_empty(),
            !self.tokens.is_empty(),
            !self.near.is_empty(),
            !self.assigned.is_empty(),
        ];
        if forms.iter().filter(|form| **form).count() != 1 {
            return Some("one of `pattern`, `tokens`, `near` and `assigned` is needed");
        }
        if self.pattern.is_empty() == self.keywords.is_empty() {
            if self.near.is_empty() == self.values.is_empty() {
                let (marks, _) = self.marks();
                let least = if self.keywords.is_empty() {
                    SHORTEST
                } else {
                    1
                };
                let short = marks.iter().any(|mark| mark.len() < least);
                return short.then_some(
                    "a name and the beginning of a token have at least 3 letters, a keyword has one",
                );
            }
            return Some("`near` and `values` need each other");
        }
        Some("`pattern` and `keywords` need each other")
    }
}

/// The least length of a literal that is no keyword.
const SHORTEST: usize = 3;

const BEFORE: usize = 24;
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
