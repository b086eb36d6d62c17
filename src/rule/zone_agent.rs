//! `zone-agent`: an agent's change in a zone where agents are denied.

use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule};
use crate::agent::Claim;
use crate::finding::{Mode, Subject};
use crate::git::{FileMode, Op, Result};
use crate::policy::{Permission, Zone};
use crate::text::show::{escaped, shell_quoted};

pub(super) struct ZoneAgent;

static META: Meta = Meta {
    id: "zone-agent",
    finds: "A commit by an agent that touched a zone where agents are denied: added, modified, deleted, \
            renamed in or out, or changed the mode or kind of a file in it; or put a link or a submodule where \
            the zone can be reached by it.",
    why: "Regulated and export-sensitive code, and what builds and deploys it, is off limits for agents \
          until the vendor's terms have been approved for it.",
    example: "A commit with `Co-authored-by: Claude <noreply@anthropic.com>` that moves `src/crypto/aes.c` \
              to `src/util/aes.c`, where `src/crypto/**` is a zone.",
    mend: "Let a person make this change, in a commit of its own. Staged: `git restore --staged -- PATH`.",
    configure: "zones:\n  crypto-export:\n    class: export\n    paths: [\"src/crypto/**\", \"!src/crypto/README.md\"]\n    agents: denied\n    mode: block",
    agents: Some(Mode::Block),
    humans: None,
    net: true,
    content: false,
};

impl Rule for ZoneAgent {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn idle(&self, context: &Context<'_>, commit: &CommitFacts<'_>) -> Option<&'static str> {
        if commit.zones.is_empty() {
            return Some("it touches no zone");
        }
        let denied = |zone: &&Zone| {
            let mut claims = commit.attribution.judged();
            claims.any(|claim| {
                let agent = Some(claim.agent.as_str());
                let permission = context.policy.permission(zone, agent, context.date);
                permission.value == Permission::Denied
            })
        };
        let any = commit.zones.iter().any(denied);
        (!any).then_some("its agents may change every zone that it touches")
    }

    fn check_change(
        &self,
        context: &Context<'_>,
        commit: &CommitFacts<'_>,
        change: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        let start = found.findings.len();
        for zone in &change.touched.zones {
            if commit.subject() == Subject::Agent {
                for claim in commit.attribution.judged() {
                    touched(context, commit, change, zone, claim, found);
                }
            } else if !commit.is_net() {
                unproven(context, commit, change, zone, found);
            }
        }
        let told = &mut found.findings[start..];
        if told.iter().all(|finding| finding.note) {
            return Ok(());
        }
        // Where the change is worth the reading, its lines say where; the finding holds without.
        let (place, read) = change.place();
        for finding in told {
            finding.place = place.clone();
        }
        read
    }
}

fn touched(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    change: &ChangeFacts<'_>,
    zone: &Zone,
    claim: &Claim,
    found: &mut Found,
) {
    let agent = Some(claim.agent.as_str());
    let permission = context.policy.permission(zone, agent, context.date);
    if permission.value != Permission::Denied {
        return;
    }
    let class = zone
        .class()
        .map(|class| format!(" ({})", class.word()))
        .unwrap_or_default();
    let deed = deed(change);
    let mut leads = change.touched.leads.iter();
    let lead = leads.find(|lead| lead.zone.name == zone.name);
    let place = match lead {
        Some(lead) if lead.to.is_empty() => {
            "that reaches, at the top of the repository,".to_owned()
        }
        Some(lead) => format!("that reaches, at `{}`,", escaped(&lead.to)),
        None => "in".to_owned(),
    };
    let message = format!(
        "{} {deed} {place} the zone {}{class}",
        claim.agent, zone.name
    );
    let mut finding = commit.finding(META.id, change.entry(), message, help(commit, change));
    finding.agent = Some(claim.agent.clone());
    finding.zone = Some(zone.name.clone());
    finding.decided_by = permission.by.map(|span| context.line(span));
    found.push(finding);
}

/// No sign of an agent, or a weak one, is no proof of a person: it is noted where agents are denied.
fn unproven(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    change: &ChangeFacts<'_>,
    zone: &Zone,
    found: &mut Found,
) {
    let permission = context.policy.permission(zone, None, context.date);
    if permission.value != Permission::Denied {
        return;
    }
    let message = format!(
        "a change in the zone {} without a clear sign of an agent: no proof either way",
        zone.name
    );
    let help = "Nothing to do. A zone that must know asks for human_proof.".to_owned();
    let mut finding = commit.finding(META.id, change.entry(), message, help);
    finding.zone = Some(zone.name.clone());
    finding.decided_by = permission.by.map(|span| context.line(span));
    finding.note = true;
    found.push(finding);
}

fn deed(change: &ChangeFacts<'_>) -> String {
    let change = change.change;
    let what = match change.mode.or(change.old_mode) {
        Some(FileMode::Link) => "a link",
        Some(FileMode::Submodule) => "a submodule",
        _ => "a file",
    };
    match change.op {
        Op::Add => format!("added {what}"),
        Op::Modify => format!("changed {what}"),
        Op::Delete => format!("deleted {what}"),
        Op::Rename => format!("moved {what}"),
        Op::Mode => format!("changed the mode of {what}"),
        Op::Type => format!("put {what} in the place of something else"),
    }
}

fn help(commit: &CommitFacts<'_>, change: &ChangeFacts<'_>) -> String {
    let words = "Let a person make this change, in a commit of its own.";
    let paths: Option<Vec<String>> = [change.change.old_path.as_ref(), Some(&change.change.path)]
        .into_iter()
        .flatten()
        .map(|path| shell_quoted(path))
        .collect();
    match paths {
        Some(paths) if commit.is_being_made() => {
            format!(
                "{words} To unstage it: `git restore --staged -- {}`.",
                paths.join(" ")
            )
        }
        _ => words.to_owned(),
    }
}
