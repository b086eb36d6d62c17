//! The two readers, asked the same.

mod hostile;

use std::ffi::OsStr;
use std::fmt::Debug;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::*;
use crate::git::testing::{Sandbox, gits};
use crate::git::{Open, Opening, Reader};
use crate::host::Host;

/// A `git` first in PATH, and nothing of this machine's configuration.
fn host(git: &Path, home: &Path) -> Host {
    let path = git.parent().unwrap().as_os_str().as_encoded_bytes();
    let env = [
        ("PATH", path),
        ("HOME", home.as_os_str().as_encoded_bytes()),
    ];
    Host {
        env: env.map(|(name, value)| (name.into(), value.into())).into(),
        ..Host::default()
    }
}

fn opened(
    sandbox: &Sandbox,
    git: &Path,
    reader: Reader,
    at: &Path,
) -> Result<Box<dyn Repo + Send>> {
    let host = host(git, sandbox.home());
    let mut opening = Opening::new(&host);
    opening.reader = reader;
    crate::git::open(Open::At(at), &opening)
}

/// What is said of an answer: an error by its code, its words and its command.
fn told<T: Debug>(answer: Result<T>) -> String {
    match answer {
        Ok(answer) => format!("{answer:?}"),
        Err(error) => format!("{} {error} {:?}", error.code(), error.mend()),
    }
}

/// What was asked, and what the answer was, in words.
#[derive(Default)]
struct Asked(Vec<(String, String)>);

impl Asked {
    fn note<T: Debug>(&mut self, question: impl Into<String>, answer: Result<T>) {
        self.0.push((question.into(), told(answer)));
    }

    fn references(&mut self, repo: &dyn Repo) {
        for prefix in [
            "refs/",
            "refs/heads/",
            "refs/heads/m",
            "refs/tags/",
            "refs/none",
        ] {
            self.note(format!("references {prefix}"), repo.references(prefix));
            self.note(format!("named {prefix}"), repo.named(prefix));
        }
        for name in [
            "HEAD",
            "refs/heads/main",
            "refs/remotes/origin/HEAD",
            "refs/none",
        ] {
            self.note(format!("symbolic {name}"), repo.symbolic(name.into()));
        }
        for name in ["MERGE_HEAD", "CHERRY_PICK_HEAD"] {
            self.note(format!("under way {name}"), repo.is_under_way(name));
        }
        self.note("head", repo.head());
        self.note("head_ref", repo.head_ref());
        self.note("stashes", repo.stashes());
        self.note("worktrees", repo.worktrees());
        for name in [
            "HEAD",
            "refs/heads/main",
            "refs/heads",
            "refs/tags/v2",
            "refs/remotes/gone/HEAD",
        ] {
            self.note(format!("reference {name}"), repo.reference(name));
        }
    }

    fn object(&mut self, repo: &dyn Repo, id: &Id) {
        let header = repo.header(id).map(|found| (found.kind, found.size));
        self.note(format!("header {id}"), header);
        if repo.header(id).is_ok() {
            self.note(format!("has {id}"), repo.has(id));
        }
        let own = repo.header(id).map_or(Kind::Blob, |header| header.kind);
        let mut kinds = vec![own];
        if repo.read(id, own).is_ok() {
            // What is damaged may be of no kind that is known.
            kinds.extend([Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag]);
        }
        for kind in kinds {
            self.note(format!("read {id}"), repo.read(id, kind));
            self.note(format!("content {id}"), repo.content(id, kind, 3));
        }
    }

    fn ancestry(&mut self, repo: &dyn Repo, commits: &[Id]) {
        for one in commits {
            // Of what is not there the library says without a look that it is its own base.
            for other in commits.iter().filter(|other| one != *other) {
                let reached = repo.reachable(&[*one], &[*other]).map(sorted);
                self.note(format!("reachable {one} {other}"), reached);
                let bases = repo.merge_bases(one, &[*other]);
                self.note(format!("bases {one} {other}"), bases);
            }
            self.note(
                format!("all {one}"),
                repo.reachable(&[*one], &[]).map(sorted),
            );
        }
    }
}

/// Everything that a reader can be asked, in words.
fn answers(repo: &dyn Repo, revisions: &[&str], ids: &[Id]) -> Vec<(String, String)> {
    let mut asked = Asked::default();
    asked.note("facts", Ok(repo.facts()));
    asked.note("index", repo.index().map(|index| index.entries));
    for revision in revisions {
        asked.note(format!("resolve {revision}"), repo.resolve(revision));
    }
    asked.references(repo);
    for key in [
        "x.name",
        "Core.CommentChar",
        "branch.A.b.Remote",
        "core.bare",
        "a.none",
    ] {
        asked.note(format!("config {key}"), repo.config(key));
        asked.note(format!("own {key}"), repo.own_config(key));
    }
    for id in ids {
        asked.object(repo, id);
    }
    let is_commit = |id: &&Id| {
        repo.header(id)
            .is_ok_and(|header| header.kind == Kind::Commit)
    };
    let mut commits: Vec<Id> = ids.iter().filter(is_commit).copied().collect();
    commits.extend(Id::from_bytes(&[1; 20]));
    asked.ancestry(repo, &commits);
    asked.0
}

