//! The hooks that have a message file: `prepare-commit-msg`, `commit-msg` and `applypatch-msg`.

use std::borrow::Cow;
use std::path::Path;

use anyhow::{Context as _, Result};
use bstr::ByteSlice as _;

use super::{judged, tell};
use crate::agent::{Catalogue, Evidence, Strength, names_agent, stamp_value, surroundings};
use crate::check::{self, What};
use crate::cli::output::Terminal;
use crate::cli::{Exit, message, output};
use crate::finding::Stage;
use crate::git::{Identity, Message, Repo, index_tree};
use crate::hook::{
    MessageFile, Unmade, forget, git_state, note_unmade, patch_author, says_only, stamp,
};
use crate::host::Host;
use crate::policy::{Outside, Policies, Policy};
use crate::report::Report;

/// The trailer that the stamp writes.
const KEY: &str = "Assisted-by";

/// The message of a commit that is about to be made, and the commit with it.
pub(super) fn commit_msg(
    repo: &dyn Repo,
    host: &Host,
    terminal: &Terminal,
    file: &Path,
    edited: bool,
) -> Result<Exit> {
    let text = read_message(host, file)?;
    let comment = message::comment_style(repo, &text)?;
    let shape = MessageFile {
        text: &text,
        comment: comment.mark(),
        edited,
    };
    let stamped = text.find(KEY.as_bytes()).is_some();
    if edited && stamped && says_only(&shape, KEY) {
        output::complain(
            "the message is empty but for the trailer that the hook wrote: no commit is made",
        );
        return Ok(Exit::Fail);
    }
    let message = message::message(repo, &text, edited)?;
    let what = What::Staged {
        message: Some(message.clone()),
        merging: Vec::new(),
    };
    let mut report = judged(repo, host, what);
    if let Err(error) = note(repo, host, &report, &message, &text) {
        // The commit is judged all the same: it may only be told twice.
        output::complain(&format!("cannot note what was told: {error:#}"));
    }
    check::leave_out_content(&mut report);
    Ok(tell(&report, terminal))
}

/// Notes for `post-commit` which commit passed.
fn note(
    repo: &dyn Repo,
    host: &Host,
    report: &Report,
    message: &Message,
    text: &[u8],
) -> Result<()> {
    let git_dir = &repo.facts().git_dir;
    if Exit::from(report) != Exit::Pass {
        return Ok(forget(git_dir)?);
    }
    let part = |name: &str| host.var(name).cloned().unwrap_or_default();
    let author = Identity {
        name: part("GIT_AUTHOR_NAME"),
        email: part("GIT_AUTHOR_EMAIL"),
    };
    let commit = Unmade {
        head: repo.head()?,
        tree: index_tree(repo, &repo.index()?)?,
        author: &author,
        message: message.raw(),
        otherwise: &message::messages(repo, text)?,
    };
    let told = report.findings.iter().map(|row| row.fingerprint.as_str());
    Ok(note_unmade(git_dir, &commit, told)?)
}

/// The message of a patch, before `git am` applies it. Warnings are left to `post-applypatch`, which
/// sees the whole commit.
pub(super) fn applypatch_msg(
    repo: &dyn Repo,
    host: &Host,
    terminal: &Terminal,
    file: &Path,
) -> Result<Exit> {
    let git_dir = &repo.facts().git_dir;
    if !git_state(repo)?.am {
        // A rebase that applies patches: post-rewrite tells of it.
        return Ok(Exit::Pass);
    }
    // The patch is its author's: of the surroundings only Git's own variables count.
    let mut host = host.clone();
    host.env.retain(|name, _| name.starts_with(b"GIT_"));
    let author = patch_author(git_dir)?;
    host.env.insert("GIT_AUTHOR_NAME".into(), author.name);
    host.env.insert("GIT_AUTHOR_EMAIL".into(), author.email);
    let message = Message::new(read_message(&host, file)?);
    let report = judged(repo, &host, What::Message(message));
    Ok(match Exit::from(&report) {
        Exit::Pass => Exit::Pass,
        _ => tell(&report, terminal),
    })
}

/// Writes the trailer of the agent in whose environment the commit is made, if the policy asks.
pub(super) fn prepare(
    repo: &dyn Repo,
    host: &Host,
    file: &Path,
    finished: bool,
    edited: bool,
) -> Result<Exit> {
    // A new commit begins: what was told before is about another.
    forget(&repo.facts().git_dir)?;
    // A commit that repeats another is that commit's; but one that had a conflict was finished by
    // whoever runs `git commit`, and is judged as theirs.
    if !finished && git_state(repo)?.repeats_a_commit() {
        return Ok(Exit::Pass);
    }
    let outside = Outside {
        given: None,
        host,
        signers: &[],
    };
    let policy = policy(repo, outside);
    let catalogue = match &policy {
        Ok(policy) => Catalogue::of(policy),
        Err(_) => Cow::Borrowed(Catalogue::builtin()),
    };
    let signs = surroundings(&catalogue, host);
    let strong = |evidence: &&Evidence| evidence.strength >= Strength::Strong;
    let Some(sign) = signs.iter().find(strong) else {
        return Ok(Exit::Pass);
    };
    match &policy {
        Ok(policy) if policy.stamps() => {}
        Ok(_) => return Ok(Exit::Pass),
        // The commit-msg hook says what is wrong with the policy, and fails.
        Err(error) => {
            output::complain(&format!("no trailer is written: {error:#}"));
            return Ok(Exit::Pass);
        }
    }
    let text = read_message(host, file)?;
    let comment = message::comment_style(repo, &text)?;
    let declared = message::message(repo, &text, edited)?
        .trailers()
        .iter()
        .any(|trailer| {
            names_agent(&catalogue, trailer).is_some_and(|(agent, _)| agent == sign.agent)
        });
    if declared {
        return Ok(Exit::Pass);
    }
    let shape = MessageFile {
        text: &text,
        comment: comment.mark(),
        edited,
    };
    let value = stamp_value(&sign.agent, sign.model.as_deref());
    if let Some(stamped) = stamp(&shape, KEY, &value) {
        std::fs::write(host.cwd.join(file), stamped).context("cannot write the commit message")?;
    }
    Ok(Exit::Pass)
}

/// The policy that judges the next commit.
pub(in crate::cli) fn policy(repo: &dyn Repo, outside: Outside<'_>) -> Result<Policy> {
    let kept = Policies::of(outside.host, Stage::Commit);
    check::in_force(repo, outside, kept.as_ref())
        .map(|loaded| loaded.policy)
        .map_err(|error| anyhow::anyhow!("{error}"))
}

fn read_message(host: &Host, file: &Path) -> Result<Vec<u8>> {
    let path = host.cwd.join(file);
    std::fs::read(&path)
        .with_context(|| format!("cannot read the commit message {}", path.display()))
}
