//! What a detector looks for, made of its data at the first keyword.

use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};

use super::raw::RawDetector;
use super::template::{Class, Template};
use super::{assign, near, random};

/// How large one compiled pattern may be, in bytes; the same for what it caches while searching.
const PATTERN_SIZE: usize = 1 << 20;

/// One of four ways to say what a secret looks like.
pub(super) enum Form {
    Pattern(Pattern),
    Tokens(Vec<Template>),
    Near(Vec<Template>),
    Assigned,
}

pub(super) struct Pattern {
    pub(super) regex: Regex,
    /// The number of the group `secret`; 0 is the whole match.
    pub(super) secret: usize,
}

/// Why a form cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A pattern is not sound, or too large.
    #[error(transparent)]
    Pattern(#[from] Box<regex::Error>),
    /// A template is none.
    #[error("`{0}` is no template")]
    Template(String),
    /// The detector's parts do not go together.
    #[error("{0}")]
    Shape(&'static str),
}

impl Form {
    pub(super) fn new(raw: &RawDetector) -> Result<Self, Refused> {
        if let Some(problem) = raw.problem() {
            return Err(Refused::Shape(problem));
        }
        if !raw.tokens.is_empty() {
            return Ok(Self::Tokens(templates(&raw.tokens)?));
        }
        if !raw.near.is_empty() {
            return Ok(Self::Near(templates(&raw.values)?));
        }
        if !raw.assigned.is_empty() {
            return Ok(Self::Assigned);
        }
        Pattern::new(raw).map(Self::Pattern)
    }

    /// Whether a secret of this form has under 80 unknown bits.
    pub(super) fn is_guessable(&self) -> bool {
        let (Self::Tokens(templates) | Self::Near(templates)) = self else {
            return true;
        };
        templates.iter().any(|template| template.bits() < 80.0)
    }

    /// The secret at a keyword, for a form that needs no search.
    pub(super) fn at(&self, text: &[u8], keyword: &Range<usize>) -> Option<Range<usize>> {
        match self {
            Self::Pattern(_) => None,
            Self::Assigned => assign::value(text, keyword),
            Self::Tokens(templates) => token(text, keyword, templates),
            Self::Near(templates) => near::value(text, keyword, templates, is_likely),
        }
    }
}

impl Pattern {
    fn new(raw: &RawDetector) -> Result<Self, Refused> {
        let regex = build(&raw.pattern)?;
        let mut names = regex.capture_names();
        let secret = names.position(|name| name == Some("secret")).unwrap_or(0);
        Ok(Self { regex, secret })
    }
}

/// The values that are harmless; each as a whole.
pub(super) fn ignored(raw: &RawDetector) -> Result<Vec<Regex>, Refused> {
    let patterns = raw.ignore_patterns.iter();
    patterns
        .map(|pattern| build(&format!("^(?:{pattern})$")))
        .collect()
}

/// What a pattern calls `{escape}`: an escape whose last letter is no letter of what follows it. The same
/// as [`near::is_escape`] knows.
const ESCAPE: &str = r"\\[nrt]|%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|(?:\x1B|\\(?:x1[Bb]|u001[Bb]|033|e))\[[0-9;]{0,12}m";

fn build(pattern: &str) -> Result<Regex, Refused> {
    RegexBuilder::new(&pattern.replace("{escape}", ESCAPE))
        .unicode(false)
        .size_limit(PATTERN_SIZE)
        .dfa_size_limit(PATTERN_SIZE)
        .build()
        .map_err(|source| Box::new(source).into())
}

fn templates(texts: &[String]) -> Result<Vec<Template>, Refused> {
    let parse =
        |text: &String| Template::parse(text).ok_or_else(|| Refused::Template(text.clone()));
    texts.iter().map(parse).collect()
}

/// A token whose first letters are the keyword. It goes on as far as its letters do.
fn token(text: &[u8], keyword: &Range<usize>, templates: &[Template]) -> Option<Range<usize>> {
    let start = keyword.start;
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    let begins = before.is_none_or(|before| !before.is_ascii_alphanumeric());
    if !begins && !near::is_escape(text, start) {
        return None;
    }
    templates.iter().find_map(|template| {
        let end = template.end(text, start)?;
        let likely = is_likely(template, &text[start..end]);
        let more = likely.then(|| more(template, &text[end..]))??;
        Some(start..end + more)
    })
}

/// How many letters follow a token that belong to it; `None` where it is not one, since it is too long.
fn more(template: &Template, rest: &[u8]) -> Option<usize> {
    if template.is_open() {
        return Some(template.more(rest));
    }
    let next = rest.first().copied().unwrap_or(b' ');
    let letter = next.is_ascii_alphanumeric()
        || next == b'_'
        || template.last().is_some_and(|class| class.holds(next));
    (!letter).then_some(0)
}

/// Whether a value is drawn at random: it has a digit, or else a capital, where nearly every random
/// one has. What the template begins with says nothing about it.
fn is_likely(template: &Template, value: &[u8]) -> bool {
    let value = value.get(template.lead()..).unwrap_or_default();
    let has = |class: Class| value.iter().any(|byte| class.holds(*byte));
    let expected = [random::DIGITS, random::CAPITALS].map(|class| template.expects(class));
    let expected = match expected {
        [true, false] => has(random::DIGITS),
        [_, true] => has(random::DIGITS) || has(random::CAPITALS),
        [false, false] => true,
    };
    expected && random::is_varied(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_and_tokens_know_the_same_escapes() {
        let regex = build("^(?:{escape})$").unwrap();
        for escape in [
            r"\n",
            r"\t",
            "%3D",
            r"\x3d",
            r"\u003D",
            "\x1B[m",
            "\x1B[1;32m",
            r"\x1b[32m",
            r"\033[0m",
            r"\e[1m",
            r"\u001b[38;5;196m",
        ] {
            assert!(regex.is_match(escape.as_bytes()), "{escape}");
            assert!(near::is_escape(escape.as_bytes(), escape.len()), "{escape}");
        }
        for other in [
            "n", "3D", "%3", r"\x3", r"\u03d", "[32m", "\x1B[32", "m", "",
        ] {
            assert!(!regex.is_match(other.as_bytes()), "{other}");
            assert!(!near::is_escape(other.as_bytes(), other.len()), "{other}");
        }
    }
}
