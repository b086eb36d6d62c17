//! The deserializer's error: what serde says, in the language's words, and where.

use std::fmt;

use serde::de::{Expected, Unexpected};

use super::{Problem, shorten};
use crate::text::span::Span;

/// Names longer than this are not compared.
const LONGEST_NAME: usize = 64;
/// How alike two names must be, from 0 to 1.
const ALIKE: f64 = 0.8;

/// Why a value could not be read.
#[derive(Debug)]
pub(super) struct Error(Box<Fault>);

#[derive(Debug, Default)]
struct Fault {
    span: Option<Span>,
    message: String,
    hint: Option<String>,
    missing: Option<&'static str>,
    noted: bool,
    consequence: bool,
}

impl Error {
    pub(super) fn at(span: Span, message: String) -> Self {
        Self(Box::new(Fault {
            span: Some(span),
            message,
            ..Fault::default()
        }))
    }

    /// It has been told: it only unwinds the read.
    pub(super) fn noted() -> Self {
        Self(Box::new(Fault {
            noted: true,
            ..Fault::default()
        }))
    }

    pub(super) fn is_noted(&self) -> bool {
        self.0.noted
    }

    /// It is only there because something else was left out.
    pub(super) fn is_consequence(&self) -> bool {
        self.0.consequence
    }

    /// The key that is missing, if that is the error.
    pub(super) fn missing(&self) -> Option<&'static str> {
        self.0.missing
    }

    /// The same at `span`, unless it has a place.
    pub(super) fn or_at(mut self, span: Span) -> Self {
        self.0.span.get_or_insert(span);
        self
    }

    pub(super) fn consequence(mut self, consequence: bool) -> Self {
        self.0.consequence |= consequence;
        self
    }

    pub(super) fn into_problem(self, span: Span) -> Problem {
        Problem::error(self.0.span.unwrap_or(span), self.0.message).hint(self.0.hint)
    }

    fn without_place(message: String) -> Self {
        Self(Box::new(Fault {
            message,
            ..Fault::default()
        }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::without_place(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::without_place(format!("expected {expected}, found {found}"))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(found, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::without_place(format!("expected {expected}, found {length} entries"))
    }

    fn unknown_variant(word: &str, words: &'static [&'static str]) -> Self {
        let word_shown = shorten(word);
        let mut error = Self::without_place(format!(
            "`{word_shown}` is not one of {}",
            listed(words.iter())
        ));
        error.0.hint = closest(word, words).map(did_you_mean);
        error
    }

    fn missing_field(name: &'static str) -> Self {
        let mut error = Self::without_place(format!("`{name}` is missing"));
        error.0.missing = Some(name);
        error
    }
}

/// A hint for an unknown name: the one that was meant, else all there are.
pub(super) fn suggestion(name: &str, names: &[&str], introduction: &str) -> String {
    match closest(name, names) {
        Some(meant) => did_you_mean(meant),
        None => format!("{introduction} {}", listed(names.iter())),
    }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

fn closest<'n>(name: &str, names: &[&'n str]) -> Option<&'n str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let name = name.to_lowercase();
    names
        .iter()
        .map(|known| (strsim::jaro_winkler(&name, known), *known))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

fn listed<'n>(names: impl Iterator<Item = &'n &'n str>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
