//! Whether a bot of the policy's list made a commit: only a signature proves it.

use super::Outcome;
use crate::agent::AttributionKind;
use crate::check::rows::Obstacle;
use crate::finding::Subject;
use crate::git::{self, Commit, Repo, Signature};
use crate::policy::{Bots, Made};

/// Says so in the outcome. A commit in which an agent took part is the agent's, whoever signs it; one that
/// is being made is nobody's yet.
pub(super) fn automation(repo: &dyn Repo, bots: &Bots, commit: &Commit, outcome: &mut Outcome) {
    let attribution = &mut outcome.attribution;
    let Some(id) = commit.id.filter(|_| bots.is_named(commit)) else {
        return;
    };
    if attribution.subject() == Subject::Agent {
        return;
    }
    let signature = if commit.signed {
        git::commit_signature(repo, &id)
    } else {
        Ok(Signature::None)
    };
    let signature = match signature {
        Ok(signature) => signature,
        Err(error) => return outcome.obstacles.push(Obstacle::at(commit.id, &error)),
    };
    match bots.made(commit, &signature) {
        Made::ByNobody => {}
        Made::ByBot(entries) => {
            attribution.kind = AttributionKind::Automation;
            attribution.automation = entries;
        }
        Made::Unproven(name, why) => outcome.remarks.push(format!(
            "{id} names the automation {name} as its author, and counts as a person's: {why}"
        )),
        Made::Unknown(name, why) => {
            let told = format!("whether the automation {name} made it: {why}");
            outcome.obstacles.push(Obstacle::unchecked(Some(id), told));
        }
    }
}
