//! Text that may be shown: every foreign string of a report has passed the redactor.
//!
//! The type is the proof: a report row holds [`Clean`], and foreign bytes become one only by
//! [`Clean::new`], which asks a [`Redact`] for the secrets in them.

use std::fmt;
use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;

use super::show;

/// Finds the byte ranges of secrets. `secret::Engine` is the one implementation.
pub trait Redact {
    /// Ranges of `text` that hold a secret, in order and without overlap, each with the detector's id.
    fn secrets(&self, text: &[u8]) -> Vec<(Range<usize>, String)>;
}

/// Text without a secret, and without a character that could steer a terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Clean(String);

impl Clean {
    /// Redacts foreign `text` and escapes what is not printable UTF-8 as `\xNN` and a backslash as
    /// `\\`, the form that the report promises for paths.
    pub fn new(redactor: &dyn Redact, text: &[u8]) -> Self {
        let mut out = String::with_capacity(text.len());
        pieces(redactor, text, &mut out, |out, piece| {
            show::push_escaped(out, piece);
        });
        Self(out)
    }

    /// Redacts a sentence of ours that holds foreign text, and escapes what could steer a terminal.
    /// A backslash stays as it is, so that commands can be copied.
    pub fn prose(redactor: &dyn Redact, text: &str) -> Self {
        let mut out = String::with_capacity(text.len());
        pieces(redactor, text.as_bytes(), &mut out, |out, piece| {
            for (number, part) in piece.split(|byte| *byte == b'\\').enumerate() {
                if number > 0 {
                    out.push('\\');
                }
                show::push_escaped(out, part);
            }
        });
        Self(out)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text with its secrets taken out and nothing else changed: for what was made harmless before.
pub fn redacted(redactor: &dyn Redact, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    pieces(redactor, text.as_bytes(), &mut out, |out, piece| {
        out.push_str(&String::from_utf8_lossy(piece));
    });
    out
}

/// Hands on what lies between the secrets of a text, and says in their places what they were.
fn pieces(redactor: &dyn Redact, text: &[u8], out: &mut String, push: impl Fn(&mut String, &[u8])) {
    let mut from = 0;
    for (range, detector) in redactor.secrets(text) {
        push(out, &text[from..range.start]);
        out.push_str("[redacted: ");
        out.push_str(&detector);
        out.push(']');
        from = range.end;
    }
    push(out, &text[from..]);
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
