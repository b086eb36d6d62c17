//! The forms in which trailers name an agent.

use super::*;

#[test]
fn the_forms_of_assisted_by_name_the_agent() {
    let opus = Some("claude-opus-5");
    for (value, agent, model) in [
        ("Claude:claude-opus-5", "claude-code", opus),
        ("claude-code:opus", "claude-code", Some("claude-opus")),
        ("CLAUDE CODE", "claude-code", None),
        ("Claude Code (claude-opus-5)", "claude-code", opus),
        ("Claude Code/claude-opus-5", "claude-code", opus),
        (
            "deepseek/deepseek-chat via Cursor",
            "cursor",
            Some("deepseek-chat"),
        ),
        ("claude-opus-5 via Cursor", "cursor", opus),
        ("Cursor:claude-opus-5#high (review, tests)", "cursor", opus),
        ("Cursor:claude-opus-5 [coccinelle] [sparse]", "cursor", opus),
        ("Cursor [coccinelle]", "cursor", None),
        (
            "assisted-by: Assisted-By: Cursor:claude-opus-5",
            "cursor",
            opus,
        ),
        (
            "[Claude Code](https://claude.com/claude-code)",
            "claude-code",
            None,
        ),
        (
            "Claude Code (https://claude.com/claude-code)",
            "claude-code",
            None,
        ),
        ("`cursor`", "cursor", None),
        ("Anthropic Claude Opus 5", "claude-code", opus),
        ("Claude Fable 5", "claude-code", Some("claude-fable-5")),
        ("Claude Opus 5 <noreply@anthropic.com>", "claude-code", opus),
        (
            "claude-code:claude-opus-5 <jane@example.org>",
            "claude-code",
            opus,
        ),
        (
            "claude-code:claude-opus-5@20260101",
            "claude-code",
            Some("claude-opus-5@20260101"),
        ),
        (
            "aider:openrouter/deepseek/deepseek-chat",
            "aider",
            Some("deepseek-chat"),
        ),
    ] {
        let named = of_value("Assisted-by", value);
        let expected = (agent.to_owned(), model.map(str::to_owned));
        assert_eq!(named, Some(expected), "{value}");
    }
}

#[test]
fn a_well_formed_name_and_model_that_nobody_knows_is_unlisted() {
    for value in [
        "Mystery:gpt-5",
        "house-tool:house-7b",
        "My Tool:claude-opus-5 sparse",
    ] {
        assert_eq!(
            agent_of("Assisted-by", value).as_deref(),
            Some(UNLISTED),
            "{value}"
        );
        assert_eq!(of_value("Co-developed-by", value), None, "{value}");
    }
    for value in [
        "none",
        "n/a",
        "no",
        "N/A",
        "None:gpt-5",
        "Re:thing",
        "Jane: gpt-5",
        "Jane Doe",
        "https://example.org/5",
        "Bug:12345",
        "12:30",
        "Jane Doe <jane@x.org>",
        "generic LLM",
        "Claude Monet",
        "a b c d:gpt-5",
        ":gpt-5",
        "Mystery:",
        "",
        "Note:(see 5)",
    ] {
        assert_eq!(of_value("Assisted-by", value), None, "{value}");
    }
}

#[test]
fn a_model_alone_is_somebodys() {
    for (value, model) in [
        ("GPT-5.6", "gpt-5.6"),
        ("OpenAI GPT-5.4", "gpt-5.4"),
        ("Codestral 25.01", "codestral-25.01"),
        ("GPT-5.6 (review)", "gpt-5.6"),
        ("openai/gpt-5.6#high", "gpt-5.6"),
    ] {
        let expected = (UNLISTED.to_owned(), Some(model.to_owned()));
        assert_eq!(of_value("Assisted-by", value), Some(expected), "{value}");
        assert_eq!(of_value("Co-authored-by", value), None, "{value}");
        assert_eq!(of_value("Co-developed-by", value), None, "{value}");
    }
}

#[test]
fn a_key_that_asks_for_an_agent_names_one_whoever_it_is() {
    let unlisted = Some(UNLISTED.to_owned());
    let claude = Some("claude-code".to_owned());
    for (key, value, agent) in [
        ("Coding-Agent", "Claude Code", claude.clone()),
        ("Coding-Agent", "Claude (claude-opus-5)", claude.clone()),
        ("Coding-Agent", "the house robot", unlisted.clone()),
        ("AI-assistant", "claude:opus", claude.clone()),
        ("AI-assistant", "none", None),
        ("AI-assistant", "N/A", None),
        ("Coding-Agent", "no", None),
        ("Coding-Agent", "None.", None),
        ("Coding-Agent", "N/A (written by hand)", None),
        ("AI-assistant", "none used", None),
        ("AI-assistant", "not used", None),
        ("AI-assistant", "none, written by hand", None),
        ("AI-assistant", "none, Claude Code", claude.clone()),
        ("AI-assistant", "nobot", unlisted.clone()),
        ("Agent-Session", "0123", unlisted.clone()),
        ("Agent-Session", "", None),
        ("Agent-Signature", "platform", unlisted.clone()),
        ("AI-used-for", "code, tests", unlisted.clone()),
        ("AI-used-for", "Tests", unlisted),
        ("AI-used-for", "research", None),
        ("AI-used-for", "none", None),
        ("Agent", "Claude Code", None),
        ("Model", "claude-opus-5", None),
    ] {
        assert_eq!(agent_of(key, value), agent, "{key}: {value}");
    }
}

