//! Why something was judged so: the same run, asked again. The engine judges; this only looks at what
//! it saw, puts the same questions to the policy, and lets the same rules judge what nobody did.

mod parts;
mod paths;

use bstr::BString;

use super::judge::{Outcome, TracedChange, traced};
use super::{Judgement, Obstacle, Request, observed};
use crate::git::{Commit, Repo};
use crate::report::explain::{About, CommitPart, EXPLAIN_SCHEMA, Explanation, PathPart, RulePart};
use crate::report::{FindingRow, Report};
use crate::secret::{Engine, Redactor};
use crate::text::Clean;
use parts::{commit_part, rule_parts};
use paths::Paths;

/// What is to be explained, of what a request judges.
#[derive(Clone, Debug)]
pub enum Question {
    /// Its one commit; with a path, that path of it, changed or not.
    Commit(Option<BString>),
    /// A path, as it is now.
    Path(BString),
    /// A finding, by its fingerprint or what begins it.
    Finding(String),
}

/// Why there is no explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unexplained {
    /// No finding has that fingerprint.
    Unknown {
        /// Whether everything was read.
        complete: bool,
    },
    /// Several fingerprints begin so.
    Ambiguous(Vec<String>),
}

/// Judges what the request says, and explains.
///
/// What could not be read stands in the explanation, which is then incomplete.
pub fn explain(
    repo: &dyn Repo,
    request: &Request<'_>,
    question: &Question,
) -> Result<Explanation, Unexplained> {
    let (report, answered) = observed(repo, request, |judgement, report| {
        Explainer { judgement, report }.answer(question)
    });
    let about = match question {
        Question::Commit(_) => About::Commit,
        Question::Path(_) => About::Path,
        Question::Finding(_) => About::Finding,
    };
    let parts = match (answered, about) {
        (Some(answer), _) => answer?,
        (None, About::Finding) => return Err(Unexplained::Unknown { complete: false }),
        (None, _) => Parts::default(),
    };
    let mut incomplete = report.incomplete;
    let redactor = Redactor::new(Engine::builtin());
    incomplete.extend(parts.obstacles.iter().map(|one| one.row(&redactor)));
    incomplete.sort();
    incomplete.dedup();
    let date = request.as_of.unwrap_or(request.host.today);
    Ok(Explanation {
        schema: EXPLAIN_SCHEMA,
        tool: report.tool,
        about,
        stage: Some(report.stage),
        date: Some(date.to_string()),
        repository: report.repository,
        policy: report.policy,
        commit: parts.commit,
        paths: parts.paths,
        rules: parts.rules,
        findings: parts.findings,
        incomplete,
    })
}

/// What the judgement adds to the report's own rows.
#[derive(Default)]
struct Parts {
    commit: Option<CommitPart>,
    paths: Vec<PathPart>,
    rules: Vec<RulePart>,
    findings: Vec<FindingRow>,
    obstacles: Vec<Obstacle>,
}

struct Explainer<'a> {
    judgement: &'a Judgement<'a>,
    report: &'a Report,
}

