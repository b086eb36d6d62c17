use std::fmt::Write as _;

use bstr::ByteSlice as _;
use proptest::prelude::*;

use super::*;
use crate::git::index_changes;
use crate::git::merge::tree_of;
use crate::git::testing::Sandbox;

pub(in crate::git) fn shown(changes: &[Change]) -> String {
    let mut out = String::new();
    for change in changes {
        let from = change
            .old_path
            .as_ref()
            .map_or(String::new(), |path| format!("{path}>"));
        write!(out, "{:?} {from}{}; ", change.op, change.path).unwrap();
    }
    out.trim_end().to_owned()
}

fn between(sandbox: &Sandbox, old: &str, new: &str) -> String {
    let repo = sandbox.open();
    let mut trees = TreeReader::new(&*repo);
    let tree = |revision: &str| sandbox.id(&format!("{revision}^{{tree}}"));
    shown(&tree_changes(&mut trees, Some(&tree(old)), Some(&tree(new))).unwrap())
}

fn entry(mode: &str, name: &str, id: &Id) -> Vec<u8> {
    let mut raw = format!("{mode} {name}\0").into_bytes();
    raw.extend_from_slice(id.as_bytes());
    raw
}

#[test]
fn every_kind_of_change_is_seen() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.filemode", "true"]);
    sandbox.commit_files(&[
        ("a", "1"),
        ("d/x", "2"),
        ("e", ""),
        ("l", "3"),
        ("m", "4"),
        ("z", "5"),
    ]);
    sandbox.git(&["mv", "d/x", "moved"]);
    sandbox.git(&["rm", "-q", "e", "l"]);
    sandbox.git(&["update-index", "--chmod=+x", "m"]);
    let blob = sandbox.object("blob", b"a");
    let link = format!("120000,{blob},l");
    let module = format!("160000,{},sub", sandbox.id("HEAD"));
    sandbox.git(&[
        "update-index",
        "--add",
        "--cacheinfo",
        &link,
        "--cacheinfo",
        &module,
    ]);
    sandbox.write("a", "1!");
    sandbox.write("f", "");
    sandbox.git(&["add", "a", "f"]);
    sandbox.git(&["commit", "-qm", "T"]);
    let all = "Modify a; Delete e; Add f; Type l; Mode m; Rename d/x>moved; Add sub;";
    assert_eq!(between(&sandbox, "HEAD~", "HEAD"), all);
    assert_eq!(between(&sandbox, "HEAD", "HEAD"), "");
}

#[test]
fn a_file_that_becomes_a_directory_is_both_ends() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("a", "1"), ("a.b", "2"), ("a0", "3")]);
    std::fs::remove_file(sandbox.path().join("a")).unwrap();
    sandbox.commit_files(&[("a/x", "4"), ("a0", "5")]);
    assert_eq!(
        between(&sandbox, "HEAD~", "HEAD"),
        "Delete a; Add a/x; Modify a0;"
    );
}

#[test]
fn paths_that_are_no_utf8_are_kept() {
    let sandbox = Sandbox::new();
    let blob = sandbox.object("blob", b"x");
    let mut raw = b"100644 a\xff\xfe\0".to_vec();
    raw.extend_from_slice(blob.as_bytes());
    let tree = sandbox.object("tree", &raw);
    let repo = sandbox.open();
    let mut trees = TreeReader::new(&*repo);
    let changes = tree_changes(&mut trees, None, Some(&tree)).unwrap();
    assert_eq!(changes[0].path, b"a\xff\xfe".as_bstr());
    let found = trees.find(&tree, b"a\xff\xfe").unwrap();
    assert_eq!(found, Some((FileMode::Regular, blob)));
}

#[test]
fn find_follows_directories() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("d/e/f", "1"), ("d.x", "2")]);
    let repo = sandbox.open();
    let mut trees = TreeReader::new(&*repo);
    let tree = sandbox.id("HEAD^{tree}");
    let mut at = |path: &str| trees.find(&tree, path.as_bytes()).unwrap();
    assert_eq!(
        at("d/e/f"),
        Some((FileMode::Regular, sandbox.id("HEAD:d/e/f")))
    );
    assert_eq!(at("d/e"), Some((FileMode::Tree, sandbox.id("HEAD:d/e"))));
    for path in ["d/e/f/g", "d/x", "", "d//e", "d/e/"] {
        assert_eq!(at(path), None, "{path}");
    }
}

#[test]
fn a_malformed_tree_is_corrupt() {
    let sandbox = Sandbox::new();
    let blob = sandbox.object("blob", b"x");
    let sub = sandbox.object("tree", &entry("100644", "f", &blob));
    let join = |entries: &[(&str, &str, &Id)]| {
        let raw = entries.iter().map(|(mode, name, id)| entry(mode, name, id));
        raw.collect::<Vec<_>>().concat()
    };
    for raw in [
        join(&[("100644", "b", &blob), ("100644", "a", &blob)]),
        join(&[("100644", "a", &blob), ("100644", "a", &blob)]),
        join(&[("100644", "a", &blob), ("40000", "a", &sub)]),
        join(&[
            ("100644", "a", &blob),
            ("100644", "a.b", &blob),
            ("40000", "a", &sub),
        ]),
        join(&[("40000", "a", &sub), ("100644", "a.b", &blob)]),
        join(&[("100644", "", &blob)]),
        join(&[("100644", "a/b", &blob)]),
        join(&[("140000", "a", &blob)]),
        join(&[("1006x4", "a", &blob)]),
        b"100644 a\0short".to_vec(),
        b"100644".to_vec(),
    ] {
        let tree = sandbox.object("tree", &raw);
        let repo = sandbox.open();
        let error = tree_changes(&mut TreeReader::new(&*repo), None, Some(&tree)).unwrap_err();
        assert_eq!(error.code(), "corrupt-object", "{:?}", raw.as_bstr());
    }
    let fine = join(&[
        ("100644", "..", &blob),
        ("100664", "a", &blob),
        ("0040000", "b", &sub),
    ]);
    let tree = sandbox.object("tree", &fine);
    let repo = sandbox.open();
    let changes = tree_changes(&mut TreeReader::new(&*repo), None, Some(&tree)).unwrap();
    assert_eq!(shown(&changes), "Add ..; Add a; Add b/f;");
}

