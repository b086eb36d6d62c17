//! What a new version of a policy from Git changes, in words. For `cordon policy update`.

use anyhow::{Context as _, Result, anyhow};

use crate::check::vocabulary;
use crate::policy::origin::{Fetched, GitSource, Lock, Reach, Stored, stored};
use crate::policy::{Given, Outside, Part, Role, Version, Versions, Weakening, load_alone};
use crate::text::show::escaped;
use crate::trial::rule_defaults;

/// More changes of a policy than this are counted only.
const MOST: usize = 100;

/// What a new version changes, in words.
pub(super) fn changes(reach: Reach<'_>, before: &Lock, fetched: &Fetched) -> String {
    let mut told = String::new();
    let Some(known) = before.of_file(&fetched.locked.source) else {
        return told + "  nothing was locked before\n";
    };
    if known.commit == fetched.locked.commit {
        return told + "  it is the one that was locked\n";
    }
    let old = match stored(known, reach, "cordon policy lock") {
        Ok(old) => old,
        Err(error) => return told + "  no comparison: " + &escaped(error.told.as_bytes()) + "\n",
    };
    let rules = rule_defaults();
    let mut versions = Versions::new(&rules, reach.host.today);
    let mut read = |policy: &Stored| whole_version(&mut versions, reach, &known.source, policy);
    let (old, new) = match (read(&old), read(&fetched.policy)) {
        (Ok(old), Ok(new)) => (old, new),
        (Err(error), _) | (_, Err(error)) => {
            let error = error.to_string();
            let first = error.lines().next().unwrap_or_default();
            return told + "  no comparison: " + &escaped(first.as_bytes()) + "\n";
        }
    };
    let mut rows = |sign: &str, found: Vec<Weakening>, turned: bool| {
        for one in found.iter().take(MOST) {
            told += &["  ", sign, " ", &row(one, turned), "\n"].concat();
        }
        if found.len() > MOST {
            let more = (found.len() - MOST).to_string();
            told += &["  ", sign, " and ", &more, " more keys\n"].concat();
        }
    };
    let (weaker, stricter) = (versions.weakened(&old, &new), versions.weakened(&new, &old));
    let same = weaker.is_empty() && stricter.is_empty();
    rows("weaker:  ", weaker, false);
    rows("stricter:", stricter, true);
    if same {
        told += "  nothing that it enforces changes\n";
    }
    told
}

/// A policy out of the store, with the files and policies that it builds on.
fn whole_version(
    versions: &mut Versions<'_>,
    reach: Reach<'_>,
    source: &GitSource,
    policy: &Stored,
) -> Result<Version> {
    let given = Given {
        name: format!("{}:{}", policy.commit.short(), source.path),
        text: policy.text.clone(),
        folder: policy.folder.clone(),
        commit: Some(policy.commit),
        ..Given::default()
    };
    let given = Some(&given);
    let outside = Outside {
        given,
        host: reach.host,
        signers: reach.signers,
    };
    let loaded = load_alone(outside, vocabulary());
    let loaded = loaded.map_err(|error| anyhow!("{error}"))?;
    let judging = versions.of(&loaded.policy).into_iter();
    let mut of_org = judging.filter(|(role, _)| *role == Role::Org);
    let (_, version) = of_org.next().context("it is no policy")?;
    Ok(version)
}

fn row(one: &Weakening, turned: bool) -> String {
    let said = |part: &Option<Part>| match part {
        Some(part) if part.text.is_empty() => "there".to_owned(),
        Some(part) => part.text.clone(),
        None => "nothing".to_owned(),
    };
    let (was, now) = (said(&one.was), said(&one.now));
    let (was, now) = if turned { (now, was) } else { (was, now) };
    let from = one.from.map(|day| format!(" from {day} on"));
    let key = escaped(one.key.as_bytes());
    format!("{key}{}: {was} → {now}", from.unwrap_or_default())
}