impl Explainer<'_> {
    fn answer(&self, question: &Question) -> Result<Parts, Unexplained> {
        match question {
            Question::Commit(path) => Ok(self.commit(path.as_ref())),
            Question::Path(path) => {
                let mut parts = Parts::default();
                let head = self.judgement.plan.commits.first();
                let paths = Paths::new(self.judgement, self.report.stage);
                let (part, obstacles) = paths.asked(head, path);
                parts.paths.push(part);
                parts.obstacles = obstacles;
                Ok(parts)
            }
            Question::Finding(fingerprint) => self.finding(fingerprint),
        }
    }

    fn commit(&self, path: Option<&BString>) -> Parts {
        let Some(commit) = self.judgement.plan.commits.first() else {
            return Parts::default();
        };
        let mut outcome = self.again(commit);
        let mut findings = self.report.findings.clone();
        if let Some(path) = path {
            let here = |other: &BString| other == path;
            let shown = self.clean(path);
            outcome.trace.changes.retain(|TracedChange { change, .. }| {
                here(&change.path) || change.old_path.as_ref().is_some_and(here)
            });
            outcome.found.findings.retain(|finding| {
                let place = &finding.place;
                place.path.as_ref().is_none_or(here) || place.old_path.as_ref().is_some_and(here)
            });
            findings.retain(|row| {
                let there = |other: &Clean| *other == shown;
                row.path.as_ref().is_none_or(there) || row.old_path.as_ref().is_some_and(there)
            });
        }
        let paths = Paths::new(self.judgement, self.report.stage);
        let changed = outcome.trace.changes.iter();
        let mut obstacles = Vec::new();
        let mut parts: Vec<_> = changed
            .map(|traced| paths.changed(traced, &outcome.attribution))
            .collect();
        if let Some(path) = path {
            let (asked, unread) = paths.asked(Some(commit), path);
            obstacles = unread;
            match parts.first_mut() {
                Some(part) => part.would = asked.would,
                None => parts.push(asked),
            }
        }
        Parts {
            commit: self.commit_part(commit, &outcome),
            paths: parts,
            rules: rule_parts(self.judgement, self.report.stage, &outcome, &findings),
            findings,
            obstacles,
        }
    }

    fn finding(&self, fingerprint: &str) -> Result<Parts, Unexplained> {
        let findings = self.report.findings.iter();
        let found: Vec<FindingRow> = findings
            .filter(|row| row.fingerprint.starts_with(fingerprint))
            .cloned()
            .collect();
        let Some(first) = found.first() else {
            let complete = self.report.incomplete.is_empty();
            return Err(Unexplained::Unknown { complete });
        };
        if found.iter().any(|row| row.fingerprint != first.fingerprint) {
            let mut known: Vec<String> = found.into_iter().map(|row| row.fingerprint).collect();
            known.sort_unstable();
            known.dedup();
            return Err(Unexplained::Ambiguous(known));
        }
        let Some(commit) = self.commit_of(first) else {
            return Ok(Parts {
                findings: found,
                ..Parts::default()
            });
        };
        let mut outcome = self.again(commit);
        let same = |path: &BString| first.path.as_ref() == Some(&self.clean(path));
        let (rule, path) = (first.rule, first.path.is_some());
        outcome
            .trace
            .changes
            .retain(|traced| same(&traced.change.path));
        outcome.found.findings.retain(|finding| {
            let there = !path || finding.place.path.as_ref().is_some_and(same);
            finding.rule == rule && there
        });
        let paths = Paths::new(self.judgement, self.report.stage);
        let changed = outcome.trace.changes.iter();
        let here: Vec<FindingRow> = found
            .iter()
            .filter(|row| row.commit == first.commit)
            .cloned()
            .collect();
        let mut rules = rule_parts(self.judgement, self.report.stage, &outcome, &here);
        rules.retain(|part| part.id == rule);
        Ok(Parts {
            commit: self.commit_part(commit, &outcome),
            paths: changed
                .map(|traced| paths.changed(traced, &outcome.attribution))
                .collect(),
            rules,
            findings: found,
            obstacles: Vec::new(),
        })
    }

    /// The commit in which a finding is; none has one of the net change, or of a tag.
    fn commit_of(&self, finding: &FindingRow) -> Option<&Commit> {
        let being_made = self.judgement.plan.is_being_made();
        if finding.net || (finding.commit.is_none() && !being_made) {
            return None;
        }
        let mut commits = self.judgement.plan.commits.iter();
        commits.find(|commit| commit.id.map(|id| id.to_string()) == finding.commit)
    }

    /// Judges a commit again, and keeps what is looked at. What was found stays what the run found: it
    /// saw the other commits too.
    fn again(&self, commit: &Commit) -> Outcome {
        let run = self.judgement;
        let surroundings = run.surroundings.clone();
        let mut commits = run.plan.commits.iter();
        let position = commits.position(|other| other.id == commit.id);
        let first = position.and_then(|at| run.outcomes.get(at));
        let mut outcome = traced(run.repo, run.context, run.plan, surroundings, commit, first);
        if let Some(first) = first {
            outcome.found.findings.clone_from(&first.found.findings);
            outcome.obstacles.clone_from(&first.obstacles);
        }
        outcome
    }

    fn commit_part(&self, commit: &Commit, outcome: &Outcome) -> Option<CommitPart> {
        let id = commit.id.map(|id| id.to_string());
        let row = self.report.commits.iter().find(|row| row.id == id)?;
        Some(commit_part(self.judgement, row, outcome))
    }

    fn clean(&self, path: &BString) -> Clean {
        Clean::new(self.judgement.redactor, path)
    }
}
