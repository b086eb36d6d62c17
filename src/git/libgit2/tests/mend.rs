//! What cannot be read, and whether the command that the error names mends it.

use super::*;

#[test]
fn the_index_file_is_relative_to_the_top_and_must_exist() {
    let sandbox = small();
    std::fs::copy(
        sandbox.path().join(".git/index"),
        sandbox.path().join("other"),
    )
    .unwrap();
    sandbox.git(&["rm", "-q", "--cached", "a"]);
    let with = |file: &str| {
        open(
            Open::At(&sandbox.path().join("d")),
            false,
            Some(Path::new(file)),
            None,
        )
    };
    assert_eq!(paths(&*with("other").unwrap()), ["a", "d/b"]);
    let absolute = sandbox.path().join("other");
    assert_eq!(
        paths(&*with(absolute.to_str().unwrap()).unwrap()),
        ["a", "d/b"]
    );
    assert_eq!(paths(&*sandbox.open()), ["d/b"]);
    assert_eq!(code(with("none")), "unreadable-index");
    let repo = with("other").unwrap();
    std::fs::remove_file(absolute).unwrap();
    assert_eq!(code(repo.index()), "unreadable-index");
    std::fs::write(sandbox.path().join(".git/index"), "garbage").unwrap();
    assert_eq!(code(sandbox.open().index()), "unreadable-index");
}

#[test]
fn indexes_of_other_forms_are_read_or_named() {
    let sandbox = small();
    for option in [
        "--index-version=4",
        "--untracked-cache",
        "--force-untracked-cache",
    ] {
        sandbox.git(&["update-index", option]);
    }
    assert_eq!(paths(&*sandbox.open()), ["a", "d/b"]);
    sandbox.git(&[
        "-c",
        "index.skipHash=true",
        "update-index",
        "--force-write-index",
    ]);
    assert_eq!(paths(&*sandbox.open()), ["a", "d/b"]);
    // In the order of paths, whatever the case of the file system.
    sandbox.git(&["config", "core.ignoreCase", "true"]);
    sandbox.write("B", "3");
    sandbox.git(&["add", "B"]);
    assert_eq!(paths(&*sandbox.open()), ["B", "a", "d/b"]);
    sandbox.git(&["config", "core.splitIndex", "true"]);
    sandbox.git(&["update-index", "--split-index"]);
    mended(
        &sandbox,
        "git config core.splitIndex false && git update-index --no-split-index",
    );
    sandbox.write("B", "4");
    sandbox.git(&["add", "B"]);
    assert_eq!(paths(&*sandbox.open()), ["B", "a", "d/b"], "for good");
    sandbox.git(&["sparse-checkout", "init", "--cone", "--sparse-index"]);
    mended(&sandbox, "git sparse-checkout reapply --no-sparse-index");
}

/// The index cannot be read, and can after the command that the error names.
fn mended(sandbox: &Sandbox, command: &str) {
    let error = sandbox.open().index().unwrap_err();
    assert_eq!(error.code(), "unreadable-index");
    assert_eq!(error.mend().unwrap(), command);
    run(sandbox, &sandbox.path(), &error);
    assert_eq!(paths(&*sandbox.open()), ["B", "a", "d/b"]);
}

pub(super) fn run(sandbox: &Sandbox, dir: &Path, error: &Error) {
    let command = error.mend().unwrap();
    let output = sandbox
        .command("sh", dir)
        .args(["-c", &command])
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}: {output:?}");
}

#[test]
fn unknown_extensions_are_refused() {
    let sandbox = small();
    sandbox.git(&["config", "core.repositoryFormatVersion", "1"]);
    for name in ["extensions.refStorage", "extensions.somethingNew"] {
        sandbox.git(&["config", name, "reftable"]);
        assert_eq!(code(at(&sandbox.path())), "unsupported-repository");
        sandbox.write(".git/config", "[core]\n\trepositoryformatversion = 1\n");
    }
    assert_eq!(code(at(&sandbox.path())), "fine");
}

#[test]
fn missing_objects_come_back_by_the_command_that_is_named() {
    let sandbox = small();
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", sandbox.path().display());
    let clone = |options: &[&str]| {
        let path = sandbox.home().join("clone");
        let _ = std::fs::remove_dir_all(&path);
        let all = [&["clone", "-q", "--no-checkout", &url, "clone"], options].concat();
        sandbox.git_bytes(sandbox.home(), &all, b"");
        path
    };
    let blob = sandbox.id("HEAD:a");
    let path = clone(&["--filter=blob:none"]);
    let repo = at(&path).unwrap();
    assert!(repo.facts().partial);
    let error = repo.header(&blob).unwrap_err();
    assert!(matches!(error, Error::Promised(id) if id == blob));
    run(&sandbox, &path, &error);
    assert_eq!(at(&path).unwrap().read(&blob, Kind::Blob).unwrap(), b"1");

    let path = clone(&["-c", "fetch.unpackLimit=100"]);
    let pack = std::fs::read_dir(path.join(".git/objects/pack")).unwrap();
    pack.for_each(|file| std::fs::remove_file(file.unwrap().path()).unwrap());
    let error = at(&path).unwrap().read(&blob, Kind::Blob).unwrap_err();
    assert!(matches!(error, Error::Missing(id) if id == blob));
    run(&sandbox, &path, &error);
    assert_eq!(at(&path).unwrap().read(&blob, Kind::Blob).unwrap(), b"1");
}

#[test]
fn a_damaged_index_of_a_pack_is_never_read_by_and_its_command_mends_it() {
    let sandbox = small();
    sandbox.git(&["repack", "-adq"]);
    let directory = std::fs::read_dir(sandbox.path().join(".git/objects/pack")).unwrap();
    let mut paths = directory.map(|entry| entry.unwrap().path());
    let index = paths.find(|path| path.extension().is_some_and(|end| end == "idx"));
    let index = index.unwrap();
    let mut bytes = std::fs::read(&index).unwrap();
    // A checksum of an entry, which no reader looks at.
    let at = 8 + 256 * 4 + 5 * 20;
    bytes[at] ^= 1;
    std::fs::remove_file(&index).unwrap();
    std::fs::write(&index, bytes).unwrap();
    let head = sandbox.id("HEAD");
    let read = || {
        let repo = sandbox.open();
        // The packs are opened once many objects were asked for.
        let mut reads = (0..300).map(|_| repo.read(&head, Kind::Commit).map(drop));
        reads.find(Result::is_err).unwrap_or(Ok(()))
    };
    let error = read().unwrap_err();
    assert_eq!(error.code(), "corrupt-object");
    let mend = error.mend().unwrap();
    let mended = sandbox
        .command("sh", &sandbox.path())
        .args(["-c", &mend])
        .status();
    assert!(mended.unwrap().success(), "{mend}");
    read().unwrap();
}
