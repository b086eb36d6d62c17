//! The tests of a policy, read from their files and found sound: every problem of them is told at once.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::outcome::{Expected, Rules};
use super::scenario;
use crate::finding::Stage;
use crate::policy::problem::Source;
use crate::policy::raw::test_case::{ExpectedVerdict, RawExpected, RawGiven, RawTest, RawTests};
use crate::policy::waiver::WaiverFile;
use crate::policy::yaml::{self, Limits, Node, NodeKind, Problem, Severity, canonical_json};
use crate::policy::{Vocabulary, exact_date};
use crate::report::Verdict;
use crate::text::{LineIndex, Span, Spanned};

type List = Spanned<Vec<Spanned<String>>>;

/// A reason shorter than this explains nothing.
const REASON: usize = 12;

/// The tests of a policy.
#[derive(Debug, Default)]
pub struct Suite {
    /// The tests, in the order of their files and places.
    pub tests: Vec<Test>,
    /// The mutants that may survive.
    pub survivors: Vec<Survivor>,
}

/// A line of a file of tests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// One test.
#[derive(Clone, Debug)]
pub struct Test {
    /// What it shows.
    pub name: String,
    /// Where it begins.
    pub place: Place,
    /// The day of the run, where it names one.
    pub as_of: Option<Date>,
    /// The stage, where it names one.
    pub stage: Option<Stage>,
    /// What must come out.
    pub expected: Expected,
    pub(super) given: RawGiven,
    /// The waivers that it lists.
    pub(super) waivers: Vec<WaiverFile>,
}

/// A mutant that may survive.
#[derive(Clone, Debug)]
pub struct Survivor {
    /// What is relaxed.
    pub key: String,
    /// Why no test sees it.
    pub reason: String,
    /// Where that is written.
    pub place: Place,
}

/// Why tests cannot be run.
#[derive(Debug)]
pub struct Unread {
    /// What is wrong, notes too.
    pub problems: Vec<Problem>,
    /// The files.
    pub sources: Vec<Source>,
}

impl Suite {
    /// Whether a file is one of tests, by its keys: no policy has `tests`.
    pub fn is_one(text: &[u8]) -> bool {
        let node = yaml::parse(0, text, &Limits::ORG, &mut Vec::new());
        let has = |key: &str| node.as_ref().is_some_and(|node| node.entry(key).is_some());
        has("tests") && !has("cordon")
    }

    /// Reads files of tests, named and in that order. `own` says whether the policy under test is a
    /// repository's own, which lies in it.
    pub fn read(files: Vec<Source>, vocabulary: &Vocabulary, own: bool) -> Result<Self, Unread> {
        let mut reader = Reader {
            vocabulary,
            own,
            names: BTreeMap::new(),
            keys: BTreeMap::new(),
            suite: Self::default(),
            problems: Vec::new(),
        };
        for (number, source) in files.iter().enumerate() {
            reader.file(u16::try_from(number).unwrap_or(u16::MAX), source);
        }
        let severe = |one: &Problem| one.severity == Severity::Error;
        if reader.problems.iter().any(severe) {
            return Err(Unread {
                problems: reader.problems,
                sources: files,
            });
        }
        Ok(reader.suite)
    }
}

