//! The trailer keys that claim a part in the work, and how their values name an agent.

/// How a key's value may name an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// By mailbox or GitHub login alone: people stand here by their display names.
    Mailbox,
    /// By an exact name too.
    Name,
    /// By `NAME:MODEL` too, whose name nobody needs to know, and by a model alone.
    Free,
    /// Whatever stands there is an agent's: the key says so.
    Any,
    /// By what the agent was used for.
    Use,
}

/// How values of a key name agents; `None` where the key claims no part in the work.
pub(super) fn form(folded_key: &str) -> Option<Form> {
    Some(match folded_key {
        "co-authored-by" | "signed-off-by" => Form::Mailbox,
        "co-developed-by" => Form::Name,
        "assisted-by" | "generated-by" => Form::Free,
        "coding-agent" | "ai-assistant" | "agent-session" | "agent-signature" => Form::Any,
        "ai-used-for" => Form::Use,
        _ => return None,
    })
}

/// Whether a trailer of this key claims a part in the work. `Reviewed-by` and the like are roles.
pub fn claims_work(folded_key: &str) -> bool {
    form(folded_key).is_some()
}
