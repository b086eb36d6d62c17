//! Nothing unread is a pass.

use crate::support::{CLAUDE, Sandbox, mends};

/// A clone of a repository with three commits, by these options.
pub(crate) fn cloned(options: &str) -> Sandbox {
    let sandbox = Sandbox::with_commit();
    for number in 0..3 {
        sandbox.write(&format!("file-{number}"), format!("{number}\n"));
        sandbox.write("README", format!("changed {number} times\n"));
        sandbox.commit(&format!("Commit {number}"));
    }
    sandbox.git(["config", "uploadpack.allowFilter", "true"]);
    sandbox.git(["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let url = format!("file://{}", sandbox.path().display());
    let said = sandbox.shell(&format!(
        "git clone -q {options} {url} ../clone && mv ../clone ../moved"
    ));
    assert_eq!(said.code, 0, "{}", said.stderr);
    std::fs::rename(sandbox.path(), sandbox.outside("source")).unwrap();
    std::fs::rename(sandbox.outside("moved"), sandbox.path()).unwrap();
    let source = format!("file://{}", sandbox.outside("source").display());
    sandbox.git(["remote", "set-url", "origin", &source]);
    sandbox
}

// kind: shallow clone
#[test]
fn a_shallow_clone_is_incomplete_until_it_is_deepened() {
    mends(&cloned("--depth 2"), &["--all"], "shallow");
    mends(&cloned("--depth 1"), &["--commit", "HEAD"], "shallow");
}

#[test]
fn a_range_that_keeps_clear_of_the_boundary_is_complete() {
    let sandbox = cloned("--depth 3");
    assert_eq!(sandbox.report(&["--range", "HEAD~1..HEAD"]).code, 0);
    assert_eq!(sandbox.report(&["--range", "HEAD~2..HEAD"]).code, 0);
}

// kind: partial clone without files
#[test]
fn a_partial_clone_is_incomplete_until_its_blobs_are_here() {
    mends(&cloned("--filter=blob:none"), &["--all"], "missing-object");
}

// kind: missing object
#[test]
fn a_missing_object_is_incomplete_until_it_is_fetched() {
    let sandbox = cloned("");
    sandbox.shell("mv .git/objects/pack ../p && cat ../p/*.pack | git unpack-objects -q");
    let blob = sandbox.id("HEAD~1:file-1");
    std::fs::remove_file(sandbox.path().join(format!(
        ".git/objects/{}/{}",
        &blob[..2],
        &blob[2..]
    )))
    .unwrap();
    mends(&sandbox, &["--all"], "missing-object");
}

// kind: grafts
#[test]
fn grafts_are_incomplete_until_they_are_gone() {
    let sandbox = cloned("");
    let head = sandbox.id("HEAD");
    sandbox.shell(&format!(
        "mkdir -p .git/info && echo {head} > .git/info/grafts"
    ));
    mends(&sandbox, &["--all"], "grafts");
}

#[test]
fn an_index_that_is_not_there_is_no_empty_one() {
    let mut sandbox = Sandbox::with_commit();
    sandbox.set("GIT_INDEX_FILE", "nowhere");
    assert_eq!(sandbox.report(&["--staged"]).codes(), ["unreadable-index"]);
}

#[test]
fn what_is_corrupt_is_incomplete() {
    let sandbox = Sandbox::with_commit();
    let blob = sandbox.id("HEAD:README");
    let path = sandbox
        .path()
        .join(format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    sandbox.shell(&format!("chmod u+w {}", path.display()));
    std::fs::write(&path, "rubbish").unwrap();
    let report = sandbox.report(&["--all"]);
    assert_eq!(report.code, 2);
    assert_eq!(report.json["incomplete"][0]["path"], "README");
    assert_eq!(report.json["incomplete"][0]["commit"], sandbox.id("HEAD"));
}

#[test]
fn limits_end_in_incomplete() {
    for (limit, code) in [
        ("commits: 1", "limit"),
        ("files: 1", "limit"),
        ("blob_bytes: 1KiB", "limit"),
    ] {
        let sandbox =
            Sandbox::with_policy(&format!("cordon: 1\nextends: []\nlimits: {{{limit}}}\n"));
        sandbox.write("big", "x".repeat(2000));
        sandbox.write("other", "x\n");
        sandbox.commit("One");
        sandbox.commit("Two");
        let report = sandbox.report(&["--range", "HEAD~2..HEAD"]);
        assert_eq!(report.codes(), [code], "{limit}: {:#}", report.json);
    }
}

#[test]
fn a_finding_that_blocks_wins_over_incomplete() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nlimits: {blob_bytes: 1KiB}\nagents: {claude-code: {status: denied}}\n",
    );
    sandbox.write("big", "x".repeat(2000));
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.code, 1);
    assert_eq!(report.codes(), ["limit"]);
}

