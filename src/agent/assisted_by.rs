//! Trailers whose value names an agent: by mailbox, or in the forms of `Assisted-by`.
//!
//! The keys are shared with people (`Assisted-by: Jane`), so a value counts only if it names a
//! catalogue agent exactly, or is a well-formed `NAME:MODEL`.

use bstr::ByteSlice as _;

use super::catalogue::{Catalogue, UNLISTED};
use super::claim_key::{Form, claims_work, form};
use super::mailbox;
use super::model;
use super::words::{
    after_addresses, begins_with_no, first_word, is_name, is_negative, is_url, link_text, pieces,
};
use crate::git::Trailer;

/// An agent that a trailer names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// Its id.
    pub(super) agent: String,
    /// The model.
    pub(super) model: Option<String>,
    /// Whether look-alike or invisible characters hid the name.
    pub(super) disguised: bool,
}

/// The agent that a trailer's value names, whatever the key's meaning, and the model. Where the key
/// asks for an agent it may be [`UNLISTED`].
pub fn names_agent(catalogue: &Catalogue, trailer: &Trailer) -> Option<(String, Option<String>)> {
    let first = named(catalogue, trailer).into_iter().next()?;
    Some((first.agent, first.model))
}

/// What `Assisted-by` says of an agent at work: `claude-code:claude-opus-5`, or the id alone. A
/// model that could not be read back is left out.
pub fn stamp_value(agent: &str, model: Option<&str>) -> String {
    // A path cut off may leave what is no model by itself.
    let readable = |model: &String| model::from_value(model).as_ref() == Some(model);
    match model.and_then(model::from_value).filter(readable) {
        Some(model) => format!("{agent}:{model}"),
        None => agent.to_owned(),
    }
}

/// All agents that a trailer's value names. Where it has characters that only look like the signs of
/// an address, they are read as such.
pub(super) fn named(catalogue: &Catalogue, trailer: &Trailer) -> Vec<Named> {
    let value = trailer.value.to_str_lossy();
    let form = match form(&trailer.folded).unwrap_or(Form::Mailbox) {
        // What follows a no explains it, and is no name.
        Form::Any if begins_with_no(&value) => Form::Free,
        form => form,
    };
    let found = in_value(catalogue, form, &value);
    match mailbox::undisguised(&value).filter(|_| found.is_empty()) {
        Some(plain) => {
            let found = in_value(catalogue, form, &plain).into_iter();
            let disguised = true;
            found.map(|one| Named { disguised, ..one }).collect()
        }
        None => found,
    }
}

fn in_value(catalogue: &Catalogue, form: Form, value: &str) -> Vec<Named> {
    let addresses = mailbox::addresses(value);
    if !addresses.is_empty() {
        let by_mailbox = addresses
            .iter()
            .filter_map(|address| {
                let found = catalogue.by_address(address.name, address.mailbox)?;
                Some(Named {
                    agent: found.agent.to_owned(),
                    model: model::before_mailbox(address.name),
                    disguised: found.disguised,
                })
            })
            .collect::<Vec<_>>();
        let before = value.split('<').next().unwrap_or("").trim();
        let mut found = match form {
            Form::Free | Form::Name | Form::Any if by_mailbox.is_empty() => {
                pair(catalogue, undoubled(before)).into_iter().collect()
            }
            _ => by_mailbox,
        };
        if matches!(form, Form::Free | Form::Name | Form::Any) {
            let more = pieces(after_addresses(value)).into_iter();
            found.extend(more.filter_map(|piece| tool(catalogue, piece, form)));
        }
        return found;
    }
    if form == Form::Mailbox {
        return login(catalogue, value).into_iter().collect();
    }
    let pieces = pieces(value).into_iter();
    pieces
        .filter_map(|piece| match form {
            Form::Use => is_work(piece).then(|| somebody(None)),
            _ => tool(catalogue, piece, form),
        })
        .collect()
}

/// An agent that the catalogue lacks, or that nobody names.
fn somebody(model: Option<String>) -> Named {
    Named {
        agent: UNLISTED.to_owned(),
        model,
        disguised: false,
    }
}

/// What an agent made, not what it was asked.
fn is_work(purpose: &str) -> bool {
    ["code", "test", "tests"].contains(&purpose.to_ascii_lowercase().as_str())
}

/// A bare login: only a machine's account has `[bot]` in its name.
fn login(catalogue: &Catalogue, value: &str) -> Option<Named> {
    let login = value.trim().trim_start_matches('@');
    let found = catalogue
        .by_slug(login)
        .filter(|_| login.ends_with("[bot]"))?;
    Some(Named {
        agent: found.agent.to_owned(),
        model: None,
        disguised: found.disguised,
    })
}

