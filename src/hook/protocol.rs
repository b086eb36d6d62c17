//! What Git tells each hook: arguments, standard input, and one variable.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::PathBuf;

use bstr::{BStr, BString};

use super::shim::HOOKS;
use crate::text::show::escaped;

/// One call of a hook by Git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookCall {
    /// Before the message: the index is what will be committed.
    PreCommit,
    /// A merge without conflicts is about to be committed: the index is what will be.
    PreMergeCommit,
    /// The message's first form is written, no editor has been open yet. Also runs for cherry-picks,
    /// reverts and rebases, and with `--no-verify`.
    PrepareCommitMsg {
        /// The message file; from the working directory when relative.
        file: PathBuf,
        /// Where the message comes from; `None` when the editor opens on an empty one.
        source: Option<Source>,
        /// The commit whose message was taken, as Git names it: `HEAD`, or an id.
        commit: Option<BString>,
        /// Whether an editor will open on the file, so that comments in it are dropped afterwards.
        edited: bool,
    },
    /// The message is final, but for the clean-up.
    CommitMsg {
        /// The message file; from the working directory when relative.
        file: PathBuf,
        /// Whether an editor was open on the file.
        edited: bool,
    },
    /// A commit was made, by `git commit`, a cherry-pick, a revert, or a step of a rebase.
    PostCommit,
    /// `git am`, and `git rebase --apply`: the message of a patch, before it is applied.
    ApplypatchMsg {
        /// The message file; from the working directory when relative.
        file: PathBuf,
    },
    /// `git am`, and `git rebase --apply`: a patch was applied and committed.
    PostApplypatch,
    /// Commits were rewritten.
    PostRewrite {
        /// By what.
        by: Rewriter,
        /// One line a commit: the old id and the new one.
        stdin: Vec<u8>,
    },
    /// References are about to be pushed.
    PrePush {
        /// The remote's name, or its address when it has no name.
        remote: BString,
        /// The remote's address.
        url: BString,
        /// One line a reference; empty when there is nothing to push.
        stdin: Vec<u8>,
    },
    /// A server received a push: all its references together, before any of them moves.
    PreReceive {
        /// One line a reference: the old id, the new one, the name.
        stdin: Vec<u8>,
    },
    /// A server received a push: one reference, before it moves.
    Update {
        /// The reference's full name.
        name: BString,
        /// What it names; zeros for a new one.
        old: BString,
        /// What it will name; zeros where it is deleted.
        new: BString,
    },
}

/// The hooks of a server that receives a push. `cordon install` puts the first in place; the other is
/// for servers that run nothing else.
pub const RECEIVING: &[&str] = &["pre-receive", "update"];

/// What rewrote commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rewriter {
    /// `git commit --amend`.
    Amend,
    /// `git rebase`.
    Rebase,
    /// One that this version does not know.
    Other(BString),
}

/// Where a commit message comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `-m` or `-F`; also every cherry-pick, revert and rebased commit.
    Message,
    /// `-t`, or `commit.template`.
    Template,
    /// A merge.
    Merge,
    /// `git merge --squash`.
    Squash,
    /// `-c`, `-C` or `--amend`.
    Commit,
    /// One that this version does not know.
    Other(BString),
}

/// A call that Git would not make: the caller exits with 2.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// No hook of ours has this name.
    #[error("no hook is called {0}: there are {hooks}", hooks = [HOOKS, RECEIVING].concat().join(", "))]
    UnknownHook(String),
    /// The hook has another number of arguments.
    #[error("the {hook} hook takes {wanted}, not {given} argument(s)")]
    Arguments {
        /// The hook.
        hook: &'static str,
        /// What it takes.
        wanted: &'static str,
        /// How many there were.
        given: usize,
    },
}

/// Whether Git writes to this hook's standard input. It must be read before [`HookCall::parse`].
pub fn reads_stdin(hook: &str) -> bool {
    matches!(hook, "pre-push" | "post-rewrite" | "pre-receive")
}

impl HookCall {
    /// Reads one call. `git_editor` is the variable `GIT_EDITOR`, which Git sets to `:` when no
    /// editor will open; `stdin` is read when [`reads_stdin`] says so, else empty.
    pub fn parse(
        hook: &str,
        args: &[OsString],
        stdin: Vec<u8>,
        git_editor: Option<&BStr>,
    ) -> Result<Self, UsageError> {
        let path = |arg: &OsString| PathBuf::from(arg);
        let text = |arg: &OsString| BString::from(arg.clone().into_vec());
        let edited = git_editor != Some(BStr::new(":"));
        let wrong = |hook, wanted| {
            Err(UsageError::Arguments {
                hook,
                wanted,
                given: args.len(),
            })
        };
        match (hook, args) {
            ("pre-commit", []) => Ok(Self::PreCommit),
            ("pre-commit", _) => wrong("pre-commit", "no arguments"),
            ("pre-merge-commit", []) => Ok(Self::PreMergeCommit),
            ("pre-merge-commit", _) => wrong("pre-merge-commit", "no arguments"),
            ("prepare-commit-msg", [file, rest @ ..]) if rest.len() <= 2 => {
                Ok(Self::PrepareCommitMsg {
                    file: path(file),
                    source: rest.first().map(text).and_then(Source::read),
                    commit: rest.get(1).map(text).filter(|name| !name.is_empty()),
                    edited,
                })
            }
            ("prepare-commit-msg", _) => wrong("prepare-commit-msg", "one to three arguments"),
            ("commit-msg", [file]) => Ok(Self::CommitMsg {
                file: path(file),
                edited,
            }),
            ("commit-msg", _) => wrong("commit-msg", "one argument"),
            ("post-commit", []) => Ok(Self::PostCommit),
            ("post-commit", _) => wrong("post-commit", "no arguments"),
            ("applypatch-msg", [file]) => Ok(Self::ApplypatchMsg { file: path(file) }),
            ("applypatch-msg", _) => wrong("applypatch-msg", "one argument"),
            ("post-applypatch", []) => Ok(Self::PostApplypatch),
            ("post-applypatch", _) => wrong("post-applypatch", "no arguments"),
            ("post-rewrite", [by]) => Ok(Self::PostRewrite {
                by: Rewriter::read(text(by)),
                stdin,
            }),
            ("post-rewrite", _) => wrong("post-rewrite", "one argument"),
            ("pre-push", [remote, url]) => Ok(Self::PrePush {
                remote: text(remote),
                url: text(url),
                stdin,
            }),
            ("pre-push", _) => wrong("pre-push", "two arguments"),
            ("pre-receive", []) => Ok(Self::PreReceive { stdin }),
            ("pre-receive", _) => wrong("pre-receive", "no arguments"),
            ("update", [name, old, new]) => Ok(Self::Update {
                name: text(name),
                old: text(old),
                new: text(new),
            }),
            ("update", _) => wrong("update", "three arguments"),
            (other, _) => Err(UsageError::UnknownHook(escaped(other.as_bytes()))),
        }
    }
}

impl Rewriter {
    fn read(word: BString) -> Self {
        match word.as_slice() {
            b"amend" => Self::Amend,
            b"rebase" => Self::Rebase,
            _ => Self::Other(word),
        }
    }
}

impl Source {
    /// An empty word is what hook managers pass for an argument that Git did not give.
    fn read(word: BString) -> Option<Self> {
        Some(match word.as_slice() {
            b"" => return None,
            b"message" => Self::Message,
            b"template" => Self::Template,
            b"merge" => Self::Merge,
            b"squash" => Self::Squash,
            b"commit" => Self::Commit,
            _ => Self::Other(word),
        })
    }
}

#[cfg(test)]
mod tests;
