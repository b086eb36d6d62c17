//! What is wrong, and the command for each.

use std::path::Path;

use super::super::ask::AskError;
use super::answers::answers;
use super::around::{ByConfiguration, by_configuration, switches, template};
use super::clear;
use super::config;
use super::look::{Seen, look};
use super::place::Place;
use super::prove::{Proof, prove};
use super::{Findings, Hook, Patient, Problem, State, listed, path_of, shown};

/// Finds out everything. With `temp` Git is asked to run the hooks, in a worktree below it.
pub fn examine(patient: &Patient<'_>, temp: Option<&Path>) -> Result<Findings, DoctorError> {
    let ask = patient.ask;
    let dir = ask.line(&["rev-parse", "--path-format=absolute", "--git-path", "hooks"])?;
    let dir = path_of(&dir);
    let mut settings = config::hooks_paths(ask)?;
    let wider = settings.len() > 1;
    let setting = settings.pop();
    let mut seen = look(&dir)?;
    let by = ByConfiguration::of(ask)?;
    for one in &mut seen {
        if one.state == State::Missing && by.ours().contains(&one.name) {
            one.state = State::Configured;
        }
    }
    let starts = |one: &Seen| one.name != "pre-push" || !(one.crlf || one.state == State::Crlf);
    let push = seen.iter().all(starts);
    let proof = temp.map(|temp| prove(patient, &dir, setting.as_ref(), push, temp));
    let mut findings = Findings {
        hooks: hooks(&seen, proof.as_ref()),
        dir,
        setting,
        ran: temp.is_some(),
        problems: Vec::new(),
        unknown: Vec::new(),
        notes: Vec::new(),
    };
    let place = Place::of(patient, &findings, wider);
    place.problem(&mut findings);
    files(&seen, &place, proof.as_ref(), &mut findings);
    if let Some(proof) = proof {
        answers(patient, &seen, proof, &mut findings);
    }
    switches(patient, &mut findings);
    by_configuration(&by, &mut findings);
    template(patient, &mut findings)?;
    Ok(findings)
}

/// Why nothing could be found out.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// Git gave no answer.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// A hook could not be looked at.
    #[error(transparent)]
    Hook(#[from] super::super::Error),
}

fn hooks(seen: &[Seen], proof: Option<&Proof>) -> Vec<Hook> {
    let fired = |name: &str| match proof {
        Some(proof) if proof.fired.contains_key(name) => Some(true),
        Some(proof) if proof.unknown.is_empty() && !proof.unreached.contains_key(name) => {
            Some(false)
        }
        _ => None,
    };
    seen.iter()
        .map(|one| Hook {
            name: one.name,
            state: one.state,
            manager: one.manager,
            fired: fired(one.name),
        })
        .collect()
}

/// What is wrong with the files. One command mends them all: whatever is in the way first.
fn files(seen: &[Seen], place: &Place, proof: Option<&Proof>, findings: &mut Findings) {
    if place.wrong.is_some() {
        // Where the hooks are to be taken from is to be settled first.
        return;
    }
    let fired = |one: &Seen| proof.is_some_and(|proof| proof.fired.contains_key(one.name));
    let mut in_the_way = Vec::new();
    let mut seen_wrong: Vec<(&'static str, String, Vec<&'static str>)> = Vec::new();
    for one in seen {
        if fired(one) && one.state == State::Foreign {
            let through = one.manager.unwrap_or("another hook");
            let told = format!("Cordon's {} runs through {through}", one.name);
            findings.notes.push(told);
            continue;
        }
        if fired(one) && one.state == State::Missing {
            continue;
        }
        let Some((code, told)) = wrong(one) else {
            continue;
        };
        in_the_way.push(one);
        match seen_wrong
            .iter_mut()
            .find(|(known, text, _)| *known == code && *text == told)
        {
            Some((.., hooks)) => hooks.push(one.name),
            None => seen_wrong.push((code, told, vec![one.name])),
        }
    }
    let mend = clear::command(&findings.dir, &in_the_way, &place.install);
    for (code, told, hooks) in seen_wrong {
        findings.problems.push(Problem {
            code,
            message: format!("{}: {told}", listed(&hooks)),
            hooks,
            mend: mend.clone(),
        });
    }
}

fn wrong(one: &Seen) -> Option<(&'static str, String)> {
    let program = one.program.as_deref().map(shown).unwrap_or_default();
    Some(match one.state {
        State::InPlace | State::Configured => return None,
        State::Missing => ("hook-missing", "not there".to_owned()),
        State::Older => (
            "hook-older",
            "written by another version of Cordon".to_owned(),
        ),
        State::Edited => ("hook-edited", "changed since Cordon wrote it".to_owned()),
        State::Crlf => (
            "hook-crlf",
            "has the line ends of Windows: the system cannot start it".to_owned(),
        ),
        State::NotExecutable => (
            "hook-not-executable",
            "not executable: Git passes over it".to_owned(),
        ),
        State::ProgramGone => (
            "hook-program-gone",
            format!("starts {program}, which is not there"),
        ),
        State::Link => ("hook-link", "a link to a Cordon hook".to_owned()),
        State::Foreign => foreign(one),
    })
}

fn foreign(one: &Seen) -> (&'static str, String) {
    let whose = match one.manager {
        Some(manager) => format!("{manager}'s"),
        None => "another's".to_owned(),
    };
    let defect = match (one.not_executable, one.crlf) {
        (true, _) => ", and not executable",
        (false, true) => ", and has the line ends of Windows, so that the system cannot start it",
        (false, false) => "",
    };
    if one.aside || one.ours_beside.is_some() {
        let what = format!("{whose}, written over Cordon's{defect}");
        return ("hook-overwritten", what);
    }
    (
        "hook-foreign",
        format!("{whose}, and Cordon does not run{defect}"),
    )
}
