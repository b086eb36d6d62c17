//! `automation-scope`: verified automation changed what it may not.

use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule};
use crate::finding::Mode;
use crate::git::Result;

pub(super) struct AutomationScope;

static META: Meta = Meta {
    id: "automation-scope",
    finds: "A change outside of its paths by a bot of the policy's `automation` whose signature proves it.",
    why: "A bot that updates lock files has no business in the code. Where it changes something else, its \
          configuration was changed, or its key is in other hands.",
    example: "A commit by `29139614+renovate[bot]@users.noreply.github.com` with the platform's signature that changes `src/main.rs`, where \
              the policy says `renovate: {paths: [\"**/Cargo.lock\"]}`.",
    mend: "Look at who made the change and why. What the bot ought to change belongs in its `paths`; \
           for anything else a person commits it.",
    configure: "automation:\n  renovate:\n    identities: [\"29139614+renovate[bot]@users.noreply.github.com\"]\n    verified_by: key\n    keys: [{key: \"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti\"}]\n    paths: [\"**/package-lock.json\", \"**/Cargo.lock\"]",
    agents: None,
    humans: Some(Mode::Block),
    net: false,
    content: false,
};

impl Rule for AutomationScope {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn idle(&self, _context: &Context<'_>, commit: &CommitFacts<'_>) -> Option<&'static str> {
        let none = commit.attribution.automation.is_empty();
        none.then_some("no verified automation made it")
    }

    fn check_change(
        &self,
        context: &Context<'_>,
        commit: &CommitFacts<'_>,
        change: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        let entries = commit.attribution.automation.iter();
        let entries: Vec<_> = entries.filter_map(|at| context.bots.get(*at)).collect();
        let ends = change.change.old_path.iter().chain([&change.change.path]);
        for path in ends {
            // What any entry of a side admits that side admits; and each side must.
            let admits = |side: usize| {
                let mut of_side = entries.iter().filter(|entry| entry.side == side);
                of_side.any(|entry| entry.may_change(path))
            };
            let Some(entry) = entries.iter().find(|entry| !admits(entry.side)) else {
                continue;
            };
            let message = format!(
                "{} is automation that may not change this path: {}",
                entry.name,
                change.deed()
            );
            let help = "Let a person make the change, or add the path to the bot's in the policy.";
            let mut finding = commit.finding(META.id, change.entry(), message, help.to_owned());
            finding.decided_by = Some(context.line(entry.span));
            found.push(finding);
            break;
        }
        Ok(())
    }
}
