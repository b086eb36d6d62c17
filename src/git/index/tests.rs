use std::path::Path;

use super::*;
use crate::git::testing::Sandbox;
use crate::git::{TreeReader, index_changes};

fn raw(sandbox: &Sandbox) -> Vec<u8> {
    std::fs::read(sandbox.path().join(".git/index")).unwrap()
}

fn rows(index: &Index) -> Vec<String> {
    let entries = index.entries.iter();
    entries
        .map(|entry| {
            let (mode, id) = (entry.mode.octal(), entry.id);
            format!("{mode} {id} {}\t{}", entry.stage, entry.path)
        })
        .collect()
}

/// What libgit2 reads there; it judges what we read.
fn judge(path: &Path, format: git2::ObjectFormat) -> Option<Vec<String>> {
    let index = git2::Index::open_ext(path, format).ok()?;
    let mut entries: Vec<_> = index
        .iter()
        .map(|entry| {
            let stage = entry.flags >> 12 & 3;
            let path = BString::from(entry.path);
            let row = format!("{:o} {} {stage}\t{path}", entry.mode, entry.id);
            ((path, stage), row)
        })
        .collect();
    entries.sort();
    Some(entries.into_iter().map(|(_, row)| row).collect())
}

/// Reads the repository's index as git and libgit2 read it.
fn read(sandbox: &Sandbox, what: &str) -> Index {
    let id_length = sandbox.open().facts().id_length;
    let format = match id_length {
        20 => git2::ObjectFormat::Sha1,
        _ => git2::ObjectFormat::Sha256,
    };
    let index = Index::parse(&raw(sandbox), id_length).unwrap();
    let path = sandbox.path().join(".git/index");
    assert_eq!(Some(rows(&index)), judge(&path, format), "{what}");
    let output = sandbox.git_bytes(&sandbox.path(), &["ls-files", "--stage", "-z"], b"");
    let output = BString::from(output).to_string();
    let git: Vec<&str> = output.split_terminator('\0').collect();
    assert_eq!(rows(&index), git, "{what}");
    index
}

/// Files of many kinds, in directories whose names sort oddly.
fn sandbox(format: &str) -> Sandbox {
    let sandbox = Sandbox::with(&[&format!("--object-format={format}")]);
    for path in ["a-", "a.b/c", "a/b/c", "a/b/d", "a0", "d/e", "d/f/g", "ü\n"] {
        sandbox.write(path, path);
    }
    for length in 1..20 {
        sandbox.write(&format!("pad/{}", "p".repeat(length)), "p");
    }
    let long = ["long"; 60].join("/");
    sandbox.write(&format!("{long}/{}", "f".repeat(200)), "long");
    std::os::unix::fs::symlink("a0", sandbox.path().join("link")).unwrap();
    sandbox.commit("files");
    sandbox
}

#[test]
fn indexes_of_every_version_read_as_git_and_libgit2_read_them() {
    for format in ["sha1", "sha256"] {
        let sandbox = sandbox(format);
        for version in ["2", "3", "4"] {
            let option = format!("--index-version={version}");
            sandbox.git(&["update-index", &option, "--force-write-index"]);
            let what = format!("{format}, version {version}");
            read(&sandbox, &what);
            sandbox.git(&["update-index", "--skip-worktree", "d/e"]);
            sandbox.write("new", "n");
            sandbox.git(&["add", "-N", "new"]);
            let index = read(&sandbox, &what);
            let intended = index.entries.iter().filter(|entry| entry.intent_to_add);
            assert_eq!(
                intended.map(|entry| &entry.path).collect::<Vec<_>>(),
                ["new"]
            );
            sandbox.git(&["reset", "-q"]);
            sandbox.git(&["update-index", "--no-skip-worktree", "d/e"]);
        }
        sandbox.git(&["update-index", "--force-untracked-cache"]);
        read(&sandbox, "an untracked cache");
        let skip = ["-c", "index.skipHash=true"];
        sandbox.git(&[&skip[..], &["update-index", "--force-write-index"]].concat());
        assert!(raw(&sandbox).ends_with(&[0; 20]));
        read(&sandbox, "no checksum");
    }
}

