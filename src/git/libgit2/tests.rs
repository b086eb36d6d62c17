use std::os::unix::ffi::OsStringExt as _;
use std::process::Command;

use super::*;
use crate::git::testing::Sandbox;
use crate::git::{TreeReader, index_changes, tree_changes};

fn at(path: &Path) -> Result<Box<dyn Repo + Send>> {
    open(Open::At(path), false, None, None)
}

fn code<T>(result: Result<T>) -> &'static str {
    result.err().map_or("fine", |error| error.code())
}

fn paths(repo: &dyn Repo) -> Vec<String> {
    let index = repo.index().unwrap();
    index
        .entries
        .iter()
        .map(|entry| entry.path.to_string())
        .collect()
}

mod env;
mod mend;

/// A repository whose one commit holds `a` and `d/b`.
fn small() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("d/b", "2");
    sandbox.commit_files(&[("a", "1")]);
    sandbox
}

#[test]
fn a_repository_is_found_from_below() {
    let sandbox = small();
    let top = sandbox.path().canonicalize().unwrap();
    let repo = at(&sandbox.path().join("d")).unwrap();
    assert_eq!(repo.facts().work_dir.as_ref(), Some(&top));
    assert_eq!(repo.facts().git_dir, top.join(".git"));
    assert_eq!(repo.facts().id_length, 20);
    assert!(!repo.facts().partial && !repo.facts().grafted && repo.facts().shallow.is_empty());
    assert_eq!(code(at(sandbox.home())), "not-a-repository");
    assert_eq!(code(at(&sandbox.home().join("none"))), "not-a-repository");
}

#[test]
fn a_linked_worktree_has_its_own_head_and_index() {
    let sandbox = small();
    sandbox.git(&["worktree", "add", "-q", "-b", "other", "../linked"]);
    let path = sandbox.home().join("linked").canonicalize().unwrap();
    let repo = at(&path).unwrap();
    let top = sandbox.path().canonicalize().unwrap();
    assert_eq!(repo.facts().common_dir, top.join(".git"));
    assert_eq!(repo.facts().git_dir, top.join(".git/worktrees/linked"));
    assert_eq!(repo.facts().work_dir.as_ref(), Some(&path));
    assert_eq!(repo.head_ref().unwrap().unwrap(), "refs/heads/other");
    std::fs::write(path.join("new"), "n").unwrap();
    sandbox.git_bytes(&path, &["add", "new"], b"");
    assert_eq!(paths(&*repo), ["a", "d/b", "new"]);
    assert_eq!(paths(&*sandbox.open()), ["a", "d/b"]);
}

#[test]
fn a_sha256_repository_is_read() {
    let sandbox = Sandbox::with(&["--object-format=sha256"]);
    let head = sandbox.commit_files(&[("a", "1"), ("d/e/f", "2")]);
    assert_eq!(head.as_bytes().len(), 32);
    let repo = sandbox.open();
    assert_eq!(repo.facts().id_length, 32);
    let walked = crate::git::walk(&*repo, &[head], &[], 10).unwrap();
    let mut trees = TreeReader::new(&*repo);
    let tree = walked.commits[0].tree.unwrap();
    assert_eq!(
        tree_changes(&mut trees, None, Some(&tree)).unwrap().len(),
        2
    );
    sandbox.write("a", "changed");
    sandbox.git(&["add", "a"]);
    let index = repo.index().unwrap();
    let changes = index_changes(&mut trees, Some(&tree), &index).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].path, "a");
}

#[test]
fn head_may_be_unborn_detached_or_missing() {
    let sandbox = Sandbox::new();
    let repo = sandbox.open();
    assert_eq!(repo.head().unwrap(), None);
    assert_eq!(repo.head_ref().unwrap().unwrap(), "refs/heads/main");
    assert!(repo.index().unwrap().entries.is_empty());
    let commit = sandbox.commit("one");
    assert_eq!(repo.head().unwrap(), Some(commit));
    sandbox.git(&["checkout", "-q", "--detach"]);
    assert_eq!(repo.head().unwrap(), Some(commit));
    assert_eq!(repo.head_ref().unwrap(), None);
}

