//! The hooks that run when a commit is there already: `post-commit`, `post-applypatch` and
//! `post-rewrite`. They stop nothing; they tell what nothing told before.
//!
//! A commit that `commit-msg` let pass is not told again. Each step of a rebase is silent, and its
//! end tells of all new commits at once, in few lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Result, bail};
use bstr::ByteSlice as _;

use super::{judged, tell};
use crate::check::What;
use crate::cli::output::Terminal;
use crate::cli::{Exit, output};
use crate::finding::Mode;
use crate::git::{Commit, Id, Kind, Repo};
use crate::hook::{Rewriter, Told, git_state, note_made, rebase_onto, what_was_told};
use crate::host::Host;
use crate::report::{Counts, Report, Verdict};

/// A commit was made: tells what is wrong with it, unless that was told.
pub(super) fn commit(repo: &dyn Repo, host: &Host, terminal: &Terminal) -> Result<Exit> {
    let state = git_state(repo)?;
    if state.rebase && !state.am {
        return Ok(Exit::Pass);
    }
    let Some(id) = repo.head()? else {
        bail!("a commit was made, but HEAD has none");
    };
    let git_dir = &repo.facts().git_dir;
    let made = read(repo, &id)?;
    let told = what_was_told(git_dir, &id, &made, |head| {
        read(repo, head).map(|commit| commit.parents)
    })?;
    let mut exit = Exit::Pass;
    if told != Told::Whole {
        let what = What::Made {
            base: None,
            // What repeats a commit is that commit's, and is not stamped either.
            surroundings: !state.repeats_a_commit(),
        };
        let mut report = judged(repo, host, what);
        if let Told::Part(told) = told {
            report
                .findings
                .retain(|row| !told.contains(&row.fingerprint));
            report.counts = Counts::of(&report.findings);
        }
        exit = tell(&report, terminal);
        if report.findings.iter().any(|row| would_block(row.mode)) {
            output::complain(
                "the commit is made: no hook that could stop it saw the whole of it. What is meant to block will stop a push or fail in CI.",
            );
        }
    }
    note_made(git_dir, &id)?;
    Ok(exit)
}

/// Commits were rewritten.
pub(super) fn rewrite(
    repo: &dyn Repo,
    host: &Host,
    terminal: &Terminal,
    by: &Rewriter,
    stdin: &[u8],
) -> Result<Exit> {
    let new = new_ids(stdin)?;
    if *by != Rewriter::Rebase {
        // post-commit has told, and noted the commit; this is for where it is not in place.
        return commit(repo, host, terminal);
    }
    let Some(first) = new.first() else {
        return Ok(Exit::Pass);
    };
    rebased(repo, host, Some(*first))
}

/// A rebase ended: tells of all that it made. `first` is where its commits begin, for a rebase of which Git
/// does not say onto what.
pub(super) fn rebased(repo: &dyn Repo, host: &Host, first: Option<Id>) -> Result<Exit> {
    let onto = rebase_onto(&repo.facts().git_dir)?;
    let base = onto.map(|id| id.to_string());
    let Some(base) = base.or_else(|| first.map(|id| format!("{id}^"))) else {
        bail!("nobody says which commits the rebase made: cordon check --range A..B judges them");
    };
    let what = What::Made {
        base: Some(base.clone()),
        surroundings: false,
    };
    let report = judged(repo, host, what);
    if report.counts.warned > 0 || !report.incomplete.is_empty() {
        output::complain(&summary(&report, &base));
    }
    Ok(Exit::from(&report))
}

fn read(repo: &dyn Repo, id: &Id) -> Result<Commit> {
    Ok(Commit::parse(*id, &repo.read(id, Kind::Commit)?)?)
}

/// The ids that Git gives the commits: the second word of each line.
fn new_ids(stdin: &[u8]) -> Result<Vec<Id>> {
    let new = |line: &[u8]| line.split_str(" ").nth(1).and_then(Id::from_hex);
    let ids: Option<Vec<Id>> = stdin.lines().map(new).collect();
    match ids {
        Some(ids) => Ok(ids),
        None => bail!("cannot read what Git says of the rewritten commits"),
    }
}

fn would_block(mode: Mode) -> bool {
    mode == Mode::Block
}

/// How often each rule found something, and the command that shows it.
fn summary(report: &Report, base: &str) -> String {
    let commits = match report.range.commits {
        1 => "1 commit".to_owned(),
        count => format!("{count} commits"),
    };
    let mut text = format!("the rebase made {commits}, and no hook that could stop them ran");
    let shown = report.findings.iter().filter(|row| row.mode > Mode::Audit);
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for row in shown {
        let word = if would_block(row.mode) {
            "block"
        } else {
            "warn"
        };
        *counts.entry((word, row.rule)).or_default() += 1;
    }
    for row in &report.incomplete {
        *counts.entry(("incomplete", row.code)).or_default() += 1;
    }
    for ((word, what), count) in counts {
        // Writing to a String cannot fail.
        let _ = match word {
            "block" => write!(text, "\n{count} x {what}, which blocks a push or CI"),
            "warn" => write!(text, "\n{count} x {what}"),
            _ => write!(text, "\n{count} x incomplete: {what}"),
        };
    }
    let base = base
        .get(..12)
        .filter(|_| !base.ends_with('^'))
        .unwrap_or(base);
    let _ = write!(text, "\nto see it: cordon check --range {base}..HEAD");
    debug_assert!(
        report.verdict != Verdict::Fail,
        "what is made is not blocked"
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_ids_are_the_second_words() {
        let id = |digit: &str| digit.repeat(40);
        let text = format!("{} {}\n{} {} extra\n", id("1"), id("2"), id("3"), id("4"));
        let ids: Vec<String> = new_ids(text.as_bytes())
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(ids, [id("2"), id("4")]);
        assert!(new_ids(b"").unwrap().is_empty());
        assert!(new_ids(b"1 2\n").is_err());
    }
}
