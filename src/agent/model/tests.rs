//! Names as people and tools write them.

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
fn before_a_mailbox_brackets_hold_a_model_or_something_else() {
    for (name, model) in [
        ("aider (deepseek/deepseek-chat)", Some("deepseek-chat")),
        (
            "aider (openrouter/deepseek/deepseek-chat:free)",
            Some("deepseek-chat:free"),
        ),
        ("aider (mistral/codestral-latest)", Some("codestral-latest")),
        ("aider (xai/grok-code-fast)", Some("grok-code-fast")),
        ("aider (ollama_chat/house-model)", Some("house-model")),
        (
            "aider (bedrock/us.deepseek.r1-v1:0)",
            Some("deepseek-r1-v1:0"),
        ),
        ("aider (DeepSeek_V3)", Some("deepseek-v3")),
        ("aider (house-model-7b)", Some("house-model-7b")),
        ("claude-code:gpt-5", Some("gpt-5")),
        ("aider (ollama/qwen3:8b-it)", Some("qwen3:8b-it")),
        ("Claude Code (Opus 4.5)", Some("claude-opus-4-5")),
        ("Claude Code (via Slack)", None),
        ("Claude Code (v2.1)", None),
        ("Claude Code (CI/CD)", None),
        ("Claude Code (claude-code-action)", None),
        ("Claude Code (Claude Max)", None),
        ("Claude Code (command line)", None),
        ("Claude Code (run 42)", None),
        ("Claude Code (ABC-123)", None),
        ("Gemini (gemini-cli)", None),
        ("Codex (codex/0.45.0)", None),
        ("Devin (bot)", None),
        ("Devin AI (acme/web-2)", None),
        ("aider", None),
    ] {
        assert_eq!(before_mailbox(name).as_deref(), model, "{name}");
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
