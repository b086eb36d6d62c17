//! The waiver files of a run: read all together, since two may have one id.

use std::collections::{BTreeMap, BTreeSet};

use super::read::read;
use super::{RawWaiver, Waiver};
use crate::finding::PolicyLine;
use crate::policy::paths::Repos;
use crate::policy::source::Sources;
use crate::policy::vocabulary::Vocabulary;
use crate::policy::yaml::{self, Limits, Problem, Severity};
use crate::text::Span;

/// A file that is meant to hold a waiver.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WaiverFile {
    /// How findings name it: its path in its repository, or as it was found.
    pub name: String,
    /// Its bytes; or why it is not read, as a sentence that begins behind its name.
    pub text: Result<Vec<u8>, String>,
}

/// Every waiver of a run.
#[derive(Debug, Default)]
pub struct Waivers {
    /// Those that mean something, by id.
    pub good: Vec<Waiver>,
    /// What is wrong with the other files.
    pub flaws: Vec<Flaw>,
    sources: Sources,
}

/// Something wrong in a waiver's file, which therefore counts for nothing.
#[derive(Debug)]
pub struct Flaw {
    /// Where.
    pub line: PolicyLine,
    /// What, in one sentence.
    pub told: String,
    /// The repositories that the waiver names, as far as they could be read.
    repos: Option<Repos>,
}

impl Flaw {
    /// Whether it may be of interest in a repository: the waiver could be for it.
    pub fn concerns(&self, repository: Option<&str>) -> bool {
        match (&self.repos, repository) {
            (Some(repos), Some(name)) => repos.name(name),
            _ => true,
        }
    }
}

impl Waivers {
    /// Reads them, in the order of their names.
    pub fn read(files: &[WaiverFile], vocabulary: &Vocabulary) -> Self {
        let mut waivers = Self::default();
        let mut files: Vec<&WaiverFile> = files.iter().collect();
        files.sort_unstable();
        for file in files {
            match &file.text {
                Ok(text) => waivers.add(&file.name, text, vocabulary),
                Err(told) => waivers.flaws.push(Flaw {
                    line: PolicyLine {
                        file: file.name.clone(),
                        line: 1,
                    },
                    told: format!("{} {told}", file.name),
                    repos: None,
                }),
            }
        }
        waivers.refuse_twins();
        waivers.good.sort_by(|one, other| one.id.cmp(&other.id));
        waivers
    }

    /// The line of a place in one of the files.
    pub fn line(&self, span: Span) -> PolicyLine {
        self.sources.line(span)
    }

    fn add(&mut self, name: &str, text: &[u8], vocabulary: &Vocabulary) {
        let file = self.sources.add(name, text);
        let mut problems = Vec::new();
        let node = yaml::parse(file, text, &Limits::REPOSITORY, &mut problems);
        let raw = node.and_then(|node| yaml::salvage::<RawWaiver>(&node, &mut problems));
        let repos = raw.as_ref().and_then(repos);
        let waiver = raw.and_then(|raw| read(raw, vocabulary, &mut problems));
        problems.retain(|problem| problem.severity == Severity::Error);
        match waiver {
            Some(waiver) if problems.is_empty() => self.good.push(waiver),
            // What was not read is told, whatever the reason.
            _ if problems.is_empty() => {
                let told = "it cannot be read as a waiver";
                let whole = Span {
                    file,
                    start: 0,
                    end: 0,
                };
                self.flawed(&[Problem::error(whole, told)], repos.as_ref());
            }
            _ => self.flawed(&problems, repos.as_ref()),
        }
    }

    fn flawed(&mut self, problems: &[Problem], repos: Option<&Repos>) {
        for problem in problems {
            let hint = problem.hint.as_ref().map(|hint| format!("; {hint}"));
            self.flaws.push(Flaw {
                line: self.sources.line(problem.span),
                told: format!("{}{}", problem.message, hint.unwrap_or_default()),
                repos: repos.cloned(),
            });
        }
    }

    /// Of two waivers of one id nobody knows which one was meant: none of them counts.
    fn refuse_twins(&mut self) {
        let mut by_id: BTreeMap<String, Vec<Span>> = BTreeMap::new();
        for waiver in &self.good {
            let id = waiver.id.to_lowercase();
            by_id.entry(id).or_default().push(waiver.id.span);
        }
        by_id.retain(|_, places| places.len() > 1);
        let twins: BTreeSet<&String> = by_id.keys().collect();
        let (twice, good) = std::mem::take(&mut self.good)
            .into_iter()
            .partition(|waiver| twins.contains(&waiver.id.to_lowercase()));
        self.good = good;
        let twice: Vec<Waiver> = twice;
        for waiver in twice {
            let others = by_id.get(&waiver.id.to_lowercase()).into_iter().flatten();
            let other = others.filter(|place| **place != waiver.id.span).min();
            let line = other.map(|place| self.sources.line(*place));
            let file = line.map(|line| line.file).unwrap_or_default();
            self.flaws.push(Flaw {
                line: self.sources.line(waiver.id.span),
                told: format!(
                    "{file} has the id `{}` too: none of them counts",
                    waiver.id.value
                ),
                repos: Some(waiver.scope.repos),
            });
        }
    }
}

fn repos(raw: &RawWaiver) -> Option<Repos> {
    let patterns = raw.scope.repos.iter().map(|pattern| pattern.value.as_str());
    Repos::new(patterns)
}
