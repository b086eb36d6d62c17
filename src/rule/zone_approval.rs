//! `zone-approval`: an agent's change in a zone that needs an approval, without one.

use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule};
use crate::agent::Claim;
use crate::finding::{Mode, Stage, Subject};
use crate::git::{Identity, Reading, Result};
use crate::policy::{CommitSignature, Permission, SignedBy, Zone};

pub(super) struct ZoneApproval;

static META: Meta = Meta {
    id: "zone-approval",
    finds: "A change by an agent in a zone where agents need an approval, and none that counts is there: no approving \
            review of the judged head by a member of the zone's approvers, and no `Reviewed-by` trailer of a member \
            in a commit that another member signed.",
    why: "An agent's change in such a place is fine where somebody who answers for it has seen it, and nobody has \
          who made it or had it made.",
    example: "A commit with `Assisted-by: Codex:gpt-5` that changes `.github/workflows/ci.yml`, where the zone says \
              `agents: approval`, in a pull request that nobody reviewed.",
    mend: "Ask a member of the zone's approvers for a review, and hand the forge's reviews over by \
           `cordon check --approvals FILE`; or let a member sign a commit that names another one in `Reviewed-by`.",
    configure: "zones:\n  workflows:\n    class: ci\n    paths: [\".github/workflows/**\"]\n    agents: approval\n    approvers: [build-team]\napprovers:\n  build-team:\n    members: [\"r.lee@acme.example (rlee)\", \"m.ono@acme.example (mono)\"]",
    agents: Some(Mode::Block),
    humans: None,
    net: false,
    content: false,
};

impl Rule for ZoneApproval {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn idle(&self, context: &Context<'_>, commit: &CommitFacts<'_>) -> Option<&'static str> {
        let needs = |zone: &&Zone| needy(context, commit, zone).next().is_some();
        let any = commit.zones.iter().any(needs);
        (!any).then_some("its agents need no approval in any zone that it touches")
    }

    fn check_change(
        &self,
        context: &Context<'_>,
        commit: &CommitFacts<'_>,
        change: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        for zone in &change.touched.zones {
            let needy: Vec<&Claim> = needy(context, commit, zone).collect();
            if needy.is_empty() {
                continue;
            }
            let approval = approval(context, commit, zone)?;
            let why = match approval {
                Approval::Given => continue,
                Approval::Unknown(why) => {
                    let told = format!(
                        "whether an agent's change in the zone {} is approved: {why}",
                        zone.name
                    );
                    found.unchecked.insert(told);
                    continue;
                }
                Approval::Missing(why) => why,
            };
            for claim in needy {
                let permission = context
                    .policy
                    .permission(zone, Some(&claim.agent), context.date);
                let message = format!(
                    "{} made a change in the zone {}, where agents need an approval: {why}",
                    claim.agent, zone.name
                );
                let mut finding =
                    commit.finding(META.id, change.entry(), message, help(context, zone));
                finding.agent = Some(claim.agent.clone());
                finding.zone = Some(zone.name.clone());
                finding.decided_by = permission.by.map(|span| context.line(span));
                finding.note = awaits(context, commit);
                found.push(finding);
            }
        }
        Ok(())
    }
}

/// The agents that need an approval in a zone.
fn needy<'c>(
    context: &'c Context<'_>,
    commit: &'c CommitFacts<'_>,
    zone: &'c Zone,
) -> impl Iterator<Item = &'c Claim> {
    let agents = commit.attribution.judged();
    let agents = agents.filter(|_| commit.subject() == Subject::Agent);
    agents.filter(|claim| {
        let agent = Some(claim.agent.as_str());
        let permission = context.policy.permission(zone, agent, context.date);
        permission.value == Permission::Approval
    })
}

/// Whether nobody can have approved it yet: a review is of what was pushed.
fn awaits(context: &Context<'_>, commit: &CommitFacts<'_>) -> bool {
    commit.commit.id.is_none() || context.stage == Stage::Push
}

/// Whether a change is approved.
enum Approval {
    Given,
    /// Not, and what is there instead.
    Missing(String),
    /// Nobody can tell.
    Unknown(String),
}

