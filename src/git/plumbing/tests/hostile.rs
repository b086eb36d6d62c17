//! Damaged and partial repositories, and a Git that dies, lies, or answers without end.

use super::*;

#[test]
fn both_readers_say_the_same_of_what_is_damaged() {
    let sandbox = varied();
    let loose = |revision: &str| {
        let hex = sandbox.id(revision).to_string();
        let path = sandbox
            .path()
            .join(format!(".git/objects/{}/{}", &hex[..2], &hex[2..]));
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        (path, bytes)
    };
    let ids: Vec<Id> = ["HEAD", "HEAD~1", "HEAD:a", "HEAD:s", "HEAD^{tree}", "v1"]
        .map(|revision| sandbox.id(revision))
        .into();
    let (path, _) = loose("HEAD:s");
    std::fs::write(path, "rubbish").unwrap();
    loose("HEAD:a");
    let (path, mut tree) = loose("HEAD^{tree}");
    tree.truncate(tree.len() / 2);
    std::fs::write(path, tree).unwrap();
    let (path, _) = loose("HEAD~1");
    std::fs::write(path, "").unwrap();
    sandbox.write(".git/refs/heads/missing", format!("{}\n", "1".repeat(40)));
    agree_at(&sandbox, &sandbox.path(), &["HEAD", "missing"], &ids);
    sandbox.write(".git/refs/heads/garbage", "garbage\n");
    for git in gits() {
        let by = |reader| opened(&sandbox, &git, reader, &sandbox.path()).unwrap();
        for reader in [Reader::Library, Reader::Git] {
            let told = told(by(reader).resolve("garbage"));
            assert!(told.starts_with("unreadable-repository"), "{told}");
        }
        // The library leaves such a reference out, as `git for-each-ref` does with a warning.
        let told = told(by(Reader::Git).named("refs/"));
        assert!(told.starts_with("unreadable-repository"), "{told}");
    }
}

#[test]
fn no_revision_leads_the_library_over_an_object_that_is_cut_off() {
    let sandbox = varied();
    let described = format!("v-1-g{}~2", &sandbox.id("HEAD").to_string()[..10]);
    let hex = sandbox.id("HEAD~1").to_string();
    let path = sandbox.path().join(".git/objects").join(&hex[..2]);
    let path = path.join(&hex[2..]);
    let mut commit = std::fs::read(&path).unwrap();
    commit.truncate(commit.len() / 2);
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, commit).unwrap();
    for git in gits() {
        let repo = opened(&sandbox, &git, Reader::Library, &sandbox.path()).unwrap();
        for revision in [
            "@~1", "@^^", "HEAD~2", "main~2", ":/c", "@{0}~2", &described,
        ] {
            let told = told(repo.resolve(revision));
            assert!(is_error(&told), "{revision}: {told}");
        }
    }
}

#[test]
fn what_a_partial_clone_left_with_the_remote_is_not_fetched() {
    let sandbox = varied();
    sandbox.git(&["tag", "-d", "tree"]);
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    sandbox.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let url = format!("file://{}", sandbox.path().display());
    let ids: Vec<Id> = ["HEAD", "HEAD:a", "HEAD:s", "HEAD^{tree}"]
        .map(|one| sandbox.id(one))
        .into();
    for filter in ["blob:none", "tree:0"] {
        let filter = format!("--filter={filter}");
        let clone = ["clone", "-q", "--no-checkout", &filter, &url, "partial"];
        sandbox.git_bytes(sandbox.home(), &clone, b"");
        let path = sandbox.home().join("partial");
        let packs = || {
            std::fs::read_dir(path.join(".git/objects/pack"))
                .unwrap()
                .count()
        };
        let before = packs();
        agree_at(&sandbox, &path, &["HEAD"], &ids);
        let repo = opened(&sandbox, &gits()[0], Reader::Git, &path).unwrap();
        assert!(matches!(
            repo.read(&ids[1], Kind::Blob),
            Err(Error::Promised(_))
        ));
        assert_eq!(packs(), before, "nothing was fetched");
        std::fs::remove_dir_all(&path).unwrap();
    }
}

/// A program in place of Git, whose answers are a shell script's.
fn imposter(sandbox: &Sandbox, script: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let path = sandbox.home().join("bin/git");
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in *cat-file*) {script};; esac\nexec {} \"$@\"\n",
        gits()[0].display()
    );
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn a_child_that_dies_or_answers_oddly_is_an_error() {
    let sandbox = varied();
    let blob = sandbox.id("HEAD:d/b");
    for (script, code) in [
        ("exit 0", "unreadable-repository"),
        ("kill -9 $$", "unreadable-repository"),
        ("echo rubbish; exit", "unreadable-repository"),
        ("while :; do echo y; done", "unreadable-repository"),
        ("while :; do printf y; done", "unreadable-repository"),
        ("read id; echo $id blob", "unreadable-repository"),
        ("read id; echo $id blub 2", "unreadable-repository"),
        (
            "while read id; do echo $id missing; done; exit",
            "missing-object",
        ),
        ("read id; echo $id blob -2", "unreadable-repository"),
    ] {
        let git = imposter(&sandbox, script);
        let repo = opened(&sandbox, &git, Reader::Git, &sandbox.path()).unwrap();
        let header = repo.header(&blob).map_err(|error| error.code());
        assert_eq!(header.err(), Some(code), "{script}");
        assert_eq!(
            repo.read(&blob, Kind::Blob).unwrap_err().code(),
            code,
            "{script}"
        );
    }
    let batch = |script: &str| format!("case \"$*\" in *--batch) {script};; esac");
    for script in [
        "read id; echo $id blob 3; printf '2\\n'; exit",
        "read id; echo $id blob 99999999999999; printf '2\\n'; exit",
        "read id; echo $id blob 2; kill -9 $$",
        "exit 1",
    ] {
        let git = imposter(&sandbox, &batch(script));
        let repo = opened(&sandbox, &git, Reader::Git, &sandbox.path()).unwrap();
        assert_eq!(repo.header(&blob).unwrap().size, 2);
        assert!(repo.read(&blob, Kind::Blob).is_err(), "{script}");
    }
    let git = imposter(&sandbox, "sleep 0");
    let repo = opened(&sandbox, &git, Reader::Git, &sandbox.path()).unwrap();
    assert_eq!(repo.read(&blob, Kind::Blob).unwrap(), b"2\n");
}

#[test]
fn an_object_with_another_id_is_found_on_request() {
    let sandbox = varied();
    let file = |id: &Id| {
        let hex = id.to_string();
        sandbox
            .path()
            .join(format!(".git/objects/{}/{}", &hex[..2], &hex[2..]))
    };
    let (blob, forged) = (sandbox.id("HEAD:d/b"), sandbox.object("blob", b"forged"));
    std::fs::remove_file(file(&blob)).unwrap();
    std::fs::copy(file(&forged), file(&blob)).unwrap();
    let host = host(&gits()[0], sandbox.home());
    for (verify_objects, expected) in [(false, None), (true, Some("corrupt-object"))] {
        let opening = Opening {
            reader: Reader::Git,
            verify_objects,
            host: &host,
        };
        let repo = crate::git::open(Open::At(&sandbox.path()), &opening).unwrap();
        let read = repo.read(&blob, Kind::Blob);
        assert_eq!(read.err().map(|error| error.code()), expected);
    }
}
