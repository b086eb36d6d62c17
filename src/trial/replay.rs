//! Past commits judged by two policies: which decisions another policy would have changed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::check::progress::Progress;
use crate::check::{Request, What, run};
use crate::finding::{Decision, Stage};
use crate::git::Repo;
use crate::host::Host;
use crate::policy::Given;
use crate::report::{FindingRow, IncompleteRow, Report};
use crate::text::Clean;

/// What is judged again.
pub struct Range<'a> {
    /// Where it starts.
    pub base: &'a str,
    /// Where it ends.
    pub head: &'a str,
    /// The stage as which it is judged.
    pub stage: Stage,
    /// A day in place of today.
    pub as_of: Option<Date>,
    /// How many threads may work.
    pub jobs: usize,
    /// Whether the policies are the repository's own, and each judges in the place of what it has.
    pub own: bool,
}

/// What two policies say of the same commits.
#[derive(Debug)]
pub struct Replay {
    /// How many commits were judged.
    pub commits: usize,
    /// Those of which they decide otherwise, parents first; the net change last.
    pub changed: Vec<Changed>,
    /// What could not be read, by either.
    pub incomplete: Vec<IncompleteRow>,
}

/// A commit of which two policies decide otherwise.
#[derive(Debug)]
pub struct Changed {
    /// Its id; `None` for the net change of the range.
    pub commit: Option<String>,
    /// The first line of its message.
    pub subject: Option<Clean>,
    /// Whether something of it blocks, by the old policy and by the new one.
    pub blocks: [bool; 2],
    /// What the old policy decides and the new one does not.
    pub lost: Vec<FindingRow>,
    /// What the new policy decides and the old one did not.
    pub won: Vec<FindingRow>,
}

/// Judges a range by both policies, each given as the organisation's, or in the place of the repository's own.
pub fn replay(
    repo: &dyn Repo,
    policies: [Given; 2],
    range: &Range<'_>,
    host: &Host,
    progress: &dyn Progress,
) -> Replay {
    let [old, new] = policies.map(|policy| {
        let (base, head) = (range.base.to_owned(), range.head.to_owned());
        let request = Request {
            what: if range.own {
                What::Again { base, head }
            } else {
                What::Range { base, head }
            },
            stage: Some(range.stage),
            policy: Some(policy),
            signers: &[],
            approvals: None,
            as_of: range.as_of,
            jobs: range.jobs,
            host,
            emergency: None,
            progress,
        };
        run(repo, &request)
    });
    let incomplete: BTreeSet<&IncompleteRow> =
        old.incomplete.iter().chain(&new.incomplete).collect();
    let commits = old
        .commits
        .iter()
        .map(|row| (row.id.clone(), row.subject.clone()));
    let changed = commits.chain([(None, None)]);
    let of = [by_commit(&old), by_commit(&new)];
    Replay {
        commits: old.commits.len(),
        incomplete: incomplete.into_iter().cloned().collect(),
        changed: changed
            .filter_map(|(commit, subject)| compared(commit, subject, &of))
            .collect(),
    }
}

type ByCommit<'r> = BTreeMap<Option<&'r str>, Vec<&'r FindingRow>>;

fn by_commit(report: &Report) -> ByCommit<'_> {
    let mut found = ByCommit::new();
    for row in &report.findings {
        found.entry(row.commit.as_deref()).or_default().push(row);
    }
    found
}

fn compared(
    commit: Option<String>,
    subject: Option<Clean>,
    of: &[ByCommit<'_>; 2],
) -> Option<Changed> {
    let none = Vec::new();
    let [old, new] = of
        .each_ref()
        .map(|side| side.get(&commit.as_deref()).unwrap_or(&none));
    let key = |row: &FindingRow| (row.decision, row.fingerprint.clone(), row.line);
    let lacks = |rows: &[&FindingRow], others: &[&FindingRow]| -> Vec<FindingRow> {
        let others: BTreeSet<_> = others.iter().map(|row| key(row)).collect();
        let rows = rows.iter().filter(|row| !others.contains(&key(row)));
        rows.map(|row| (*row).clone()).collect()
    };
    let (lost, won) = (lacks(old, new), lacks(new, old));
    let blocks = |rows: &[&FindingRow]| rows.iter().any(|row| row.decision == Decision::Blocked);
    let blocks = [blocks(old), blocks(new)];
    (!lost.is_empty() || !won.is_empty()).then_some(Changed {
        commit,
        subject,
        blocks,
        lost,
        won,
    })
}