fn approval(context: &Context<'_>, commit: &CommitFacts<'_>, zone: &Zone) -> Result<Approval> {
    let own = Own::of(commit);
    let mut seen = Seen::default();
    for review in context.reviews.iter() {
        for (name, group) in context.policy.groups().iter() {
            if let Some(address) = group.member_of_login(&review.login) {
                seen.add(context, &own, name, address, Some(&review.login));
            }
        }
    }
    let mut unknown = None;
    let reviewers: Vec<Identity> = reviewers(commit);
    if !reviewers.is_empty() {
        let signed = commit.signature.map(CommitSignature::signed_by);
        match signed.transpose()?.flatten() {
            None => {}
            Some(SignedBy::Unknown(why)) => unknown = Some(why.clone()),
            Some(SignedBy::Nobody(why)) => {
                seen.instead = Some(format!("it names a reviewer, but {why}"));
            }
            Some(SignedBy::Groups { groups, .. }) => {
                for reviewer in &reviewers {
                    for name in groups {
                        let group = context.policy.groups().get(name);
                        if group.is_some_and(|group| group.has_member(&reviewer.email)) {
                            let address = reviewer.email.to_str_lossy();
                            seen.add(context, &own, name, &address, None);
                        }
                    }
                }
            }
        }
    }
    let groups: Vec<String> = seen.groups.into_iter().collect();
    if context.policy.suffices(zone, &groups) {
        return Ok(Approval::Given);
    }
    let unread = context.policy.unread_approvers(zone).map(str::to_owned);
    Ok(match unknown.or(unread) {
        Some(why) => Approval::Unknown(why),
        None => Approval::Missing(seen.instead.unwrap_or_else(|| "there is none".to_owned())),
    })
}

/// The groups that approve, or what is there in their place.
#[derive(Default)]
struct Seen {
    groups: BTreeSet<String>,
    instead: Option<String>,
}

impl Seen {
    fn add(
        &mut self,
        context: &Context<'_>,
        own: &Own,
        group: &str,
        address: &str,
        login: Option<&str>,
    ) {
        if own.is(address, login) {
            let told = "whoever approves it had a part in it";
            self.instead = Some(told.to_owned());
        } else if context.catalogue.is_agent(address) {
            self.instead = Some("an agent approves nothing".to_owned());
        } else {
            self.groups.insert(group.to_owned());
        }
    }
}

/// Those who had a part in a commit: nobody approves their own.
struct Own(BTreeSet<String>);

impl Own {
    fn of(commit: &CommitFacts<'_>) -> Self {
        let people = [&commit.commit.author, &commit.commit.committer];
        let mut own: BTreeSet<String> = people.iter().map(|one| folded(&one.email)).collect();
        let others = commit.trailers.iter();
        let others = others.filter(|trailer| trailer.folded == "co-authored-by");
        let others = others.filter_map(|trailer| Identity::parse(&trailer.value));
        own.extend(others.map(|one| folded(&one.email)));
        Self(own)
    }

    /// Whether it is one of them, by the address, or by the login that a forge makes an address of.
    fn is(&self, address: &str, login: Option<&str>) -> bool {
        let of_login = |own: &String| {
            let user = own
                .strip_suffix("@users.noreply.github.com")
                .map(|user| user.split_once('+').map_or(user, |(_, login)| login))
                .or_else(|| {
                    let user = own.strip_suffix("@users.noreply.gitlab.com")?;
                    Some(user.split_once('-').map_or(user, |(_, login)| login))
                });
            user.is_some() && user == login
        };
        self.0.contains(&folded(address.as_bytes())) || self.0.iter().any(of_login)
    }
}

fn folded(address: &[u8]) -> String {
    address.trim().to_str_lossy().to_lowercase()
}

/// The people whom `Reviewed-by` names in the block of trailers.
fn reviewers(commit: &CommitFacts<'_>) -> Vec<Identity> {
    let trailers = commit.trailers.iter();
    let named = trailers.filter(|trailer| {
        trailer.reading == Reading::Git && trailer.key.eq_ignore_ascii_case(b"Reviewed-by")
    });
    named
        .filter_map(|trailer| Identity::parse(&trailer.value))
        .collect()
}

fn help(context: &Context<'_>, zone: &Zone) -> String {
    let mut groups: Vec<&str> = zone
        .approver_lists()
        .flatten()
        .map(String::as_str)
        .collect();
    if groups.is_empty() {
        groups = context
            .policy
            .groups()
            .iter()
            .map(|(name, _)| name)
            .collect();
    }
    groups.sort_unstable();
    groups.dedup();
    if groups.is_empty() {
        return "The policy has no group that could approve it: list one in `approvers`."
            .to_owned();
    }
    format!(
        "Ask a member of {} who had no part in it for a review, and hand it over by --approvals.",
        groups.join(" or ")
    )
}
