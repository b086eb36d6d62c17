//! Trailers whose value names an agent: by mailbox, or in the forms of `Assisted-by`.
//!
//! The keys are shared with people (`Assisted-by: Jane`), so a value counts only if it names a
//! catalogue agent exactly, or is a well-formed `NAME:MODEL`.

use bstr::ByteSlice as _;

use super::catalogue::{Catalogue, UNLISTED};
use super::mailbox;
use super::model;
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

/// How a key's value may name an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// By mailbox or GitHub login alone: people stand here by their display names.
    Mailbox,
    /// By an exact name too.
    Name,
    /// By `NAME:MODEL` too, whose name nobody needs to know.
    Free,
}

fn form(folded_key: &str) -> Form {
    match folded_key {
        "assisted-by" | "generated-by" => Form::Free,
        "co-developed-by" => Form::Name,
        _ => Form::Mailbox,
    }
}

/// Whether a trailer of this key claims a part in the work. `Reviewed-by` and the like are roles.
pub fn claims_work(folded_key: &str) -> bool {
    matches!(
        folded_key,
        "co-authored-by" | "assisted-by" | "generated-by" | "co-developed-by" | "signed-off-by"
    )
}

/// The agent that a trailer's value names, whatever the key's meaning, and the model. Under
/// `Assisted-by` and `Generated-by` it may be [`UNLISTED`].
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

/// All agents that a trailer's value names.
pub(super) fn named(catalogue: &Catalogue, trailer: &Trailer) -> Vec<Named> {
    let value = trailer.value.to_str_lossy();
    let form = form(&trailer.folded);
    let addresses = mailbox::addresses(&value);
    if !addresses.is_empty() {
        let by_mailbox = addresses
            .iter()
            .filter_map(|address| {
                let found = catalogue.by_mailbox(address.mailbox)?;
                Some(Named {
                    agent: found.agent.to_owned(),
                    model: model_before(address.name),
                    disguised: found.disguised,
                })
            })
            .collect::<Vec<_>>();
        let before = value.split('<').next().unwrap_or("").trim();
        return match form {
            Form::Free | Form::Name if by_mailbox.is_empty() => {
                pair(catalogue, undoubled(before)).into_iter().collect()
            }
            _ => by_mailbox,
        };
    }
    if form == Form::Mailbox {
        return login(catalogue, &value).into_iter().collect();
    }
    pieces(&value)
        .into_iter()
        .filter_map(|piece| tool(catalogue, piece, form))
        .collect()
}

/// The display name before an agent's mailbox may itself be `NAME:MODEL`.
fn model_before(name: &str) -> Option<String> {
    model::from_display(name).or_else(|| model::from_value(name.split_once(':')?.1))
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

/// The parts of a list, split where no bracket is open.
fn pieces(value: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    value
        .split(|character| {
            match character {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && matches!(character, ',' | ';')
        })
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .collect()
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
    let followed = || {
        let (name, _) = piece.split_once([' ', '-'])?;
        let found = named_by(catalogue, name, "")?;
        model::is_display(piece).then(|| Named {
            model: model::from_display(piece),
            ..found
        })
    };
    let tools = || {
        let (name, _) = piece.split_once(" [")?;
        named_by(catalogue, name, "")
    };
    whole()
        .or_else(with_model)
        .or_else(bracketed)
        .or_else(slashed)
        .or_else(via)
        .or_else(followed)
        .or_else(tools)
        .or_else(|| unlisted(piece).filter(|_| form == Form::Free))
}

/// `NAME:MODEL` with a known name and a plausible model, before the mailbox of somebody.
fn pair(catalogue: &Catalogue, text: &str) -> Option<Named> {
    let (name, rest) = text.split_once(':')?;
    let word = first_word(rest)?;
    named_by(catalogue, name, rest).filter(|_| model::is_plausible(word))
}

fn named_by(catalogue: &Catalogue, name: &str, model: &str) -> Option<Named> {
    let name = name.trim_matches([' ', '\t', '`', '"', '\'', '*', '_']);
    let found = catalogue.by_alias(name)?;
    Some(Named {
        agent: found.agent.to_owned(),
        model: Some(model)
            .filter(|model| !is_url(model))
            .and_then(model::from_value),
        disguised: found.disguised,
    })
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
    well_formed.then(|| Named {
        agent: UNLISTED.to_owned(),
        model: model::from_value(rest).or_else(|| Some(word.to_ascii_lowercase())),
        disguised: false,
    })
}

/// What stands before a colon and is no tool's name.
const PREFIXES: [&str; 12] = [
    "re", "fw", "fwd", "see", "cf", "note", "bug", "issue", "pr", "mailto", "link", "id",
];

fn first_word(text: &str) -> Option<&str> {
    let word = text.split_whitespace().next()?;
    let end = word.find(['#', '[', '(', ',', ';']).unwrap_or(word.len());
    word.get(..end).filter(|word| !word.is_empty())
}

/// One to three words, each like a tool's name.
fn is_name(name: &str) -> bool {
    let words = name.split(' ').collect::<Vec<_>>();
    words.len() <= 3
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && words.iter().all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        })
}

fn is_negative(name: &str) -> bool {
    const NOBODY: [&str; 7] = ["none", "no", "n-a", "na", "nobody", "human", "nothing"];
    NOBODY.contains(&name.to_ascii_lowercase().as_str())
}

fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

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

/// The text of a Markdown link that is the whole value.
fn link_text(value: &str) -> &str {
    value
        .strip_prefix('[')
        .and_then(|inner| inner.split_once("]("))
        .filter(|(_, rest)| rest.find(')').is_some_and(|end| end + 1 == rest.len()))
        .map_or(value, |(text, _)| text)
}
