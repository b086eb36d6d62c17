//! `policy-weakened`: a change lowers what its own policy enforces, edits waivers, or moves the
//! policy's source.

mod deleted;

use std::collections::BTreeSet;

use bstr::{BStr, ByteSlice as _};

use super::{ChangeFacts, CommitFacts, Context, Found, Meta, RULES, Rule, RunFacts};
use crate::finding::{Finding, In, Mode, Place, PolicyLine};
use crate::git::{Error, FileMode, Op, Result};
use crate::policy::origin::lock_change;
use crate::policy::yaml::Limits;
use crate::policy::{
    Part, PolicyPath, Role, RuleDefault, Version, Versions, Weakening, policy_path,
};
use crate::text::show::escaped;

pub(super) struct PolicyWeakened;

static META: Meta = Meta {
    id: "policy-weakened",
    finds: "A change that lowers what its own policy enforces: a weaker mode, a laxer status, a zone or a \
            pattern that is gone, a later date, more that is admitted. Also one that edits waivers, removes \
            the policy, or moves where it comes from; and a repository's policy that says less than the one \
            above it.",
    why: "The policy that judges a change comes from the trusted side, so that the change itself gains \
          nothing. What it lowers would judge the next one.",
    example: "A commit with `Co-authored-by: Claude <noreply@anthropic.com>` that turns `agents: denied` of a \
              zone in `.cordon.yml` into `agents: allowed`.",
    mend: "Let a person who answers for the policy make this change, in a commit of its own. To take it back: \
           `git checkout BASE -- .cordon.yml`.",
    configure: "rules: {policy-weakened: {agents: block, humans: block}}",
    agents: Some(Mode::Block),
    humans: Some(Mode::Warn),
    net: true,
    content: false,
};

const FILE: &str = ".cordon.yml";

const HELP: &str =
    "Let a person who answers for the policy make this change, in a commit of its own.";

/// More weakenings of one file than this are counted only.
const MOST: usize = 100;

/// Versions of the policy that one merge may join: with all that they build on they are compared in one list of
/// files.
const PARENTS: usize = 64;

impl Rule for PolicyWeakened {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_run(&self, context: &Context<'_>, run: &RunFacts<'_>, found: &mut Found) {
        for branch in run.deleted_defaults {
            found.push(deleted::deleted(branch));
        }
        let rules = rules();
        let mut versions = Versions::new(&rules, context.date);
        let judging = versions.of_both(context.policy);
        for (role, own) in &judging {
            for (_, over) in judging.iter().filter(|(above, _)| above < role) {
                for one in versions.loosened(over, own).iter().take(MOST) {
                    let mut finding = of_run(place(&versions, one), against(&versions, one));
                    finding.decided_by = one.was.as_ref().map(|was| versions.line(was));
                    found.push(finding);
                }
            }
        }
    }

    fn check_change(
        &self,
        context: &Context<'_>,
        commit: &CommitFacts<'_>,
        change: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        let moved = change.change.old_path.as_ref();
        let gone =
            moved.or_else(|| (change.change.op == Op::Delete).then_some(&change.change.path));
        let tell = |found: &mut Found, message: String| {
            found.push(commit.finding(META.id, change.entry(), message, HELP.to_owned()));
        };
        if gone.and_then(|path| policy_path(path.as_ref())) == Some(PolicyPath::File) {
            let told = "the policy is gone: only what stands above it would judge the next change";
            tell(found, told.to_owned());
        }
        let path: &BStr = change.change.path.as_ref();
        let here = policy_path(path).filter(|_| change.change.op != Op::Delete);
        match (here, gone.and_then(|path| policy_path(path.as_ref()))) {
            (Some(PolicyPath::File), _) => return compare(context, commit, change, found),
            (Some(PolicyPath::Variant), _) => {
                let told = format!("a reader could take {} for {FILE}", escaped(path));
                tell(found, told);
            }
            (Some(PolicyPath::Lock), _) | (_, Some(PolicyPath::Lock)) => {
                tell(found, lock_moved(change, here)?);
            }
            (Some(PolicyPath::Waiver), _) if is_waiver(change)? => {
                tell(found, "a waiver was added or changed".to_owned());
            }
            (Some(PolicyPath::Beside), _) | (_, Some(PolicyPath::Beside)) => {
                tell(found, "what lies beside the policy was changed".to_owned());
            }
            _ => {}
        }
        Ok(())
    }
}

