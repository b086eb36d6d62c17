use super::*;
use crate::git::change::tests::shown;
use crate::git::index_changes;
use crate::git::testing::Sandbox;

fn own(sandbox: &Sandbox, revision: &str) -> Result<String> {
    let repo = sandbox.open();
    let id = sandbox.id(revision);
    let commit = Commit::parse(id, &repo.read(&id, Kind::Commit)?)?;
    Ok(shown(&commit_changes(
        &mut TreeReader::new(&*repo),
        &commit,
    )?))
}

#[test]
fn an_unmerged_path_is_an_error() {
    let sandbox = conflict();
    let repo = sandbox.open();
    let index = repo.index().unwrap();
    let error = index_changes(&mut TreeReader::new(&*repo), None, &index).unwrap_err();
    assert_eq!(error.code(), "unmerged");
}

#[test]
fn a_root_adds_everything() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("a", "1"), ("d/e", "1")]);
    sandbox.commit_files(&[("a", "2")]);
    assert_eq!(own(&sandbox, "HEAD~").unwrap(), "Add a; Add d/e;");
    assert_eq!(own(&sandbox, "HEAD").unwrap(), "Modify a;");
}

/// A merge of `side` into `main` that stopped at the file `a`; `b` changed on `side` alone, `c` on
/// `main` alone.
fn conflict() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("a", "1"), ("b", "1"), ("c", "1"), ("d/e", "1")]);
    sandbox.git(&["checkout", "-qb", "side"]);
    sandbox.commit_files(&[("a", "side"), ("b", "side"), ("d/new", "side")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.commit_files(&[("a", "main"), ("c", "main")]);
    let merge = ["merge", "-q", "--no-commit", "side"];
    assert!(!sandbox.try_git(&sandbox.path(), &merge, b"").0);
    sandbox
}

#[test]
fn a_clean_merge_has_no_own_changes() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("a", "1"), ("d/b", "1"), ("gone", "1")]);
    sandbox.git(&["checkout", "-qb", "side"]);
    sandbox.git(&["rm", "-q", "gone"]);
    sandbox.commit_files(&[("d/b", "side"), ("d/new", "side")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.commit_files(&[("a", "main"), ("d/main", "main")]);
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "M", "side"]);
    assert_eq!(own(&sandbox, "HEAD").unwrap(), "");
}

#[test]
fn a_conflict_resolution_and_an_evil_line_are_own_changes() {
    let sandbox = conflict();
    sandbox.commit_files(&[("a", "both"), ("evil", "x")]);
    assert_eq!(own(&sandbox, "HEAD").unwrap(), "Modify a; Add evil;");
    // A side of the conflict is taken: both changed it, so it is a choice between the two.
    let sandbox = conflict();
    sandbox.commit_files(&[("a", "side")]);
    assert_eq!(own(&sandbox, "HEAD").unwrap(), "");
    let sandbox = conflict();
    std::fs::remove_file(sandbox.path().join("a")).unwrap();
    sandbox.commit_files(&[]);
    assert_eq!(own(&sandbox, "HEAD").unwrap(), "Delete a;");
}

#[test]
fn a_merge_that_drops_one_side_undoes_its_changes() {
    let sandbox = conflict();
    sandbox.git(&["merge", "--abort"]);
    sandbox.git(&["merge", "-q", "-s", "ours", "-m", "M", "side"]);
    assert_eq!(own(&sandbox, "HEAD").unwrap(), "Modify b; Delete d/new;");
    // The other way round: the merge keeps the side's old `c`.
    let tree = sandbox.id("side^{tree}").to_string();
    let merge = ["commit-tree", &tree, "-p", "HEAD~", "-p", "side", "-m", "M"];
    let merge = sandbox.git(&merge);
    assert_eq!(own(&sandbox, &merge).unwrap(), "Modify c;");
}