#[test]
fn at_stage_commit_the_policy_may_let_incomplete_pass_with_a_warning() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nincomplete: {commit: warn}\nlimits: {blob_bytes: 1KiB}\n",
    );
    sandbox.write("big", "x".repeat(2000));
    sandbox.stage();
    let said = sandbox.cordon(["check", "--staged"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("incomplete"), "{}", said.stdout);
    sandbox.commit("Big");
    assert_eq!(sandbox.report(&["--range", "HEAD~1..HEAD"]).code, 2);
}

#[test]
fn attributes_hide_nothing() {
    let sandbox = Sandbox::with_commit();
    sandbox.write(".gitattributes", "* -diff binary linguist-generated\n");
    sandbox.commit("Attributes");
    sandbox.write("config.ini", format!("key = AKIA{}\n", "Q3X7Z5T2M4P6R2W3"));
    sandbox.commit("Secret");
    assert_eq!(
        sandbox.report(&["--range", "HEAD~1..HEAD"]).rules(),
        ["secret-added"]
    );
}

/// Lets the index of the one pack say of each of two objects that it stands where the other does.
fn swapped(sandbox: &Sandbox, ids: [&str; 2]) {
    let directory = std::fs::read_dir(sandbox.path().join(".git/objects/pack")).unwrap();
    let mut paths = directory.map(|entry| entry.unwrap().path());
    let path = paths.find(|path| path.extension().is_some_and(|end| end == "idx"));
    let path = path.unwrap();
    let mut index = std::fs::read(&path).unwrap();
    let table = 8 + 256 * 4;
    let count = u32::from_be_bytes(index[table - 4..table].try_into().unwrap()) as usize;
    let place = |id: &str| {
        let hex = |at: usize| {
            index[table + at * 20..][..20]
                .iter()
                .map(|b| format!("{b:02x}"))
        };
        let at = (0..count).find(|at| hex(*at).collect::<String>() == id);
        table + count * 24 + at.unwrap() * 4
    };
    let [one, other] = ids.map(place);
    for byte in 0..4 {
        index.swap(one + byte, other + byte);
    }
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, index).unwrap();
}

#[test]
fn a_damaged_index_of_a_pack_is_incomplete_in_short_and_in_long_runs() {
    let key = format!("AKIA{}", "Q3X7Z5T2M4P6R2W3");
    for (commits, rows) in [(1, None), (150, Some(1)), (300, Some(1))] {
        let sandbox = Sandbox::with_commit();
        sandbox.write("key", format!("aws = {key}\n"));
        sandbox.write("no", format!("aws = {}\n", "#".repeat(key.len())));
        sandbox.commit("Two files of one size");
        for number in 1..commits {
            sandbox.git(["commit", "-qm", &number.to_string(), "--allow-empty"]);
        }
        sandbox.git(["repack", "-adq"]);
        swapped(&sandbox, [&sandbox.id("HEAD:key"), &sandbox.id("HEAD:no")]);
        let reports = ["1", "2"].map(|jobs| sandbox.report(&["--all", "--jobs", jobs]));
        for report in &reports {
            assert_eq!(report.code, 2, "{:#}", report.json);
            assert_eq!(report.codes().first(), Some(&"corrupt-object"));
            assert!(rows.is_none_or(|rows| report.codes().len() == rows));
        }
        assert_eq!(reports[0].json, reports[1].json);
    }
}

#[test]
fn the_index_that_a_variable_names_is_the_one_that_is_judged() {
    let mut sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nzones: {z: {paths: [src], agents: denied}}\n",
    );
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.set("GIT_NAMESPACE", "x");
    sandbox.write("src/a", "a\n");
    let said = sandbox.shell("cp .git/index other && GIT_INDEX_FILE=other git add src");
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(sandbox.report(&["--staged"]).rules(), [""; 0]);
    // Relative to the top of the work tree, wherever the command runs.
    sandbox.set("GIT_INDEX_FILE", "other");
    assert_eq!(sandbox.report(&["--staged"]).rules(), ["zone-agent"]);
    let below = crate::support::said(
        sandbox
            .command(crate::support::CORDON, &sandbox.path().join("src"))
            .args(["check", "--staged", "--format", "json"]),
    );
    assert_eq!(crate::support::Report::read(&below).rules(), ["zone-agent"]);
    sandbox.set("GIT_INDEX_FILE", "missing");
    let report = sandbox.report(&["--staged"]);
    assert_eq!((report.codes(), report.code), (vec!["unreadable-index"], 2));
}