/// That the lock was changed, with the versions that held and hold.
fn lock_moved(change: &ChangeFacts<'_>, here: Option<PolicyPath>) -> Result<String> {
    let before = change.old_texts()?;
    let before: Vec<&[u8]> = before.iter().map(|text| text.as_slice()).collect();
    let is_file = change.change.mode.is_some_and(FileMode::is_file);
    let now = match here {
        Some(PolicyPath::Lock) if is_file => Some(change.text()?),
        _ => None,
    };
    let moved = lock_change(&before, now.as_ref().map(AsRef::as_ref));
    Ok("which version of the organisation's policy holds was changed".to_owned() + &moved)
}

/// Compares the policy with what it was in each parent. A merge that keeps one parent's is compared
/// with what it dropped.
fn compare(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    change: &ChangeFacts<'_>,
    found: &mut Found,
) -> Result<()> {
    let facts = change.change;
    let finding =
        |place: Place, message: String| commit.finding(META.id, place, message, HELP.to_owned());
    if facts.blob.is_none() {
        return Ok(());
    }
    if !facts.mode.is_some_and(FileMode::is_file) {
        let told = "the policy is no regular file any more: nothing of it would be read";
        found.push(finding(change.entry(), told.to_owned()));
        return Ok(());
    }
    let rules = rules();
    let mut versions = Versions::new(&rules, context.date);
    let above = above(context, &mut versions);
    let highest = above.is_empty();
    let text = change.text()?;
    let new = match versions.read(FILE, &text, &Limits::REPOSITORY, highest) {
        Ok(new) => new,
        Err(problem) => {
            let told = format!("the policy is broken, and nothing of it would hold: {problem}");
            found.push(finding(change.entry(), told));
            return Ok(());
        }
    };
    let old = before(context, commit, change, &mut versions)?;
    let told = losses(&versions, &old, &new, &above);
    let more = told.len().saturating_sub(MOST);
    for (one, lower) in told.iter().take(MOST) {
        let message = if *lower {
            against(&versions, one)
        } else {
            weaker(&versions, one)
        };
        let mut finding = finding(place(&versions, one), message);
        finding.decided_by = one.was.as_ref().map(|was| versions.line(was));
        found.push(finding);
    }
    if more > 0 {
        let told = format!("{more} more keys of the policy are weaker");
        found.push(finding(change.entry(), told));
    }
    Ok(())
}

/// What the new version weakens of the old ones, each key once; `true`: of what stands above both,
/// where no old version did.
fn losses(
    versions: &Versions<'_>,
    old: &[Version],
    new: &Version,
    above: &[Version],
) -> Vec<(Weakening, bool)> {
    let says = |one: &Weakening| {
        let now = one.now.as_ref().map(|now| now.text.clone());
        (one.key.clone(), now)
    };
    let loosened = |version: &Version| -> Vec<Weakening> {
        let over = above.iter();
        over.flat_map(|over| versions.loosened(over, version))
            .collect()
    };
    let mut seen = BTreeSet::new();
    let mut told = Vec::new();
    for old in old {
        let own = versions.weakened(old, new).into_iter();
        told.extend(
            own.filter(|one| seen.insert(says(one)))
                .map(|one| (one, false)),
        );
    }
    let known: BTreeSet<_> = old
        .iter()
        .flat_map(loosened)
        .map(|one| says(&one))
        .collect();
    let lower = loosened(new).into_iter();
    let lower = lower.filter(|one| !known.contains(&says(one)) && seen.insert(says(one)));
    told.extend(lower.map(|one| (one, true)));
    told
}

