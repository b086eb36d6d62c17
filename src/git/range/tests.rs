use super::*;
use crate::git::testing::Sandbox;

fn hex(byte: char) -> String {
    byte.to_string().repeat(40)
}

#[test]
fn lines_of_pre_push_are_read() {
    let (a, b, zero) = (hex('a'), hex('b'), hex('0'));
    let input = format!(
        "refs/heads/x {a} refs/heads/y {b}\nHEAD {a} refs/heads/n {zero}\n(delete) {zero} refs/heads/d {b}\nHEAD@{{1 day ago}} {a} refs/heads/t {b}\n"
    );
    let lines = Line::parse(input.as_bytes()).unwrap();
    let refs: Vec<_> = lines
        .iter()
        .map(|line| line.local_ref.to_string())
        .collect();
    assert_eq!(
        refs,
        ["refs/heads/x", "HEAD", "(delete)", "HEAD@{1 day ago}"]
    );
    assert_eq!(lines[1].remote, None);
    assert_eq!(
        (lines[2].local, lines[2].remote),
        (None, Id::from_hex(b.as_bytes()))
    );
    assert_eq!(lines[3].remote_ref, "refs/heads/t");
    assert_eq!(Line::parse(b"").unwrap(), []);
    for bad in [
        "x\n",
        "\n",
        &format!("r {a} s {b}"),
        &format!("r {a} s\n"),
        &format!("{a} s {b}\n"),
    ] {
        assert_eq!(
            Line::parse(bad.as_bytes()).unwrap_err().code(),
            "hook-input",
            "{bad}"
        );
    }
}

#[test]
fn real_pre_push_input_is_read() {
    let sandbox = Sandbox::new();
    let head = sandbox.commit_files(&[("a", "1")]);
    sandbox.git(&["init", "-q", "--bare", "../remote"]);
    sandbox.write(".git/hooks/pre-push", "#!/bin/sh\ncat > ../pushed\n");
    sandbox.git(&["config", "core.hooksPath", ".git/hooks"]);
    std::process::Command::new("chmod")
        .args(["+x", ".git/hooks/pre-push"])
        .current_dir(sandbox.path())
        .status()
        .unwrap();
    sandbox.git(&["push", "-q", "../remote", "HEAD:refs/heads/x", "main:main"]);
    let lines = Line::parse(&std::fs::read(sandbox.home().join("pushed")).unwrap()).unwrap();
    assert_eq!(lines.len(), 2);
    assert!(
        lines
            .iter()
            .all(|line| line.local == Some(head) && line.remote.is_none())
    );
    assert_eq!(lines[0].local_ref, "HEAD");
}

#[test]
fn lines_of_pre_receive_are_read() {
    let (a, b) = (hex('a'), "0".repeat(64));
    let updates = RefUpdate::parse(format!("{a} {b} refs/heads/x\n").as_bytes()).unwrap();
    assert_eq!(
        (updates[0].old, updates[0].new),
        (Id::from_hex(a.as_bytes()), None)
    );
    assert_eq!(updates[0].name, "refs/heads/x");
    assert_eq!(RefUpdate::parse(b"x y\n").unwrap_err().code(), "hook-input");
}

#[test]
fn arguments_of_update_are_read_as_a_line_is() {
    let (a, b) = (hex('a'), hex('b'));
    let read =
        |name: &str, old: &str, new: &str| RefUpdate::read(name.into(), old.into(), new.into());
    let line = format!("{a} {b} refs/heads/x\n");
    let wanted = RefUpdate::parse(line.as_bytes()).unwrap();
    assert_eq!(vec![read("refs/heads/x", &a, &b).unwrap()], wanted);
    for (name, old, new) in [
        ("", a.as_str(), b.as_str()),
        ("refs/heads/x", "", &b),
        ("refs/heads/x", &a, "HEAD"),
        ("x\n1 2 3", &a, &b),
    ] {
        let error = read(name, old, new).unwrap_err();
        assert_eq!(error.code(), "hook-input", "{name}");
    }
}

