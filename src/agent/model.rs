//! Model names, made alike: `Claude Opus 5 (1M context)` and `claude-opus-5` are one.
//!
//! Lower case, words joined by hyphens, without the vendor's path, context size and effort. Claude's
//! version dots become hyphens, as in its own ids; other families keep theirs.

use crate::policy::{CLAUDE_TIERS as TIERS, ModelId};

/// Names that begin a model's id. One that is always also a version word is in [`TIERS`].
const FAMILIES: [&str; 37] = [
    "claude",
    "gpt",
    "chatgpt",
    "codex",
    "gemini",
    "gemma",
    "grok",
    "llama",
    "codellama",
    "mistral",
    "mixtral",
    "devstral",
    "codestral",
    "magistral",
    "ministral",
    "qwen",
    "qwq",
    "deepseek",
    "kimi",
    "glm",
    "minimax",
    "phi",
    "nova",
    "granite",
    "nemotron",
    "ernie",
    "doubao",
    "hunyuan",
    "mimo",
    "swe",
    "yi",
    "o1",
    "o3",
    "o4",
    "command",
    "jamba",
    "starcoder",
];

/// Words that still belong to a model's name after its version.
const GRADES: [&str; 17] = [
    "pro", "flash", "mini", "nano", "lite", "max", "ultra", "fast", "turbo", "preview", "coder",
    "codex", "thinking", "opus", "sonnet", "haiku", "fable",
];

/// Words after which a display name speaks of something else.
const STOPS: [&str; 13] = [
    "via", "with", "using", "by", "on", "in", "for", "and", "at", "from", "&", "+", "-",
];

/// Words at the end of a product's name, which is no model: `claude-code-action`, `gemini-cli`.
const PRODUCTS: [&str; 14] = [
    "action",
    "agent",
    "app",
    "bot",
    "build",
    "cli",
    "code",
    "desktop",
    "enterprise",
    "ide",
    "line",
    "team",
    "vibe",
    "web",
];

/// No model has a longer name; anything longer is not one.
const LONGEST: usize = 128;

/// The model in a display name, such as the one before a mailbox. `None` where it names none:
/// `Claude`, `Claude Code`, `Qwen-Coder`.
pub fn from_display(name: &str) -> Option<String> {
    let (head, inner) = cut(name);
    let head = lower_words(head);
    display(&head).or_else(|| {
        let inner = lower_words(inner);
        display(&inner)
    })
}

/// The model in the display name before an agent's mailbox, which may have it in brackets or be `NAME:MODEL`.
/// Brackets hold other things too: a model there has a known family, a host before it or a size.
pub(super) fn before_mailbox(name: &str) -> Option<String> {
    let bracketed = || {
        let (_, inner) = cut(name);
        let id = ModelId::new(inner.split_whitespace().next()?);
        let is_one = is_family(&id.id) || id.is_placed || id.id.split('-').any(is_size);
        from_value(inner).filter(|_| is_one)
    };
    let pair = name.split_once(':');
    // `qwen3:8b` is a model as a whole.
    let told = pair.filter(|(tool, _)| !tool.contains('(') && !has_digit(tool));
    told.and_then(|(_, model)| from_value(model))
        .or_else(|| from_display(name))
        .or_else(|| from_value(pair?.1))
        .or_else(bracketed)
}

/// The model in the place where one is asked for: after `NAME:`, in `NAME (…)`, before `via NAME`.
/// A model of no known family counts if a known host stands before it, or if it has a digit and is not
/// merely a version.
pub fn from_value(text: &str) -> Option<String> {
    let (head, _) = cut(text);
    let is_placed = head
        .split_whitespace()
        .next()
        .is_some_and(|word| ModelId::new(word).is_placed);
    let words = lower_words(head);
    let first = words.first()?;
    let mut model = first.clone();
    for word in &words[1..] {
        let goes_on = starts_with_version(word)
            || GRADES.contains(&word.as_str())
            || (!has_digit(&model) && is_family(word));
        if !goes_on {
            break;
        }
        model.push('-');
        model.push_str(word);
    }
    let known = is_family(first);
    let says_more = has_digit(&model) || model.contains('-') || is_tier(first);
    let plausible = if known {
        says_more && !is_product(&model)
    } else {
        (has_digit(&model) || is_placed) && !starts_with_version(&model) && is_clean(&model)
    };
    plausible.then(|| finish(&model)).flatten()
}

