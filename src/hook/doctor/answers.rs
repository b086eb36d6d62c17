//! What the trial says beyond what the files say.

use std::path::Path;

use super::look::Seen;
use super::place::same;
use super::prove::Proof;
use super::{Findings, Patient, Problem, State, Unknown, listed, shown};

/// Adds what the trial says.
pub(super) fn answers(patient: &Patient<'_>, seen: &[Seen], proof: Proof, findings: &mut Findings) {
    silent(patient, seen, findings);
    other_version(patient, &proof, findings);
    let told = |hook: &str| {
        let mut problems = findings.problems.iter();
        problems.any(|one| one.hooks.is_empty() || one.hooks.contains(&hook))
    };
    let unreached: Vec<Unknown> = proof
        .unreached
        .into_iter()
        .filter(|(hook, _)| !told(hook))
        .map(|(hook, error)| Unknown {
            code: "not-reached",
            message: format!("{hook} was not reached: {error}"),
        })
        .collect();
    findings.unknown.extend(unreached);
    findings.unknown.extend(proof.unknown);
}

/// Hooks of ours that Git did not run, or that start something else.
fn silent(patient: &Patient<'_>, seen: &[Seen], findings: &mut Findings) {
    let is_silent = |one: &&Seen| {
        let mut hooks = findings.hooks.iter();
        let hook = hooks.find(|hook| hook.name == one.name);
        one.state == State::InPlace && hook.is_some_and(|hook| hook.fired == Some(false))
    };
    let silent: Vec<&Seen> = seen.iter().filter(is_silent).collect();
    let Some(first) = silent.first() else {
        return;
    };
    let program = first.program.as_deref().unwrap_or(Path::new(""));
    let other = patient.program.is_none_or(|own| !same(own, program));
    let why = if other {
        let program = shown(program);
        format!("in place, but {program} does not answer: another program or version?")
    } else {
        "in place, but Git does not run it".to_owned()
    };
    let hooks: Vec<_> = silent.iter().map(|one| one.name).collect();
    findings.problems.push(Problem {
        code: "hook-silent",
        message: format!("{}: {why}", listed(&hooks)),
        hooks,
        mend: other.then(|| "cordon install".to_owned()),
    });
}

/// Hooks for which another version answered.
fn other_version(patient: &Patient<'_>, proof: &Proof, findings: &mut Findings) {
    let others: Vec<_> = proof
        .fired
        .iter()
        .filter(|(_, answer)| answer.version != patient.version)
        .collect();
    let Some((_, first)) = others.first() else {
        return;
    };
    let hooks: Vec<_> = others.iter().map(|(name, _)| **name).collect();
    let message = format!(
        "{}: answered by {} of version {}; this is {}",
        listed(&hooks),
        shown(&first.program),
        first.version,
        patient.version
    );
    findings.problems.push(Problem {
        code: "hook-other-version",
        hooks,
        message,
        mend: Some("cordon install".to_owned()),
    });
}
