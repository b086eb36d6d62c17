//! Model names, made alike: `Claude Opus 5 (1M context)` and `claude-opus-5` are one.
//!
//! Lower case, words joined by hyphens, without the vendor's path, context size and effort. Claude's
//! version dots become hyphens, as in its own ids; other families keep theirs.

use crate::policy::CLAUDE_TIERS as TIERS;

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

/// The model in the place where one is asked for: after `NAME:`, in `NAME (…)`, before `via NAME`.
/// A model of no known family counts if it has a digit and is not merely a version.
pub fn from_value(text: &str) -> Option<String> {
    let (head, _) = cut(text);
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
        says_more && model != "claude-code"
    } else {
        has_digit(&model) && !starts_with_version(&model) && is_clean(&model)
    };
    plausible.then(|| finish(&model)).flatten()
}

/// Whether a word can be a model's id: it has a digit or begins with a known family's name.
pub(super) fn is_plausible(word: &str) -> bool {
    let long_number = word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let word = strip_vendor(word);
    let word = word.to_ascii_lowercase();
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
            strip_vendor(word).to_ascii_lowercase()
        })
        .filter(|word| !word.is_empty())
        .collect()
}

/// `openrouter/anthropic/claude-x` and `us.anthropic.claude-x` are `claude-x`.
fn strip_vendor(word: &str) -> &str {
    let word = word.rsplit('/').next().unwrap_or(word);
    word.split_once("anthropic.")
        .map_or(word, |(_, model)| model)
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
mod tests {
    use super::*;

    #[test]
    fn display_names_become_ids() {
        for (name, model) in [
            ("Claude Opus 5 (1M context)", Some("claude-opus-5")),
            ("Claude Sonnet 4.5", Some("claude-sonnet-4-5")),
            ("claude-3-opus", Some("claude-3-opus")),
            ("Claude 3 Opus", Some("claude-3-opus")),
            ("Claude Code (Opus 4.5)", Some("claude-opus-4-5")),
            ("Claude Code", None),
            ("Claude", None),
            ("claude[bot]", None),
            ("Claude (1M context)", None),
            ("Claude Code (v2.1)", None),
            ("Cursor Grok 4.6", Some("grok-4.6")),
            ("GPT-5.6 Sol", Some("gpt-5.6-sol")),
            ("GLM 4.6 via Claude Code", Some("glm-4.6")),
            ("aider (anthropic/claude-3-opus)", Some("claude-3-opus")),
            ("aider (gpt-4o)", Some("gpt-4o")),
            ("Qwen-Coder", None),
            ("Claude Monet", None),
            ("Jane Doe", None),
            ("", None),
        ] {
            assert_eq!(from_display(name).as_deref(), model, "{name}");
        }
    }

    #[test]
    fn values_become_ids() {
        for (text, model) in [
            ("claude-3-opus coccinelle sparse", Some("claude-3-opus")),
            ("Claude Opus 4.6 coccinelle", Some("claude-opus-4-6")),
            ("opus", Some("claude-opus")),
            ("Opus-4.5", Some("claude-opus-4-5")),
            ("claude-opus-5[1m]", Some("claude-opus-5")),
            ("gpt-5.6#high (review)", Some("gpt-5.6")),
            ("qwen3:8b", Some("qwen3:8b")),
            ("deepseek/deepseek-chat", Some("deepseek-chat")),
            (
                "us.anthropic.claude-opus-5-v1:0",
                Some("claude-opus-5-v1:0"),
            ),
            ("house-model-7b", Some("house-model-7b")),
            ("claude", None),
            ("thanks", None),
            ("v2.1.3", None),
            ("4.5", None),
            ("", None),
        ] {
            assert_eq!(from_value(text).as_deref(), model, "{text}");
        }
    }

    #[test]
    fn a_phrase_is_a_model_only_as_a_whole() {
        assert!(is_display("Claude Opus 4.6"));
        assert!(is_display("Claude 3 Opus (1M context)"));
        assert!(!is_display("Claude Opus"));
        assert!(!is_display("Claude Monet 4"));
        assert!(!is_display("Jane 4"));
    }
}
