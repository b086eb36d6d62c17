//! What of a `package.json` installs hooks, or says which.

use serde_json::Value;

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

/// The keys and scripts that install hooks, each with its value; none of what is no JSON, since no
/// package manager reads it.
pub(super) fn hooks(text: &[u8]) -> Vec<String> {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let Ok(package) = serde_json::from_slice::<Value>(text) else {
        return Vec::new();
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
}