#[test]
fn references_are_peeled_and_sorted() {
    let sandbox = Sandbox::new();
    let one = sandbox.commit("one");
    let two = sandbox.commit("two");
    sandbox.git(&["tag", "-a", "-m", "t", "v1", "HEAD~"]);
    sandbox.git(&["tag", "-a", "-m", "t", "v1-tag", "v1"]);
    sandbox.git(&["tag", "tree", "HEAD^{tree}"]);
    sandbox.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    sandbox.git(&["pack-refs", "--all"]);
    sandbox.git(&["branch", "a"]);
    sandbox.git(&[
        "symbolic-ref",
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main",
    ]);
    sandbox.git(&[
        "symbolic-ref",
        "refs/remotes/gone/HEAD",
        "refs/remotes/gone/main",
    ]);
    let repo = sandbox.open();
    let named = |prefix| repo.references(prefix).unwrap();
    let row = |name: &str, id| (BString::from(name), id);
    assert_eq!(
        named("refs/heads/"),
        [row("refs/heads/a", two), row("refs/heads/main", two)]
    );
    assert_eq!(
        named("refs/tags/"),
        [row("refs/tags/v1", one), row("refs/tags/v1-tag", one)]
    );
    let remote = [
        row("refs/remotes/origin/HEAD", two),
        row("refs/remotes/origin/main", two),
    ];
    assert_eq!(named("refs/remotes/"), remote);
    let target = repo.symbolic("refs/remotes/origin/HEAD".into()).unwrap();
    assert_eq!(target.unwrap(), "refs/remotes/origin/main");
    assert_eq!(repo.symbolic("refs/heads/none".into()).unwrap(), None);
}

#[test]
fn a_reference_to_a_missing_object_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.commit("one");
    sandbox.write(".git/refs/heads/broken", format!("{}\n", "1".repeat(40)));
    assert_eq!(
        code(sandbox.open().references("refs/heads/")),
        "missing-object"
    );
}

#[test]
fn revisions_are_resolved_or_refused() {
    let sandbox = Sandbox::new();
    let one = sandbox.commit("one");
    let two = sandbox.commit("two");
    sandbox.git(&["tag", "-a", "-m", "t", "v1", "HEAD~"]);
    let repo = sandbox.open();
    let full = one.to_string();
    for revision in [
        "HEAD~1",
        "main^",
        "v1",
        "v1^{commit}",
        "refs/tags/v1",
        &full,
        &full[..10],
    ] {
        assert_eq!(repo.resolve(revision).unwrap(), one, "{revision}");
    }
    assert_eq!(repo.resolve("@").unwrap(), two);
    for (revision, expected) in [
        ("-n", "bad-revision"),
        ("", "bad-revision"),
        ("main..v1", "bad-revision"),
        ("none", "missing-reference"),
        ("HEAD~7", "missing-reference"),
        ("HEAD^{tree}", "missing-reference"),
        (&"1".repeat(40), "missing-object"),
    ] {
        assert_eq!(code(repo.resolve(revision)), expected, "{revision}");
    }
}

#[test]
fn replace_refs_are_not_honoured() {
    let sandbox = Sandbox::new();
    let one = sandbox.commit("one");
    let two = sandbox.commit("two");
    sandbox.git(&["replace", &two.to_string(), &one.to_string()]);
    let repo = sandbox.open();
    let raw = repo.read(&two, Kind::Commit).unwrap();
    assert!(raw.ends_with(b"\ntwo\n"));
    assert_eq!(repo.reachable(&[two], &[]).unwrap().len(), 2);
}

#[test]
fn configuration_answers_the_last_value() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.commentChar", ";"]);
    sandbox.git(&["config", "--add", "core.commentChar", "!"]);
    let repo = sandbox.open();
    assert_eq!(repo.config("core.commentchar").unwrap().unwrap(), "!");
    assert_eq!(repo.config("core.nothing").unwrap(), None);
}