struct Reader<'a> {
    vocabulary: &'a Vocabulary,
    own: bool,
    names: BTreeMap<String, Span>,
    keys: BTreeMap<String, Span>,
    suite: Suite,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn file(&mut self, number: u16, source: &Source) {
        let mut problems = Vec::new();
        let node = yaml::parse(number, &source.text, &Limits::ORG, &mut problems);
        let read = node.and_then(|node| {
            let raw = yaml::salvage::<RawTests>(&node, &mut problems)?;
            Some((node, raw))
        });
        self.problems.append(&mut problems);
        let Some((node, raw)) = read else {
            return;
        };
        let lines = LineIndex::new(&source.text);
        let place = |span: Span| Place {
            file: source.name.clone(),
            line: lines.line_column(span.start as usize).0,
        };
        if raw.tests.value.is_empty() {
            self.error(raw.tests.span, "there is no test in this list");
        }
        let nodes = node.entry("tests").map(|(_, list)| items(list));
        for (test, node) in raw.tests.value.into_iter().zip(nodes.unwrap_or_default()) {
            let at = place(test.span);
            self.test(test.value, node, at);
        }
        for survivor in raw.survivors.map(|list| list.value).unwrap_or_default() {
            let (key, reason) = (survivor.value.key, survivor.value.reason);
            if reason.value.trim().chars().count() < REASON {
                self.error(
                    reason.span,
                    "this is no reason: say why no test can see it, or need not",
                );
            }
            if let Some(first) = self.keys.insert(key.value.clone(), key.span) {
                let message = format!("`{}` is explained twice", key.value);
                let problem = Problem::error(key.span, message);
                self.problems.push(problem.related(first, "here too"));
            }
            self.suite.survivors.push(Survivor {
                key: key.value,
                reason: reason.value,
                place: place(survivor.span),
            });
        }
    }

    /// A test, also as it is written.
    fn test(&mut self, raw: RawTest, written: &Node, place: Place) {
        if raw.name.value.trim().is_empty() {
            self.error(raw.name.span, "a test says in its name what it shows");
        }
        if let Some(first) = self.names.insert(raw.name.value.clone(), raw.name.span) {
            let problem = Problem::error(raw.name.span, "two tests have one name");
            self.problems.push(problem.related(first, "here too"));
        }
        let as_of = raw.as_of.as_ref().and_then(|text| {
            let date = exact_date(&text.value);
            if date.is_none() {
                let message = format!("`{}` is not a date: write it as 2026-01-31", text.value);
                self.error(text.span, message);
            }
            date
        });
        // A repository's own policy is any bytes here: only what the commits do to it counts.
        let own = self.own.then_some(b"".as_slice());
        if let Err(problem) = scenario::make(&raw.given, own) {
            self.problems.push(problem);
        }
        self.beside(&raw.given);
        let expected = self.expected(&raw.expect);
        self.suite.tests.push(Test {
            name: raw.name.value,
            place,
            as_of,
            stage: raw.given.stage.map(|stage| stage.value),
            expected,
            waivers: waivers(written),
            given: raw.given,
        });
    }

    /// What is given beside the commits.
    fn beside(&mut self, given: &RawGiven) {
        let listed = given.waivers.as_ref().map(|one| one.span);
        let beside = given.waivers_beside.as_ref().map(|one| one.span);
        let own = self.own;
        for span in listed.into_iter().chain(beside).filter(|_| own) {
            let told = "a repository's own waivers lie in it: put them into `files`, at `.cordon/waivers/`";
            self.error(span, told);
        }
        let stage = given.stage.as_ref().map_or(Stage::Ci, |stage| stage.value);
        if let (Some(reviews), true) = (&given.reviews, stage != Stage::Ci) {
            self.error(
                reviews.span,
                "reviews are handed over at the stage `ci` alone",
            );
        }
        for login in given.reviews.iter().flat_map(|list| &list.value) {
            if login.value.is_empty() || login.value.contains(['@', ' ', '(']) {
                let told = "a review is by the login of an account on the forge";
                self.error(login.span, told);
            }
        }
    }

    fn expected(&mut self, raw: &Spanned<RawExpected>) -> Expected {
        let expected = Expected {
            verdict: raw.verdict.map(|verdict| match verdict.value {
                ExpectedVerdict::Pass => Verdict::Pass,
                ExpectedVerdict::Fail => Verdict::Fail,
                ExpectedVerdict::Incomplete => Verdict::Incomplete,
            }),
            rules: self.rules(raw.rules.as_ref()),
            at: self.paths(raw),
            audited: self.rules(raw.audited.as_ref()),
            waived: self.rules(raw.waived.as_ref()),
        };
        if expected == Expected::default() {
            self.error(
                raw.span,
                "this expects nothing, so that the test cannot fail",
            );
        }
        expected
    }

    fn paths(&mut self, raw: &RawExpected) -> BTreeMap<String, Rules> {
        let mut all = BTreeMap::new();
        for (rule, paths) in &raw.at {
            self.is_rule(rule);
            let paths = paths.value.iter().map(|path| path.value.clone());
            all.insert(rule.value.clone(), paths.collect());
        }
        all
    }

    fn is_rule(&mut self, rule: &Spanned<String>) {
        if !self.vocabulary.rules.contains_key(&rule.value) {
            self.error(rule.span, format!("no rule is `{}`", rule.value));
        }
    }

    fn rules(&mut self, list: Option<&List>) -> Option<Rules> {
        let list = list?;
        for rule in &list.value {
            self.is_rule(rule);
        }
        Some(list.value.iter().map(|rule| rule.value.clone()).collect())
    }

    fn error(&mut self, span: Span, message: impl Into<String>) {
        self.problems.push(Problem::error(span, message));
    }
}

/// The waivers that a test gives, each a file of its own.
fn waivers(test: &Node) -> Vec<WaiverFile> {
    let given = test.entry("given");
    let waivers = given.and_then(|(_, given)| given.entry("waivers"));
    let waivers = waivers.map(|(_, list)| items(list)).unwrap_or_default();
    let each = waivers.iter().enumerate();
    each.map(|(at, waiver)| WaiverFile {
        name: format!("given.waivers[{at}]"),
        text: Ok(canonical_json(waiver).into_bytes()),
    })
    .collect()
}

fn items(node: &Node) -> &[Node] {
    match &node.kind {
        NodeKind::Seq(items) => items,
        NodeKind::Map(_) | NodeKind::Scalar { .. } => &[],
    }
}
