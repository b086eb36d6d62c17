//! What of a `package.json` installs hooks, or says which.

use bstr::ByteSlice as _;
use serde_json::Value;

use crate::policy::hex_digest;

/// Keys whose values are hooks.
const KEYS: [&str; 7] = [
    "husky",
    "gitHooks",
    "ghooks",
    "pre-commit",
    "pre-push",
    "commit-msg",
    "simple-git-hooks",
];

/// Scripts that a package manager runs by itself.
const SCRIPTS: [&str; 6] = [
    "preinstall",
    "install",
    "postinstall",
    "preprepare",
    "prepare",
    "postprepare",
];

/// What a script says that installs hooks.
const WORDS: [&str; 8] = [
    "husky",
    "lefthook",
    "simple-git-hooks",
    "pre-commit",
    "prek",
    "hookspath",
    "git config",
    "cordon",
];

/// The keys and scripts that install hooks, each with its value. What is no JSON here may be some for a
/// package manager: it is one entry as a whole, where it may install hooks.
pub(super) fn hooks(text: &[u8]) -> Vec<String> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let Ok(package) = serde_json::from_slice::<Value>(text) else {
        let whole = || format!("not read: {}", hex_digest(text));
        return may_install(text).then(whole).into_iter().collect();
    };
    let keys = KEYS
        .iter()
        .filter_map(|key| Some((*key, package.get(key)?)));
    let config = package.get("config");
    let ghooks = config.and_then(|config| Some(("config.ghooks", config.get("ghooks")?)));
    let scripts = SCRIPTS.iter().filter_map(|script| {
        let value = package.get("scripts")?.get(script)?;
        let said = value.to_string().to_lowercase();
        WORDS
            .iter()
            .any(|word| said.contains(word))
            .then_some((*script, value))
    });
    let all = keys.chain(ghooks).chain(scripts);
    all.map(|(name, value)| format!("{name}: {value}"))
        .collect()
}

/// Whether a text has a word of those that install hooks, or an escape that may spell one. Templates have
/// them too, as names of dependencies.
fn may_install(text: &[u8]) -> bool {
    let text = text.to_ascii_lowercase();
    let keys = KEYS.iter().map(|key| key.to_ascii_lowercase());
    let mut words = keys.chain(WORDS.iter().map(|&word| word.to_owned()));
    let says = |word: &str| {
        let mut at = text.find_iter(word);
        at.any(|at| !is_dependency(&text[..at], word, &text[at + word.len()..]))
    };
    text.contains_str("\\u") || words.any(|word| says(&word))
}

/// Whether a word is a key, by what is around it, and has a version as its value. A hook of Git's names a
/// script by any text.
fn is_dependency(before: &[u8], word: &str, after: &[u8]) -> bool {
    let value = || {
        let rest = after.strip_prefix(b"\"")?.trim_start();
        let rest = rest.strip_prefix(b":")?.trim_start();
        rest.strip_prefix(b"\"")?.split(|byte| *byte == b'"').next()
    };
    let is_hook = matches!(word, "pre-commit" | "pre-push" | "commit-msg");
    let is_version = |value: &[u8]| {
        value
            .iter()
            .all(|byte| b"0123456789.^~<>=|*- ".contains(byte))
    };
    !is_hook && before.ends_with(b"\"") && value().is_some_and(is_version)
}

#[cfg(test)]
mod tests {
    use super::hooks;

    #[test]
    fn keys_and_scripts_that_install_hooks_are_taken_and_no_others() {
        let text = br#"{"name": "x", "husky": {"hooks": {"pre-commit": "a"}},
            "scripts": {"prepare": "husky install", "postinstall": "node build.js", "test": "husky"}}"#;
        assert_eq!(
            hooks(text),
            [
                r#"husky: {"hooks":{"pre-commit":"a"}}"#,
                r#"prepare: "husky install""#
            ]
        );
        assert!(hooks(b"{").is_empty() && hooks(b"[]").is_empty());
    }

    #[test]
    fn what_only_another_reader_takes_for_json_counts_where_it_may_install_hooks() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for odd in [r#""\ud800""#, &deep, "1e999"] {
            let text = |script: &str| {
                let text = format!(r#"{{"x": {odd}, "scripts": {{"prepare": "{script}"}}}}"#);
                hooks(text.as_bytes())
            };
            assert_eq!(text("husky").len(), 1, "{odd}");
            assert_eq!(text("husky"), text("husky"), "{odd}");
            assert_ne!(text("husky"), text("husky || true"), "{odd}");
            assert_ne!(text("HUSKY"), text("x"), "{odd}");
            assert_ne!(text(r"hus\u006by"), text(r"hus\u006by || true"), "{odd}");
        }
        assert!(hooks(br#"{"x": 1e999, "scripts": {"test": "a"}}"#).is_empty());
        assert_eq!(hooks(b"{\"husky\": \"\xFF\"}").len(), 1);
    }

    #[test]
    fn the_dependencies_of_a_template_install_no_hooks() {
        let template = |rest: &str| hooks(format!("{{{{#if x}}}} {{{rest}}}").as_bytes()).len();
        assert_eq!(
            template(r#""devDependencies": {"husky": "1", "lefthook" : "^2.0.1"}"#),
            0
        );
        assert_eq!(
            template(r#""devDependencies": {"simple-git-hooks": ">=1 <3 || *"}"#),
            0
        );
        for rest in [
            r#""husky": {"hooks": {}}"#,
            r#""husky": "1", "scripts": {"prepare": "husky"}"#,
            r#""devDependencies": {"husky": "1"}, 'husky': {}"#,
            r#""pre-commit": "1""#,
            r#""x husky": "1""#,
        ] {
            assert_eq!(template(rest), 1, "{rest}");
        }
    }
}