#[test]
fn an_index_in_conflict_has_its_stages() {
    let sandbox = sandbox("sha1");
    let edit = |branch: &str| {
        sandbox.git(&["checkout", "-qb", branch, "main"]);
        sandbox.commit_files(&[("a/b/c", branch), ("d/e", branch)])
    };
    edit("one");
    edit("other");
    assert!(
        !sandbox
            .try_git(&sandbox.path(), &["merge", "-q", "one"], b"")
            .0
    );
    let index = read(&sandbox, "a conflict");
    let stages = |path: &str| {
        let entries = index.entries.iter().filter(|entry| entry.path == path);
        entries.map(|entry| entry.stage).collect::<Vec<_>>()
    };
    assert_eq!((stages("a/b/c"), stages("a0")), (vec![1, 2, 3], vec![0]));
}

#[test]
fn the_trees_that_git_has_written_are_known() {
    for format in ["sha1", "sha256"] {
        let sandbox = sandbox(format);
        let known = |index: &Index| {
            let trees = index.trees.iter();
            trees
                .map(|tree| (tree.path.to_string(), tree.id))
                .collect::<Vec<_>>()
        };
        let tree = |path: &str| (format!("{path}/"), sandbox.id(&format!("HEAD:{path}")));
        let all = known(&read(&sandbox, "all written"));
        assert_eq!(all[0], (String::new(), sandbox.id("HEAD^{tree}")));
        assert!(
            all.contains(&tree("a/b")) && all.contains(&tree("d/f")),
            "{all:?}"
        );
        sandbox.write("a/b/c", "changed");
        sandbox.git(&["add", "a/b/c"]);
        let index = read(&sandbox, "one changed");
        let some = known(&index);
        assert!(
            some.contains(&tree("d/f")) && some.contains(&tree("a.b")),
            "{some:?}"
        );
        assert!(
            some.iter()
                .all(|(path, _)| !matches!(&**path, "" | "a/" | "a/b/"))
        );
        // With them or without, what is staged is the same.
        let repo = sandbox.open();
        let head = sandbox.id("HEAD^{tree}");
        let changes = |index: &Index| {
            let mut reader = TreeReader::new(&*repo);
            let changes = index_changes(&mut reader, Some(&head), index).unwrap();
            changes
                .iter()
                .map(|change| change.path.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(changes(&index), ["a/b/c"]);
        sandbox.git(&["write-tree"]);
        let written = read(&sandbox, "written");
        assert_eq!(known(&written).len(), all.len());
        assert_eq!(changes(&written), ["a/b/c"]);
        let without = Index {
            trees: Vec::new(),
            ..written
        };
        assert_eq!(changes(&without), ["a/b/c"]);
    }
}

#[test]
fn a_written_tree_that_is_gone_is_made_anew() {
    let sandbox = sandbox("sha1");
    let head = sandbox.id("HEAD^{tree}");
    sandbox.write("a/b/c", "changed");
    sandbox.git(&["add", "a/b/c"]);
    let tree = sandbox.git(&["write-tree"]);
    let file = format!(".git/objects/{}/{}", &tree[..2], &tree[2..]);
    std::fs::remove_file(sandbox.path().join(file)).unwrap();
    let repo = sandbox.open();
    let index = repo.index().unwrap();
    assert_eq!(index.trees[0].id.to_string(), tree);
    let changes = index_changes(&mut TreeReader::new(&*repo), Some(&head), &index).unwrap();
    assert_eq!(changes.len(), 1);
}

#[test]
fn trees_that_do_not_fit_the_entries_are_an_error() {
    let sandbox = sandbox("sha1");
    sandbox.write("a/b/c", "changed");
    sandbox.git(&["add", "a/b/c"]);
    let repo = sandbox.open();
    for path in ["d/", "d/f/"] {
        for entries in [0, 1, 3, usize::MAX] {
            let mut index = repo.index().unwrap();
            let own = index
                .trees
                .iter_mut()
                .find(|tree| tree.path == path)
                .unwrap();
            if own.entries == entries {
                continue;
            }
            own.entries = entries;
            index.trees.retain(|tree| tree.path == path);
            let error = index_changes(&mut TreeReader::new(&*repo), None, &index).unwrap_err();
            assert_eq!(error.code(), "unreadable-index", "{path} {entries}");
        }
    }
}

fn refused(raw: &[u8]) -> String {
    Index::parse(raw, 20).unwrap_err().to_string()
}

#[test]
fn a_damaged_index_is_refused_or_read_as_libgit2_reads_it() {
    let sandbox = Sandbox::new();
    for path in ["a/b", "a/c", "d"] {
        sandbox.write(path, path);
    }
    sandbox.commit("files");
    let summed = raw(&sandbox);
    for at in (0..summed.len()).step_by(3) {
        let mut damaged = summed.clone();
        damaged[at] ^= 1 << (at % 8);
        refused(&damaged);
        refused(&summed[..at]);
    }
    // Without a checksum nothing but its form tells.
    let path = sandbox.home().join("damaged");
    let mut read = 0;
    for version in [2, 4] {
        sandbox.git(&["update-index", &format!("--index-version={version}")]);
        let whole = raw(&sandbox);
        let end = whole.len() - 20;
        for at in 0..8 * end {
            let mut damaged = whole.clone();
            damaged[at / 8] ^= 1 << (at % 8);
            damaged[end..].fill(0);
            if let Ok(index) = Index::parse(&damaged, 20) {
                std::fs::write(&path, &damaged).unwrap();
                let theirs = judge(&path, git2::ObjectFormat::Sha1);
                let ours = rows(&index);
                assert_eq!(theirs.map(|rows| rows.len()), Some(ours.len()), "{at}");
                read += 1;
            }
        }
    }
    assert!(read > 100, "{read}");
}

#[test]
fn what_is_wrong_is_told() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("abc", "1"), ("abd", "1")]);
    let good = raw(&sandbox);
    let with = |at: usize, byte: u8| {
        let mut bad = good.clone();
        bad[at] = byte;
        let end = bad.len() - 20;
        bad[end..].fill(0);
        bad
    };
    // A header of 12 bytes; two entries of 62 and a path, filled up to 72.
    for (what, bad, told) in [
        ("empty", Vec::new(), "cut off"),
        ("no index", with(0, b'X'), "does not begin"),
        ("a version", with(7, 5), "version"),
        (
            "its sum",
            {
                let mut bad = good.clone();
                bad[40] ^= 1;
                bad
            },
            "checksum",
        ),
        ("a mode", with(12 + 26, 0), "unknown mode"),
        ("a flag of version 3", with(12 + 60, 0x40), "flags"),
        ("a path's length", with(12 + 61, 2), "another length"),
        ("the order", with(12 + 62, b'b'), "out of order"),
        ("the same twice", with(12 + 72 + 64, b'c'), "out of order"),
        ("no NUL", with(12 + 66, 1), "NULs"),
        ("more entries", with(11, 3), ""),
        ("an extension", with(12 + 144, b't'), "extension `tREE`"),
    ] {
        let error = refused(&bad);
        assert!(error.contains(told), "{what}: {error}");
    }
    for (name, split) in [(b"link", true), (b"sdir", false)] {
        let mut other = good.clone();
        other[12 + 144..][..4].copy_from_slice(name);
        // Such an index has entries that others do not have.
        other[12 + 26] = 0;
        let end = other.len() - 20;
        other[end..].fill(0);
        let error = Index::parse(&other, 20).unwrap_err();
        assert!(
            matches!(error, Error::IndexForm { split: told } if told == split),
            "{error}"
        );
    }
}
