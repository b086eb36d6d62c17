//! What pre-commit and prek tell a hook of theirs: variables in the place of Git's arguments and standard
//! input. Of a push they tell the first reference alone.

use std::collections::BTreeMap;
use std::ffi::OsString;

use bstr::{BStr, BString};

use super::protocol::{HookCall, UsageError};

/// One call of a hook by a manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Managed {
    /// What Git would have said too. Which commits a rebase made is not told: the lines of
    /// `post-rewrite` are empty.
    Call(HookCall),
    /// The commits from one revision to another, as `pre-commit run --from-ref … --to-ref …` names them.
    Range {
        /// Where they start.
        base: BString,
        /// Where they end.
        head: BString,
    },
    /// The first reference of a push.
    Push(Pushed),
}

/// The first reference of a push, as far as a manager tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The remote's name, or its address when it has no name.
    pub remote: BString,
    /// What is pushed, as the user named it.
    pub local_ref: BString,
    /// Its object's id; `None` where a whole history is pushed, and the manager is pre-commit.
    pub to: Option<BString>,
    /// The remote's reference.
    pub remote_ref: BString,
    /// A commit that the remote has; `None` for a whole history.
    pub from: Option<BString>,
}

/// What a manager leaves out, or gets wrong: the caller exits with 2.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManagedError {
    /// The arguments are wrong for the hook.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// It has no such hook.
    #[error("no hook manager runs {0}: it needs `cordon install`")]
    NoSuchHook(String),
    /// The file of the message is missing.
    #[error(
        "the hook manager names no message file: do `files` or `exclude` of its configuration leave out .git/COMMIT_EDITMSG?"
    )]
    NoMessageFile,
    /// Neither a push nor a range.
    #[error("the hook manager tells of no push, and of no range: give it --from-ref and --to-ref")]
    NoPush,
}

/// Reads one call of this hook, with these arguments and variables.
pub fn managed(
    hook: &str,
    args: &[OsString],
    env: &BTreeMap<BString, BString>,
) -> Result<Managed, ManagedError> {
    let told = |name: &str| {
        let value = env.get(name.as_bytes() as &[u8]);
        value.filter(|value| !value.is_empty()).cloned()
    };
    let os = |value: BString| {
        use std::os::unix::ffi::OsStringExt as _;
        OsString::from_vec(value.into())
    };
    let (from, to) = (told("PRE_COMMIT_FROM_REF"), told("PRE_COMMIT_TO_REF"));
    let mut args = args.to_vec();
    match hook {
        "pre-commit" | "pre-merge-commit" => {
            if let (Some(base), Some(head)) = (&from, &to) {
                let (base, head) = (base.clone(), head.clone());
                return Ok(Managed::Range { base, head });
            }
        }
        "pre-push" => return push(&told, from, to),
        "commit-msg" | "prepare-commit-msg" if args.is_empty() => {
            return Err(ManagedError::NoMessageFile);
        }
        "prepare-commit-msg" => {
            args.extend(told("PRE_COMMIT_COMMIT_MSG_SOURCE").map(os));
            args.extend(told("PRE_COMMIT_COMMIT_OBJECT_NAME").map(os));
        }
        "post-rewrite" => args.extend(told("PRE_COMMIT_REWRITE_COMMAND").map(os)),
        "commit-msg" | "post-commit" => {}
        _ => return Err(ManagedError::NoSuchHook(hook.to_owned())),
    }
    let editor = env.get(b"GIT_EDITOR" as &[u8]);
    let editor = editor.map(|value| BStr::new(value.as_slice()));
    Ok(Managed::Call(HookCall::parse(
        hook,
        &args,
        Vec::new(),
        editor,
    )?))
}

