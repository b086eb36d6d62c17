use super::*;
use crate::git::testing::{Sandbox, gits};

/// A directory of the extension `TREE`: its name, how many entries and directories stand below it, and
/// its tree.
type Row<'a> = (&'a str, i32, u32, Option<Id>);

/// Puts an extension `TREE` into the index, in place of the one that is there.
fn cache(sandbox: &Sandbox, rows: &[Row<'_>]) {
    let path = sandbox.path().join(".git/index");
    let mut raw = std::fs::read(&path).unwrap();
    let end = raw.find(b"TREE").unwrap_or(raw.len() - 20);
    raw.truncate(end);
    let mut content = Vec::new();
    for (name, entries, below, id) in rows {
        content.extend_from_slice(format!("{name}\0{entries} {below}\n").as_bytes());
        content.extend_from_slice(id.as_ref().map_or(b"", Id::as_bytes));
    }
    raw.extend_from_slice(b"TREE");
    raw.extend_from_slice(&u32::try_from(content.len()).unwrap().to_be_bytes());
    raw.extend_from_slice(&content);
    // As `index.skipHash` leaves it.
    raw.extend_from_slice(&[0; 20]);
    std::fs::write(path, raw).unwrap();
}

fn none() -> Option<Id> {
    Id::from_bytes(&[7; 20])
}

/// A repository whose index has `a/x` and `b/y/z`; and the tree of another `b`.
fn sandbox(other: &str) -> (Sandbox, Option<Id>) {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("b/other", "forbidden"), ("b/y/z", "another")]);
    let other = sandbox.id(other);
    sandbox.git(&["rm", "-rq", "b"]);
    sandbox.commit_files(&[("a/x", "1"), ("b/y/z", "2")]);
    (sandbox, Some(other))
}

fn tree(sandbox: &Sandbox) -> Result<Id> {
    let repo = sandbox.open();
    index_tree(&*repo, &repo.index()?)
}

#[test]
fn a_cached_tree_counts_where_it_exists_whatever_else_is_gone() {
    let (sandbox, b) = sandbox("HEAD:b");
    let y = Some(sandbox.id("HEAD~1:b/y"));
    let rows: [&[Row<'_>]; 6] = [
        &[("", -1, 2, None), ("a", 1, 0, none()), ("b", 1, 0, b)],
        &[("", 2, 2, none()), ("a", 1, 0, none()), ("b", 1, 0, b)],
        &[("", -1, 1, None), ("b", 1, 0, b)],
        &[("", 2, 1, none()), ("b", 1, 1, none()), ("y", 1, 0, y)],
        &[("", 2, 1, none()), ("b", 1, 1, b), ("y", 1, 0, none())],
        &[("", 2, 1, none()), ("b", 1, 0, none())],
    ];
    for git in gits() {
        for (number, rows) in rows.iter().enumerate() {
            cache(&sandbox, rows);
            let ours = tree(&sandbox).unwrap().to_string();
            let git = git.to_str().unwrap();
            let mut command = sandbox.command(git, &sandbox.path());
            let output = command.arg("write-tree").output().unwrap();
            let theirs = String::from_utf8(output.stdout).unwrap();
            assert_eq!(ours, theirs.trim(), "{git}, {number}");
        }
    }
}

#[test]
fn what_is_missing_below_a_cached_tree_is_not_judged_by_the_entries() {
    let (sandbox, _) = sandbox("HEAD:b");
    let mut raw = b"100644 forbidden\0".to_vec();
    raw.extend_from_slice(sandbox.id("HEAD:a/x").as_bytes());
    raw.extend_from_slice(b"40000 y\0");
    raw.extend_from_slice(none().unwrap().as_bytes());
    let b = sandbox.object("tree", &raw);
    cache(&sandbox, &[("", -1, 1, None), ("b", 1, 0, Some(b))]);
    let repo = sandbox.open();
    let index = repo.index().unwrap();
    let head = sandbox.id("HEAD^{tree}");
    let answer = index_changes(&mut TreeReader::new(&*repo), Some(&head), &index);
    assert_eq!(answer.unwrap_err().code(), "missing-object");
}

#[test]
fn many_directories_inside_one_another_are_a_limit() {
    let sandbox = Sandbox::new();
    let blob = sandbox.object("blob", b"1");
    let entry = |components: usize| IndexEntry {
        path: vec!["a"; components].join("/").into(),
        mode: FileMode::Regular,
        id: blob,
        stage: 0,
        intent_to_add: false,
    };
    for (components, expected) in [(1 << 16, Some("limit")), (1000, None)] {
        let index = Index {
            entries: vec![entry(components)],
            trees: Vec::new(),
        };
        let answer = index_tree(&*sandbox.open(), &index);
        assert_eq!(answer.err().map(|error| error.code()), expected);
    }
}