#[test]
fn a_tree_that_holds_itself_many_times_is_a_limit() {
    let sandbox = Sandbox::new();
    let deep = |wide: bool, levels: usize, leaf: Id, mode: &str| {
        let mut tree = sandbox.object("tree", &entry(mode, "a", &leaf));
        for _ in 0..levels {
            let mut raw = entry("40000", "a", &tree);
            if wide {
                for name in 'b'..='k' {
                    raw.extend(entry("40000", &name.to_string(), &tree));
                }
            }
            tree = sandbox.object("tree", &raw);
        }
        tree
    };
    let blob = sandbox.object("blob", b"x");
    let empty = sandbox.object("tree", b"");
    for tree in [
        deep(true, 12, blob, "100644"),
        deep(true, 12, empty, "40000"),
    ] {
        let repo = sandbox.open();
        let mut trees = TreeReader::new(&*repo);
        trees.rows = 1 << 16;
        let error = tree_changes(&mut trees, None, Some(&tree)).unwrap_err();
        assert_eq!(error.code(), "limit");
    }
}

#[test]
fn a_path_that_no_file_system_holds_is_a_limit() {
    let sandbox = Sandbox::new();
    let mut tree = sandbox.object("tree", b"");
    for _ in 0..3 {
        tree = sandbox.object("tree", &entry("40000", &"n".repeat(1 << 19), &tree));
    }
    let repo = sandbox.open();
    let answer = tree_changes(&mut TreeReader::new(&*repo), None, Some(&tree));
    assert_eq!(answer.err().map(|error| error.code()), Some("limit"));
}

#[test]
fn what_is_staged_is_compared() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("a", "1"), ("d/e/f", "2"), ("d/g", "3"), ("h/i", "4")]);
    let staged = |old: Option<Id>| {
        let repo = sandbox.open();
        let index = repo.index().unwrap();
        index_changes(&mut TreeReader::new(&*repo), old.as_ref(), &index)
    };
    let head = Some(sandbox.id("HEAD^{tree}"));
    assert_eq!(shown(&staged(head).unwrap()), "");
    sandbox.write("d/e/f", "2!");
    sandbox.write("new", "n");
    sandbox.write("intent", "i");
    sandbox.git(&["add", "-N", "intent"]);
    sandbox.git(&["add", "new", "d"]);
    sandbox.git(&["rm", "-q", "h/i"]);
    assert_eq!(
        shown(&staged(head).unwrap()),
        "Modify d/e/f; Delete h/i; Add new;"
    );
    assert_eq!(
        shown(&staged(None).unwrap()),
        "Add a; Add d/e/f; Add d/g; Add new;"
    );
    std::fs::remove_file(sandbox.path().join(".git/index")).unwrap();
    assert_eq!(
        shown(&staged(head).unwrap()),
        "Delete a; Delete d/e/f; Delete d/g; Delete h/i;"
    );
}

#[test]
fn changes_are_those_that_git_finds() {
    let sandbox = Sandbox::new();
    let path = "(a|b|a/b|a/c|b/a/x|c\\.d|c/d|c-)";
    let files = prop::collection::btree_map(path, "[xy]?", 0..6);
    let config = ProptestConfig::with_cases(24);
    proptest!(config, |(old in files.clone(), new in files)| {
        let commit = |files: &BTreeMap<String, String>| {
            sandbox.git(&["rm", "-rqf", "--ignore-unmatch", "."]);
            let _ = std::fs::remove_dir_all(sandbox.path().join("a"));
            for (path, content) in files {
                // A file may stand where a directory is wanted, or the other way round.
                if !files.keys().any(|other| other.starts_with(&format!("{path}/"))) {
                    sandbox.write(path, content);
                }
            }
            sandbox.commit("T")
        };
        let (old, new) = (commit(&old), commit(&new));
        let args = ["diff-tree", "-r", "--name-status", "--no-renames", &old.to_string(), &new.to_string()];
        let theirs = sandbox.git(&args);
        let repo = sandbox.open();
        let mut trees = TreeReader::new(&*repo);
        let tree = |id: &Id| tree_of(&*repo, id).unwrap();
        let mut two = Two(Vec::new());
        walk(&mut trees, &[Some(tree(&old)), Some(tree(&new))], &mut two).unwrap();
        let ours: Vec<String> = two.0.iter().map(|change| {
            let letter = match change.op { Op::Add => 'A', Op::Delete => 'D', _ => 'M' };
            format!("{letter}\t{}", change.path)
        }).collect();
        prop_assert_eq!(ours.join("\n"), theirs);
    });
}
