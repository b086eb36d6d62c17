//! A hook of pre-commit's or prek's, which is told less than one of Git's own.

use anyhow::{Result, bail};
use bstr::{BString, ByteSlice as _};

use super::{Hook, after, answer, judged, tell};
use crate::check::What;
use crate::cli::Exit;
use crate::cli::output::Terminal;
use crate::git::{Id, PushLine, Repo};
use crate::hook::{HookCall, Managed, Pushed, Rewriter, managed, merging};
use crate::host::Host;

pub(super) fn run(hook: &Hook, repo: &dyn Repo, host: &Host, terminal: &Terminal) -> Result<Exit> {
    let what = match managed(&hook.name, &hook.args, &host.env)? {
        // Neither manager says by a variable that this commit is a merge.
        Managed::Call(HookCall::PreCommit | HookCall::PreMergeCommit) => What::Staged {
            message: None,
            merging: merging(&host.env),
        },
        Managed::Call(HookCall::PostRewrite {
            by: Rewriter::Rebase,
            ..
        }) => {
            return after::rebased(repo, host, None);
        }
        Managed::Call(call) => return answer(repo, host, terminal, call),
        Managed::Range { base, head } => What::Range {
            base: text(&base)?,
            head: text(&head)?,
        },
        Managed::Push(pushed) => What::Push {
            remote: pushed.remote.to_string(),
            lines: vec![line(repo, &pushed)?],
        },
    };
    Ok(tell(&judged(repo, host, what), terminal))
}

/// What Git said of the reference.
fn line(repo: &dyn Repo, pushed: &Pushed) -> Result<PushLine> {
    let to = pushed.to.as_ref().unwrap_or(&pushed.local_ref);
    let from = pushed.from.as_ref();
    let remote = from.map(|from| anyhow::Ok(repo.resolve(&text(from)?)?));
    Ok(PushLine {
        local_ref: pushed.local_ref.clone(),
        local: Some(object(repo, to)?),
        remote_ref: pushed.remote_ref.clone(),
        remote: remote.transpose()?,
    })
}

/// The object itself, where that can be told: of a tag it is the tag that is pushed.
fn object(repo: &dyn Repo, name: &BString) -> Result<Id> {
    if let Some(id) = Id::from_hex(name) {
        // An id that is none of an object is told here, and not taken for a name.
        repo.header(&id)?;
        return Ok(id);
    }
    let name = text(name)?;
    if name.starts_with("refs/")
        && let Some(id) = repo.reference(&name)?
    {
        return Ok(id);
    }
    Ok(repo.resolve(&name)?)
}

fn text(name: &BString) -> Result<String> {
    match name.to_str() {
        Ok(name) => Ok(name.to_owned()),
        Err(_) => bail!("the hook manager names a revision that is not UTF-8"),
    }
}