#[test]
fn an_octopus_is_judged_against_every_parent() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("a", "1"), ("b", "1"), ("c", "1")]);
    sandbox.git(&["branch", "one"]);
    sandbox.commit_files(&[("a", "later")]);
    sandbox.git(&["branch", "two"]);
    sandbox.git(&["checkout", "-q", "one"]);
    sandbox.commit_files(&[("b", "one")]);
    sandbox.git(&["checkout", "-q", "two"]);
    sandbox.commit_files(&[("c", "two")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.commit_files(&[("m", "main")]);
    sandbox.git(&["merge", "-q", "-m", "M", "one", "two"]);
    assert_eq!(
        sandbox
            .git(&["rev-list", "--parents", "-1", "HEAD"])
            .split(' ')
            .count(),
        4
    );
    assert_eq!(own(&sandbox, "HEAD").unwrap(), "");
    sandbox.git(&["reset", "-q", "--hard", "HEAD~"]);
    sandbox.git(&["merge", "-q", "-s", "ours", "-m", "M", "one", "two"]);
    assert_eq!(own(&sandbox, "HEAD").unwrap(), "Modify b; Modify c;");
    // `one` never saw the later `a`: keeping its old one undoes what main did.
    let tree = sandbox.id("one^{tree}").to_string();
    let parents = ["-p", "HEAD~", "-p", "one", "-p", "two", "-m", "M"];
    let merge = sandbox.git(&[&["commit-tree", &tree], &parents[..]].concat());
    assert_eq!(
        own(&sandbox, &merge).unwrap(),
        "Modify a; Modify c; Delete m;"
    );
}

#[test]
fn a_later_parent_of_an_octopus_may_descend_from_an_earlier_one() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("a", "1"), ("b", "1")]);
    sandbox.git(&["checkout", "-qb", "one"]);
    sandbox.commit_files(&[("b", "one")]);
    sandbox.git(&["checkout", "-qb", "three"]);
    sandbox.commit_files(&[("t", "three")]);
    sandbox.git(&["checkout", "-q", "one"]);
    sandbox.commit_files(&[("b", "one again")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.commit_files(&[("a", "main")]);
    sandbox.git(&["merge", "-q", "-m", "M", "one", "three"]);
    assert_eq!(own(&sandbox, "HEAD").unwrap(), "");
    sandbox.git(&["checkout", "-q", "three", "--", "b"]);
    sandbox.git(&["commit", "-q", "--amend", "-m", "M"]);
    assert_eq!(own(&sandbox, "HEAD").unwrap(), "Modify b;");
}

#[test]
fn an_octopus_of_many_conflicts_takes_no_exponential_time() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("a", "1")]);
    let mut merge = vec![
        "commit-tree".to_owned(),
        sandbox.id("HEAD^{tree}").to_string(),
    ];
    for at in 0..40 {
        let blob = sandbox.object("blob", at.to_string().as_bytes());
        let tree = sandbox.object("tree", &[b"100644 a\0", blob.as_bytes()].concat());
        let parent = ["commit-tree", &tree.to_string(), "-p", "HEAD", "-m", "P"];
        merge.extend(["-p".to_owned(), sandbox.git(&parent)]);
    }
    merge.extend(["-m".to_owned(), "M".to_owned()]);
    let arguments: Vec<&str> = merge.iter().map(String::as_str).collect();
    let merge = sandbox.git(&arguments);
    assert_eq!(own(&sandbox, &merge).unwrap(), "Modify a;");
}

#[test]
fn unrelated_histories_meet_in_the_empty_tree() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("a", "1")]);
    sandbox.git(&["checkout", "-q", "--orphan", "other"]);
    sandbox.git(&["rm", "-rqf", "."]);
    sandbox.commit_files(&[("b", "1")]);
    let merge = [
        "merge",
        "-q",
        "--allow-unrelated-histories",
        "-m",
        "M",
        "main",
    ];
    sandbox.git(&merge);
    assert_eq!(own(&sandbox, "HEAD").unwrap(), "");
    sandbox.git(&["reset", "-q", "--hard", "HEAD~"]);
    sandbox.git(&[&merge[..], &["-s", "ours"]].concat());
    assert_eq!(own(&sandbox, "HEAD").unwrap(), "Delete a;");
}

#[test]
fn where_parents_of_a_merge_meet_must_be_known() {
    let sandbox = Sandbox::new();
    sandbox.commit_files(&[("a", "1")]);
    sandbox.git(&["checkout", "-qb", "side"]);
    sandbox.commit_files(&[("b", "1")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.commit_files(&[("c", "1")]);
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "M", "side"]);
    let url = format!("file://{}", sandbox.path().display());
    sandbox.git_bytes(
        sandbox.home(),
        &["clone", "-q", "--depth", "2", &url, "shallow"],
        b"",
    );
    let repo = crate::git::testing::open_at(&sandbox.home().join("shallow")).unwrap();
    let read = |revision: &str| {
        let id = sandbox.id(revision);
        let commit = Commit::parse(id, &repo.read(&id, Kind::Commit).unwrap()).unwrap();
        commit_changes(&mut TreeReader::new(&*repo), &commit)
    };
    assert_eq!(read("HEAD").unwrap_err().code(), "shallow");
    assert_eq!(
        read("HEAD~").unwrap_err().mend().unwrap(),
        "git fetch --unshallow"
    );
}