#[test]
fn a_list_names_each_of_them() {
    let found = of_message("Add\n\nAssisted-by: Claude:opus-5, Cursor (gpt-5.6), Jane\n");
    let agents = found
        .agents
        .iter()
        .map(|claim| (claim.agent.as_str(), claim.model.as_deref()))
        .collect::<Vec<_>>();
    assert_eq!(
        agents,
        [
            ("claude-code", Some("claude-opus-5")),
            ("cursor", Some("gpt-5.6"))
        ]
    );
}

#[test]
fn a_model_that_would_not_read_back_is_left_out_of_the_stamp() {
    assert_eq!(stamp_value("aider", Some("fe://.//.2")), "aider");
    assert_eq!(
        stamp_value("aider", Some("vendor/gpt-5.6")),
        "aider:gpt-5.6"
    );
}

#[test]
fn a_stamp_reads_back_as_the_agent() {
    for agent in Catalogue::builtin().ids() {
        for model in [
            None,
            Some("claude-opus-5"),
            Some("gpt-5.6"),
            Some("Claude Opus 5 (1M)"),
            Some("x y\nz"),
        ] {
            let value = stamp_value(agent, model);
            let (named, read) = of_value("Assisted-by", &value).unwrap();
            assert_eq!(named, agent, "{value}");
            assert!(
                model.is_none_or(|model| model.starts_with('x')) == read.is_none(),
                "{value}"
            );
        }
    }
}

#[test]
fn a_tool_is_known_with_its_version_and_with_more_behind_it() {
    let opus = Some("claude-opus-5");
    for (value, agent, model) in [
        ("claude_code:opus", "claude-code", Some("claude-opus")),
        ("Claude-Code v2.1", "claude-code", None),
        ("claude-code@2.1 (opus 5)", "claude-code", None),
        (
            "claude-code with deepseek-chat",
            "claude-code",
            Some("deepseek-chat"),
        ),
        ("Claude Code - Opus 5", "claude-code", opus),
    ] {
        let named = of_value("Assisted-by", value);
        let expected = (agent.to_owned(), model.map(str::to_owned));
        assert_eq!(named, Some(expected), "{value}");
    }
}

#[test]
fn every_agent_of_a_list_is_named() {
    let both = vec!["claude-code", "cursor"];
    for value in [
        "Claude, Cursor",
        "Claude and Cursor",
        "Claude & Cursor",
        "Claude + Cursor",
        "Claude <noreply@anthropic.com>, Cursor",
        "Claude <noreply@anthropic.com> and Cursor",
    ] {
        assert_eq!(all_of_value("Assisted-by", value), both, "{value}");
    }
    let person = "Jane <jane@example.org>, Cursor";
    assert_eq!(all_of_value("Assisted-by", person), ["cursor"]);
    // A last name first, and a remark.
    for value in [
        "Claude, Jean <jean@example.org>",
        "Jean <jean@example.org> (Claude)",
        "Claude & Jean <jean@example.org>",
        "Claude Monet and Jane",
        "De Vin",
    ] {
        assert_eq!(all_of_value("Assisted-by", value), [""; 0], "{value}");
    }
    assert_eq!(
        all_of_value("Co-authored-by", "Jane <jane@example.org>, Cursor"),
        [""; 0]
    );
}

#[test]
fn an_address_in_look_alike_signs_is_one() {
    for value in [
        "Claude <noreply\u{ff20}anthropic.com>",
        "Claude \u{ff1c}noreply@anthropic.com\u{ff1e}",
        "Claude \u{2039}noreply@anthropic\u{3002}com\u{203a}",
    ] {
        assert_eq!(
            all_of_value("Co-authored-by", value),
            ["claude-code"],
            "{value}"
        );
    }
}

fn all_of_value(key: &str, value: &str) -> Vec<String> {
    let trailer = trailer(key, value, 3, Reading::Git);
    let found = assisted_by::named(Catalogue::builtin(), &trailer);
    found.into_iter().map(|named| named.agent).collect()
}

#[test]
fn what_steers_an_agent_is_a_pattern_that_needs_no_compiling() {
    for entry in full() {
        for pattern in &entry.steered_by {
            assert_eq!(crate::policy::PathSet::check(pattern), Ok(()), "{pattern}");
            let rest = pattern.strip_prefix("**/").unwrap_or(pattern);
            let rest = rest.strip_suffix("/**").unwrap_or(rest);
            assert!(
                !rest.contains(['*', '?', '[', '{']),
                "{}: {pattern}",
                entry.agent
            );
            assert!(
                rest.contains(['.', '_']),
                "{}: {pattern} is too common",
                entry.agent
            );
        }
    }
}
