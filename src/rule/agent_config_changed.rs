//! `agent-config-changed`: a change of what steers agents.

use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule};
use crate::finding::Mode;
use crate::git::Result;

pub(super) struct AgentConfigChanged;

static META: Meta = Meta {
    id: "agent-config-changed",
    finds: "A change of a file that steers agents: their instructions, settings, hooks, tool servers and lists \
            of files to ignore. Which files steer which agent is in the catalogue.",
    why: "Whoever writes such a file tells every agent that reads it what to do, and what it may do without \
          asking. An agent that was misled by what it read can pass that on to the next one.",
    example: "A commit by an agent that adds a hook to `.claude/settings.json`, or a paragraph to `AGENTS.md`.",
    mend: "Let a person read the change as if it were a program, and commit it by itself.",
    configure: "rules:\n  agent-config-changed: {agents: block, humans: warn}\ncatalogue:\n  acme-coder:\n    name: Acme Coder\n    steered_by: [\"**/.acme/**\"]",
    agents: Some(Mode::Warn),
    humans: Some(Mode::Audit),
    net: false,
    content: true,
};

impl Rule for AgentConfigChanged {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_change(
        &self,
        context: &Context<'_>,
        commit: &CommitFacts<'_>,
        change: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        let Some(steered) = steered(context, change) else {
            return Ok(());
        };
        let message = format!("{}; it steers {}", change.deed(), named(&steered));
        let help = "Read it as if it were a program: what it asks an agent to do, and what it lets it do \
                    without asking.";
        // The finding holds without its lines, where they cannot be read.
        let (place, read) = change.place();
        let mut finding = commit.finding(META.id, place, message, help.to_owned());
        finding.agent = commit.first_agent();
        found.push(finding);
        read
    }
}

/// The agents that either end of a change steers, if any.
fn steered<'c>(context: &'c Context<'_>, change: &ChangeFacts<'_>) -> Option<Vec<&'c str>> {
    let steered =
        |path: &[u8]| Some(context.catalogue.steered_by(path)).filter(|all| !all.is_empty());
    let change = change.change;
    let old = || change.old_path.as_ref().and_then(|path| steered(path));
    steered(&change.path).or_else(old)
}

/// As many agents are named.
const NAMED: usize = 3;

fn named(agents: &[&str]) -> String {
    let first = agents.iter().take(NAMED).copied().collect::<Vec<_>>();
    match agents.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
