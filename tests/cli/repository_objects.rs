//! Kinds of repositories: how objects are stored, what is missing, damaged or large.

use crate::incomplete::cloned;
use crate::repositories::{is_found, plant, planted, secret};
use crate::support::{CORDON, Report, Sandbox, incomplete, mends, said};

/// Where a loose object lies.
fn loose(sandbox: &Sandbox, revision: &str) -> std::path::PathBuf {
    let id = sandbox.id(revision);
    let path = format!(".git/objects/{}/{}", &id[..2], &id[2..]);
    sandbox.path().join(path)
}

// kind: alternates
#[test]
fn objects_that_are_borrowed() {
    let sandbox = planted();
    sandbox.git(["clone", "-q", "--shared", ".", "../shared"]);
    let shared = sandbox.outside("shared");
    is_found(&sandbox, &["--repo", shared.to_str().unwrap()]);
    sandbox.git(["repack", "-adq"]);
    is_found(&sandbox, &["--repo", shared.to_str().unwrap()]);
}

// kind: many packs with indexes of all sorts
#[test]
fn many_packs_with_indexes_of_all_sorts() {
    let sandbox = Sandbox::with_commit();
    for number in 0..12 {
        sandbox.write(&format!("file-{number}"), format!("{number}\n"));
        sandbox.commit(&format!("Commit {number}"));
        sandbox.git(["repack", "-dq"]);
    }
    plant(&sandbox);
    sandbox.git(["repack", "-dq", "--write-midx", "--write-bitmap-index"]);
    sandbox.git(["multi-pack-index", "write", "--bitmap"]);
    sandbox.git(["commit-graph", "write", "--reachable", "--changed-paths"]);
    is_found(&sandbox, &[]);
    let report = sandbox.both(&["--all"]);
    assert_eq!(report.places("secret-added"), ["config.ini:1"]);
    assert_eq!(report.json["range"]["commits"], 14);
}

#[test]
fn a_commit_graph_that_lies_hides_nothing() {
    let sandbox = planted();
    sandbox.write("other", "x\n");
    sandbox.commit("Behind");
    sandbox.commit("Last");
    let base = sandbox.id("HEAD~3");
    let range = format!("{base}..HEAD");
    sandbox.git(["commit-graph", "write", "--reachable"]);
    let graph = sandbox.path().join(".git/objects/info/commit-graph");
    let mut bytes = std::fs::read(&graph).unwrap();
    let commits = data_of_commits(&bytes);
    for commit in bytes[commits].chunks_exact_mut(36) {
        // It has no parents.
        commit[20..24].copy_from_slice(&0x7000_0000_u32.to_be_bytes());
    }
    std::fs::remove_file(&graph).unwrap();
    std::fs::write(&graph, bytes).unwrap();
    let believed = sandbox.git(["rev-list", &range]).stdout;
    assert_eq!(believed.lines().count(), 2, "Git believes it");
    let report = sandbox.both(&["--range", &range]);
    assert_eq!(report.json["range"]["commits"], 3);
    assert_eq!(report.rules(), ["secret-added"]);
}

/// Where a commit-graph has its chunk `CDAT`.
fn data_of_commits(graph: &[u8]) -> std::ops::Range<usize> {
    let offset = |at: usize| {
        let bytes = graph[at + 4..at + 12].try_into().unwrap();
        usize::try_from(u64::from_be_bytes(bytes)).unwrap()
    };
    let entry = (8..)
        .step_by(12)
        .find(|&at| graph[at..].starts_with(b"CDAT"))
        .unwrap();
    offset(entry)..offset(entry + 12)
}

// kind: partial clone without trees
#[test]
fn a_clone_without_trees_is_incomplete_until_they_are_here() {
    let sandbox = cloned("--filter=tree:0");
    let by_git = sandbox.report(&["--all", "--reader", "git"]);
    incomplete(&by_git, "missing-object");
    mends(&sandbox, &["--all"], "missing-object");
    assert_eq!(sandbox.both(&["--all"]).code, 0);
}