#[test]
fn parents_come_before_children_and_ties_by_id() {
    let sandbox = Sandbox::new();
    let base = sandbox.commit("base");
    sandbox.git(&["checkout", "-qb", "side"]);
    let side = sandbox.commit("side");
    sandbox.git(&["checkout", "-q", "main"]);
    let main = sandbox.commit("main");
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "M", "side"]);
    let merge = sandbox.id("HEAD");
    let repo = sandbox.open();
    let ids = |walked: &Walked| {
        walked
            .commits
            .iter()
            .filter_map(|one| one.id)
            .collect::<Vec<_>>()
    };
    let all = walk(&*repo, &[merge], &[], 10).unwrap();
    let (first, second) = (side.min(main), side.max(main));
    assert_eq!(ids(&all), [base, first, second, merge]);
    assert!(all.incomplete.is_empty());
    assert_eq!(
        ids(&walk(&*repo, &[merge], &[main], 10).unwrap()),
        [side, merge]
    );
    let limited = walk(&*repo, &[merge], &[], 3).unwrap();
    assert_eq!(limited.incomplete[0].1.code(), "limit");
    assert!(limited.commits.is_empty());
}

#[test]
fn a_shallow_end_inside_the_range_is_incomplete() {
    let sandbox = Sandbox::new();
    for at in 0..4 {
        sandbox.commit_files(&[("a", &at.to_string())]);
    }
    let url = format!("file://{}", sandbox.path().display());
    sandbox.git_bytes(
        sandbox.home(),
        &["clone", "-q", "--depth", "2", &url, "shallow"],
        b"",
    );
    let path = sandbox.home().join("shallow");
    let repo = crate::git::testing::open_at(&path).unwrap();
    let (head, end) = (sandbox.id("HEAD"), sandbox.id("HEAD~"));
    let walked = walk(&*repo, &[head], &[], 10).unwrap();
    assert_eq!(walked.commits.len(), 2);
    assert_eq!(walked.incomplete.len(), 1);
    assert_eq!(walked.incomplete[0].0, Some(end));
    assert_eq!(walked.incomplete[0].1.code(), "shallow");
    assert!(
        walk(&*repo, &[head], &[end], 10)
            .unwrap()
            .incomplete
            .is_empty()
    );
}

#[test]
fn grafts_are_incomplete() {
    let sandbox = Sandbox::new();
    sandbox.commit("one");
    let two = sandbox.commit("two");
    sandbox.write(".git/info/grafts", format!("{two}\n"));
    let walked = walk(&*sandbox.open(), &[two], &[], 10).unwrap();
    assert_eq!(walked.incomplete[0].1.code(), "grafts");
    sandbox.git(&["replace", "--convert-graft-file"]);
    let walked = walk(&*sandbox.open(), &[two], &[], 10).unwrap();
    assert!(walked.incomplete.is_empty());
    assert_eq!(walked.commits.len(), 2, "replace refs are not honoured");
}

#[test]
fn a_missing_commit_stops_the_walk() {
    let sandbox = Sandbox::new();
    let one = sandbox.commit("one");
    sandbox.commit("two");
    let three = sandbox.commit("three");
    let hex = one.to_string();
    let object = format!(".git/objects/{}/{}", &hex[..2], &hex[2..]);
    std::fs::remove_file(sandbox.path().join(object)).unwrap();
    let error = walk(&*sandbox.open(), &[three], &[], 10).unwrap_err();
    assert_eq!(error.code(), "missing-object", "{error}");
    assert!(error.to_string().contains(&hex), "{error}");
}

#[test]
fn a_commit_that_cannot_be_parsed_is_incomplete() {
    let sandbox = Sandbox::new();
    let good = sandbox.commit("good");
    let tree = sandbox.id("HEAD^{tree}");
    let person = "A <a@b> 1 +0000";
    let raw = format!(
        "tree {tree}\nparent {good}\nauthor {person}\ncommitter {person}\nauthor {person}\n\nT\n"
    );
    let bad = sandbox.object("commit", raw.as_bytes());
    let walked = walk(&*sandbox.open(), &[bad], &[], 10).unwrap();
    assert_eq!(walked.commits.len(), 1);
    assert_eq!(walked.incomplete[0].0, Some(bad));
    assert_eq!(walked.incomplete[0].1.code(), "corrupt-object");
}