#[test]
fn merge_bases_are_those_of_git() {
    let sandbox = Sandbox::new();
    sandbox.commit("base");
    sandbox.git(&["checkout", "-qb", "b"]);
    sandbox.commit("b");
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.commit("a");
    let criss_cross = |one: &str, other: &str, name: &str| {
        let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
        let id = sandbox.git(&["commit-tree", &tree, "-p", one, "-p", other, "-m", name]);
        sandbox.git(&["branch", name, &id]);
        sandbox.id(name)
    };
    let (x, y) = (criss_cross("main", "b", "x"), criss_cross("b", "main", "y"));
    let repo = sandbox.open();
    let mut expected = [sandbox.id("main"), sandbox.id("b")];
    expected.sort_unstable();
    assert_eq!(repo.merge_bases(&x, &[y]).unwrap(), expected);
    assert_eq!(repo.merge_base(&x, &y).unwrap(), Some(expected[0]));
    let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
    let lone = sandbox.git(&["commit-tree", &tree, "-m", "lone"]);
    let lone = Id::from_hex(lone.as_bytes()).unwrap();
    assert_eq!(repo.merge_base(&x, &lone).unwrap(), None);
    let missing = Id::from_bytes(&[1; 20]).unwrap();
    let error = repo.merge_base(&x, &missing).unwrap_err();
    assert_eq!(error.code(), "missing-object", "{error}");
}

#[test]
fn objects_are_of_their_kind_and_whole() {
    let sandbox = small();
    let repo = sandbox.open();
    let (blob, tree) = (sandbox.id("HEAD:a"), sandbox.id("HEAD^{tree}"));
    assert_eq!(code(repo.read(&tree, Kind::Blob)), "corrupt-object");
    assert_eq!(repo.header(&blob).unwrap().size, 1);
    let other = Id::from_bytes(&[0; 32]).unwrap();
    assert_ne!(code(repo.header(&other)), "fine");
    let hex = blob.to_string();
    let object = sandbox
        .path()
        .join(format!(".git/objects/{}/{}", &hex[..2], &hex[2..]));
    std::fs::remove_file(&object).unwrap();
    std::fs::write(&object, "garbage").unwrap();
    assert_eq!(
        code(sandbox.open().read(&blob, Kind::Blob)),
        "corrupt-object"
    );
}

#[test]
fn readers_go_to_other_threads() {
    let sandbox = small();
    let head = sandbox.id("HEAD");
    let other = sandbox.open().reopen().unwrap();
    let read = std::thread::spawn(move || other.head().unwrap());
    assert_eq!(read.join().unwrap(), Some(head));
}

#[test]
fn a_long_history_reads_as_a_short_one() {
    let sandbox = small();
    for number in 0..20 {
        sandbox.commit_files(&[("a", &format!("{number}\n").repeat(number))]);
    }
    sandbox.git(&["repack", "-adfq"]);
    sandbox.commit_files(&[("a", "loose")]);
    let repo = sandbox.open();
    let ids: Vec<Id> = [0, 1, 7, 19, 20]
        .map(|back| sandbox.id(&format!("HEAD~{back}:a")))
        .into();
    let first: Vec<_> = ids
        .iter()
        .map(|id| repo.read(id, Kind::Blob).unwrap())
        .collect();
    assert_eq!(code(repo.content(&ids[1], Kind::Blob, 1)), "limit");
    assert_eq!(code(repo.read(&ids[1], Kind::Tree)), "corrupt-object");
    for _ in 0..300 {
        for (id, expected) in ids.iter().zip(&first) {
            assert_eq!(&repo.read(id, Kind::Blob).unwrap(), expected);
        }
    }
    assert_eq!(code(repo.content(&ids[1], Kind::Blob, 1)), "limit");
    assert_eq!(code(repo.content(&ids[1], Kind::Tree, 1)), "corrupt-object");
    assert_eq!(code(repo.read(&ids[1], Kind::Tree)), "corrupt-object");
    let missing = Id::from_bytes(&[1; 20]).unwrap();
    assert_eq!(code(repo.read(&missing, Kind::Blob)), "missing-object");
}

