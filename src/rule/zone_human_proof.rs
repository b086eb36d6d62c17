//! `zone-human-proof`: a change in a zone that asks for proof of a person, without it.

use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule};
use crate::finding::Mode;
use crate::git::Result;
use crate::policy::{CommitSignature, HumanProof, SignedBy, Zone};

pub(super) struct ZoneHumanProof;

static META: Meta = Meta {
    id: "zone-human-proof",
    finds: "A change in a zone that asks for proof of a person, in a commit that has none: no signature by a key of \
            the zone's approvers that counts today, or, where the zone asks for `presence`, none by a hardware key \
            that was touched.",
    why: "That nothing shows an agent is no proof that a person made a change. A signature proves who holds a key; \
          a touch, that somebody sat before it.",
    example: "An unsigned commit in `src/crypto/**`, where the zone says `human_proof: signed`; or one that GitHub \
              signed, since it was made in a browser.",
    mend: "Look at the change, and sign its commit by your enrolled key: `git commit --amend --no-edit -S`; of \
           several commits, `git rebase --exec 'git commit --amend --no-edit -S' BASE`.",
    configure: "zones:\n  crypto-export:\n    class: export\n    paths: [\"src/crypto/**\"]\n    human_proof: signed\n    approvers: [export-compliance]\napprovers:\n  export-compliance:\n    members: [r.lee@acme.example]\n    keys: [{key: \"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti\", until: 2027-12-31}]",
    agents: Some(Mode::Block),
    humans: Some(Mode::Block),
    net: false,
    content: false,
};

impl Rule for ZoneHumanProof {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn idle(&self, context: &Context<'_>, commit: &CommitFacts<'_>) -> Option<&'static str> {
        let asks = |zone: &&Zone| context.policy.human_proof(zone).value > HumanProof::None;
        let any = commit.zones.iter().any(asks);
        (!any).then_some("no zone that it touches asks for proof of a person")
    }

    fn check_change(
        &self,
        context: &Context<'_>,
        commit: &CommitFacts<'_>,
        change: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        // A forge signs what it writes for nobody; the commits are judged each by their own signatures.
        if commit.drafted.is_some() {
            return Ok(());
        }
        for zone in &change.touched.zones {
            let asked = context.policy.human_proof(zone);
            if asked.value == HumanProof::None {
                continue;
            }
            let signed = commit.signature.map(CommitSignature::signed_by);
            let lack = match signed.transpose()?.flatten() {
                None => Lack::Yet,
                Some(signed) => lack(context, zone, asked.value, signed),
            };
            let (why, note) = match lack {
                Lack::Nothing => continue,
                Lack::Unknown(why) => {
                    let told = format!(
                        "whether a person made a change in the zone {}: {why}",
                        zone.name
                    );
                    found.unchecked.insert(told);
                    continue;
                }
                Lack::Proof(why) => (why, false),
                Lack::Yet => ("it is not signed yet".to_owned(), true),
            };
            let message = format!(
                "a change in the zone {} without proof of a person: {why}",
                zone.name
            );
            let mut finding =
                commit.finding(META.id, change.entry(), message, help(asked.value, note));
            finding.zone = Some(zone.name.clone());
            finding.decided_by = asked.by.map(|span| context.line(span));
            finding.note = note;
            found.push(finding);
        }
        Ok(())
    }
}

/// What is missing.
enum Lack {
    Nothing,
    /// The proof, and why what is there is none.
    Proof(String),
    /// Nobody can tell.
    Unknown(String),
    /// The commit is not there yet.
    Yet,
}

fn lack(context: &Context<'_>, zone: &Zone, asked: HumanProof, signed: &SignedBy) -> Lack {
    let (groups, touch) = match signed {
        SignedBy::Unknown(why) => return Lack::Unknown(why.clone()),
        SignedBy::Nobody(why) => return unless_unread(context, zone, why),
        SignedBy::Groups { groups, proof } => (groups, proof.touch),
    };
    if !context.policy.suffices(zone, groups) {
        return unless_unread(context, zone, "its key is of none of the zone's approvers");
    }
    let touched = touch.is_some_and(|touch| touch.present);
    match (asked, touch) {
        (HumanProof::Presence, None) => {
            Lack::Proof("it is signed, but not by a hardware key".to_owned())
        }
        (HumanProof::Presence, Some(_)) if !touched => {
            Lack::Proof("its hardware key says that nobody touched it".to_owned())
        }
        _ => Lack::Nothing,
    }
}

/// Where nobody knows who is in a group, nobody knows whose key is missing.
fn unless_unread(context: &Context<'_>, zone: &Zone, why: &str) -> Lack {
    match context.policy.unread_approvers(zone) {
        Some(unread) => Lack::Unknown(unread.to_owned()),
        None => Lack::Proof(why.to_owned()),
    }
}

fn help(asked: HumanProof, note: bool) -> String {
    let how = match asked {
        HumanProof::Presence => "with a hardware key that is enrolled, and touch it",
        HumanProof::None | HumanProof::Signed => "with an enrolled key",
    };
    if note {
        format!("Sign the commit {how}: it is judged when it is pushed.")
    } else {
        format!(
            "Look at the change, then sign its commit {how}: `git commit --amend --no-edit -S`."
        )
    }
}