/// Whether a word can be a model's id: it has a digit or begins with a known family's name.
pub(super) fn is_plausible(word: &str) -> bool {
    let long_number = word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let word = ModelId::new(word).id;
    !long_number && word.len() <= LONGEST && (has_digit(&word) || is_family(&word))
}

/// Whether a whole phrase is a display name of a model with its version: `Claude Opus 4.6`.
pub(super) fn is_display(phrase: &str) -> bool {
    let (head, _) = cut(phrase);
    let words = lower_words(head);
    words.first().is_some_and(|word| is_family(word))
        && words.iter().any(|word| has_digit(word))
        && words.iter().all(|word| {
            is_family(word) || starts_with_version(word) || GRADES.contains(&word.as_str())
        })
}

fn display(words: &[String]) -> Option<String> {
    let start = words.iter().position(|word| is_family(word))?;
    let model = words[start..]
        .iter()
        .take_while(|word| !STOPS.contains(&word.as_str()))
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("-");
    let model = match model.strip_prefix("claude-code") {
        Some(rest) => format!("claude{rest}"),
        None => model,
    };
    let tier = model.split('-').any(is_tier);
    (has_digit(&model) || tier)
        .then(|| finish(&model))
        .flatten()
}

/// The text before the first bracket or effort mark, and what is in the brackets.
fn cut(text: &str) -> (&str, &str) {
    let Some(at) = text.find(['(', '[', '<', '#', ',', ';']) else {
        return (text, "");
    };
    let (head, rest) = text.split_at(at);
    let inner = rest.get(1..).unwrap_or("");
    let end = inner.find([')', ']', '>']).unwrap_or(inner.len());
    (head, inner.get(..end).unwrap_or(""))
}

fn lower_words(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|word| {
            let word = word.trim_matches(['.', ',', ':', '"', '\'', '`', '*', '_', '!']);
            ModelId::new(word).id
        })
        .filter(|word| !word.is_empty())
        .collect()
}

fn is_family(word: &str) -> bool {
    FAMILIES
        .iter()
        .chain(&TIERS)
        .filter_map(|family| word.strip_prefix(family))
        .any(|rest| !rest.starts_with(|c: char| c.is_alphabetic()))
}

fn is_tier(word: &str) -> bool {
    TIERS.contains(&word)
}

/// Whether a name of a known family is one of the family's products, or a plan of one.
fn is_product(model: &str) -> bool {
    let last = model.rsplit('-').next().unwrap_or(model);
    (PRODUCTS.contains(&last) && !has_digit(model)) || ["claude-max", "claude-pro"].contains(&model)
}

/// How many parameters: `7b`, `1.5b`.
fn is_size(part: &str) -> bool {
    let digits = part.split(':').next().unwrap_or(part).strip_suffix('b');
    digits.is_some_and(|digits| {
        digits.starts_with(|c: char| c.is_ascii_digit())
            && digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    })
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn starts_with_version(word: &str) -> bool {
    word.strip_prefix('v')
        .unwrap_or(word)
        .starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a model's name has only the characters that ids are made of.
pub(super) fn is_clean(model: &str) -> bool {
    model
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._:/@+-".contains(&byte))
}

fn finish(model: &str) -> Option<String> {
    if model.len() > LONGEST || !is_clean(model) {
        return None;
    }
    let model = if TIERS.iter().any(|tier| model.starts_with(tier)) {
        format!("claude-{model}")
    } else {
        model.to_owned()
    };
    Some(if model.starts_with("claude") {
        model.replace('.', "-")
    } else {
        model
    })
}

#[cfg(test)]
mod tests;
