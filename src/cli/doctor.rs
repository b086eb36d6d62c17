//! `cordon doctor`: are the hooks in place, and do they fire?

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use bstr::ByteSlice as _;
use clap::Args;
use serde::Serialize;

use super::output::Terminal;
use super::{Exit, open, output};
use crate::hook::Ask;
use crate::hook::doctor::{Findings, Hook, Patient, State, examine};
use crate::host::Host;
use crate::secret::Engine;
use crate::text::Clean;
use crate::text::wrap::wrap;

/// The form of the JSON.
const SCHEMA: &str = "cordon.doctor/v1";

/// Say which hooks are in place, prove that they fire, and how to mend those that do not
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// Only look at the files: run no hook and make no scratch worktree
    #[arg(long)]
    no_run: bool,
    /// How to print what was found: full or json
    #[arg(long, value_name = "F", value_parser = ["full", "json"], default_value = "full")]
    format: String,
}

impl Doctor {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let repo = open::repository(host, self.repo.as_deref(), false)?;
        let facts = repo.facts();
        let top = facts.work_dir.as_ref().unwrap_or(&facts.git_dir);
        let ask = Ask::about(&host.env, top, &facts.git_dir);
        let patient = Patient {
            facts,
            program: host.program.as_deref(),
            version: env!("CARGO_PKG_VERSION"),
            ask: &ask,
        };
        let temp = host.var("TMPDIR").and_then(|dir| dir.to_path().ok());
        let temp = temp.unwrap_or(Path::new("/tmp"));
        let findings = examine(&patient, (!self.no_run).then_some(temp))?;
        let report = Report::of(&findings);
        output::print(&if self.format == "json" {
            let mut text = serde_json::to_string_pretty(&report)?;
            text.push('\n');
            text
        } else {
            full(&findings, &report, terminal.stdout_style().width)
        })?;
        Ok(match report.verdict {
            "fail" => Exit::Fail,
            "incomplete" => Exit::Incomplete,
            _ => Exit::Pass,
        })
    }
}

/// What is printed, all foreign text in it made harmless.
#[derive(Serialize)]
struct Report {
    schema: &'static str,
    tool: Tool,
    verdict: &'static str,
    hooks_dir: Clean,
    hooks_path: Option<SettingRow>,
    ran: bool,
    hooks: Vec<HookRow>,
    problems: Vec<ProblemRow>,
    incomplete: Vec<UnknownRow>,
    notes: Vec<Clean>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct SettingRow {
    value: Clean,
    scope: String,
    origin: Clean,
}

#[derive(Serialize)]
struct HookRow {
    name: &'static str,
    state: &'static str,
    manager: Option<&'static str>,
    fired: Option<bool>,
}

#[derive(Serialize)]
struct ProblemRow {
    code: &'static str,
    hooks: Vec<&'static str>,
    message: Clean,
    mend: Option<Clean>,
}

#[derive(Serialize)]
struct UnknownRow {
    code: &'static str,
    message: Clean,
}

impl Report {
    fn of(findings: &Findings) -> Self {
        let redactor = Engine::builtin();
        let clean = |bytes: &[u8]| Clean::new(redactor, bytes);
        let prose = |text: &String| Clean::prose(redactor, text);
        let problems = findings.problems.iter().map(|problem| ProblemRow {
            code: problem.code,
            hooks: problem.hooks.clone(),
            message: prose(&problem.message),
            mend: problem.mend.as_ref().map(prose),
        });
        let unknown = findings.unknown.iter().map(|unknown| UnknownRow {
            code: unknown.code,
            message: prose(&unknown.message),
        });
        let hooks = findings.hooks.iter().map(|hook| HookRow {
            name: hook.name,
            state: hook.state.word(),
            manager: hook.manager,
            fired: hook.fired,
        });
        Self {
            schema: SCHEMA,
            tool: Tool {
                name: "cordon",
                version: env!("CARGO_PKG_VERSION"),
            },
            verdict: if !findings.problems.is_empty() {
                "fail"
            } else if !findings.unknown.is_empty() {
                "incomplete"
            } else {
                "pass"
            },
            hooks_dir: clean(findings.dir.as_os_str().as_encoded_bytes()),
            hooks_path: findings.setting.as_ref().map(|setting| SettingRow {
                value: clean(&setting.value),
                scope: setting.scope.clone(),
                origin: clean(&setting.origin),
            }),
            ran: findings.ran,
            hooks: hooks.collect(),
            problems: problems.collect(),
            incomplete: unknown.collect(),
            notes: findings.notes.iter().map(prose).collect(),
        }
    }
}

/// For people.
fn full(findings: &Findings, report: &Report, width: usize) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = match &report.hooks_path {
        Some(setting) => writeln!(
            out,
            "hooks in {}\nby core.hooksPath in {} ({})",
            report.hooks_dir, setting.origin, setting.scope
        ),
        None => writeln!(out, "hooks in {}", report.hooks_dir),
    };
    for hook in &findings.hooks {
        let _ = writeln!(out, "{:<20} {}", hook.name, state(hook, findings.ran));
    }
    out.push('\n');
    let mut told = |head: &str, text: &Clean, mend: Option<&Clean>| {
        let body = wrap(text.as_str(), head.chars().count(), 2, width);
        let _ = writeln!(out, "{head}{body}");
        if let Some(mend) = mend {
            let _ = writeln!(out, "  mend      {mend}");
        }
        out.push('\n');
    };
    for one in &report.problems {
        told(
            &format!("problem: {}: ", one.code),
            &one.message,
            one.mend.as_ref(),
        );
    }
    for one in &report.incomplete {
        told(&format!("incomplete: {}: ", one.code), &one.message, None);
    }
    for note in &report.notes {
        told("note: ", note, None);
    }
    let _ = writeln!(out, "{}", summary(findings, report));
    out
}

fn state(hook: &Hook, ran: bool) -> String {
    let whose = hook.manager.unwrap_or("another hook");
    let file = match hook.state {
        State::InPlace => "in place",
        State::Missing => "missing",
        State::Configured => "by configuration",
        State::Older => "written by another version",
        State::Edited => "edited",
        State::Crlf => "has the line ends of Windows",
        State::NotExecutable => "not executable",
        State::ProgramGone => "its program is gone",
        State::Link => "a link",
        State::Foreign if hook.fired == Some(true) => return format!("fires, through {whose}"),
        State::Foreign => return format!("{whose}, not Cordon"),
    };
    match (hook.state, hook.fired) {
        (State::InPlace, Some(true)) => "fires".to_owned(),
        (State::InPlace, Some(false)) => "in place, and does not fire".to_owned(),
        (State::InPlace, None) if ran => "in place, and was not reached".to_owned(),
        (State::Missing | State::Configured, Some(true)) => "fires, by configuration".to_owned(),
        (State::Configured, Some(false)) => "by configuration, and does not fire".to_owned(),
        (_, Some(true)) => format!("fires, but {file}"),
        _ => file.to_owned(),
    }
}

fn summary(findings: &Findings, report: &Report) -> String {
    let fired = findings
        .hooks
        .iter()
        .filter(|hook| hook.fired == Some(true));
    let all = findings.hooks.len();
    let hooks = if findings.ran {
        format!("{} of {all} hooks fire", fired.count())
    } else {
        format!("{all} hooks were looked at, and none was run")
    };
    let problems = match report.problems.len() {
        0 => String::new(),
        1 => "1 problem; ".to_owned(),
        count => format!("{count} problems; "),
    };
    format!("{}: {problems}{hooks}", report.verdict)
}
