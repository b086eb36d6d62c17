//! Model ids without the host, region and vendor before them, so that the names which commits state and the
//! patterns of policies are made alike. For `models` and `agent`.

/// Who hosts models, as routers write it before a slash: a model behind one of them needs no known name.
const HOSTS: [&str; 46] = [
    "azure",
    "azure-ai",
    "bedrock",
    "bedrock-converse",
    "cerebras",
    "codestral",
    "cohere-chat",
    "converse",
    "dashscope",
    "databricks",
    "deepinfra",
    "featherless-ai",
    "fireworks-ai",
    "gemini",
    "github-copilot",
    "groq",
    "hosted-vllm",
    "huggingface",
    "hyperbolic",
    "lambda-ai",
    "litellm-proxy",
    "llamafile",
    "lm-studio",
    "lmstudio",
    "meta-llama",
    "mistralai",
    "nebius",
    "novita",
    "nvidia-nim",
    "ollama",
    "ollama-chat",
    "openai-like",
    "openrouter",
    "perplexity",
    "replicate",
    "requesty",
    "sagemaker",
    "sambanova",
    "together-ai",
    "vertex-ai",
    "vertex-ai-beta",
    "vllm",
    "volcengine",
    "watsonx",
    "x-ai",
    "z-ai",
];

/// Who makes models, as Amazon Bedrock writes it before a dot.
const VENDORS: [&str; 20] = [
    "ai21",
    "amazon",
    "anthropic",
    "cohere",
    "deepseek",
    "google",
    "luma",
    "meta",
    "minimax",
    "mistral",
    "moonshot",
    "moonshotai",
    "nvidia",
    "openai",
    "qwen",
    "stability",
    "twelvelabs",
    "writer",
    "xai",
    "zai",
];

/// Vendors whose models bear their name, which Bedrock then writes once: `deepseek.r1`.
const NAMESAKES: [&str; 4] = ["deepseek", "minimax", "mistral", "qwen"];

/// A model's id by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelId {
    /// In lower case, with hyphens for underscores.
    pub id: String,
    /// Whether a known host or vendor stood before it, so that it is a model whatever its name.
    pub is_placed: bool,
}

impl ModelId {
    /// `openrouter/anthropic/claude-x` and `us.anthropic.claude-x` are `claude-x`, and `us.deepseek.r1` is
    /// `deepseek-r1`.
    pub fn new(text: &str) -> Self {
        let text = text.to_ascii_lowercase().replace('_', "-");
        let (path, last) = text.rsplit_once('/').unwrap_or(("", &text));
        let (before, last) =
            after_vendor(last).unwrap_or_else(|| (path.rsplit('/').next().unwrap_or(path), last));
        let joined = NAMESAKES.contains(&before) && is_bare_version(last);
        Self {
            id: if joined {
                format!("{before}-{last}")
            } else {
                last.to_owned()
            },
            is_placed: [before]
                .into_iter()
                .chain(path.split('/'))
                .any(|part| HOSTS.contains(&part) || VENDORS.contains(&part)),
        }
    }
}

/// The last vendor before a dot, and what follows it.
fn after_vendor(text: &str) -> Option<(&str, &str)> {
    text.rmatch_indices('.').find_map(|(at, _)| {
        let (before, rest) = (text.get(..at)?, text.get(at + 1..)?);
        let vendor = before.rsplit('.').next()?;
        (VENDORS.contains(&vendor) && !rest.is_empty()).then_some((vendor, rest))
    })
}

/// `r1`, `v3.2`, and in a pattern `r*`.
fn is_bare_version(text: &str) -> bool {
    let mut rest = text.chars();
    match rest.next() {
        Some(first) if first.is_ascii_alphabetic() => rest
            .next()
            .is_some_and(|c| c.is_ascii_digit() || c == '*' || c == '?'),
        first => first.is_some_and(|c| c.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_regions_and_vendors_go_and_a_bare_version_keeps_its_vendor() {
        for (text, id, is_placed) in [
            ("claude-x", "claude-x", false),
            ("house/claude-x", "claude-x", false),
            ("openrouter/anthropic/claude-x", "claude-x", true),
            ("us.anthropic.claude-x-v1:0", "claude-x-v1:0", true),
            ("bedrock/us.deepseek.r1-v1:0", "deepseek-r1-v1:0", true),
            ("bedrock/deepseek.v3-v1:0", "deepseek-v3-v1:0", true),
            ("deepseek/r1", "deepseek-r1", true),
            ("DeepSeek_V3", "deepseek-v3", false),
            ("openai/o3", "o3", true),
            ("mistral/open-mistral-nemo", "open-mistral-nemo", true),
            ("qwen.qwen3-coder", "qwen3-coder", true),
            ("ollama_chat/house-model", "house-model", true),
            ("gpt-5.6", "gpt-5.6", false),
            ("deepseek.", "deepseek.", false),
            ("", "", false),
        ] {
            let id = id.to_owned();
            assert_eq!(ModelId::new(text), ModelId { id, is_placed }, "{text}");
        }
    }

    #[test]
    fn what_stands_alone_stays_as_it_is() {
        for text in ["us.deepseek.r1-v1:0", "a.meta.b_c", "amazon.meta.x", "/a/"] {
            let once = ModelId::new(text).id;
            assert_eq!(ModelId::new(&once).id, once, "{text}");
        }
    }
}
