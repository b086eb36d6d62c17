//! Whether a waiver stands, by the policy and by what is known of agents and bots.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::agent::Catalogue;
use crate::check::approvers::read_groups;
use crate::check::{in_force, staged, vocabulary};
use crate::git::Repo;
use crate::policy::origin::{FolderError, Reach};
use crate::policy::waiver::{Groups, Standing, Terms, Waiver, WaiverFile, Waivers};
use crate::policy::{LoadError, Outside, Policy, SignKind, ZoneClass, load_alone};

/// Who says whether a waiver stands.
pub(super) struct Judge<'a> {
    policy: &'a Policy,
    catalogue: &'a Catalogue,
    terms: Terms,
    groups: Groups<'a>,
    date: Date,
    all_signed: bool,
}

impl<'a> Judge<'a> {
    /// By a policy, on a day. With `all_signed`, only signed approvals count.
    pub(super) fn new(
        policy: &'a Policy,
        catalogue: &'a Catalogue,
        date: Date,
        all_signed: bool,
    ) -> Self {
        Self {
            policy,
            catalogue,
            terms: policy.waiver_terms(),
            groups: Groups::new(policy, date),
            date,
            all_signed,
        }
    }

    /// What a waiver comes to. It checks its signatures.
    pub(super) fn standing(&self, waiver: &Waiver) -> Standing {
        let own = waiver.standing(&self.terms, &self.groups, self.date, self.all_signed);
        match own {
            Standing::Stands(_) => self.objection(waiver).map_or(own, Standing::Flawed),
            other => other,
        }
    }

    /// Why nobody of this policy could have approved a waiver so.
    fn objection(&self, waiver: &Waiver) -> Option<String> {
        if !self.policy.waivable(&waiver.rule) {
            let rule = &waiver.rule.value;
            return Some(format!(
                "the policy lets no waiver except findings of `{rule}`"
            ));
        }
        let mut approvals = waiver.approvals.iter();
        approvals.find_map(|approval| machine(self.policy, self.catalogue, &approval.who))
    }
}

/// Whether a machine approves: an agent of the catalogue, a bot of a platform, or one of the policy's own.
pub(in crate::check) fn machine(
    policy: &Policy,
    catalogue: &Catalogue,
    who: &str,
) -> Option<String> {
    if let Some(agent) = catalogue.owner(SignKind::Email, who) {
        return Some(format!(
            "`{who}` is the agent {agent}, and no agent approves"
        ));
    }
    let bot =
        who.to_lowercase().contains("[bot]@") || policy.automation().any(|one| one.commits_as(who));
    bot.then(|| format!("`{who}` is a bot, and no bot approves"))
}

/// Why it cannot be said which waivers are in force.
#[derive(Debug, thiserror::Error)]
pub enum NoWaivers {
    /// There is no policy.
    #[error("{0}")]
    Policy(LoadError),
    /// They cannot be read.
    #[error(transparent)]
    Unread(#[from] FolderError),
}

/// Waivers with what each comes to on a day.
pub struct InForce {
    /// The waivers, and what is wrong with the others.
    pub waivers: Waivers,
    /// What each of the good ones comes to, in their order.
    pub standings: Vec<Standing>,
    /// The classes of zones in which a waiver needs two approvers.
    pub two_for: BTreeSet<ZoneClass>,
}

/// The waivers that are in force in a repository, or where there is none by the given policy alone; or these files in
/// their place.
pub fn waivers_in_force(
    repo: Option<&dyn Repo>,
    outside: Outside<'_>,
    files: Option<Vec<WaiverFile>>,
    date: Date,
) -> Result<InForce, NoWaivers> {
    let loaded = match repo {
        Some(repo) => in_force(repo, outside, None),
        None => load_alone(outside, vocabulary()),
    };
    let mut loaded = loaded.map_err(NoWaivers::Policy)?;
    let reach = Reach::new(repo, outside.host);
    let judged = repo.map(staged).transpose();
    let judged = judged.map_err(FolderError::Git)?;
    read_groups(reach, judged.as_ref(), &mut loaded, date);
    if let Some(files) = files {
        loaded.waivers.replace(files);
    }
    let waivers = loaded.waivers.read(reach)?;
    let catalogue = Catalogue::of(&loaded.policy);
    let all_signed = loaded.waivers.all_signed;
    let judge = Judge::new(&loaded.policy, &catalogue, date, all_signed);
    let standings = waivers.good.iter().map(|waiver| judge.standing(waiver));
    Ok(InForce {
        standings: standings.collect(),
        two_for: judge.terms.two_for.clone(),
        waivers,
    })
}
