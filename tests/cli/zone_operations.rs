//! `zone-agent`: every operation, at both ends, committed, staged and pushed.

use crate::support::{CLAUDE, Sandbox};

const POLICY: &str = "\
cordon: 1
extends: []
zones:
  crypto:
    class: export
    paths: [\"src/crypto/**\", \"!src/crypto/README.md\"]
    agents: denied
";

/// What an agent does in a shell, the path at which it is found, and whether lines tell where.
const OPERATIONS: &[(&str, &str, &str)] = &[
    // Add, modify, delete.
    ("echo x > src/crypto/new.c", "src/crypto/new.c", "file"),
    (": > src/crypto/empty.c", "src/crypto/empty.c", "tree"),
    (
        "echo 'int more;' >> src/crypto/aes.c",
        "src/crypto/aes.c",
        "file",
    ),
    ("git rm -q src/crypto/aes.c", "src/crypto/aes.c", "tree"),
    // Rename, out and in, whole and with a change.
    (
        "git mv src/crypto/aes.c src/util/aes.c",
        "src/util/aes.c",
        "tree",
    ),
    (
        "git mv src/util/a.c src/crypto/a.c",
        "src/crypto/a.c",
        "tree",
    ),
    (
        "git mv src/crypto/aes.c src/util/aes.c && echo x >> src/util/aes.c",
        "src/crypto/aes.c",
        "tree",
    ),
    (
        "git mv src/crypto/run.sh src/crypto/README.md",
        "src/crypto/README.md",
        "tree",
    ),
    // A copy in.
    (
        "cp src/util/a.c src/crypto/copy.c",
        "src/crypto/copy.c",
        "file",
    ),
    // Mode and type.
    ("chmod +x src/crypto/aes.c", "src/crypto/aes.c", "tree"),
    ("chmod -x src/crypto/run.sh", "src/crypto/run.sh", "tree"),
    (
        "ln -sf ../util/a.c src/crypto/aes.c",
        "src/crypto/aes.c",
        "file",
    ),
    (
        "rm src/crypto/aes.c && mkdir src/crypto/aes.c && echo x > src/crypto/aes.c/x",
        "src/crypto/aes.c",
        "tree",
    ),
    // A pointer of Git LFS is a text as any: another object is another text.
    (
        "sed -i 's/sha256:0/sha256:1/' src/crypto/model.bin",
        "src/crypto/model.bin",
        "file",
    ),
    (
        "sed -i 's/size 1/size 2/' src/crypto/model.bin",
        "src/crypto/model.bin",
        "file",
    ),
    // Spelled otherwise.
    (
        "mkdir -p src/Crypto && echo x > src/Crypto/k.c",
        "src/Crypto/k.c",
        "file",
    ),
    (
        "mkdir -p src/сrypto && echo x > src/сrypto/k.c",
        "src/сrypto/k.c",
        "file",
    ),
    (
        "echo x > src/crypto/readme.md",
        "src/crypto/readme.md",
        "file",
    ),
];

/// A repository in which people have put files; an agent is at work.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.write("src/crypto/aes.c", "int aes;\nint key;\n");
    sandbox.write("src/crypto/run.sh", "#!/bin/sh\n");
    sandbox.shell("chmod +x src/crypto/run.sh");
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 1\n",
        "0".repeat(64)
    );
    sandbox.write("src/crypto/model.bin", pointer);
    sandbox.write("src/util/a.c", "int a;\n");
    sandbox.commit("Files by a person");
    sandbox
}

/// The findings of the rule at a path.
fn at(report: &crate::support::Report, path: &str) -> Vec<serde_json::Value> {
    let found = report.of("zone-agent").into_iter();
    found.filter(|row| row["path"] == path).cloned().collect()
}

#[test]
fn every_operation_in_a_zone_is_found_at_its_commit() {
    for (operation, path, within) in OPERATIONS {
        let sandbox = sandbox();
        assert_eq!(sandbox.shell(operation).code, 0, "{operation}");
        sandbox.commit(&format!("Change\n\n{CLAUDE}"));
        let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
        let found = at(&report, path);
        assert_eq!(found.len(), 1, "{operation}: {:#}", report.json);
        assert_eq!(found[0]["in"], *within, "{operation}");
        assert_eq!(found[0]["zone"], "crypto");
        assert_eq!(found[0]["agent"], "claude-code");
        assert_eq!(found[0]["decision"], "blocked");
        assert_eq!(found[0]["commit"], sandbox.id("HEAD"));
    }
}

#[test]
fn every_operation_in_a_zone_is_found_when_it_is_staged() {
    for (operation, path, within) in OPERATIONS {
        let mut sandbox = sandbox();
        sandbox.set("GEMINI_CLI", "1");
        assert_eq!(sandbox.shell(operation).code, 0, "{operation}");
        sandbox.stage();
        let report = sandbox.report(&["--staged"]);
        let found = at(&report, path);
        assert_eq!(found.len(), 1, "{operation}: {:#}", report.json);
        assert_eq!(found[0]["in"], *within, "{operation}");
        assert_eq!(report.code, 1);
    }
}

#[test]
fn every_operation_in_a_zone_is_refused_when_it_is_pushed() {
    let sandbox = sandbox();
    sandbox.git(["init", "-q", "--bare", "-b", "main", "../remote.git"]);
    sandbox.git(["remote", "add", "origin", "../remote.git"]);
    sandbox.git(["push", "-q", "-u", "origin", "main"]);
    assert_eq!(sandbox.cordon(["install"]).code, 0);
    for (operation, path, _) in OPERATIONS {
        assert_eq!(sandbox.shell(operation).code, 0, "{operation}");
        sandbox.commit(&format!("Change\n\n{CLAUDE}"));
        let said = sandbox.try_git(["push", "origin", "main"]);
        assert_ne!(said.code, 0, "{operation}");
        assert!(
            said.stderr.contains("zone-agent"),
            "{operation}: {}",
            said.stderr
        );
        assert!(said.stderr.contains(path), "{operation}: {}", said.stderr);
        sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    }
    assert_eq!(sandbox.try_git(["push", "origin", "main"]).code, 0);
}

#[test]
fn an_exception_of_a_zone_is_one_at_both_ends() {
    let sandbox = sandbox();
    sandbox.write("src/crypto/README.md", "About\n");
    sandbox.commit("A person's text");
    for (operation, code) in [
        ("echo more >> src/crypto/README.md", 0),
        ("git mv src/crypto/README.md README.md", 0),
        ("git mv -f src/util/a.c src/crypto/README.md", 0),
        ("git mv src/crypto/README.md src/crypto/ABOUT.md", 1),
    ] {
        assert_eq!(sandbox.shell(operation).code, 0);
        sandbox.commit(&format!("Change\n\n{CLAUDE}"));
        let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
        assert_eq!(report.code, code, "{operation}: {:#}", report.json);
        sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    }
}
