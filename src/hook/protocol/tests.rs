use super::*;

fn parse(hook: &str, args: &[&str]) -> Result<HookCall, UsageError> {
    let args: Vec<_> = args.iter().map(OsString::from).collect();
    HookCall::parse(hook, &args, b"in".to_vec(), Some(":".into()))
}

fn prepare(source: Option<Source>, commit: Option<&str>) -> HookCall {
    HookCall::PrepareCommitMsg {
        file: "f".into(),
        source,
        commit: commit.map(BString::from),
        edited: false,
    }
}

#[test]
fn each_hook_has_its_own_arguments() {
    assert_eq!(parse("pre-commit", &[]), Ok(HookCall::PreCommit));
    assert_eq!(
        parse("commit-msg", &["a b"]),
        Ok(HookCall::CommitMsg {
            file: "a b".into(),
            edited: false
        })
    );
    for (hook, call) in [
        ("pre-merge-commit", HookCall::PreMergeCommit),
        ("post-commit", HookCall::PostCommit),
        ("post-applypatch", HookCall::PostApplypatch),
    ] {
        assert_eq!(parse(hook, &[]), Ok(call));
    }
    assert_eq!(
        parse("applypatch-msg", &["f"]),
        Ok(HookCall::ApplypatchMsg { file: "f".into() })
    );
    for (word, by) in [
        ("amend", Rewriter::Amend),
        ("rebase", Rewriter::Rebase),
        ("new", Rewriter::Other("new".into())),
    ] {
        let stdin = b"in".to_vec();
        assert_eq!(
            parse("post-rewrite", &[word]),
            Ok(HookCall::PostRewrite { by, stdin })
        );
    }
    assert_eq!(
        parse("pre-push", &["origin", "ssh://h/r"]),
        Ok(HookCall::PrePush {
            remote: "origin".into(),
            url: "ssh://h/r".into(),
            stdin: b"in".to_vec(),
        })
    );
    let stdin = b"in".to_vec();
    assert_eq!(
        parse("pre-receive", &[]),
        Ok(HookCall::PreReceive { stdin })
    );
    assert_eq!(
        parse("update", &["refs/heads/x", "1", "2"]),
        Ok(HookCall::Update {
            name: "refs/heads/x".into(),
            old: "1".into(),
            new: "2".into(),
        })
    );
}

#[test]
fn prepare_commit_msg_takes_one_to_three() {
    let call = |args: &[&str]| parse("prepare-commit-msg", args).unwrap();
    assert_eq!(call(&["f"]), prepare(None, None));
    assert_eq!(call(&["f", ""]), prepare(None, None));
    assert_eq!(call(&["f", "merge"]), prepare(Some(Source::Merge), None));
    assert_eq!(
        call(&["f", "commit", "HEAD"]),
        prepare(Some(Source::Commit), Some("HEAD"))
    );
    assert_eq!(
        call(&["f", "new"]),
        prepare(Some(Source::Other("new".into())), None)
    );
}

#[test]
fn only_a_colon_says_that_no_editor_opens() {
    for (editor, expected) in [(None, true), (Some("true"), true), (Some(":"), false)] {
        let args = [OsString::from("f")];
        let editor = editor.map(BStr::new);
        let call = HookCall::parse("prepare-commit-msg", &args, Vec::new(), editor);
        assert!(
            matches!(call, Ok(HookCall::PrepareCommitMsg { edited, .. }) if edited == expected)
        );
    }
}

#[test]
fn another_number_of_arguments_is_a_usage_error() {
    for (hook, args) in [
        ("pre-commit", &["x"][..]),
        ("prepare-commit-msg", &[]),
        ("prepare-commit-msg", &["a", "b", "c", "d"]),
        ("commit-msg", &[]),
        ("commit-msg", &["a", "b"]),
        ("pre-merge-commit", &["x"]),
        ("post-commit", &["x"]),
        ("applypatch-msg", &[]),
        ("post-applypatch", &["x"]),
        ("post-rewrite", &[]),
        ("post-rewrite", &["amend", "x"]),
        ("pre-push", &["origin"]),
        ("pre-push", &["origin", "url", "x"]),
        ("pre-receive", &["x"]),
        ("update", &["refs/heads/x", "1"]),
    ] {
        let error = parse(hook, args).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with(&format!("the {hook} hook takes "))
        );
    }
    assert!(matches!(
        parse("post-merge", &["0"]),
        Err(UsageError::UnknownHook(_))
    ));
}

#[test]
fn three_hooks_read_their_input() {
    let hooks = HOOKS.iter().chain(RECEIVING);
    let reading: Vec<_> = hooks.filter(|hook| reads_stdin(hook)).collect();
    assert_eq!(reading, [&"post-rewrite", &"pre-push", &"pre-receive"]);
}
