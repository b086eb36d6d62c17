//! A policy put to the test: its own tests, and what its mutants and past commits say of it. For `cli`.
//!
//! Nothing is decided here: the commits that a test describes are made in memory
//! ([`crate::git::Memory`]), and [`crate::check::run`] judges them as it judges every other.

mod mutation;
mod outcome;
mod replay;
mod scenario;
mod suite;

use std::path::{Path, PathBuf};

use bstr::BString;
use serde_json::{Value, json};

use crate::check::progress::Silent;
use crate::check::{Obstacle, Request, What, run, unread};
use crate::finding::Stage;
use crate::git::Id;
use crate::host::Host;
use crate::policy::Given;
use crate::policy::origin::Folder;
use crate::report::{RangeKind, Report};
use crate::text::Spanned;

pub use mutation::{Mutation, Survived, Unmade, mutate, rule_defaults};
pub use outcome::{Expected, Outcome};
pub use replay::{Changed, Range, Replay, replay};
pub use suite::{Place, Suite, Survivor, Test, Unread};

/// The policy under test.
#[derive(Clone, Debug)]
pub struct Subject {
    /// How it is named.
    pub name: String,
    /// Its bytes.
    pub text: Vec<u8>,
    /// Whether it is a repository's own: then it lies at the base of every test, and nothing is above it.
    /// Else it is the organisation's, given from outside.
    pub own: bool,
    /// The files of the waivers beside it, where it is the organisation's.
    pub waivers: Vec<PathBuf>,
}

impl Subject {
    /// What lies beside it: its exports of groups, and files that it builds on.
    fn folder(&self) -> Folder {
        if self.name.starts_with("pack:") {
            return Folder::Nowhere;
        }
        let folder = Path::new(&self.name).parent();
        Folder::Disk(folder.unwrap_or(Path::new("")).to_owned())
    }
}

/// A test that was run.
#[derive(Debug)]
pub struct Trial<'s> {
    /// The test.
    pub test: &'s Test,
    /// What came out.
    pub outcome: Outcome,
    /// The report that it is read from.
    pub report: Report,
}

impl Trial<'_> {
    /// Whether what must come out came out.
    pub fn passed(&self) -> bool {
        self.test.expected.is_met_by(&self.outcome)
    }
}

/// Runs one test. Of the host the day alone counts, where the test names none.
pub fn try_one<'s>(subject: &Subject, test: &'s Test, host: &Host) -> Trial<'s> {
    let report = judged(subject, test, host);
    Trial {
        test,
        outcome: Outcome::of(&report),
        report,
    }
}

fn judged(subject: &Subject, test: &Test, host: &Host) -> Report {
    let stage = test.stage.unwrap_or(Stage::Ci);
    let own = subject.own.then_some(subject.text.as_slice());
    let made = match scenario::make(&test.given, own) {
        Ok(made) => made,
        Err(problem) => {
            let obstacle = Obstacle::told("test-invalid", problem.message);
            return unread(&obstacle, RangeKind::Commits, stage);
        }
    };
    let given = Given {
        name: subject.name.clone(),
        text: subject.text.clone(),
        waivers: if test
            .given
            .waivers_beside
            .as_ref()
            .is_some_and(|asked| asked.value)
        {
            subject.waivers.clone()
        } else {
            Vec::new()
        },
        more_waivers: test.waivers.clone(),
        folder: subject.folder(),
        ..Given::default()
    };
    let repository = test.given.repository.as_ref();
    let name = |name: &str| (BString::from("GITHUB_REPOSITORY"), BString::from(name));
    let host = Host {
        env: repository
            .map(|text| name(&text.value))
            .into_iter()
            .collect(),
        today: host.today,
        ..Host::default()
    };
    let reviews = test.given.reviews.as_ref();
    let reviews = reviews.map(|list| reviews_of(&list.value, &made.head));
    let request = Request {
        what: What::Trial {
            base: made.base.to_string(),
            head: made.branch,
        },
        stage: Some(stage),
        policy: (!subject.own).then_some(given),
        signers: &[],
        approvals: reviews.as_deref(),
        as_of: test.as_of,
        jobs: 1,
        host: &host,
        emergency: None,
        progress: &Silent,
    };
    run(&made.repo, &request)
}

/// Reviews that approve the head, as GitHub tells them.
fn reviews_of(logins: &[Spanned<String>], head: &Id) -> Vec<u8> {
    let review = |login: &Spanned<String>| {
        json!({
            "user": {"login": login.value, "type": "User"},
            "state": "APPROVED",
            "commit_id": head.to_string(),
            "submitted_at": "2026-01-01T00:00:00Z",
        })
    };
    let reviews: Vec<Value> = logins.iter().map(review).collect();
    Value::from(reviews).to_string().into_bytes()
}
