//! `zone-approval`: an agent's change in a zone that needs an approval, without one.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{ChangeFacts, CommitFacts, Context, Extent, Found, Meta, Rule};
use crate::agent::Claim;
use crate::finding::{Mode, Stage, Subject};
use crate::git::{Identity, Reading, Result};
use crate::policy::{CommitSignature, Own, SignedBy, Zone, folded};
use crate::text::Span;

pub(super) struct ZoneApproval;

static META: Meta = Meta {
    id: "zone-approval",
    finds: "A change by an agent in a zone where agents need an approval, and none that counts is there: no approving \
            review of the judged head by a member of the zone's approvers who had no part in it, and no `Reviewed-by` \
            trailer of a member who signed the commit and did not make the change.",
    why: "An agent's change in such a place is fine where somebody who answers for it has seen it, and nobody has \
          who made it.",
    example: "A commit with `Assisted-by: Codex:gpt-5` that changes `.github/workflows/ci.yml`, where the zone says \
              `agents: approval`, in a pull request that nobody reviewed.",
    mend: "Ask a member of the zone's approvers for a review, and hand the forge's reviews over by \
           `cordon check --approvals FILE`; or let a member who did not make it commit it, signed, with their own \
           name in `Reviewed-by`.",
    configure: "zones:\n  workflows:\n    class: ci\n    paths: [\".github/workflows/**\"]\n    agents: approval\n    approvers: [build-team]\napprovers:\n  build-team:\n    members: [\"r.lee@acme.example (rlee)\", \"m.ono@acme.example (mono)\"]",
    agents: Some(Mode::Block),
    humans: None,
    net: true,
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
        // What a commit made may be approved there.
        if commit.extent == Extent::Net {
            return Ok(());
        }
        for zone in &change.touched.zones {
            let needy: Vec<_> = needy(context, commit, zone).collect();
            if needy.is_empty() {
                continue;
            }
            let awaits = awaits(context, commit);
            let why = match approval(context, commit, zone)? {
                Approval::Given => continue,
                Approval::Unknown(why) if !awaits => {
                    let told = format!(
                        "whether an agent's change in the zone {} is approved: {why}",
                        zone.name
                    );
                    found.unchecked.insert(told);
                    continue;
                }
                Approval::Missing(why) | Approval::Unknown(why) => why,
            };
            for (claim, by) in needy {
                let message = format!(
                    "{} made a change in the zone {}, where agents need an approval: {why}",
                    claim.agent, zone.name
                );
                let mut finding =
                    commit.finding(META.id, change.entry(), message, help(context, zone));
                finding.agent = Some(claim.agent.clone());
                finding.zone = Some(zone.name.clone());
                finding.decided_by = by.map(|span| context.line(span));
                finding.note = awaits;
                found.push(finding);
            }
        }
        Ok(())
    }
}

/// The agents that need an approval in a zone, each with what says so.
fn needy<'c>(
    context: &'c Context<'_>,
    commit: &'c CommitFacts<'_>,
    zone: &'c Zone,
) -> impl Iterator<Item = (&'c Claim, Option<Span>)> {
    let agents = commit.attribution.judged();
    let agents = agents.filter(|_| commit.subject() == Subject::Agent);
    agents.filter_map(|claim| {
        let policy = context.policy;
        // Where another denies it too, `zone-agent` may be milder than this.
        let asks = policy.asks_approval(zone, &claim.agent, context.date)?;
        Some((claim, asks.by))
    })
}

/// Whether nobody can have approved it yet: a review is of what was pushed, and before it is merged.
fn awaits(context: &Context<'_>, commit: &CommitFacts<'_>) -> bool {
    commit.is_being_made() || context.stage == Stage::Push || commit.parked
}

/// Whether a change is approved.
#[derive(Clone)]
enum Approval {
    Given,
    /// Not, and what is there instead.
    Missing(String),
    /// Nobody can tell.
    Unknown(String),
}

/// What was found out of a commit's approvals, by zone: it is the same for each of its changes.
#[derive(Default)]
pub struct Approvals(RefCell<BTreeMap<String, Approval>>);

fn approval(context: &Context<'_>, commit: &CommitFacts<'_>, zone: &Zone) -> Result<Approval> {
    let known = commit.approvals.0.borrow().get(&zone.name).cloned();
    if let Some(known) = known {
        return Ok(known);
    }
    let found = searched(context, commit, zone)?;
    let mut known = commit.approvals.0.borrow_mut();
    known.insert(zone.name.clone(), found.clone());
    Ok(found)
}