/// One tool, in any of the forms that people write.
fn tool(catalogue: &Catalogue, piece: &str, form: Form) -> Option<Named> {
    let piece = link_text(undoubled(piece));
    if is_url(piece) {
        return None;
    }
    let whole = || named_by(catalogue, piece, "").filter(|_| !piece.is_empty());
    let with_model = || {
        let (name, rest) = piece.split_once(':')?;
        named_by(catalogue, name, rest)
    };
    let bracketed = || {
        let (name, rest) = piece.split_once('(')?;
        named_by(catalogue, name, rest.split(')').next().unwrap_or(rest))
    };
    let slashed = || {
        let (name, rest) = piece.split_once('/')?;
        named_by(catalogue, name, rest)
    };
    let via = || {
        let (rest, name) = piece.split_once(" via ")?;
        named_by(catalogue, name, rest)
    };
    let tools = || {
        let (name, _) = piece.split_once(" [")?;
        named_by(catalogue, name, "")
    };
    whole()
        .or_else(via)
        .or_else(with_model)
        .or_else(bracketed)
        .or_else(slashed)
        .or_else(|| followed_by_more(catalogue, piece).filter(|_| form != Form::Name))
        .or_else(|| followed_by_model(catalogue, piece))
        .or_else(tools)
        .or_else(|| {
            let rest = without_vendor(piece)?;
            named_by(catalogue, rest, "").or_else(|| followed_by_model(catalogue, rest))
        })
        .or_else(|| match form {
            Form::Free => unlisted(piece).or_else(|| model_alone(piece)),
            Form::Any => unlisted(piece).or_else(|| anybody(piece)),
            Form::Mailbox | Form::Name | Form::Use => None,
        })
}

/// A tool's name of several words, which is nobody's, and more behind it: `claude-code with opus`.
fn followed_by_more(catalogue: &Catalogue, piece: &str) -> Option<Named> {
    let blanks = piece.match_indices(' ').map(|(at, _)| at).take(4);
    let ends: Vec<usize> = blanks.collect();
    ends.into_iter().rev().find_map(|end| {
        let (name, rest) = piece.split_at_checked(end)?;
        let several = name.contains([' ', '-', '_']);
        let rest = rest.trim_start();
        let model = ["with ", "using ", "on ", "- "]
            .iter()
            .find_map(|word| rest.strip_prefix(word));
        named_by(catalogue, name, model.unwrap_or(rest)).filter(|_| several)
    })
}

/// A display name of a model whose first word means a tool: `Claude Opus 5`.
fn followed_by_model(catalogue: &Catalogue, piece: &str) -> Option<Named> {
    let (name, _) = piece.split_once([' ', '-'])?;
    let found = named_by(catalogue, name, "")?;
    model::is_display(piece).then(|| Named {
        model: model::from_display(piece),
        ..found
    })
}

/// What follows the name of who makes models.
fn without_vendor(piece: &str) -> Option<&str> {
    const VENDORS: [&str; 7] = [
        "openai",
        "anthropic",
        "google",
        "xai",
        "meta",
        "alibaba",
        "microsoft",
    ];
    let (vendor, rest) = piece.split_once(' ')?;
    let known = VENDORS.contains(&vendor.to_ascii_lowercase().as_str());
    known.then(|| rest.trim_start())
}

/// A model with its version, and no tool.
fn model_alone(piece: &str) -> Option<Named> {
    let piece = without_vendor(piece).unwrap_or(piece);
    let begins = piece.starts_with(|c: char| c.is_ascii_alphanumeric());
    (begins && model::is_display(piece)).then(|| somebody(model::from_value(piece)))
}

/// Any value but one that says no.
fn anybody(piece: &str) -> Option<Named> {
    (!piece.is_empty() && !begins_with_no(piece)).then(|| somebody(None))
}

/// `NAME:MODEL` with a known name and a plausible model, before the mailbox of somebody.
fn pair(catalogue: &Catalogue, text: &str) -> Option<Named> {
    let (name, rest) = text.split_once(':')?;
    let word = first_word(rest)?;
    named_by(catalogue, name, rest).filter(|_| model::is_plausible(word))
}

fn named_by(catalogue: &Catalogue, name: &str, model: &str) -> Option<Named> {
    let name = name.trim_matches([' ', '\t', '`', '"', '\'', '*', '_']);
    let found = catalogue
        .by_alias(name)
        .or_else(|| catalogue.by_alias(without_version(name)?))?;
    Some(Named {
        agent: found.agent.to_owned(),
        model: Some(model)
            .filter(|model| !is_url(model))
            .and_then(model::from_value),
        disguised: found.disguised,
    })
}

/// A name before its version: `claude-code@2.1`.
fn without_version(name: &str) -> Option<&str> {
    let (name, version) = name.split_once('@')?;
    let version = version.strip_prefix('v').unwrap_or(version);
    version
        .starts_with(|c: char| c.is_ascii_digit())
        .then_some(name)
}

/// A well-formed `NAME:MODEL` whose name nobody knows.
fn unlisted(piece: &str) -> Option<Named> {
    let (name, rest) = piece.split_once(':')?;
    let word = first_word(rest).filter(|_| !rest.starts_with(char::is_whitespace))?;
    // A name of several words may be a person's: then the model must look like one.
    let one_word = !name.contains(' ')
        && !PREFIXES
            .iter()
            .any(|prefix| name.eq_ignore_ascii_case(prefix));
    let well_formed = is_name(name)
        && !is_negative(name)
        && word.starts_with(|c: char| c.is_ascii_alphanumeric())
        && model::is_clean(word)
        && (one_word || model::is_plausible(word));
    well_formed
        .then(|| somebody(model::from_value(rest).or_else(|| Some(word.to_ascii_lowercase()))))
}

/// What stands before a colon and is no tool's name.
const PREFIXES: [&str; 12] = [
    "re", "fw", "fwd", "see", "cf", "note", "bug", "issue", "pr", "mailto", "link", "id",
];

/// A value before which the key was written once more.
fn undoubled(mut value: &str) -> &str {
    while let Some((key, rest)) = value.split_once(':') {
        if !claims_work(&key.trim().to_ascii_lowercase()) {
            break;
        }
        value = rest.trim_start();
    }
    value.trim()
}