fn sorted(mut ids: Vec<Id>) -> Vec<Id> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Both readers say the same, with every `git` of this machine.
fn agree_at(sandbox: &Sandbox, at: &Path, revisions: &[&str], ids: &[Id]) {
    for git in gits() {
        let by = |reader| opened(sandbox, &git, reader, at).unwrap();
        let library = answers(&*by(Reader::Library), revisions, ids);
        let other = answers(&*by(Reader::Git).reopen().unwrap(), revisions, ids);
        for (one, other) in library.iter().zip(&other) {
            let ancestry = ["all ", "reachable ", "bases "]
                .iter()
                .any(|what| one.0.starts_with(what));
            // On its way through the ancestors the library does not always say what it met.
            if !(ancestry && is_error(&one.1) && is_error(&other.1)) {
                assert_eq!(one, other, "{}", git.display());
            }
        }
        assert_eq!(library.len(), other.len());
    }
}

fn is_error(told: &str) -> bool {
    !told.starts_with('[')
}

fn agree(sandbox: &Sandbox, revisions: &[&str]) {
    let all = sandbox.git(&[
        "cat-file",
        "--batch-all-objects",
        "--batch-check=%(objectname)",
    ]);
    let ids: Vec<Id> = all
        .lines()
        .filter_map(|hex| Id::from_hex(hex.as_bytes()))
        .collect();
    agree_at(sandbox, &sandbox.path(), revisions, &ids);
}

/// A history with a merge, tags, links, odd names and staged changes.
fn varied() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("d/b", "2\n");
    std::os::unix::fs::symlink("d/b", sandbox.path().join("link")).unwrap();
    let first = sandbox.commit_files(&[("a", "1"), ("empty", "")]);
    sandbox.git(&["tag", "-a", "-m", "t", "v1"]);
    sandbox.git(&["tag", "-a", "-m", "t", "v2", "v1"]);
    sandbox.git(&["tag", "tree", "HEAD^{tree}"]);
    sandbox.git(&["checkout", "-qb", "side"]);
    sandbox.commit_files(&[("s", "side\n")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.commit_files(&[("a", "2")]);
    sandbox.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    sandbox.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    for (name, target) in [("origin", "main"), ("gone", "none")] {
        let name = format!("refs/remotes/{name}/HEAD");
        sandbox.git(&[
            "symbolic-ref",
            &name,
            &format!("refs/remotes/origin/{target}"),
        ]);
    }
    let entry = format!("160000,{first},module");
    sandbox.git(&["update-index", "--add", "--cacheinfo", &entry]);
    sandbox.write("new\n\"\\\u{e9}", "x");
    std::fs::write(sandbox.path().join(OsStr::from_bytes(b"latin\xe9")), "x").unwrap();
    sandbox.git(&["add", "new*", "latin*"]);
    sandbox.write("intended", "");
    sandbox.write("none", "");
    sandbox.git(&["add", "none"]);
    sandbox.git(&["add", "-N", "intended"]);
    for (key, value) in [
        ("core.commentChar", ";"),
        ("branch.A.b.remote", "x"),
        ("x.name", "U"),
    ] {
        sandbox.git(&["config", key, value]);
    }
    sandbox
}

const REVISIONS: [&str; 18] = [
    "HEAD",
    "@",
    "HEAD~1",
    "HEAD^2",
    "main",
    "side",
    "v1",
    "v2",
    "v2^{commit}",
    "tree",
    "HEAD^{tree}",
    "none",
    "HEAD~7",
    "-n",
    "",
    "a..b",
    "refs/tags/v1",
    "1111111111111111111111111111111111111111",
];

#[test]
fn both_readers_say_the_same() {
    let sandbox = varied();
    agree(&sandbox, &REVISIONS);
    sandbox.git(&["pack-refs", "--all"]);
    sandbox.git(&["repack", "-adq"]);
    sandbox.git(&["checkout", "-q", "--detach", "-f"]);
    agree(&sandbox, &REVISIONS);
}

#[test]
fn both_readers_find_the_same_place() {
    let sandbox = varied();
    let run = |words: &[&str]| drop(sandbox.git_bytes(sandbox.home(), words, b""));
    let url = format!("file://{}", sandbox.path().display());
    run(&["clone", "-q", "--bare", &url, "bare.git"]);
    run(&["clone", "-q", "--separate-git-dir=separate", &url, "top"]);
    run(&["clone", "-q", "--depth=1", &url, "shallow"]);
    run(&["clone", "-q", "--shared", "repo", "borrowing"]);
    run(&["clone", "-q", "--no-local", "--mirror", "repo", "mirror"]);
    run(&["init", "-q", "-b", "main", "fresh"]);
    run(&["init", "-q", "-b", "main", "--object-format=sha256", "long"]);
    run(&["-C", "long", "commit", "-q", "--allow-empty", "-m", "One"]);
    run(&[
        "-C",
        "repo",
        "worktree",
        "add",
        "-q",
        "--detach",
        "../linked",
    ]);
    run(&["clone", "-q", &url, "grafted"]);
    let grafts = format!("{}\n", sandbox.id("HEAD"));
    std::fs::write(sandbox.home().join("grafted/.git/info/grafts"), grafts).unwrap();
    run(&["clone", "-q", &url, "moved"]);
    run(&["-C", "moved", "config", "core.worktree", "../../top"]);
    for place in [
        "repo/d",
        "repo/.git",
        "repo/.git/refs",
        "bare.git",
        "bare.git/refs",
        "top/d",
        "shallow",
        "borrowing",
        "mirror",
        "fresh",
        "long",
        "linked/d",
        "repo/.git/worktrees/linked",
        "grafted",
        "moved",
    ] {
        agree_at(
            &sandbox,
            &sandbox.home().join(place),
            &["HEAD", "HEAD~1"],
            &[],
        );
    }
    for nowhere in ["", "none"] {
        for git in gits() {
            let at = sandbox.home().join(nowhere);
            let by = |reader| told(opened(&sandbox, &git, reader, &at).map(drop));
            assert_eq!(by(Reader::Library), by(Reader::Git));
        }
    }
}