fn searched(context: &Context<'_>, commit: &CommitFacts<'_>, zone: &Zone) -> Result<Approval> {
    let mut seen = Seen::default();
    let people = context.policy.groups().people();
    let made = commit.drafted.into_iter().flatten();
    let made = made.map(|one| Own::all(one, people));
    let own = made.fold(Own::all(commit.commit, people), Own::and);
    for review in context.reviews.iter() {
        for (group, address) in people.members(&review.login) {
            // By any of their names: a forge makes an address of a login too.
            let own =
                own.is(address, Some(&review.login)) || own.meets(&Own::person(address, people));
            seen.add(context, group, address, own);
        }
    }
    let unknown = signed_review(context, commit, &mut seen)?;
    let groups: Vec<String> = seen.groups.into_iter().collect();
    if context.policy.suffices(zone, &groups) {
        return Ok(match own.unread() {
            Some(why) => Approval::Unknown(format!("nobody knows who had a part in it: {why}")),
            None => Approval::Given,
        });
    }
    let unread = context.policy.unread_approvers(zone).map(str::to_owned);
    Ok(match unknown.or(unread) {
        Some(why) => Approval::Unknown(why),
        None => Approval::Missing(seen.instead.unwrap_or_else(|| "there is none".to_owned())),
    })
}

/// The approval of whoever committed and signed a change of others, and names themselves in `Reviewed-by`: the
/// key proves who reviewed it. The reason where nobody can tell.
fn signed_review(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    seen: &mut Seen,
) -> Result<Option<String>> {
    let named = reviewers(commit);
    if named.is_empty() {
        return Ok(None);
    }
    let signed = commit.signature.map(CommitSignature::signed_by);
    let (groups, proof) = match signed.transpose()?.flatten() {
        None => return Ok(None),
        Some(SignedBy::Unknown(why)) => return Ok(Some(why.clone())),
        Some(SignedBy::Nobody(why)) => {
            seen.instead = Some(format!("it names a reviewer, but {why}"));
            return Ok(None);
        }
        Some(SignedBy::Groups { groups, proof }) => (groups, proof),
    };
    let reviewer = folded(&commit.commit.committer.email);
    if !named.contains(&reviewer) {
        let told = "the reviewer whom it names is not the one who signed it";
        seen.instead = Some(told.to_owned());
        return Ok(None);
    }
    let people = context.policy.groups().people();
    let makers = Own::makers(commit.commit, people);
    let mut addresses = makers.addresses();
    // A key that names nobody may be that of a maker, who then approves what is theirs.
    let own = makers.meets(&Own::person(&reviewer, people))
        || addresses.any(|one| context.signers.may_be(proof, one));
    let of_member = |name: &&String| {
        let group = context.policy.groups().get(name);
        group.is_some_and(|group| group.has_member(reviewer.as_bytes()))
    };
    for name in groups.iter().filter(of_member) {
        seen.add(context, name, &reviewer, own);
    }
    Ok(None)
}

/// The groups that approve, or what is there in their place.
#[derive(Default)]
struct Seen {
    groups: BTreeSet<String>,
    instead: Option<String>,
}

impl Seen {
    fn add(&mut self, context: &Context<'_>, group: &str, address: &str, own: bool) {
        if own {
            let told = "whoever approves it had a part in it";
            self.instead = Some(told.to_owned());
        } else if context.catalogue.is_agent(address) {
            self.instead = Some("an agent approves nothing".to_owned());
        } else {
            self.groups.insert(group.to_owned());
        }
    }
}

/// The addresses that `Reviewed-by` names in the block of trailers, in lower case.
fn reviewers(commit: &CommitFacts<'_>) -> BTreeSet<String> {
    let trailers = commit.trailers.iter();
    let named = trailers.filter(|trailer| {
        trailer.reading == Reading::Git && trailer.key.eq_ignore_ascii_case(b"Reviewed-by")
    });
    named
        .filter_map(|trailer| Identity::parse(&trailer.value))
        .map(|who| folded(&who.email))
        .collect()
}

fn help(context: &Context<'_>, zone: &Zone) -> String {
    let lists = context.policy.approver_lists(zone);
    let mut groups: Vec<&str> = lists.iter().flatten().map(String::as_str).collect();
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