// kind: damaged loose object
#[test]
fn a_loose_object_that_is_damaged_is_incomplete_until_it_is_fetched() {
    for damage in ["rubbish", "", "cut"] {
        for revision in ["HEAD:README", "HEAD^{tree}", "HEAD~1"] {
            let sandbox = cloned("");
            sandbox.shell("mv .git/objects/pack ../p && cat ../p/*.pack | git unpack-objects -q");
            let path = loose(&sandbox, revision);
            let mut bytes = std::fs::read(&path).unwrap();
            bytes.truncate(bytes.len() - 6);
            let bytes = if damage == "cut" {
                &bytes
            } else {
                damage.as_bytes()
            };
            std::fs::remove_file(&path).unwrap();
            std::fs::write(&path, bytes).unwrap();
            for args in [["--all"].as_slice(), &["--range", "HEAD~2..HEAD"]] {
                let by_git = sandbox.report(&[args, &["--reader", "git"]].concat());
                assert_eq!(by_git.code, 2, "{damage} {revision}");
                let library = sandbox.report(&[args, &["--reader", "library"]].concat());
                assert_eq!(library.code, 2, "{damage} {revision}");
            }
            mends(&sandbox, &["--all"], "corrupt-object");
        }
    }
}

// kind: damaged pack
#[test]
fn a_damaged_pack_is_incomplete_until_it_is_replaced() {
    let sandbox = cloned("");
    let said = sandbox.shell(
        "pack=$(ls .git/objects/pack/*.pack) && chmod u+w $pack && size=$(cat $pack | wc -c) && \
         printf XXXXXXXXXXXX | dd of=$pack bs=1 seek=$((size / 2)) conv=notrunc",
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    for reader in ["library", "git"] {
        let report = sandbox.report(&["--all", "--reader", reader]);
        assert_eq!(report.code, 2, "{reader}: {:#}", report.json);
    }
    // As docs/repositories.md has it.
    let said = sandbox.shell("mv .git/objects/pack ../pack && git fetch -q --refetch");
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(sandbox.both(&["--all"]).code, 0);
}

// kind: an object that vanishes meanwhile
#[test]
fn an_object_that_vanishes_half_way_is_incomplete() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = planted();
    let git = sandbox.shell("command -v git").stdout;
    let blob = loose(&sandbox, "HEAD:config.ini");
    // It is there until objects are asked for.
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *cat-file*) /bin/rm -f '{}';; esac\nexec {} \"$@\"\n",
        blob.display(),
        git.trim()
    );
    std::fs::create_dir(sandbox.outside("bin")).unwrap();
    let wrapper = sandbox.outside("bin/git");
    std::fs::write(&wrapper, script).unwrap();
    std::fs::set_permissions(&wrapper, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = sandbox.command(CORDON, &sandbox.path());
    command.args(["check", "--all", "--format", "json", "--reader", "git"]);
    let report = Report::read(&said(command.env("PATH", sandbox.outside("bin"))));
    incomplete(&report, "missing-object");
    assert_eq!(report.json["incomplete"][0]["path"], "config.ini");
}

// kind: large file
#[test]
fn a_file_of_300_mb_is_over_the_limit() {
    let sandbox = planted();
    sandbox.git(["config", "core.compression", "0"]);
    let file = std::fs::File::create(sandbox.path().join("large")).unwrap();
    file.set_len(300 << 20).unwrap();
    sandbox.git(["-c", "core.bigFileThreshold=1m", "add", "large"]);
    sandbox.commit("Large");
    let report = sandbox.both(&["--range", "HEAD~1..HEAD"]);
    incomplete(&report, "limit");
    assert_eq!(report.json["incomplete"][0]["path"], "large");
}

// kind: 100,000 files in one commit
#[test]
fn a_hundred_thousand_files_in_one_commit() {
    let sandbox = Sandbox::with_commit();
    let secret = secret();
    let lines = (0..100_000).map(|number| format!("M 100644 :1 d{}/f{number}\n", number % 400));
    let stream = format!(
        "blob\nmark :1\ndata 2\nx\n\nblob\nmark :2\ndata {}\n{secret}\ncommit refs/heads/main\n\
         committer A <a@acme.example> 1700000000 +0000\ndata 4\nMany\nfrom refs/heads/main^0\n\
         {}M 100644 :2 config.ini\n\n",
        secret.len(),
        lines.collect::<String>()
    );
    std::fs::write(sandbox.outside("stream"), stream).unwrap();
    let said = sandbox.shell("git fast-import --quiet < ../stream");
    assert_eq!(said.code, 0, "{}", said.stderr);
    let report = sandbox.both(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.places("secret-added"), ["config.ini:1"]);
}
