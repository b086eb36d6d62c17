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

/// Whether a text has a word of those that install hooks, or an escape that may spell one.
fn may_install(text: &[u8]) -> bool {
    let text = text.to_ascii_lowercase();
    let keys = KEYS.iter().map(|key| key.to_ascii_lowercase());
    let mut words = keys.chain(WORDS.iter().map(|&word| word.to_owned()));
    text.contains_str("\\u") || words.any(|word| text.contains_str(word))
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
}