/// What the policy was. Where nothing was that can be read, what the trusted side has; before a
/// first commit, nothing.
fn before(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    change: &ChangeFacts<'_>,
    versions: &mut Versions<'_>,
) -> Result<Vec<Version>> {
    let highest = !context.policy.is_below_another();
    let mut texts = if change.change.old_path.is_some() {
        Vec::new()
    } else {
        change.old_texts()?
    };
    let kept = |blob| change.change.other_blobs.contains(&blob);
    if change.change.blob.is_some_and(kept) {
        texts.truncate(1);
    }
    texts.sort_unstable();
    texts.dedup();
    if texts.len() > PARENTS {
        let (what, limit) = ("versions of the policy that a merge joins", PARENTS as u64);
        return Err(Error::Limit { what, limit });
    }
    let limits = &Limits::REPOSITORY;
    let mut old = Vec::new();
    for text in &texts {
        old.extend(versions.read(FILE, text, limits, highest));
    }
    if old.len() == texts.len() && !texts.is_empty() {
        return Ok(old);
    }
    let trusted = context.policy.files(Role::Repository);
    let trusted = trusted.filter(|_| context.trusted);
    old.extend(trusted.filter_map(|(name, text)| versions.read(name, text, limits, highest).ok()));
    if old.is_empty() && !commit.commit.parents.is_empty() {
        old.extend(versions.none(highest));
    }
    Ok(old)
}

/// The policies above the repository's own.
fn above(context: &Context<'_>, versions: &mut Versions<'_>) -> Vec<Version> {
    let judging = versions.of(context.policy).into_iter();
    let above = judging.filter(|(role, _)| *role < Role::Repository);
    above.map(|(_, version)| version).collect()
}

/// Whether a file of a waiver's name is one, or was.
fn is_waiver(change: &ChangeFacts<'_>) -> Result<bool> {
    if change.change.path.starts_with(b".") || change.change.mode == Some(FileMode::Link) {
        return Ok(true);
    }
    let says = |text: &[u8]| text.lines().any(|line| line.starts_with(b"waiver:"));
    let old = change.old_texts()?;
    Ok(says(&change.text()?) || old.iter().any(|text| says(text)))
}

fn rules() -> Vec<RuleDefault> {
    let metas = RULES.iter().map(|rule| rule.meta());
    metas
        .map(|meta| RuleDefault {
            rule: meta.id,
            agents: meta.agents,
            humans: meta.humans,
        })
        .collect()
}

/// A finding about no commit.
fn of_run(place: Place, message: String) -> Finding {
    Finding::of_run(META.id, place, message, HELP)
}

/// The line of the new file, or of the old one where the key is gone.
fn place(versions: &Versions<'_>, one: &Weakening) -> Place {
    let parts = [one.now.as_ref(), one.was.as_ref()];
    let lines = parts.into_iter().flatten().map(|part| versions.line(part));
    let line = lines.into_iter().find(|line| line.file == FILE);
    Place {
        within: In::Policy,
        // The organisation's may say less than the system's: that stands in no file of the repository.
        path: line.is_some().then(|| FILE.into()),
        line: line.map(|line| line.line),
        ..Place::message(None)
    }
}

fn weaker(versions: &Versions<'_>, one: &Weakening) -> String {
    let at = |part: &Part| named(&versions.line(part));
    let key = escaped(one.key.as_bytes());
    let from = one
        .from
        .map(|day| format!(" from {day} on"))
        .unwrap_or_default();
    let more = match one.more {
        0 => String::new(),
        more => format!(" (and {more} more like it)"),
    };
    let told = match (&one.was, &one.now) {
        (Some(was), None) if was.text.is_empty() => {
            return format!("`{key}` is gone{from}: {} was it", at(was));
        }
        (Some(was), Some(now)) => {
            format!(
                "{} was `{}`, {} is `{}`",
                at(was),
                was.text,
                at(now),
                now.text
            )
        }
        (Some(was), None) => format!("{} was `{}`, which is gone", at(was), was.text),
        (None, Some(now)) => format!("{} is `{}`, which was not there", at(now), now.text),
        (None, None) => "what holds by default is less".to_owned(),
    };
    format!("`{key}` is weaker{from}: {told}{more}")
}

fn against(versions: &Versions<'_>, one: &Weakening) -> String {
    let said = |part: &Option<Part>| match part {
        Some(part) => format!("{} says `{}`", named(&versions.line(part)), part.text),
        None => "nothing is said".to_owned(),
    };
    let key = escaped(one.key.as_bytes());
    format!(
        "`{key}` cannot be loosened here: {}, and {}; the stricter holds",
        said(&one.now),
        said(&one.was)
    )
}

fn named(line: &PolicyLine) -> String {
    if *line == PolicyLine::builtin() {
        return "the default".to_owned();
    }
    format!("{}:{}", escaped(line.file.as_bytes()), line.line)
}