fn push(
    told: &dyn Fn(&str) -> Option<BString>,
    from: Option<BString>,
    to: Option<BString>,
) -> Result<Managed, ManagedError> {
    let remote = told("PRE_COMMIT_REMOTE_NAME").or_else(|| told("PRE_COMMIT_REMOTE_URL"));
    let local_ref = told("PRE_COMMIT_LOCAL_BRANCH");
    match (remote, local_ref, told("PRE_COMMIT_REMOTE_BRANCH")) {
        (Some(remote), Some(local_ref), Some(remote_ref)) => Ok(Managed::Push(Pushed {
            remote,
            local_ref,
            to,
            remote_ref,
            from,
        })),
        _ => match (from, to) {
            (Some(base), Some(head)) => Ok(Managed::Range { base, head }),
            _ => Err(ManagedError::NoPush),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Rewriter, Source};
    use super::*;

    fn told(hook: &str, args: &[&str], vars: &[(&str, &str)]) -> Result<Managed, ManagedError> {
        let args: Vec<_> = args.iter().map(OsString::from).collect();
        let vars = vars.iter().map(|(name, value)| {
            let name = match *name {
                "GIT_EDITOR" => BString::from("GIT_EDITOR"),
                name => BString::from(format!("PRE_COMMIT_{name}")),
            };
            (name, BString::from(*value))
        });
        managed(hook, &args, &vars.collect())
    }

    const PUSH: [(&str, &str); 4] = [
        ("REMOTE_NAME", "origin"),
        ("REMOTE_URL", "../o.git"),
        ("LOCAL_BRANCH", "HEAD"),
        ("REMOTE_BRANCH", "refs/heads/main"),
    ];

    fn pushed(from: Option<&str>, to: Option<&str>) -> Managed {
        Managed::Push(Pushed {
            remote: "origin".into(),
            local_ref: "HEAD".into(),
            to: to.map(BString::from),
            remote_ref: "refs/heads/main".into(),
            from: from.map(BString::from),
        })
    }

    #[test]
    fn a_push_is_told_by_variables() {
        let with = |more: &[(&'static str, &'static str)]| {
            told("pre-push", &[], &[&PUSH[..], more].concat())
        };
        let both = [("FROM_REF", "a"), ("TO_REF", "b")];
        assert_eq!(with(&both), Ok(pushed(Some("a"), Some("b"))));
        // A whole history: prek, and pre-commit.
        assert_eq!(with(&both[1..]), Ok(pushed(None, Some("b"))));
        assert_eq!(with(&[]), Ok(pushed(None, None)));
        let range = Managed::Range {
            base: "a".into(),
            head: "b".into(),
        };
        assert_eq!(told("pre-push", &[], &both), Ok(range.clone()));
        assert_eq!(told("pre-commit", &[], &both), Ok(range));
        assert_eq!(told("pre-push", &[], &[]), Err(ManagedError::NoPush));
        let half = told("pre-push", &[], &both[..1]);
        assert_eq!(half, Err(ManagedError::NoPush));
    }

    #[test]
    fn messages_have_a_file_and_their_source_in_a_variable() {
        let call = told(
            "prepare-commit-msg",
            &["f"],
            &[("COMMIT_MSG_SOURCE", "commit"), ("GIT_EDITOR", ":")],
        );
        assert_eq!(
            call,
            Ok(Managed::Call(HookCall::PrepareCommitMsg {
                file: "f".into(),
                source: Some(Source::Commit),
                commit: None,
                edited: false,
            }))
        );
        for hook in ["prepare-commit-msg", "commit-msg"] {
            assert_eq!(told(hook, &[], &[]), Err(ManagedError::NoMessageFile));
        }
        // The manager was told to pass names of files that are no message.
        let two = told("commit-msg", &["f", "g"], &[]);
        assert!(matches!(two, Err(ManagedError::Usage(_))));
    }

    #[test]
    fn what_was_rewritten_by_what_is_told_and_other_hooks_are_refused() {
        let call = told("post-rewrite", &[], &[("REWRITE_COMMAND", "rebase")]);
        let by = Rewriter::Rebase;
        let stdin = Vec::new();
        let rebase = HookCall::PostRewrite { by, stdin };
        assert_eq!(call, Ok(Managed::Call(rebase)));
        let other = told("pre-receive", &[], &[]);
        assert!(matches!(other, Err(ManagedError::NoSuchHook(_))));
        let commit = told("pre-commit", &[], &[]);
        assert_eq!(commit, Ok(Managed::Call(HookCall::PreCommit)));
    }
}