#[test]
fn a_file_below_refs_that_names_nothing_is_an_error() {
    for (name, text) in [
        ("refs/heads/x", "garbage\n"),
        ("refs/heads/x", ""),
        ("refs/heads/x/y", "ref: "),
        ("refs/heads/caf\u{e9}", "garbage"),
        ("refs/heads/a b", "garbage"),
        ("refs/heads/x", "ref:refs/heads/main"),
    ] {
        let sandbox = small();
        sandbox.write(&format!(".git/{name}"), text);
        let repo = sandbox.open();
        assert_ne!(code(repo.named("refs/")), "fine", "{name} {text}");
        assert_ne!(code(repo.references("refs/heads/")), "fine", "{name}");
        assert_eq!(code(repo.references("refs/tags/")), "fine", "{name}");
    }
}

#[test]
fn a_damaged_file_does_not_bring_back_an_older_value() {
    let sandbox = small();
    sandbox.git(&["branch", "old"]);
    sandbox.git(&["pack-refs", "--all"]);
    let repo = sandbox.open();
    assert_eq!(repo.references("refs/heads/old").unwrap().len(), 1);
    sandbox.write(".git/refs/heads/old", "garbage\n");
    assert_eq!(code(repo.references("refs/heads/old")), "unreadable-file");
}

#[test]
fn links_below_refs_are_followed_but_not_round_and_round() {
    let link = |to: &str, name: &str| {
        let sandbox = small();
        let at = sandbox.path().join(".git/refs/heads").join(name);
        std::os::unix::fs::symlink(to, at).unwrap();
        sandbox.open().named("refs/").map(|found| found.len())
    };
    assert_eq!(code(link(".", "loop")), "unreadable-file");
    assert_eq!(code(link("nowhere", "gone")), "unreadable-file");
    assert_eq!(code(link("/dev/null", "device")), "unreadable-file");
    assert_eq!(link("main", "other").unwrap(), 2);
}

#[test]
fn what_git_passes_over_below_refs_is_no_reference() {
    let sandbox = small();
    for name in ["heads/.DS_Store", "heads/main.lock", ".hidden"] {
        sandbox.write(&format!(".git/refs/{name}"), "garbage");
    }
    let found = sandbox.open().named("refs/").unwrap();
    assert_eq!(found.len(), 1);
    let name = std::ffi::OsString::from_vec(b"caf\xe9".to_vec());
    let at = sandbox.path().join(".git/refs/heads");
    std::fs::copy(at.join("main"), at.join(name)).unwrap();
    assert_eq!(sandbox.open().named("refs/").unwrap().len(), 2);
}

#[test]
fn damaged_packed_references_are_an_error() {
    let sandbox = small();
    sandbox.git(&["pack-refs", "--all"]);
    sandbox.write(".git/packed-refs", "garbage\n");
    assert_ne!(code(sandbox.open().named("refs/")), "fine");
}

#[test]
fn a_linked_worktree_reads_its_own_references_and_the_shared_ones() {
    let sandbox = small();
    sandbox.git(&["worktree", "add", "-q", "-b", "other", "../linked"]);
    let linked = sandbox.home().join("linked");
    sandbox.git_bytes(&linked, &["update-ref", "refs/worktree/own", "HEAD"], b"");
    sandbox.git(&["update-ref", "refs/bisect/bad", "HEAD"]);
    let names = |repo: Box<dyn Repo>| {
        let found = repo.named("refs/").unwrap();
        found.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    let (own, shared) = ("refs/worktree/own", ["refs/heads/main", "refs/heads/other"]);
    assert_eq!(names(at(&linked).unwrap()), [&shared[..], &[own]].concat());
    assert_eq!(
        names(sandbox.open()),
        [&["refs/bisect/bad"], &shared[..]].concat()
    );
    std::fs::write(sandbox.path().join(".git/refs/worktree/own"), "garbage").ok();
    sandbox.write(".git/worktrees/linked/refs/worktree/own", "garbage");
    assert_eq!(code(at(&linked).unwrap().named("refs/")), "unreadable-file");
}
